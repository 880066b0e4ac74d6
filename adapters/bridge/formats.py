"""What an adapter is: one pure function from an agency's own format to concerns, registered here by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern that a record holds. `left_out`: what of it could not be used, field or resource and why, no values.

    `where` says which part of the record it was read from, such as `rows 3 to 5`; nothing, of one that is the record.
    """

    concern: Concern
    left_out: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A part of a record that is no concern, and why not. `where` is as for Raised."""

    faults: Faults
    where: str = ""


Read: TypeAlias = Raised | Wrong
Translated: TypeAlias = Sequence[Read]
"""One for each concern that a record holds, in its order; at least one."""


class Translate(Protocol):
    """Native record to concerns. Pure, and never raises for anything that the bytes hold.

    `received_at` is aware; `new_id` makes an event id, and is asked only where there is a concern.
    """

    def __call__(self, raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]) -> Translated: ...


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
    `batch`: a record may hold several concerns, and HTTP answers with a list also where it holds one. `whole`: they are
    one unit, of which all are taken in or none; without it, each is taken or refused by itself.
    """

    title: str
    media_type: str
    translate: Translate
    json_schema: Callable[[str], dict[str, Any]]
    tier_of: Callable[[bytes], Tier | None] = unknown_tier
    cut_off: Callable[[bytes], bool] = never_cut_off
    batch: bool = False
    whole: bool = False


def find(name: str) -> NativeFormat:
    """The adapter of this name; raises UserError naming those that there are."""
    if name not in ADAPTERS:
        raise UserError(f"There is no adapter of that name: choose one of {', '.join(sorted(ADAPTERS))}.")
    found: NativeFormat = import_module(ADAPTERS[name]).FORMAT
    return found
