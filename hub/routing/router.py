"""A batch of records in, one committed transaction out, and how far each partition's offsets may be committed.

Runs in a worker thread, so that the event loop keeps the consumer's heartbeat while a batch is decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from hub import metrics
from hub.facts.errors import SOURCES_OWN, KeyMissing, Reason, Unavailable, UserError
from hub.facts.terms import Outcome
from hub.log import fault, logger
from hub.matching import Register
from hub.routing.batch_store import BatchStore
from hub.routing.burying import record_refusal
from hub.routing.context import Context, Record
from hub.routing.ingest import Refused, ingest, refuse
from hub.routing.pipeline import Entangled, Repeated, Result, run
from hub.routing.recording import EventRows

ATTEMPTS = 5
"""Times a batch is tried when another router's transaction is in its way."""


@dataclass(slots=True)
class Router:
    """Decides batches on a connection of its own; `connect` opens one with the hub's search path."""

    connect: Callable[[], psycopg.Connection]
    context: Context
    register: Register
    _store: BatchStore | None = None

    def process(self, records: Sequence[Record]) -> None:
        """Decide a batch and commit it; raises Unavailable where a part does not answer: try the same again.

        A batch on which the hub itself fails is halved, down to the one record at fault: that becomes a dead letter.
        """
        started = perf_counter()
        try:
            results = self._attempt(records)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self.close()
            raise Unavailable("PostgreSQL does not answer: the batch is put back and tried again.") from error
        except Entangled:
            self._halve(records)
            return
        except (Unavailable, KeyMissing, UserError):
            raise  # keys, schemas or rules are missing: nothing is decided without them
        except (psycopg.ProgrammingError, psycopg.InternalError) as error:
            raise Unavailable("The database is not as this release needs it: run `hub db upgrade`.") from error
        except Exception as error:  # noqa: BLE001 - a defect of ours on one record must not stop the others
            logger().error("hub_fault", count=len(records), fault=fault(error))
            self._halve(records)
            return
        _count(records, results, perf_counter() - started)

    def _halve(self, records: Sequence[Record]) -> None:
        if len(records) > 1:
            self.process(records[: len(records) // 2])
            self.process(records[len(records) // 2 :])
            return
        refused = [_fault_of(record, self.context) for record in records]
        store = self._open()
        with store.connection.transaction():
            self._bury(store, refused)
        _count(records, refused, 0.0)

    def _attempt(self, records: Sequence[Record]) -> list[Result]:
        for attempt in range(1, ATTEMPTS):
            try:
                return self._once(records)
            except (DeadlockDetected, SerializationFailure, UniqueViolation) as error:
                logger().info("batch_in_conflict", attempt=attempt, fault=fault(error))
        return self._once(records)

    def _open(self) -> BatchStore:
        self._store = self._store or BatchStore.open(self.connect)
        return self._store

    def close(self) -> None:
        """Give the connection back; the next batch opens a new one."""
        store, self._store = self._store, None
        if store is not None:
            store.connection.close()

    def _once(self, records: Sequence[Record]) -> list[Result]:
        store = self._open()
        connection = store.connection
        with connection.transaction():
            results = run(
                records,
                self.context,
                read_cases=store.read_cases,
                match_all=lambda queries: self.register.match(connection, queries),
            )
            events = [result for result in results if isinstance(result, EventRows)]
            refused_rows = store.write(events, self.context.now())
            if refused_rows and len(records) > 1:
                raise Entangled("The database refused an event on which others may rest: they are decided apart.")
            refused = [result for result in results if isinstance(result, Refused)]
            refused += [_refused(rows, records) for rows in refused_rows]
            self._bury(store, refused)
        return [
            *refused,
            *(result for result in results if not isinstance(result, Refused) and result not in refused_rows),
        ]

    def _bury(self, store: BatchStore, refused: Sequence[Refused]) -> None:
        """Dead letters for what cannot be used; a source that sends many is quarantined."""
        if not refused:
            return
        new = store.write_refusals([record_refusal(one, self.context) for one in refused])
        counted = Counter(
            one.source
            for one, is_new in zip(refused, new, strict=True)
            if is_new and one.source and one.reason in SOURCES_OWN
        )
        for source, count in sorted(counted.items()):
            if store.count_bad(str(source), count, self.context.now()):
                logger().error("source_quarantined", source=source)


def _fault_of(record: Record, context: Context) -> Refused:
    """A record on which the hub failed; its source hears of it where the signature can still be shown to be theirs."""
    try:
        checked = ingest(record, context)
    except Exception:  # noqa: BLE001 - it may be this very step that fails
        return Refused(record, Reason.HUB_FAULT)
    return Refused(record, Reason.HUB_FAULT) if isinstance(checked, Refused) else refuse(checked, Reason.HUB_FAULT)


def _refused(rows: EventRows, records: Sequence[Record]) -> Refused:
    event = rows.event
    record = next(
        r for r in records if (r.topic, r.partition, r.offset) == (event.topic, event.partition, event.record_offset)
    )
    return Refused(record, Reason.STORE_REFUSED, event.source, event.event_id)


def _count(records: Sequence[Record], results: Sequence[Result], seconds: float) -> None:
    tier = records[0].topic.rpartition(".")[2] if records else ""
    metrics.BATCH_SECONDS.labels(tier).observe(seconds)
    for result in results:
        match result:
            case EventRows():
                metrics.CONCERNS.labels(result.event.tier, result.event.outcome).inc()
                for decision in result.decisions:
                    metrics.DECISIONS.labels(decision.outcome).inc()
            case Refused():
                metrics.CONCERNS.labels(tier, Outcome.DEAD_LETTER).inc()
                metrics.DEAD_LETTERS.labels(result.reason).inc()
                logger().warning(
                    "dead_letter",
                    reason=result.reason,
                    source=result.source,
                    topic=result.record.topic,
                    partition=result.record.partition,
                    offset=result.record.offset,
                )
            case Repeated():
                metrics.CONCERNS.labels(tier, Outcome.DUPLICATE).inc()
