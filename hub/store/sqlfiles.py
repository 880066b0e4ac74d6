"""SQL lives in .sql files; this reads one by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(name: str, package: str) -> bytes:
    """The text of `<package>/sql/<name>.sql`."""
    return (files(package) / "sql" / f"{name}.sql").read_bytes()
