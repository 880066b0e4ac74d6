"""The way in: translate, mark, seal, sign, spool; one for every door. When `take` answers Accepted, it is on disk."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from adapters.bridge import metrics
from adapters.bridge.formats import MAX_NATIVE, Faults, Translate
from adapters.bridge.likely import asks_a_person
from adapters.bridge.marking import mark
from adapters.bridge.news.store import Sent
from adapters.bridge.spool.store import Accepted, Full, Notice, Spool, Waiting
from hub.facts.bounds import MAX_SEALED, out_of_bounds
from hub.facts.errors import HubError
from hub.facts.model import Concern
from hub.kafka.topics import concern_topic
from hub.log import fault, logger
from hub.wire.fitting import Fitted, fit
from hub.wire.schemas import Schemas
from hub.wire.sealed import SourceKeys, case_key, header_digest, seal

DIFFERS = (
    "notice: its reference and sequence were accepted before with another text, and that one stands: send the change "
    "under a higher version or a later last_modified."
)
TOO_LARGE = f"notice: is larger than {MAX_SEALED:,} bytes once it is sealed: shorten its texts, or send it as several."
UNTOLD = {"Content": 1, "Facts": 2}
"""What a hub reads for sure that has not answered yet: the first notices may be there before its answer is here."""
_NOBODY = UUID(int=0)
_FACTS = b"concern-hub/adapter-facts/1\0"
_LATER = frozenset({"caveats", "delete_by", "holds_other"})
"""What a notice says by a release after the first: one that does not say it has the digest that it always had."""


class Door(StrEnum):
    """How a record came in."""

    HTTP = "http"
    DROP = "drop"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Refused:
    """The record is wrong: one sentence for each fault."""

    faults: Faults


Taken = Accepted | Refused | Full


class Intake:
    """Takes native records of one source in. Safe to call from several threads."""

    def __init__(
        self, source: str, translate: Translate, spool: Spool, schemas: Schemas, keys: Callable[[], SourceKeys],
        *, now: Callable[[], datetime], new_id: Callable[[], UUID], reads: Callable[[], Mapping[str, int]] = dict,
        sent: Callable[[Sent], None] | None = None,
    ) -> None:  # fmt: skip
        """`reads`: the newest version of each schema that the hub has said it reads; of those not said, any.

        `sent` remembers what was signed, for news to be told by.
        """
        self.source = source
        self._translate = translate
        self._spool = spool
        self._schemas = schemas
        self._keys = keys
        self._now = now
        self._new_id = new_id
        self._reads = reads
        self._sent = sent

    def take(self, raw: bytes, door: Door) -> Taken:
        """Take one native record in. Raises Unavailable (disk) and ConfigurationError (keys); nothing is taken then."""
        taken = self._take(raw)
        outcome = _outcome(taken)
        metrics.NOTICES.labels(door, outcome).inc()
        if isinstance(taken, Accepted):
            logger().info("accepted", event_id=str(taken.event_id), source=self.source, outcome=outcome)
        else:
            count = len(taken.faults) if isinstance(taken, Refused) else 0
            logger().warning("not accepted", source=self.source, outcome=outcome, count=count)
        return taken

    def _take(self, raw: bytes) -> Taken:
        if len(raw) > MAX_NATIVE:
            return Refused((f"notice: is larger than {MAX_NATIVE:,} bytes.",))
        now = self._now()
        concern = self._translate(raw, source=self.source, received_at=now, new_id=self._new_id)
        if not isinstance(concern, Concern):
            return Refused(concern)
        if faults := out_of_bounds(concern, now):
            return Refused(faults)
        taken = self._keep(concern, now)
        return replace(taken, asks=asks_a_person(concern)) if isinstance(taken, Accepted) else taken

    def _keep(self, concern: Concern, now: datetime) -> Taken:
        keys = self._keys()
        notice = identify(concern, keys.case_secret)
        before = self._spool.find(notice)
        if before is not None:
            return before
        schemas = self._written_under(concern)
        fitted = fit(concern, schemas)
        if not isinstance(fitted, Fitted):
            return Refused(fitted)
        record_key, value = seal(mark(fitted.concern), schemas, keys)
        if len(value) > MAX_SEALED:
            return Refused((TOO_LARGE,))
        event = Waiting(0, concern.event_id, concern_topic(concern.tier), record_key, value)
        self._remember(event, keys.signing_key, now)
        taken = self._spool.append(event, notice, at=now)
        return replace(taken, left_out=fitted.left_out) if isinstance(taken, Accepted) else taken

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


def _outcome(taken: Taken) -> str:
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
