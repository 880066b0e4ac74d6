"""The MLLP door: HL7's minimal lower layer protocol over TCP or TLS, as integration engines speak it.

Each frame is answered in order, on its connection, once what it carries is on disk or refused. A frame without an end
is nothing: it was not answered, so its sender has it still. Plain MLLP tells nobody who sends: let it listen where only
the engine reaches it, or ask for certificates.

The `hl7` library has an asyncio server too, which is not used: it has no limit of time or of connections, throws what
is too long away without an answer, and hands a frame on only as decoded text.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from adapters.bridge import metrics
from adapters.bridge.doors.framing import END, START, Frame, Framer, Stray, TooLong
from hub.log import fault, logger

NO_FRAME = "message: must be in a frame: VT (0x0B) before it, FS CR (0x1C 0x0D) behind it."
NO_END = "message: came to no end: FS CR (0x1C 0x0D) must follow it within {seconds:g} seconds."
TOO_LONG = "message: is larger than {bytes:,} bytes."
_CHUNK = 65_536


class Receiver(Protocol):
    """What frames carry is nothing to this door: it hands them on and sends the answers."""

    def answer(self, raw: bytes) -> bytes:
        """The answer to what a frame carries; whatever it says is taken in is on disk."""

    def refuse(self, raw: bytes, *sentences: str) -> bytes:
        """The answer to what is no frame, or no whole one, as far as it came."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the door bears: connections, bytes of a frame, seconds."""

    connections: int = 64
    per_address: int = 32
    frame: int = 3_145_728
    """Room for a document of 1 MB in Base64, and what stands around it."""
    frame_s: float = 30.0
    """From the first byte of a frame to its end."""
    idle_s: float = 3_600.0
    """Between frames: engines keep their connections."""
    send_s: float = 10.0
    """For the sender to read an answer."""
    handshake_s: float = 10.0
    at_once: int = 8
    """Frames that are taken in at the same time."""


