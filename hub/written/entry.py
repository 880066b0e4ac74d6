"""What all written entries (ISPs, rules, organisations, ...) share: strictness, scalar types, plain sentences.

Nothing unknown is read past, and nothing is guessed from a value of another type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, ValidationError
from pydantic_core import PydanticCustomError

from hub.facts.items import ITEMS
from hub.facts.postcodes import read_district
from hub.written.fields import unknown_field
from hub.written.findings import Finding, refuse
from hub.written.vocabulary import nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from hub.written.document import Document, Step

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

MOST_TOLD = 50
"""Mistakes of one entry; whoever mended these sees the others."""
FIRST_YEAR, LAST_YEAR = 1900, 2200

_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_QUOTED = re.compile(r"'([^']*)'")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Entry(BaseModel):
    """A frozen entry of a file; a field that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def wrong(sentence: str) -> PydanticCustomError:
    """The error that a validator raises to say this sentence."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence})


def one_or_many(value: object) -> object:
    """Let `kind: police` stand for `kind: [police]`."""
    return [value] if isinstance(value, str) else value


def read_date(value: object) -> date:
    """A calendar date written as 2026-03-09."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise wrong("there is no such day") from None
    raise wrong("must be a date such as 2026-03-09")


def read_instant(value: object) -> datetime:
    """An instant with its offset, in UTC."""
    if isinstance(value, str) and "T" in value.upper().replace(" ", "T"):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is not None and instant.tzinfo is not None and FIRST_YEAR <= instant.year <= LAST_YEAR:
            return instant.astimezone(UTC)
    raise wrong("must be an instant with its offset, such as 2026-03-07T23:10:00+00:00")


def read_duration(value: object) -> timedelta:
    """An ISO 8601 duration in weeks, days, hours, minutes and seconds (months and years have no fixed length)."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        raise wrong("must be a duration such as PT30M, PT4H or P2D")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def read_bell(value: object) -> time:
    """A time of the day in Europe/London, as "08:45"."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        return time.fromisoformat(value)
    raise wrong('must be a time such as "08:45"')


def read_area(value: object) -> str:
    """A postcode district (the first half of a postcode), in capitals."""
    district = read_district(value) if isinstance(value, str) else ""
    if not district:
        raise wrong("must be a postcode district such as ZG1, without the second half of the postcode")
    return district


def read_item(value: object) -> str:
    """A data item of the catalogue."""
    if isinstance(value, str) and value in ITEMS:
        return value
    raise wrong(f"'{value}' is not a data item{nearest(str(value), ITEMS)}")


Many = Annotated[T, BeforeValidator(one_or_many)]
Day = Annotated[date, BeforeValidator(read_date)]
Instant = Annotated[datetime, BeforeValidator(read_instant)]
Duration = Annotated[timedelta, BeforeValidator(read_duration)]
Item = Annotated[str, BeforeValidator(read_item)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
District = Annotated[str, BeforeValidator(read_area)]
Count = Annotated[StrictInt, Field(ge=1, le=1_000_000)]


# --- findings -------------------------------------------------------------------------------------------------------

_PLAIN: Mapping[str, str] = {
    "string_type": "must be text (put it in quotes)",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of names to values",
    "model_attributes_type": "must be a mapping of names to values",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "string_too_long": "is too long",
}


def sentence_of(error: ErrorDetails, model: type[BaseModel], *, show_values: bool) -> str:
    """One pydantic error in plain words, without the place. Values are shown only where they cannot be personal.

    `model` is what was to be read, in whole.
    """
    if error["type"] == "extra_forbidden":
        return unknown_field(model, error["loc"])
    explain = _EXPLAINED.get(error["type"])
    if explain is not None:
        return explain(error, show_values)
    return _PLAIN.get(error["type"], str(error["msg"]))


def _unlisted(error: ErrorDetails, show_values: bool) -> str:  # noqa: FBT001 - private, called from one place
    expected, value = str(error["ctx"]["expected"]), error["input"]
    if not show_values or not isinstance(value, str):
        return f"must be one of {expected}"
    return f"'{value[:60]}' is not one of {expected}{nearest(value, _QUOTED.findall(expected))}"


_EXPLAINED: Mapping[str, Callable[[ErrorDetails, bool], str]] = {
    "missing": lambda _error, _show: "is missing",
    "sentence": lambda error, _show: str(error["ctx"]["sentence"]),
    "value_error": lambda error, _show: str(error["ctx"]["error"]),
    "enum": _unlisted,
    "literal_error": _unlisted,
    "greater_than_equal": lambda error, _show: f"must be at least {error['ctx']['ge']}",
    "less_than_equal": lambda error, _show: f"must be at most {error['ctx']['le']}",
    "string_pattern_mismatch": lambda error, _show: f"is not written as it must be ({error['ctx']['pattern']})",
}


def place_of(steps: Iterable[Step]) -> str:
    """A path as people read it: `clauses[2].release.child.name`."""
    text = ""
    for step in steps:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def read_entry(model: type[M], document: Document, path: tuple[Step, ...] = ()) -> M | list[Finding]:
    """The entry at `path` of a document, or why it cannot be read."""
    data: Any = document.data
    for step in path:
        data = data[step]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        told = (detail for detail in details if not _follows(detail, details))
        return [_finding(detail, model, document, path) for detail in islice(told, MOST_TOLD)]


def _finding(detail: ErrorDetails, model: type[BaseModel], document: Document, path: tuple[Step, ...]) -> Finding:
    steps = tuple(step for step in detail["loc"] if step != "[key]")
    place = place_of(steps[:-1] if "[key]" in detail["loc"] else steps)
    sentence = sentence_of(detail, model, show_values=True)
    return refuse(document.file, document.line((*path, *steps)), "schema", f"{place} {sentence}".strip())


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether a list counts as empty only because its entries cannot be read."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in details
    )
