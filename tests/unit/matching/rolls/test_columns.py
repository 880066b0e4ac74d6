"""What a spreadsheet made of a roll: refused whole, refused by the row, or counted by column and line; never silent."""

from datetime import date

import pytest

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.roll import open_roll
from hub.matching.rolls.row import Rejected

TODAY = date(2026, 3, 7)
HEADER = "local_id,given_names,family_name,date_of_birth,nhs_number,chi_number,upn,sex,postcode,known_as,start_date\n"
GOOD = "P-9,Rhona,Mackellar,2012-05-01,9990000018,,,F,ZW1 1BA,,\n"
COLUMNS = HEADER.strip().split(",")


def line(**values):
    row = dict(zip(COLUMNS, GOOD.strip().split(","), strict=True)) | values
    return ",".join(f'"{value}"' if "," in value or '"' in value else value for value in row.values()) + "\n"


@pytest.fixture
def read(tmp_path):
    def opened(*lines):
        path = tmp_path / "roll.csv"
        path.write_text(HEADER + "".join(lines), encoding="utf-8")
        roll = open_roll(path)
        return list(roll.rows("school.ashdown-primary", Relationship.ENROLLED, TODAY)), list(roll.listed(None))

    return opened


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            [{"nhs_number": "9.99E+09"}, {"nhs_number": "9.99E+09"}],
            "Of nhs_number (2 rows, on lines 2, 3) no value passes",
        ),
        (
            [{"chi_number": "105129995"}, {"chi_number": "105139998"}, {}],
            "Of chi_number (2 rows, on lines 2, 3) no value passes",
        ),
        ([{"upn": "A99920012500"}, {"upn": "B99920012500"}], "Of upn (2 rows, on lines 2, 3) no value passes"),
        (
            [{"nhs_number": "9990000018.0"}, {"nhs_number": "9990000026.0"}],
            "Of nhs_number (2 rows, on lines 2, 3) no value passes",
        ),
        ([{"local_id": "101.0"}, {"local_id": "102.0"}], "Every local_id is a decimal number"),
        ([{"date_of_birth": "03/25/2015"}, {"date_of_birth": "03/04/2015"}], "date_of_birth have the month before"),
        ([{"start_date": "9/16/2025"}, {"start_date": "01/09/2025"}], "start_date have the month before the day"),
        ([{"given_names": "NULL"}] * 12, "a word for nothing as given_names"),
        ([{"family_name": "None"}] * 12, "a word for nothing as family_name"),
    ],
)
def test_a_column_that_a_program_spoiled_refuses_the_file_before_anything_changes(read, values, sentence):
    with pytest.raises(UserError) as refused:
        read(*(line(**{"local_id": f"P-{n}", "nhs_number": ""} | one) for n, one in enumerate(values)))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "unused"),
    [
        ({"nhs_number": "9.99E+09"}, ("nhs_number",)),
        ({"nhs_number": "9990000018.0"}, ("nhs_number",)),
        ({"nhs_number": "999000001"}, ("nhs_number",)),
        ({"nhs_number": "99900000181"}, ("nhs_number",)),
        ({"chi_number": "105129995"}, ("chi_number",)),
        ({"upn": "A99920012500"}, ("upn",)),
        ({"nhs_number": "1", "upn": "1"}, ("nhs_number", "upn")),
        ({"sex": "?"}, ("sex",)),
        ({"postcode": "ZW1"}, ("postcode",)),
        ({"given_names": "Unknown"}, ("given_names",)),
        ({"family_name": "-"}, ("family_name",)),
        ({"known_as": "NULL"}, ("known_as",)),
        # what is right, or says in the field's own words that it is not known
        ({"nhs_number": "9,990,000,018"}, ()),
        ({"nhs_number": '=""9990000018""'}, ()),
        ({"nhs_number": "999 000 0018"}, ()),
        ({"sex": "U"}, ()),
        ({"postcode": "ZZ99 3VZ"}, ()),
        ({"given_names": "Baby of Ada"}, ()),
        ({"family_name": "Null"}, ()),
    ],
)
def test_what_a_row_was_taken_without_is_told_by_its_column(read, values, unused):
    (_, row), _ = read(GOOD, line(local_id="P-1", **values))
    assert (row.line, row.record.local_id, row.unused) == (3, "P-1", unused)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"date_of_birth": "41030"}, "date_of_birth is a spreadsheet's number of a day: format the column as dates"),
        (
            {"date_of_birth": "########"},
            "date_of_birth is a column too narrow for its dates: widen it and export again",
        ),
        ({"start_date": "45901"}, "start_date is a spreadsheet's number of a day: format the column as dates"),
        ({"family_name": "#N/A"}, "family_name holds a spreadsheet's error instead of a value"),
        ({"given_names": "#####"}, "given_names holds a spreadsheet's error instead of a value"),
        ({"given_names": "=A2&B2"}, "given_names holds a formula instead of a value: export values"),
        ({"local_id": "1.02E+11"}, "local_id is a number that a spreadsheet cut short: export the column as text"),
        ({"given_names": "Null", "family_name": "NULL"}, "given_names and family_name hold no name"),
    ],
)
def test_a_cell_that_a_spreadsheet_spoiled_refuses_the_row(read, values, reason):
    (_, refused), _ = read(GOOD, line(**{"local_id": "P-1"} | values))
    assert refused == Rejected(3, reason)


def test_a_local_id_that_was_cut_short_may_be_anybody_s_so_nobody_ends(read):
    _, listed = read(GOOD, line(local_id="1.02E+11"))
    assert [one.local_id for one in listed] == ["P-9", ""]


def test_a_text_that_a_spreadsheet_was_told_to_leave_alone_is_the_text(read):
    (_, row), listed = read(GOOD, line(local_id='=""0101""'))
    assert row.record.local_id == listed[1].local_id == "0101"


def test_one_wrong_date_or_number_among_others_costs_its_own_row_alone(read):
    (one, other, third), _ = read(
        line(local_id="P-1", date_of_birth="25/03/2015"),
        line(local_id="P-2", date_of_birth="03/25/2015"),
        line(local_id="P-3", nhs_number="9.99E+09"),
    )
    assert (one.record.local_id, third.unused) == ("P-1", ("nhs_number",))
    assert other == Rejected(3, "date_of_birth is not a date")


def test_a_total_at_the_end_of_a_sheet_is_no_child(read):
    (_, refused), _ = read(GOOD, "Total,,,,1,,,,,,\n")
    assert refused == Rejected(3, "date_of_birth is missing")
