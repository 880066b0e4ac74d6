import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from hub.facts.errors import UserError
from hub.facts.terms import OrganisationKind, Relationship
from hub.matching.rolls.roll import open_roll
from hub.matching.rolls.row import Listed, Rejected, usual_relationship

TODAY = date(2026, 3, 7)
HEADER = "local_id,given_names,family_name,date_of_birth,nhs_number,relationship,start_date,end_date,restricted\n"


@pytest.fixture
def roll(tmp_path: Path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "roll.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return open_roll(path)

    return write


def rows(found):
    return list(found.rows("school.ashdown-primary", Relationship.ENROLLED, TODAY))


def test_columns_come_in_any_order_case_and_with_a_byte_order_mark(roll):
    found = roll("\ufeffDate of Birth,FAMILY_NAME,Local Id\r\n17/05/2014,Thornbury,P1\r\n")
    (row,) = rows(found)
    assert found.count == 1
    assert (row.line, row.record.local_id, row.record.identity.family_name) == (2, "P1", "Thornbury")
    assert row.record.relationship is Relationship.ENROLLED


def test_a_row_says_all_that_a_roll_can_say(roll):
    found = roll(
        "local_id,date_of_birth,given_names,family_name,known_as,previous_family_names,sex,address,postcode,"
        "relationship,start_date,end_date,restricted,form\n"
        'P1,2014-05-17,Maisie Rose,Thornbury,Mais,Oakhurst; van Dyck,F,"7 Sample Close,\nAshdown",zw4 2ab,'
        "dual enrolled,01/09/2019,2025-07-20,Yes,3B\n"
    )
    (row,) = rows(found)
    assert found.unknown_columns == ("form",)
    assert row.record.identity.previous_family_names == ("Oakhurst", "van Dyck")
    assert row.record.identity.address == "7 Sample Close, Ashdown"
    assert row.record.relationship is Relationship.DUAL_ENROLLED
    assert (row.record.start, row.record.end) == (date(2019, 9, 1), date(2025, 7, 20))
    assert row.record.restricted


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Maisie,Thornbury,2014-05-17,,,,,", "local_id is missing"),
        ("P1,Maisie,Thornbury,,,,,,", "date_of_birth is missing"),
        ("P1,Maisie,Thornbury,31/02/2015,,,,,", "date_of_birth is not a date"),
        ("P1,Maisie,Thornbury,00/00/0000,,,,,", "date_of_birth is not a date"),
        ("P1,Maisie,Thornbury,2014-05,,,,,", "date_of_birth lacks its day or month"),
        ("P1,Maisie,Thornbury,2026-03-08,,,,,", "date_of_birth lies in the future"),
        ("P1,Maisie,Thornbury,1986-01-01,,,,,", "date_of_birth is more than 26 years ago"),
        ("P1, ,-,2014-05-17,,,,,", "given_names and family_name hold no name"),
        ("P1,Maisie,Thornbury,2014-05-17,,pupil,,,", "relationship is not one that the hub knows"),
        ("P1,Maisie,Thornbury,2014-05-17,,,soon,,", "start_date is not a date"),
        ("P1,Maisie,Thornbury,2014-05-17,,,,31/04/2025,", "end_date is not a date"),
        ("P1,Maisie,Thornbury,2014-05-17,,,2025-01-02,2025-01-01,", "end_date is before start_date"),
        ("P1,Maisie,Thornbury,2014-05-17,,,,,perhaps", "restricted is neither yes nor no"),
        ("P1,Maisie", "the row has 2 values where the header has 9 columns"),
        ("P1,Maisie,Thornbury,2014-05-17,,,,,,more", "the row has 10 values where the header has 9 columns"),
        ("P1," + "M" * 300 + ",Thornbury,2014-05-17,,,,,", "given_names is longer than a value can be"),
    ],
)
def test_a_bad_row_is_reported_by_line_and_the_next_is_not_lost(roll, line, reason):
    found = rows(roll(HEADER + "\n" + line + "\nP2,Oscar,Thornbury,2016-11-02,,,,,\n"))
    assert found[0] == Rejected(3, reason)
    assert found[1].record.local_id == "P2"


def test_a_bad_identifier_does_not_cost_the_child(roll):
    (row,) = rows(roll(HEADER + "P1,Maisie,Thornbury,2014-05-17,12345,,,,\n"))
    assert row.record.identity.nhs_number == "12345"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (HEADER.encode(), "The file holds no rows."),
        ((HEADER + "P1,Zoë,Thornbury,2014-05-17,,,,,\n").encode("cp1252"), "not UTF-8"),
        ((HEADER + "P1,Maisie,Thornbury,2014-05-17,,,,,\n").encode("utf-16"), "not UTF-8"),
        (b"local_id;date_of_birth;family_name\n1;2;3\n", "lacks a needed column: local_id, date_of_birth"),
        (b"local_id,date_of_birth\n1,2\n", "lacks a needed column: family_name or given_names"),
        (b"local_id,date_of_birth,family_name,local_id\n1,2,3,4\n", "names a column twice: local_id"),
        ((HEADER + 'P1,"Maisie,Thornbury,2014-05-17,,,,,\nP2,Oscar,x,2016-11-02,,,,,\n').encode(), "left open"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(roll, content, sentence):
    with pytest.raises(UserError) as refused:
        roll(content)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ((HEADER + "P1,Maisie,Thornbury,2014-05-17,,,,,\nP2,Osc").encode(), "The file is cut off"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><CTfile/>', "The file is XML, not CSV: import it with --format ctf"),
        (b"  \n<CTfile/>", "The file is XML, not CSV: import it with --format ctf"),
        (HEADER.encode() + b"P1," + b"M" * 200_000 + b",Thornbury,2014-05-17,,,,,\n", "a value is far too long"),
        (HEADER.encode() + b"x" * 1_000_000, "a value is far too long"),
    ],
)
def test_half_a_file_another_kind_of_file_and_an_endless_line_are_refused(roll, content, sentence):
    with pytest.raises(UserError) as refused:
        roll(content)
    assert sentence in str(refused.value)


