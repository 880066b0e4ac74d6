"""Two adults' names, each in one line, may be one person's however they are written; others are not."""

import pytest

from hub.matching.values.full_names import alike, full_name

READER = "Fiona Lockhart"


@pytest.mark.parametrize(
    "written",
    [
        "Fiona Jane Lockhart",
        "Jane Fiona Lockhart",
        "F Lockhart",
        "F. J. Lockhart",
        "FJ Lockhart",
        "Lockhart F",
        "Fiona L",
        "FL",
        "Fiona Lockheart",
        "Fionna Lockart",
        "Fi Lockhart",
        "LOCKHART, Fiona",
        "LOCKHART Fiona Jane",
        "Lockhart Fiona",
        "fiona   lockhart",
        "Fíona Löckhart",
        "Mrs Fiona Lockhart",
        "Dr F. Lockhart MBE",
        "Fiona Lockhart-Grant",
        "Fiona Grant Lockhart",
        "Fiona Grant (née Lockhart)",
        "Fiona Grant nee Lockhart",
        "Kirsty Grant aka Fiona Lockhart",
        "Mrs Lockhart",
        "Lockhart",
        "Fiona",
    ],
)
def test_a_reader_is_known_again_however_the_name_is_written(written):
    assert alike(full_name(written), full_name(READER))
    assert alike(full_name(READER), full_name(written))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alasdair Macdonald", "Ali Mac Donald"),
        ("Seán O'Neill", "Sean O Neill"),
        ("Jan van der Berg", "Jan Vanderberg"),
        ("Ana Maria de Silva", "Maria Silva"),
        ("Anne-Marie Smith", "Annmarie Smith"),
        ("Anne-Marie Smith", "Marie Smith"),
        ("Piotr Kowalski", "Piotr Kowalska"),
        ("Muhammad Hussain", "Mohammed Hussein"),
        ("Li Wei", "Wei Li"),
        ("Ben Lockhart", "Benjamin Lockhart"),
        ("Tolu Okafor", "Tolulope Okafor"),
        ("محمد علي", "محمد علي"),
    ],
)
def test_names_of_many_origins_are_known_again(one, other):
    assert alike(full_name(one), full_name(other))
    assert alike(full_name(other), full_name(one))


@pytest.mark.parametrize(
    "written",
    [
        "Gregor Lockhart",
        "Mark J Locke",
        "Fiona Abercorn",
        "Fiona Jane Abercorn",
        "Jane Abercorn-Grant",
        "Unknown male",
        "not known",
        "J",
        "Mr",
        "",
        "07700 900123",
    ],
)
def test_another_name_and_no_name_are_not_alike(written):
    assert not alike(full_name(written), full_name(READER))
    assert not alike(full_name(READER), full_name(written))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oscar Thomas Wakecroft", "Oscar Thomas Burnshaw"),
        ("Hamish Leo Strathmore", "Andrew Hamish Strathmore"),
        ("Anna Marie Smith", "Julie Marie Smith"),
        ("Jan van der Berg", "Piet van den Berg"),
        ("Grant Lockhart", "Fiona Lockhart-Grant"),
    ],
)
def test_two_people_who_share_some_names_are_two(one, other):
    assert not alike(full_name(one), full_name(other))


def test_a_name_of_a_thousand_words_is_cut_short():
    assert len(full_name("Fiona " * 1_000)) <= 12
