"""Who calls: an API key belongs to one organisation and one role, is stored hashed, and can be revoked.

A bearer token is `<key id>.<secret>`; only SHA-256 of the secret is kept, which suffices for 256 random bits.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import psycopg

from hub.facts.act import Act
from hub.facts.terms import Role
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.store.connecting import Connection

_ID_BYTES, _SECRET_BYTES = 10, 32
LONGEST_TOKEN = 128
_NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a key belongs to."""

    key_id: str
    organisation: str
    role: Role


def new_api_key(
    connection: psycopg.Connection[Any], organisation: str, role: Role, act: Act, evidence: Evidence
) -> tuple[str, str]:
    """Make a key in the caller's transaction; returns (key id, bearer token). The token cannot be had again."""
    key_id = "api-" + b32encode(evidence.random(_ID_BYTES)).decode().lower()
    secret = urlsafe_b64encode(evidence.random(_SECRET_BYTES)).rstrip(b"=").decode()
    connection.execute(
        "insert into api_key (key_id, secret_hash, organisation, role, created_at) values (%s, %s, %s, %s, %s)",
        (key_id, _hash(secret), organisation, role, act.at),
    )
    _enter(connection, key_id, "made", {"organisation": organisation, "role": role}, act, evidence)
    return key_id, f"{key_id}.{secret}"


def revoke_api_key(connection: psycopg.Connection[Any], key_id: str, act: Act, evidence: Evidence) -> bool:
    """End a key in the caller's transaction; whether there was one to end. Requests fail from the commit on."""
    found = connection.execute(
        "update api_key set revoked_at = %s where key_id = %s and revoked_at is null", (act.at, key_id)
    )
    if found.rowcount:
        _enter(connection, key_id, "revoked", {}, act, evidence)
    return bool(found.rowcount)


async def find_caller(connection: Connection, token: str) -> Caller | None:
    """Whose token this is; None for one that is unknown, wrong or revoked, in the same time for each."""
    key_id, _, secret = token.partition(".")
    if len(token) > LONGEST_TOKEN or not token.isascii() or not secret:
        return None
    found = await connection.execute(
        "select secret_hash, organisation, role from api_key where key_id = %s and revoked_at is null",
        (key_id,),
        prepare=True,
    )
    known = await found.fetchone()
    matches = hmac.compare_digest(_hash(secret), bytes(known[0]) if known else _NO_HASH)
    return Caller(key_id, known[1], Role(known[2])) if known and matches else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _enter(
    connection: psycopg.Connection[Any], key_id: str, what: str, facts: dict[str, str], act: Act, evidence: Evidence
) -> None:
    said = evidence.seal_act(act, f"{key_id}|{what}".encode())
    enter(connection, kinds.api_key(key_id, what, facts, said, Stamp(act.at, evidence.random(16))))
