"""One batch, one transaction: the reads under the cases' locks, and the rows copied in together.

A row that the database refuses never aborts the others: the write is a savepoint, bisected down to the event at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from hub import metrics
from hub.asking.notices import DeliveryRow
from hub.asking.store import DELIVERIES, TASKS, WAKE, Random, ask
from hub.asking.tasks import Task
from hub.facts.model import Recipient
from hub.facts.terms import EventKind, Purpose, Role
from hub.ledger.entry import Entry
from hub.ledger.store import TABLE, enter
from hub.routing.burying import RefusalRows
from hub.routing.cases import Cases, Told, is_anothers, is_hubs_own, renamed
from hub.routing.ingest import Checked
from hub.routing.places import Place
from hub.routing.recording import EventRows
from hub.routing.tables import DeadLetterRow, DecisionRow, EventRow, OutboxRow, RevisionRow, SubjectRow, WaitingText
from hub.store.sqlfiles import sql

PACKAGE = "hub.routing"

BAD_LIMIT = 20
BAD_WINDOW = timedelta(minutes=10)

Connect = Callable[[], psycopg.Connection]
"""Opens a connection with the hub's search path, on which only `transaction()` begins a transaction."""

TABLES: Mapping[type[Any], str] = {
    EventRow: "event",
    SubjectRow: "event_subject",
    DecisionRow: "decision",
    DeliveryRow: DELIVERIES,
    Task: TASKS,
    WaitingText: "waiting_text",
    Entry: TABLE,
    RevisionRow: "event_revision",
    OutboxRow: "outbox",
    DeadLetterRow: "dead_letter",
}


