"""Leavers: whose relationship ends because a full roll does not list them, or lists them as gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.deciding.blocking import Blocker
from hub.matching.register import store, writing_store
from hub.matching.register.register import Register
from hub.matching.register.sealing import local_keys, prepare
from hub.matching.rolls.row import Listed

SHARE = 0.1
"""Of an organisation's open registrations that a full roll may end unasked."""
FEW = 10
"""So many may always end, where they are not more than half."""
_CHUNK = 2_000
_PUPILS = (Relationship.ENROLLED, Relationship.DUAL_ENROLLED)


class Allowance(NamedTuple):
    """How many registrations a full roll may end: a share, or as many as a person has accepted.

    `nobody`: relationships of which it lists none because there are none any more, as a person says.
    """

    share: float = SHARE
    accepted: int | None = None
    nobody: frozenset[Relationship] = frozenset()

    def most(self, registrations: int) -> int:
        """Of so many open registrations."""
        if self.accepted is not None:
            return self.accepted
        return max(int(registrations * self.share), min(FEW, registrations // 2))


class Absent(NamedTuple):
    """Whom a full roll does not list."""

    record_ids: list[int]
    nameless: int
    """Rows of the roll that do not say whom they are about."""
    unspoken: Mapping[str, int]
    """Open registrations of pupils of whom the roll says nothing, by relationship: it lists none of that one."""


class _Surveyed(NamedTuple):
    present: set[int]
    """Ids of records that the roll lists."""
    ending: set[int]
    """Those of them whose last day, as a row gives it, is past."""
    relationships: set[str]
    """Those that its rows carry."""
    nameless: int


def find_absent(
    connection: store.Connection,
    blocker: Blocker,
    listed: Iterable[Listed],
    organisation: str,
    allowance: Allowance,
    today: date,
) -> Absent:
    """The organisation's open records that a full roll does not list; UserError where the roll would end too many.

    Only of the relationships that the roll carries, for a school may keep enrolled and dual enrolled pupils in two
    files; so the last of the dual enrolled leaves when a person says that there is nobody. Whom a row itself ends
    counts too, whatever the relationship: a column of wrong last days ends as many as a wrong file does.
    """
    found = _survey(connection, blocker, listed, organisation, today)
    spoken = found.relationships | allowance.nobody
    pupils = _PUPILS if spoken.intersection(_PUPILS) else ()
    unspoken: Counter[str] = Counter()
    gone, ending, registrations = [], 0, 0
    with connection.transaction():
        for record_id, relationship in store.open_records(connection, organisation, today):
            if record_id in found.ending:
                ending += 1
            elif relationship not in spoken:
                unspoken[relationship] += relationship in pupils and record_id not in found.present
                continue
            elif record_id not in found.present:
                gone.append(record_id)
            registrations += 1
    if (ends := len(gone) + ending) > (most := allowance.most(registrations)):
        raise UserError(
            f"This full roll would end {ends} of {registrations} open registrations of {organisation}, and {most} "
            f"may end: nothing was changed. Import a list of changes with --changes; if so many have left, accept it "
            f"with --accept-endings {ends}."
        )
    return Absent(gone, found.nameless, +unspoken)


def _survey(
    connection: store.Connection, blocker: Blocker, listed: Iterable[Listed], organisation: str, today: date
) -> _Surveyed:
    """Read a roll to its end. Rows that cannot be imported count too: a bad row is no reason to end a child's."""
    found, nameless, source = _Surveyed(set(), set(), set(), 0), 0, iter(listed)
    while chunk := list(islice(source, _CHUNK)):
        named = [row.local_id for row in chunk if row.local_id]
        nameless += len(chunk) - len(named)
        gone = [row.local_id for row in chunk if row.local_id and row.relationship and row.end and row.end < today]
        found.relationships.update(row.relationship.value for row in chunk if row.relationship is not None)
        with connection.transaction():
            found.present.update(store.record_ids(connection, _keys(blocker, organisation, named)))
            found.ending.update(store.record_ids(connection, _keys(blocker, organisation, gone)))
    return found._replace(nameless=nameless)


def _keys(blocker: Blocker, organisation: str, local_ids: Iterable[str]) -> list[bytes]:
    return [key for local_id in local_ids for key in local_keys(blocker, organisation, local_id)]


def end(connection: store.Connection, register: Register, record_ids: Sequence[int], today: date) -> int:
    """End those of these records that are still open with the day before `today`; returns how many.

    The seal is bound to the end and to the subject: whoever moves a record meanwhile would leave it unopenable, so the
    records are taken as an import takes them, before their rows are.
    """
    day = today - timedelta(days=1)
    held = [register.open(row) for row in store.records(connection, record_ids)]
    store.lock(connection, [key for one in held for key in register.local_keys(one.organisation, one.local_id)])
    rows = store.still_open(connection, record_ids, today)
    changes = []
    for row in rows:
        ended = replace(register.open(row).record(), end=day)
        prepared = prepare(ended, register.blocker).as_held({row.local_key}, register.blocker)
        changes.append((register.seal(prepared, row.record_id, row.subject), prepared.stored_keys))
    writing_store.update(connection, changes)
    return len(changes)
