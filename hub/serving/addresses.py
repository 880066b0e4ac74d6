"""Addresses to listen on, as people write them, and the sockets that listen there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from hub.facts.errors import UserError

Address = tuple[str, int]
_LAST_PORT = 65_535
_BACKLOG = 512
"""Connections that the system holds until the process takes them."""


def parse_address(text: str, setting: str) -> Address:
    """Host and port of `127.0.0.1:8400` or `[::1]:8400`; port 0 takes any free one.

    Raises UserError naming the setting or option that holds it.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > _LAST_PORT:
        raise UserError(f"An address to listen on has the form 127.0.0.1:8400: correct {setting}.")
    return host.strip("[]"), int(port)


@contextmanager
def listening(address: Address, setting: str) -> Iterator[socket.socket]:
    """A socket that listens there, while the context lasts; raises UserError where the address cannot be had."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server(address, family=family, backlog=_BACKLOG)
    except OSError as error:
        raise UserError(
            f"{host}:{port} cannot be listened on: something else listens there, or it is not this machine's; "
            f"correct {setting}."
        ) from error
    with door:
        yield door


def address_of(door: socket.socket) -> Address:
    """Where a socket listens."""
    host, port = door.getsockname()[:2]
    return host, port
