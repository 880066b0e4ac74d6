"""Where a source's keys come from: its own folder for signing and case keys, the hub's public folder for sealing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from threading import Lock

from hub.facts.errors import ConfigurationError, KeyMissing, UserError
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import PublicKey, Use
from hub.settings import Settings
from hub.wire.sealed import SourceKeys

REFRESH_SECONDS = 60
_LONGEST_ID = 100
_ORGANISATION = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")


def organisation_id(text: str) -> str:
    """An organisation's id, which is also a folder's name; raises UserError for what is none."""
    if not is_organisation_id(text):
        raise UserError("An organisation's id has the form kind.name, such as police.caledon: check --source.")
    return text


def is_organisation_id(text: str) -> bool:
    """Whether it has the form of one."""
    return len(text) <= _LONGEST_ID and _ORGANISATION.fullmatch(text) is not None


def source_keys(settings: Settings, source: str) -> SourceKeys:
    """What a source seals with now; raises ConfigurationError saying which command makes the key that is missing."""
    own = FileKeys(settings.agency_keys(source))
    hub = FileKeys(settings.agency_keys(source), publics=settings.keys / "public")
    try:
        signing_key = own.current(source, Use.SIGN)
        secret = own.secret(own.current(source, Use.CASE))
        own.sign(signing_key, b"")
    except KeyMissing as error:
        raise ConfigurationError(
            f"{source} has no key to sign with or no case secret: run `hub keys new --organisation {source}`."
        ) from error
    try:
        matching, deciding, release = (_public(hub, use) for use in (Use.MATCHING, Use.DECIDING, Use.RELEASE))
    except KeyMissing as error:
        raise ConfigurationError(
            f"The hub's public keys are not in {settings.keys / 'public'}: run `hub keys new` on the hub, "
            "or copy its public folder here."
        ) from error
    return SourceKeys(signing_key, partial(own.sign, signing_key), secret, matching, deciding, release)


def _public(keys: FileKeys, use: Use) -> PublicKey:
    return keys.public(keys.current(HUB, use))


class FreshKeys:
    """`source_keys`, read again every minute, so that a rotated key is used without a restart."""

    def __init__(self, read: Callable[[], SourceKeys], monotonic: Callable[[], float]) -> None:
        self._read = read
        self._monotonic = monotonic
        self._lock = Lock()
        self._keys = read()
        self._read_at = monotonic()

    def __call__(self) -> SourceKeys:
        with self._lock:
            if self._monotonic() - self._read_at >= REFRESH_SECONDS:
                self._keys, self._read_at = self._read(), self._monotonic()
            return self._keys
