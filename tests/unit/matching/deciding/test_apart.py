"""A person's word that two are two children, whatever else is alike."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hub.facts.model import Identity
from hub.facts.outcome import Matched
from hub.matching.deciding.apart import Judged, query_text, settle
from hub.matching.deciding.child import child_of
from hub.matching.deciding.decision import Candidate, assess, decide
from tests.unit.matching.deciding.test_properties import identities


def keyed(register):
    return {
        UUID(int=number).bytes: Candidate((child_of(identity),), restricted)
        for number, (identity, restricted) in enumerate(register, start=1)
    }


@given(
    identities,
    st.lists(st.tuples(identities, st.booleans()), max_size=4),
    st.sets(st.integers(1, 4)),
    st.sets(st.integers(1, 4)),
)
def test_whoever_was_judged_different_is_never_proposed_and_whoever_is_doubted_never_matches(
    query, register, different, doubted
):
    child, held = child_of(query), keyed(register)
    judged = Judged(
        frozenset(UUID(int=number).bytes for number in different),
        frozenset(UUID(int=number).bytes for number in doubted - different),
    )
    verdict = settle(child, assess(child, held), judged)
    assert not {one.int for one in verdict.candidates} & different
    if isinstance(verdict.outcome, Matched):
        assert verdict.outcome.subject_id.int not in doubted
        left = {key: one for key, one in held.items() if key not in judged.different}
        alone = decide(child, left)
        assert alone.outcome == verdict.outcome  # and so passes every guard without the one judged different
        assert not alone.guards


@given(identities, st.lists(st.tuples(identities, st.booleans()), max_size=4))
def test_where_nobody_judged_the_decision_is_what_it_was(query, register):
    child, held = child_of(query), keyed(register)
    assert settle(child, assess(child, held), Judged()) == decide(child, held)


@given(identities)
def test_a_question_is_the_same_however_its_letters_are_written(query):
    shouted = Identity(
        **{
            name: value.upper() if isinstance(value := getattr(query, name), str) and value.isascii() else value
            for name in ("given_names", "family_name", "sex", "nhs_number", "postcode")
        },
        known_as=query.known_as,
        previous_family_names=query.previous_family_names,
        date_of_birth=query.date_of_birth,
        chi_number=query.chi_number,
        upn=query.upn,
    )
    assert query_text(child_of(shouted)) == query_text(child_of(query))


def test_what_differs_makes_another_question():
    one = Identity(given_names="Ann", family_name="Lee", date_of_birth="2014-05-17")
    texts = {
        query_text(child_of(identity))
        for identity in (
            one,
            Identity(given_names="Ann Lee", date_of_birth="2014-05-17"),
            Identity(known_as="Ann", family_name="Lee", date_of_birth="2014-05-17"),
            Identity(given_names="Ann", family_name="Lee", date_of_birth="2014-05"),
            Identity(given_names="Ann", family_name="Lee", date_of_birth="2014-05-17", address="1 Lane"),
        )
    }
    assert len(texts) == 5
