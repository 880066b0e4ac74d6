"""The subject register, as the rest of the hub asks it.

`match` is a batch's question: whose children are these? `look_up` is what the register knows of a subject that a person
chose. Rolls come in by `hub.matching.importing`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from hub.matching import store
from hub.matching.blocking import Blocker, Key
from hub.matching.child import child_of
from hub.matching.dates import is_full
from hub.matching.decision import SubjectKey, Verdict, decide
from hub.matching.pool import HeldRecord, Pool
from hub.matching.records import NONCE, OpenedRecord, RegisterKeys, Sealer, SourceRecord, binding
from hub.matching.registrations import registrations_of
from hub.matching.sealing import Prepared, prepare, row_of
from hub.matching.weights import Weights, shipped_weights
from hub.model import Identity, Match
from hub.outcome import Matched
from hub.terms import Flag

__all__ = ["Register", "RegisterKeys", "SourceRecord"]

_BULK = 2_000
_KEY = 8
_NO_FLAGS: frozenset[Flag] = frozenset()
_RESTRICTED = frozenset({Flag.RESTRICTED})


def utc_today() -> date:
    """Today, UTC."""
    return datetime.now(UTC).date()


class Judgement(NamedTuple):
    """A batch's verdicts, the subjects that blocking found, and the keys of each query."""

    verdicts: list[Verdict]
    pool: Pool
    keys: list[list[Key]]


class Register:
    """Matches children against source records that lie pseudonymous in PostgreSQL.

    Thread-safe: it holds keys and no state. `today` says which registrations have begun; `random` makes nonces and
    subject ids.
    """

    def __init__(
        self,
        keys: RegisterKeys,
        today: Callable[[], date] = utc_today,
        random: Callable[[int], bytes] = os.urandom,
        weights: Weights | None = None,
    ) -> None:
        self.blocker = Blocker(keys.blocking)
        self.sealer = Sealer(keys)
        self.today = today
        self._random = random
        self._weights = weights or shipped_weights()

    def weighing(self, weights: Weights) -> Register:
        """The same register, answering `match` by another model."""
        made = copy(self)
        made._weights = weights  # noqa: SLF001 - of this class
        return made

    def match(self, connection: store.Connection, queries: Sequence[Identity]) -> list[Match]:
        """Decide each query alone, in order, with one query to the database; runs in the caller's transaction.

        Raises KeyMissing or Unopenable where a record does not open: a fault of the hub, never of a query.
        """
        verdicts, pool, _ = self.judge(connection, queries)
        today = self.today()
        return [_answer(verdict, pool, today) for verdict in verdicts]

    def judge(self, connection: store.Connection, queries: Sequence[Identity]) -> Judgement:
        """The verdicts of `match`, and what they were made from."""
        children = [child_of(query) for query in queries]
        keys = [self.blocker.query_keys(child) for child in children]
        pool = self.pool(connection, keys)
        verdicts = [
            decide(child, pool.candidates(asked), self._weights) for child, asked in zip(children, keys, strict=True)
        ]
        return Judgement(verdicts, pool, keys)

    def look_up(self, connection: store.Connection, subject_ids: Sequence[UUID]) -> dict[UUID, Match]:
        """The register's facts of subjects that a person chose; one that has no records (any more) is left out."""
        pool = Pool()
        self._fill(pool, store.subjects(connection, subject_ids))
        today = self.today()
        return {
            subject_id: _facts(Verdict(Matched(subject_id)), records, today)
            for subject_id in subject_ids
            if (records := pool.records(subject_id.bytes))
        }

    def bulk_load(self, connection: store.Connection, rows: Iterable[SourceRecord]) -> int:
        """Load source records of children known to be distinct and new, each a subject of its own; returns how many.

        For benches and tests: it compares, joins and locks nothing and opens no review; `import_rows` does all that.
        """
        loaded = 0
        for chunk in _chunks(rows, _BULK):
            prepared = [prepare(row, self.blocker) for row in chunk]
            ids = store.next_ids(connection, len(prepared))
            store.insert(
                connection,
                [self.seal(one, record_id, self.new_subject()) for one, record_id in zip(prepared, ids, strict=True)],
            )
            loaded += len(prepared)
        return loaded

    def pool(self, connection: store.Connection, keys: Iterable[Iterable[Key]]) -> Pool:
        """Open every subject that shares one of these keys."""
        pool = Pool()
        self._fill(pool, store.candidates(connection, dict.fromkeys(key for some in keys for key in some)))
        return pool

    def new_subject(self) -> SubjectKey:
        """An id for a child that the register did not have: it tells nothing."""
        return UUID(bytes=self._random(16), version=4).bytes

    def seal(self, prepared: Prepared, record_id: int, subject: SubjectKey) -> store.RecordRow:
        """A row to write, under the current key."""
        return row_of(prepared, self.sealer, self._random(NONCE), record_id, subject)

    def open(self, row: store.CandidateRow | store.StoredRow) -> OpenedRecord:
        """A row's record."""
        bound = binding(row.subject, row.organisation, row.relationship, row.end_date)
        return OpenedRecord(
            row.organisation, row.relationship, row.end_date, self.sealer.open(row.key_id, row.sealed, bound)
        )

    def _fill(self, pool: Pool, rows: Iterable[store.CandidateRow]) -> None:
        for row in rows:
            opened = self.open(row)
            blob = row.keys if not pool.records(row.subject) else b""
            pool.add(
                row.subject,
                HeldRecord(opened, opened.child()),
                [blob[start : start + _KEY] for start in range(0, len(blob), _KEY)],
            )


def _answer(verdict: Verdict, pool: Pool, today: date) -> Match:
    match verdict.outcome:
        case Matched(subject_id):
            return _facts(verdict, pool.records(subject_id.bytes), today)
        case _:
            flags = _RESTRICTED if verdict.restricted else _NO_FLAGS
            return Match(
                verdict.outcome,
                flags=flags,
                score=verdict.score,
                margin=verdict.margin,
                guards=verdict.guards,
                explanation=verdict.explanation,
            )


def _facts(verdict: Verdict, records: Sequence[HeldRecord], today: date) -> Match:
    restricted = any(record.opened.restricted for record in records)
    births = {record.child.birth for record in records if is_full(record.child.birth)}
    return Match(
        verdict.outcome,
        registrations=registrations_of([record.opened for record in records], today, restricted=restricted),
        date_of_birth=date.fromisoformat(births.pop()) if len(births) == 1 else None,
        flags=_RESTRICTED if restricted else _NO_FLAGS,
        score=verdict.score,
        margin=verdict.margin,
        guards=verdict.guards,
        explanation=verdict.explanation,
    )


def _chunks(rows: Iterable[SourceRecord], size: int) -> Iterator[list[SourceRecord]]:
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk
