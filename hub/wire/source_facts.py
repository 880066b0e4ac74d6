"""The decoded facts of an event, checked against the model's closed lists. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from hub.facts.bounds import MAX_PEOPLE, MAX_SUBJECTS, MAX_WORD, SUBJECT_KEY
from hub.facts.errors import BadRecord, Reason
from hub.facts.items import ELSEWHERE, DataItem
from hub.facts.model import PastEvent, Personal, Practitioner, Repeat
from hub.facts.terms import Capacity, Category, Caveat, Consent, EventKind, Flag, PersonRole, Risk, Role, Tier
from hub.wire.sealed import KEYS_PART, SealedEvent

_Member = TypeVar("_Member", bound=StrEnum)


@dataclass(frozen=True, slots=True, repr=False)
class SubjectFacts(Personal):
    """One child, by the numbers of the parts that say who it is."""

    key: str
    identity_part: int
    flags: frozenset[Flag] | None
    capacity: Capacity | None

    @property
    def unborn(self) -> bool:
        """Whether the child is not born yet, so that no register knows it."""
        return self.flags is not None and Flag.UNBORN in self.flags


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person by role and link; `part` is the number of the part that says who it is.

    `holds_other`: the source's word for a role that is on no list.
    """

    role: PersonRole
    link_known: bool
    linked_to: str | None
    holds: Role | None
    part: int | None
    holds_other: str | None = None


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """One content part: its number, its data item and every subject it mentions.

    `repeats`: what other items its text tells, where the source looked; None where it did not.
    """

    part: int
    item: str
    subjects: tuple[str, ...]
    repeats: frozenset[Repeat] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SourceFacts(Personal):
    """What the source says that decisions are made from."""

    reference: str
    category: Category | None
    risk: Risk | None
    consent: Consent | None
    practitioner: Practitioner | None
    home_district: str | None
    incident_district: str | None
    subjects: tuple[SubjectFacts, ...]
    people: tuple[PersonFacts, ...] | None
    history: tuple[PastEvent, ...] | None
    content: tuple[ContentFacts, ...]
    caveats: frozenset[Caveat] = frozenset()
    delete_by: date | None = None


def header_facts(event: SealedEvent) -> tuple[EventKind, Tier]:
    """Kind and tier of the clear header; raises BadRecord(invalid_fact)."""
    return _member(EventKind, event.kind), _member(Tier, event.tier)


def parse_facts(record: dict[str, Any], event: SealedEvent, items: Mapping[str, DataItem]) -> SourceFacts:
    """Facts of a decoded Facts record; raises BadRecord(invalid_fact) where one lies outside the closed lists."""
    parts = range(KEYS_PART + 1, len(event.parts))
    subjects = _subjects(record["subjects"], parts)
    practitioner = record["practitioner"]
    return SourceFacts(
        reference=record["reference"],
        category=_optional(Category, record["category"]),
        risk=_optional(Risk, record["risk"]),
        consent=_optional(Consent, record["consent"]),
        practitioner=practitioner and Practitioner(practitioner["role"], practitioner["override_reason"]),
        home_district=record["home_district"],
        incident_district=record["incident_district"],
        subjects=subjects,
        people=_people(record["people"], parts),
        history=_all(record["history"], _past),
        content=_content(record["content"], parts, {subject.key for subject in subjects}, items),
        caveats=frozenset(_member(Caveat, code) for code in record["caveats"]),
        delete_by=_delete_by(record),
    )


def _delete_by(record: dict[str, Any]) -> date | None:
    """The day of the caveat that names one: either both are said, or neither."""
    day = record["delete_by"]
    _require((day is not None) == (Caveat.DELETE_BY in record["caveats"]))
    if day is None:
        return None
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise BadRecord(Reason.INVALID_FACT) from error


def _subjects(records: list[dict[str, Any]], parts: range) -> tuple[SubjectFacts, ...]:
    subjects = tuple(
        SubjectFacts(
            s["key"],
            s["identity_part"],
            _flags(s["flags"], s["more_flags"]),
            _optional(Capacity, s["capacity"]),
        )
        for s in records
    )
    keys = {subject.key for subject in subjects}
    _require(subjects and len(keys) == len(subjects) <= MAX_SUBJECTS and all(map(SUBJECT_KEY.fullmatch, keys)))
    _require(all(subject.identity_part in parts for subject in subjects))
    return subjects


def _flags(first: list[str] | None, later: list[str]) -> frozenset[Flag] | None:
    """Those of both fields; unknown where neither says any."""
    return None if first is None and not later else frozenset(_member(Flag, word) for word in (*(first or ()), *later))


def _content(
    records: list[dict[str, Any]], parts: range, keys: set[str], items: Mapping[str, DataItem]
) -> tuple[ContentFacts, ...]:
    content = tuple(
        ContentFacts(c["part"], c["item"], tuple(c["subjects"]), _repeats(c["repeats"], keys, items)) for c in records
    )
    _require(all(c.subjects and keys.issuperset(c.subjects) and c.part in parts for c in content))
    _require(all(c.item in items and items[c.item].schema == "Content" for c in content))
    _require(len({c.part for c in content}) == len(content))
    return content


def _repeats(
    records: list[dict[str, Any]] | None, keys: set[str], items: Mapping[str, DataItem]
) -> frozenset[Repeat] | None:
    _require(all(r["subjects"] and keys.issuperset(r["subjects"]) for r in records or ()))
    _require(all(r["item"] in items or r["item"] == ELSEWHERE for r in records or ()))
    return None if records is None else frozenset(Repeat.of(r["item"], *r["subjects"]) for r in records)


def _people(records: list[dict[str, Any]] | None, parts: range) -> tuple[PersonFacts, ...] | None:
    people = _all(records, _person)
    named = [person.part for person in people or () if person.part is not None]
    _require(len(people or ()) <= MAX_PEOPLE and len(set(named)) == len(named) and all(part in parts for part in named))
    return people


def _person(record: dict[str, Any]) -> PersonFacts:
    _require(len(record["holds_other"] or "") <= MAX_WORD)
    return PersonFacts(
        _member(PersonRole, record["role"]),
        record["link_known"],
        record["linked_to"],
        _optional(Role, record["holds"]),
        record["person_part"],
        record["holds_other"],
    )


def _past(record: dict[str, Any]) -> PastEvent:
    return PastEvent(_member(Category, record["category"]), record["raised_at"])


_Fact = TypeVar("_Fact")


def _all(records: list[dict[str, Any]] | None, parse: Callable[[dict[str, Any]], _Fact]) -> tuple[_Fact, ...] | None:
    return None if records is None else tuple(parse(record) for record in records)


def _member(closed: type[_Member], word: str) -> _Member:
    try:
        return closed(word)
    except ValueError as error:
        raise BadRecord(Reason.INVALID_FACT) from error


def _optional(closed: type[_Member], word: str | None) -> _Member | None:
    return None if word is None else _member(closed, word)


def _require(condition: object) -> None:
    if not condition:
        raise BadRecord(Reason.INVALID_FACT)