def test_a_last_row_without_an_end_of_line_is_whole_if_its_values_are(roll):
    (row,) = rows(roll(HEADER + "P1,Maisie,Thornbury,2014-05-17,,,,,"))
    assert row.record.local_id == "P1"


def test_the_first_pass_lists_who_is_on_it_also_those_who_cannot_be_imported(roll):
    found = roll(
        HEADER
        + "P1,Maisie,Thornbury,31/02/2014,,,,,\n"
        + "P2,Oscar,Thornbury,2016-11-02,,dual enrolled,,,\n"
        + "P3,Oscar,Thornbury,2016-11-02,,guest,,,\n"
        + " ,Oscar,Thornbury,2016-11-02,,,,,\n"
        + "P5,Thornbury, Oscar,Oscar,2016-11-02,,,,,\n"
    )
    assert list(found.listed(Relationship.ENROLLED)) == [
        Listed(2, "P1", Relationship.ENROLLED),
        Listed(3, "P2", Relationship.DUAL_ENROLLED),
        Listed(4, "P3", None),
        Listed(5, "", Relationship.ENROLLED),
        Listed(6, "P5", None),
    ]
    assert found.whole


def test_the_first_pass_keeps_the_last_day_where_it_is_one(roll):
    found = roll(
        "local_id,family_name,date_of_birth,end_date\n"
        "P1,Thornbury,2014-05-17,13/02/2026\nP2,Thornbury,2016-11-02,2026-02\nP3,Thornbury,2016-11-02,\n"
    )
    assert [one.end for one in found.listed(Relationship.ENROLLED)] == [date(2026, 2, 13), None, None]


def test_a_comma_too_many_before_the_local_id_says_nothing_of_whom_it_is_about(roll):
    found = roll("address,local_id,family_name,date_of_birth\n7, Sample Close,P1,Thornbury,2014-05-17\n")
    assert list(found.listed(Relationship.ENROLLED)) == [Listed(2, "", None)]


FIVE = "local_id,given_names,family_name,date_of_birth,address\n"


@pytest.mark.parametrize(
    "swallowed",
    [
        'P1,Maisie,"Thornbury,2014-05-17,7 Sample Close\nP2,Oscar,Oakhurst",2016-11-02,8 Sample Close\n',
        'P1,Maisie,Thornbury,2014-05-17,"7 Sample Close\nP2,Oscar,Oakhurst,2016-11-02,8 Sample Close"\n',
        '"P1,Maisie,Thornbury,2014-05-17,7 Sample Close\nP2",Oscar,Oakhurst,2016-11-02,8 Sample Close\n',
        'P1,Maisie,"Thornbury,2014-05-17,7 Sample Close\nP2,Oscar,Oakhurst,2016-11-02",8 Sample Close\n',
    ],
)
def test_quotation_marks_out_of_place_neither_make_one_child_of_two_nor_hide_that_the_second_is_there(roll, swallowed):
    found = roll(FIVE + swallowed + "P3,Ivy,Oakhurst,2016-11-02,8 Sample Close\n")
    first, second = rows(found)
    assert isinstance(first, Rejected)
    assert (first.line, second.record.local_id) == (2, "P3")
    assert [one.local_id for one in found.listed(Relationship.ENROLLED)] == ["", "P3"]


def test_lines_of_an_address_are_one_value(roll):
    (row,) = rows(roll(FIVE + 'P1,Maisie,"Thornbury\n",2014-05-17,"Flat 2, 7 Sample Close,\nAshdown, Westshire"\n'))
    assert row.record.identity.family_name == "Thornbury"
    assert row.record.identity.address == "Flat 2, 7 Sample Close, Ashdown, Westshire"


def test_a_long_file_is_read_as_a_stream(roll):
    long = HEADER + "".join(f"P{n},Maisie,Thornbury,2014-05-17,9990000018,,,,\n" for n in range(8_000))
    found = roll(long)
    tracemalloc.start()
    try:
        assert sum(1 for _ in found.listed(Relationship.ENROLLED)) == 8_000
        assert sum(1 for _ in found.rows("school.ashdown-primary", Relationship.ENROLLED, TODAY)) == 8_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(long) / 4


def test_a_row_of_an_organisation_without_a_usual_relationship_must_name_one(roll):
    found = roll(HEADER + "P1,Maisie,Thornbury,2014-05-17,,,,,\n")
    (row,) = found.rows("police.caledon", None, TODAY)
    assert row == Rejected(2, "relationship is missing, and this organisation's rolls have no usual one")


@pytest.mark.parametrize(
    ("kinds", "relationship"),
    [
        ({OrganisationKind.SCHOOL}, Relationship.ENROLLED),
        ({OrganisationKind.GP}, Relationship.REGISTERED_PATIENT),
        ({OrganisationKind.NHS_COMMUNITY}, Relationship.HEALTH_VISITOR),
        ({OrganisationKind.LOCAL_AUTHORITY}, Relationship.RESPONSIBLE_AUTHORITY),
        ({OrganisationKind.POLICE}, None),
    ],
)
def test_a_roll_means_what_rolls_of_its_kind_mean(kinds, relationship):
    assert usual_relationship(kinds) is relationship
