"""What staff recorded piece by piece, told as texts that a person can read: times as people here say them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from adapters.school.record import Action, Attendance, Decision, Entry, Informed, Level, Mark, RaisedRecord, Words
from hub.facts.clock import LONDON

_DAY_ALONE = len("2026-03-06")
LEAD = "designated safeguarding lead"
_LEVELS = {
    Level.MONITOR: "monitor in school",
    Level.EARLY_HELP: "early help",
    Level.CHILD_IN_NEED: "child in need",
    Level.CHILD_PROTECTION: "child protection",
    Level.IMMEDIATE_DANGER: "immediate danger",
}


def moment(text: str) -> str:
    """`Fri 6 Mar 2026, 09:10` in Europe/London, or `Fri 6 Mar 2026` of a day alone."""
    if len(text) == _DAY_ALONE:
        day = date.fromisoformat(text)
        return f"{day:%a} {day.day} {day:%b %Y}"
    at = datetime.fromisoformat(text).astimezone(LONDON)
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M}"


def said(words: Iterable[Words]) -> str | None:
    """What the pupil said, word for word, each time with when, to whom and after which question."""
    return _lines(_uttered(one) for one in words)


def _uttered(one: Words) -> str:
    when = _joined([moment(one.at) if one.at else None, f"to {one.to}" if one.to else None])
    asked = f"Asked: {one.asked}\n" if one.asked else ""
    return f"{when}{':' if when else ''}\n{asked}\u201c{one.words}\u201d".lstrip(":\n")


def marks(body_map: Iterable[Mark]) -> str | None:
    """The body map, a mark a line."""
    return _lines(_mark(one) for one in body_map)


def _mark(one: Mark) -> str:
    seen = _joined([f"seen by {one.seen_by}" if one.seen_by else None, moment(one.seen_at) if one.seen_at else None])
    said_of_it = f" Said of it: {_sentence(one.explanation)}" if one.explanation else ""
    return f"{_upper(one.where)}: {one.seen.rstrip('.')}{f' ({seen})' if seen else ''}.{said_of_it}"


def attendance(held: Attendance | None) -> str | None:
    """Such as `81% since Mon 18 Aug 2025: came to 162 of 200 half days, 12 times late`."""
    if held is None:
        return None
    percent = held.attended * 100 // held.possible
    late = "" if held.late is None else f", {held.late} times late"
    note = f" {_sentence(held.note)}" if held.note else ""
    since = moment(held.since)
    return f"{percent}% since {since}: came to {held.attended} of {held.possible} half days{late}.{note}"


def chronology(entries: Iterable[Entry]) -> str | None:
    """The dated entries, the earliest first, whatever order they came in."""
    ordered = sorted(entries, key=lambda entry: _instant(entry.at))
    return _lines(f"{_joined([moment(one.at), one.by])}: {_sentence(one.what)}" for one in ordered)


def actions_taken(record: RaisedRecord) -> str | None:
    """What was decided, done, and who was told, in that order."""
    told = [
        *([_decided(record.decision, record.level)] if record.decision else []),
        *(_done(one) for one in record.actions),
        *(_informed(one) for one in record.informed),
    ]
    return _lines(told)


def _decided(decision: Decision, level: Level) -> str:
    when = f", {moment(decision.decided_at)}" if decision.decided_at else ""
    reason = f" {_sentence(decision.reason)}" if decision.reason else ""
    return f"Decision of the {decision.role or LEAD}{when}: {_LEVELS[level]}.{reason}"


def _done(one: Action) -> str:
    when = _joined([moment(one.at) if one.at else None, one.by])
    return f"Done{f' ({when})' if when else ''}: {_sentence(one.what)}"


def _informed(one: Informed) -> str:
    by = f" by {one.by}" if one.by else ""
    answer = f" {_sentence(one.said)}" if one.said else ""
    return f"Told {one.who}{by}, {moment(one.at)}.{answer}"


def _instant(text: str) -> datetime:
    """For sorting: a day alone comes before its hours."""
    at = datetime.fromisoformat(text)
    return at.astimezone(LONDON) if at.tzinfo else at.replace(tzinfo=LONDON)


def _joined(parts: Iterable[str | None]) -> str:
    return ", ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "\u201d", '"')) else f"{text}."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(texts: Iterable[str]) -> str | None:
    return "\n".join(texts) or None
