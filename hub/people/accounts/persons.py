"""Persons: who somebody is, where they work, how they are reached. Names lie sealed, and are opened row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from hub.facts.act import LONGEST_NAME, Act
from hub.facts.errors import UserError
from hub.facts.model import Personal
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.desk import Desk, Row
from hub.people.ids import between

LONGEST_TELEPHONE, LONGEST_EMAIL = 40, 254
LANGUAGES = ("en", "cy")
_HANDLE_BYTES = 64
_NAMES = 0x48554221
"""Held while somebody is given a name, so that two do not take the same at once."""
_MOST = 10_000


@dataclass(frozen=True, slots=True, repr=False)
class Named(Personal):
    """What somebody is called, and how colleagues reach them; empty where nobody says."""

    name: str
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Person(Personal):
    """A person's row, opened."""

    person_id: UUID
    organisation: str
    named: Named
    language: str
    made_at: datetime
    ended_at: datetime | None


def add_person(desk: Desk, organisation: str, name: str, telephone: str, email: str, act: Act) -> UUID:
    """Make a person of an organisation; raises UserError for a name that is none."""
    named = _checked(Named(name.strip(), telephone.strip(), email.strip()))
    person_id = new_id(desk)
    sealed = desk.evidence.seal(json.dumps(_plain(named), ensure_ascii=False), person_id.bytes)
    desk.do(
        "keep_person",
        person=person_id,
        organisation=organisation,
        key=sealed.key_id,
        named=sealed.sealed,
        handle=desk.evidence.random(_HANDLE_BYTES),
        at=act.at,
        by=act.by.person_id,
    )
    note(desk, person_id, "made", {"organisation": organisation}, act)
    return person_id


def check_free(desk: Desk, organisation: str, name: str, *, but: UUID | None = None) -> None:
    """Raise UserError where another person of an organisation bears a name; nobody else takes it meanwhile."""
    desk.do("lock_import", lock=_NAMES)
    wanted = compared(name)
    for one in persons_of(desk, organisation, _MOST):
        if one.person_id != but and compared(one.named.name) == wanted:
            raise UserError("Somebody of this name works there already: find them among its people.")


def compared(name: str) -> str:
    """A name as names are compared: case and spaces apart."""
    return " ".join(name.casefold().split())


def rename(desk: Desk, person_id: UUID, named: Named, act: Act) -> bool:
    """Change what a person is called and how they are reached; whether there is such a person.

    Raises UserError for one's own name, and for one that a colleague bears: the rules' files name people.
    """
    found = find_person(desk, person_id)
    if found is not None and compared(found.named.name) != compared(named.name):
        if act.by.person_id == person_id:
            raise UserError("Nobody changes their own name: ask another coordinator.")
        check_free(desk, found.organisation, named.name, but=person_id)
    text = json.dumps(_plain(_checked(named)), ensure_ascii=False)
    sealed = desk.evidence.seal(text, person_id.bytes)
    if not desk.rows("rename_person", person=person_id, key=sealed.key_id, named=sealed.sealed):
        return False
    note(desk, person_id, "renamed", {}, act)
    return True


def end_person(desk: Desk, person_id: UUID, act: Act) -> bool:
    """End a person, with their posts; whether there was one to end. Their sessions and tokens hold no more."""
    if not desk.rows("end_person", person=person_id, at=act.at, by=act.by.person_id):
        return False
    desk.do("end_posts_of", person=person_id, at=act.at)
    note(desk, person_id, "ended", {}, act)
    return True


def find_person(desk: Desk, person_id: UUID) -> Person | None:
    """One person, ended or not."""
    found = desk.row("find_person", person=person_id)
    return _opened(desk, found) if found else None


def persons_of(desk: Desk, organisation: str | None, limit: int) -> list[Person]:
    """Persons of an organisation, or of all, who have not ended; the longest known first."""
    return [_opened(desk, row) for row in desk.rows("persons_of", organisation=organisation, limit=limit)]


def by_beginning(desk: Desk, what: Literal["person", "post"], typed: str) -> UUID:
    """The id of a person or a post, typed whole or by its beginning; raises UserError for none, or more than one."""
    low, high = between(typed)
    found = desk.rows("accounts_by_id", what=what, low=low, high=high)
    if len(found) != 1:
        raise UserError(f"{'More than one' if found else 'No'} {what} has this id here: `hub people list` shows ids.")
    the_one: UUID = found[0]["id"]
    return the_one


def names_of(desk: Desk, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What each of these is called; those whom the hub does not know are left out."""
    found = desk.rows("names_of", ids=list(set(ids)))
    return {row["person_id"]: open_named(desk, row).name for row in found}


def open_named(desk: Desk, row: Row) -> Named:
    """Of a row with person_id, named_key and named; raises as `Evidence.open`."""
    said = json.loads(desk.evidence.open(row["named_key"], row["named"], row["person_id"].bytes))
    return Named(said["name"], said.get("telephone", ""), said.get("email", ""))


def speak(desk: Desk, person_id: UUID, language: str) -> None:
    """Show a person's pages in this language from now on; raises UserError for one that there is not."""
    if language not in LANGUAGES:
        raise UserError("Choose one of the languages that the pages have.")
    desk.do("change_language", person=person_id, language=language)


def new_id(desk: Desk) -> UUID:
    """An id that says nothing."""
    return UUID(bytes=desk.evidence.random(16), version=4)


def _opened(desk: Desk, row: Row) -> Person:
    kept = {name: row[name] for name in ("person_id", "organisation", "language", "made_at", "ended_at")}
    return Person(named=open_named(desk, row), **kept)


def _plain(named: Named) -> dict[str, str]:
    return {"name": named.name, "telephone": named.telephone, "email": named.email}


def _checked(named: Named) -> Named:
    """The same; names are shown to people, so nothing in them may be invisible or turn text around."""
    if not named.name or len(named.name) > LONGEST_NAME or not named.name.isprintable():
        raise UserError(f"Give the person's name, in at most {LONGEST_NAME} characters that can be seen.")
    if len(named.telephone) > LONGEST_TELEPHONE or not named.telephone.isprintable():
        raise UserError(f"Give a telephone number of at most {LONGEST_TELEPHONE} characters.")
    if len(named.email) > LONGEST_EMAIL or not named.email.isprintable() or (named.email and "@" not in named.email):
        raise UserError(f"Give an e-mail address of at most {LONGEST_EMAIL} characters.")
    return named


def note(desk: Desk, person_id: UUID, action: str, facts: Mapping[str, Any], act: Act) -> None:
    """Write what was done with a person into the ledger."""
    said = desk.evidence.seal_act(act, f"{person_id}|{action}".encode())
    enter(desk.connection, kinds.person(person_id, action, facts, said, desk.stamp(act)))
