"""Postcodes as they are written, their one form, and the places that they lie in."""

import pytest

from hub.facts.postcodes import district, postcode, postcode_of_place, read_district, sector


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("zw4 2ab", "ZW42AB"),
        (" ZW42AB ", "ZW42AB"),
        ("zw4  2ab\t", "ZW42AB"),
        ("ZW4-2AB.", "ZW42AB"),
        ("W1A 1HQ", "W1A1HQ"),
        ("EC1A 1BB", "EC1A1BB"),
        ("Z1A 4AB", "Z1A4AB"),
        ("ZG12 4AB", "ZG124AB"),
        ("BF1 3AA", "BF13AA"),
        ("ZW4", ""),
        ("", ""),
        ("not known", ""),
        ("ZW4 2A1", ""),
        ("ZG14 4ABC", ""),
        ("Room 101", ""),
        ("Flat 2 1A", ""),
        ("4 Quarry Wynd, ZG1 4AB", ""),
        ("ZG٤ 4AB", ""),
    ],
)
def test_a_postcode_has_one_form_or_is_nothing(written, code):
    assert postcode(written) == postcode_of_place(written) == code


def test_zz99_is_a_postcode_and_no_place():
    assert postcode("zz99 3vz") == "ZZ993VZ"
    assert postcode_of_place("zz99 3vz") == ""


def test_a_district_is_the_outward_code_and_a_sector_has_one_digit_more():
    assert (district("ZW42AB"), sector("ZW42AB")) == ("ZW4", "ZW4 2")
    assert (district("ZG124AB"), sector("ZG124AB")) == ("ZG12", "ZG12 4")
    assert (district(""), sector("")) == ("", "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("zg1", "ZG1"),
        (" ZG12 ", "ZG12"),
        ("W1A", "W1A"),
        ("BT", "BT"),
        ("ZG1 4AB", ""),
        ("Z", ""),
        ("", ""),
        ("1ZG", ""),
    ],
)
def test_a_district_written_alone(written, read):
    assert read_district(written) == read
