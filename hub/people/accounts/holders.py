"""Holders of roles, as the rules' files name them, become persons with posts; said again, nothing changes.

A person of an organisation is known by their name there, case and spaces apart, where a file made them and nobody else
bears it: whoever keeps people also names them. What a file names no more ends; what people granted by hand stays as it
is, and whoever, or whatever post, was ended by hand is not made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from hub.facts.act import Act
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.terms import Role
from hub.people.accounts.persons import LONGEST_TELEPHONE, add_person, compared, new_id, open_named
from hub.people.accounts.posts import Post, end, ended_by_hand, keep, knows_people
from hub.people.desk import Desk, Row
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
    """Named in a file, though somebody ended the person or that post, made them by hand, or gave another their name."""


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
    ended = ended_by_hand(desk)
    told, wanted = Imported(), set[Key]()
    for organisation in organisations.values():
        for bearers, office, known in _people(desk, organisation, act):
            keys = [(person_id, organisation.id, office.value) for person_id in bearers]
            wanted.update(keys)
            key = next((one for one in keys if one in held), keys[0])
            if key in held:
                told.unchanged.append(Line(*key))
            elif not known or key in ended:
                told.left_out.append(Line(*key))
            else:
                keep(desk, key[0], Post(new_id(desk), organisation.id, office, day), act, from_rules=True)
                told.added.append(Line(*key))
    for row in rows:
        key = (row["person_id"], row["organisation"], row["office"])
        if row["from_rules"] and key not in wanted:
            end(desk, row["post_id"], act, shown=False)
            told.ended.append(Line(*key))
    return told


def _people(desk: Desk, organisation: Organisation, act: Act) -> Iterator[tuple[list[UUID], Role, bool]]:
    """For each holder and role who bears that name, and whether it is surely them; whoever is not known yet is made."""
    if not organisation.holders:
        return
    living: dict[str, list[Row]] = {}
    ended: dict[str, Row] = {}
    for row in desk.rows("persons_ever", organisation=organisation.id):
        name = compared(open_named(desk, row).name)
        if row["ended_at"] is None:
            living.setdefault(name, []).append(row)
        else:
            ended.setdefault(name, row)
    known = {name: ([row["person_id"]], False) for name, row in ended.items()}
    for name, rows in living.items():
        known[name] = ([row["person_id"] for row in rows], len(rows) == 1 and rows[0]["from_rules"])
    for role, holders in organisation.holders.items():
        for name, holder in {compared(one.name): one for one in holders}.items():
            if name not in known:
                known[name] = ([_make(desk, organisation.id, holder, act)], True)
            bearers, surely = known[name]
            yield bearers, role, surely


def _make(desk: Desk, organisation: str, holder: Holder, act: Act) -> UUID:
    """A contact is an e-mail address, or a telephone number; one that is too long for either is left out."""
    email = holder.contact if "@" in holder.contact else ""
    telephone = "" if email or len(holder.contact) > LONGEST_TELEPHONE else holder.contact
    person_id = add_person(desk, organisation, holder.name, telephone, email, act)
    desk.do("person_is_of_rules", person=person_id)
    return person_id
