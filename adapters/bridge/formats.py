"""What an adapter is: one pure function from an agency's own format to a concern, registered here by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from hub.facts.errors import UserError
from hub.facts.model import Concern
from hub.facts.terms import Tier

Faults: TypeAlias = tuple[str, ...]
"""Why a record is refused: one sentence each, beginning with the path of the field; never a value of the record."""

MAX_NATIVE = 8_388_608
"""Bytes of one native record, at either door."""

ADAPTERS = {"police": "adapters.police"}
"""Name -> package whose `FORMAT` is the adapter. Packages load when asked for."""


class Translate(Protocol):
    """Native record to concern. Pure, and never raises for anything that the bytes hold.

    `received_at` is aware; `new_id` makes the event id, and is asked only where there is a concern.
    """

    def __call__(
        self, raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]
    ) -> Concern | Faults: ...


def unknown_tier(_raw: bytes) -> Tier | None:
    """Of a format that does not say how urgent a record is without being read whole."""
    return None


def never_cut_off(_raw: bytes) -> bool:
    """Of a format that does not show where a record ends."""
    return False


@dataclass(frozen=True, slots=True)
class NativeFormat:
    """An adapter: its format's title and media type, its translation, and the JSON Schema that documents it.

    `json_schema` takes pydantic's template for references, such as `#/$defs/{model}`. `tier_of` says by a glance at the
    beginning of a record how urgent it may be, to take the urgent first; `cut_off` whether it evidently lacks its end.
    """

    title: str
    media_type: str
    translate: Translate
    json_schema: Callable[[str], dict[str, Any]]
    tier_of: Callable[[bytes], Tier | None] = unknown_tier
    cut_off: Callable[[bytes], bool] = never_cut_off


def find(name: str) -> NativeFormat:
    """The adapter of this name; raises UserError naming those that there are."""
    if name not in ADAPTERS:
        raise UserError(f"There is no adapter of that name: choose one of {', '.join(sorted(ADAPTERS))}.")
    found: NativeFormat = import_module(ADAPTERS[name]).FORMAT
    return found
