"""A verdict explains itself: parts that add up, the gravest reason first, no personal data."""

from dataclasses import replace

from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.matching.deciding.child import child_of
from hub.matching.deciding.decision import (
    CANDIDATES_SHOWN,
    LEAD,
    MATCH_FROM,
    REVIEW_FROM,
    TOO_LITTLE,
    Candidate,
    Verdict,
    decide,
)
from hub.matching.deciding.guards import Guard
from hub.matching.deciding.shares import Model
from hub.matching.deciding.weights import Weights
from hub.matching.values.level import Level
from tests.unit.matching.children import ANOTHER_ID, MAISIE, MAISIES_ID, MARGARET, NO_NUMBER, POPPY, ask


def test_the_weights_add_up_to_the_score_and_the_margin_is_to_the_runner_up():
    verdict = ask(MAISIE, MAISIE, POPPY)
    assert [(w.comparison, w.level) for w in verdict.explanation] == [
        ("forename", "exact"),
        ("family_name", "exact"),
        ("date_of_birth", "exact"),
        ("address", "exact"),
        ("sex", "exact"),
        ("nhs_number", "exact"),
    ]
    assert sum(part.weight for part in verdict.explanation) == verdict.score
    assert verdict.margin == verdict.score - ask(MAISIE, POPPY).score


def test_an_answer_about_nobody_has_nothing_to_say():
    assert ask(MAISIE) == Verdict(NotFound(), 0.0, 0.0, (), (), None, restricted=False)
    assert Verdict(NotFound()) == Verdict(NotFound(), 0.0, 0.0, (), (), None, restricted=False, hidden=False)


def test_the_reason_is_the_gravest_guard_and_each_guard_that_fired_is_told():
    verdict = ask(replace(MAISIE, date_of_birth="2014-05-18", sex="male"), MAISIE)
    assert verdict.guards == (Guard.BIRTH_DIFFERS.value, Guard.SEX_DIFFERS.value)
    assert verdict.outcome == NeedsReview((MAISIES_ID,), Guard.BIRTH_DIFFERS.value)
    assert not verdict.restricted


def test_without_a_guard_the_reason_is_that_too_little_agrees():
    verdict = ask(replace(MARGARET, postcode="ZX9 9ZZ", address=None), MARGARET)
    assert (verdict.guards, verdict.outcome) == ((), NeedsReview((MAISIES_ID,), TOO_LITTLE))


def test_a_verdict_handed_to_a_person_shows_its_own_candidates_or_those_given():
    verdict = ask(MAISIE, MAISIE)
    assert verdict.for_review(Guard.SAME_ROLL).candidates == (MAISIES_ID,)
    assert verdict.for_review(Guard.CHANGED, (ANOTHER_ID,)).candidates == (ANOTHER_ID,)


def test_the_explanation_is_by_the_weights_that_decided():
    shares = {name: {Level.EXACT: (0.9, 0.1)} for name in ("forename", "family_name", "date_of_birth", "address")}
    candidates = {MAISIES_ID.bytes: Candidate((child_of(MARGARET),))}
    verdict = decide(child_of(MARGARET), candidates, Weights(Model(shares, {})))
    assert sum(part.weight for part in verdict.explanation) == verdict.score


def test_two_who_fit_by_a_weak_model_go_to_review():
    shares = {name: {Level.EXACT: (0.9, 0.1)} for name in ("forename", "family_name", "date_of_birth")}
    home = {"address": {Level.EXACT: (0.999, 1e-6), Level.SAME: (0.5, 0.4)}}
    both = (MARGARET, replace(MARGARET, postcode=None))
    candidates = {bytes([n] * 16): Candidate((child_of(held),)) for n, held in enumerate(both)}
    verdict = decide(child_of(MARGARET), candidates, Weights(Model(shares | home, {})))
    assert verdict.score >= MATCH_FROM
    assert Guard.SEVERAL_FIT.value in verdict.guards


def test_no_guard_tells_personal_data():
    for guard in Guard:
        assert guard.value.endswith(".")
        assert "Maisie" not in guard.value


def test_what_is_decided_by_bits_changes_only_on_purpose():
    assert (MATCH_FROM, LEAD, REVIEW_FROM, CANDIDATES_SHOWN) == (24, 5, 20, 10)


def test_a_reviewer_sees_ten_at_most():
    assert len(ask(NO_NUMBER, *[NO_NUMBER] * 11).candidates) == 10


def test_a_model_to_which_agreement_says_little_decides_nothing():
    shares = {name: {Level.EXACT: (0.9, 0.1)} for name in ("forename", "family_name", "date_of_birth", "address")}
    candidates = {MAISIES_ID.bytes: Candidate((child_of(MARGARET),))}
    weak = Weights(Model(shares, {}))
    assert not isinstance(decide(child_of(MARGARET), candidates, weak).outcome, Matched)
    assert isinstance(decide(child_of(MARGARET), candidates).outcome, Matched)
