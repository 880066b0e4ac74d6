"""Which ways in there are: providers, passkeys, links; and whether any is open where the console is reached so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from hub.people.entering.fetching import Fetcher
from hub.people.entering.passkeys import Site, site_of
from hub.people.entering.providers import Provider
from hub.people.entering.relying import RelyingParty


class Shut(StrEnum):
    """Why nobody signs in here."""

    NO_TLS = "no_tls"
    """The console listens beyond this machine, without a certificate."""
    ADDRESS = "address"
    """HUB_PUBLIC_URL is neither https nor http://localhost."""
    OTHER_SCHEME = "other_scheme"
    """The console has a certificate, and HUB_PUBLIC_URL is not https."""


SENTENCES = {
    Shut.NO_TLS: "Nobody can sign in: the console listens beyond this machine without TLS. Set HUB_CONSOLE_CERT and "
    "HUB_CONSOLE_KEY, or let it listen on loopback behind a proxy.",
    Shut.ADDRESS: "Nobody can sign in: HUB_PUBLIC_URL must be https://, or http://localhost with a port.",
    Shut.OTHER_SCHEME: "Nobody can sign in: the console speaks TLS, so HUB_PUBLIC_URL must begin with https://.",
}


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in of one process. `demonstration`: whether its links are taken, as on the hub's own machine alone."""

    party: RelyingParty
    site: Site
    shut: Shut | None
    demonstration: bool
    waits: Callable[[str], float]
    """Seconds until somebody of that name (an address, a provider) may try again, after too many that failed."""
    failed: Callable[[str], object]
    """Counts one that failed."""

    def provider(self, name: str) -> Provider | None:
        """The provider of that id."""
        return self.party.providers.get(name)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Connections to providers are closed when the context ends."""
        try:
            yield
        finally:
            if isinstance(self.party.fetch, Fetcher):
                await self.party.fetch.close()


def why_shut(public_url: str, *, on_loopback: bool, has_tls: bool) -> Shut | None:
    """Why nobody signs in at a console that listens so and is reached so; None where people may."""
    if not on_loopback and not has_tls:
        return Shut.NO_TLS
    parts = urlsplit(public_url)
    bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
    if not bare or not parts.hostname or (parts.scheme != "https" and not _is_localhost(public_url)):
        return Shut.ADDRESS
    return Shut.OTHER_SCHEME if has_tls and parts.scheme != "https" else None


def _is_localhost(public_url: str) -> bool:
    """By name: an address is no relying party for passkeys."""
    parts = urlsplit(public_url)
    return (parts.scheme, parts.hostname) == ("http", "localhost")


def ways_in(
    party: RelyingParty,
    *,
    on_loopback: bool,
    has_tls: bool,
    waits: Callable[[str], float],
    failed: Callable[[str], object],
) -> Ways:
    """For a console that listens on loopback or not, with a certificate or not."""
    shut = why_shut(party.public_url, on_loopback=on_loopback, has_tls=has_tls)
    here = on_loopback and _is_localhost(party.public_url)
    return Ways(party, site_of(party.public_url), shut, here, waits, failed)
