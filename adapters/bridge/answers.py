"""What became of a record's concerns, in the words of every door; a value of the record is never among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol
from uuid import UUID

from adapters.bridge.spool.store import Accepted, Full

ASKS: Literal["a person will be asked"] = "a person will be asked"
FULL = "The spool is full, because Kafka has been away: send this notice again later."
UNABLE = "The adapter cannot accept notices now: send this notice again later."
DISK_FULL = "The disk under the spool is full: send this notice again later."
DIFFERS = (
    "notice: its reference and sequence were accepted before with another text, and that one stands: send the change "
    "under a higher version or a later last_modified."
)


class Door(StrEnum):
    """How a record came in."""

    HTTP = "http"
    DROP = "drop"
    COMMAND = "command"
    MLLP = "mllp"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Refused:
    """The concern, or the record, is wrong: one sentence for each fault."""

    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unable:
    """Concerns before this one are on disk, and then the adapter could not go on: come back later."""

    why: str


@dataclass(frozen=True, slots=True)
class NotRaised:
    """There is no concern in it, and nothing wrong with it: `left_out` of its answer says why."""


Taken = Accepted | Refused | Full | Unable | NotRaised


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one concern of a record. `where` and `left_out` are as for `Raised`."""

    taken: Taken
    where: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def accepted(self) -> UUID | None:
        """The event that what it says became, now or before."""
        return self.taken.event_id if isinstance(self.taken, Accepted) and not self.taken.differs else None


class Takes(Protocol):
    """The way in, as a door sees it."""

    source: str

    def take(self, raw: bytes, door: Door) -> tuple[Answer, ...]:
        """An answer for each concern of the record; raises HubError where nothing of it is taken now."""


class State(StrEnum):
    """How one concern stands. `LATER`: it was not taken in, through no fault of its own; send the record again.

    `NOTHING`: what was sent raises no concern, and is answered for good.
    """

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"
    LATER = "later"
    NOTHING = "nothing"


TAKEN = frozenset({State.ACCEPTED, State.REPEATED, State.NOTHING})
"""Nobody needs to do anything more of what stands so."""


def state(answer: Answer) -> State:
    """How it stands."""
    match answer.taken:
        case Accepted(differs=True) | Refused():
            return State.REFUSED
        case Accepted(repeated=repeated):
            return State.REPEATED if repeated else State.ACCEPTED
        case Full() | Unable():
            return State.LATER
        case NotRaised():
            return State.NOTHING


def faults(answer: Answer) -> tuple[str, ...]:
    """Why it was not taken in; nothing where it was."""
    match answer.taken:
        case Accepted(differs=differs):
            return (DIFFERS,) if differs else ()
        case Refused(sentences):
            return sentences
        case Full(disk):
            return (DISK_FULL if disk else FULL,)
        case Unable(why):
            return (why,)
        case NotRaised():
            return ()


def placed_faults(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Of all of them, each after the part of the record that it is about."""
    return tuple(f"{answer.where}: {text}" if answer.where else text for answer in answers for text in faults(answer))


def summed(answers: Sequence[Answer]) -> str:
    """How many of a record's concerns were taken in, in a sentence, where that is not all of them."""
    taken = sum(answer.accepted is not None for answer in answers)
    if not taken:
        return f"record: none of its {len(answers)} concerns was taken in."
    return (
        f"record: {taken} of its {len(answers)} concerns were taken in; sent again with the others, none is sent twice."
    )


def as_json(answer: Answer) -> dict[str, Any]:
    """One concern as doors write it; what says nothing is left away."""
    told = {
        "where": answer.where,
        "state": state(answer),
        "event_id": answer.accepted and str(answer.accepted),
        "likely": ASKS if answer.accepted and isinstance(answer.taken, Accepted) and answer.taken.asks else None,
        "left_out": list(answer.left_out),
        "faults": list(faults(answer)),
    }
    return {name: value for name, value in told.items() if value}
