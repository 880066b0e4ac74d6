"""The way in: translate, mark, seal, sign, spool; one for every door. When `take` answers Accepted, it is on disk.

A record holds one concern or several. Of a format whose records are whole, all of them are put on disk in one
transaction, or none is; of another each is taken or refused by itself.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from adapters.bridge import metrics
from adapters.bridge.answers import UNABLE, Answer, Door, NotRaised, Refused, Taken, Unable
from adapters.bridge.formats import MAX_NATIVE, NativeFormat, Nothing, Raised, Read, Wrong
from adapters.bridge.likely import asks_a_person
from adapters.bridge.marking import mark
from adapters.bridge.news.store import Sent
from adapters.bridge.spool.store import Accepted, Full, Notice, Spool, Waiting
from hub.facts.bounds import MAX_SEALED, out_of_bounds
from hub.facts.errors import HubError, Unavailable
from hub.facts.model import Concern
from hub.kafka.topics import concern_topic
from hub.log import fault, logger
from hub.wire.fitting import Fitted, fit
from hub.wire.schemas import Schemas
from hub.wire.sealed import SourceKeys, case_key, header_digest, seal

TOO_LARGE = f"notice: is larger than {MAX_SEALED:,} bytes once it is sealed: shorten its texts, or send it as several."
NO_CONCERN = "notice: holds no concern."
MAX_CONCERNS = 2_000
"""Of one record: what is taken in within some ten seconds, for which the next record at the same door waits."""
TOO_MANY = f"notice: holds more than {MAX_CONCERNS:,} concerns: send it as several."
TWICE = "notice: two of its concerns have one reference and sequence: give each its own."
NOT_ALONE = "notice: this concern is not wrong, but another of the same record is, and they are taken in together."
MAX_UNIT = 8 * MAX_SEALED
"""Bytes of one transaction: the journal has room for them beside what else it holds."""
UNKNOWN_CASE = "nothing raised: it takes back what was never raised here."
UNIT_TOO_LARGE = f"notice: its concerns are larger than {MAX_UNIT:,} bytes once they are sealed: send them apart."
BROKEN = "notice: this adapter fails at it, which is a fault of the adapter's: report it to whoever runs the adapter."
UNTOLD = {"Content": 1, "Facts": 2}
"""What a hub reads for sure that has not answered yet: the first notices may be there before its answer is here."""
_NOBODY = UUID(int=0)
_FACTS = b"concern-hub/adapter-facts/1\0"
_LATER = frozenset({"caveats", "delete_by", "holds_other"})
"""What a notice says by a release after the first: one that does not say it has the digest that it always had."""


class Intake:
    """Takes native records of one source in. Safe to call from several threads."""

    def __init__(
        self, source: str, native: NativeFormat, spool: Spool, schemas: Schemas, keys: Callable[[], SourceKeys],
        *, now: Callable[[], datetime], new_id: Callable[[], UUID], reads: Callable[[], Mapping[str, int]] = dict,
        sent: Callable[[Sent], None] | None = None,
    ) -> None:  # fmt: skip
        """`reads`: the newest version of each schema that the hub has said it reads; of those not said, any.

        `sent` remembers what was signed, for news to be told by.
        """
        self.source = source
        self._native = native
        self._spool = spool
        self._schemas = schemas
        self._keys = keys
        self._now = now
        self._new_id = new_id
        self._reads = reads
        self._sent = sent

    def take(self, raw: bytes, door: Door) -> tuple[Answer, ...]:
        """Take one native record in: an answer for each of its concerns, in their order; at least one.

        Raises Unavailable (disk) and ConfigurationError (keys); nothing is taken then.
        """
        answers = self._take(raw)
        for answer in answers:
            self._tell(answer.taken, door)
        return answers

    def _tell(self, taken: Taken, door: Door) -> None:
        outcome = _outcome(taken)
        metrics.NOTICES.labels(self.source, door, outcome).inc()
        if isinstance(taken, Accepted):
            logger().info("accepted", event_id=str(taken.event_id), source=self.source, outcome=outcome)
        elif not isinstance(taken, NotRaised):
            count = len(taken.faults) if isinstance(taken, Refused) else 0
            logger().warning("not accepted", source=self.source, outcome=outcome, count=count)

    def _take(self, raw: bytes) -> tuple[Answer, ...]:
        if len(raw) > MAX_NATIVE:
            return (Answer(Refused((f"notice: is larger than {MAX_NATIVE:,} bytes.",))),)
        now = self._now()
        try:
            found = self._native.translate(raw, source=self.source, received_at=now, new_id=self._new_id)
        except MemoryError as error:
            raise Unavailable("The adapter has no memory for this record now: send it again later.") from error
        except Exception as error:  # noqa: BLE001 - whatever a record does to a parser must not stop the records behind it
            return (self._broken(error, ""),)
        if not found:
            return (Answer(Refused((NO_CONCERN,))),)
        if len(found) > MAX_CONCERNS:
            return (Answer(Refused((TOO_MANY,))),)
        return self._take_unit(found, now) if self._native.whole else self._take_each(found, now)

    def _take_each(self, found: Sequence[Read], now: datetime) -> tuple[Answer, ...]:
        """Each by itself. What is on disk is answered as such also where the adapter fails behind it."""
        answers: list[Answer] = []
        for read in found:
            try:
                answers += self._take_unit((read,), now)
            except (HubError, OSError) as error:
                if not any(answer.accepted for answer in answers):
                    raise
                why = str(error) if isinstance(error, HubError) else UNABLE
                return (*answers, *(Answer(Unable(why), left.where) for left in found[len(answers) :]))
        return tuple(answers)

    def _take_unit(self, found: Sequence[Read], now: datetime) -> tuple[Answer, ...]:
        """All of them, or none; what raises nothing is that, whatever becomes of the others."""
        try:
            settled = [self._nothing(read) for read in found]
            told = [
                read
                for read, nothing in zip(found, settled, strict=True)
                if nothing is None and not isinstance(read, Nothing)
            ]
            refused = [_refused(read, now) for read in told]
            raised = [read.concern for read in told if isinstance(read, Raised)]
            taken = iter(_together(refused) if any(refused) else self._keep(raised, now))
        except (HubError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - a concern that cannot be written must not stop those behind it
            return tuple(self._broken(error, read.where) for read in found)
        pairs = zip(settled, found, strict=True)
        return tuple(nothing or _answer(next(taken), read) for nothing, read in pairs)

    def _broken(self, error: Exception, where: str) -> Answer:
        """A record that this adapter fails at; what it holds is known to its sender alone, who must hear of that."""
        logger().error("a record broke the adapter", source=self.source, fault=fault(error))
        return Answer(Refused((BROKEN,)), where)

    def _nothing(self, read: Read) -> Answer | None:
        """The answer to what raises nothing; None of anything else."""
        if isinstance(read, Nothing):
            return Answer(NotRaised(), read.where, (read.why,))
        if isinstance(read, Raised) and read.only_known:
            notice = identify(read.concern, self._keys().case_secret)
            if not self._spool.knows_case(notice.case_key):
                return Answer(NotRaised(), read.where, (UNKNOWN_CASE,))
        return None

    def _keep(self, unit: Sequence[Concern], now: datetime) -> Sequence[Taken]:
        keys = self._keys()
        asks = [asks_a_person(concern) for concern in unit]
        notices = [identify(concern, keys.case_secret) for concern in unit]
        if len({(notice.case_key, notice.sequence) for notice in notices}) < len(unit):
            return [Refused((TWICE,))] * len(unit)
        known = [self._spool.find(notice) for notice in notices]
        if None not in known or any(one is not None and one.differs for one in known):
            kept: Sequence[Taken] = _together(known)
        else:
            kept = self._append(unit, notices, known, keys, now)
        return [
            replace(one, asks=asking) if isinstance(one, Accepted) else one
            for one, asking in zip(kept, asks, strict=True)
        ]

    def _append(
        self, unit: Sequence[Concern], notices: Sequence[Notice], known: Sequence[Accepted | None], keys: SourceKeys,
        now: datetime,
    ) -> Sequence[Taken]:  # fmt: skip
        """Those that are not known yet, in one transaction."""
        fresh = [at for at, one in enumerate(known) if one is None]
        sealed = [self._sealed(unit[at], keys) for at in fresh]
        if any(isinstance(one, Refused) for one in sealed):
            return _merged(known, _together([one if isinstance(one, Refused) else None for one in sealed]))
        events, left_out = zip(*(one for one in sealed if not isinstance(one, Refused)), strict=True)
        if sum(len(event.value) for event in events) > MAX_UNIT:
            return _merged(known, [Refused((UNIT_TOO_LARGE,))] * len(fresh))
        for event in events:
            self._remember(event, keys.signing_key, now)
        appended = self._spool.append([(event, notices[at]) for event, at in zip(events, fresh, strict=True)], at=now)
        if isinstance(appended, Full):
            return _merged(known, [appended] * len(fresh))
        kept = [
            replace(one, left_out=left) if isinstance(one, Accepted) else one
            for one, left in zip(_together(appended), left_out, strict=True)
        ]
        return _merged(known, kept)

    def _sealed(self, concern: Concern, keys: SourceKeys) -> tuple[Waiting, tuple[str, ...]] | Refused:
        """The event, and what of the concern is not in it because the hub does not read it."""
        schemas = self._written_under(concern)
        fitted = fit(concern, schemas)
        if not isinstance(fitted, Fitted):
            return Refused(fitted)
        record_key, value = seal(mark(fitted.concern), schemas, keys)
        if len(value) > MAX_SEALED:
            return Refused((TOO_LARGE,))
        return Waiting(0, concern.event_id, concern_topic(concern.tier), record_key, value), fitted.left_out

    def _written_under(self, concern: Concern) -> Schemas:
        """The newest versions that the hub has said it reads; before it has, older ones where they hold all of it."""
        reads = self._reads()
        if not reads and fit(concern, before := self._schemas.as_read_by(UNTOLD)) == Fitted(concern):
            return before
        return self._schemas.as_read_by(reads)

    def _remember(self, event: Waiting, signing_key: str, now: datetime) -> None:
        """A concern is taken in whether or not its news can be told from another's."""
        if self._sent is not None:
            try:
                self._sent(Sent(event.event_id, header_digest(event.value, self._schemas), signing_key, now))
            except HubError as error:
                logger().warning("what was sent is not remembered", source=self.source, fault=fault(error))


