"""Rows become incidents: one of each key, whatever order they lie in; each taken whole or refused by itself."""

from __future__ import annotations

import itertools

import pytest

from adapters.bridge.formats import Raised, Wrong
from hub.facts.terms import Category, EventKind, PersonRole, Risk, Tier
from tests.unit.adapters.table.builders import (
    HEADINGS,
    PLAIN,
    a_mapping,
    a_row,
    an_export,
    changed,
    content_of,
    names,
    raised,
    read_all,
    refused,
)

MAISIE = a_row()
RORY = a_row(URN="N2", FORENAME="Rory", DOB="19/05/2012")
ISLA = a_row(URN="N3", ROLE="P", FORENAME="Isla", DOB="14/02/1989")
TOMA = a_row(REF="CAL-2", URN="N9", TYPE="NG", SURNAME="Marisic", FORENAME="Toma", DOB="30/08/2019")


def test_rows_of_two_incidents_mixed_are_two_incidents_in_whatever_order_they_lie() -> None:
    for rows in itertools.permutations((MAISIE, RORY, ISLA, TOMA)):
        made = {concern.reference: concern for concern in raised(an_export(*rows))}
        assert (names(made["CAL-1"]), names(made["CAL-2"])) == (["Maisie", "Rory"], ["Toma"])
        assert [(person.role, person.name) for person in made["CAL-1"].people or ()] == [
            (PersonRole.PARENT, "Isla Thornbeck")
        ]
        assert made["CAL-2"].people is None
        assert (made["CAL-1"].category, made["CAL-2"].category) == (Category.DOMESTIC_ABUSE, Category.NEGLECT)


def test_an_incident_is_named_by_its_rows_as_a_spreadsheet_numbers_them() -> None:
    found = read_all(an_export(MAISIE, TOMA, RORY))
    assert [one.where for one in found] == ["rows 2 and 4", "row 3"]


def test_a_code_that_is_not_in_its_list_refuses_its_incident_and_no_other() -> None:
    found = read_all(an_export(MAISIE, TOMA, a_row(URN="N2", FORENAME="Rory", ROLE="Q", DASH="Rory")))
    assert found[0] == Wrong(
        (
            "row 4, ROLE: is a code that rows.codes of the mapping does not list.",
            "row 4, DASH: is a code that the mapping does not list.",
        ),
        "rows 2 and 4",
    )
    assert isinstance(found[1], Raised)


def test_a_code_is_the_same_in_other_capitals_and_with_blanks() -> None:
    (concern,) = raised(an_export(a_row(TYPE=" da ", ROLE="c")))
    assert concern.category is Category.DOMESTIC_ABUSE


@pytest.mark.parametrize(
    ("grade", "risk", "tier"),
    [
        ("STANDARD", Risk.SOME, Tier.ROUTINE),
        ("Medium", Risk.SOME, Tier.URGENT),
        ("HIGH", Risk.SIGNIFICANT_HARM, Tier.URGENT),
        ("", Risk.SOME, Tier.ROUTINE),
    ],
)
def test_a_dash_grade_is_a_risk_and_a_tier(grade: str, risk: Risk, tier: Tier) -> None:
    (concern,) = raised(an_export(a_row(DASH=grade), RORY))
    assert (concern.risk, concern.tier) == (risk, tier)


def test_of_two_grades_of_one_incident_the_graver_counts() -> None:
    (concern,) = raised(an_export(a_row(DASH="STANDARD"), RORY | {"DASH": "HIGH"}, ISLA | {"DASH": "MEDIUM"}))
    assert (concern.risk, concern.tier) == (Risk.SIGNIFICANT_HARM, Tier.URGENT)


def test_rows_that_say_different_things_of_one_incident_refuse_it() -> None:
    assert refused(an_export(MAISIE, RORY | {"TYPE": "NG"}, TOMA)) == [
        ("rows 2 and 3", ("rows 2 and 3, TYPE: differ, and an incident has one.",))
    ]


def test_rows_of_one_nominal_are_one_child_and_may_not_contradict_each_other() -> None:
    (concern,) = raised(an_export(MAISIE, a_row(TEXT="She was awake."), RORY))
    assert names(concern) == ["Maisie", "Rory"]
    assert content_of(concern)["concern.summary", ("1",)] == "She was awake."
    assert refused(an_export(MAISIE, a_row(DOB="03/11/2017"))) == [
        ("rows 2 and 3", ("rows 2 and 3, DOB: differ, and are of one nominal.",))
    ]


def test_without_a_reference_of_nominals_two_like_rows_are_two_children() -> None:
    """Two unknown boys at one address look the same in an export, and neither may be lost."""
    mapping = a_mapping(
        PLAIN.replace("  nominal: URN\n", "").replace("otherwise:", "left_out: {URN: none}\notherwise:")
    )
    (concern,) = raised(an_export(MAISIE, MAISIE), mapping)
    assert names(concern) == ["Maisie", "Maisie"]


