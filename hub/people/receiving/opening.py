"""One delivery as its reader finds it, but for what is opened: who said what of it, its versions, its handling.

Its content is opened apart (`hub.people.recipients.Recipients.read`), under the inbox key, with its ledger entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.facts.model import Personal, Recipient
from hub.facts.terms import Caveat, Layer, Purpose, Question, Role, Tier
from hub.keys.evidence import Evidence
from hub.people.accounts.persons import names_of
from hub.people.accounts.posts import Known
from hub.people.desk import Desk, Row
from hub.people.receipts import open_name
from hub.people.receiving.reader import Reader
from hub.people.receiving.words import Kept, open_words

UNKNOWN = ""
"""A person whose row is gone."""
SHUT = ""
"""Words that were not opened."""


@dataclass(frozen=True, slots=True, repr=False)
class Confirmed(Personal):
    """That somebody read it, or acted: who, and when."""

    layer: Layer
    at: datetime
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Done(Personal):
    """What somebody said they did. `did` may hold a word of another release."""

    at: datetime
    name: str
    did: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Handed(Personal):
    """That one person asked another to take it over."""

    at: datetime
    giver: str
    taker: str
    taker_id: UUID
    words: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class AskedBack(Personal):
    """A question to the source, and its answer."""

    ask_id: UUID
    kind: Question
    at: datetime
    due_by: datetime
    name: str
    words: str
    answer: str | None
    answered_by: str
    answered_at: datetime | None


class Version(NamedTuple):
    """Something else that the same reader was told of the same child in this case."""

    delivery_id: UUID
    purpose: Purpose
    sequence: int
    came_at: datetime
    read: bool
    taken_back: bool


@dataclass(frozen=True, slots=True, repr=False)
class Around(Personal):
    """A delivery but for its content. `by`: the rule's own deadline. `newer`: what came after it, the latest first."""

    delivery_id: UUID
    event_id: UUID
    to: Recipient
    purpose: Purpose
    tier: Tier
    source: str
    kind: str
    came_at: datetime
    by: datetime | None
    due_by: datetime
    isp: str | None
    clause: str | None
    caveats: frozenset[Caveat]
    acknowledged: frozenset[Caveat]
    reached: Layer | None
    taken_back_at: datetime | None
    confirmed: tuple[Confirmed, ...]
    done: tuple[Done, ...]
    handed: tuple[Handed, ...]
    asked: tuple[AskedBack, ...]
    newer: tuple[Version, ...]
    older: tuple[Version, ...]


def reader_of(desk: Desk, known: Known, delivery_id: UUID) -> Reader | None:
    """As whom somebody reads a delivery; None where it lies at no post that they hold today."""
    posts = sorted(known.recipients(), key=str)
    values = {"recipients": [one.organisation for one in posts], "roles": [str(one.role) for one in posts]}
    row = desk.row("reader_of", id=delivery_id, **values)
    return Reader(row["recipient"], Role(row["role"]), person=known.principal()) if row else None


def around(desk: Desk, reader: Reader, delivery_id: UUID, *, words: bool = False) -> Around | None:
    """What lies around a delivery; None where the reader has none.

    People's words of it are opened only with `words`, for a page on which the delivery itself is opened and noted.
    """
    values = {"id": delivery_id, "recipient": reader.organisation, "role": reader.role}
    row = desk.row("around", **values)
    if row is None:
        return None
    done, handed, asked = (
        desk.rows("done_about", id=delivery_id),
        desk.rows("handovers_of", id=delivery_id),
        desk.rows("asks_about", id=delivery_id),
    )
    names, said = _names(desk, done, handed, asked), _Said(desk.evidence, words)
    newer, older = _versions(desk, row, values)
    return Around(
        delivery_id,
        row["event_id"],
        Recipient(reader.organisation, reader.role),
        Purpose(row["purpose"]),
        Tier(row["tier"]),
        row["source"],
        row["kind"],
        row["came_at"],
        row["by"],
        row["due_by"],
        row["isp"],
        row["clause"],
        _caveats(row["caveats"]),
        _caveats(row["acknowledged"]),
        Layer(row["reached"]) if row["reached"] else None,
        row["recalled_at"],
        tuple(_confirmed(desk, delivery_id)),
        tuple(Done(one["at"], names[one["person_id"]], tuple(one["did"]), said.of(Kept.DONE, one)) for one in done),
        tuple(_handed(said, one, names) for one in handed),
        tuple(_asked(said, one, names) for one in asked),
        newer,
        older,
    )


