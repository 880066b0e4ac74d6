"""A form as it was sent. What a page asks of it that is not as it should be becomes a fault of that field.

Nothing typed is lost: templates fill fields from `value` and `values`, whatever was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request

from hub.console.pages.frame.shown import Shown
from hub.facts.model import Personal

E = TypeVar("E", bound=StrEnum)
MOST_FIELDS = 200
_EARLIEST, _LATEST = 1900, 2199
"""Years of a day; one below was written with two digits."""
_FORM = "application/x-www-form-urlencoded"
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and marks that turn the direction of writing: they hide what a text says."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a field: a key of words, and what they speak of."""

    name: str
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Form(Personal):
    """Fields, by name, each with what was sent for it."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._sent: dict[str, list[str]] = {}
        for name, value in pairs:
            self._sent.setdefault(name, []).append(value.replace("\r\n", "\n"))
        self.faults: list[FieldFault] = []

    def one(self, name: str, most: int, needed: bool = True) -> str:  # noqa: FBT001, FBT002 - reads as it is called
        """A field's words, without spaces around them; at most so many characters."""
        value = self.value(name).strip()
        if not value:
            if needed:
                self.wrong(name, "frame.fault.needed")
        elif len(value) > most:
            self.wrong(name, "frame.fault.long", most=most)
        elif _UNSEEN.search(value):
            self.wrong(name, "frame.fault.unseen")
        return value

    def many(self, name: str, most: int = 50) -> tuple[str, ...]:
        """Each value that was chosen, at most so many."""
        values = self.values(name)
        if len(values) > most:
            self.wrong(name, "frame.fault.many", most=most)
        return values[:most]

    def chosen(self, name: str, kind: type[E], needed: bool = True) -> E | None:  # noqa: FBT001, FBT002 - as above
        """One of a closed list; None where none was chosen, which is a fault where it is needed."""
        value = self.value(name)
        if value in list(kind):
            return kind(value)
        if value or needed:
            self.wrong(name, "frame.fault.choose")
        return None

    def all_chosen(self, name: str, kind: type[E], needed: bool = True) -> tuple[E, ...]:  # noqa: FBT001, FBT002 - as above
        """Some of a closed list, in its order."""
        values = set(self.values(name))
        known = tuple(one for one in kind if one in values)
        if len(known) < len(values) or (needed and not values):
            self.wrong(name, "frame.fault.choose")
        return known

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.value(name))

    def day(self, name: str, needed: bool = True) -> date | None:  # noqa: FBT001, FBT002 - as above
        """A day of three fields: `<name>-day`, `<name>-month`, `<name>-year`."""
        parts = [self.value(f"{name}-{part}").strip() for part in ("day", "month", "year")]
        if not any(parts) and not needed:
            return None
        if not all(parts):
            self.wrong(name, "frame.fault.day_needed")
            return None
        try:
            found = date(*(int(part) if part.isascii() else 0 for part in reversed(parts)))
        except (ValueError, OverflowError):
            found = None
        if found is None or not _EARLIEST <= found.year <= _LATEST:
            self.wrong(name, "frame.fault.day")
            return None
        return found

    def wrong(self, name: str, key: str, **values: Any) -> None:
        """Something that the page finds wrong with a field."""
        self.faults.append(FieldFault(name, key, values))

    def fault(self, name: str) -> FieldFault | None:
        """The first thing wrong with a field."""
        return next((fault for fault in self.faults if fault.name == name), None)

    def value(self, name: str) -> str:
        """As it was sent; empty where nothing was."""
        return next(iter(self._sent.get(name, ())), "")

    def values(self, name: str) -> tuple[str, ...]:
        """All that was sent for a field."""
        return tuple(self._sent.get(name, ()))

    def pairs(self) -> list[tuple[str, str]]:
        """All of it, as it was sent."""
        return [(name, value) for name, values in self._sent.items() for value in values]

    def again(self, template: str, **values: Any) -> Shown:
        """The page once more, with what is wrong at its top."""
        return Shown(template, values, status=422)


async def read_form(request: Request) -> Form | None:
    """The fields that were sent, or those behind the `?`; None where they are none of a form."""
    if request.method != "POST":
        return _fields(request.url.query)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    try:
        return _fields((await request.body()).decode("ascii"))
    except UnicodeDecodeError:
        return None


def _fields(text: str) -> Form | None:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return Form(pairs)
