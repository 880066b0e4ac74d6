"""FHIR's dates and times: a year, a month, a day, or an instant with its offset."""

from __future__ import annotations

from datetime import UTC, date, datetime

from adapters.nhs.fhir.elements import Element
from hub.facts.clock import LONDON


def instant(text: str | None) -> datetime | None:
    """The moment in UTC; None for what is no more than a day."""
    if text is None or "T" not in text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def started(period: Element | None) -> str:
    """When a period began, as written; empty where it does not say."""
    return (period.text("start") or "") if period else ""


def ended(period: Element | None, today: date) -> bool:
    """Whether a period was over before today; one that ended some time in this very year or month may not have been."""
    until = period.text("end") if period else None
    if until is None:
        return False
    day = until[:10]
    return day < today.isoformat()[: len(day)]


def for_people(text: str | None) -> str | None:
    """A date or time as people in the United Kingdom read it: `7 March 2026, 21:40`; what is partial, as written."""
    if text is None:
        return None
    at = instant(text)
    if at is not None:
        local = at.astimezone(LONDON)
        return f"{local.day} {local:%B %Y, %H:%M}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"
