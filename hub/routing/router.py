"""A batch of records in, one committed transaction out, and how far each partition's offsets may be committed.

Runs in a worker thread, so that the event loop keeps the consumer's heartbeat while a batch is decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Self

from hub import metrics
from hub.facts.errors import SOURCES_OWN, Reason
from hub.facts.terms import Outcome
from hub.log import fault, logger
from hub.matching.register.register import Register
from hub.routing.batch_store import BatchStore, Connect
from hub.routing.burying import record_refusal
from hub.routing.context import Context, Record
from hub.routing.ingest import Checked, KeyAwaited, Refused, Tested, ingest, refuse
from hub.routing.pipeline import Entangled, Repeated, Result, run
from hub.routing.places import Behind, Place, behind, next_offsets
from hub.routing.recording import EventRows
from hub.routing.rubbish import Budget
from hub.routing.tables import EventRow
from hub.routing.testing import Answers
from hub.store.troubles import Failed, Holding, Trouble


@dataclass(slots=True)
class Router:
    """Decides batches on a connection of its own."""

    holding: Holding[BatchStore]
    context: Context
    register: Register
    answers: Answers = field(default_factory=Answers)
    _known: dict[Place, int] = field(default_factory=dict)
    """How far each partition is decided, as this router began with it or wrote it last."""
    _budget: Budget = field(default_factory=Budget)

    @classmethod
    def of(cls, connect: Connect, context: Context, register: Register) -> Self:
        """On a connection that `connect` opens when it is needed."""
        return cls(Holding(partial(BatchStore.open, connect), (Entangled, KeyAwaited, Behind)), context, register)

    def process(self, records: Sequence[Record]) -> None:
        """Decide a batch and commit it; raises Unavailable where a part does not answer: try the same again.

        Raises Behind where the database lacks what came before: go back, and decide that first.

        A batch on which the hub itself fails, or that takes too long, is halved. The one record at fault in the end
        becomes a dead letter; one that only takes long is tried again.
        """
        started = perf_counter()
        try:
            results = self.holding.attempt(partial(self._once, records))
        except Entangled:
            self._halve(records)
            return
        except KeyAwaited as awaited:
            if others := _not_behind(awaited.record, records):
                self.process(others)
            raise
        match results:
            case Failed(Trouble.DEFECT, error):
                logger().error("hub_fault", count=len(records), fault=fault(error))
                self._halve(records)
            case Failed(Trouble.SMALLER) if len(records) > 1:
                self._halve(records)
            case Failed():
                raise results.unavailable()
            case _:
                _count(records, results, perf_counter() - started)

    def begin(self, committed: Mapping[Place, int], mine: Collection[Place]) -> None:
        """Take up partitions: compare Kafka's word on new ones, and what is known of the others, with the database's.

        `mine` are all that this router has now. Raises Behind where the database knows less, else Unavailable.
        """
        self._known = {place: offset for place, offset in self._known.items() if place in mine} | dict(committed)
        stored = self.holding.attempt(self._begin)
        if isinstance(stored, Failed):
            raise stored.unavailable()
        self._go_back(stored)

    def _begin(self, store: BatchStore) -> dict[Place, int]:
        with store.connection.transaction():
            return store.begin(self._known)

    def _go_back(self, stored: Mapping[Place, int]) -> None:
        if at := behind(self._known, stored):
            error = Behind(self._known, at)
            self._known |= at
            raise error

    def close(self) -> None:
        """Give the connection back; the next batch opens a new one."""
        self.holding.close()

    def _halve(self, records: Sequence[Record]) -> None:
        if len(records) > 1:
            self.process(records[: len(records) // 2])
            self.process(records[len(records) // 2 :])
            return
        refused = [_fault_of(record, self.context) for record in records]
        buried = self.holding.attempt(partial(self._bury_alone, records, refused))
        if isinstance(buried, Failed):
            raise buried.unavailable()
        _count(records, refused, 0.0)

    def _bury_alone(self, records: Sequence[Record], refused: Sequence[Refused], store: BatchStore) -> None:
        with store.connection.transaction():
            self._bury(store, refused)
            offsets = self._advance(store, records)
        self._known |= offsets

    def _advance(self, store: BatchStore, records: Sequence[Record]) -> dict[Place, int]:
        """In the transaction that decides them: how far these records' partitions are now."""
        offsets = next_offsets(records)
        self._go_back(store.advance(offsets))
        return {place: max(offset, self._known.get(place, 0)) for place, offset in offsets.items()}

    def _once(self, records: Sequence[Record], store: BatchStore) -> list[Result]:
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
            store.write_outbox(self.answers.rows((one for one in results if isinstance(one, Tested)), self.context))
            offsets = self._advance(store, records)
        self._known |= offsets
        return [
            *refused,
            *(result for result in results if not isinstance(result, Refused) and result not in refused_rows),
        ]

    def _bury(self, store: BatchStore, refused: Sequence[Refused]) -> None:
        """Dead letters for what cannot be used; a source that sends many is quarantined."""
        if not refused:
            return
        now = self.context.now()
        groups = self._budget.divide(refused, now)
        rows = [record_refusal(some[-1], self.context, sum(one.record.records for one in some)) for some in groups]
        counted = Counter(
            some[-1].source
            for some, is_new in zip(groups, store.write_refusals(rows), strict=True)
            if is_new and some[-1].source and some[-1].reason in SOURCES_OWN
        )
        for source, count in sorted(counted.items()):
            if store.count_bad(str(source), count, now):
                logger().error("source_quarantined", source=source)


