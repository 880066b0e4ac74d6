"""An agreement that was signed before an item existed releases what it did: the same items, in the same bytes.

Every clause of the agreements that shipped before Content 2 is asked about an event that holds each item there is.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from hub.facts.items import ITEMS
from hub.facts.model import Decision, Given, GivenChild, Identity, Recipient, Registration
from hub.facts.outcome import Share
from hub.facts.shipped import shipped
from hub.facts.terms import Category, Consent, EventKind, OrganisationKind, Relationship, Risk, Role
from hub.redaction.disclosure import _PAYLOAD
from hub.redaction.parts import narrow, show
from hub.sharing import load_rules
from hub.sharing.deciding.flat_facts import lay_out
from hub.sharing.deciding.permission import Asked, permit
from hub.wire.source_facts import ContentFacts, SourceFacts, SubjectFacts

FOLDER = shipped("routing_rules")
RULES = load_rules(FOLDER)
AT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
LATER = {
    "child.whereabouts", "child.spoken_to", "child.earlier_addresses", "child.telephone", "child.estimated_age",
    "child.description", "child.unborn", "incident.crime_number", "incident.earlier", "concern.consent_reason",
    "concern.document",
}  # fmt: skip
PROTECTING = {"child.safe_address"}
"""Where it is there, free text waits for a person."""
EVERYTHING = frozenset(ITEMS) - PROTECTING
BEFORE = EVERYTHING - LATER
CALEDON, WESTSHIRE = "police.caledon", "police.westshire"
LEAD = Role.DESIGNATED_SAFEGUARDING_LEAD

REFERRAL = {
    "child.name", "child.known_as", "child.date_of_birth", "child.sex", "child.identifiers", "child.address",
    "child.school", "child.gp", "child.language", "child.disability", "child.present", "child.voice",
    "concern.category", "concern.indicators", "concern.summary", "concern.detail", "concern.risk",
    "concern.actions_taken", "incident.reference", "incident.type", "incident.occurred_at", "incident.place",
    "person.parent", "person.victim", "person.household", "person.alleged_perpetrator", "person.practitioner",
    "person.witness",
}  # fmt: skip
WELFARE = {
    "child.name", "child.date_of_birth", "child.school", "child.voice", "concern.category", "concern.summary",
    "incident.reference", "incident.occurred_at", "incident.place",
}  # fmt: skip


class Case(NamedTuple):
    """A clause, and what it releases by its file."""

    clause: str
    source: str
    organisation: str
    role: Role
    category: Category
    releases: set[str]


CASES = [
    Case("ISP-POL-EDU-001@3 tell-dsl", CALEDON, "school.glenmore-primary", LEAD, Category.DOMESTIC_ABUSE, {
        "child.name", "child.date_of_birth", "incident.reference", "incident.occurred_at", "incident.place",
        "concern.summary", "child.voice",
    }),
    Case("ISP-POL-EDU-002@1 tell-dsl-wellbeing", CALEDON, "school.glenmore-primary", LEAD, Category.WELLBEING, {
        "child.name", "child.date_of_birth", "child.voice", "concern.category", "concern.summary",
        "incident.reference",
    }),
    Case("ISP-POL-EDU-002@1 tell-dsl-missing", CALEDON, "school.glenmore-primary", LEAD, Category.MISSING, {
        "child.name", "child.known_as", "child.date_of_birth", "concern.category", "concern.summary",
        "incident.reference", "incident.occurred_at", "incident.place",
    }),
    Case("ISP-POL-EDU-101@2 encompass", WESTSHIRE, "school.ashdown-primary", LEAD, Category.DOMESTIC_ABUSE, {
        "child.name", "child.date_of_birth", "child.present", "child.voice", "concern.summary",
        "incident.reference", "incident.occurred_at", "incident.place",
    }),
    Case("ISP-POL-EDU-101@2 missing", WESTSHIRE, "school.ashdown-primary", LEAD, Category.MISSING, {
        "child.name", "child.known_as", "child.date_of_birth", "concern.category", "concern.summary",
        "incident.reference", "incident.occurred_at",
    }),
    Case("ISP-POL-LA-001@1 front-door", CALEDON, "la.glenmore", Role.FRONT_DOOR, Category.NEGLECT, REFERRAL),
    Case("ISP-POL-LA-001@1 designated-officer", CALEDON, "la.glenmore", Role.DESIGNATED_OFFICER, Category.NEGLECT,
         REFERRAL),
    Case("ISP-POL-LA-001@1 education-welfare", CALEDON, "la.glenmore", Role.EDUCATION_WELFARE, Category.MISSING,
         WELFARE),
    Case("ISP-POL-LA-101@1 front-door", WESTSHIRE, "la.westshire", Role.FRONT_DOOR, Category.NEGLECT, REFERRAL),
    Case("ISP-POL-LA-101@1 designated-officer", WESTSHIRE, "la.westshire", Role.DESIGNATED_OFFICER, Category.NEGLECT,
         REFERRAL),
    Case("ISP-POL-LA-101@1 education-welfare", WESTSHIRE, "la.westshire", Role.EDUCATION_WELFARE, Category.MISSING,
         WELFARE),
]  # fmt: skip
DIGESTS = {
    "police-glenmore-council.yaml": "2b3a7686806cc7eb5441778331b36f6d192da3b693cbdd6356ec6331e482a011",
    "police-school-domestic-abuse.yaml": "f9761b8c316d677fd5fd81a9ba5423afab82e469b43042d91420247b5d5a3e95",
    "police-school-wellbeing.yaml": "4b242a10dad54f6e27ce1c761bab0353b8d4cce6bc30ce7044d5a22e9ff5c70b",
    "police-westshire-council.yaml": "26a0fe387e36c8acc91bcbb61defa49af470c31ff761d88f0358d3dd1515de71",
    "westshire-police-schools.yaml": "618b5a9c3034e1209dd49dc98a89c728c49bd4acd3abffabc766e0b2bc59b01a",
}
"""SHA-256 of what was signed. A change of an agreement is a new version in a file of its own."""

IDENTITY = Identity(
    given_names="Isla", family_name="Abercorn", known_as="Ila", previous_family_names=("Muir",),
    date_of_birth="2017-09-14", sex="female", nhs_number="9990000018", address="4 Quarry Wynd", postcode="ZG1 4AB",
)  # fmt: skip


def decided(case: Case, items: frozenset[str]) -> Decision:
    """What the recipient of a case may hear of an event that holds these items."""
    held = Registration(case.organisation, Relationship.ENROLLED)
    child = GivenChild("1", 8, "female", registrations=(held,), flags=frozenset())
    given = Given(
        EventKind.RAISED, case.source, (child,), case.category, AT,
        risk=Risk.SOME, consent=Consent.GIVEN, people=(), items=items,
    )  # fmt: skip
    organisation = RULES.organisations[case.organisation]
    kind = OrganisationKind.LOCAL_AUTHORITY if case.organisation.startswith("la.") else OrganisationKind.SCHOOL
    asked = Asked(organisation, kind, case.role)
    permission = permit(lay_out(given, child, RULES.organisations[case.source], AT), asked, RULES, None)
    return Decision("1", Recipient(case.organisation, case.role), kind, permission.ruling)


def shown(case: Case, items: frozenset[str]) -> bytes:
    """What is sealed to that recipient, item by item."""
    content = [item for item in ITEMS if item in items and ITEMS[item].schema == "Content"]
    opened = {place: {ITEMS[item].fields[0]: example(item)} for place, item in enumerate(content, start=3)}
    facts = SourceFacts(
        "CAL-1", case.category, Risk.SOME, Consent.GIVEN, None, "ZG1", "ZG1",
        (SubjectFacts("1", 2, frozenset(), None),), (), None,
        tuple(ContentFacts(place, item, ("1",)) for place, item in enumerate(content, start=3)),
    )  # fmt: skip
    [release] = narrow([decided(case, items)], facts, {"1": IDENTITY}, ITEMS)
    _, told = show(release, facts, IDENTITY, opened, ITEMS, on=date(2026, 3, 7))
    return _PAYLOAD.encode(told).encode()


def example(item: str) -> Any:
    path = shipped("schemas") / "content" / "examples" / f"{item}.json"
    [value] = json.loads(path.read_text(encoding="utf-8")).values()
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.clause)
def test_a_clause_releases_what_it_names_and_nothing_that_came_later(case: Case) -> None:
    ruling = decided(case, EVERYTHING).ruling
    assert isinstance(ruling, Share)
    assert f"{ruling.isp} {ruling.clause}" == case.clause
    assert set(ruling.released) == case.releases
    assert case.releases.isdisjoint(LATER)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.clause)
def test_what_is_sealed_to_its_recipient_is_the_same_to_the_byte(case: Case) -> None:
    assert shown(case, EVERYTHING) == shown(case, BEFORE)
    assert set(json.loads(shown(case, EVERYTHING))) == case.releases


def test_what_was_signed_is_what_ships() -> None:
    found = {name: hashlib.sha256((FOLDER / "isps" / name).read_bytes()).hexdigest() for name in DIGESTS}
    assert found == DIGESTS


def test_every_clause_that_was_signed_before_is_asked() -> None:
    signed = [isp for isp in RULES.isps if any(case.clause.startswith(f"{isp.ref} ") for case in CASES)]
    assert len(signed) == len(DIGESTS)
    assert {f"{isp.ref} {clause.id}" for isp in signed for clause in isp.clauses} == {case.clause for case in CASES}
