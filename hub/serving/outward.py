"""The one door out: whatever a name resolved to, no connection is made to an address that is closed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from hub.facts.webhook_address import Networks, is_open

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType


class ClosedNetwork(OSError):
    """A name resolved to this machine or to a private network."""


def outward(networks: Networks) -> Callable[[AddrInfoType], socket.socket]:
    """What makes aiohttp's sockets; raises ClosedNetwork for an address neither open to all nor in these networks."""

    def make(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_open(ip_address(str(address[0]).partition("%")[0]), networks):
            raise ClosedNetwork
        return socket.socket(family, kind, protocol)

    return make