def test_a_row_without_a_key_might_be_of_any_incident_so_nothing_of_the_file_is_taken() -> None:
    assert refused(an_export(MAISIE, a_row(REF=" "), TOMA)) == [
        ("file", ("row 3, REF: is empty, and must say which incident the row is of.",))
    ]


def test_a_row_of_too_many_values_refuses_its_incident_where_the_key_comes_first() -> None:
    raw = an_export(MAISIE, a_row(URN="N2", TEXT="@@"), TOMA).replace(b"@@", b"hurt, but awake")
    assert refused(raw) == [
        (
            "rows 2 and 3",
            ("row 3: has 13 values, and the headings are 12: a delimiter or a quotation mark is wrong.",),
        )
    ]
    assert len(read_all(raw)) == 2


def test_a_row_of_too_many_values_refuses_the_file_where_the_key_may_be_out_of_place() -> None:
    headings = (*HEADINGS[1:], "REF")
    raw = an_export(MAISIE, a_row(TEXT="@@"), TOMA, headings=headings).replace(b"@@", b"hurt, but awake")
    assert refused(raw) == [
        ("file", ("row 3: has 13 values, and the headings are 12: a delimiter or a quotation mark is wrong.",))
    ]


@pytest.mark.parametrize("number", ["9.99E+09", "9,99E+09", "1E+10"])
def test_a_number_that_a_spreadsheet_cut_short_is_refused(number: str) -> None:
    cut = "is a number that a spreadsheet cut short: format the column as text, and export it again."
    assert refused(an_export(a_row(NHS=number), TOMA)) == [("row 2", (f"row 2, NHS: {cut}",))]
    assert refused(an_export(a_row(REF=number), TOMA)) == [("file", (f"row 2, REF: {cut}",))]


@pytest.mark.parametrize("number", ["9990000018", "999 000 0018", "9990000018.0", '="9990000018"'])
def test_a_number_of_which_nothing_is_lost_is_the_number(number: str) -> None:
    (concern,) = raised(an_export(a_row(NHS=number)))
    assert concern.subjects[0].identity.nhs_number == "9990000018"


@pytest.mark.parametrize(
    ("date", "sentence"),
    [
        ("43041", "is a spreadsheet's number of a day: format the column as dates, and export it again."),
        ("2017-11-02", "is not written as DD/MM/YYYY HH:MM:SS or DD/MM/YYYY HH:MM or DD/MM/YYYY."),
        ("11/25/2017", "is not a day or time that there is."),
        ("02/11/17", "is not written as DD/MM/YYYY HH:MM:SS or DD/MM/YYYY HH:MM or DD/MM/YYYY."),
        ("02/11/2017 14:30", "has a time of day, so its day may be another: export days alone."),
        ("########", "is a column too narrow for its dates: widen it, and export it again."),
        ("02/11/2031", "lies in the future."),
        ("02/11/1989", "makes the person older than 25."),
    ],
)
def test_what_is_no_date_of_a_childs_birth_refuses_the_incident_by_row_and_column(date: str, sentence: str) -> None:
    assert refused(an_export(RORY, a_row(DOB=date))) == [("rows 2 and 3", (f"row 3, DOB: {sentence}",))]


def test_midnight_is_how_a_database_exports_a_day() -> None:
    (concern,) = raised(an_export(a_row(DOB="02/11/2017 00:00:00")))
    assert concern.subjects[0].identity.date_of_birth == "2017-11-02"


@pytest.mark.parametrize(
    ("written", "instant"),
    [("07/03/2026 23:10", "2026-03-07T23:10:00+00:00"), ("07/07/2025 23:10", "2025-07-07T22:10:00+00:00")],
)
def test_times_are_those_of_the_clock_on_the_wall(written: str, instant: str) -> None:
    (concern,) = raised(an_export(a_row(RAISED=written)))
    assert concern.raised_at.isoformat() == instant


def test_a_time_that_the_clock_never_showed_is_refused() -> None:
    assert refused(an_export(a_row(RAISED="30/03/2025 01:30"))) == [
        (
            "row 2",
            ("row 2, RAISED: is a time that the clock never showed, for summer time began then: export times in UTC.",),
        )
    ]


def test_words_for_nothing_say_nothing() -> None:
    mapping = a_mapping(a='mapping: plain=>mapping: plain\nunknown: [NK, "01/01/1900"]')
    (concern,) = raised(an_export(a_row(FORENAME="nk", DOB="01/01/1900", NHS="NK")), mapping)
    identity = concern.subjects[0].identity
    assert (identity.given_names, identity.date_of_birth, identity.nhs_number) == (None, None, None)


@pytest.mark.parametrize(
    ("born", "is_child"),
    [("08/03/2008", True), ("07/03/2008", False), ("14/02/1989", False), ("2008", True), ("2007", False),
     ("03/2008", True), ("02/2008", False)],
)  # fmt: skip
def test_a_victim_under_eighteen_is_a_child(born: str, is_child: bool) -> None:
    mapping = a_mapping(a="mapping: plain=>mapping: plain\ndates: [DD/MM/YYYY HH:MM, DD/MM/YYYY, MM/YYYY, YYYY]")
    (concern,) = raised(an_export(MAISIE, a_row(URN="N4", ROLE="V", FORENAME="Ailsa", DOB=born)), mapping)
    assert names(concern) == (["Maisie", "Ailsa"] if is_child else ["Maisie"])


