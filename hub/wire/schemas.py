"""The schema folder: ids, Avro in the Confluent wire format, and the data items that the schemas are tagged with.

A message is byte 0, the schema id as four bytes big-endian, then Avro binary. Ids come from schemas/index.json.
Source of the framing: Confluent Schema Registry, "Wire format".
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any

import fastavro

from hub.facts.errors import BadRecord, ConfigurationError, Reason
from hub.facts.items import FORM, ITEMS, DataItem

_FRAME = struct.Struct(">bI")
_HOMES = ("Identity", "Facts", "Content")
"""The schemas that data items are released from."""


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of one schema, as kept in the folder."""

    id: int
    name: str
    version: int
    raw: dict[str, Any]
    parsed: Any
    optional: Mapping[str, tuple[int, Any]] | None = None
    """Of a record that may be empty: the place of each field, and a schema of it alone. None of any other."""


class Schemas:
    """Every version kept in the folder, ready to encode with the latest and decode any."""

    def __init__(self, versions: list[SchemaVersion]) -> None:
        self.versions = tuple(sorted(versions, key=lambda v: (v.name, v.version)))
        self._by_id = {v.id: v for v in self.versions}
        self._latest = {v.name: v for v in self.versions}
        self._fields = {v.name: frozenset(one["name"] for one in v.raw["fields"]) for v in self._latest.values()}
        self._as_read: dict[tuple[int, ...], Schemas] = {}
        """By the ids of the versions that a reader reads."""
        if len(self._by_id) != len(self.versions) or len({(v.name, v.version) for v in versions}) != len(versions):
            raise ConfigurationError("schemas/index.json lists an id or a version twice: give each version its own id.")

    def latest(self, name: str) -> SchemaVersion:
        """The version that is written."""
        return self._latest[name]

    def fields(self, name: str) -> frozenset[str]:
        """Names of the fields that are written."""
        return self._fields[name]

    def as_read_by(self, reads: Mapping[str, int]) -> Schemas:
        """These, to write with for a reader: of each schema no newer version than the one that it says it reads."""
        versions = [one for one in self.versions if one.version <= max(reads.get(one.name, one.version), 1)]
        ids = tuple(one.id for one in versions)
        found = self._as_read.get(ids)
        if found is None:
            found = self._as_read[ids] = Schemas(versions)
        return found

    def encode(self, name: str, record: dict[str, Any]) -> bytes:
        """Frame one record under the latest version of its schema."""
        schema = self._latest[name]
        out = BytesIO()
        out.write(_FRAME.pack(0, schema.id))
        if schema.optional is None:
            fastavro.schemaless_writer(out, schema.parsed, record)
        else:
            _write_present(out, schema.optional, record)
        return out.getvalue()

    def decode(self, name: str, message: bytes) -> dict[str, Any]:
        """Read one framed record of the schema `name`, written under any version that the folder keeps.

        Raises BadRecord (not_framed, unknown_schema, undecodable); bytes left over are undecodable.
        """
        if len(message) < _FRAME.size or message[0] != 0:
            raise BadRecord(Reason.NOT_FRAMED)
        writer = self._by_id.get(_FRAME.unpack_from(message)[1])
        if writer is None or writer.name != name:
            raise BadRecord(Reason.UNKNOWN_SCHEMA)
        reader = self._latest[name]
        stream = BytesIO(message)
        stream.seek(_FRAME.size)
        try:
            record = fastavro.schemaless_reader(stream, writer.parsed, None if writer is reader else reader.parsed)
        except Exception as error:  # fastavro raises whatever the bytes provoke: EOFError, ValueError, IndexError, ...
            raise BadRecord(Reason.UNDECODABLE) from error
        if stream.tell() != len(message) or not isinstance(record, dict):
            raise BadRecord(Reason.UNDECODABLE)
        return record


