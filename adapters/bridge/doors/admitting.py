"""Who may post to the HTTP door, and what body is taken: one rule for every path."""

from __future__ import annotations

import asyncio

from fastapi import Request

from adapters.bridge import metrics
from adapters.bridge.doors.callers import ROLES, Callers
from adapters.bridge.doors.routes import Turned
from adapters.bridge.formats import MAX_NATIVE
from hub.serving.bodies import TAKEN, NotTaken, plain_body

RETRY_AFTER_SECONDS = 30
_READ_SECONDS = 30
_DISCARDED = 4 * MAX_NATIVE
"""A body that is too large is read this far and thrown away, so that its sender hears why before the line closes."""


def later(*sentences: str) -> Turned:
    """Come back after a while."""
    return Turned(503, sentences, {"Retry-After": str(RETRY_AFTER_SECONDS)})


async def admit(request: Request, callers: Callers, source: str) -> bytes | Turned:
    """The record that a known caller posts, out of its encoding; or why it is turned away."""
    refused = await asyncio.to_thread(refuse_caller, callers, source, request.headers.get("authorization"))
    if refused is not None:
        return refused
    raw = await _read_body(request)
    if raw is None:
        return Turned(408, ("The body took too long: send it again.",))
    plain = plain_body(raw, ",".join(request.headers.getlist("content-encoding")), MAX_NATIVE)
    return _not_taken(plain) if isinstance(plain, NotTaken) else plain


def refuse_caller(callers: Callers, source: str, authorization: str | None) -> Turned | None:
    """Why whoever sends this header may not use this door; None where it may."""
    scheme, _, secret = (authorization or "").partition(" ")
    caller = callers.find(secret.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        metrics.CALLERS_REFUSED.labels("unknown").inc()
        said = "Send a known secret as `Authorization: Bearer <secret>`."
        return Turned(401, (said,), {"WWW-Authenticate": "Bearer"})
    if caller.source != source or caller.role not in ROLES:
        metrics.CALLERS_REFUSED.labels("forbidden").inc()
        return Turned(403, ("This secret may not post to this adapter: it belongs to another source or role.",))
    return None


async def _read_body(request: Request) -> bytes | None:
    """The body, or as much as shows that it is too large; None where it does not come to an end in time."""
    kept, size = bytearray(), 0
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if len(kept) <= MAX_NATIVE:
                    kept += chunk
                if size > _DISCARDED:
                    break
    except TimeoutError:
        return None
    return bytes(kept)


def _not_taken(refused: NotTaken) -> Turned:
    match refused.status:
        case 413:
            return Turned(413, (f"notice: is larger than {MAX_NATIVE:,} bytes.",))
        case 415:
            return Turned(415, (refused.sentence,), {"Accept-Encoding": TAKEN})
        case status:
            return Turned(status, (refused.sentence,))