def _not_behind(awaited: Record, records: Sequence[Record]) -> list[Record]:
    """Those on other partitions, and those before it on its own."""
    place = awaited.topic, awaited.partition
    return [one for one in records if (one.topic, one.partition) != place or one.offset < awaited.offset]


def _fault_of(record: Record, context: Context) -> Refused:
    """A record on which the hub failed; its source hears of it where the signature can still be shown to be theirs."""
    try:
        checked = ingest(record, context)
    except Exception:  # noqa: BLE001 - it may be this very step that fails
        return Refused(record, Reason.HUB_FAULT)
    return refuse(checked, Reason.HUB_FAULT) if isinstance(checked, Checked) else Refused(record, Reason.HUB_FAULT)


def _refused(rows: EventRows, records: Sequence[Record]) -> Refused:
    event = rows.event
    record = next(
        r for r in records if (r.topic, r.partition, r.offset) == (event.topic, event.partition, event.record_offset)
    )
    return Refused(record, Reason.STORE_REFUSED, event.source, event.sent_as or event.event_id, event.digest)


def _count(records: Sequence[Record], results: Sequence[Result], seconds: float) -> None:
    tier = records[0].topic.rpartition(".")[2] if records else ""
    metrics.BATCH_SECONDS.labels(tier).observe(seconds)
    for result in results:
        match result:
            case EventRows():
                metrics.CONCERNS.labels(result.event.tier, result.event.outcome).inc()
                _note_shared(result.event)
                for decision in result.decisions:
                    metrics.DECISIONS.labels(decision.outcome).inc()
            case Refused():
                metrics.CONCERNS.labels(tier, Outcome.DEAD_LETTER).inc(result.record.records)
                metrics.DEAD_LETTERS.labels(result.reason).inc(result.record.records)
            case Tested():
                logger().info("connection_tested", source=result.event.source)
            case Repeated():
                metrics.CONCERNS.labels(tier, Outcome.DUPLICATE).inc()
    _log_dead(results)


def _note_shared(event: EventRow) -> None:
    """Ids are made so that no two are alike: somebody reads them, or a machine was copied."""
    if event.sent_as is not None:
        metrics.EVENT_IDS_SHARED.inc()
        logger().warning("event_id_shared", event_id=str(event.event_id), source=event.source)


def _log_dead(results: Sequence[Result]) -> None:
    """A line for each partition, source and reason: a flood of rubbish is no flood of lines."""
    dead: dict[tuple[str, int, str | None, Reason], list[Record]] = {}
    for one in results:
        if isinstance(one, Refused):
            dead.setdefault((one.record.topic, one.record.partition, one.source, one.reason), []).append(one.record)
    for (topic, partition, source, reason), records in dead.items():
        count, offset = sum(record.records for record in records), records[-1].offset
        logger().warning(
            "dead_letter", reason=reason, source=source, topic=topic, partition=partition, offset=offset, count=count
        )