def see_answers(desk: Desk, delivery_id: UUID, now: datetime) -> None:
    """Whoever asked its source was shown the answers."""
    desk.do("see_answers", id=delivery_id, at=now)


def _caveats(codes: list[str]) -> frozenset[Caveat]:
    return frozenset(Caveat(code) for code in codes if code in set(Caveat))


def _versions(desk: Desk, row: Row, values: Mapping[str, object]) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
    found = desk.rows(
        "versions_of",
        source=row["source"],
        case_key=row["case_key"],
        recipient=values["recipient"],
        role=values["role"],
        subject_id=row["subject_id"],
        subject=row["subject"],
    )
    versions = [
        Version(
            one["delivery_id"],
            Purpose(one["purpose"]),
            one["sequence"],
            one["came_at"],
            one["reached"] >= Layer.OPENED,
            one["recalled_at"] is not None,
        )
        for one in found
    ]
    here = next((place for place, one in enumerate(versions) if one.delivery_id == row["delivery_id"]), len(versions))
    return tuple(versions[:here]), tuple(versions[here + 1 :])


def _names(desk: Desk, done: list[Row], handed: list[Row], asked: list[Row]) -> dict[UUID, str]:
    ids = {one["person_id"] for one in (*done, *asked)}
    ids |= {one[name] for one in handed for name in ("from_person", "to_person")}
    ids |= {one["answered_by"] for one in asked if one["answered_by"]}
    return dict.fromkeys(ids, UNKNOWN) | names_of(desk, ids)


def _confirmed(desk: Desk, delivery_id: UUID) -> list[Confirmed]:
    return [
        Confirmed(
            Layer(row["layer"]),
            row["at"],
            open_name(desk.evidence, (delivery_id, Layer(row["layer"]), row["by_key"], row["by_sealed"])),
        )
        for row in desk.rows("named_receipts", id=delivery_id)
    ]


@dataclass(frozen=True, slots=True)
class _Said:
    """Opens people's words, or leaves them shut."""

    evidence: Evidence
    opens: bool

    def of(self, kept: Kept, row: Row) -> str:
        return self._open(kept, row[f"{kept.value}_id"], row["words_key"], row["words"])

    def answer(self, row: Row) -> str:
        return self._open(Kept.ANSWER, row["ask_id"], row["answer_key"], row["answer"])

    def _open(self, kept: Kept, row_id: UUID, key_id: str, sealed: bytes) -> str:
        return open_words(self.evidence, kept, row_id, key_id, sealed) if self.opens else SHUT


def _handed(said: _Said, row: Row, names: Mapping[UUID, str]) -> Handed:
    giver, taker = names[row["from_person"]], names[row["to_person"]]
    return Handed(row["at"], giver, taker, row["to_person"], said.of(Kept.HANDOVER, row), row["taken_at"])


def _asked(said: _Said, row: Row, names: Mapping[UUID, str]) -> AskedBack:
    answer = said.answer(row) if row["answered_at"] else None
    answered_by = names.get(row["answered_by"], UNKNOWN)
    return AskedBack(
        row["ask_id"],
        Question(row["kind"]),
        row["at"],
        row["due_by"],
        names[row["person_id"]],
        said.of(Kept.ASK, row),
        answer,
        answered_by,
        row["answered_at"],
    )
