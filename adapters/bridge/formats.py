"""What an adapter is: one pure function from an agency's own format to concerns, registered here by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from socket import socket
from ssl import SSLContext
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from adapters.bridge.answers import Takes
from adapters.bridge.doors.routes import Route
from hub.facts.errors import UserError
from hub.facts.model import Concern
from hub.facts.terms import Tier

Faults: TypeAlias = tuple[str, ...]
"""Why a record is refused: one sentence each, beginning with the path of the field; never a value of the record."""

MAX_NATIVE = 8_388_608
"""Bytes of one native record, at either door."""

ADAPTERS = {
    "fhir": "adapters.nhs.fhir",
    "hl7": "adapters.nhs.hl7",
    "police": "adapters.police",
    "school": "adapters.school",
    "table": "adapters.table",
}
"""Name -> package whose `FORMAT` is the adapter. Packages load when asked for."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern that a record holds. `left_out`: what of it could not be used, field or resource and why, no values.

    `where` says which part of the record it was read from, such as `rows 3 to 5`; nothing, of one that is the record.
    `only_known`: it is taken in only where an event of its case was before, such as a cancellation that comes of all.
    """

    concern: Concern
    left_out: tuple[str, ...] = ()
    where: str = ""
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """A part of a record that is no concern, and why not. `where` is as for Raised."""

    faults: Faults
    where: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A part of a record that raises no concern and is no mistake, of a feed that carries other things too: and why."""

    why: str
    where: str = ""


Read: TypeAlias = Raised | Wrong | Nothing
Translated: TypeAlias = Sequence[Read]
"""One for each concern that a record holds, in its order; at least one."""


class Translate(Protocol):
    """Native record to concerns. Pure, and never raises for anything that the bytes hold.

    `received_at` is aware; `new_id` makes an event id, and is asked only where there is a concern.
    """

    def __call__(self, raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]) -> Translated: ...


class ServeMllp(Protocol):
    """Serves one socket until `stop` is set, then lets what is under way end; `tls` is None for plain connections."""

    def __call__(
        self, intake: Takes, door: socket, stop: asyncio.Event, *, tls: SSLContext | None
    ) -> Coroutine[Any, Any, None]: ...


Description: TypeAlias = dict[str, Any] | str
"""Of a format: a document, which is printed as JSON, or a text."""


def unknown_tier(_raw: bytes) -> Tier | None:
    """Of a format that does not say how urgent a record is without being read whole."""
    return None


def never_cut_off(_raw: bytes) -> bool:
    """Of a format that does not show where a record ends."""
    return False


@dataclass(frozen=True, slots=True)
class NativeFormat:
    """An adapter: its format's title and media type, its translation, and what documents it."""

    title: str
    media_type: str
    translate: Translate
    json_schema: Callable[[str], dict[str, Any]] | None = None
    """Takes pydantic's template for references, such as `#/$defs/{model}`. A format that is no JSON has none."""
    tier_of: Callable[[bytes], Tier | None] = unknown_tier
    """By a glance at the beginning of a record: how urgent it may be, to take the urgent first."""
    cut_off: Callable[[bytes], bool] = never_cut_off
    """Whether a record evidently lacks its end."""
    batch: bool = False
    """A record may hold several concerns, and HTTP answers with a list also where it holds one."""
    whole: bool = False
    """A record is one unit: all of its concerns are taken in, or none. Else each is taken or refused by itself."""
    routes: tuple[Route, ...] = ()
    """Paths of its own at the HTTP door."""
    mllp: ServeMllp | None = None
    """Serves it over HL7's lower layer protocol."""
    describe: Callable[[], Description] | None = None
    """What `hub adapter schema` prints, where that is not the JSON Schema."""


@dataclass(frozen=True, slots=True)
class MappedFormat:
    """A format that is made by a mapping file, which people write and read.

    `make` reads one. It raises UserError with `FILE:LINE: what is wrong` for every mistake, a line each. Where it is
    handed None, it takes the mapping that comes with the adapter; a format that can have none `needs` a file.
    """

    title: str
    media_type: str
    make: Callable[[Path | None], NativeFormat]
    describe: Callable[[], Description]
    needs: bool = False


Format: TypeAlias = NativeFormat | MappedFormat


def find(name: str) -> Format:
    """The adapter of this name; raises UserError naming those that there are."""
    if name not in ADAPTERS:
        raise UserError(f"There is no adapter of that name: choose one of {', '.join(sorted(ADAPTERS))}.")
    found: Format = import_module(ADAPTERS[name]).FORMAT
    return found


def configured(name: str, mapping: Path | None = None) -> NativeFormat:
    """The adapter of this name with this mapping file; raises UserError, also for what is wrong in the file."""
    match find(name):
        case NativeFormat() as native:
            if mapping is not None:
                raise UserError(f"The adapter {name} has no mapping: leave --mapping away.")
            return native
        case MappedFormat(make=make, needs=needs):
            if mapping is None and needs:
                raise UserError(f"The adapter {name} needs a mapping file: name it with --mapping.")
            return make(mapping)


def describe(name: str) -> Description:
    """What documents the records of the adapter of this name: a document as JSON, or a text."""
    found = find(name)
    if found.describe is not None:
        return found.describe()
    assert isinstance(found, NativeFormat)  # a mapped one always describes itself
    return found.json_schema("#/$defs/{model}") if found.json_schema else found.title
