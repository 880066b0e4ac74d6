"""Content is written field by field, most of which are absent; the bytes are those of its whole schema."""

from __future__ import annotations

import random
from io import BytesIO

import fastavro
import pytest
from fastavro.utils import generate_one

from hub.facts.shipped import shipped
from hub.wire.schemas import Schemas, SchemaVersion, load_schemas

SCHEMAS = load_schemas(shipped("schemas"))


def as_the_whole_schema_writes_it(schema: SchemaVersion, record: dict[str, object]) -> bytes:
    out = BytesIO(b"\0" + schema.id.to_bytes(4))
    out.seek(5)
    fastavro.schemaless_writer(out, schema.parsed, record)
    return out.getvalue()


@pytest.mark.parametrize("schema", SCHEMAS.versions, ids=lambda one: f"{one.name} {one.version}")
def test_a_record_is_written_as_its_whole_schema_writes_it_whatever_of_it_is_absent(schema: SchemaVersion) -> None:
    writing, chance = Schemas([schema]), random.Random(20260307)  # noqa: S311 - which fields are there, no secret
    optional = [one["name"] for one in schema.raw["fields"] if "null" in one["type"]]
    for present in (0.0, 0.05, 0.5, 1.0) * 5:
        full = generate_one(schema.parsed)
        absent = {name for name in optional if chance.random() >= present}
        record = {name: value for name, value in full.items() if name not in absent}
        assert writing.encode(schema.name, record) == as_the_whole_schema_writes_it(schema, record)
        nothing = record | dict.fromkeys(absent)
        assert writing.encode(schema.name, nothing) == as_the_whole_schema_writes_it(schema, record)


def test_one_text_of_content_is_written_among_nothing_else() -> None:
    names = [one["name"] for one in SCHEMAS.latest("Content").raw["fields"]]
    place, head = names.index("concern_summary"), b"\0" + SCHEMAS.latest("Content").id.to_bytes(4)
    written = SCHEMAS.encode("Content", {"concern_summary": "seen"})
    assert written == head + bytes(place) + b"\x02\x08seen" + bytes(len(names) - place - 1)
