"""What is wrong with a JSON record, in sentences that name the field by its path and never quote a value.

Pydantic's own words are not passed on: some of them quote the input. Each kind of error has a sentence here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from adapters.bridge.formats import Faults

MAX_FAULTS = 100
FAULT = "fault"
"""Type of the errors that our own validators raise: their message is a sentence already."""

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SENTENCES = {
    "missing": "is required.",
    "extra_forbidden": "is not a field of this format.",
    "string_type": "must be text.",
    "int_type": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "bool_type": "must be true or false.",
    "list_type": "must be a list.",
    "model_type": "must be an object.",
    "model_attributes_type": "must be an object.",
    "dict_type": "must be an object.",
    "datetime_type": "must be a date and time as text, such as 2026-03-07T23:10:00+00:00.",
    "timezone_aware": "must say its offset from UTC, such as Z or +01:00.",
    "too_long": "holds too many entries: at most {max_length}.",
    "too_short": "holds too few entries: at least {min_length}.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than_equal": "must be at most {le}.",
    "enum": "must be one of {expected}.",
    "literal_error": "must be one of {expected}.",
    "json_invalid": "holds half a character (\\ud800 to \\udfff alone), or nests deeper than a notice needs.",
    FAULT: "{sentence}",
}
_DATETIME = "must be a real date and time, such as 2026-03-07T23:10:00+00:00."
_ELSE = "is not valid."
_LONGEST_WORD = len("\\u00e")
"""What may stand last in JSON that was cut off within a word or an escape, and is what is wrong with it."""


class _Twice(ValueError):
    """An object has two fields of one name."""


def fault(sentence: str) -> PydanticCustomError:
    """An error for our own validators to raise. The sentence goes on from the field's path and quotes no value."""
    return PydanticCustomError(FAULT, "{sentence}", {"sentence": sentence})


def parse_json(raw: bytes) -> tuple[Any, Faults]:
    """The JSON value, or why there is none. Stricter than Python: UTF-8, no field twice, no NaN, no endless depth."""
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse_constant), ()
    except UnicodeDecodeError:
        return None, ("notice: must be UTF-8 text.",)
    except json.JSONDecodeError as error:
        return None, (f"notice: is not JSON (line {error.lineno}, column {error.colno}).",)
    except _Twice as error:
        return None, (f"{error.args[0]}: is given twice in one object.",)
    except (ValueError, RecursionError):
        return None, ("notice: holds a number or a depth that no notice needs.",)


def json_cut_off(raw: bytes) -> bool:
    """Whether this is empty, or ends in the midst of its JSON: its writer may not be done."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.end >= len(raw)  # in the midst of a letter
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at_the_end = error.pos >= len(text.rstrip()) - _LONGEST_WORD
        return error.msg.startswith("Unterminated string") or (at_the_end and error.msg != "Extra data")
    except (ValueError, RecursionError):
        return False
    return False


def path_of(place: Sequence[str | int]) -> str:
    """`children[1].date_of_birth` of (`children`, 1, `date_of_birth`). Names that no field has are not repeated."""
    path = ""
    for step in place:
        path += f"[{step}]" if isinstance(step, int) else f".{field_name(step)}"
    return path.removeprefix(".") or "notice"


def field_name(name: str) -> str:
    """A field's name as a fault may show it: what does not look like one may be somebody's name."""
    return name if _FIELD.fullmatch(name) else "(another field)"


def faults_of(error: ValidationError) -> Faults:
    """Every fault that pydantic found."""
    found = error.errors(include_input=False, include_url=False)
    return tuple(f"{path_of(entry['loc'])}: {_sentence(entry['type'], entry.get('ctx', {}))}" for entry in found)


def capped(faults: Faults) -> Faults:
    """Each once, and no more than a person would read."""
    once = tuple(dict.fromkeys(faults))
    if len(once) <= MAX_FAULTS:
        return once
    return (*once[:MAX_FAULTS], f"notice: has {len(once) - MAX_FAULTS} faults more.")


def _sentence(kind: str, context: Mapping[str, Any]) -> str:
    template = _SENTENCES.get(kind, _DATETIME if kind.startswith("datetime") else _ELSE)
    return template.format_map(context)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(field_name(name))
        found[name] = value
    return found


def _refuse_constant(_word: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")
