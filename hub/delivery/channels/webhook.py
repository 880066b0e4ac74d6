"""Webhook: POST to the recipient's own system, signed as Standard Webhooks says (`hub.keys.webhooks`).

The signature covers `id.timestamp.body`; the id is the delivery's, so that the recipient drops what it has already. The
body is the row's, byte for byte. Source: https://www.standardwebhooks.com.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp

from hub.delivery.channels import Way
from hub.delivery.claimed import Claimed
from hub.delivery.reasons import Fault
from hub.facts.errors import ConfigurationError
from hub.facts.outcome import Attempt, Delivered, Invalid, Refused, Retry
from hub.facts.webhook_address import Networks, Unfit, unfit
from hub.serving.outward import ClosedNetwork, outward

ANSWER_LIMIT = 16_384
"""Bytes of an answer's body that are read, so that the connection can be used again; a longer one closes it."""
LONGEST_WAIT = timedelta(days=1)
"""Of a Retry-After; longer ones are read as this."""
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_UNAUTHORISED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_INVALID = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})

Sign = Callable[[str, str | None, bytes], str]
"""(recipient organisation, key that its file names, message) -> the signature header."""


_UNFIT = {
    Unfit.INSECURE: Fault.INSECURE_ADDRESS,
    Unfit.CREDENTIALS: Fault.INSECURE_ADDRESS,
    Unfit.OWN_NETWORK: Fault.CLOSED_NETWORK,
}


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Times in seconds. With a certificate the hub shows itself to recipients that ask (mTLS)."""

    connect_s: float = 5.0
    total_s: float = 15.0
    connections: int = 400
    networks: Networks = ()
    """Those that are not open to all and may be sent to nevertheless."""
    certificate: Path | None = None
    private_key: Path | None = None
    authorities: Path | None = None
    """Certificates of the authorities that recipients' servers are trusted by; None is the machine's own."""


class WebhookChannel:
    """One pool of connections; each tier has a channel of its own. Use inside a running event loop."""

    name = "webhook"

    def __init__(self, sign: Sign, clock: Callable[[], datetime], settings: WebhookSettings | None = None) -> None:
        self._sign, self._clock = sign, clock
        self._settings = settings or WebhookSettings()
        self._tls = _tls(self._settings)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Claimed, way: Way) -> Attempt:
        """One POST. Raises KeyMissing where the signing key is not held: the hub's own fault."""
        if way.address is None:
            return Refused(Fault.NO_ADDRESS)
        wrong = unfit(way.address, self._settings.networks)
        if wrong is not None:
            return Refused(_UNFIT.get(wrong, Fault.NO_ADDRESS))
        headers = self._headers(delivery, way)
        try:
            async with self._open().post(
                way.address, data=delivery.body, headers=headers, allow_redirects=False
            ) as answer:
                return await self._read(answer)
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            return read_fault(error)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _headers(self, delivery: Claimed, way: Way) -> dict[str, str]:
        stamp = int(self._clock().timestamp())
        signed = b"%s.%d.%s" % (str(delivery.delivery_id).encode(), stamp, delivery.body)
        return {
            "webhook-id": str(delivery.delivery_id),
            "webhook-timestamp": str(stamp),
            "webhook-signature": self._sign(delivery.recipient.organisation, way.key, signed),
            "content-type": "application/cloudevents+json",
        }

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            settings = self._settings
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=settings.connections,
                    ssl=self._tls,
                    ttl_dns_cache=60,
                    socket_factory=outward(settings.networks),
                ),
                timeout=aiohttp.ClientTimeout(total=settings.total_s, connect=settings.connect_s),
                headers={"user-agent": "concern-hub"},
                skip_auto_headers=["accept-encoding"],
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _read(self, answer: aiohttp.ClientResponse) -> Attempt:
        meaning = read_status(answer.status, answer.headers.get("retry-after"), self._clock())
        try:
            await answer.content.readexactly(ANSWER_LIMIT)
            answer.close()
        except asyncio.IncompleteReadError:
            pass  # the whole answer was shorter, and the connection serves again
        except (aiohttp.ClientError, OSError, TimeoutError):
            answer.close()  # the status had already said how it ended
        return meaning


def read_fault(error: Exception) -> Attempt:
    """What a failure of the network means for the delivery: every one may pass, but for an address that may not be."""
    match error:
        case aiohttp.InvalidURL():
            return Refused(Fault.NO_ADDRESS)
        case aiohttp.ClientConnectorError(os_error=ClosedNetwork()):
            return Refused(Fault.CLOSED_NETWORK)
        case TimeoutError():
            return Retry(Fault.TIMED_OUT)
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError() | ssl.SSLError():
            return Retry(Fault.TLS_FAILED)
        case _:
            return Retry(Fault.UNREACHABLE)


_REFUSALS = (
    (_INVALID, Invalid(Fault.MESSAGE_INVALID)),
    (_UNAUTHORISED, Refused(Fault.UNAUTHORISED)),
    (_GONE, Refused(Fault.GONE)),
)


def read_status(status: int, retry_after: str | None, now: datetime) -> Attempt:
    """What an HTTP status means for the delivery. 409: the recipient has it already."""
    if 200 <= status < 300 or status == HTTPStatus.CONFLICT:  # noqa: PLR2004 - RFC 9110's class of success
        return Delivered()
    if status in _BUSY:
        return Retry(Fault.BUSY, read_retry_after(retry_after, now))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retry(Fault.SERVER_ERROR, read_retry_after(retry_after, now))
    other = Refused(Fault.REDIRECTED if status < HTTPStatus.BAD_REQUEST else Fault.REFUSED)
    return next((meaning for statuses, meaning in _REFUSALS if status in statuses), other)


def read_retry_after(value: str | None, now: datetime) -> datetime | None:
    """RFC 9110 10.2.3: seconds, or an HTTP date. What cannot be read is nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(at.astimezone(UTC), now), now + LONGEST_WAIT)


def _tls(settings: WebhookSettings) -> ssl.SSLContext:
    if (settings.certificate is None) != (settings.private_key is None):
        raise ConfigurationError("HUB_WEBHOOK_CERT and HUB_WEBHOOK_KEY belong together: set both, or neither.")
    try:
        context = ssl.create_default_context(cafile=settings.authorities)
        if settings.certificate is not None:
            context.load_cert_chain(settings.certificate, settings.private_key, password=lambda: "")  # asks nobody
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ConfigurationError(
            "HUB_WEBHOOK_CERT, HUB_WEBHOOK_KEY or HUB_WEBHOOK_CA is no PEM file, without a password, that can be read: "
            "correct it, or leave it out."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
