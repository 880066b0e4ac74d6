"""TLS of a door: the console's, and those of adapters that are no HTTP doors, before which a proxy could stand."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from hub.facts.errors import UserError


@dataclass(frozen=True, slots=True)
class Tls:
    """A server's certificate and key, and the authorities of its clients' certificates; PEM files.

    Without `clients` a client shows no certificate.
    """

    certificate: Path
    key: Path
    clients: Path | None = None


def server_context(tls: Tls) -> ssl.SSLContext:
    """What a door does TLS with (1.2 at least); raises UserError naming the file that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(tls.certificate, tls.key, password="")
    except (OSError, ssl.SSLError) as error:
        raise UserError(
            f"{tls.certificate} and {tls.key} cannot be used for TLS: they must be a certificate and its key, in PEM "
            "files that this process may read, the key without a password."
        ) from error
    if tls.clients is not None:
        try:
            context.load_verify_locations(tls.clients)
        except (OSError, ssl.SSLError) as error:
            raise UserError(f"{tls.clients} cannot be used: it must hold certificates of authorities (PEM).") from error
        context.verify_mode = ssl.CERT_REQUIRED
    return context
