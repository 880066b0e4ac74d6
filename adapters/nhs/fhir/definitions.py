"""What FHIR R4 says of its types, as the models of fhir.resources have it: elements, how often, of which type.

The models themselves are slow to make, take `yes` for true, and turn a year into a day. So resources are held against
what the models declare, as they were sent; that the models take whatever is found sound is tested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir_core.utils import get_fhir_type_name, is_list_type, is_primitive_type

_R4 = "R4."
"""The prefix under which fhir.resources registers the types of R4B, which are those of R4 for all that is read here."""
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_CLOCK = r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_DATE_TIME = re.compile(rf"{_DATE.pattern}|\d{{4}}-\d\d-\d\d{_CLOCK}", re.ASCII)
_INSTANT = re.compile(rf"\d{{4}}-\d\d-\d\d{_CLOCK}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE = re.compile(r"\S+( \S+)*")
_URI = re.compile(r"\S*")


@dataclass(frozen=True, slots=True)
class Member:
    """An element of a type: whether it repeats, its type, and what value it may have if that is a primitive."""

    repeats: bool
    type: str
    sound: Callable[[Any], bool] | None

    @property
    def primitive(self) -> bool:
        return self.sound is not None


@dataclass(frozen=True, slots=True)
class Definition:
    """A type: its elements, which of them are required, and the choices of which one at most (or exactly) is given."""

    members: Mapping[str, Member]
    required: tuple[str, ...]
    choices: tuple[tuple[str, frozenset[str], bool], ...]
    """Name, elements, whether one is required."""


@cache
def definition(type_name: str) -> Definition:
    """What FHIR says of a type; raises ValueError for what is none."""
    model = get_fhir_model_class(type_name)
    found, required = {}, []
    choices: dict[str, tuple[set[str], bool]] = {}
    for element, name in model.get_alias_mapping().items():
        info = model.model_fields[name]
        said: Any = info.json_schema_extra
        type_of = get_fhir_type_name(info, prefix=_R4)
        sound = _SOUND.get(type_of, _text) if is_primitive_type(info) else None
        found[element] = Member(is_list_type(info), type_of, sound)
        if info.is_required() or said.get("element_required"):
            required.append(element)
        if choice := said.get("one_of_many"):
            names, needed = choices.setdefault(choice, (set(), bool(said.get("one_of_many_required"))))
            names.add(element)
            choices[choice] = (names, needed)
    listed = tuple((name, frozenset(names), needed) for name, (names, needed) in choices.items())
    return Definition(found, tuple(required), listed)


@cache
def is_resource_type(name: str) -> bool:
    """Whether FHIR has a resource of this type."""
    try:
        return bool(get_fhir_model_class(name).has_resource_base())
    except (ValueError, KeyError):
        return False


# --- primitive values -----------------------------------------------------------------------------------------------


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _like(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None and _is_day(value)


def _date_time(value: Any) -> bool:
    return isinstance(value, str) and _DATE_TIME.fullmatch(value) is not None and _is_day(value[:10])


def _instant(value: Any) -> bool:
    return isinstance(value, str) and _INSTANT.fullmatch(value) is not None and _parses(datetime.fromisoformat, value)


def _is_day(text: str) -> bool:
    """Of the calendar; a year or a month always is."""
    return len(text) < len("2018-01-01") or _parses(date.fromisoformat, text)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value < 1 << 31


_SOUND: Mapping[str, Callable[[Any], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole(-(1 << 31)),
    "unsignedInt": _whole(0),
    "positiveInt": _whole(1),
    "decimal": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "date": _date,
    "dateTime": _date_time,
    "instant": _instant,
    "id": _like(_ID),
    "code": _like(_CODE),
    "uri": _like(_URI),
    "url": _like(_URI),
    "canonical": _like(_URI),
}
"""By type; every other primitive is a text of any kind."""
