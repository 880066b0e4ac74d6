"""What was released, laid out for a reader: what happened, about whom, what the child said, who else. Pure.

Nothing is said of what is not there: whether it was left out, or was never known, a recipient is not told (ADR 11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from hub.facts.items import ITEMS
from hub.facts.model import Personal


class Section(StrEnum):
    """Parts of the page, in their order."""

    HAPPENED = "happened"
    CHILD = "child"
    SAID = "said"
    PEOPLE = "people"


_SAID = ("child.voice", "child.spoken_to", "child.present", "child.whereabouts")
_FIRST = ("concern.category", "concern.summary", "incident.occurred_at", "incident.place")
_DOCUMENTS = frozenset({"concern.document", "plan.document"})
_HEX = frozenset("0123456789abcdef")


class Field(NamedTuple):
    """A value, with its own name where an item has several: text, a number, yes or no."""

    name: str | None
    value: str | int | bool

    def __repr__(self) -> str:
        return "<Field redacted>"


@dataclass(frozen=True, slots=True, repr=False)
class Told(Personal):
    """One item: each of its entries is one person, place or text."""

    item: str
    entries: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Document(Personal):
    """A document that came with it, to be taken out of the hub as a file."""

    item: str
    title: str
    media_type: str
    content: bytes


def lay_out(items: Mapping[str, Any]) -> dict[Section, list[Told]]:
    """Each section that has anything; a word of a later release's catalogue stands with what happened."""
    found: dict[Section, list[Told]] = {one: [] for one in Section}
    for item in _in_order(items):
        entries = tuple(_entries(items[item])) if item not in _DOCUMENTS else ()
        if entries:
            found[_section(item)].append(Told(item, entries))
    return {section: told for section, told in found.items() if told}


def documents(items: Mapping[str, Any]) -> list[Document]:
    """The documents that were released, whole."""
    found = []
    for item in sorted(_DOCUMENTS & items.keys()):
        several = items[item] if isinstance(items[item], list) else [items[item]]
        for one in several:
            kept = one if isinstance(one, dict) else {"content": one}
            content = kept.get("content")
            if isinstance(content, str) and content and set(content) <= _HEX and len(content) % 2 == 0:
                media_type = kept.get("media_type") or "application/octet-stream"
                found.append(Document(item, kept.get("title") or "", media_type, bytes.fromhex(content)))
    return found


def _in_order(items: Mapping[str, Any]) -> list[str]:
    known = [item for item in (*_FIRST, *_SAID, *ITEMS) if item in items]
    return list(dict.fromkeys([*known, *sorted(items)]))


def _section(item: str) -> Section:
    if item in _SAID:
        return Section.SAID
    about, _, _ = item.partition(".")
    return {"child": Section.CHILD, "person": Section.PEOPLE}.get(about, Section.HAPPENED)


def _entries(value: Any) -> Iterator[tuple[Field, ...]]:
    if isinstance(value, list):
        for one in value:
            yield from _entries(one)
    elif isinstance(value, dict):
        fields = tuple(field for name, one in value.items() for field in _fields(name, one))
        if fields:
            yield fields
    elif isinstance(value, str | int | bool) and value != "":
        yield (Field(None, value),)


def _fields(name: str, value: Any) -> Iterator[Field]:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, str | int | bool) and value != "":
        yield Field(name, value)
