"""Dates and times of HL7 v2 (DT, DTM, TS): `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from hub.facts.clock import LONDON

_DTM = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?\s*(?:([+-])(\d{2})(\d{2}))?",
    re.ASCII,
)
_MINUTES, _SECONDS = 5, 6
"""How many parts say a time to the minute, and to the second."""


def zone_of(text: str) -> tzinfo:
    """The offset that MSH-7 gives for all times of a message (chapter 2, MSH-7), else the time of day of London."""
    found = _DTM.fullmatch(text)
    return _offset(found) if found and found[8] else LONDON


def instant(text: str, zone: tzinfo, *, precise: bool = False) -> datetime | None:
    """The instant (UTC), of a real time to the minute at least, or else None; `precise`: to the second at least."""
    found = _DTM.fullmatch(text)
    if found is None or found[_SECONDS if precise else _MINUTES] is None:
        return None
    try:
        year, month, day_of_month, hour, minute, second = (int(part or 0) for part in found.groups()[:_SECONDS])
        at = datetime(
            year, month, day_of_month, hour, minute, second, tzinfo=_offset(found) if found[8] else zone
        )  # fmt: skip
        return (at + timedelta(microseconds=int((found[7] or "0").ljust(6, "0")))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str) -> str | None:
    """`2017-11-02`, `2017-11` or `2017` of a date or a time, as far as it goes; None where it is none.

    Whether there is such a day is for whoever knows what the date is of.
    """
    found = _DTM.fullmatch(text)
    return "-".join(part for part in found.groups()[:3] if part) if found else None


def _offset(found: re.Match[str]) -> timezone:
    behind = timedelta(hours=int(found[9]), minutes=int(found[10]))
    try:
        return timezone(-behind if found[8] == "-" else behind)
    except ValueError:  # a day or more: no offset at all
        return UTC
