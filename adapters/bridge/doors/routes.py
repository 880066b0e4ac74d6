"""What a format adds to the HTTP door: paths of its own that take records or tell something, answered in its manner.

Who may post, how large a body may be, how long it may take and which encodings are taken is the same for every path;
the door sees to that, and a format only words it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.bridge.answers import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """How a caller asks: its `Content-Type` and `Accept` as they were sent, or empty; and when."""

    content_type: str
    accept: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Turned:
    """A request that was turned away before a record was taken in: its status, why, and headers that must be sent."""

    status: int
    faults: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int
    media_type: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """A path that records are posted to. `taken` is handed the record (out of its gzip) and what became of it."""

    path: str
    summary: str
    taken: Callable[[Asked, bytes, Sequence[Answer]], Reply]
    turned: Callable[[Asked, Turned], Reply]


@dataclass(frozen=True, slots=True)
class Page:
    """A path that tells what this door can do, to anybody: nothing that was sent may be on it."""

    path: str
    summary: str
    page: Callable[[Asked], Reply]


Route = Post | Page
