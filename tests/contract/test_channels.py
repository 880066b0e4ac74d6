"""One contract for every channel, and the webhook against a real receiver: statuses, signatures, limits."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from cryptography.exceptions import InvalidSignature

from hub.bootstrap.parts import Parts
from hub.delivery.channels import Channel, Way
from hub.delivery.channels.inbox import InboxChannel
from hub.delivery.channels.webhook import (
    ANSWER_LIMIT,
    WebhookChannel,
    WebhookSettings,
    read_retry_after,
    read_status,
)
from hub.delivery.reasons import Fault
from hub.facts.clock import utc_now
from hub.facts.errors import ConfigurationError, KeyMissing
from hub.facts.outcome import Attempt, Delivered, Invalid, Refused, Retry
from hub.keys.files import HUB, FileKeys
from hub.keys.overlap import Overlap
from hub.keys.provider import Use
from hub.keys.webhooks import WebhookSigner
from hub.settings import Settings, read_settings
from tests.unit.delivery.receiver import Receiver, answering, hanging, receiving, signature_holds
from tests.unit.delivery.world import LOOPBACK, SATURDAY_NIGHT, a_claim

BODY = '{"specversion": "1.0",  "odd": "spacing and ünicode, kept byte for byte"}\n'.encode()
QUICK = WebhookSettings(connect_s=1, total_s=1, networks=LOOPBACK)


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    made = FileKeys(tmp_path / "keys")
    made.make(HUB, Use.WEBHOOK)
    return made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def channel(keys: FileKeys) -> AsyncIterator[WebhookChannel]:
    made = WebhookChannel(WebhookSigner(Overlap(keys, utc_now)).header, lambda: SATURDAY_NIGHT, QUICK)
    yield made
    await made.close()


async def send(channel: Channel, address: str | None, **fields: object) -> Attempt:
    return await channel.send(a_claim(body=BODY, **fields), Way(channel.name, address))


# --- every channel ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["webhook", "inbox"])
async def test_a_channel_that_takes_a_delivery_says_so_and_closes_twice_without_harm(
    kind: str, channel: WebhookChannel, receiver: Receiver
):
    made: Channel = channel if kind == "webhook" else InboxChannel()
    assert made.name == kind
    assert await send(made, receiver.at("hook")) == Delivered()
    assert len(receiver.requests) == (1 if kind == "webhook" else 0)
    await made.close()
    await made.close()


# --- what is sent ----------------------------------------------------------------------------------------------------


async def test_a_webhook_is_signed_as_standard_webhooks_says_over_the_bytes_of_the_row(
    channel: WebhookChannel, receiver: Receiver, keys: FileKeys
):
    claim = a_claim(body=BODY)
    await channel.send(claim, Way("webhook", receiver.at("hook")))

    [(_, headers, body)] = receiver.requests
    public = keys.public("hub.webhook.1").raw
    assert body == BODY
    assert headers["webhook-id"] == str(claim.delivery_id)
    assert headers["webhook-timestamp"] == str(int(SATURDAY_NIGHT.timestamp()))
    assert headers["content-type"] == "application/cloudevents+json"
    assert signature_holds(headers, body, public)
    for changed in (
        ({**headers, "webhook-id": "x"}, body),
        ({**headers, "webhook-timestamp": "1"}, body),
        (headers, body + b" "),
    ):
        with pytest.raises(InvalidSignature):
            signature_holds(*changed, public)


async def test_the_receivers_file_may_name_the_key_that_signs(
    channel: WebhookChannel, receiver: Receiver, keys: FileKeys
):
    keys.make(HUB, Use.WEBHOOK)
    await channel.send(a_claim(body=BODY), Way("webhook", receiver.at("hook"), "hub.webhook.2"))
    [(_, headers, body)] = receiver.requests
    assert signature_holds(headers, body, keys.public("hub.webhook.2").raw)
    with pytest.raises(KeyMissing):
        await channel.send(a_claim(body=BODY), Way("webhook", receiver.at("hook"), "hub.webhook.9"))


async def test_neither_recipient_nor_subject_is_in_the_headers(channel: WebhookChannel, receiver: Receiver):
    await send(channel, receiver.at("hook"))
    [(_, headers, _)] = receiver.requests
    assert "glenmore" not in str(headers)
    assert set(headers) == {
        "host",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "content-type",
        "content-length",
        "accept",
    }


# --- what the answer means -------------------------------------------------------------------------------------------

MEANINGS: dict[int, Attempt] = {
    200: Delivered(),
    201: Delivered(),
    202: Delivered(),
    204: Delivered(),
    409: Delivered(),
    301: Refused(Fault.REDIRECTED),
    302: Refused(Fault.REDIRECTED),
    307: Refused(Fault.REDIRECTED),
    400: Invalid(Fault.MESSAGE_INVALID),
    413: Invalid(Fault.MESSAGE_INVALID),
    422: Invalid(Fault.MESSAGE_INVALID),
    401: Refused(Fault.UNAUTHORISED),
    403: Refused(Fault.UNAUTHORISED),
    404: Refused(Fault.GONE),
    410: Refused(Fault.GONE),
    402: Refused(Fault.REFUSED),
    405: Refused(Fault.REFUSED),
    415: Refused(Fault.REFUSED),
    451: Refused(Fault.REFUSED),
    408: Retry(Fault.BUSY),
    425: Retry(Fault.BUSY),
    429: Retry(Fault.BUSY),
    500: Retry(Fault.SERVER_ERROR),
    501: Retry(Fault.SERVER_ERROR),
    502: Retry(Fault.SERVER_ERROR),
    503: Retry(Fault.SERVER_ERROR),
    504: Retry(Fault.SERVER_ERROR),
    599: Retry(Fault.SERVER_ERROR),
}


@pytest.mark.parametrize(("status", "meaning"), MEANINGS.items())
async def test_each_status_has_its_meaning(channel: WebhookChannel, receiver: Receiver, status: int, meaning: Attempt):
    receiver.behaviours["hook"] = answering(status, Location=receiver.at("elsewhere"))
    assert await send(channel, receiver.at("hook")) == meaning
    assert [path for path, _, _ in receiver.requests] == ["hook"]


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_there_is_has_some_meaning(status: int):
    assert isinstance(read_status(status, None, SATURDAY_NIGHT), Delivered | Retry | Refused | Invalid)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
async def test_retry_after_counts_in_seconds_and_as_a_date(channel: WebhookChannel, receiver: Receiver, status: int):
    receiver.behaviours["seconds"] = answering(status, **{"Retry-After": "120"})
    receiver.behaviours["date"] = answering(status, **{"Retry-After": "Sat, 07 Mar 2026 23:20:00 GMT"})
    for path, at in (
        ("seconds", SATURDAY_NIGHT + timedelta(minutes=2)),
        ("date", datetime(2026, 3, 7, 23, 20, tzinfo=UTC)),
    ):
        outcome = await send(channel, receiver.at(path))
        assert isinstance(outcome, Retry)
        assert outcome.not_before == at


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("99999999999999999999", 86_400),
        ("Sat, 07 Mar 2026 23:12:30 GMT", 30),
        ("Sat, 07 Mar 2026 22:00:00 GMT", 0),
        ("Fri, 31 Dec 2199 23:59:59 GMT", 86_400),
        ("Sat, 07 Mar 2026 23:12:09", 9),
    ],
)
def test_retry_after_is_read_within_bounds(text: str, seconds: int):
    assert read_retry_after(text, SATURDAY_NIGHT) == SATURDAY_NIGHT + timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "\u0667", "Sat, 99 Foo 2026", "\x00", "9" * 400 + "x"])
def test_a_retry_after_that_cannot_be_read_is_none(text: str):
    assert read_retry_after(text, SATURDAY_NIGHT) is None


# --- the network at its worst ----------------------------------------------------------------------------------------


async def test_an_endpoint_that_says_nothing_is_given_up_in_time(channel: WebhookChannel, receiver: Receiver):
    receiver.behaviours["hook"] = hanging()
    started = asyncio.get_running_loop().time()
    assert await send(channel, receiver.at("hook")) == Retry(Fault.TIMED_OUT)
    assert asyncio.get_running_loop().time() - started < 3


async def test_an_answer_that_never_ends_is_cut_and_its_status_counts(channel: WebhookChannel, receiver: Receiver):
    sent = 0

    async def flood(request: web.Request, _body: bytes) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse(status=200)
        await answer.prepare(request)
        try:
            for _ in range(10_000):
                await answer.write(b"x" * 65_536)
                sent += 65_536
        except (ConnectionError, OSError):
            pass
        return answer

    async def drip(request: web.Request, _body: bytes) -> web.StreamResponse:
        answer = web.StreamResponse(status=200)
        await answer.prepare(request)
        for _ in range(100):
            await answer.write(b"x")
            await asyncio.sleep(0.1)
        return answer

    receiver.behaviours |= {"flood": flood, "drip": drip}
    assert await send(channel, receiver.at("flood")) == Delivered()
    assert sent < 1_000 * ANSWER_LIMIT  # what the system buffers, of 655 MB
    assert await send(channel, receiver.at("drip")) == Delivered()


async def test_a_connection_is_used_again(channel: WebhookChannel, receiver: Receiver):
    ports = set()

    async def note(request: web.Request, _body: bytes) -> None:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])

    receiver.behaviours["hook"] = note
    for _ in range(5):
        await send(channel, receiver.at("hook"))
    assert len(ports) == 1


async def test_nobody_there_is_tried_again(channel: WebhookChannel):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert await send(channel, f"http://127.0.0.1:{port}/hook") == Retry(Fault.UNREACHABLE)
    assert await send(channel, "https://no-such-host.invalid/hook") == Retry(Fault.UNREACHABLE)


async def test_a_connection_closed_without_an_answer_is_tried_again(channel: WebhookChannel):
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await send(channel, f"http://127.0.0.1:{port}/hook") == Retry(Fault.UNREACHABLE)


# --- TLS -------------------------------------------------------------------------------------------------------------


async def test_what_would_leave_in_clear_is_refused(channel: WebhookChannel):
    assert await send(channel, "http://school.example/hook") == Refused(Fault.INSECURE_ADDRESS)
    assert await send(channel, "https://user:secret@school.example/hook") == Refused(Fault.INSECURE_ADDRESS)
    assert await send(channel, None) == Refused(Fault.NO_ADDRESS)


async def test_an_address_that_is_none_is_refused_and_no_fault_of_the_hub(channel: WebhookChannel):
    for address in ("https://school..example/hub", "https://school.example:0/hub", "https://", "https://1.2.3.4.5/hub"):
        assert await send(channel, address) == Refused(Fault.NO_ADDRESS)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]"])
async def test_without_a_setting_nothing_is_sent_to_the_hubs_own_machine(keys: FileKeys, receiver: Receiver, host: str):
    guarded = WebhookChannel(
        WebhookSigner(Overlap(keys, utc_now)).header, lambda: SATURDAY_NIGHT, replace(QUICK, networks=())
    )
    port = urlsplit(receiver.at("hook")).port
    assert await send(guarded, f"https://{host}:{port}/hook") == Refused(Fault.CLOSED_NETWORK)
    await guarded.close()
    assert receiver.requests == []


async def test_a_name_that_resolves_to_the_hubs_own_machine_is_refused_when_connecting(
    keys: FileKeys, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    port = urlsplit(receiver.at("hook")).port
    here = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))

    async def resolve(_loop: object, _host: str, *_: object, **_more: object) -> list[object]:
        return [here]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    guarded = WebhookChannel(
        WebhookSigner(Overlap(keys, utc_now)).header, lambda: SATURDAY_NIGHT, replace(QUICK, networks=())
    )
    allowed = WebhookChannel(WebhookSigner(Overlap(keys, utc_now)).header, lambda: SATURDAY_NIGHT, QUICK)
    address = f"https://school.example:{port}/hook"
    assert await send(guarded, address) == Refused(Fault.CLOSED_NETWORK)
    assert await send(allowed, address) == Retry(Fault.TLS_FAILED), "it connected, and no TLS answered"
    for one in (guarded, allowed):
        await one.close()
    assert receiver.requests == []


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, a server's and a client's certificate."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607 - found on PATH

    openssl(
        "req",
        "-x509",
        "-newkey",
        "ed25519",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=test",
        "-days",
        "2",
    )
    for name in ("server", "client"):
        openssl(
            "req",
            "-newkey",
            "ed25519",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
            "-subj",
            f"/CN={name}",
        )
        (folder / "names").write_text("subjectAltName=DNS:localhost")
        openssl(
            "x509",
            "-req",
            "-in",
            f"{name}.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "names",
            "-out",
            f"{name}.pem",
        )
    return folder


async def serve_tls(certificates: Path, *, ask_for_client: bool) -> tuple[web.AppRunner, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    if ask_for_client:
        context.load_verify_locations(certificates / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    return runner, f"https://localhost:{site._server.sockets[0].getsockname()[1]}/hook"


async def test_the_hub_shows_its_certificate_to_a_recipient_that_asks(keys: FileKeys, certificates: Path):
    runner, address = await serve_tls(certificates, ask_for_client=True)
    trusting = replace(QUICK, authorities=certificates / "ca.pem")
    shown = replace(trusting, certificate=certificates / "client.pem", private_key=certificates / "client.key")
    for settings, expected in ((shown, Delivered()), (trusting, None), (QUICK, Retry(Fault.TLS_FAILED))):
        channel = WebhookChannel(WebhookSigner(Overlap(keys, utc_now)).header, lambda: SATURDAY_NIGHT, settings)
        outcome = await send(channel, address)
        assert outcome == expected or (expected is None and isinstance(outcome, Retry))
        await channel.close()
    await runner.cleanup()


async def test_a_dispatcher_s_settings_name_the_certificate_that_it_shows(
    prepared: Settings, certificates: Path, database_url: str
):
    runner, address = await serve_tls(certificates, ask_for_client=True)
    named = {
        "HUB_HOME": str(prepared.home),
        "HUB_DATABASE_URL": database_url,
        "HUB_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "HUB_WEBHOOK_CA": str(certificates / "ca.pem"),
        "HUB_WEBHOOK_CERT": str(certificates / "client.pem"),
        "HUB_WEBHOOK_KEY": str(certificates / "client.key"),
    }
    channel = Parts(read_settings(named))._channels()["webhook"]
    assert isinstance(channel, WebhookChannel)
    assert await send(channel, address) == Delivered()
    await channel.close()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [("none.pem", "client.key", "can be read"), ("client.pem", None, "belong together")],
)
def test_a_certificate_that_cannot_be_used_is_said_before_a_dispatcher_starts(
    prepared: Settings, certificates: Path, certificate: str, key: str | None, said: str
):
    named = {"HUB_HOME": str(prepared.home), "HUB_WEBHOOK_CERT": str(certificates / certificate)}
    named |= {"HUB_WEBHOOK_KEY": str(certificates / key)} if key else {}
    parts = Parts(read_settings(named | {"HUB_RULES": str(prepared.rules), "HUB_DATABASE_URL": "postgresql://nobody"}))
    with pytest.raises(ConfigurationError, match=said):
        parts.dispatcher()
