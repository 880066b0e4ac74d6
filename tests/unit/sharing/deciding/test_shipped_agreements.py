"""What schools and hospitals agreed to tell leaves what police tell as it was."""

from datetime import UTC, datetime
from itertools import product

import pytest

from hub.facts.model import Given, GivenChild, GivenPerson, Registration
from hub.facts.shipped import shipped
from hub.facts.terms import Category, Consent, EventKind, PersonRole, Relationship, Risk, Role
from hub.sharing import decide
from hub.sharing.deciding.ruleset import compile_rules
from hub.sharing.loader import read_folder

NEWER = ("schools-concerns", "hospital-attendance", "school-concerns")
SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 10, tzinfo=UTC)
HOMES = {
    "police.caledon": ("ZG1", "school.glenmore-academy", "nhs.caledon-community", "gp.glenmore"),
    "police.westshire": ("ZW2", "school.ashdown-high", "nhs.westshire-community", "gp.millbrook"),
}


@pytest.fixture(scope="module")
def sets():
    """The shipped rules, and the same without what schools and hospitals tell."""
    book = read_folder(shipped("routing_rules"))
    before = {
        part: {name: one for name, one in getattr(book, part).items() if not any(new in one.file for new in NEWER)}
        for part in ("isps", "rules")
    }
    assert len(book.isps) - len(before["isps"]) == 4, "the newer agreements are among those shipped"
    older = read_folder(shipped("routing_rules"))
    older.isps, older.rules = before["isps"], before["rules"]
    return compile_rules(book), compile_rules(older)


def linked(source):
    """The alleged perpetrator, as far as a link is known: nowhere, nobody knows, or to one who would be told."""
    school = HOMES[source][1]
    authority = "la.glenmore" if source == "police.caledon" else "la.westshire"
    accused = PersonRole.ALLEGED_PERPETRATOR
    yield (GivenPerson(accused, link_known=True),)
    yield (GivenPerson(accused),)
    yield (GivenPerson(accused, link_known=True, linked_to=school, holds=Role.DESIGNATED_SAFEGUARDING_LEAD),)
    yield (GivenPerson(accused, link_known=True, linked_to=school),)
    yield (GivenPerson(accused, link_known=True, linked_to=authority, holds=Role.FRONT_DOOR),)
    yield None


@pytest.mark.parametrize("source", HOMES)
def test_police_tell_what_they_told_before(sets, source):
    now, before = sets
    district, school, community, gp = HOMES[source]
    registrations = (
        Registration(school, Relationship.ENROLLED),
        Registration(community, Relationship.SCHOOL_NURSE),
        Registration(gp, Relationship.REGISTERED_PATIENT),
    )
    child = GivenChild(age=13, flags=frozenset(), registrations=registrations)
    consents = (Consent.GIVEN, None)
    told = 0
    for category, risk, people, consent in product(Category, (*Risk, None), linked(source), consents):
        given = Given(
            EventKind.RAISED, source, (child,), category, SATURDAY_NIGHT, risk=risk, people=people, consent=consent,
            home_district=district,
        )  # fmt: skip
        verdict = decide(given, now, SATURDAY_NIGHT, signed=None)
        assert verdict == decide(given, before, SATURDAY_NIGHT, signed=None)
        told += len(verdict.decisions)
    assert told > 300, "somebody is told in most of these cases"
