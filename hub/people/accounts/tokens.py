"""A person's tokens, by which commands know them; and acting without one, which everybody hears of.

A token is `per-<id>.<secret>.<check>`, as API keys have it (`hub.people.callers`): of the secret only SHA-256 is kept,
and an invented one is known for one before the database is asked. It says who works at a terminal, and why is asked
for with each command; against whoever has the database itself, it is no wall.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from hub.facts.act import HUB, Act, How, Principal, act
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.log import logger
from hub.people.accounts.persons import note, open_named
from hub.people.accounts.posts import Known, held_on
from hub.people.accounts.sessions import Gone
from hub.people.callers import Token, TokenChecks, read_token
from hub.people.desk import Desk, Row

WHOLE = timedelta(hours=10)
TOKENS = 3
"""Of one person at once; who makes another ends the oldest."""
_PREFIX = "per-"
_ID_BYTES, _SECRET_BYTES = 10, 32
_UNKNOWN = Gone("unknown")
_GLASS = b"break_glass"
"""What the words of such an act are bound to."""


def make_token(desk: Desk, person_id: UUID, how: How, checks: TokenChecks, act: Act) -> str:
    """A token of this person, which cannot be had again. `how`: how they were known when it was made.

    Raises UserError where their account has ended.
    """
    if not desk.rows("lock_person", person=person_id):
        raise UserError("No such person is known, or they have ended: see `hub people list`.")
    desk.do("replace_person_tokens", person=person_id, at=act.at, others=TOKENS - 1)
    token_id = _PREFIX + b32encode(desk.evidence.random(_ID_BYTES)).decode().lower()
    secret = urlsafe_b64encode(desk.evidence.random(_SECRET_BYTES)).rstrip(b"=").decode()
    hashed, ends = hash_of(secret), act.at + WHOLE
    desk.do("keep_person_token", token=token_id, hash=hashed, person=person_id, how=how.value, at=act.at, ends=ends)
    note(desk, person_id, "token", {"token_id": token_id}, act)
    return f"{token_id}.{secret}{checks.made(token_id, secret)}"


def who(desk: Desk, text: str, checks: TokenChecks, now: datetime) -> Known | Gone:
    """Whose token this is, with the posts that they hold today."""
    token = read_token(text)
    if token is None or not token.key_id.startswith(_PREFIX) or _invented(token, checks):
        return _UNKNOWN
    row = desk.row("find_person_token", token=token.key_id)
    if row is None or not hmac.compare_digest(hash_of(token.secret), bytes(row["secret_hash"])):
        return _UNKNOWN
    held = held_on(desk, row["person_id"], local_day(now), How.TOKEN)
    over = (
        ("person_ended", row["person_ended_at"] is not None),
        ("revoked", row["revoked_at"] is not None),
        ("too_long", now >= row["ends_at"]),
        ("post_ended", not held),
    )
    for why, so in over:
        if so:
            return Gone(why, row["person_id"])
    return Known(
        person_id=row["person_id"],
        name=open_named(desk, row).name,
        organisation=row["organisation"],
        how=How.TOKEN,
        posts=held.posts,
        lapsed=held.lapsed,
        language=row["language"],
    )


def revoke_tokens(desk: Desk, person_id: UUID, act: Act) -> int:
    """End every token of a person; how many there were."""
    ended = len(desk.rows("revoke_person_tokens", person=person_id, at=act.at))
    if ended:
        note(desk, person_id, "tokens revoked", {}, act)
    return ended


def break_glass(desk: Desk, name: str, reason: str, now: datetime) -> Act:
    """Let somebody act by a name alone, though the hub knows its people; raises UserError for no name or reason.

    It has a ledger entry of its own, and a row that the dispatchers' metric counts, whose alarm goes off.
    """
    if not name.strip():
        raise UserError("Say who does this: --break-glass NAME.")
    made = act(Principal(None, name.strip(), HUB, How.BREAK_GLASS), reason, now)
    entry = kinds.break_glass(desk.evidence.seal_act(made, _GLASS), desk.stamp(made))
    enter(desk.connection, entry)
    desk.do("break_glass", entry=entry.entry_id, at=now)
    logger().error("break_glass")
    return made


def broken_glass(desk: Desk, limit: int, *, opened: bool) -> list[Row]:
    """Acts by a name alone, the latest first: when; `opened`, also who and why, empty where they were erased."""
    found = []
    for row in desk.rows("broken_glass", limit=limit):
        shown: Row = {"at": row["at"]}
        if opened:
            said = bytes.fromhex(row["said"]) if row["said"] else None
            words = desk.evidence.open_act(row["said_key"], said, _GLASS) if said else None
            shown |= {"by": words.by if words else "", "reason": words.reason if words else ""}
        found.append(shown)
    return found


def hash_of(secret: str) -> bytes:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def _invented(token: Token, checks: TokenChecks) -> bool:
    """A person's token always bears a check where the hub has a key for it."""
    return checks.invented(token) or (not token.check and bool(checks.made(token.key_id, token.secret)))
