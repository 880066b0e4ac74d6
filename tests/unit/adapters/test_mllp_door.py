"""The MLLP door over real sockets: every frame is answered in order, and nobody can hold it shut."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from kafka_certificates import Certificates, make_certificates

from adapters.bridge import metrics
from adapters.bridge.doors.mllp import Limits, serve
from hub.serving.addresses import address_of, listening

QUICK = Limits(frame=2_000, frame_s=0.3, idle_s=5.0, send_s=1.0, handshake_s=1.0)


class Echo:
    """Answers `got A` to `A`; a message named `slow` waits until it may go on."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.may_go_on = threading.Event()
        self.begun = threading.Event()

    def answer(self, raw: bytes) -> bytes:
        if raw == b"slow":
            self.begun.set()
            assert self.may_go_on.wait(5)
        self.taken.append(raw)
        return b"got " + raw

    def refuse(self, raw: bytes, *sentences: str) -> bytes:
        return f"no: {' '.join(sentences)}".encode()


@asynccontextmanager
async def an_open_door(
    receiver: Echo, limits: Limits = QUICK, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[tuple[str, int], asyncio.Event]]:
    stop = asyncio.Event()
    with listening(("127.0.0.1", 0), "--mllp") as door:
        served = asyncio.create_task(serve(receiver, door, stop, source="nhs.larkhill", tls=tls, limits=limits))
        try:
            yield address_of(door), stop
        finally:
            receiver.may_go_on.set()
            stop.set()
            await served


def framed(carries: bytes) -> bytes:
    return b"\x0b" + carries + b"\x1c\r"


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return (await reader.readuntil(b"\x1c\r"))[1:-2]


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionResetError):
            return await reader.read()
    return b""


async def test_messages_of_one_connection_are_answered_in_order():
    async with an_open_door(Echo()) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(framed(b"A") + framed(b"B") + framed(b"C")[:3])
        assert [await answer_of(reader), await answer_of(reader)] == [b"got A", b"got B"]
        writer.write(framed(b"C")[3:])
        assert await answer_of(reader) == b"got C"
        writer.close()


async def test_half_a_message_and_a_dropped_connection_are_nothing():
    receiver = Echo()
    async with an_open_door(receiver) as (address, _):
        _reader, writer = await asyncio.open_connection(*address)
        writer.write(framed(b"A")[:-1])
        writer.close()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(framed(b"B"))
        assert await answer_of(reader) == b"got B"
        writer.close()
    assert receiver.taken == [b"B"]


async def test_a_message_that_comes_to_no_end_is_refused_and_its_connection_closed():
    async with an_open_door(Echo()) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"\x0b" + b"x" * 1_000)
        assert (
            await answer_of(reader)
            == b"no: message: came to no end: FS CR (0x1C 0x0D) must follow it within 0.3 seconds."
        )
        assert await rest_of(reader) == b""
        writer.close()


async def test_dripping_bytes_do_not_keep_a_message_open():
    async with an_open_door(Echo()) as (address, _):
        reader, writer = await asyncio.open_connection(*address)

        async def drip() -> None:
            writer.write(b"\x0b")
            with contextlib.suppress(ConnectionError):
                while True:
                    writer.write(b"x")
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert (await answer_of(reader)).startswith(b"no: message: came to no end")
        dripping.cancel()
        writer.close()


async def test_a_message_that_is_too_large_is_refused_and_the_next_is_taken():
    async with an_open_door(Echo()) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(framed(b"x" * 6_000) + framed(b"B"))
        assert await answer_of(reader) == b"no: message: is larger than 2,000 bytes."
        assert await answer_of(reader) == b"got B"
        writer.close()


async def test_a_megabyte_without_an_end_is_refused_and_not_kept():
    async with an_open_door(Echo()) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"\x0b" + b"x" * 1_000_000)
        assert await answer_of(reader) == b"no: message: is larger than 2,000 bytes."
        await rest_of(reader)
        writer.close()


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"MSH|^~\\&|PAS\r"])
async def test_who_speaks_something_else_is_told_and_let_go(sent):
    async with an_open_door(Echo()) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(sent)
        assert (await answer_of(reader)).startswith(b"no: message: must be in a frame")
        assert await rest_of(reader) == b""
        writer.close()


