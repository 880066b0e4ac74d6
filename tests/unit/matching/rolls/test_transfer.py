"""Whose a Common Transfer File is, and what the school that pupils come to makes of it."""

from datetime import date

import pytest

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.ctf import open_ctf
from hub.matching.rolls.row import Listed
from hub.matching.rolls.transfer import Header, School, Side, side_of

ASHDOWN = "Ashdown Primary School"
BEECHFOLD = Header("999/2001", "Beechfold Juniors", "999/4002")
OWN_ROLL = Header("999/2001", ASHDOWN, None)
LEAVERS = Header("999/2001", ASHDOWN, "999/4002")


@pytest.mark.parametrize(
    ("header", "school", "side"),
    [
        pytest.param(OWN_ROLL, School(ASHDOWN), Side.OWN, id="its own roll, by its name"),
        pytest.param(OWN_ROLL, School("ASHDOWN PRIMARY"), Side.OWN, id="as other systems write its name"),
        pytest.param(OWN_ROLL, School("Other", "999/2001"), Side.OWN, id="its own roll, by its number"),
        pytest.param(LEAVERS, School(ASHDOWN), Side.OWN, id="its own leavers"),
        pytest.param(BEECHFOLD, School("Ashdown High", "999/4002"), Side.COMING, id="those who come to it"),
        pytest.param(Header(None, "", None), School(ASHDOWN), Side.OWN, id="a file that says nothing"),
        pytest.param(Header("999/2001", "", None), School(ASHDOWN), Side.OWN, id="a file without a name"),
    ],
)
def test_the_file_is_the_school_s_own_or_of_those_who_come(header, school, side):
    assert side_of(header, school) is side


@pytest.mark.parametrize(
    ("header", "school"),
    [
        pytest.param(BEECHFOLD, School("Ashdown High School"), id="another school's, for a school of no known number"),
        pytest.param(BEECHFOLD, School("Ashdown High School", "999/4007"), id="for another school by its number"),
        pytest.param(LEAVERS, School("Ashdown High School"), id="of the primary of the same town"),
        pytest.param(OWN_ROLL, School("Ashdown High School"), id="the primary's roll for the high school"),
        pytest.param(Header("999/2001", "Beechfold Juniors", None), School(ASHDOWN), id="another school's roll"),
        pytest.param(Header("999/2001", "", "999/4002"), School(ASHDOWN), id="a transfer without a name"),
        pytest.param(Header("999/2001", "Beechfold", "999/2001"), School(ASHDOWN), id="another's, for itself"),
    ],
)
def test_another_school_s_file_is_refused_with_the_way_out(header, school):
    with pytest.raises(UserError, match="another school"):
        side_of(header, school)


WREN = (
    "<Pupil><UPN>A999200125001</UPN><Surname>Quillfeather</Surname><Forename>Wren</Forename><DOB>2014-05-17</DOB>"
    "<SchoolHistory><School><LEA>999</LEA><Estab>2001</Estab><EntryDate>2021-09-01</EntryDate>"
    "<LeavingDate>2026-02-27</LeavingDate><LastSchool>true</LastSchool></School>{}</SchoolHistory></Pupil>"
)
HERE = "<School><LEA>999</LEA><Estab>4002</Estab><EntryDate>2026-03-04</EntryDate></School>"
IDRIS = (
    "<Pupil><UPN>B999200125002</UPN><Surname>Okonjo-Reed</Surname><Forename>Idris</Forename><DOB>2014-09-03</DOB>"
    "</Pupil>"
)
TRANSFER = (
    "<CTfile><Header><DocumentQualifier>full</DocumentQualifier><SourceSchool><LEA>999</LEA><Estab>2001</Estab>"
    "<SchoolName>Beechfold Juniors</SchoolName></SourceSchool><DestSchool><LEA>999</LEA><Estab>4002</Estab>"
    "</DestSchool></Header><CTFpupilData>{}</CTFpupilData></CTfile>"
)


def opened(tmp_path, pupils, school):
    path = tmp_path / "transfer.xml"
    path.write_text(TRANSFER.format(pupils))
    return open_ctf(path, school)


def records(roll):
    return [row.record for row in roll.rows("school.ashdown-high", Relationship.ENROLLED, date(2026, 3, 7))]


@pytest.mark.parametrize(
    ("pupil", "start"),
    [
        pytest.param(WREN.format(""), date(2026, 2, 28), id="the day after the last at the school before"),
        pytest.param(WREN.format(HERE), date(2026, 3, 4), id="the day of entry that the file gives"),
        pytest.param(IDRIS, None, id="no day where the file gives none"),
    ],
)
def test_who_comes_is_open_at_the_new_school_and_the_old_school_s_last_day_ends_nothing_there(tmp_path, pupil, start):
    roll = opened(tmp_path, pupil, School("Ashdown High School", "999/4002"))
    (record,) = records(roll)
    assert (record.start, record.end) == (start, None)
    assert [one.end for one in roll.listed(Relationship.ENROLLED)] == [None]


def test_a_file_for_another_school_is_no_full_roll_of_either(tmp_path):
    for number in ("999/2001", "999/4002"):
        assert not opened(tmp_path, IDRIS, School("Any", number)).whole


def test_at_the_school_that_made_it_the_leaving_date_is_its_own(tmp_path):
    roll = opened(tmp_path, WREN.format(HERE), School("Any", "999/2001"))
    (record,) = records(roll)
    assert (record.start, record.end) == (date(2021, 9, 1), date(2026, 2, 27))
    assert list(roll.listed(Relationship.ENROLLED)) == [
        Listed(1, "A999200125001", Relationship.ENROLLED, date(2026, 2, 27))
    ]
