"""Which reader a person in a concern may be: this very one, like one, or none; whatever the source says of links."""

from dataclasses import replace

import pytest

from hub.facts.model import GivenPerson
from hub.facts.terms import PersonRole, Role
from hub.routing.readers import Readers, people
from hub.settings import shipped
from hub.sharing import load_rules
from hub.wire.source_facts import PersonFacts

RULES = load_rules(shipped("routing_rules"))
READERS = Readers.of(RULES)
PRIMARY = "school.glenmore-primary"
LEAD = Role.DESIGNATED_SAFEGUARDING_LEAD
NO_LINK = PersonFacts(PersonRole.ALLEGED_PERPETRATOR, link_known=True, linked_to=None, holds=None, part=4)


def given(name, contact, said=NO_LINK):
    return people((said,), {4: {"name": name, "contact": contact}}, READERS, RULES.organisations)


def test_the_same_name_and_contact_is_a_known_link_in_that_role():
    found = given("LOCKHART, Fiona", "+44 1632 960152")
    assert GivenPerson(PersonRole.ALLEGED_PERPETRATOR, link_known=True, linked_to=PRIMARY, holds=LEAD) in found


@pytest.mark.parametrize(
    ("name", "contact"),
    [
        ("Fiona Lockhart", None),
        ("Fiona Lockhart", ""),
        ("F Lockhart", "07700 900000"),
        ("Gregor Quill", "01632 960152"),
    ],
)
def test_a_likeness_is_told_beside_the_source_s_own_word(name, contact):
    assert given(name, contact) == (
        GivenPerson(PersonRole.ALLEGED_PERPETRATOR, link_known=True, alike_at=frozenset({PRIMARY})),
    )


def test_a_likeness_that_the_source_s_own_link_explains_is_no_question():
    said = replace(NO_LINK, linked_to=PRIMARY, holds=Role.CHAIR_OF_GOVERNORS)
    assert given("Andrew Keir", None, said)[0].alike_at == frozenset()


@pytest.mark.parametrize(
    ("word", "holds", "other"),
    [("caretaker", None, "caretaker"), ("Head Teacher", Role.HEAD_TEACHER, None), ("deputy head", None, "deputy head")],
)
def test_a_link_in_the_source_s_own_word_is_a_link_and_its_bearer_is_compared_by_name(word, holds, other):
    said = replace(NO_LINK, linked_to=PRIMARY, holds_other=word)
    linked = GivenPerson(PersonRole.ALLEGED_PERPETRATOR, link_known=True, linked_to=PRIMARY, holds=holds)
    assert given("Gregor Quill", None, said) == (replace(linked, holds_other=other),)
    assert given("F Lockhart", None, said)[0].alike_at == {PRIMARY}


def test_a_link_to_nobody_known_is_an_unknown_link_and_a_likeness_stays_one():
    said = replace(NO_LINK, linked_to="school.misspelt", holds=LEAD)
    assert given("F Lockhart", None, said) == (
        GivenPerson(PersonRole.ALLEGED_PERPETRATOR, link_known=False, alike_at=frozenset({PRIMARY})),
    )


def test_nobody_named_is_like_nobody():
    assert given(None, None) == (GivenPerson(PersonRole.ALLEGED_PERPETRATOR, link_known=True),)
    assert given("unknown", "") == (GivenPerson(PersonRole.ALLEGED_PERPETRATOR, link_known=True),)


def test_who_reads_is_not_shown_in_a_repr():
    assert "Lockhart" not in repr(READERS)
