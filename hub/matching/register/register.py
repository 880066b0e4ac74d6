"""The subject register, as the rest of the hub asks it.

`match` is a batch's question: whose children are these? `look_up` is what the register knows of a subject that a person
chose; `side_by_side` shows a person what to choose by, and `judge_apart` keeps the word "not this one". Rolls come in
by `hub.matching.rolls.importing`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from math import inf
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from hub.facts.errors import KeyMissing
from hub.facts.model import Identity, Match
from hub.facts.outcome import Matched
from hub.matching.deciding.apart import query_text, settle
from hub.matching.deciding.blocking import KEY_BYTES, Blocker, Key
from hub.matching.deciding.child import Child, child_of
from hub.matching.deciding.decision import SubjectKey, Verdict, assess, decide
from hub.matching.deciding.renumbered import follow
from hub.matching.deciding.weights import Weights, shipped_weights
from hub.matching.register import changes_store, numbers_store, store, writing_store
from hub.matching.register.answers import answer, facts
from hub.matching.register.beside import Beside, lay_side_by_side
from hub.matching.register.numbers import NOTHING_FOLLOWED, Followed
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.records import NONCE, OpenedRecord, RegisterKeys, Sealer, SourceRecord, binding
from hub.matching.register.sealing import Prepared, local_keys, row_of
from hub.matching.values.level import Bearers

__all__ = ["Register", "RegisterKeys", "SourceRecord"]

_ASKED = 16
_KEYS_LAST_S = 1.0
"""Seconds within which a newer key is sealed under, once there is one; and between two searches for a missing key."""


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
    subject ids. `read_keys` reads the keys anew, so that a rotation reaches a running process: at most once a second,
    before sealing and where a record names a key that is not held; without it the keys stay as they are.
    """

    def __init__(
        self,
        keys: RegisterKeys,
        today: Callable[[], date] = utc_today,
        random: Callable[[int], bytes] = os.urandom,
        weights: Weights | None = None,
        read_keys: Callable[[], RegisterKeys] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._blocker = Blocker(keys.blocking, keys.blocking_id, keys.others)
        self._sealer = Sealer(keys)
        self._read_keys, self._clock = read_keys, clock
        self._read_at = clock()
        self._sought: dict[str, float] = {}  # a key that was missing -> when it was looked for
        self.today = today
        self._random = random
        self._weights = weights or shipped_weights()

    def weighing(self, weights: Weights) -> Register:
        """The same register, answering `match` by another model."""
        made = copy(self)
        made._weights = weights  # noqa: SLF001 - of this class
        return made

    def match(self, connection: store.Connection, queries: Sequence[Identity]) -> list[Match]:
        """Decide each query alone, in order, with two queries to the database; runs in the caller's transaction.

        Raises KeyMissing or Unopenable where a record does not open: a fault of the hub, never of a query.
        """
        verdicts, pool, keys = self.judge(connection, queries)
        today = self.today()
        return [answer(verdict, pool, today, asked) for verdict, asked in zip(verdicts, keys, strict=True)]

    def judge(self, connection: store.Connection, queries: Sequence[Identity], *, before: bool = False) -> Judgement:
        """The verdicts of `match`, and what they were made from.

        `before`: as they were before the renumberings on which matches wait to be looked at.
        """
        children = [child_of(query) for query in queries]
        blocker = self.blocker
        followed = self.follow(connection, children, before=before)
        keys = [[*blocker.query_keys(child), *followed.keys(child)] for child in children]
        hashes = [self.query_keys(child) for child in children]
        names = blocker.name_keys(children)
        pool = self.pool(connection, keys, [key for own in hashes for key in own], names, followed)
        verdicts = [
            self._decide(pool.asking(child), pool, asked, own)
            for child, asked, own in zip(children, keys, hashes, strict=True)
        ]
        return Judgement(verdicts, pool, keys)

    def _decide(self, child: Child, pool: Pool, keys: Sequence[Key], own: Sequence[bytes]) -> Verdict:
        candidates = pool.candidates(keys)
        judged = pool.judged(own, candidates)
        if not any(judged):
            return decide(child, candidates, self._weights)
        return settle(child, assess(child, candidates, self._weights), judged, self._weights)

    def follow(self, connection: store.Connection, children: Iterable[Child], *, before: bool = False) -> Followed:
        """What took the place of these children's identifiers, and whose place those took."""
        numbers = {token: self.blocker.number_keys(token) for child in children for token in child.identifiers}
        every = [number for some in numbers.values() for number in some]
        known = numbers_store.tied(connection, every, before=before) if every else []
        if not known:
            return NOTHING_FOLLOWED
        found = follow(every, known)
        return Followed(
            {
                token: {number: certain for one in own for number, certain in found.get(one, {}).items()}
                for token, own in numbers.items()
                if not found.keys().isdisjoint(own)
            }
        )

    def query_keys(self, child: Child) -> tuple[bytes, ...]:
        """Keyed hashes of who is asked about, under which it is kept whom that child is not; the current one first."""
        return self._blocker.digests("query", query_text(child), _ASKED)

    def judge_apart(
        self,
        connection: store.Connection,
        identity: Identity,
        subject_ids: Sequence[UUID],
        now: datetime,
        chosen: UUID | None = None,
    ) -> int:
        """Keep that a person judged this child to be none of these subjects; returns how many records that concerns.

        `match` will not propose them for this very identity again. A record that such a subject gains later is news,
        and makes it a review again, never an automatic match. Of a subject that was given up meanwhile, the records
        that it had are meant, wherever they are now; but none of the subject that was `chosen`.
        """
        rows = store.members(connection, subject_ids)
        gone = {*subject_ids} - {UUID(bytes=row.subject) for row in rows}
        if gone:
            rows += store.records(connection, changes_store.last_records(connection, gone))
        rows = [row for row in rows if chosen is None or row.subject != chosen.bytes]
        own = self.query_keys(child_of(identity))[0]
        secret = self._blocker.current
        changes_store.judge_apart(connection, [(own, row.local_key) for row in rows], None, now, secret)
        return len(rows)

    def side_by_side(
        self,
        connection: store.Connection,
        identity: Identity,
        subject_ids: Sequence[UUID],
        record_key: bytes | None = None,
        *,
        restricted: bool = False,
    ) -> list[Beside]:
        """This child beside each of these subjects, as `match` compares them, the likeliest first.

        One that has no records (any more) is left out. What tells where a restricted child lives is not in it. Where a
        source record asks, `record_key` is its look-up hash, and `restricted` says whether it is.
        """
        pool = Pool()
        child = child_of(identity)
        pool.renumber(NOTHING_FOLLOWED if restricted else self.follow(connection, [child]), self._blocker.number_keys)
        self._fill(pool, store.subjects(connection, subject_ids))
        own = self.query_keys(child) if record_key is None else (record_key,)
        pool.judge(changes_store.judged_of(connection, own), self.local_keys)
        names = self.blocker.name_keys([child])
        pool.name(_bearers(names, store.bearers(connection, names)))
        return lay_side_by_side(identity, pool, subject_ids, own, self._weights, restricted=restricted)

    def look_up(self, connection: store.Connection, subject_ids: Sequence[UUID]) -> dict[UUID, Match]:
        """The register's facts of subjects that a person chose; one that has no records (any more) is left out."""
        pool = Pool()
        self._fill(pool, store.subjects(connection, subject_ids))
        today = self.today()
        return {
            subject_id: facts(Verdict(Matched(subject_id)), records, today)
            for subject_id in subject_ids
            if (records := pool.records(subject_id.bytes))
        }

    def pool(
        self,
        connection: store.Connection,
        keys: Iterable[Iterable[Key]],
        asked: Sequence[bytes],
        names: Mapping[Key, str],
        followed: Followed = NOTHING_FOLLOWED,
    ) -> Pool:
        """Open every subject that shares one of these keys.

        `asked`: hashes of who asks, to know whom they are not. `names`: forenames by key, to know who is given them.
        """
        pool = Pool()
        pool.renumber(followed, self._blocker.number_keys)
        found = store.find(connection, dict.fromkeys(key for some in keys for key in some), asked, names)
        self._fill(pool, found.rows)
        pool.judge(found.apart, self.local_keys)
        pool.name(_bearers(names, found.bearers))
        return pool

    def local_keys(self, organisation: str, local_id: str) -> tuple[bytes, ...]:
        """Look-up hashes of a record, under every blocking secret that is held."""
        return local_keys(self._blocker, organisation, local_id)

    @property
    def blocker(self) -> Blocker:
        """Makes keys, under secrets that were read at most a second ago."""
        self._refresh()
        return self._blocker

    def new_subject(self) -> SubjectKey:
        """An id for a child that the register did not have: it tells nothing."""
        return UUID(bytes=self._random(16), version=4).bytes

    def seal(self, prepared: Prepared, record_id: int, subject: SubjectKey) -> writing_store.RecordRow:
        """A row to write, under the current key."""
        return row_of(prepared, self.sealer(), self._random(NONCE), record_id, subject)

    def seal_again(self, opened: OpenedRecord, subject: SubjectKey) -> tuple[str, bytes]:
        """(key id, sealed form) of a record as it stands, bound to this subject, under the current key."""
        bound = binding(subject, opened.organisation, opened.relationship, opened.end)
        sealer = self.sealer()
        return sealer.current, sealer.seal(opened.plain, bound, self._random(NONCE))

    def sealer(self) -> Sealer:
        """Seals under the key that was the newest a second ago, or is."""
        self._refresh()
        return self._sealer

    def _refresh(self) -> None:
        if self._read_keys is not None and self._clock() - self._read_at >= _KEYS_LAST_S:
            self._read_anew(self._read_keys)

    def _read_anew(self, read_keys: Callable[[], RegisterKeys]) -> None:
        self._read_at = self._clock()
        keys = read_keys()
        self._sealer = Sealer(keys)
        self._blocker = Blocker(keys.blocking, keys.blocking_id, keys.others)

    def open(self, row: store.CandidateRow | store.StoredRow) -> OpenedRecord:
        """A row's record."""
        bound = binding(row.subject, row.organisation, row.relationship, row.end_date)
        try:
            fields = self._sealer.open(row.key_id, row.sealed, bound)
        except KeyMissing:
            fields = self._seek(row.key_id).open(row.key_id, row.sealed, bound)
        return OpenedRecord(row.organisation, row.relationship, row.end_date, fields)

    def _seek(self, key_id: str) -> Sealer:
        """The keys read anew, for one that may have been made since; for one that is nowhere, once a second."""
        now = self._clock()
        if self._read_keys is not None and now - self._sought.get(key_id, -inf) >= _KEYS_LAST_S:
            self._sought = {key_id: now}
            self._read_anew(self._read_keys)
        return self._sealer

    def _fill(self, pool: Pool, rows: Iterable[store.CandidateRow]) -> None:
        for row in rows:
            opened = self.open(row)
            blob = row.keys if not pool.records(row.subject) else b""
            pool.add(
                row.subject,
                HeldRecord(opened, opened.child()),
                [blob[start : start + KEY_BYTES] for start in range(0, len(blob), KEY_BYTES)],
            )


def _bearers(names: Mapping[Key, str], told: Mapping[Key, Bearers]) -> dict[str, Bearers]:
    """Who is given each name: others by any of its keys, nobody by all of them, for one secret knows half of them."""
    said: dict[str, set[Bearers]] = defaultdict(set)
    for key, name in names.items():
        said[name].add(told.get(key, Bearers.UNTOLD))
    return {name: next(one for one in Bearers if one in some) for name, some in said.items()}
