"""Where a webhook may point: one set of rules for whoever writes an address, sends to it and connects to it.

Whoever may write an organisation's file must not make the hub talk to its own machine or network, where trust often
goes by address (a cloud's metadata service hands out credentials to whoever asks). So only addresses that are open to
all, or that a setting allows; an address in numbers is read in every notation that a resolver would take.
Sources: RFC 1123 (host names), inet_aton(3) (numbers), IANA's registries of special-purpose addresses, RFC 6761, 6762
and 8375 and ICANN's `.internal` (names that are no public ones).
"""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, unquote_plus, urlsplit

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]


class Unfit(StrEnum):
    """Why an address may not be used; completes "this address ..."."""

    INSECURE = "must begin with https:// (http:// only where HUB_WEBHOOK_NETWORKS allows the host's number)"
    MALFORMED = "is not an address as it must be: plain letters, digits, dots and hyphens, no blanks or backslashes"
    NO_HOST = "names no host"
    EMPTY_LABEL = "has an empty part in its host name: one dot too many"
    CREDENTIALS = "holds a user name or password, and a secret has no place in the rules"
    QUERY = (
        "holds a secret in its query, and proxies write addresses down: let the receiver check the hub's signature "
        "(`hub keys new --webhook`) or its certificate (HUB_WEBHOOK_CERT), and take the parameter out"
    )
    BAD_PORT = "has a port that is none: it must lie between 1 and 65535"
    OWN_NETWORK = (
        "points at this machine or at a private network (loopback, link-local, metadata and the like), which "
        "HUB_WEBHOOK_NETWORKS does not allow"
    )


_PLAIN = re.compile(r"[!-\[\]-~]*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SEPARATORS = re.compile("[&;]")
_SECRETS = frozenset({
    "accesskey", "apikey", "auth", "authorization", "bearer", "code", "functionkey", "jwt", "key", "passwd", "pwd",
    "secretkey", "sharedkey", "sig", "subscriptionkey", "xapikey",
})  # fmt: skip
"""Names of parameters that hold a secret, without case, hyphens, dots and underscores."""
_ENDS_OF_SECRETS = ("credential", "credentials", "password", "secret", "signature", "token")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_LONGEST_NAME = 253
_HERE = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_UNDER = (".localhost",)
_NEAR = (".local", ".internal", ".home.arpa", ".localdomain")
_LOOPBACK: tuple[Address, ...] = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
_CLOSED: Networks = (
    IPv4Network("168.63.129.16"),  # the metadata service of one cloud, by a number that looks public
    IPv4Network("192.0.0.0/24"),  # protocol assignments; other clouds' metadata among them
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2002::/16"),  # 6to4, and in the next one Teredo: they lead to any IPv4 address
    IPv6Network("2001::/23"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),  # site-local, given up but still routed in places
)
_TRANSLATED = IPv6Network("64:ff9b::/96")


def read_networks(text: str) -> Networks:
    """Networks by commas: `10.20.0.0/16, ::1/128`; raises ValueError for what is none."""
    if not text.strip():
        return ()
    try:
        return tuple(ip_network(one.strip()) for one in text.split(","))
    except ValueError:
        raise ValueError("write networks by commas, such as 10.20.0.0/16,::1/128") from None


def is_open(address: Address, allowed: Networks = ()) -> bool:
    """Whether one may connect to it: open to all, or in a network that is allowed."""
    plain = _plain(address)
    if _within(plain, allowed) or _within(address, allowed):
        return True
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or _within(plain, _CLOSED))


def unfit(url: str, allowed: Networks = ()) -> Unfit | None:
    """Why a webhook may not be sent there; None where it may, as far as can be told without resolving its name."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return Unfit.MALFORMED
    found = (
        (parts.scheme not in {"https", "http"}, Unfit.INSECURE),
        (not _PLAIN.fullmatch(url), Unfit.MALFORMED),
        ("@" in parts.netloc, Unfit.CREDENTIALS),
        (not _port_is_one(parts), Unfit.BAD_PORT),
        (not parts.hostname, Unfit.NO_HOST),
    )
    first = next((why for wrong, why in found if wrong), None)
    return first or _unfit_host(host, allowed, in_clear=parts.scheme == "http")


def unfit_in_rules(url: str, allowed: Networks = ()) -> Unfit | None:
    """The same for whoever writes the address. One in use that holds a secret is still sent to: a child comes first."""
    return unfit(url, allowed) or (Unfit.QUERY if _holds_secret(urlsplit(url).query) else None)


def _holds_secret(query: str) -> bool:
    written = (unquote_plus(one.partition("=")[0]) for one in _SEPARATORS.split(query))
    names = [re.sub("[-_.]", "", name).casefold() for name in written]
    return any(name in _SECRETS or name.endswith(_ENDS_OF_SECRETS) for name in names)


def _unfit_host(host: str, allowed: Networks, *, in_clear: bool) -> Unfit | None:
    labels = host.split(".")
    if ":" not in host and "" in labels:
        return Unfit.EMPTY_LABEL
    numbers = _numbers(host, labels)
    if numbers is None:
        return Unfit.MALFORMED
    if not numbers:
        if in_clear:
            return Unfit.INSECURE
        near = len(labels) == 1 or host.endswith(_NEAR)
        return Unfit.OWN_NETWORK if near and not allowed else None
    if in_clear:
        return None if any(_within(_plain(one), allowed) for one in numbers) else Unfit.INSECURE
    return None if any(is_open(one, allowed) for one in numbers) else Unfit.OWN_NETWORK


def _port_is_one(parts: SplitResult) -> bool:
    try:
        return parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        return False


def _numbers(host: str, labels: list[str]) -> tuple[Address, ...] | None:
    """The addresses that a host stands for by itself: none for a name to be resolved, None for what is neither."""
    if host in _HERE or host.endswith(_UNDER):
        return _LOOPBACK
    if ":" in host:
        try:
            return None if "%" in host else (ip_address(host),)
        except ValueError:
            return None
    if _NUMBER.fullmatch(labels[-1]):
        number = _ipv4(labels)
        return None if number is None else (number,)
    named = len(host) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, labels))
    return () if named else None


def _ipv4(labels: list[str]) -> IPv4Address | None:
    """As inet_aton reads it: one to four numbers, decimal, octal or hexadecimal; the last fills what is left."""
    if len(labels) > 4 or not all(map(_NUMBER.fullmatch, labels)):  # noqa: PLR2004 - bytes of an address
        return None
    try:
        *heads, last = (_read_number(label) for label in labels)
    except ValueError:
        return None
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):  # noqa: PLR2004 - a byte
        return None
    return IPv4Address(sum(head << 8 * (3 - place) for place, head in enumerate(heads)) + last)


def _read_number(label: str) -> int:
    if label[:2] in {"0x", "0X"}:
        return int(label[2:] or "0", 16)
    return int(label, 8 if label[0] == "0" else 10)


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps (mapped, or translated by NAT64), else itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _within(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)