def _refused(read: Raised | Wrong, now: datetime) -> Refused | None:
    faults = out_of_bounds(read.concern, now) if isinstance(read, Raised) else read.faults
    return Refused(faults) if faults else None


def _answer(taken: Taken, read: Read) -> Answer:
    unused = read.left_out if isinstance(read, Raised) else ()
    return Answer(taken, read.where, unused + (taken.left_out if isinstance(taken, Accepted) else ()))


def _together(unit: Sequence[Accepted | Refused | None]) -> list[Accepted | Refused]:
    """The outcomes of a unit of which one is not taken in: then no other is."""
    return [one or Refused((NOT_ALONE,)) for one in unit]


def _merged(known: Sequence[Accepted | None], fresh: Sequence[Taken]) -> list[Taken]:
    """The unit's outcomes in its order, of which `fresh` has those that are not known."""
    others = iter(fresh)
    return [one or next(others) for one in known]


def identify(concern: Concern, secret: bytes) -> Notice:
    """The notice behind a concern. The digest is keyed, so that it tells nothing to who reads the spool.

    What is marked in its texts is no fact of the notice: who looks better tomorrow knows it again.
    """
    facts = asdict(replace(concern, event_id=_NOBODY))
    for part in facts["content"]:
        del part["repeats"]
    for told in (facts, *(facts["people"] or ())):
        for name in _LATER & told.keys():
            if not told[name]:
                del told[name]
    text = json.dumps(facts, default=_plain, sort_keys=True)
    return Notice(
        case_key(secret, concern.source, concern.reference),
        concern.sequence,
        hmac.digest(secret, _FACTS + text.encode(), "sha256"),
    )


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _outcome(taken: Taken) -> str:  # noqa: PLR0911 - one for each outcome
    match taken:
        case Accepted(repeated=False):
            return "accepted"
        case Accepted(differs=False):
            return "repeated"
        case Accepted():
            return "differs"
        case Refused():
            return "refused"
        case Full():
            return "full"
        case Unable():
            return "unable"
        case NotRaised():
            return "nothing"
