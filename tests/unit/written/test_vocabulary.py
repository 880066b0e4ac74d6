"""`did you mean` means it: what people call a thing, or a slip, leads to the word that these files have for it."""

import pytest

from hub.facts.items import ITEMS
from hub.facts.terms import Category, Flag, OrganisationKind, Relationship, Role
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.organisations import Jurisdiction
from hub.written import vocabulary
from hub.written.vocabulary import nearest


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("dob", "child.date_of_birth"),
        ("DOB", "child.date_of_birth"),
        ("child.dob", "child.date_of_birth"),
        ("date of birth", "child.date_of_birth"),
        ("date_of_birth", "child.date_of_birth"),
        ("name", "child.name"),
        ("child.nmae", "child.name"),
        ("Child.Name", "child.name"),
        ("surname", "child.name"),
        ("address", "child.address"),
        ("adress", "child.address"),
        ("home-address", "child.address"),
        ("postcode", "child.address"),
        ("gender", "child.sex"),
        ("upn", "child.identifiers"),
        ("summary", "concern.summary"),
        ("narrative", "concern.summary"),
        ("incident.location", "incident.place"),
        ("suspect", "person.alleged_perpetrator"),
        ("mother", "person.parent"),
        ("concern.voice", "child.voice"),
        ("incident.refrence", "incident.reference"),
    ],
)
def test_a_data_item_by_another_name(word, meant):
    assert nearest(word, ITEMS) == f"; did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("dsl", Role, "designated_safeguarding_lead"),
        ("Designated Safeguarding Lead", Role, "designated_safeguarding_lead"),
        ("lado", Role, "designated_officer"),
        ("headteacher", Role, "head_teacher"),
        ("social_worker", Role, "allocated_social_worker"),
        ("council", OrganisationKind, "local_authority"),
        ("skool", OrganisationKind, "school"),
        ("GP", OrganisationKind, "gp"),
        ("G.P.", Role, "gp"),
        ("GP", ITEMS, "child.gp"),
        ("Domestic Violence", Category, "domestic_abuse"),
        ("hospital", OrganisationKind, "nhs_hospital"),
        ("domestic abuse", Category, "domestic_abuse"),
        ("dv", Category, "domestic_abuse"),
        ("cse", Category, "sexual_exploitation"),
        ("home_schooled", Flag, "home_educated"),
        ("dual-registered", Relationship, "dual_enrolled"),
        ("SCOTLAND", Jurisdiction, "SCT"),
        ("porpose", Isp.model_fields, "purpose"),
    ],
)
def test_a_word_of_a_closed_list_by_another_name(word, known, meant):
    assert nearest(word, known) == f"; did you mean '{meant}'?"


@pytest.mark.parametrize("word", ["", "x", "zzz", "child", "giraffe", "person", "...", "child.zebra"])
def test_where_nothing_is_plainly_meant_nothing_is_guessed(word):
    assert nearest(word, ITEMS) == ""


def test_every_word_that_is_offered_is_one_of_these_files():
    known = {*ITEMS, *Role, *OrganisationKind, *Category, *Flag, *Relationship, *Jurisdiction,
             "withhold", "full", "flag", "generalise"}  # fmt: skip
    assert set(vocabulary._CALLED) <= known
