"""Earlier homes, telephone and crime numbers, and the mother of an unborn child are found in texts that repeat them."""

import pytest

from hub.facts.model import Identity
from hub.looking.held import of_content, of_identity, texts_in
from hub.looking.looking import Lens

UNBORN = {
    "due_date": "2026-06-12",
    "mother": "Una Tarrant",
    "mother_date_of_birth": "1999-02-11",
    "mother_nhs_number": "9990000042",
    "mother_address": "8 Quay Street, Glenmore",
    "mother_postcode": "ZG1 2CD",
    "mother_telephone": "01632 960417",
}
OF_UNBORN = list(of_content("child.unborn", ["2"], UNBORN))
LENS = Lens(
    [
        *of_identity("1", Identity(given_names="Maisie", family_name="Thornbeck")),
        *of_content(
            "child.earlier_addresses",
            ["1"],
            [{"address": "3 Ferry Row, Glenmore", "postcode": "ZG1 1AB"}, {"address": None, "postcode": "ZG9 9XY"}],
        ),
        *of_content("child.telephone", ["1"], ["07700 900341"]),
        *of_content("incident.crime_number", ["1"], ["CR/0021877/26"]),
        *of_content("incident.earlier", ["1"], [{"reference": "CAL-INC-20251102-0340", "occurred_on": "2025-11-02"}]),
        *OF_UNBORN,
    ]
)


def told(text, *about, lens=LENS):
    return {hit.repeats.item for hit in lens.look(text, about or ["1"])}


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("He went to the old flat at 3 Ferry Row.", "child.earlier_addresses"),
        ("He looked for them in zg9 9xy.", "child.earlier_addresses"),
        ("Ring her on +44 7700 900341.", "child.telephone"),
        ("See crime CR 0021877-26.", "incident.crime_number"),
        ("As in cal-inc-20251102-0340.", "incident.earlier"),
        ("Una is expecting.", "child.unborn"),
        ("Miss Tarrant is at 8 Quay St.", "child.unborn"),
        ("The baby is due on 12 June 2026.", "child.unborn"),
        ("Her number is 999 000 0042.", "child.unborn"),
    ],
)
def test_a_text_that_repeats_it_is_marked(text, item):
    assert told(text) == {item}


SCHOOLS = Lens(list(of_content("child.school", ["2"], "Glenmore Primary School; Little Acorns (after-school club)")))


@pytest.mark.parametrize(
    "text",
    [
        "Her sister is at Glenmore Primary.",
        "Little Acorns rang.",
        "He waits at Little Acorns after-school club.",
        "She was seen at littleacorns.",
    ],
)
def test_each_provider_of_a_child_who_has_several_is_found_whatever_it_is(text):
    assert told(text, lens=SCHOOLS) == {"child.school"}
    assert told(text, "2", lens=SCHOOLS) == set()


def test_of_the_unborn_child_itself_its_mother_s_name_is_no_secret():
    assert told("Una was seen by the midwife.", "2") == set()


def test_a_mother_who_is_a_sibling_s_carer_too_is_nobody_else_there():
    mother = {"name": "Una Tarrant", "relationship": "mother"}
    lens = Lens([*OF_UNBORN, *of_content("person.parent", ["1"], [mother])])
    assert told("Una was in the kitchen.", "1", lens=lens) == set()
    assert told("Una was in the kitchen.", "3", lens=lens) == {"person.parent", "child.unborn"}


@pytest.mark.parametrize(
    ("item", "value", "texts"),
    [
        ("child.whereabouts", "Upstairs in bed.", ["Upstairs in bed."]),
        ("child.description", "Fair hair.", ["Fair hair."]),
        ("concern.consent_reason", "He would hear.", ["He would hear."]),
        ("child.spoken_to", {"spoken_to": True, "alone": False, "beside": "aunt Jean"}, ["aunt Jean"]),
        ("concern.document", {"media_type": "text/plain", "content": b"Seen."}, ["text/plain", "Seen."]),
        ("concern.document", {"title": None, "media_type": "application/pdf", "content": b"%PDF"}, ["application/pdf"]),
        ("child.telephone", ["07700 900341"], []),
    ],
)  # fmt: skip
def test_what_of_it_is_somebody_s_own_words_is_looked_through(item, value, texts):
    assert texts_in(item, value) == texts