def test_a_victim_without_a_date_of_birth_is_an_adult_and_that_is_said() -> None:
    (found,) = read_all(an_export(MAISIE, a_row(URN="N4", ROLE="V", FORENAME="Ailsa", DOB="")))
    assert isinstance(found, Raised)
    assert found.left_out == ("row 3, date of birth: is empty, so that an adult was meant, and no child",)


def test_what_a_notice_has_no_place_for_is_named_by_its_column() -> None:
    (found,) = read_all(an_export(MAISIE, ISLA | {"NHS": "9990000115", "TEXT": "Was calm."}))
    assert isinstance(found, Raised)
    assert found.left_out == (
        "NHS: a notice has no such field of an adult",
        "TEXT: a notice has no such field of an adult",
    )
    assert "Was calm." not in str(content_of(found.concern))


def test_an_incident_without_a_child_is_refused() -> None:
    assert refused(an_export(ISLA)) == [
        ("row 2", ("row 2: no row of it is about a child, and a concern is about one at least.",))
    ]


def test_a_child_of_whom_nothing_is_said_is_refused_by_its_row() -> None:
    nobody = a_row(URN="N5", SURNAME="", FORENAME="", DOB="")
    assert refused(an_export(MAISIE, nobody)) == [
        (
            "rows 2 and 3",
            ("row 3, children[1]: must say who the child is by a name, a date of birth, a number or a place.",),
        )
    ]


def test_two_versions_of_one_incident_are_two_notices_the_older_first() -> None:
    made = raised(an_export(a_row(VER="2", TEXT="Amended."), MAISIE))
    assert [(one.sequence, one.kind) for one in made] == [(1, EventKind.RAISED), (2, EventKind.UPDATED)]


@pytest.mark.parametrize("version", ["", "two", "1.5", "-1"])
def test_a_version_that_is_no_whole_number_refuses_all_of_its_incident(version: str) -> None:
    assert refused(an_export(MAISIE, RORY | {"VER": version})) == [
        ("rows 2 and 3", ("row 3, VER: must be a whole number, for it orders the notices of a case.",))
    ]


def test_where_times_order_the_versions_the_latest_of_the_rows_counts() -> None:
    mapping = a_mapping(a="version: VER=>modified: VER")
    rows = (MAISIE | {"VER": "07/03/2026 23:15"}, RORY | {"VER": "08/03/2026 09:00"}, ISLA | {"VER": ""})
    (concern,) = raised(an_export(*rows), mapping)
    assert (concern.sequence, concern.kind) == (1_772_960_400_000, EventKind.UPDATED)
    assert names(concern) == ["Maisie", "Rory"]


def test_an_export_without_versions_has_one_of_each_incident() -> None:
    mapping = a_mapping(
        changed(
            a="version: VER=>without_version: the system keeps none", b="otherwise:=>left_out: {VER: a}\notherwise:"
        )
    )
    (concern,) = raised(an_export(MAISIE), mapping)
    assert (concern.sequence, concern.kind) == (1, EventKind.RAISED)


def test_a_key_of_two_columns_is_one_reference() -> None:
    mapping = a_mapping(a="key: REF=>key: [REF, URN]", b="  nominal: URN\n=>")
    made = raised(an_export(MAISIE, RORY, MAISIE), mapping)
    assert [one.reference for one in made] == ["CAL-1|N1", "CAL-1|N2"]


def test_more_children_than_a_notice_takes_are_refused_and_none_of_them_is_left_away() -> None:
    rows = [a_row(URN=f"N{number}") for number in range(21)]
    ((where, faults),) = refused(an_export(*rows))
    assert where.startswith("rows 2, 3,")
    assert faults[0].endswith("children: holds too many entries: at most 20.")


def test_a_day_without_a_time_takes_the_one_that_the_mapping_gives() -> None:
    mapping = a_mapping(a='RAISED: notice.raised_at=>RAISED: {to: notice.raised_at, dates: DD/MM/YYYY, at: "12:00"}')
    (concern,) = raised(an_export(a_row(RAISED="07/07/2025")), mapping)
    assert concern.raised_at.isoformat() == "2025-07-07T11:00:00+00:00"


def test_what_no_column_says_is_said_otherwise_of_child_and_adult_each_in_their_fields() -> None:
    mapping = a_mapping(
        a="notice.risk: some,=>notice.risk: some, nominal.relationship: not said, child.language: English,"
    )
    adult = a_row(URN="N3", ROLE="P", FORENAME="Isla", DOB="")
    (concern,) = raised(an_export(MAISIE, adult), mapping)
    content = content_of(concern)
    assert content["child.language", ("1",)] == "English"
    assert content["person.parent", ("1",)][0]["relationship"] == "not said"
