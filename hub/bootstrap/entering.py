"""The ways in of a console."""

from __future__ import annotations

import ssl
import time
from ipaddress import ip_address

from hub.bootstrap.parts import Parts
from hub.console.limits import Rate
from hub.facts.clock import utc_now
from hub.facts.errors import ConfigurationError
from hub.people.entering.fetching import Fetcher
from hub.people.entering.providers import load_providers, read_secret
from hub.people.entering.relying import RelyingParty
from hub.people.entering.ways import Ways, ways_in
from hub.serving.addresses import parse_address
from hub.serving.tls import Tls, server_context
from hub.settings import Settings

_CONSOLE = "HUB_CONSOLE_ADDRESS"


def make_ways(parts: Parts) -> Ways:
    """Over a process's settings; raises ConfigurationError where a provider's file or secret cannot be used."""
    settings = parts.settings
    folder, networks = settings.providers, settings.provider_networks
    providers = load_providers(folder, parts.rules.organisations, networks)
    secrets = {name: read_secret(folder, one) for name, one in providers.items()} if folder else {}
    party = RelyingParty(
        providers,
        Fetcher(networks),
        lambda provider: secrets[provider.id],
        settings.public_url.rstrip("/"),
        parts.random,
        networks,
        utc_now,
    )
    failed = Rate(time.monotonic, per_second=1 / 3, burst=10)
    return ways_in(
        party,
        on_loopback=_is_loopback(parse_address(settings.console_address, _CONSOLE)[0]),
        has_tls=settings.console_cert is not None,
        waits=failed.wait,
        failed=failed.take,
    )


def console_tls(settings: Settings) -> ssl.SSLContext | None:
    """What the console does TLS with, where it has a certificate."""
    if (settings.console_cert is None) != (settings.console_key is None):
        raise ConfigurationError("HUB_CONSOLE_CERT and HUB_CONSOLE_KEY belong together: set both, or neither.")
    if settings.console_cert is None or settings.console_key is None:
        return None
    return server_context(Tls(settings.console_cert, settings.console_key))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
