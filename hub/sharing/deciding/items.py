"""The data items that ISPs speak of, and what the sharing step must know of them.

The catalogue is closed: an item that is not listed here cannot be released. It equals the tags in schemas/.
"""

from __future__ import annotations

from collections.abc import Iterable

CATALOGUE: tuple[str, ...] = (
    "child.name",
    "child.known_as",
    "child.date_of_birth",
    "child.sex",
    "child.identifiers",
    "child.address",
    "child.safe_address",
    "child.school",
    "child.gp",
    "child.ethnicity",
    "child.language",
    "child.disability",
    "child.present",
    "child.voice",
    "concern.category",
    "concern.indicators",
    "concern.summary",
    "concern.detail",
    "concern.risk",
    "concern.actions_taken",
    "incident.reference",
    "incident.type",
    "incident.occurred_at",
    "incident.place",
    "incident.attended_by",
    "person.parent",
    "person.victim",
    "person.alleged_perpetrator",
    "person.household",
    "person.witness",
    "person.practitioner",
    "offence.details",
    "health.attendance",
    "health.condition",
    "health.injury",
    "plan.type",
    "plan.dates",
    "plan.contact",
    "plan.document",
    "access.history",
    "school.attendance",
    "school.observations",
)
ITEMS: frozenset[str] = frozenset(CATALOGUE)

FREE_TEXT: frozenset[str] = frozenset(
    {
        "child.voice",
        "concern.summary",
        "concern.detail",
        "concern.actions_taken",
        "offence.details",
        "plan.document",
        "school.observations",
    }
)
"""Written by a person in their own words, so that it may give away a place or a new name."""

NECESSARY_MINIMUM: tuple[str, ...] = (
    "child.name",
    "child.date_of_birth",
    "concern.category",
    "concern.risk",
    "incident.reference",
)
"""What an emergency releases where no ISP covers the recipient."""

SAFE_ADDRESS = "child.safe_address"

_ORDER = {item: place for place, item in enumerate(CATALOGUE)}


def in_catalogue_order(items: Iterable[str]) -> tuple[str, ...]:
    """The items sorted as the catalogue lists them; raises KeyError for one it does not list."""
    return tuple(sorted(items, key=_ORDER.__getitem__))
