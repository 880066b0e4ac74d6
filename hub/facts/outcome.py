"""Closed unions: every step ends in one of these, and each union is matched in one place.

Nothing here imports the rest of the hub but its closed lists. Expected endings are values; exceptions
(`hub.facts.errors`) are for what the caller cannot decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from hub.facts.terms import Ground, RulingKind


class TreatmentKind(StrEnum):
    """How a released data item is shown to a recipient."""

    FULL = "full"
    WITHHOLD = "withhold"
    GENERALISE = "generalise"
    FLAG = "flag"


class Generalisation(StrEnum):
    """What a generalised item is reduced to."""

    POSTCODE_DISTRICT = "postcode_district"
    POSTCODE_SECTOR = "postcode_sector"
    MONTH = "month"
    AGE_BAND = "age_band"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One item's treatment; `to` is set only for `generalise`."""

    kind: TreatmentKind
    to: Generalisation | None = None

    def as_json(self) -> str | dict[str, str]:
        """As ISPs write it: `"full"`, `"flag"` or `{"generalise": "postcode_district"}`."""
        return {self.kind.value: self.to.value} if self.to else self.kind.value

    @classmethod
    def from_json(cls, said: Any) -> Self:
        """What `as_json` wrote; raises ValueError for anything else."""
        if isinstance(said, dict):
            [(kind, to)] = said.items()
            return cls(TreatmentKind(kind), Generalisation(to))
        return cls(TreatmentKind(said))


FULL = Treatment(TreatmentKind.FULL)
WITHHELD = Treatment(TreatmentKind.WITHHOLD)
FLAGGED = Treatment(TreatmentKind.FLAG)

_KINDS = (TreatmentKind.FULL, TreatmentKind.GENERALISE, TreatmentKind.FLAG, TreatmentKind.WITHHOLD)
_POSTCODES = frozenset({Generalisation.POSTCODE_SECTOR, Generalisation.POSTCODE_DISTRICT})


def less_revealing(one: Treatment, other: Treatment) -> Treatment:
    """What two treatments of one item both allow: never more than either, in whichever order they are taken.

    A district lies above its sectors. Of other generalisations neither contains the other (a month can straddle two age
    bands, and gives no place), so nothing is left but whether the item is known.
    """
    if one.kind is other.kind is TreatmentKind.GENERALISE and one.to is not other.to:
        if {one.to, other.to} == _POSTCODES:
            return Treatment(TreatmentKind.GENERALISE, Generalisation.POSTCODE_DISTRICT)
        return FLAGGED
    return max(one, other, key=lambda treatment: _KINDS.index(treatment.kind))


# --- matching -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matched:
    """The concern is about this subject of the register, and the hub may act on it alone."""

    subject_id: UUID


@dataclass(frozen=True, slots=True)
class NeedsReview:
    """A person decides: the likeliest subjects first, and why the hub will not decide alone."""

    candidates: tuple[UUID, ...]
    why: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """No source record is like this child."""


Matching = Matched | NeedsReview | NotFound


# --- sharing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """An ISP clause releases these items (never one treated `withhold`), each under its treatment.

    `isp` is None only for an emergency, whose clause is `emergency`.
    """

    kind: ClassVar[RulingKind] = RulingKind.SHARE
    isp: str | None
    clause: str
    released: Mapping[str, Treatment]


@dataclass(frozen=True, slots=True)
class Withhold:
    """Nothing is told, and nobody is asked. `isp` is the one that bars, or that leaves nothing, if any."""

    kind: ClassVar[RulingKind] = RulingKind.WITHHOLD
    isp: str | None = None
    clause: str | None = None
    ground: Ground = Ground.NO_PERMISSION


@dataclass(frozen=True, slots=True)
class CannotDecide:
    """A fact that matters is unknown, or an ISP that would apply is expired or unsigned: a person decides."""

    kind: ClassVar[RulingKind] = RulingKind.CANNOT_DECIDE
    isp: str | None = None
    clause: str | None = None


Ruling = Share | Withhold | CannotDecide


# --- delivery -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivered:
    """The transport took it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `not_before` is the endpoint's own wish (Retry-After), if it said one."""

    reason: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The endpoint will not take it, now or later (401, 403, 404, 410): held for a person, never dropped."""

    reason: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """The endpoint says the message itself is wrong (400, 413, 422): held for a person, never dropped."""

    reason: str


Attempt = Delivered | Retry | Refused | Invalid
