"""The standing of each source that sent bad records, and its release from quarantine."""

from __future__ import annotations

from hub.facts.act import Act
from hub.people.desk import Desk, Row


def standings(desk: Desk) -> list[Row]:
    """Sources that sent bad records of late."""
    return desk.rows("standings")


def release(desk: Desk, source: str, act: Act) -> bool:
    """End a source's quarantine; False where it is not in one."""
    released = bool(desk.rows("release_source", source=source))
    if released:
        desk.note("source", source, "release", act)
    return released