class BatchStore:
    """The router's side of the database, on one autocommit connection; methods run inside the caller's transaction."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._copies = {kind: _copy(connection, kind, table) for kind, table in TABLES.items()}

    @classmethod
    def open(cls, connect: Connect) -> Self:
        """On a connection of its own, given back where the database is not as it should be."""
        connection = connect()
        try:
            return cls(connection)
        except BaseException:
            connection.close()
            raise

    # --- reads ------------------------------------------------------------------------------------------------------

    def read_cases(self, checked: Sequence[Checked]) -> Cases:
        """Lock the cases of these events, and read what is known of them."""
        cases = Cases(quarantined=self.quarantined())
        if not checked:
            return cases
        cases.known = self._read_known({(one.event.source, one.event.sent_as) for one in checked})
        wanted = sorted({(one.event.source, one.event.case_key) for one in checked})
        new = {(source, key) for source, key in self._all("new_cases", **_arrays(wanted))}
        old = [case for case in wanted if case not in new]
        if old:
            self._read_old(cases, old)
        return cases

    def _read_known(self, given: set[tuple[str, UUID]]) -> dict[UUID, tuple[str, bytes]]:
        """What is kept under the ids that events came with, and under those that they may have been kept under."""
        known: dict[UUID, tuple[str, bytes]] = {}
        asked = given | {(source, renamed(source, event_id)) for source, event_id in given if is_hubs_own(event_id)}
        while asked:
            found = self._all("known_events", ids=[event_id for _, event_id in asked])
            known |= {event_id: (source, digest) for event_id, source, digest in found}
            asked = {(source, renamed(source, one)) for source, one in asked if is_anothers(known, source, one)}
        return known

    def _read_old(self, cases: Cases, old: list[tuple[str, bytes]]) -> None:
        arrays = _arrays(old)
        self._all("lock_cases", **arrays)
        for source, key, sequence, kind in self._all("case_events", **arrays):
            case = cases.of(source, key)
            case.events[sequence] = kind == EventKind.RETRACTED
            if kind == EventKind.RETRACTED:
                case.retracted = max(sequence, case.retracted or sequence)
        for row in self._all("case_deliveries", **arrays):
            source, key, sequence, delivery_id, event_id, subject, subject_id, recipient, role, purpose, *stands = row
            revision, state, reason, tried, caveats = stands
            cases.of(source, key).told.append(
                Told(
                    delivery_id,
                    event_id,
                    sequence,
                    subject,
                    subject_id,
                    Recipient(recipient, Role(role)),
                    Purpose(purpose),
                    revision,
                    state,
                    reason,
                    tried,
                    frozenset(caveats),
                )
            )

    def quarantined(self) -> frozenset[str]:
        """Sources in quarantine."""
        found = self.connection.execute("select source from source_standing where quarantined_at is not null")
        sources = frozenset(source for (source,) in found)
        metrics.QUARANTINED.set(len(sources))
        return sources

    # --- writes -----------------------------------------------------------------------------------------------------

    def write(self, events: Sequence[EventRows], now: datetime) -> list[EventRows]:
        """Write these events; returns those that the database refused, each found by bisection."""
        if not events:
            return []
        try:
            with self.connection.transaction():
                self._write(events, now)
        except (
            psycopg.errors.DataError,
            psycopg.errors.CheckViolation,
            psycopg.errors.NotNullViolation,
            psycopg.errors.ProgramLimitExceeded,
        ):
            if len(events) == 1:
                return list(events)
            half = len(events) // 2
            return [*self.write(events[:half], now), *self.write(events[half:], now)]
        return []

    def advance(self, offsets: Mapping[Place, int]) -> dict[Place, int]:
        """Say how far these partitions are decided with this transaction; how far they were before."""
        return self._stand("advance_offsets", offsets)

    def begin(self, claimed: Mapping[Place, int]) -> dict[Place, int]:
        """Compare Kafka's word on these partitions; the database's own where it is behind that."""
        return self._stand("begin_offsets", claimed)

    def _stand(self, statement: str, offsets: Mapping[Place, int]) -> dict[Place, int]:
        topics, partitions = [topic for topic, _ in offsets], [partition for _, partition in offsets]
        found = self._all(statement, topics=topics, partitions=partitions, offsets=list(offsets.values()))
        return {(topic, partition): offset for topic, partition, offset in found}

    def write_refusals(self, refusals: Sequence[RefusalRows]) -> list[bool]:
        """Dead letters with what belongs to them; whether each is of an event that had none before.

        One that is known already stays as it is. Of an event and a reason, the source is told once.
        """
        ids = [one.dead_letter.event_id for one in refusals if one.dead_letter.event_id]
        before = {(source, event_id, reason) for source, event_id, reason in self._all("buried_events", ids=ids)}
        put = _insert(DeadLetterRow, "dead_letter")
        fresh = [one for one in refusals if self.connection.execute(put, one.dead_letter).rowcount == 1]
        enter(self.connection, *(entry for one in fresh for entry in one.ledger))
        told = set(before)
        telling = [one for one in fresh if _is_new((*_event_of(one), one.dead_letter.reason), told)]
        notices = [one.notice for one in telling if one.notice]
        self._copy_in(EventRow, [event for event, _ in notices])
        self._copy_in(DeliveryRow, [delivery for _, delivery in notices])
        self._copy_in(OutboxRow, [row for one in telling for row in one.outbox])
        self._wake({event.tier for event, _ in notices})
        events: set[Any] = {(source, event_id) for source, event_id, _ in before}
        return [one in fresh and _is_new(_event_of(one), events) for one in refusals]

    def ask(self, task: Task, random: Random) -> None:
        """Open a task, or open it again."""
        ask(self.connection, task, random)

    def enter(self, *entries: Entry) -> None:
        """Write ledger entries."""
        enter(self.connection, *entries)

    def write_outbox(self, rows: Sequence[OutboxRow]) -> None:
        """Word to senders that no event belongs to."""
        self._copy_in(OutboxRow, rows)

    def count_bad(self, source: str, count: int, now: datetime) -> bool:
        """Count bad records of a source; whether it is now in quarantine."""
        found = self._all("count_bad", source=source, count=count, now=now, limit=BAD_LIMIT, window=now - BAD_WINDOW)
        return bool(found[0][0])

    def _write(self, events: Sequence[EventRows], now: datetime) -> None:
        self._copy_in(EventRow, [rows.event for rows in events])
        self._copy_in(SubjectRow, [row for rows in events for row in rows.subjects])
        self._copy_all(events)
        self._cancel(events, now)
        for source, case_key, sequence in (rows.closes for rows in events if rows.closes):
            self._run("close_reviews", source=source, case_key=case_key, sequence=sequence)
        updates = [rows.event.event_id for rows in events if rows.event.kind == EventKind.UPDATED]
        if updates:
            self._run("close_texts", ids=updates)
        self._wake({rows.event.tier for rows in events})

    def _copy_all(self, events: Sequence[EventRows]) -> None:
        """What each decision of an event adds, the first and every later one."""
        self._copy_in(
            DecisionRow, [row._replace(released=Jsonb(row.released)) for rows in events for row in rows.decisions]
        )
        self._copy_in(DeliveryRow, [row for rows in events for row in rows.deliveries])
        self._copy_in(Task, [row for rows in events for row in rows.tasks])
        self._copy_in(WaitingText, [row._replace(parts=Jsonb(row.parts)) for rows in events for row in rows.texts])
        self._copy_in(Entry, [row for rows in events for row in rows.ledger])
        self._copy_in(OutboxRow, [row for rows in events for row in rows.outbox])

    def _cancel(self, events: Sequence[EventRows], now: datetime) -> None:
        cancelled = {delivery_id: why for rows in events for delivery_id, why in rows.cancelled.items()}
        if cancelled:
            self._run("cancel_deliveries", ids=list(cancelled), reasons=list(cancelled.values()), now=now)

    def _wake(self, tiers: set[str]) -> None:
        for tier in sorted(tiers):
            self.connection.execute(WAKE, (tier,))

    def _run(self, name: str, **parameters: Any) -> None:
        self.connection.execute(sql(name, PACKAGE), parameters)

    def _copy_in(self, kind: type[Any], rows: Sequence[Any]) -> None:
        if not rows:
            return
        statement, types = self._copies[kind]
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def _all(self, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql(name, PACKAGE), parameters, binary=True).fetchall()


def _event_of(refusal: RefusalRows) -> tuple[str | None, UUID | None]:
    """An event by its source and the id that it gave: another source's of the same id is another event."""
    return refusal.dead_letter.source, refusal.dead_letter.event_id


