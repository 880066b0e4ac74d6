"""What pages answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cookie:
    """To be kept by the browser until it closes: HttpOnly, SameSite=Lax, Path=/; an empty value takes it away.

    The frame writes `__Host-` before its name and Secure behind it where the pages are reached by https.
    """

    name: str
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: a template of `hub/console/pages/`, by `<room>/<page>.html`, and what it is filled with."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: int = 200
    scripts: bool = False
    """Whether scripts of ours may run: passkeys alone need one."""
    cookies: tuple[Cookie, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """On to another page (303). `outside`: `to` is another's whole address, that of an identity provider."""

    to: str
    cookies: tuple[Cookie, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep: an export. Its name says nothing of what is in it."""

    name: str
    media: str
    body: bytes = field(repr=False)
    kept: bool = True
    """Whether the browser keeps it as a file; a script it runs instead."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A bare answer to a machine, as back-channel sign-out wants it."""

    status: int
    body: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that says no; its words are `<key>.title` and `<key>.said`."""

    status: int
    key: str
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_HERE = Refusal(404, "frame.not_here")
"""The same whatever is missing, or not theirs."""
