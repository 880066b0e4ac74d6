"""Whom to ring about a concern: whoever wrote it, as far as it is told; the source's desk; its duty desk. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.facts.model import Personal
from hub.facts.terms import Role
from hub.sharing import RuleSet
from hub.sharing.writing.organisations import Organisation, own_role

MOST = 6
"""Named on one page."""


@dataclass(frozen=True, slots=True, repr=False)
class Ring(Personal):
    """Somebody to ring. `role` None: a practitioner whom the concern itself names, with what they are as `says`."""

    name: str
    telephone: str
    organisation: str
    role: Role | None = None
    says: str = ""


def whom_to_ring(source: str, items: Mapping[str, Any], rules: RuleSet) -> list[Ring]:
    """Nearest to the concern first; empty where nothing that is told, and no file, names anybody."""
    organisation = rules.organisations.get(source)
    found = list(_practitioners(items.get("person.practitioner"), organisation.name if organisation else source))
    if organisation is not None:
        found += _holders(organisation, own_role(organisation))
        desk = organisation.duty_desk
        elsewhere = rules.organisations.get(desk.organisation) if desk else None
        if desk and elsewhere is not None:
            found += _holders(elsewhere, desk.role)
    return list(dict.fromkeys(found))[:MOST]


def _holders(organisation: Organisation, role: Role) -> Iterator[Ring]:
    for holder in organisation.holders.get(role, ()):
        yield Ring(holder.name, holder.contact, organisation.name, role)


def _practitioners(value: Any, organisation: str) -> Iterator[Ring]:
    """Those who are told whole, with how to reach them: a value that was reduced names nobody."""
    several = value if isinstance(value, list) else [value]
    for one in several:
        for person in one if isinstance(one, list) else [one]:
            if isinstance(person, dict) and person.get("name") and person.get("contact"):
                yield Ring(person["name"], person["contact"], organisation, says=person.get("relationship") or "")
