"""JSON from strangers: one object, with each name once, of finite numbers, nested no deeper than anything is meant."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

DEEPEST = 12
"""Objects and lists within one another."""


class StrictDecoder(json.JSONDecoder):
    """Raises ValueError where a text is other than that."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_each_once, parse_float=_finite, parse_constant=_refuse)

    def decode(self, s: str, *rest: Any) -> Any:
        """The value of a text."""
        try:
            found = super().decode(s, *rest)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        level: list[Any] = [found]
        for _ in range(DEEPEST):
            level = [inner for one in level for inner in _inside(one)]
            if not level:
                return found
        raise ValueError("nested too deeply")


def read_object(text: bytes | str) -> dict[str, Any] | None:
    """The object that a text is; None where it is none."""
    try:
        found = json.loads(text, cls=StrictDecoder)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        return None
    return found if isinstance(found, dict) else None


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is not finite")
    return number


def _refuse(_text: str) -> NoReturn:
    raise ValueError("a number is not finite")