async def serve(
    receiver: Receiver,
    door: socket.socket,
    stop: asyncio.Event,
    *,
    source: str,
    tls: ssl.SSLContext | None = None,
    limits: Limits | None = None,
) -> None:
    """Serve the messages of this source until `stop` is set; what is being taken in then is answered."""
    door.setblocking(False)  # noqa: FBT003 - the name of the method says it
    mllp = _Door(receiver, source, tls, limits or Limits())
    accepting = asyncio.create_task(mllp.accept(door))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([accepting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if accepting.done():
            accepting.result()
    finally:
        for task in (accepting, stopping):
            task.cancel()
        await mllp.end()


@dataclass(slots=True, eq=False)
class _Connection:
    """Since when it waits for a frame to begin; None while one is under way."""

    address: str
    idle_since: float | None
    task: asyncio.Task[None] | None = None
    answering: bool = False


class _Door:
    def __init__(self, receiver: Receiver, source: str, tls: ssl.SSLContext | None, limits: Limits) -> None:
        self._receiver, self._source, self._tls, self._limits = receiver, source, tls, limits
        self._connections: set[_Connection] = set()
        self._taking = asyncio.Semaphore(limits.at_once)
        self._ending = asyncio.Event()

    async def accept(self, door: socket.socket) -> None:
        """Take connections, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, address = await loop.sock_accept(door)
            except OSError as error:  # too many open files, or a caller who is gone already
                logger().warning("a connection was not accepted", source=self._source, fault=fault(error))
                await asyncio.sleep(0.1)
                continue
            if not self._make_room(address[0]):
                metrics.MLLP_CONNECTIONS_REFUSED.labels(self._source).inc()
                client.close()
                continue
            connection = _Connection(address[0], loop.time())
            self._connections.add(connection)
            metrics.MLLP_CONNECTIONS.labels(self._source).set(len(self._connections))
            connection.task = asyncio.create_task(self._hold(connection, client))

    async def end(self) -> None:
        """Let what is being taken in be answered; whatever else is under way was never answered, and ends."""
        self._ending.set()
        for connection in self._connections:
            if connection.task and not connection.answering:
                connection.task.cancel()
        tasks = [connection.task for connection in self._connections if connection.task]
        if tasks:
            await asyncio.wait(tasks)

    def _make_room(self, address: str) -> bool:
        """Whether one more may come: where there are too many, the one that has been idle longest goes."""
        counts = Counter(connection.address for connection in self._connections)
        if counts[address] >= self._limits.per_address:
            return self._close_idle(lambda connection: connection.address == address)
        return len(self._connections) < self._limits.connections or self._close_idle(lambda _: True)

    def _close_idle(self, fits: Callable[[_Connection], bool]) -> bool:
        idle = [one for one in self._connections if one.idle_since is not None and fits(one)]
        if not idle:
            return False
        longest = min(idle, key=lambda one: one.idle_since or 0.0)
        self._connections.discard(longest)
        if longest.task:
            longest.task.cancel()
        return True

    async def _hold(self, connection: _Connection, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        reader = asyncio.StreamReader(limit=_CHUNK)
        protocol = asyncio.StreamReaderProtocol(reader)
        handshake = self._limits.handshake_s if self._tls else None
        writer = None
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, client, ssl=self._tls, ssl_handshake_timeout=handshake
            )
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            await self._converse(connection, reader, writer)
        except (OSError, TimeoutError):  # gone, no TLS, or one that does not read
            metrics.MLLP_FRAMES.labels(self._source, "cut_off").inc(connection.idle_since is None)
        finally:
            self._connections.discard(connection)
            metrics.MLLP_CONNECTIONS.labels(self._source).set(len(self._connections))
            if writer is None:
                client.close()
            else:
                await _close(writer)

    async def _converse(
        self, connection: _Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Read and answer until the other side closes, is too slow, or does not speak MLLP."""
        loop = asyncio.get_running_loop()
        framer = Framer(self._limits.frame)
        begun = loop.time()
        while not self._ending.is_set():
            within = framer.is_within
            allowed = self._limits.frame_s if within else self._limits.idle_s
            try:
                async with asyncio.timeout_at(begun + allowed):
                    data = await reader.read(_CHUNK)
            except TimeoutError:
                if within:
                    await self._refuse(writer, framer.head, NO_END.format(seconds=allowed), "slow")
                return
            if not data:
                metrics.MLLP_FRAMES.labels(self._source, "cut_off").inc(within)
                return
            for found in framer.feed(data):
                connection.idle_since = None
                if self._ending.is_set() or not await self._tell(connection, writer, found):
                    return
                within = False
            if not framer.is_within:
                connection.idle_since = begun = loop.time()
            elif not within:
                connection.idle_since, begun = None, loop.time()

    async def _tell(
        self, connection: _Connection, writer: asyncio.StreamWriter, found: Frame | TooLong | Stray
    ) -> bool:
        """Answer; whether the connection is of use still."""
        match found:
            case Frame(carries, broken_off):
                metrics.MLLP_FRAMES.labels(self._source, "cut_off").inc(broken_off)
                connection.answering = True
                try:
                    async with self._taking:
                        answer = await asyncio.to_thread(self._receiver.answer, carries)
                    await self._send(writer, answer)
                finally:
                    connection.answering = False
                metrics.MLLP_FRAMES.labels(self._source, "answered").inc()
                return True
            case TooLong(head, ended):
                await self._refuse(writer, head, TOO_LONG.format(bytes=self._limits.frame), "too_long")
                return ended
            case Stray(head):
                await self._refuse(writer, head, NO_FRAME, "stray")
                return False

    async def _refuse(self, writer: asyncio.StreamWriter, head: bytes, sentence: str, outcome: str) -> None:
        metrics.MLLP_FRAMES.labels(self._source, outcome).inc()
        await self._send(writer, self._receiver.refuse(head, sentence))

    async def _send(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        writer.write(START + answer + END)
        async with asyncio.timeout(self._limits.send_s):
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    """An answer that is on its way has a second more; who does not read it is cut off."""
    writer.close()
    try:
        async with asyncio.timeout(1.0):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()
