"""The schemas: examples that encode and decode to the same, versions that all read each other, frames that are refused.

schemas/README.md says how an example is written. The sealed examples are known answers: they were sealed once, and must
open for ever, so that nobody changes the wire format without hearing of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import fastavro
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fastavro.validation import validate
from hypothesis import given
from hypothesis import strategies as st

from hub.facts.errors import BadRecord, ConfigurationError, Reason
from hub.facts.items import FREE_TEXT
from hub.facts.items import ITEMS as RELEASED
from hub.facts.shipped import shipped
from hub.keys import hpke
from hub.keys.provider import PublicKey, Use
from hub.wire.compatibility import incompatibilities
from hub.wire.news import news_info
from hub.wire.schemas import Schemas, SchemaVersion, catalogue, known_catalogue, load_schemas
from hub.wire.sealed import case_key, check, open_content, open_part

FOLDER = shipped("schemas")
SCHEMAS = load_schemas(FOLDER)
NAMES = (
    "ConcernHeader",
    "Content",
    "Facts",
    "Identity",
    "KeyTable",
    "News",
    "PersonIdentity",
    "SealedConcern",
    "SealedNews",
)


# --- examples -------------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """One file of schemas/<name>/examples/."""

    schema: str
    path: Path

    @property
    def shown(self) -> Any:
        return json.loads(self.path.read_text(encoding="utf-8"))

    @property
    def record(self) -> dict[str, Any]:
        """What the example says, as Avro takes it; a field left out is its default."""
        raw = SCHEMAS.latest(self.schema).raw
        made: dict[str, Any] = as_avro(raw, self.shown, named_types(raw))
        return made

    @property
    def framed(self) -> bytes:
        return SCHEMAS.encode(self.schema, self.record)


def examples() -> list[Example]:
    folders = {
        version.name: FOLDER / entry["file"]
        for version in SCHEMAS.versions
        for entry in json.loads((FOLDER / "index.json").read_text())["schemas"]
        if entry["id"] == version.id
    }
    return [
        Example(name, path)
        for name, schema in folders.items()
        for path in sorted((schema.parent / "examples").glob("*.json"))
    ]


def named_types(schema: Any) -> dict[str, Any]:
    if isinstance(schema, list):
        return {name: found for branch in schema for name, found in named_types(branch).items()}
    if not isinstance(schema, dict):
        return {}
    inner = [schema.get("items"), *(field["type"] for field in schema.get("fields", ()))]
    own = {schema["name"]: schema} if "name" in schema else {}
    return own | {name: found for part in inner for name, found in named_types(part).items()}


def as_avro(schema: Any, shown: Any, types: dict[str, Any]) -> Any:  # noqa: PLR0911 - one return for each kind of type
    """Bytes and fixed are hexadecimal, times ISO 8601 in UTC, dates ISO 8601; everything else is as JSON has it."""
    schema = types.get(schema, schema) if isinstance(schema, str) else schema
    if isinstance(schema, list):
        return None if shown is None else as_avro(next(branch for branch in schema if branch != "null"), shown, types)
    kind, logical = (schema["type"], schema.get("logicalType")) if isinstance(schema, dict) else (schema, None)
    match kind, logical:
        case "record", _:
            unknown = set(shown) - {field["name"] for field in schema["fields"]}
            assert not unknown, f"{unknown} are no fields of {schema['name']}"
            return {
                field["name"]: as_avro(field["type"], shown.get(field["name"], field.get("default")), types)
                for field in schema["fields"]
            }
        case "array", _:
            return [as_avro(schema["items"], one, types) for one in shown]
        case (("bytes" | "fixed"), _):
            return bytes.fromhex(shown)
        case "long", "timestamp-micros":
            return datetime.fromisoformat(shown).astimezone(UTC)
        case "int", "date":
            return date.fromisoformat(shown)
        case _:
            return shown


def example(schema: str, name: str) -> Example:
    return next(one for one in examples() if one.schema == schema and one.path.stem == name)


@pytest.mark.parametrize("one", examples(), ids=lambda one: f"{one.schema}-{one.path.stem}")
def test_an_example_encodes_and_decodes_to_the_same(one: Example) -> None:
    assert SCHEMAS.decode(one.schema, one.framed) == one.record


def test_every_schema_has_an_example() -> None:
    assert {version.name for version in SCHEMAS.versions} == set(NAMES)
    assert {one.schema for one in examples()} == set(NAMES)


def test_every_item_of_content_has_an_example_that_sets_its_field_alone() -> None:
    shown = {one.path.stem: list(one.shown) for one in examples() if one.schema == "Content"}
    fields = [field["name"] for field in SCHEMAS.latest("Content").raw["fields"]]
    assert shown == {name.replace("_", ".", 1): [name] for name in fields}


def test_examples_hold_numbers_of_the_reserved_ranges_only() -> None:
    text = "\n".join(one.path.read_text(encoding="utf-8") for one in examples() if one.schema != "SealedConcern")
    telephones = re.findall(r"\b0\d{4} \d{6}\b", text)
    assert telephones
    assert all(number.startswith(("07700 900", "01632 960")) for number in telephones)
    assert all(number.startswith("999000") for number in re.findall(r'"nhs_number": "(\d+)"', text))


# --- known answers --------------------------------------------------------------------------------------------------


def example_seed(key_id: str) -> bytes:
    """The private bytes of an example's key: made from its id, so that anybody may check. No real key is made so."""
    return hashlib.sha256(f"concern-hub example key {key_id}".encode()).digest()


