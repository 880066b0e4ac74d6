"""What a force records has its place: earlier homes, estimated ages, unborn children, officers, people in a row."""

from __future__ import annotations

from adapters.bridge.formats import Raised
from hub.facts.terms import Flag, PersonRole
from tests.unit.adapters.table.builders import (
    HEADINGS,
    PLAIN,
    a_mapping,
    a_row,
    an_export,
    changed,
    content_of,
    findings,
    names,
    raised,
    read_all,
    refused,
)

MORE = (*HEADINGS, "HOME", "SINCE", "UNTIL", "AGE", "DUE", "MUM", "TEL")
MAPPING = a_mapping(
    a="TEXT: child.narrative=>TEXT: child.narrative\n"
    "  HOME: nominal.address\n"
    "  SINCE: nominal.earlier_addresses.1.held_from\n"
    "  UNTIL: nominal.earlier_addresses.1.held_until\n"
    "  AGE: {to: [child.estimated_age.youngest, child.estimated_age.oldest]}\n"
    "  DUE: child.unborn.due_date\n"
    "  MUM: child.unborn.mother.name\n"
    "  TEL: nominal.telephone",
    b="C: child=>C: child, E: earlier_address",
)


def more(*rows: dict[str, str]) -> bytes:
    return an_export(*rows, headings=MORE)


def test_a_row_may_say_where_a_child_lived_before_whichever_row_comes_first() -> None:
    now = a_row(HOME="14 Larkspur Wynd")
    before = a_row(ROLE="E", HOME="3 Teasel Row", SINCE="01/02/2019", UNTIL="30/06/2024")
    long_ago = a_row(ROLE="E", HOME="9 Sorrel Court", UNTIL="31/01/2019")
    for rows in ((now, before, long_ago), (long_ago, before, now)):
        (concern,) = raised(more(*rows), MAPPING)
        assert concern.subjects[0].identity.address == "14 Larkspur Wynd"
        assert content_of(concern)["child.earlier_addresses", ("1",)] == [
            {"address": "3 Teasel Row", "postcode": None, "held_from": "2019-02-01", "held_until": "2024-06-30"},
            {"address": "9 Sorrel Court", "postcode": None, "held_from": None, "held_until": "2019-01-31"},
        ]


def test_an_earlier_address_of_an_adult_has_no_place_and_that_is_said() -> None:
    (found,) = read_all(
        more(a_row(), a_row(URN="N3", ROLE="P"), a_row(URN="N3", ROLE="E", HOME="3 Teasel Row", SURNAME="", DOB="")),
        MAPPING,
    )
    assert isinstance(found, Raised)
    assert found.left_out == (
        "FORENAME: a notice has no earlier address of an adult",
        "HOME: a notice has no earlier address of an adult",
    )


def test_earlier_addresses_need_to_say_whose_they_are() -> None:
    text = changed(a="C: child=>C: child, E: earlier_address", b="  nominal: URN\n=>")
    assert "plain.yaml:5: rows.codes.E needs rows.nominal: whose earlier address it is" in findings(text)


def test_one_column_may_go_to_several_targets() -> None:
    (concern,) = raised(more(a_row(SURNAME="", FORENAME="", DOB="", AGE="8")), MAPPING)
    assert content_of(concern)["child.estimated_age", ("1",)] == {"youngest": 8, "oldest": 8}


def test_an_unborn_child_has_a_row_of_its_own() -> None:
    unborn = a_row(URN="N8", SURNAME="", FORENAME="", DOB="", DUE="30/06/2026", MUM="Isla Thornbeck")
    (concern,) = raised(more(a_row(), unborn), MAPPING)
    assert concern.subjects[1].flags == frozenset({Flag.UNBORN})
    assert content_of(concern)["child.unborn", ("2",)]["due_date"] == "2026-06-30"
    assert content_of(concern)["child.unborn", ("2",)]["mother"] == "Isla Thornbeck"


