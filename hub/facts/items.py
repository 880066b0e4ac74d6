"""The data items that ISPs speak of: the catalogue that is made from the tags in schemas/, read once when imported.

Closed: an item that is not in it cannot be released. A process refuses a schema folder whose tags say otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hub.facts.shipped import shipped

FILE = "catalogue.json"
FORM = "free_text"
"""The one form that a tag may name: written by a person in their own words."""

ELSEWHERE = "place.elsewhere"
"""No data item: an address or a whole postcode that a text tells and its event does not hold."""


@dataclass(frozen=True, slots=True)
class DataItem:
    """One entry of the catalogue. `fields` are those of `schema` that make it up.

    `free_text`: written by a person in their own words, so that it may give away a place or a new name.
    """

    name: str
    sensitivity: str  # personal | special_category | criminal_offence
    about: str  # child | parent | third_party | practitioner
    schema: str
    fields: tuple[str, ...]
    free_text: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the catalogue holds it, in the words of the tags."""
        return {
            "item": self.name,
            "class": self.sensitivity,
            "about": self.about,
            **({"form": FORM} if self.free_text else {}),
            "schema": self.schema,
            "fields": list(self.fields),
        }


def read_catalogue(folder: Path) -> dict[str, DataItem]:
    """The catalogue beside the schemas of a folder, by item and in its order; without one nothing can be released."""
    path = folder / FILE
    written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return {
        said["item"]: DataItem(
            said["item"],
            said["class"],
            said["about"],
            said["schema"],
            tuple(said["fields"]),
            said.get("form") == FORM,
        )
        for said in written
    }


ITEMS: Mapping[str, DataItem] = MappingProxyType(read_catalogue(shipped("schemas")))
"""Every data item by its name, in the order in which people read them."""
CATALOGUE: tuple[str, ...] = tuple(ITEMS)
FREE_TEXT: frozenset[str] = frozenset(name for name, item in ITEMS.items() if item.free_text)

_PLACE = {item: place for place, item in enumerate(CATALOGUE)}


def in_catalogue_order(items: Iterable[str]) -> tuple[str, ...]:
    """The items sorted as the catalogue lists them; raises KeyError for one it does not list."""
    return tuple(sorted(items, key=_PLACE.__getitem__))
