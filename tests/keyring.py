"""Keys for tests: the hub's, and those of the organisations that a test names."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from hub.keys.files import HUB, FileKeys
from hub.keys.hpke import HYBRID
from hub.keys.provider import Use
from hub.keys.setup import hub_keys, organisation_keys
from hub.wire.sealed import SourceKeys


class Keyring:
    """The hub's keys under `<home>/keys`, each organisation's under `<home>/agencies/<id>/keys`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.hub = FileKeys(home / "keys")

    @classmethod
    def made(cls, home: Path, *organisations: str, suite: str = HYBRID) -> Self:
        """New keys, where there are none yet."""
        hub_keys(home / "keys", suite)
        for organisation in organisations:
            organisation_keys(organisation, home / "agencies" / organisation / "keys", home / "keys")
        return cls(home)

    def of(self, organisation: str) -> FileKeys:
        """An organisation's own keys."""
        return FileKeys(self.home / "agencies" / organisation / "keys")

    def source(self, organisation: str) -> SourceKeys:
        """What a source seals with."""
        own = self.of(organisation)
        signer = own.current(organisation, Use.SIGN)
        return SourceKeys(
            signer,
            lambda message: own.sign(signer, message),
            own.secret(own.current(organisation, Use.CASE)),
            *(self.hub.public(self.hub.current(HUB, use)) for use in (Use.MATCHING, Use.DECIDING, Use.RELEASE)),
        )
