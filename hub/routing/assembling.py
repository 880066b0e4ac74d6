"""Assemble what an event's decisions are made from: the source's facts, and what the register adds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from hub.facts.clock import local_day, years_between
from hub.facts.items import DataItem
from hub.facts.model import Given, GivenChild, GivenPerson, Identity, Match
from hub.facts.outcome import Matched
from hub.facts.terms import EventKind, Tier
from hub.wire.source_facts import SourceFacts


def assemble(
    kind: EventKind,
    source: str,
    tier: Tier,
    raised_at: datetime,
    facts: SourceFacts,
    children: tuple[GivenChild, ...],
    people: tuple[GivenPerson, ...] | None,
    items: frozenset[str],
) -> Given:
    """The event's `given`."""
    return Given(
        event=kind,
        source=source,
        children=children,
        category=facts.category,
        raised_at=raised_at,
        tier=tier,
        risk=facts.risk,
        consent=facts.consent,
        practitioner=facts.practitioner,
        people=people,
        history=facts.history,
        home_district=facts.home_district,
        incident_district=facts.incident_district,
        items=items,
    )


def child(key: str, facts: SourceFacts, identity: Identity, match: Match, raised_at: datetime) -> GivenChild:
    """One child. The register's date of birth, registrations and flags hold where the child was matched.

    A source's own word on where a child is registered is never used: nobody hears because a source named them.
    """
    said = next(subject for subject in facts.subjects if subject.key == key)
    matched = isinstance(match.outcome, Matched)
    born = match.date_of_birth or _whole_date(identity.date_of_birth)
    flags = said.flags if not matched else (said.flags or frozenset()) | match.flags
    return GivenChild(
        key=key,
        age=None if born is None else years_between(born, local_day(raised_at)),
        sex=identity.sex,
        capacity=said.capacity,
        registrations=match.registrations if matched else None,
        flags=flags,
    )


def present_items(
    facts: SourceFacts, identities: Iterable[Identity], catalogue: Mapping[str, DataItem]
) -> frozenset[str]:
    """Data items that have a value in this event."""
    found = {part.item for part in facts.content} | {"incident.reference"}
    found.update(item for item, value in (("concern.category", facts.category), ("concern.risk", facts.risk)) if value)
    for identity in identities:
        found.update(
            name
            for name, item in catalogue.items()
            if item.schema == "Identity" and any(getattr(identity, f) for f in item.fields)
        )
    return frozenset(found)


def _whole_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == len("2000-01-01") else None
    except ValueError:
        return None


def as_json(given: Given) -> dict[str, Any]:
    """In the form that `hub rules decide` reads; what is unknown is left out."""
    shown: dict[str, Any] = {
        "event": given.event,
        "source": given.source,
        "tier": given.tier,
        "category": given.category,
        "raised_at": given.raised_at and given.raised_at.isoformat(),
        "risk": given.risk,
        "consent": given.consent,
        "practitioner": given.practitioner
        and _without_unknown(
            {
                "role": given.practitioner.role,
                "override": given.practitioner.override_reason and {"reason": given.practitioner.override_reason},
            }
        ),
        "people": None if given.people is None else [_person(person) for person in given.people],
        "history": None
        if given.history is None
        else [{"category": past.category, "raised_at": past.raised_at.isoformat()} for past in given.history],
        "home_district": given.home_district,
        "incident_district": given.incident_district,
        "items": None if given.items is None else sorted(given.items),
        "children": [_child(one) for one in given.children],
    }
    return _without_unknown(shown)


def _person(person: GivenPerson) -> dict[str, Any]:
    holds = person.holds or person.holds_other
    link = {"linked_to": person.linked_to, "holds": holds} if person.linked_to else {"linked_to": None}
    if link.get("holds", "") is None:
        del link["holds"]
    alike = {"alike_at": sorted(person.alike_at)} if person.alike_at else {}
    return {"role": person.role, **(link if person.link_known else {}), **alike}


def _child(one: GivenChild) -> dict[str, Any]:
    return _without_unknown(
        {
            "key": one.key,
            "age": one.age,
            "sex": one.sex,
            "capacity": one.capacity,
            "flags": None if one.flags is None else sorted(one.flags),
            "registrations": None
            if one.registrations is None
            else [
                _without_unknown(
                    {
                        "organisation": r.organisation,
                        "relationship": r.relationship,
                        "since": r.since and r.since.isoformat(),
                        "until": r.until and r.until.isoformat(),
                    }
                )
                for r in one.registrations
            ],
        }
    )


def _without_unknown(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if value is not None}
