"""Times and values as people read them, in the words of the catalogue."""

from __future__ import annotations

import re
from datetime import date, datetime

from hub.console.pages.frame.templates import moment
from hub.console.pages.frame.words import Words
from hub.facts.clock import local_day, years_between
from hub.people.receiving.content import Field, Told
from hub.people.receiving.deadlines import Said

_BARE = frozenset({"name", "given_names", "family_name", "address", "postcode"})
"""Fields that need no name before them."""
_TOGETHER = frozenset({"child.name"})
"""Items whose fields are one name."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")


def say_when(say: Words, said: Said) -> str:
    """`before Monday's bell, 08:45`."""
    return say(
        f"receiving.when.{said.key}",
        clock=f"{said.at:%H:%M}",
        weekday=say(f"receiving.weekday.{said.at.weekday()}"),
        date=_date(say, said.at.date()),
        count=said.number,
    )


def say_item(say: Words, item: str) -> str:
    """What an item is called; one of a later release by its own name."""
    return _named(say, f"receiving.item.{item}", item.partition(".")[2])


def say_entries(say: Words, told: Told, now: datetime) -> list[str]:
    """Each entry of an item as one text."""
    return [_entry(say, told.item, entry, now) for entry in told.entries]


def _entry(say: Words, item: str, entry: tuple[Field, ...], now: datetime) -> str:
    if item in _TOGETHER:
        return " ".join(str(field.value) for field in entry)
    said = [_field(say, field) for field in entry]
    if item == "child.date_of_birth" and len(entry) == 1 and _DAY.fullmatch(str(entry[0].value)):
        age = years_between(date.fromisoformat(str(entry[0].value)), local_day(now))
        return say("receiving.born", date=said[0], count=age)
    return ", ".join(said)


def _field(say: Words, field: Field) -> str:
    value = _value(say, field.value)
    if field.name is None or field.name in _BARE:
        return value
    return say("receiving.named", name=_named(say, f"receiving.field.{field.name}", field.name), value=value)


def _value(say: Words, value: str | int | bool) -> str:  # noqa: FBT001 - an answer of the source's
    if isinstance(value, bool):
        return say("receiving.yes" if value else "receiving.no")
    if isinstance(value, int):
        return str(value)
    if say.has(f"receiving.value.{value}"):
        return say(f"receiving.value.{value}")
    if _CODE.fullmatch(value):
        return value.replace("_", " ")
    return _time(say, value) or value


def _time(say: Words, text: str) -> str | None:
    """A day or an instant, where the text is one."""
    try:
        if _DAY.fullmatch(text):
            return _date(say, date.fromisoformat(text), year=True)
        at = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None
    return moment(at) if at is not None and at.tzinfo else None


def _date(say: Words, day: date, *, year: bool = False) -> str:
    return f"{day.day} {say(f'receiving.month.{day.month}')}" + (f" {day.year}" if year else "")


def _named(say: Words, key: str, otherwise: str) -> str:
    return say(key) if say.has(key) else otherwise.replace("_", " ").capitalize()