def test_a_telephone_is_a_childs_own_or_how_an_adult_is_reached() -> None:
    adult = a_row(URN="N3", ROLE="P", FORENAME="Isla", DOB="", TEL="07700 900412")
    (concern,) = raised(more(a_row(TEL="07700 900733"), adult), MAPPING)
    assert content_of(concern)["child.telephone", ("1",)] == ["07700 900733"]
    assert [(one.name, one.contact) for one in concern.people or ()] == [("Isla Thornbeck", "07700 900412")]


def test_a_row_about_the_officer_says_how_to_reach_them() -> None:
    officer = a_row(URN="O1", ROLE="O", SURNAME="Munro", FORENAME="Gail", DOB="", TEL="01632 960141")
    (found,) = read_all(more(a_row(), officer), MAPPING)
    assert isinstance(found, Raised)
    assert content_of(found.concern)["person.practitioner", ("1",)][0]["contact"] == "01632 960141"
    assert found.left_out == (
        "FORENAME: a notice names the officer by shoulder number alone",
        "SURNAME: a notice names the officer by shoulder number alone",
    )


def test_the_other_name_of_an_adult_has_no_place_and_that_is_said() -> None:
    mapping = a_mapping(a="NHS: nominal.nhs_number=>NHS: nominal.known_as")
    (found,) = read_all(an_export(a_row(), a_row(URN="N3", ROLE="P", DOB="", NHS="Izzy")), mapping)
    assert isinstance(found, Raised)
    assert found.left_out == ("NHS: a notice has no such field of an adult",)


def test_a_row_about_the_incident_alone_adds_to_it_and_names_nobody() -> None:
    incident = a_row(URN="", ROLE="I", SURNAME="", FORENAME="", DOB="", DASH="HIGH")
    (concern,) = raised(an_export(a_row(), incident))
    assert (names(concern), concern.tier.value) == (["Maisie"], "urgent")


def test_a_row_that_the_mapping_leaves_out_is_not_looked_at() -> None:
    mapping = a_mapping(a="O: officer=>O: {left_out: the officer has columns in each row}")
    (concern,) = raised(an_export(a_row(), a_row(ROLE="O", DOB="no date", TYPE="??")), mapping)
    assert names(concern) == ["Maisie"]
    assert refused(an_export(a_row(ROLE="O")), mapping) == [
        ("row 2", ("row 2: are left out, each of them, by rows.codes of the mapping.",))
    ]


def test_people_whom_each_row_names_are_one_where_all_rows_say_the_same() -> None:
    text = PLAIN.replace("nominal.nhs_number", "people.suspect.name").replace(
        "mapping: plain\n",
        "mapping: plain\npeople: {suspect: {role: alleged_perpetrator, relationship: mother's partner}}\n",
    )
    mapping = a_mapping(text)
    rory = a_row(URN="N2", FORENAME="Rory")
    (same,) = raised(an_export(a_row(NHS="Callum Vale"), rory | {"NHS": "Callum Vale"}), mapping)
    assert [(one.role, one.name) for one in same.people or ()] == [(PersonRole.ALLEGED_PERPETRATOR, "Callum Vale")]
    (apart,) = raised(an_export(a_row(NHS="Callum Vale"), rory | {"NHS": "Dean Garrick"}), mapping)
    content = content_of(apart)
    assert [content["person.alleged_perpetrator", (key,)][0]["name"] for key in "12"] == ["Callum Vale", "Dean Garrick"]


def test_a_notice_is_taken_back_by_a_code_and_then_names_nobody() -> None:
    mapping = a_mapping(
        a="TEXT: child.narrative=>TEXT: {codes: {X: {notice.notice_type: retract, notice.reason: wrong_child}}}"
    )
    (concern,) = raised(an_export(a_row(VER="4", TEXT="X")), mapping)
    assert (concern.kind.value, concern.sequence, concern.subjects) == ("concern.retracted", 4, ())