def _is_new(one: object, seen: set[Any]) -> bool:
    """Whether this was not seen yet; a copy of a record is no further fault of its source, nor news to it."""
    is_new = one not in seen
    seen.add(one)
    return is_new


def _insert(kind: type[NamedTuple], table: str) -> Composed:
    """An insert that leaves a row that is there already as it is."""
    columns = SQL(", ").join(map(Identifier, kind._fields))
    holes = SQL(", ").join([SQL("%s")] * len(kind._fields))
    return SQL("insert into {} ({}) values ({}) on conflict do nothing").format(Identifier(table), columns, holes)


def _arrays(cases: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    return {"sources": [source for source, _ in cases], "keys": [key for _, key in cases]}


def _copy(connection: psycopg.Connection, kind: type[NamedTuple], table: str) -> tuple[Any, list[int]]:
    """The COPY statement of a row type, and its columns' types as the database has them."""
    known: dict[str, int] = dict(
        connection.execute(
            "select attname, atttypid::int from pg_attribute where attrelid = %s::regclass and attnum > 0", (table,)
        ).fetchall()
    )
    fields = kind._fields
    columns = SQL(", ").join(map(Identifier, fields))
    return (
        SQL("copy {} ({}) from stdin (format binary)").format(Identifier(table), columns),
        [known[name] for name in fields],
    )
