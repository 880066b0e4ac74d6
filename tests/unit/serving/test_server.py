"""An HTTP server that strangers cannot shut: real connections that are held, dripped into, or never read."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from kafka_certificates import make_certificates
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from hub.serving.server import Limits, serving
from hub.serving.tls import Tls, server_context

GET = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 10\r\n\r\n"
QUICK = Limits(header_s=0.5, idle_s=0.5, request_s=1.0, per_address=5, connections=8, end_s=1)


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def endless(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("x" * 50_000_000)


APP = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/endless", endless)])


class Door:
    """Connections to a server, closed at the end."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.writers: list[asyncio.StreamWriter] = []

    async def connect(self, source: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self.host, self.port, local_addr=(source, 0))
        self.writers.append(writer)
        return reader, writer

    async def ask(self, source: str = "127.0.0.1") -> bytes:
        """The first line of an answer to a whole request on a connection of its own."""
        reader, writer = await self.connect(source)
        writer.write(GET)
        return await asyncio.wait_for(reader.readline(), 5)


@asynccontextmanager
async def a_door(limits: Limits = QUICK) -> AsyncIterator[Door]:
    async with serving(APP, "127.0.0.1:0", "--listen", limits) as address:
        door = Door(*address)
        try:
            yield door
        finally:
            for writer in door.writers:
                writer.close()


async def is_closed(reader: asyncio.StreamReader, within: float = 3.0) -> bool:
    """Whether the other side hangs up within so many seconds."""
    try:
        async with asyncio.timeout(within):
            while await reader.read(65_536):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


async def test_a_client_that_sends_nothing_is_dropped() -> None:
    async with a_door() as door:
        reader, _ = await door.connect()
        assert await is_closed(reader)


@pytest.mark.parametrize("beginning", [b"", GET], ids=["its first request", "a request after an answered one"])
async def test_a_client_that_sends_a_byte_at_a_time_is_dropped(beginning: bytes) -> None:
    async with a_door() as door:
        reader, writer = await door.connect()
        writer.write(beginning)

        async def drip() -> None:
            for byte in b"GET / HTTP/1.1\r\nX: " + b"x" * 200:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        assert await is_closed(reader)
        dripping.cancel()


async def test_a_client_that_sends_its_body_for_ever_or_does_not_read_its_answer_is_cut_off() -> None:
    async with a_door() as door:
        slow_reader, slow_writer = await door.connect()
        slow_writer.write(POST + b"12345")
        deaf_reader, deaf_writer = await door.connect()
        deaf_writer.write(GET.replace(b"/ ", b"/endless ", 1))
        assert await is_closed(slow_reader)
        await asyncio.sleep(1.2)
        assert await is_closed(deaf_reader)


async def test_an_answered_connection_may_be_used_again_at_once() -> None:
    async with a_door() as door:
        reader, writer = await door.connect()
        for _ in range(3):
            writer.write(GET)
            assert (await reader.readuntil(b"bytes")).startswith(b"HTTP/1.1 200")
        writer.write(GET + GET)
        for _ in range(2):
            assert (await reader.readuntil(b"bytes")).startswith(b"HTTP/1.1 200")


async def test_four_hundred_idle_sockets_shut_nobody_out_not_even_from_the_same_address() -> None:
    """Idle ones make room: the longest first, of whoever has too many."""
    async with a_door(Limits()) as door:
        held = [await door.connect() for _ in range(450)]
        assert (await door.ask()).startswith(b"HTTP/1.1 200")
        assert (await door.ask("127.0.0.2")).startswith(b"HTTP/1.1 200")
        assert await is_closed(held[0][0])
        assert not await is_closed(held[-1][0], within=0.2)


async def test_a_crowd_of_addresses_takes_no_more_than_there_is_room_for_and_the_greediest_gives_way() -> None:
    async with a_door(Limits(per_address=5, connections=8)) as door:
        greedy = [await door.connect("127.0.0.2") for _ in range(5)]
        modest = [await door.connect(f"127.0.0.{host}") for host in range(3, 6)]
        assert (await door.ask("127.0.0.9")).startswith(b"HTTP/1.1 200")
        assert await is_closed(greedy[0][0], within=1)
        for reader, _ in [*greedy[1:], *modest]:
            assert not await is_closed(reader, within=0.05)


async def test_where_every_connection_is_at_work_a_new_one_is_closed_and_no_work_is_lost() -> None:
    async with a_door(Limits(per_address=3)) as door:
        busy = [await door.connect() for _ in range(3)]
        for _, writer in busy:
            writer.write(POST + b"12345")
        await asyncio.sleep(0.2)
        reader, _ = await door.connect()
        assert await is_closed(reader, within=1)
        for reader, writer in busy:
            writer.write(b"67890")
            assert (await reader.readuntil(b"bytes")).endswith(b"10 bytes")


async def test_told_to_stop_it_finishes_what_is_under_way_and_no_more(monkeypatch: Any) -> None:
    began = asyncio.get_running_loop().time()
    async with a_door() as door:
        reader, writer = await door.connect()
        await door.connect()  # an idle one keeps nobody waiting
        writer.write(POST)
        await asyncio.sleep(0.1)
    assert await is_closed(reader)
    assert asyncio.get_running_loop().time() - began < 4


# --- TLS, and a proxy before the door -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_certificates(tmp_path_factory.mktemp("console"))


async def test_a_door_with_a_certificate_answers_over_tls_alone(files: Any) -> None:
    context = server_context(Tls(files.broker, files.broker))
    trusting = ssl.create_default_context(cafile=files.ca)
    async with serving(APP, "127.0.0.1:0", "--listen", QUICK, tls=context) as (host, port):
        reader, writer = await asyncio.open_connection(host, port, ssl=trusting)
        writer.write(GET)
        assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 200 OK\r\n"
        writer.close()
        bare, plain = await asyncio.open_connection(host, port)
        plain.write(GET)
        assert await is_closed(bare)
        plain.close()


async def test_who_never_begins_tls_is_let_go(files: Any) -> None:
    context = server_context(Tls(files.broker, files.broker))
    async with serving(APP, "127.0.0.1:0", "--listen", replace(QUICK, handshake_s=0.3), tls=context) as address:
        reader, writer = await asyncio.open_connection(*address)
        assert await is_closed(reader)
        writer.close()


async def test_a_proxy_on_the_same_host_says_for_whom_it_speaks_and_nobody_else_does() -> None:
    async def client(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.client.host if request.client else "")

    asked = b"GET / HTTP/1.1\r\nHost: hub\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n\r\n"
    async with serving(Starlette(routes=[Route("/", client)]), "127.0.0.1:0", "--listen", QUICK) as (host, port):
        seen = {}
        for source in ("127.0.0.1", "127.0.0.2"):
            reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
            writer.write(asked)
            seen[source] = (await asyncio.wait_for(reader.read(), 5)).rpartition(b"\r\n")[2]
            writer.close()
    assert seen == {"127.0.0.1": b"192.0.2.7", "127.0.0.2": b"127.0.0.2"}
