"""The subjects that a batch is compared with, opened, and found by blocking key. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from hub.matching.deciding.apart import NOTHING_JUDGED, Judged
from hub.matching.deciding.blocking import Key
from hub.matching.deciding.child import Child
from hub.matching.deciding.decision import Candidate, SubjectKey
from hub.matching.deciding.renumbered import Number
from hub.matching.register.numbers import NOTHING_FOLLOWED, Followed, NumberKeys
from hub.matching.register.records import OpenedRecord
from hub.matching.values.identifiers import Token
from hub.matching.values.level import Bearers


class HeldRecord(NamedTuple):
    """A source record of a subject, opened and normalised."""

    opened: OpenedRecord
    child: Child

    def __repr__(self) -> str:
        return "<HeldRecord redacted>"


class Pool:
    """Subjects by key. It grows while a chunk of a roll is placed, so that rows of one chunk see each other."""

    def __init__(self) -> None:
        self._records: dict[SubjectKey, list[HeldRecord]] = {}
        self._candidates: dict[SubjectKey, Candidate] = {}
        self._by_key: dict[Key, list[SubjectKey]] = {}
        self._apart: Mapping[bytes, Collection[bytes]] = {}
        self._local_keys: Callable[[str, str], Collection[bytes]] | None = None
        self._bearers: Mapping[str, Bearers] = {}
        self._followed = NOTHING_FOLLOWED
        self._number_keys: NumberKeys | None = None
        self._by_number: dict[Number, Token] = {}

    def judge(
        self, apart: Mapping[bytes, Collection[bytes]], local_keys: Callable[[str, str], Collection[bytes]]
    ) -> None:
        """What people judged apart: hash of who asks -> look-up hashes of records. `local_keys` makes a record's."""
        self._apart, self._local_keys = apart, local_keys

    def name(self, bearers: Mapping[str, Bearers]) -> None:
        """Who is given those forenames that no list knows."""
        self._bearers = bearers

    def renumber(self, followed: Followed, number_keys: NumberKeys) -> None:
        """Which numbers took others' places; before records are held."""
        self._followed, self._number_keys = followed, number_keys if followed.by_token else None

    def asking(self, child: Child) -> Child:
        """The child as one who asks: with who else is given its forename, and which other identifiers are its own."""
        bearers = self._bearers.get(child.given[0]) if child.given else None
        if self._number_keys is not None:
            child = self._followed.applied(child, self._by_number, self._number_keys)
        return child._replace(bearers=bearers) if bearers else child

    def add(self, subject: SubjectKey, record: HeldRecord, keys: Iterable[Key]) -> None:
        """Hold one more record of a subject, found by these keys."""
        self._records.setdefault(subject, []).append(record)
        self._candidates.pop(subject, None)
        if self._number_keys is not None:
            for token in record.child.identifiers:
                self._by_number |= dict.fromkeys(self._number_keys(token), token)
        for key in keys:
            self._by_key.setdefault(key, []).append(subject)

    def remove(self, subject: SubjectKey, organisation: str, local_id: str) -> None:
        """Forget one record; a subject without records is gone."""
        kept = [
            record
            for record in self._records.get(subject, ())
            if (record.opened.organisation, record.opened.local_id) != (organisation, local_id)
        ]
        self._candidates.pop(subject, None)
        if kept:
            self._records[subject] = kept
        else:
            self._records.pop(subject, None)

    def records(self, subject: SubjectKey) -> list[HeldRecord]:
        """All source records of a subject."""
        return self._records.get(subject, [])

    def subjects(self) -> Collection[SubjectKey]:
        """All of them."""
        return self._records.keys()

    def held(self, subjects: Iterable[SubjectKey]) -> dict[SubjectKey, Candidate]:
        """Those of these subjects that it holds."""
        return {subject: self._candidate(subject) for subject in subjects if subject in self._records}

    def candidates(self, keys: Iterable[Key]) -> Mapping[SubjectKey, Candidate]:
        """Subjects that share a key."""
        found: dict[SubjectKey, Candidate] = {}
        by_key = self._by_key
        for key in keys:
            if key in by_key:
                for subject in by_key[key]:
                    if subject not in found and subject in self._records:
                        found[subject] = self._candidate(subject)
        return found

    def judged(self, asked: Iterable[bytes], subjects: Iterable[SubjectKey]) -> Judged:
        """Which of these subjects a person judged to be other than who asks, by the hashes of who asks."""
        apart = {key for own in asked for key in self._apart.get(own, ())} if self._apart else None
        if not apart or self._local_keys is None:
            return NOTHING_JUDGED
        different, doubted = set(), set()
        for subject in subjects:
            told = {
                not apart.isdisjoint(self._local_keys(one.opened.organisation, one.opened.local_id))
                for one in self.records(subject)
            }
            if told == {True}:
                different.add(subject)
            elif True in told:
                doubted.add(subject)
        return Judged(frozenset(different), frozenset(doubted))

    def _candidate(self, subject: SubjectKey) -> Candidate:
        candidate = self._candidates.get(subject)
        if candidate is None:
            records = self._records[subject]
            candidate = self._candidates[subject] = Candidate(
                tuple([record.child for record in records]), any(record.opened.restricted for record in records)
            )
        return candidate
