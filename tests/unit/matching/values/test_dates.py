from datetime import date

import pytest

from hub.matching.values.dates import birth_date, fault_of_birth

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
        ("", "date_of_birth is not a date"),
    ],
)
def test_a_roll_holds_children(birth, fault):
    assert fault_of_birth(birth, TODAY) == fault
