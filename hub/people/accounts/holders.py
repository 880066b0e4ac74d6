"""Holders of roles, as the rules' files name them, become persons with posts; said again, nothing changes.

A person of an organisation is known by their name there, case and spaces apart. What a file names no more ends; what
people granted by hand stays as it is, and whoever was ended by hand is not made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from hub.facts.act import Act
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.terms import Role
from hub.people.accounts.persons import LONGEST_TELEPHONE, add_person, new_id, open_named
from hub.people.accounts.posts import Post, end, keep, knows_people
from hub.people.desk import Desk
from hub.sharing.writing.organisations import Holder, Organisation

_LOCK = 0x48554220
Key = tuple[UUID, str, str]
"""Person, organisation, office."""


@dataclass(frozen=True, slots=True)
class Line:
    """One post of the import."""

    person_id: UUID
    organisation: str
    office: str


@dataclass(slots=True)
class Imported:
    """What came of it."""

    added: list[Line] = field(default_factory=list)
    unchanged: list[Line] = field(default_factory=list)
    ended: list[Line] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    """Named in a file, though somebody ended the person: the file is to be corrected."""


def import_holders(desk: Desk, organisations: Mapping[str, Organisation], act: Act) -> Imported:
    """Make the posts that the files name, and end those of theirs that they name no more.

    Raises UserError while there is no coordinator yet: nobody could put anything right afterwards.
    """
    day = local_day(act.at)
    if not knows_people(desk, day):
        raise UserError("The hub knows nobody yet: grant the first coordinator's post first.")
    desk.do("lock_import", lock=_LOCK)
    rows = desk.rows("imported_posts", day=day)
    held = {(row["person_id"], row["organisation"], row["office"]) for row in rows}
    told, wanted = Imported(), set[Key]()
    for organisation in organisations.values():
        for person_id, office, gone in _people(desk, organisation, act):
            key = (person_id, organisation.id, office.value)
            wanted.add(key)
            if gone:
                told.left_out.append(Line(*key))
            elif key in held:
                told.unchanged.append(Line(*key))
            else:
                keep(desk, person_id, Post(new_id(desk), organisation.id, office, day), act, from_rules=True)
                told.added.append(Line(*key))
    for row in rows:
        key = (row["person_id"], row["organisation"], row["office"])
        if row["from_rules"] and key not in wanted:
            end(desk, row["post_id"], act)
            told.ended.append(Line(*key))
    return told


def _people(desk: Desk, organisation: Organisation, act: Act) -> Iterator[tuple[UUID, Role, bool]]:
    """Each holder with their role once, and whether they were ended; whoever is not known yet is made."""
    if not organisation.holders:
        return
    known: dict[str, tuple[UUID, bool]] = {}
    for row in desk.rows("persons_ever", organisation=organisation.id):
        name, ended = _compared(open_named(desk, row).name), row["ended_at"] is not None
        if name not in known or not ended:
            known[name] = (row["person_id"], ended)
    for role, holders in organisation.holders.items():
        for name, holder in {_compared(one.name): one for one in holders}.items():
            if name not in known:
                known[name] = (_make(desk, organisation.id, holder, act), False)
            person_id, ended = known[name]
            yield person_id, role, ended


def _make(desk: Desk, organisation: str, holder: Holder, act: Act) -> UUID:
    """A contact is an e-mail address, or a telephone number; one that is too long for either is left out."""
    email = holder.contact if "@" in holder.contact else ""
    telephone = "" if email or len(holder.contact) > LONGEST_TELEPHONE else holder.contact
    return add_person(desk, organisation, holder.name, telephone, email, act)


def _compared(name: str) -> str:
    return " ".join(name.casefold().split())