async def test_who_is_idle_too_long_is_let_go():
    async with an_open_door(Echo(), replace(QUICK, idle_s=0.2)) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(framed(b"A"))
        assert await answer_of(reader) == b"got A"
        assert await rest_of(reader) == b""
        writer.close()


async def test_too_many_connections_of_one_address_close_the_one_that_was_idle_longest():
    async with an_open_door(Echo(), replace(QUICK, per_address=2)) as (address, _):
        first = await asyncio.open_connection(*address)
        first[1].write(framed(b"A"))
        assert await answer_of(first[0]) == b"got A"
        others = [await asyncio.open_connection(*address) for _ in range(2)]
        assert await rest_of(first[0]) == b""
        first[1].close()
        for number, (reader, writer) in enumerate(others):
            writer.write(framed(str(number).encode()))
            assert await answer_of(reader) == f"got {number}".encode()
            writer.close()


async def test_where_all_are_busy_one_more_is_turned_away():
    receiver = Echo()
    async with an_open_door(receiver, replace(QUICK, connections=1)) as (address, _):
        busy = await asyncio.open_connection(*address)
        busy[1].write(framed(b"slow"))
        await asyncio.to_thread(receiver.begun.wait, 5)
        reader, writer = await asyncio.open_connection(*address)
        assert await rest_of(reader) == b""
        writer.close()
        receiver.may_go_on.set()
        assert await answer_of(busy[0]) == b"got slow"
        busy[1].close()


async def test_who_does_not_read_its_answers_is_let_go():
    class Talkative(Echo):
        def answer(self, raw: bytes) -> bytes:
            self.begun.set()
            return b"x" * 8_000_000  # more than the system keeps for who does not read

    receiver = Talkative()
    async with an_open_door(receiver, replace(QUICK, send_s=0.2)) as (address, _):
        with socket.create_connection(address) as deaf:
            deaf.sendall(framed(b"A"))
            await asyncio.to_thread(receiver.begun.wait, 5)
            async with asyncio.timeout(5):
                while metrics.MLLP_CONNECTIONS.labels("nhs.larkhill")._value.get():
                    await asyncio.sleep(0.01)


async def test_told_to_stop_it_answers_what_it_is_taking_in():
    receiver = Echo()
    async with an_open_door(receiver) as (address, stop):
        idle_reader, idle_writer = await asyncio.open_connection(*address)
        reader, writer = await asyncio.open_connection(*address)
        writer.write(framed(b"slow") + framed(b"B"))
        await asyncio.to_thread(receiver.begun.wait, 5)
        stop.set()
        assert await rest_of(idle_reader) == b""
        receiver.may_go_on.set()
        assert await answer_of(reader) == b"got slow"
        assert await rest_of(reader) == b""
        for one in (writer, idle_writer):
            one.close()
    assert receiver.taken == [b"slow"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def a_client(certificates: Certificates, *, named: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates.ca)
    if named:
        context.load_cert_chain(certificates.client, certificates.client_key)
    return context


def a_server(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.broker)
    context.load_verify_locations(certificates.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def test_over_tls_a_client_with_a_certificate_is_answered(certificates):
    async with an_open_door(Echo(), tls=a_server(certificates)) as (address, _):
        reader, writer = await asyncio.open_connection(*address, ssl=a_client(certificates, named=True))
        writer.write(framed(b"A"))
        assert await answer_of(reader) == b"got A"
        writer.close()


async def test_over_tls_nobody_without_a_certificate_is_heard(certificates):
    receiver = Echo()
    async with an_open_door(receiver, tls=a_server(certificates)) as (address, _):
        with contextlib.suppress(OSError):  # TLS 1.3 tells the client only when it reads
            _reader, writer = await asyncio.open_connection(*address, ssl=a_client(certificates, named=False))
            writer.write(framed(b"A"))
            await rest_of(_reader)
            writer.close()
        plain_reader, plain_writer = await asyncio.open_connection(*address)
        plain_writer.write(framed(b"A"))
        assert framed(b"got A") not in await rest_of(plain_reader)
        plain_writer.close()
    assert receiver.taken == []


async def test_who_never_begins_tls_is_let_go(certificates):
    async with an_open_door(Echo(), replace(QUICK, handshake_s=0.2), a_server(certificates)) as (address, _):
        reader, writer = await asyncio.open_connection(*address)
        assert await rest_of(reader) == b""
        writer.close()