def example_unseal(key_id: str, sealed: bytes, info: bytes) -> bytes:
    return hpke.unseal(hpke.X25519, X25519PrivateKey.from_private_bytes(example_seed(key_id)), sealed, info)


def example_public(key_id: str) -> PublicKey:
    raw = Ed25519PrivateKey.from_private_bytes(example_seed(key_id)).public_key().public_bytes_raw()
    return PublicKey(key_id, "police.caledon", Use.SIGN, "ed25519", raw)


def test_the_sealed_example_is_signed_and_each_part_opens_to_the_example_of_its_schema() -> None:
    one = example("SealedConcern", "siblings")
    header = example("ConcernHeader", "siblings")
    secret = example_seed("police.caledon.case.1")
    event = check(one.framed, case_key(secret, "police.caledon", "CAL-PPN-2026-004417"), SCHEMAS, example_public)
    assert event.sent_as == UUID("019cca90-acc8-7c3e-9d2a-6f1b8e0457aa")
    assert SCHEMAS.decode("ConcernHeader", one.record["header"]) == header.record

    opened = {
        number: open_part(event, number, schema, SCHEMAS, example_unseal)
        for number, schema in enumerate(("Facts", "KeyTable", "Identity", "Identity", "PersonIdentity"))
    }
    assert opened == {
        0: example("Facts", "siblings").record,
        1: example("KeyTable", "siblings").record,
        2: example("Identity", "maisie").record,
        3: example("Identity", "rory").record,
        4: example("PersonIdentity", "alleged-perpetrator").record,
    }

    content = open_content(event, (5, 6, 7), SCHEMAS, example_unseal)
    assert content[5]["concern_summary"] == "Awake on the stairs; heard the argument; not hurt."
    assert content[6]["concern_summary"] == "Stood between the adults; not hurt."
    assert content[7] == example("Content", "person.alleged_perpetrator").record


def test_the_sealed_news_opens_to_the_news() -> None:
    one = example("SealedNews", "opened-by-one").record
    event_id = UUID(bytes=one["event_id"])
    opened = example_unseal(one["key_id"], one["sealed"], news_info(event_id, one["source"]))
    assert SCHEMAS.decode("News", opened) == example("News", "opened-by-one").record


# --- the folder -----------------------------------------------------------------------------------------------------