def load_schemas(folder: Path) -> Schemas:
    """Read schemas/index.json and every version it lists."""
    try:
        entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))["schemas"]
        return Schemas([_read(folder, entry) for entry in entries])
    except (OSError, ValueError, KeyError, TypeError, fastavro.schema.SchemaParseException) as error:
        raise ConfigurationError(
            f"The schema folder cannot be read ({error}): restore schemas/ from the release."
        ) from error


def _read(folder: Path, entry: dict[str, Any]) -> SchemaVersion:
    raw = json.loads((folder / entry["file"]).read_text(encoding="utf-8"))
    parsed = fastavro.parse_schema(raw, {})
    return SchemaVersion(entry["id"], entry["name"], entry["version"], raw, parsed, _optional(raw))


_ABSENT = b"\0"
"""An optional field without a value in Avro binary: the first branch of its union, null, which itself takes nothing."""


def _optional(raw: dict[str, Any]) -> Mapping[str, tuple[int, Any]] | None:
    if any(not isinstance(one["type"], list) or one["type"][0] != "null" for one in raw["fields"]):
        return None
    known: dict[str, Any] = {}  # a later field may name a type that an earlier one defines
    return {
        one["name"]: (
            place,
            fastavro.parse_schema(raw | {"name": f"{raw['name']}_{one['name']}", "fields": [one]}, known),
        )
        for place, one in enumerate(raw["fields"])
    }


def _write_present(out: BytesIO, fields: Mapping[str, tuple[int, Any]], record: Mapping[str, Any]) -> None:
    """Write a record field by field, as most of a wide one are absent: the bytes are those of its whole schema."""
    written = 0
    present = ((*fields[name], name) for name, value in record.items() if value is not None and name in fields)
    for place, schema, name in sorted(present, key=itemgetter(0)):
        out.write(_ABSENT * (place - written))
        fastavro.schemaless_writer(out, schema, {name: record[name]})
        written = place + 1
    out.write(_ABSENT * (len(fields) - written))


def catalogue(schemas: Schemas) -> dict[str, DataItem]:
    """Every data item that a tag names, by name, from the latest version of each schema, in the order to read them in.

    Grouped as Content groups them; within a group those of Identity come first, then those of Facts. Each fact has one
    home: raises ConfigurationError where two schemas name one item.
    """
    found: dict[str, DataItem] = {}
    for name in sorted({version.name for version in schemas.versions}, key=_home):
        for schema_field in schemas.latest(name).raw["fields"]:
            tags = dict(tag.split(":", 1) for tag in schema_field.get("confluent:tags", ()))
            if "item" in tags:
                _add(found, name, schema_field["name"], tags)
    groups = list(dict.fromkeys(_group(item.name) for item in found.values() if item.schema == "Content"))
    groups += [group for group in map(_group, found) if group not in groups]
    return dict(sorted(found.items(), key=lambda entry: groups.index(_group(entry[0]))))


def known_catalogue(schemas: Schemas) -> Mapping[str, DataItem]:
    """The catalogue of a folder that says of data items what this release knows of them; else ConfigurationError.

    What is sealed and opened goes by the folder, what is decided by the release: they must be the same.
    """
    found = catalogue(schemas)
    other = sorted(name for name in found.keys() | ITEMS.keys() if found.get(name) != ITEMS.get(name))
    if other:
        raise ConfigurationError(
            f"The schema folder and this release disagree about the data item {other[0]}: set HUB_SCHEMAS to the "
            "schemas/ of this release, or leave it out."
        )
    return ITEMS


def _group(item: str) -> str:
    return item.partition(".")[0]


def _home(schema: str) -> tuple[int, str]:
    return (_HOMES.index(schema) if schema in _HOMES else len(_HOMES), schema)


def _add(found: dict[str, DataItem], schema: str, name: str, tags: dict[str, str]) -> None:
    item = tags["item"]
    before = found.get(item)
    if before is not None and before.schema != schema:
        raise ConfigurationError(f"{item} is tagged in {before.schema} and in {schema}: each fact has one home.")
    fields = (*before.fields, name) if before else (name,)
    found[item] = DataItem(item, tags["class"], tags["about"], schema, fields, tags.get("form") == FORM)
