"""What the adapter says beforehand: that a notice holds too little of a child for the hub to match it by itself."""

from dataclasses import replace
from itertools import product

import pytest

from adapters.bridge.answers import Door
from adapters.bridge.likely import asks_a_person
from adapters.bridge.spool.store import Accepted
from hub.facts.model import Identity
from hub.facts.outcome import Matched
from tests.unit.adapters.builders import a_child, a_notice, an_agency, an_intake, raw, taken, the_concern, the_faults
from tests.unit.matching.children import MAISIE, ask

NUMBER = "9990000018"
WRONG_NUMBER = "9990000019"
NOWHERE = {"postcode": None, "address": None}


def asks_of(**changes):
    return asks_a_person(the_concern(a_notice(children=[a_child(**changes)])))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"postcode": None, "address": "14 Larkspur Wynd, Glenmore"},
        {**NOWHERE, "nhs_number": NUMBER},
        {"family_name": None, "nhs_number": NUMBER},
        {"family_name": None, "previous_family_names": ["Thornbeck"]},
        {"given_names": None, "known_as": "Maisie"},
        {"given_names": "Baby of Karen", "nhs_number": NUMBER},
    ],
)
def test_of_a_child_with_all_that_a_match_needs_nothing_is_said(changes):
    assert not asks_of(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"date_of_birth": None},
        {"date_of_birth": None, "nhs_number": NUMBER},
        {"date_of_birth": "2017"},
        {"date_of_birth": "2017-11", "nhs_number": NUMBER},
        {"given_names": None},
        {"given_names": "Unknown", "nhs_number": NUMBER},
        {"given_names": "Baby of Karen"},
        {"family_name": None},
        NOWHERE,
        {"postcode": None, "address": "no fixed abode"},
        {"postcode": "unknown"},
        {**NOWHERE, "nhs_number": WRONG_NUMBER},
    ],
)
def test_of_a_child_of_whom_too_little_is_said_a_person_will_be_asked(changes):
    assert asks_of(**changes)


def test_one_such_child_among_several_is_enough_and_a_retraction_names_none():
    assert asks_a_person(the_concern(a_notice(children=[a_child(), a_child(date_of_birth=None)])))
    gone = a_notice(notice_type="retract", reason="duplicate", risk=None, officer=None, children=None)
    assert not asks_a_person(the_concern(gone))


def test_an_age_has_no_field_and_what_is_estimated_stands_for_no_date():
    assert the_faults(a_notice(children=[a_child(age=8)])) == ("children[0].age: is not a field of this format.",)
    assert asks_of(date_of_birth=None, estimated_age={"youngest": 7, "oldest": 9})
    assert asks_of(date_of_birth=None, narrative="Looks about eight.")


def test_of_an_unborn_child_nobody_is_asked_who_it_is():
    assert not asks_a_person(the_concern(a_notice(children=[a_child(), {"unborn": {"due_date": "2026-06"}}])))


def test_where_it_happened_is_no_child_s_home_and_says_only_which_front_door_is_near():
    place = {"address": "14 Larkspur Wynd, Glenmore", "postcode": "ZG1 4AB"}
    concern = the_concern(a_notice(incident={"place": place}, children=[a_child(**NOWHERE)]))
    assert asks_a_person(concern)
    assert (concern.home_district, concern.incident_district) == (None, "ZG1")
    assert not asks_of(**place)


FIELDS = ("given_names", "family_name", "known_as", "date_of_birth", "nhs_number", "address", "postcode")


@pytest.mark.parametrize("held", [replace(MAISIE, known_as="Mim"), replace(MAISIE, given_names="Baby of Karen")])
def test_nobody_of_whom_it_is_said_is_ever_matched_however_well_the_register_knows_the_child(held):
    """Every way of leaving fields out, asked of a register that holds them all."""
    concern, matched = the_concern(a_notice()), 0
    for kept in product((True, False), repeat=len(FIELDS)):
        given = {name: getattr(held, name) for name, keep in zip(FIELDS, kept, strict=True) if keep}
        asked = Identity(**given)
        one = replace(concern, subjects=(replace(concern.subjects[0], identity=asked),))
        if isinstance(ask(asked, held).outcome, Matched):
            matched += 1
            assert not asks_a_person(one), sorted(given)
    assert matched > 1


def test_the_intake_says_it_of_the_notice_and_of_its_repeat(tmp_path):
    with an_intake(an_agency(tmp_path)) as (intake, _):
        notice = raw(a_notice(children=[a_child(date_of_birth="2017")]))
        first = taken(intake, notice)
        assert isinstance(first, Accepted)
        assert first.asks
        assert taken(intake, notice, Door.DROP) == Accepted(first.event_id, repeated=True, asks=True)
