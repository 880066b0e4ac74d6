"""Where a column may go: the fields of the public protection notice, under the names that they have there.

A table says what a notice says. So a field that the notice gains is a target without a word here, and what the notice
refuses no table brings in. The fields are read from the notice's own JSON Schema.

    notice.risk   incident.place.postcode   officer.shoulder_number      of the incident: the same in each of its rows
    child.voice                                                          of the child that a row is about
    nominal.date_of_birth                                                of the child or adult that a row is about
    people.mother.family_name                                            of a further person whom a row names
    child.earlier_addresses.1.postcode                                   of the first entry of a list
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from adapters.police.notice import json_schema

Schema = Mapping[str, Any]
LONG_TEXT = 5_000
"""Texts that may be longer than this are accounts, in paragraphs."""
MOST_ENTRIES = 9
"""Of a list of records, in one row."""
ADULT_NAMES = ("given_names", "family_name")
"""How an export parts an adult's name; a notice has it in one."""


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    ACCOUNT = "account"
    ADDRESS = "address"
    WORDS = "words"
    """A text of several words, each of which may have a column: given names."""
    DAY = "day"
    INSTANT = "instant"
    WHOLE = "whole number"
    TRUTH = "true or false"
    WORD = "one of a closed list"
    LIST = "list"
    NUMBER = "identifier"


JOINS: Mapping[Kind, str] = {Kind.ACCOUNT: "\n", Kind.ADDRESS: ", ", Kind.WORDS: " "}
"""What stands between the columns of a field that may have several."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field: in which record (`notice`, `incident`, `officer`, `child`, `nominal` or `people`), and the steps to it.

    `words`: those that it takes, where its list is closed; of a list, those of its entries.
    """

    record: str
    steps: tuple[str | int, ...]
    kind: Kind
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        steps = (str(step + 1) if isinstance(step, int) else step for step in self.steps)
        return ".".join((self.record, *steps))


_NUMBERS = frozenset(("nhs_number", "chi_number", "hc_number", "upn", "scn"))
_WORDS = frozenset(("given_names", "name"))
_APART = frozenset(("children", "people", "incident", "officer"))
"""Fields of the notice that are records of their own here."""
_SET_BY_ROWS = {"people": ("role", "children"), "notice": ("notice_reference", "version", "last_modified")}


@cache
def targets() -> Mapping[str, Target]:
    """Every target but those under `people`, by its name."""
    found: dict[str, Target] = {}
    notice = {**_properties("Retraction"), **_properties("Notice")}
    notice["notice_type"] = {"enum": ["raise", "update", "retract"]}
    named = {name: schema for name, schema in notice.items() if name not in (*_APART, *_SET_BY_ROWS["notice"])}
    child, person = _properties("NoticeChild"), person_fields()
    records = {
        "notice": named,
        "incident": _properties("Incident"),
        "officer": _properties("Officer"),
        "child": child,
        "nominal": {**{name: schema for name, schema in person.items() if name != "name"}, **child},
    }
    for record, fields in records.items():
        found.update((str(one), one) for one in _of_record(record, fields))
    return MappingProxyType(found)


@cache
def people_targets(label: str) -> Mapping[str, Target]:
    """The targets of a further person whom rows name under `label`."""
    fields = {**_properties("NoticeChild"), **person_fields()}
    own = {name: fields[name] for name in (*person_fields(), *ADULT_NAMES)}
    return {
        f"people.{label}.{'.'.join(map(str, one.steps))}": _labelled(label, one) for one in _of_record("people", own)
    }


def person_fields() -> Mapping[str, Schema]:
    """What the notice has of somebody other than the children."""
    fields = _properties("NoticePerson")
    return {name: schema for name, schema in fields.items() if name not in _SET_BY_ROWS["people"]}


def child_fields() -> frozenset[str]:
    """What the notice has of a child."""
    return frozenset(_properties("NoticeChild"))


def _labelled(label: str, target: Target) -> Target:
    return Target("people", (label, *target.steps), target.kind, target.words)


@cache
def _definitions() -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = json_schema()["$defs"]
    return found


def _properties(model: str) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = _definitions()[model]["properties"]
    return found


def _of_record(record: str, fields: Mapping[str, Schema]) -> Iterator[Target]:
    for name, schema in fields.items():
        yield from _of_field(record, (name,), schema)


def _of_field(record: str, steps: tuple[str | int, ...], schema: Schema) -> Iterator[Target]:
    told = _resolved(schema)
    if told.get("type") == "object":
        for name, inner in told["properties"].items():
            yield from _of_field(record, (*steps, name), inner)
    elif _is(told, "array"):
        inner = _resolved(told["items"])
        if inner.get("type") == "object":
            for place in range(min(MOST_ENTRIES, told.get("maxItems", MOST_ENTRIES))):
                yield from _of_field(record, (*steps, place), inner)
        else:
            yield Target(record, steps, Kind.LIST, tuple(inner.get("enum", ())))
    else:
        yield Target(record, steps, _kind(str(steps[-1]), told), tuple(told.get("enum", ())))


def _resolved(schema: Schema) -> Schema:
    """What is not null of it, with references followed."""
    if "anyOf" in schema:
        return _resolved(next(one for one in schema["anyOf"] if one.get("type") != "null"))
    if "$ref" in schema:
        return _resolved(_definitions()[schema["$ref"].rpartition("/")[2]])
    return schema


def _is(schema: Schema, kind: str) -> bool:
    told = schema.get("type")
    return kind in told if isinstance(told, list) else kind == told


def _kind(name: str, schema: Schema) -> Kind:
    asked = (
        (Kind.WORD, "enum" in schema or "const" in schema),
        (Kind.TRUTH, _is(schema, "boolean")),
        (Kind.WHOLE, _is(schema, "integer")),
        (Kind.INSTANT, schema.get("format") == "date-time"),
        (Kind.DAY, schema.get("format") == "date" or "[0-9]{4}" in schema.get("pattern", "")),
        (Kind.NUMBER, name in _NUMBERS),
        (Kind.ADDRESS, name == "address"),
        (Kind.WORDS, name in _WORDS),
        (Kind.ACCOUNT, schema.get("maxLength", 0) > LONG_TEXT),
    )
    return next((kind for kind, is_so in asked if is_so), Kind.TEXT)
