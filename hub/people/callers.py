"""Who calls: an API key belongs to one organisation and one role, is stored hashed, and can be revoked.

A bearer token is `<key id>.<secret>`; only SHA-256 of the secret is kept, which suffices for 256 random bits.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from dataclasses import dataclass

from hub.facts.act import Act
from hub.facts.terms import Role
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.desk import PACKAGE, Desk
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

_ID_BYTES, _SECRET_BYTES = 10, 32
LONGEST_TOKEN = 128
_NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a key belongs to."""

    key_id: str
    organisation: str
    role: Role


def new_api_key(desk: Desk, organisation: str, role: Role, act: Act) -> tuple[str, str]:
    """Make a key; returns (key id, bearer token). The token cannot be had again."""
    key_id = "api-" + b32encode(desk.evidence.random(_ID_BYTES)).decode().lower()
    secret = urlsafe_b64encode(desk.evidence.random(_SECRET_BYTES)).rstrip(b"=").decode()
    desk.do("new_api_key", key=key_id, hash=_hash(secret), organisation=organisation, role=role, at=act.at)
    _enter(desk, key_id, "made", {"organisation": organisation, "role": role}, act)
    return key_id, f"{key_id}.{secret}"


def revoke_api_key(desk: Desk, key_id: str, act: Act) -> bool:
    """End a key; whether there was one to end. Requests fail from the commit on."""
    found = bool(desk.rows("revoke_api_key", key=key_id, at=act.at))
    if found:
        _enter(desk, key_id, "revoked", {}, act)
    return found


async def find_caller(connection: Connection, token: str) -> Caller | None:
    """Whose token this is; None for one that is unknown, wrong or revoked, in the same time for each."""
    key_id, _, secret = token.partition(".")
    if len(token) > LONGEST_TOKEN or not token.isascii() or not secret:
        return None
    found = await connection.execute(sql("find_api_key", PACKAGE), {"key": key_id}, prepare=True)
    known = await found.fetchone()
    matches = hmac.compare_digest(_hash(secret), bytes(known[0]) if known else _NO_HASH)
    return Caller(key_id, known[1], Role(known[2])) if known and matches else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _enter(desk: Desk, key_id: str, what: str, facts: dict[str, str], act: Act) -> None:
    said = desk.evidence.seal_act(act, f"{key_id}|{what}".encode())
    enter(desk.connection, kinds.api_key(key_id, what, facts, said, desk.stamp(act)))
