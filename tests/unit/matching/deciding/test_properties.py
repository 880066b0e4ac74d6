"""What must hold for every child, however it is written."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.facts.model import Identity
from hub.facts.outcome import Matched
from hub.facts.terms import Relationship
from hub.matching.deciding.blocking import Blocker
from hub.matching.deciding.child import child_of
from hub.matching.register.records import SourceRecord
from hub.matching.register.sealing import prepare
from hub.matching.values.names import given_names
from tests.unit.matching.children import MAISIE, ask

"""The first example also reads the lists of names and the model."""
BLOCKER = Blocker(b"b" * 32)
words = st.text(max_size=12)
names = st.one_of(words, st.sampled_from(["Maisie", "Maisie Rose", "Poppy", "O'Neill", "Thornbury", "Baby", "M"]))
dates = st.one_of(
    words, st.dates().map(str), st.sampled_from(["2014-05-17", "17/05/2014", "2014-05", "2014", "31/02/2014"])
)
numbers = st.one_of(words, st.sampled_from(["9990000018", "999 000 0026", "9990000081", "0000000000"]))
maybe = st.none
identities = st.builds(
    Identity,
    given_names=maybe() | names,
    family_name=maybe() | names,
    known_as=maybe() | names,
    previous_family_names=st.lists(names, max_size=2).map(tuple),
    date_of_birth=maybe() | dates,
    sex=maybe() | words,
    nhs_number=maybe() | numbers,
    chi_number=maybe() | numbers,
    upn=maybe() | words,
    postcode=maybe() | st.sampled_from(["ZW4 2AB", "zw42ab", "ZZ99 3VZ", "?"]),
)


@given(identities)
def test_a_record_asks_by_the_keys_of_a_concern_about_the_same_child(identity):
    prepared = prepare(SourceRecord("school.ashdown-primary", "P-1", Relationship.ENROLLED, identity), BLOCKER)
    assert prepared.keys == list(dict.fromkeys(BLOCKER.query_keys(prepared.child)))


@given(identities, st.lists(identities, max_size=3))
def test_a_match_always_has_an_equal_full_date_of_birth_and_an_equal_forename(query, register):
    verdict = ask(query, *register)
    if isinstance(verdict.outcome, Matched):
        asked, held = child_of(query), child_of(register[verdict.outcome.subject_id.int & 0xFF - 1])
        assert len(asked.birth) == 10
        assert asked.birth == held.birth
        assert {names[0] for names in (asked.given, asked.known) if names} & {
            names[0] for names in (held.given, held.known) if names
        } or "".join((*asked.given, asked.unnamed)) == "".join((*held.given, held.unnamed))


@given(st.one_of(st.none(), st.dates().map(str).filter(lambda day: day != "2014-05-17"), words))
def test_never_a_match_with_a_missing_or_different_date_of_birth(birth):
    if birth is not None and child_of(Identity(date_of_birth=birth)).birth in ("2014-05-17", "2014-01-01"):
        return  # 1 January stands for the year
    assert not isinstance(ask(replace(MAISIE, date_of_birth=birth), MAISIE).outcome, Matched)


@given(words)
def test_never_a_match_with_a_different_forename(forename):
    if "".join(given_names(forename)).startswith("maisie"):
        return
    assert not isinstance(ask(replace(MAISIE, given_names=forename), MAISIE).outcome, Matched)


@given(identities)
def test_two_subjects_with_the_same_data_are_never_decided(identity):
    assert not isinstance(ask(identity, identity, identity).outcome, Matched)


@given(identities, st.lists(identities, max_size=3))
def test_the_parts_add_up_and_order_does_not_matter(query, register):
    verdict = ask(query, *register)
    assert sum(part.weight for part in verdict.explanation) == verdict.score
    assert verdict.margin >= 0 or len(register) < 2 or verdict.rule is not None


@given(identities)
def test_any_text_normalises_without_a_crash_and_stays_as_it_is(identity):
    child = child_of(identity)
    again = child_of(
        Identity(
            given_names=" ".join(child.given),
            family_name=child.surnames[0] if child.surnames else None,
            date_of_birth=child.birth,
            postcode=child.postcode,
        )
    )
    assert again.birth == child.birth
    assert again.postcode == child.postcode
    assert again.given == child.given
