"""Which changes of a schema are refused and which allowed, and that fastavro really reads what is allowed.

A new version must read every earlier one and be read by it (FULL_TRANSITIVE), for routers and adapters of two releases
run side by side, and records stay on Kafka for days.
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import fastavro
import pytest

from hub.facts.errors import ConfigurationError
from hub.wire.compatibility import incompatibilities
from hub.wire.schemas import Schemas, SchemaVersion


def field(name: str, kind: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def record(*fields: dict[str, Any], name: str = "Thing") -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "uk.concernhub", "fields": list(fields)}


def version(number: int, raw: dict[str, Any]) -> SchemaVersion:
    return SchemaVersion(number, "Thing", number, raw, fastavro.parse_schema(raw, {}))


def faults(*versions: dict[str, Any]) -> list[str]:
    return incompatibilities(Schemas([version(number, raw) for number, raw in enumerate(versions, start=1)]))


class Change(NamedTuple):
    """A schema before and after, with a record of each, for fastavro to read across."""

    before: dict[str, Any]
    after: dict[str, Any]
    old: dict[str, Any]
    new: dict[str, Any]


TEXT = field("a", "string")
NOTE = {"type": "record", "name": "Note", "fields": [field("text", "string")]}
DATED_NOTE = {"type": "record", "name": "Note", "fields": [field("text", "string"), field("on", "string")]}
MEMO = {"type": "record", "name": "Memo", "fields": [field("text", "string")]}
OPTIONAL = ["null", "string"]

REFUSED = {
    "a field is added without a default": Change(
        record(TEXT), record(TEXT, field("b", "string")), {"a": "x"}, {"a": "x", "b": "y"}
    ),
    "a field without a default is taken away": Change(
        record(TEXT, field("b", "string")), record(TEXT), {"a": "x", "b": "y"}, {"a": "x"}
    ),
    "a field is renamed": Change(record(TEXT), record(field("b", "string")), {"a": "x"}, {"b": "x"}),
    "text becomes a number": Change(record(TEXT), record(field("a", "int")), {"a": "x"}, {"a": 1}),
    "a number grows to 64 bits": Change(
        record(field("a", "int")), record(field("a", "long")), {"a": 1}, {"a": 1 << 40}
    ),
    "text becomes bytes": Change(record(TEXT), record(field("a", "bytes")), {"a": "x"}, {"a": b"\xff"}),
    "one text becomes many": Change(
        record(TEXT), record(field("a", {"type": "array", "items": "string"})), {"a": "x"}, {"a": ["x"]}
    ),
    "the entries of a list change": Change(
        record(field("a", {"type": "array", "items": "string"})),
        record(field("a", {"type": "array", "items": "int"})),
        {"a": ["x"]},
        {"a": [1]},
    ),
    "the record is renamed": Change(record(TEXT), record(TEXT, name="Other"), {"a": "x"}, {"a": "x"}),
    "a record inside is renamed": Change(
        record(field("a", ["null", NOTE])),
        record(field("a", ["null", MEMO])),
        {"a": {"text": "x"}},
        {"a": {"text": "x"}},
    ),
    "a record inside gains a field without a default": Change(
        record(field("a", NOTE)), record(field("a", DATED_NOTE)), {"a": {"text": "x"}}, {"a": {"text": "x", "on": "y"}}
    ),
    "an optional text becomes required": Change(record(field("a", OPTIONAL)), record(TEXT), {"a": None}, {"a": "x"}),
    "a required text becomes optional": Change(record(TEXT), record(field("a", OPTIONAL)), {"a": "x"}, {"a": None}),
    "a union loses a branch": Change(
        record(field("a", ["null", "string", "int"])), record(field("a", OPTIONAL)), {"a": 1}, {"a": "x"}
    ),
    "a union gains a branch": Change(
        record(field("a", OPTIONAL)), record(field("a", ["null", "string", "int"])), {"a": "x"}, {"a": 1}
    ),
    "a fixed changes its size": Change(
        record(field("a", {"type": "fixed", "name": "Id", "size": 2})),
        record(field("a", {"type": "fixed", "name": "Id", "size": 3})),
        {"a": b"12"},
        {"a": b"123"},
    ),
    "a fixed changes its name": Change(
        record(field("a", {"type": "fixed", "name": "Id", "size": 2})),
        record(field("a", {"type": "fixed", "name": "Key", "size": 2})),
        {"a": b"12"},
        {"a": b"12"},
    ),
}

ALLOWED = {
    "a field is added with a default": Change(
        record(TEXT), record(TEXT, field("b", OPTIONAL, default=None)), {"a": "x"}, {"a": "x", "b": "y"}
    ),
    "a field with a default is taken away": Change(
        record(TEXT, field("b", "string", default="")), record(TEXT), {"a": "x", "b": "y"}, {"a": "x"}
    ),
    "fields change places": Change(
        record(TEXT, field("b", "int")), record(field("b", "int"), TEXT), {"a": "x", "b": 1}, {"a": "x", "b": 1}
    ),
    "a description and tags change": Change(
        record(TEXT),
        record(TEXT | {"doc": "More words.", "confluent:tags": ["item:child.name"]}),
        {"a": "x"},
        {"a": "y"},
    ),
    "a record inside gains a field with a default": Change(
        record(field("a", NOTE)),
        record(field("a", NOTE | {"fields": [field("text", "string"), field("on", OPTIONAL, default=None)]})),
        {"a": {"text": "x"}},
        {"a": {"text": "x", "on": "y"}},
    ),
    "a union changes the order of its branches": Change(
        record(field("a", OPTIONAL)), record(field("a", ["string", "null"])), {"a": None}, {"a": "x"}
    ),
}


def reads(writer: dict[str, Any], reader: dict[str, Any], written: dict[str, Any]) -> bool:
    """Whether fastavro itself reads one version's record under the other."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(writer, {}), written)
    out.seek(0)
    try:
        fastavro.schemaless_reader(out, fastavro.parse_schema(writer, {}), fastavro.parse_schema(reader, {}))
    except (fastavro.read.SchemaResolutionError, UnicodeDecodeError):
        return False
    return True


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_a_change_is_refused_when(change: Change) -> None:
    assert faults(change.before, change.after)
    assert not (reads(change.before, change.after, change.old) and reads(change.after, change.before, change.new))


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_change_is_allowed_when(change: Change) -> None:
    assert faults(change.before, change.after) == []
    assert reads(change.before, change.after, change.old)
    assert reads(change.after, change.before, change.new)


def test_a_change_of_a_logical_type_is_refused_although_the_bytes_would_be_read() -> None:
    time = record(field("a", {"type": "long", "logicalType": "timestamp-micros"}))
    assert faults(record(field("a", "long")), time)
    assert faults(time, record(field("a", {"type": "long", "logicalType": "timestamp-millis"})))


def test_a_version_is_compared_with_all_before_it_and_not_only_with_the_last() -> None:
    with_number = record(TEXT, field("b", "int", default=0))
    with_text = record(TEXT, field("b", "string", default=""))
    assert faults(with_number, record(TEXT)) == faults(record(TEXT), with_text) == []
    assert faults(with_number, record(TEXT), with_text) == [
        "Thing v3 cannot read v1: Thing.b changed from int to string",
        "Thing v1 cannot read v3: Thing.b changed from string to int",
    ]


def test_two_schemas_under_one_id_are_refused() -> None:
    first, second = version(1, record(TEXT)), SchemaVersion(1, "Other", 1, record(TEXT, name="Other"), None)
    with pytest.raises(ConfigurationError, match="lists an id or a version twice"):
        Schemas([first, second])
