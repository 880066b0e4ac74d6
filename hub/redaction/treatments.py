"""Treatments: what is left of a data item's value when an ISP says `full`, `generalise` or `flag`.

A value that cannot be reduced as the ISP asks is withheld, never shown whole.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hub.facts.clock import years_between
from hub.facts.outcome import Generalisation, Treatment, TreatmentKind
from hub.facts.postcodes import district, postcode, sector

KNOWN = "known"
_BANDS = ((0, 1, "under 1"), (1, 5, "1 to 4"), (5, 12, "5 to 11"), (12, 16, "12 to 15"), (16, 18, "16 to 17"))


class _Withheld:
    """Nothing can be shown."""

    def __repr__(self) -> str:
        return "WITHHELD"


WITHHELD = _Withheld()


def treat(value: Any, treatment: Treatment, *, on: date) -> Any:
    """The value as shown, or WITHHELD. `on` is the day the concern was raised, for age bands."""
    match treatment.kind:
        case TreatmentKind.FULL:
            return _plain(value)
        case TreatmentKind.FLAG:
            return KNOWN
        case TreatmentKind.GENERALISE:
            return _generalise(value, treatment.to, on)
        case TreatmentKind.WITHHOLD:
            return WITHHELD


def _generalise(value: Any, to: Generalisation | None, on: date) -> Any:
    match to:
        case Generalisation.POSTCODE_DISTRICT | Generalisation.POSTCODE_SECTOR:
            return _postcode(value, by_sector=to is Generalisation.POSTCODE_SECTOR)
        case Generalisation.MONTH:
            return _month(value)
        case Generalisation.AGE_BAND:
            return _age_band(value, on)
        case None:
            return WITHHELD


def _postcode(value: Any, *, by_sector: bool) -> Any:
    written = value.get("postcode") if isinstance(value, dict) else value
    code = postcode(written) if isinstance(written, str) else ""  # whole: what else stands there may be a name
    return (sector if by_sector else district)(code) or WITHHELD


def _month(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return f"{value:%Y-%m}"
    text = value if isinstance(value, str) else ""
    return text[:7] if len(text) >= 7 and text[4] == "-" and (text[:4] + text[5:7]).isdigit() else WITHHELD  # noqa: PLR2004 - YYYY-MM


def _age_band(value: Any, on: date) -> Any:
    try:
        born = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        return WITHHELD
    age = years_between(born, on)
    return next((word for low, high, word in _BANDS if low <= age < high), WITHHELD)


def _plain(value: Any) -> Any:
    """As JSON can carry it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value
