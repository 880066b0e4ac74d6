"""The way in: translate, mark, seal, sign, spool; one for every door. When `take` answers Accepted, it is on disk.

A record holds one concern or several. Of a format whose records are whole, all of them are put on disk in one
transaction, or none is; of another each is taken or refused by itself, though several may share a transaction.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from adapters.bridge import metrics
from adapters.bridge.answers import UNABLE, Answer, Door, NotRaised, Refused, Taken, Unable
from adapters.bridge.formats import MAX_NATIVE, NativeFormat, Nothing, Raised, Read, Wrong
from adapters.bridge.likely import asks_a_person
from adapters.bridge.marking import mark
from adapters.bridge.news.store import Sent
from adapters.bridge.spool.store import Accepted, Entry, Full, Notice, Spool, Waiting
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
NO_MEMORY = "The adapter has no memory for this record now: send it again later."
SEND_ANEW = (
    "notice: what was left out then, the hub reads by now: for it to go on, send it under a higher version or a later "
    "last_modified."
)
TOGETHER = 50
"""Concerns of a record that reach the disk in one transaction, where each is taken by itself."""
UNTOLD = {"Content": 1, "Facts": 2}
"""What a hub reads for sure that has not answered yet: the first notices may be there before its answer is here."""
_NOBODY = UUID(int=0)
_FACTS = b"concern-hub/adapter-facts/1\0"
_NO_FACT = frozenset({"repeats"})
"""What somebody found in a text."""
_LATER = frozenset({"caveats", "delete_by", "holds_other"})
"""What a notice says by a release after the first: one that does not say it has the digest that it always had."""


@dataclass(frozen=True, slots=True)
class _New:
    """A concern that is to be put on disk, signed under this key. `asks` is as for Accepted."""

    entry: Entry
    signing_key: str
    asks: bool


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
            raise Unavailable(NO_MEMORY) from error
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
        alone = 0
        while left := found[len(answers) :]:
            some = left[: 1 if len(answers) < alone else TOGETHER]
            try:
                taken = self._take_unit(some, now) if len(some) == 1 else self._take_some(some, now)
            except (HubError, OSError) as error:
                if not any(answer.accepted for answer in answers):
                    raise
                why = str(error) if isinstance(error, HubError) else UNABLE
                return (*answers, *(Answer(Unable(why), one.where) for one in left))
            alone = alone if taken else len(answers) + len(some)
            answers += taken
        return tuple(answers)

    def _take_some(self, found: Sequence[Read], now: datetime) -> tuple[Answer, ...]:
        """Each by itself, though the new ones reach the disk in one transaction; nothing where they cannot together."""
        try:
            if any(isinstance(read, Nothing) or (isinstance(read, Raised) and read.only_known) for read in found):
                return ()  # whether a case is known may be up to one before it
            ready = [_refused(read, now) or self._ready(read) for read in found]
            kept = self._append([one for one in ready if isinstance(one, _New)], now)
        except (HubError, OSError):
            raise
        except Exception:  # noqa: BLE001 - one by one, it is seen which of them the adapter fails at
            return ()
        if not all(isinstance(one, Accepted) for one in kept):
            return ()
        return _answers(ready, kept, found)

    def _take_unit(self, found: Sequence[Read], now: datetime) -> tuple[Answer, ...]:
        """All of them, or none; what raises nothing is that, whatever becomes of the others."""
        try:
            settled = [self._nothing(read, found) for read in found]
            told = [read for read, nothing in zip(found, settled, strict=True) if nothing is None]
            refused = [_refused(read, now) for read in told]
            ready = _together(refused) if any(refused) else [self._ready(read) for read in told]
            new = [one for one in ready if isinstance(one, _New)]
            wrong = any(isinstance(one, Refused) or (isinstance(one, Accepted) and one.differs) for one in ready)
            kept = [Refused((NOT_ALONE,))] * len(new) if wrong else self._append(new, now)
        except (HubError, OSError):
            raise
        except MemoryError as error:
            raise Unavailable(NO_MEMORY) from error
        except Exception as error:  # noqa: BLE001 - a concern that cannot be written must not stop those behind it
            return tuple(self._broken(error, read.where) for read in found)
        answers = iter(_answers(ready, kept, told))
        return tuple(nothing or next(answers) for nothing in settled)

    def _broken(self, error: Exception, where: str) -> Answer:
        """A record that this adapter fails at; what it holds is known to its sender alone, who must hear of that."""
        logger().error("a record broke the adapter", source=self.source, fault=fault(error))
        return Answer(Refused((BROKEN,)), where)

    def _nothing(self, read: Read, found: Sequence[Read]) -> Answer | None:
        """The answer to what raises nothing; None of anything else, and of what takes back one of the same unit."""
        if isinstance(read, Nothing):
            return Answer(NotRaised(), read.where, (read.why,))
        if isinstance(read, Raised) and read.only_known:
            case = read.concern.reference
            here = any(
                isinstance(one, Raised) and not one.only_known and one.concern.reference == case for one in found
            )
            notice = identify(read.concern, self._keys().case_secret)
            if not here and not self._spool.knows_case(notice.case_key):
                return Answer(NotRaised(), read.where, (UNKNOWN_CASE,))
        return None

    def _ready(self, read: Read) -> Accepted | Refused | _New:
        """What becomes of a concern within bounds, as far as the disk need not be asked to keep it."""
        assert isinstance(read, Raised)  # one that is wrong is refused
        concern, keys = read.concern, self._keys()
        asks, notice = asks_a_person(concern), identify(concern, keys.case_secret)
        known = self._spool.find(notice)
        if known is not None:
            return replace(known, asks=asks, left_out=self._left_out(known, concern))
        schemas = self._written_under(concern)
        fitted = fit(concern, schemas)
        if not isinstance(fitted, Fitted):
            return Refused(fitted)
        record_key, value = seal(mark(fitted.concern), schemas, keys)
        if len(value) > MAX_SEALED:
            return Refused((TOO_LARGE,))
        event = Waiting(0, concern.event_id, concern_topic(concern.tier), record_key, value)
        return _New(Entry(event, notice, fitted.left_out), keys.signing_key, asks)

    def _left_out(self, known: Accepted, concern: Concern) -> tuple[str, ...]:
        """What did not go on when it was accepted, and how it does now, where it would."""
        if not known.left_out:
            return ()
        fitted = fit(concern, self._written_under(concern))
        more = isinstance(fitted, Fitted) and len(fitted.left_out) < len(known.left_out)
        return (*known.left_out, SEND_ANEW) if more else known.left_out

    def _append(self, new: Sequence[_New], now: datetime) -> Sequence[Taken]:
        """Put them on disk in one transaction: all of them, or none."""
        entries = [one.entry for one in new]
        if len({(entry.notice.case_key, entry.notice.sequence) for entry in entries}) < len(entries):
            return [Refused((TWICE,))] * len(entries)
        if sum(len(entry.event.value) for entry in entries) > MAX_UNIT:
            return [Refused((UNIT_TOO_LARGE,))] * len(entries)
        for one in new:
            self._remember(one.entry.event, one.signing_key, now)
        kept = self._spool.append(entries, at=now) if entries else ()
        if isinstance(kept, Full):
            return [kept] * len(entries)
        return [replace(one, asks=of.asks) if one else Refused((NOT_ALONE,)) for one, of in zip(kept, new, strict=True)]

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


def _refused(read: Read, now: datetime) -> Refused | None:
    faults = read.faults if isinstance(read, Wrong) else ()
    if isinstance(read, Raised):
        faults = out_of_bounds(read.concern, now)
    return Refused(faults) if faults else None


def _answer(taken: Taken, read: Read) -> Answer:
    unused = read.left_out if isinstance(read, Raised) else ()
    return Answer(taken, read.where, unused + (taken.left_out if isinstance(taken, Accepted) else ()))


def _together(unit: Sequence[Refused | None]) -> list[Accepted | Refused | _New]:
    """The outcomes of a unit of which one is refused: then no other is taken in."""
    return [one or Refused((NOT_ALONE,)) for one in unit]


def _answers(
    ready: Sequence[Accepted | Refused | _New], kept: Sequence[Taken], found: Sequence[Read]
) -> tuple[Answer, ...]:
    """In the order of the record; `kept` has what became of those that were new."""
    others = iter(kept)
    return tuple(
        _answer(next(others) if isinstance(one, _New) else one, read) for one, read in zip(ready, found, strict=True)
    )


def identify(concern: Concern, secret: bytes) -> Notice:
    """The notice behind a concern. The digest is keyed, so that it tells nothing to who reads the spool.

    What is marked in its texts is no fact of the notice: who looks better tomorrow knows it again.
    """
    text = json.dumps(replace(concern, event_id=_NOBODY), default=_plain, sort_keys=True)
    return Notice(
        case_key(secret, concern.source, concern.reference),
        concern.sequence,
        hmac.digest(secret, _FACTS + text.encode(), "sha256"),
    )


def _plain(value: Any) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if not is_dataclass(value):
        return str(value)
    told = ((name, getattr(value, name)) for name in _facts_of(value.__class__))
    return {name: said for name, said in told if said or name not in _LATER}


@cache
def _facts_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in _NO_FACT)


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
