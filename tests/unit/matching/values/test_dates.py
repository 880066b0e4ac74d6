from datetime import date

import pytest

from hub.matching.values.dates import birth_date, fault_of_birth, order_of

TODAY = date(2026, 3, 7)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2014-05-17", "2014-05-17"),
        ("17/05/2014", "2014-05-17"),
        ("17-5-2014", "2014-05-17"),
        ("17.05.2014", "2014-05-17"),
        ("20140517", "2014-05-17"),
        ("17 May 2014", "2014-05-17"),
        ("17-MAY-2014", "2014-05-17"),
        ("17th September 2014", "2014-09-17"),
        ("2014-05-17T00:00:00Z", "2014-05-17"),
        ("17/05/2014 00:00", "2014-05-17"),
        ("17/05/2014 0:00:00", "2014-05-17"),
        ("2014-05-17T00:00:00.000+01:00", "2014-05-17"),
        ("2014-05-17 00:00:00 UTC", "2014-05-17"),
        ("17/05/2014 12:00:00 AM", "2014-05-17"),
        (" 2014-05-17 ", "2014-05-17"),
        ("2016-02-29", "2016-02-29"),
        ("2014-05", "2014-05"),
        ("05/2014", "2014-05"),
        ("2014", "2014"),
    ],
)
def test_a_date_is_read_with_the_day_first(written, iso):
    assert birth_date(written) == iso


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "31/02/2015",
        "00/00/0000",
        "2015-13-01",
        "2015-02-29",
        "12/03/15",
        "unknown",
        "0000-00-00",
        "1066-10-14",
        "17/May",
        "2014-5-17-1",
        "\u0662\u0660\u0661\u0664-\u0660\u0665-\u0661\u0667",  # Arabic digits
        "9999",
        "20140230",
        "2015-06-11T23:00:00Z",  # midnight of the 12th in London
        "2015-06-11 23:00",
        "11/06/2015 23:00:00",
        "2015-06-11T12:00:00",
        "2015-06-11 approx",
        "2015-06-11 (TBC)",
        "2015-06-11 2015-06-12",
        "11/06/2015 or 12/06/2015",
        "42166",  # a spreadsheet's number of a day
        "42166.0",
        "4.2166E+04",
        "########",
        "2015.0",
    ],
)
def test_what_is_no_date_is_nothing(written):
    assert birth_date(written) == ""


@pytest.mark.parametrize(
    ("birth", "fault"),
    [
        ("2014-05-17", None),
        ("2026-03-07", None),
        ("2026-03-08", "date_of_birth lies in the future"),
        ("2000-03-01", None),
        ("1986-03-07", "date_of_birth is more than 26 years ago"),
        ("2014-05", "date_of_birth lacks its day or month"),
        ("31/02/2014", "date_of_birth is not a date"),
        ("2015-06-11T23:00:00Z", "date_of_birth has a time of day, so its day may be another: export days alone"),
        ("11/06/2015 23:00", "date_of_birth has a time of day, so its day may be another: export days alone"),
        ("42166", "date_of_birth is a spreadsheet's number of a day: format the column as dates"),
        ("42166.5", "date_of_birth is a spreadsheet's number of a day: format the column as dates"),
        ("########", "date_of_birth is a column too narrow for its dates: widen it and export again"),
        ("12/03/15", "date_of_birth has a year of two digits: export it with four"),
        ("12-Mar-15", "date_of_birth has a year of two digits: export it with four"),
        ("2015-06-11 approx", "date_of_birth is not a date"),
    ],
)
def test_a_roll_holds_children(birth, fault):
    assert fault_of_birth(birth, TODAY) == fault


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("25/03/2015", "day"),
        ("25.3.2015", "day"),
        ("03/25/2015", "month"),
        ("3-25-2015 00:00", "month"),
        ("03/04/2015", None),
        ("31/02/2015", "day"),
        ("02/30/2015", "month"),
        ("13/13/2015", None),
        ("2015-03-25", None),
        ("25 March 2015", None),
        ("", None),
    ],
)
def test_whether_day_or_month_comes_first_is_told_by_what_is_no_month(written, first):
    assert order_of(written) == first
