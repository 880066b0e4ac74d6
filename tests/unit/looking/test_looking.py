"""What a text of Maisie's event repeats, however it is written; and what the reader knows anyway is none of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.facts.model import Identity, Repeat
from hub.looking.held import of_content, of_identity
from hub.looking.looking import Lens

MAISIE = Identity(
    given_names="Maisie",
    family_name="Thornbeck",
    date_of_birth="2017-11-02",
    sex="female",
    nhs_number="9990000018",
    address="14 Larkspur Wynd, Glenmore",
    postcode="ZG1 4AB",
)
RORY = Identity(
    given_names="Rory James",
    family_name="Thornbeck",
    known_as="Roo",
    previous_family_names=("Galbraith",),
    date_of_birth="2012-05-19",
    sex="male",
    address="14 Larkspur Wynd, Glenmore",
    postcode="ZG1 4AB",
)
BOTH = ["1", "2"]
FATHER = {"name": "Gregor Abercorn", "relationship": "father", "date_of_birth": "1985-05-05", "contact": "07700 900123"}
MOTHER = {"name": "Kirsty Thornbeck", "relationship": "mother", "contact": "01632 960152"}
THINGS = [
    *of_identity("1", MAISIE),
    *of_identity("2", RORY),
    *of_content("child.school", ["1"], "Glenmore Primary School"),
    *of_content("child.school", ["2"], "St Ninian's RC Academy"),
    *of_content("incident.place", BOTH, {"address": "Flat 3, 40 Harbour Rise, Glenmore", "postcode": "ZG2 8XY"}),
    *of_content("person.alleged_perpetrator", BOTH, [FATHER]),
    *of_content("person.parent", BOTH, [MOTHER]),
]
LENS = Lens(THINGS)


def items(text, *about, lens=LENS):
    return {hit.repeats.item for hit in lens.look(text, about or ["1"])}


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Her brother Rory was hit.", "child.name"),
        ("RORY WAS HIT.", "child.name"),
        ("rory was hit", "child.name"),
        ("Rory\n Thornbeck stood between them", "child.name"),
        ("R O R Y stood between them", "child.name"),
        ("Rorys bag was left behind", "child.name"),
        ("Seen with RoryThornbeck", "child.name"),
        ("R Thornbeck was hit", "child.name"),
        ("R.J. Thornbeck was hit", "child.name"),
        ("THORNBECK, R. was hit", "child.name"),
        ("Seen with Ruairidh", "child.name"),
        ("Seen with James at the door", "child.name"),
        ("Roo was hit", "child.known_as"),
        ("Known to the school as Rory Galbraith", "child.known_as"),
        ("Gregor was arrested", "person.alleged_perpetrator"),
        ("Greg was arrested", "person.alleged_perpetrator"),
        ("Mr Abercorn was arrested", "person.alleged_perpetrator"),
        ("The Abercorns came to the door", "person.alleged_perpetrator"),
        ("G Abercorn was arrested", "person.alleged_perpetrator"),
        ("Call him on 07700900123", "person.alleged_perpetrator"),
        ("Call him on +44 7700 900 123", "person.alleged_perpetrator"),
        ("Call her on 960152", "person.parent"),
        ("NHS 999 000 0018", "child.identifiers"),
        ("NHS no. 999-000-0018.", "child.identifiers"),
        ("born 19/05/2012", "child.date_of_birth"),
        ("born 19.5.12", "child.date_of_birth"),
        ("DOB 190512", "child.date_of_birth"),
        ("2012-05-19", "child.date_of_birth"),
        ("19th of May 2012", "child.date_of_birth"),
        ("19May2012", "child.date_of_birth"),
        ("May 19, 2012", "child.date_of_birth"),
        ("the nineteenth of May two thousand and twelve", "child.date_of_birth"),
        ("May the nineteenth, twenty-twelve", "child.date_of_birth"),
        ("his birthday is on 19 May", "child.date_of_birth"),
        ("born in May 2012", "child.date_of_birth"),
        ("turns 14 on 19/5", "child.date_of_birth"),
        ("5 May nineteen eighty-five", "person.alleged_perpetrator"),
        ("He goes to St Ninian's", "child.school"),
        ("He goes to ST NINIANS ACAD", "child.school"),
        ("at 14 larkspur wynd", "child.address"),
        ("at Larkspur Wynd", "child.address"),
        ("at no. 14, Larkspur", "child.address"),
        ("at zg14ab", "child.address"),
        ("at Z G 1  4 A B", "child.address"),
        ("at harbour rise", "incident.place"),
        ("They are at 7 Mill Rd now", "place.elsewhere"),
        ("They are at AB10 1XG now", "place.elsewhere"),
    ],
)
def test_whatever_the_event_holds_is_found_however_it_is_written(text, item):
    assert item in items(text)


@pytest.mark.parametrize(
    "text",
    [
        "Maisie Thornbeck sat on the stairs with her mother Kirsty. Mrs Thornbeck will ring.",
        "M Thornbeck hid. The Thornbecks are known to us.",
        "Her brother was hit, and father was arrested at 21:40 on 07/03/2026.",
        "PC C1417 and PC C2206 attended, log VPD12345. 2 officers, 5 minutes, P1 2nd child.",
        "She may will herself to mark the grace of hope; the bill rose.",
        "She goes to Glenmore Primary, as her friends do. The academy is next door.",
        "Seen on 19 May at 19.05. Next review 19 May.",
        "Spoke on 3 November 2017-2018 plan; 3 Close friends; 40 minutes drive.",
        "",
    ],
)
def test_what_the_school_knows_and_what_says_nothing_is_no_hit(text):
    assert items(text) == set()


def test_a_text_about_both_children_names_neither_of_them_to_anybody():
    assert items("Rory stood before Maisie. R Thornbeck goes to St Ninian's.", *BOTH) == set()


def test_the_child_s_own_birthday_number_and_home_are_told_as_its_own():
    hits = LENS.look("Maisie, born 02/11/2017, of ZG1 4AB, 9990000018", ["1"])
    assert Repeat.of("child.date_of_birth", "1") in {hit.repeats for hit in hits}
    assert Repeat.of("child.identifiers", "1") in {hit.repeats for hit in hits}
    assert Repeat.of("child.address", "1") in {hit.repeats for hit in hits}


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Will was hit", True),
        ("will was hit", True),
        ("Seen with Will", True),
        ("WILL: seen at the door", True),
        ("Mother will attend. MOTHER WILL ATTEND. Will attend.", False),
        ("Will Thornbeck", True),
        ("Asked about GRACE.", True),
        ("a period of grace", False),
        ("her friend Grace", True),
        ("in May, and may be", False),
        ("May was hit", True),
        ("June 2026", False),
    ],
)
def test_a_name_that_is_a_word_names_somebody_only_where_somebody_is_meant(text, is_named):
    names = [("William", "Thornbeck"), ("Grace", "Quill"), ("May", "Quill"), ("June", "Quill")]
    lens = Lens(
        thing
        for key, (given, family) in enumerate(names, start=2)
        for thing in of_identity(str(key), Identity(given_names=given, family_name=family))
    )
    assert bool(items(text, "1", lens=lens)) is is_named


@pytest.mark.parametrize(
    "relationship", ["mother", "foster carer", "Gran", "mum/carer", "Maisie's mother", "mother of the child"]
)
def test_a_carer_of_the_child_is_no_hit_but_the_same_person_accused_is(relationship):
    person = {"name": "Jean Muir", "relationship": relationship}
    carer = list(of_content("person.household", ["1"], [person]))
    assert items("Jean Muir was there", lens=Lens(carer)) == set()
    accused = Lens([*carer, *of_content("person.alleged_perpetrator", ["1"], [person])])
    assert items("Jean was there", lens=accused) == {"person.alleged_perpetrator"}


@pytest.mark.parametrize(
    "relationship",
    ["friend's mother", "friend of the mother", "mother's partner", "Rory's friend's gran", "to be told", ""],
)
def test_who_is_only_near_to_a_carer_is_none(relationship):
    for role in ("household", "witness", "victim"):
        lens = Lens(of_content(f"person.{role}", ["1"], [{"name": "Jean Muir", "relationship": relationship}]))
        assert items("Jean Muir was there", lens=lens) == {f"person.{role}"}


def test_a_family_name_of_two_words_is_not_a_carer_s_second_name_with_the_other():
    carer = of_content("person.parent", ["1", "2"], [{"name": "Mohammed Romero Rodrigues", "relationship": "father"}])
    known = [
        thing
        for key, given in [("1", "Rafael"), ("2", "Diego Javier")]
        for thing in of_identity(key, Identity(given_names=given, family_name="Romero Rodrigues"))
    ]
    assert items("Visited by ROMERO RODRIGUES, D.", lens=Lens([*carer, *known])) == {"child.name"}


@pytest.mark.parametrize(
    "name",
    [
        "A neighbour",
        "Rory's friend's parent",
        "Unknown Male",
        "Mum's partner",
        "Foster Carer",
        "An adult",
        "Police Officer",
    ],
)
def test_a_description_is_nobody_s_name(name):
    lens = Lens(of_content("person.witness", ["1"], [{"name": name}]))
    text = (
        "The neighbour, a friend, a parent and the partner told police officers of an unknown male and a foster carer."
    )
    assert items(text, lens=lens) == set()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Jack Foster", "J Foster"), ("Foster, Jack", "Mr Foster"), ("neighbour Jean McIntyre", "Mrs McIntyre"),
        ("Gran (Jean Muir)", "J. Muir"), ("Jean Muir, mother's friend", "Jeannie"), ("An Nguyen", "A. Nguyen"),
        ("Tom Friend", "T Friend"), ("Uncle Dave", "Dave"), ("Gregor Abercorn (known as Greg)", "G Abercorn"),
    ],
)  # fmt: skip
def test_a_name_beside_a_description_or_like_one_is_looked_for(name, written):
    lens = Lens(of_content("person.witness", ["1"], [{"name": name}]))
    assert items(f"Seen with {written} at the door", lens=lens) == {"person.witness"}


def test_a_carer_of_another_child_is_a_hit():
    lens = Lens(of_content("person.parent", ["2"], [{"name": "Jean Muir", "relationship": "mother"}]))
    assert items("Jean was there", "1", lens=lens) == {"person.parent"}
    assert items("Jean was there", "2", lens=lens) == set()


def test_hits_say_where_they_are_and_nothing_of_the_text():
    [hit] = LENS.look("Then Rory Thornbeck ran.", ["1"])
    assert (hit.start, hit.end) == (5, 19)
    assert "Rory" not in repr(hit)
    assert "Rory" not in repr(THINGS) + repr(LENS)


PIECES = st.sampled_from(
    [
        "Rory", "Thornbeck", "R.", "14", "Larkspur", "Wynd", "ZG1", "4AB", "19", "May", "2012", "born", "999",
        "0000018", "St", "Ninian", "Mr", "07700900123", "(12)", "-", "\n", " ", ", ", "'s", "\u2019s", "\u0301",
        "\u200b", "İ", "ß",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_whatever_is_written_hits_lie_within_it_and_in_order(text):
    hits = LENS.look(text, ["1"])
    assert hits == sorted(hits)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)


@pytest.mark.parametrize("text", ["İSTANBUL ßß ZG1 4AB", "ﬁx ZG1 4AB", "x\u00ady ZG1 4AB", "🙂" * 50 + "ZG1 4AB"])
def test_letters_that_change_their_length_do_not_shift_what_is_found(text):
    [start, end] = next((hit.start, hit.end) for hit in LENS.look(text, ["1"]))
    assert text[start:end] == "ZG1 4AB"