def test_every_version_in_the_folder_is_in_the_index_under_its_own_name_and_number() -> None:
    entries = json.loads((FOLDER / "index.json").read_text())["schemas"]
    assert {entry["file"] for entry in entries} == {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.avsc")}
    assert all(entry["file"].endswith(f"/v{entry['version']}.avsc") for entry in entries)
    assert len({(entry["name"], entry["version"]) for entry in entries}) == len(entries)
    assert all(version.raw["name"] == version.name for version in SCHEMAS.versions)


@pytest.mark.parametrize("one", SCHEMAS.versions, ids=lambda one: f"{one.name}-v{one.version}")
def test_every_version_reads_every_other_of_its_schema(one: SchemaVersion) -> None:
    assert [fault for fault in incompatibilities(SCHEMAS) if fault.startswith(f"{one.name} ")] == []


@pytest.mark.parametrize("one", SCHEMAS.versions, ids=lambda one: f"{one.name}-v{one.version}")
def test_a_schema_has_no_enum_and_every_default_is_of_its_field_s_first_type(one: SchemaVersion) -> None:
    assert '"enum"' not in json.dumps(one.raw)
    types = named_types(one.raw)
    for found in (one.raw, *types.values()):
        for its in found.get("fields", ()):
            if "default" in its:
                first = its["type"][0] if isinstance(its["type"], list) else its["type"]
                assert validate(its["default"], fastavro.parse_schema(types.get(str(first), first), {}))


# --- framing --------------------------------------------------------------------------------------------------------


def refusal(message: bytes, name: str = "News") -> Reason:
    with pytest.raises(BadRecord) as caught:
        SCHEMAS.decode(name, message)
    return caught.value.reason


NEWS = example("News", "opened-by-one").framed


@pytest.mark.parametrize(
    "message",
    [b"", b"\0", NEWS[:4], b"\1" + NEWS[1:], b"{}" + NEWS],
    ids=["nothing", "one byte", "half a frame", "another magic byte", "JSON"],
)
def test_what_is_not_in_the_wire_format_is_not_framed(message: bytes) -> None:
    assert refusal(message) is Reason.NOT_FRAMED


def test_a_schema_id_that_the_index_does_not_list_is_unknown() -> None:
    assert refusal(b"\0\0\0\x27\x0f" + NEWS[5:]) is Reason.UNKNOWN_SCHEMA


def test_a_record_of_another_schema_than_the_one_asked_for_is_unknown() -> None:
    assert refusal(example("Identity", "rory").framed) is Reason.UNKNOWN_SCHEMA
    assert refusal(NEWS, "SealedNews") is Reason.UNKNOWN_SCHEMA


def test_bytes_left_over_are_undecodable() -> None:
    assert refusal(NEWS + b"\0") is Reason.UNDECODABLE


@pytest.mark.parametrize("one", examples(), ids=lambda one: f"{one.schema}-{one.path.stem}")
def test_a_record_cut_short_anywhere_is_refused(one: Example) -> None:
    framed = one.framed
    for length in range(5, len(framed)):
        assert refusal(framed[:length], one.schema) is Reason.UNDECODABLE


@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_whatever_bytes_come_they_decode_or_are_a_bad_record(name: str, body: bytes) -> None:
    assert_decodes_or_is_bad(name, body)
    assert_decodes_or_is_bad(name, b"\0" + SCHEMAS.latest(name).id.to_bytes(4, "big") + body)


@given(st.sampled_from([one for one in examples() if one.schema != "SealedConcern"]), st.data())
def test_a_record_with_bytes_changed_decodes_or_is_a_bad_record(one: Example, data: st.DataObject) -> None:
    framed = bytearray(one.framed)
    for place in data.draw(st.lists(st.integers(0, len(framed) - 1), min_size=1, max_size=4)):
        framed[place] = data.draw(st.integers(0, 255))
    assert_decodes_or_is_bad(one.schema, bytes(framed))


def assert_decodes_or_is_bad(name: str, message: bytes) -> None:
    with suppress(BadRecord):  # anything else that is raised fails the test
        assert isinstance(SCHEMAS.decode(name, message), dict)


# --- the catalogue of data items ------------------------------------------------------------------------------------

ITEMS = catalogue(SCHEMAS)
IN_IDENTITY = {"child.name", "child.known_as", "child.date_of_birth", "child.sex", "child.identifiers", "child.address"}
IN_FACTS = {"concern.category", "concern.risk", "incident.reference"}
IN_CONTENT = {
    "child.safe_address", "child.school", "child.gp", "child.ethnicity", "child.language", "child.disability",
    "child.present", "child.voice", "concern.indicators", "concern.summary", "concern.detail", "concern.actions_taken",
    "incident.type", "incident.occurred_at", "incident.place", "incident.attended_by", "person.parent", "person.victim",
    "person.alleged_perpetrator", "person.household", "person.witness", "person.practitioner", "offence.details",
    "health.attendance", "health.condition", "health.injury", "plan.type", "plan.dates", "plan.contact",
    "plan.document", "access.history", "school.attendance", "school.observations", "child.whereabouts",
    "child.spoken_to", "child.earlier_addresses", "child.telephone", "child.estimated_age", "child.description",
    "child.unborn", "incident.crime_number", "incident.earlier", "concern.consent_reason", "concern.document",
}  # fmt: skip


def test_the_catalogue_is_the_list_that_isps_speak_of() -> None:
    assert set(ITEMS) == IN_IDENTITY | IN_FACTS | IN_CONTENT
    assert RELEASED == ITEMS


def test_the_catalogue_lists_first_what_people_read_first() -> None:
    assert list(ITEMS)[:3] == ["child.name", "child.known_as", "child.date_of_birth"]
    groups = [name.partition(".")[0] for name in ITEMS]
    assert list(dict.fromkeys(groups)) == [
        "child", "concern", "incident", "person", "offence", "health", "plan", "access", "school",
    ]  # fmt: skip


def test_what_is_free_text_is_tagged_so() -> None:
    assert {
        "child.voice", "concern.summary", "concern.detail", "concern.actions_taken", "offence.details",
        "plan.document", "school.observations", "child.whereabouts", "child.description", "concern.consent_reason",
        "concern.document",
    } == FREE_TEXT  # fmt: skip


def retagged(version: SchemaVersion, field: str, tags: list[str]) -> SchemaVersion:
    fields = [one | {"confluent:tags": tags} if one["name"] == field else one for one in version.raw["fields"]]
    return replace(version, raw=version.raw | {"fields": fields})


@pytest.mark.parametrize(
    ("schema", "field", "tags"),
    [
        ("Content", "child_voice", ["item:child.voice", "class:special_category", "about:child"]),
        ("Content", "child_voice", []),
        ("Identity", "sex", ["item:child.gender", "class:personal", "about:child"]),
        ("Facts", "risk", ["item:concern.risk", "class:personal", "about:child"]),
    ],
)
def test_a_folder_that_says_other_than_the_release_of_an_item_is_refused(
    schema: str, field: str, tags: list[str]
) -> None:
    assert known_catalogue(SCHEMAS) == ITEMS
    changed = [retagged(one, field, tags) if one.name == schema else one for one in SCHEMAS.versions]
    with pytest.raises(ConfigurationError, match="disagree about the data item "):
        known_catalogue(Schemas(changed))


def test_each_item_is_released_from_its_one_home() -> None:
    homes = {name: item.schema for name, item in ITEMS.items()}
    assert homes == (
        dict.fromkeys(IN_IDENTITY, "Identity") | dict.fromkeys(IN_FACTS, "Facts") | dict.fromkeys(IN_CONTENT, "Content")
    )


def test_an_item_has_one_class_and_is_about_one_kind_of_person_wherever_it_is_tagged() -> None:
    said: dict[str, set[tuple[str, ...]]] = {}
    for one in SCHEMAS.versions:
        for its in one.raw["fields"]:
            for item, *rest in [its["confluent:tags"]] if its.get("confluent:tags") else ():
                said.setdefault(item, set()).add(tuple(rest))
    assert all(len(tags) == 1 for tags in said.values())
    assert {item.sensitivity for item in ITEMS.values()} == {"personal", "special_category", "criminal_offence"}
    assert {item.about for item in ITEMS.values()} == {"child", "parent", "third_party", "practitioner"}


def test_what_a_parent_a_victim_or_a_suspect_might_be_harmed_by_is_classed_as_such() -> None:
    classes = {
        name: ITEMS[name].sensitivity
        for name in (
            "child.voice",
            "child.ethnicity",
            "health.condition",
            "offence.details",
            "person.victim",
            "child.name",
        )
    }
    assert classes == {
        "child.voice": "special_category",
        "child.ethnicity": "special_category",
        "health.condition": "special_category",
        "offence.details": "criminal_offence",
        "person.victim": "criminal_offence",
        "child.name": "personal",
    }
