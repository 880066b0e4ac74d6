"""Bodies of requests in another encoding (RFC 9110, 8.4): taken within a limit, or named; never misread."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

TAKEN = "gzip, identity"
"""What `Accept-Encoding` of a 415 says."""
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A body that is not taken: the answer's status and a sentence, which repeats nothing that was sent."""

    status: int
    sentence: str


def plain_body(raw: bytes, encoding: str | None, most: int) -> bytes | NotTaken:
    """The body in clear, of at most `most` bytes. `encoding` is the header `Content-Encoding`, as it was sent."""
    named = [name for part in (encoding or "").split(",") if (name := part.strip().lower()) not in {"", "identity"}]
    if not named:
        return raw if len(raw) <= most else _too_large(most)
    if named not in (["gzip"], ["x-gzip"]):
        return NotTaken(415, "content-encoding: send the body as it is, or under gzip alone.")
    return _inflated(raw, most)


def _inflated(raw: bytes, most: int) -> bytes | NotTaken:
    """Members one after another, as gzip itself reads them; never more than one byte beyond the limit."""
    found = bytearray()
    left = raw
    try:
        while left:
            member = zlib.decompressobj(_GZIP)
            found += member.decompress(left, most + 1 - len(found))
            if len(found) > most:
                return _too_large(most)
            if not member.eof:
                return NotTaken(400, "content-encoding: the body ends before its gzip does.")
            left = member.unused_data
    except zlib.error:
        return NotTaken(400, "content-encoding: the body is not gzip, though it is said to be.")
    return bytes(found) if raw else NotTaken(400, "content-encoding: the body is empty, which is no gzip.")


def _too_large(most: int) -> NotTaken:
    return NotTaken(413, f"body: is larger than {most:,} bytes.")
