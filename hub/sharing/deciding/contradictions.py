"""Rolls that contradict each other: of what a child has one of at a time, two organisations each say that it is theirs.

The later one alone counts where each of their rolls says since when, and one day is later than all others. Else nobody
knows which roll is out of date: a person is asked, and till then none of them hears.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from hub.facts.model import Registration
from hub.facts.terms import OrganisationKind, Relationship

_ONE_AT_A_TIME: Mapping[OrganisationKind, Collection[Relationship]] = {
    OrganisationKind.SCHOOL: {Relationship.ENROLLED, Relationship.NAMED_PERSON},
    OrganisationKind.GP: {Relationship.REGISTERED_PATIENT},
    OrganisationKind.NHS_COMMUNITY: {Relationship.HEALTH_VISITOR, Relationship.NAMED_PERSON},
    OrganisationKind.LOCAL_AUTHORITY: {Relationship.RESPONSIBLE_AUTHORITY},
}
"""A pupil of two schools is dual enrolled at one of them at least. A child may well go to two nurseries."""


class Settled(NamedTuple):
    """What of registrations counts."""

    held: tuple[str, ...]
    """Organisations that the child is registered with, perhaps one twice."""
    doubtful: frozenset[str]
    """Organisations of which one at most has the child, and nothing says which."""
    later: frozenset[str]
    """Organisations whose rolls say that they have the child since a later day than another says."""


NONE_HELD = Settled((), frozenset(), frozenset())


def settle(registrations: Iterable[Registration], kind: OrganisationKind) -> Settled:
    """Of registrations with organisations of one kind that hold now: those that count, and what is doubtful."""
    held = list(registrations)
    doubtful: set[str] = set()
    later: set[str] = set()
    for relationship in _ONE_AT_A_TIME.get(kind, ()):
        since = _since([one for one in held if one.relationship is relationship])
        if len(since) < 2:  # noqa: PLR2004 - two contradict each other
            continue
        latest = _latest(since)
        if latest is None:
            doubtful.update(since)
        else:
            later.add(latest)
            held = [one for one in held if one.relationship is not relationship or one.organisation == latest]
    return Settled(tuple(one.organisation for one in held), frozenset(doubtful), frozenset(later))


def _since(registrations: Iterable[Registration]) -> dict[str, date | None]:
    """Since when each organisation has the child; None where one of its rows does not say."""
    found: dict[str, date | None] = {}
    for one in registrations:
        known = found.get(one.organisation, one.since)
        found[one.organisation] = max(known, one.since) if known and one.since else None
    return found


def _latest(since: Mapping[str, date | None]) -> str | None:
    days = [day for day in since.values() if day is not None]
    if len(days) < len(since) or days.count(max(days)) > 1:
        return None
    return next(organisation for organisation, day in since.items() if day == max(days))
