"""Event ids: UUIDv7 (RFC 9562, 5.7), whose first 48 bits are the time, so that ids sort as they were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime, random_bytes: Callable[[int], bytes]) -> UUID:
    """A UUIDv7 of this time (to the millisecond) and of 74 bits out of ten random bytes."""
    noise = int.from_bytes(random_bytes(10), "big")
    milliseconds = int(at.timestamp() * 1000)
    first_noise, last_noise = noise >> 64 & 0xFFF, noise & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | first_noise << 64 | 0b10 << 62 | last_noise)
