"""Who calls: an API key belongs to one organisation and one role, is stored hashed, and can be revoked.

A bearer token is `<key id>.<secret>.<check>`. Of the secret only SHA-256 is kept, which suffices for 256 random bits.
The check is keyed by a secret of the hub's: an invented token is known for one before the database is asked.
Tokens of earlier releases have none; they are let through more slowly (`hub.console.api.access`).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import NamedTuple

from hub.facts.act import Act
from hub.facts.terms import Role
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.desk import PACKAGE, Desk
from hub.people.receiving.reader import Reader
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

_ID_BYTES, _SECRET_BYTES, _CHECK_BYTES = 10, 32, 10
LONGEST_TOKEN = 128
_NO_HASH = bytes(32)


class Scope(StrEnum):
    """What a key is for."""

    READ = "read"  # the inbox and receipts, at the hub
    POST = "post"  # concerns, at the organisation's adapter
    BOTH = "both"

    @property
    def reads(self) -> bool:
        """Whether it opens the inbox."""
        return self is not Scope.POST

    @property
    def posts(self) -> bool:
        """Whether it may raise concerns."""
        return self is not Scope.READ


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a key belongs to."""

    key_id: str
    organisation: str
    role: Role
    scope: Scope = Scope.BOTH

    def reader(self) -> Reader:
        """As whom its system reads."""
        return Reader(self.organisation, self.role, self.key_id)


class Token(NamedTuple):
    """A bearer token in its parts; `check` is empty in those of earlier releases."""

    key_id: str
    secret: str
    check: str

    def __repr__(self) -> str:
        return "<Token redacted>"


@dataclass(frozen=True, slots=True)
class TokenChecks:
    """Makes the checks of tokens, and tells invented ones, under the hub's keys for it. Without one all may pass."""

    keys: FileKeys
    clock: Callable[[], float] = monotonic
    _known: list[tuple[float, list[str]]] = field(default_factory=list, repr=False)

    def made(self, key_id: str, secret: str) -> str:
        """`.<check>` under the newest key; nothing where the hub has none yet."""
        held = self._held()
        return f".{self._check(held[-1], key_id, secret)}" if held else ""

    def invented(self, token: Token) -> bool:
        """Whether the token bears a check that is none of the hub's."""
        held = self._held()
        given = token.check.encode()
        return bool(token.check and held) and not any(
            hmac.compare_digest(given, self._check(one, token.key_id, token.secret).encode()) for one in held
        )

    def _held(self) -> list[str]:
        """Ids of the keys, looked up once a second."""
        if not self._known or self.clock() - self._known[0][0] > 1:
            self._known[:] = [(self.clock(), self.keys.held(HUB, Use.TOKEN))]
        return self._known[0][1]

    def _check(self, token_key: str, key_id: str, secret: str) -> str:
        made = hmac.digest(self.keys.secret(token_key), f"{key_id}.{secret}".encode(), hashlib.sha256)
        return b32encode(made[:_CHECK_BYTES]).decode().lower()


def read_token(text: str) -> Token | None:
    """A token in its parts; None for what cannot be one."""
    key_id, _, rest = text.partition(".")
    secret, dot, check = rest.partition(".")
    whole = key_id and secret and bool(dot) == bool(check) and "." not in check
    return Token(key_id, secret, check) if whole and text.isascii() and len(text) <= LONGEST_TOKEN else None


def new_api_key(
    desk: Desk, organisation: str, role: Role, act: Act, checks: TokenChecks, scope: Scope = Scope.BOTH
) -> tuple[str, str]:
    """Make a key; returns (key id, bearer token). The token cannot be had again."""
    key_id = "api-" + b32encode(desk.evidence.random(_ID_BYTES)).decode().lower()
    secret = urlsafe_b64encode(desk.evidence.random(_SECRET_BYTES)).rstrip(b"=").decode()
    desk.do(
        "new_api_key",
        key=key_id,
        hash=_hash(secret),
        organisation=organisation,
        role=role,
        scope=scope,
        at=act.at,
    )
    _enter(desk, key_id, "made", {"organisation": organisation, "role": role, "scope": scope}, act)
    return key_id, f"{key_id}.{secret}{checks.made(key_id, secret)}"


def revoke_api_key(desk: Desk, key_id: str, act: Act) -> bool:
    """End a key; whether there was one to end. Requests fail from the commit on."""
    found = bool(desk.rows("revoke_api_key", key=key_id, at=act.at))
    if found:
        _enter(desk, key_id, "revoked", {}, act)
    return found


async def find_caller(connection: Connection, token: Token) -> Caller | None:
    """Whose token this is; None for one that is unknown, wrong or revoked, in the same time for each."""
    found = await connection.execute(sql("find_api_key", PACKAGE), {"key": token.key_id}, prepare=True)
    known = await found.fetchone()
    matches = hmac.compare_digest(_hash(token.secret), bytes(known[0]) if known else _NO_HASH)
    return Caller(token.key_id, known[1], Role(known[2]), Scope(known[3])) if known and matches else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _enter(desk: Desk, key_id: str, what: str, facts: dict[str, str], act: Act) -> None:
    said = desk.evidence.seal_act(act, f"{key_id}|{what}".encode())
    enter(desk.connection, kinds.api_key(key_id, what, facts, said, desk.stamp(act)))
