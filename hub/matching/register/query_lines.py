"""A query to the register as a line of JSON: `query_id`, and any of an identity's fields."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from hub.facts.model import Identity

LONGEST = 1_000
"""Characters of a value."""
MOST_NAMES = 20
"""Previous family names of one child."""
_FIELDS = {field.name: None for field in fields(Identity)}
_TEXTS = tuple(name for name in _FIELDS if name != "previous_family_names")


class QueryFault(ValueError):
    """What is wrong with a line, without its values. `query_id` where it was found."""

    def __init__(self, query_id: str | int | None, reason: str) -> None:
        super().__init__(reason)
        self.query_id = query_id


def parse_query(line: bytes) -> tuple[str | int, Identity]:
    """The line's `query_id` and identity. Fields that are no identity's are passed over, unless there are no others.

    Raises QueryFault.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise QueryFault(None, "the line is not JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise QueryFault(None, "the line is not a JSON object")
    query_id = found.get("query_id")
    if isinstance(query_id, bool) or not isinstance(query_id, str | int):
        raise QueryFault(None, "query_id is missing, or neither text nor a whole number")
    if len(found) > 1 and not found.keys() & _FIELDS.keys():
        raise QueryFault(query_id, f"none of its fields is one of {', '.join(_FIELDS)}")
    texts = {name: _text(query_id, name, found.get(name)) for name in _TEXTS}
    return query_id, Identity(previous_family_names=_names(query_id, found.get("previous_family_names")), **texts)


def _text(query_id: str | int, name: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):  # a number or a year, written without quotes
        value = str(value)
    if not isinstance(value, str):
        raise QueryFault(query_id, f"{name} is not text")
    if len(value) > LONGEST:
        raise QueryFault(query_id, f"{name} is too long")
    return value.strip() or None


def _names(query_id: str | int, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = [name for name in value.replace("|", ";").split(";") if name.strip()]
    if not isinstance(value, list) or len(value) > MOST_NAMES:
        raise QueryFault(query_id, "previous_family_names is not a list of names")
    names = (_text(query_id, "previous_family_names", name) for name in value)
    return tuple(name for name in names if name)
