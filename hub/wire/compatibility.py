"""FULL_TRANSITIVE compatibility: every version reads every other of its schema, both ways.

Rules of Avro 1.11 schema resolution, narrowed to what this project writes: records gain or lose only fields with a
default, types stay, unions only grow or shrink by branches the other side can still read, enums are not used.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hub.wire.schemas import Schemas


def incompatibilities(schemas: Schemas) -> list[str]:
    """One sentence for each reader that cannot read a writer."""
    found: list[str] = []
    names = sorted({version.name for version in schemas.versions})
    for name in names:
        versions = [v for v in schemas.versions if v.name == name]
        for writer, reader in permutations(versions, 2):
            found += [
                f"{name} v{reader.version} cannot read v{writer.version}: {why}"
                for why in _unreadable(writer.raw, reader.raw, name, _names(writer.raw), _names(reader.raw))
            ]
    return found


def _names(schema: Any) -> dict[str, Any]:
    """Every named type of a schema, by its short name."""
    if isinstance(schema, list):
        return {k: v for branch in schema for k, v in _names(branch).items()}
    if not isinstance(schema, dict):
        return {}
    inner = [schema.get("items"), schema.get("values"), *(f["type"] for f in schema.get("fields", ()))]
    named = {schema["name"]: schema} if "name" in schema else {}
    return named | {k: v for part in inner for k, v in _names(part).items()}


def _unreadable(writer: Any, reader: Any, at: str, writers: dict[str, Any], readers: dict[str, Any]) -> list[str]:
    writer, reader = (
        writers.get(writer, writer) if isinstance(writer, str) else writer,
        readers.get(reader, reader) if isinstance(reader, str) else reader,
    )
    if isinstance(writer, list):
        return [why for branch in writer for why in _unreadable(branch, reader, at, writers, readers)]
    if isinstance(reader, list):
        fits = any(not _unreadable(writer, branch, at, writers, readers) for branch in reader)
        return [] if fits else [f"{at} may hold {_word(writer)}, which is no longer among its types"]
    if _word(writer) != _word(reader):
        return [f"{at} changed from {_word(writer)} to {_word(reader)}"]
    return _unreadable_inside(writer, reader, at, writers, readers)


def _unreadable_inside(
    writer: Any, reader: Any, at: str, writers: dict[str, Any], readers: dict[str, Any]
) -> list[str]:
    """Two types of one kind: what they hold."""
    match _word(writer):
        case "record":
            return _unreadable_record(writer, reader, at, writers, readers)
        case "array":
            return _unreadable(writer["items"], reader["items"], f"{at}[]", writers, readers)
        case "map":
            return _unreadable(writer["values"], reader["values"], f"{at}{{}}", writers, readers)
        case "fixed":
            same = (writer["name"], writer["size"]) == (reader["name"], reader["size"])
            return [] if same else [f"{at} changed its fixed type"]
        case _:
            return _logical(writer, reader, at)


def _unreadable_record(
    writer: Any, reader: Any, at: str, writers: dict[str, Any], readers: dict[str, Any]
) -> list[str]:
    found = [] if writer["name"] == reader["name"] else [f"{at} changed its record's name"]
    written = {f["name"]: f for f in writer["fields"]}
    for wanted in reader["fields"]:
        here = f"{at}.{wanted['name']}"
        if wanted["name"] in written:
            found += _unreadable(written[wanted["name"]]["type"], wanted["type"], here, writers, readers)
        elif "default" not in wanted:
            found.append(f"{here} is new and has no default")
    return found


def _logical(writer: Any, reader: Any, at: str) -> list[str]:
    kinds = [s.get("logicalType") if isinstance(s, dict) else None for s in (writer, reader)]
    return [] if kinds[0] == kinds[1] else [f"{at} changed its logical type"]


def _word(schema: Any) -> str:
    return str(schema["type"]) if isinstance(schema, dict) else str(schema)
