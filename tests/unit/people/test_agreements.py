"""The register of ISPs and one of them as a document: how each stands, and clauses as people read them."""

from datetime import date
from typing import Any

import pytest

from hub.facts.items import CATALOGUE
from hub.people.agreements import Registered, Standing, document, register_of
from hub.people.clauses import ITEM_WORDS, duration
from hub.sharing import RuleSet, SignedBy
from tests.unit.sharing.builders import (
    ACADEMY,
    BARS_THE_LEAD,
    COUNCIL,
    HIDES_FROM_PERPETRATOR,
    POLICE,
    PRIMARY,
    a_clause,
    a_council_isp,
    a_set,
    an_isp,
)

TODAY = date(2026, 3, 7)
REF = "ISP-POL-EDU-001@3"


def signed_by(*organisations: str, ref: str = REF) -> SignedBy:
    return frozenset((ref, one) for one in organisations)


ALL = signed_by(POLICE, PRIMARY, ACADEMY)


def line(rules: RuleSet, signed: SignedBy | None = ALL, today: date = TODAY, ref: str = REF) -> Registered:
    return next(one for one in register_of(rules, signed, today) if one.ref == ref)


def test_one_that_all_have_signed_is_in_force():
    found = line(a_set())
    assert (found.standing, found.sentence) == (
        Standing.IN_FORCE,
        "It holds between all its parties, who have signed it.",
    )


@pytest.mark.parametrize(
    "signed", [frozenset(), signed_by(POLICE), signed_by(POLICE, PRIMARY, ref="ISP-POL-EDU-001@2")]
)
def test_one_that_fewer_than_two_have_signed_waits(signed: SignedBy):
    found = line(a_set(), signed)
    assert found.standing is Standing.WAITING
    assert found.sentence.startswith("Nothing is shared under it before two of its parties have signed")


def test_one_that_some_have_signed_holds_between_those_and_says_who_is_left():
    found = line(a_set(), signed_by(POLICE, PRIMARY))
    assert found.standing is Standing.IN_FORCE
    assert "1 of its 3 parties have not signed: nothing is shared with them under it." in found.sentence
    assert [party.missing for party in found.parties] == [(), (ACADEMY,)]


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2024, 12, 31), Standing.NOT_YET),
        (date(2025, 1, 1), Standing.IN_FORCE),
        (date(2026, 12, 31), Standing.IN_FORCE),
        (date(2027, 1, 1), Standing.OVERDUE),
        (date(2027, 12, 31), Standing.OVERDUE),
        (date(2028, 1, 1), Standing.EXPIRED),
    ],
)
def test_days_count_to_their_end(today: date, standing: Standing):
    assert line(a_set(), today=today).standing is standing


def test_a_newer_version_replaces_one_only_where_all_its_parties_have_signed_the_newer():
    rules = a_set([an_isp(), an_isp(version=4)])
    newer = {("ISP-POL-EDU-001@4", one) for one in (POLICE, PRIMARY)}
    assert line(rules, ALL | newer).standing is Standing.IN_FORCE
    replaced = line(rules, ALL | newer | {("ISP-POL-EDU-001@4", ACADEMY)})
    assert (replaced.standing, replaced.sentence) == (
        Standing.REPLACED,
        "ISP-POL-EDU-001@4 holds between all its parties now.",
    )


def test_a_newer_version_that_is_not_yet_in_effect_replaces_nothing():
    rules = a_set([an_isp(), an_isp(version=4, effective="2026-04-01")])
    assert line(rules, None).standing is Standing.IN_FORCE


def test_what_needs_a_hand_comes_first():
    overdue = a_council_isp("front_door", review_by="2026-01-01")
    found = register_of(a_set([an_isp(), overdue]), None, TODAY)
    assert [one.standing for one in found] == [Standing.OVERDUE, Standing.IN_FORCE]


def test_the_register_says_who_and_on_what_basis_and_for_whom_it_is():
    found = line(a_set())
    assert found.basis == (
        "UK GDPR Article 6(1)(e)",
        "UK GDPR Article 9(2)(g)",
        "UK GDPR Article 10 and Data Protection Act 2018, schedule 1 para 36",
        "Data Protection Act 2018, Schedule 1, para 18",
        "Data Protection Act 2018, Part 3 (law enforcement)",
    )
    assert found.concerns(PRIMARY)
    assert not found.concerns(COUNCIL)


# --- the document ---------------------------------------------------------------------------------------------------


def the_document(*clauses: dict[str, Any], **changes: Any) -> Any:
    found = document(a_set([an_isp(*clauses, **changes)]), REF, ALL, TODAY)
    assert found is not None
    return found


def test_a_clause_reads_as_a_sentence():
    (clause,) = the_document().clauses
    assert clause.who == "Police may tell the designated safeguarding lead of a school where the child is on roll."
    assert clause.only_where == (
        "a concern is raised or a concern is updated",
        "it is about domestic abuse",
        "the child is aged 4 to 17",
    )
    assert clause.consent == "Consent is not the basis, and sharing does not wait for it."


def test_a_clause_says_what_is_told_how_and_what_is_kept_back_last():
    (clause,) = the_document().clauses
    assert clause.told == (
        (
            "In full",
            "the child's name, the child's date of birth, what happened, in short and the source's reference",
        ),
        ("Only the postcode district of", "where it happened"),
        ("Kept back", "the child's address"),
    )


def test_every_kind_of_condition_has_its_words():
    when = {
        "source": [POLICE], "source_kind": ["police"], "tier": ["immediate"], "risk": ["significant_harm"],
        "consent": ["refused", "unsafe_to_ask"], "practitioner": ["officer"], "sex": ["female"],
        "capacity": ["competent"], "flags": {"any": ["looked_after"], "none": ["restricted"]},
        "history": {"at_least": 3, "category": ["neglect"], "within": "P90D"},
        "requester": {"kind": ["parent"], "relationship": ["mother"]},
    }  # fmt: skip
    (clause,) = the_document(a_clause(when=when)).clauses
    assert clause.only_where == (
        "it comes from police",
        "it comes from police.caledon",
        "it is immediate",
        "the risk is graded significant harm",
        "consent was refused or unsafe to ask for",
        "an officer raised it",
        "the child's sex is female",
        "the child can decide for themself",
        "the child is marked looked after",
        "the child is not marked restricted",
        "there were at least 3 earlier concerns about neglect within 90 days",
        "a parent asks",
        "whoever asks is the child's mother",
    )


def test_prohibitions_read_as_sentences():
    hides, bars = the_document(prohibitions=[HIDES_FROM_PERPETRATOR, BARS_THE_LEAD]).prohibitions
    assert hides == (
        "Never told to any organisation that the alleged perpetrator is linked to: the child's safe address and the "
        "alleged perpetrator."
    )
    assert bars == (
        "Nothing is told to any organisation where the alleged perpetrator reads. The designated officer of the local "
        "authority is told instead."
    )


def test_an_unknown_reference_is_no_document():
    assert document(a_set(), "ISP-POL-EDU-001@9", None, TODAY) is None


def test_every_item_of_the_catalogue_has_words_and_no_other():
    assert list(ITEM_WORDS) == list(CATALOGUE)


@pytest.mark.parametrize(("written", "said"), [("P1Y", "1 year"), ("P2Y6M", "2 years, 6 months"), ("P90D", "90 days")])
def test_a_retention_is_said_in_words(written: str, said: str):
    assert duration(written) == said
