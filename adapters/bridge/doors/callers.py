"""Who may post to an adapter: secrets of 256 random bits, kept as SHA-256 in `<home>/agencies/<source>/callers.json`.

A caller belongs to one organisation and has one role. The file is read again whenever it changes, so that a removed
caller is out at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.facts.errors import ConfigurationError, UserError
from hub.facts.terms import Role

SYSTEM = "system"
"""Role of an agency's own record system."""
ROLES = (SYSTEM, *(role.value for role in Role if role is not Role.SUBJECT_ACCESS_OFFICER))
"""Roles that may post: whoever works with children may raise a concern; who answers access requests may not."""

FILE = "callers.json"
MAX_CALLERS = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MAX_SECRET = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """A known caller; `sha256` is that of its secret, in hexadecimal."""

    name: str
    source: str
    role: str
    sha256: str = field(repr=False)
    added_at: str


def add(
    folder: Path, name: str, role: str, *, now: datetime, random_bytes: Callable[[int], bytes], secret: str = ""
) -> str:
    """Add a caller to the agency of this folder; returns its secret, which is kept nowhere.

    `secret` is one that the caller has already, such as an API key of the hub.
    """
    if not _NAME.fullmatch(name):
        raise UserError("A caller's name has up to 64 letters, digits, dots, hyphens and underscores.")
    secret = secret or "hub_" + urlsafe_b64encode(random_bytes(32)).rstrip(b"=").decode()
    caller = Caller(name, folder.name, role, _digest(secret), now.isoformat(timespec="seconds"))

    def added(callers: list[Caller]) -> list[Caller]:
        if any(known.name == name for known in callers):
            raise UserError(f"{folder.name} has a caller {name} already: remove it first, or choose another name.")
        if len(callers) >= MAX_CALLERS:
            raise UserError(f"{folder.name} has {MAX_CALLERS} callers, which is as many as it may: remove one first.")
        return [*callers, caller]

    _change(folder, added)
    return secret


def remove(folder: Path, name: str) -> None:
    """Remove a caller; raises UserError where there is none of that name."""

    def removed(callers: list[Caller]) -> list[Caller]:
        left = [known for known in callers if known.name != name]
        if len(left) == len(callers):
            raise UserError(f"{folder.name} has no caller of that name: see `hub adapter caller list`.")
        return left

    _change(folder, removed)


def read(folder: Path) -> list[Caller]:
    """The callers of one agency; none where there is no file."""
    try:
        entries = json.loads((folder / FILE).read_text(encoding="utf-8"))["callers"]
        return [Caller(source=folder.name, **{name: entry[name] for name in _STORED}) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{folder.name}/{FILE} cannot be read: restore it, or remove it and add callers again."
        ) from error


class Callers:
    """Finds who a secret belongs to, among the callers of every agency of this home."""

    def __init__(self, agencies: Path) -> None:
        self._agencies = agencies
        self._read: dict[Path, tuple[tuple[int, int], list[Caller]]] = {}

    def find(self, secret: str) -> Caller | None:
        """The caller whose secret this is. Every known digest is compared, each in constant time."""
        if len(secret) > _MAX_SECRET:
            return None
        digest = _digest(secret)
        found = None
        for caller in self._all():
            if hmac.compare_digest(caller.sha256, digest):
                found = caller
        return found

    def _all(self) -> Iterable[Caller]:
        for path in sorted(self._agencies.glob(f"*/{FILE}")):
            try:
                status = path.stat()
            except OSError:
                continue
            stamp = (status.st_mtime_ns, status.st_ino)
            if self._read.get(path, (None,))[0] != stamp:
                self._read[path] = (stamp, read(path.parent))
            yield from self._read[path][1]


_STORED = ("name", "role", "sha256", "added_at")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _change(folder: Path, change: Callable[[list[Caller]], list[Caller]]) -> None:
    """Read, change and replace the file under a lock: two commands at once lose nothing, a crash leaves the old one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "callers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        callers: list[dict[str, Any]] = [
            {name: getattr(caller, name) for name in _STORED} for caller in change(read(folder))
        ]
        path = folder / f"{FILE}.tmp"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"callers": callers}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        path.replace(folder / FILE)
