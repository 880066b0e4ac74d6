"""How names and addresses are related: by families, other alphabets, ears and keys."""

import pytest

from hub.matching import addresses, alike
from hub.matching.level import Bearers, Level


@pytest.mark.parametrize(
    ("asked", "held", "level"),
    [
        ("katherine", "katherine", Level.EXACT),
        ("kate", "katherine", Level.SAME),
        ("katherine", "kate", Level.SAME),
        ("kasia", "katarzyna", Level.SAME),
        ("mo", "mohamed", Level.SAME),
        ("mohammed", "muhammad", Level.SAME),
        ("yousef", "yusuf", Level.SAME),
        ("catherine", "kathryn", Level.SAME),
        ("kaitlyn", "caitlin", Level.SAME),
        ("seun", "oluwaseun", Level.SAME),
        ("olvier", "oliver", Level.SLIP),
        ("olliver", "oliver", Level.SAME),
        ("olwver", "oliver", Level.SLIP),
        ("teddy", "theodore", Level.AKIN),
        ("theodore", "teddy", Level.AKIN),
        ("finn", "finley", Level.AKIN),
        ("fin", "finley", Level.SAME),
        ("bea", "beatrice", Level.SAME),
        ("qaim", "saim", Level.AKIN),
        ("ella", "elle", Level.CLOSE),
        ("dana", "diana", Level.CLOSE),
        ("ava", "eva", Level.CLOSE),
        ("harry", "henry", Level.CLOSE),
        ("jack", "john", Level.CLOSE),
        ("kamila", "kamil", Level.CLOSE),
        ("kamilx", "kamil", Level.CLOSE),
        ("m", "maisie", Level.CLOSE),
        ("m", "poppy", Level.DIFFERENT),
        ("poppy", "maisie", Level.DIFFERENT),
    ],
)
def test_two_forenames_are_one_name_or_two(asked, held, level):
    assert alike.forenames(asked, held) is level


@pytest.mark.parametrize(
    ("asked", "held", "level"),
    [
        ("zofi", "zofy", Level.SAME),  # it sounds the same
        ("zof", "zoph", Level.CLOSE),  # too short to tell
        ("zev", "zevrana", Level.SAME),  # cut short
        ("zevra", "zevrana", Level.SAME),
        ("zevran", "zevrana", Level.CLOSE),  # no cut: a brother's name
        ("zv", "zvrana", Level.DIFFERENT),
        ("brenik", "oluwabrenik", Level.SAME),  # what stands before names is left out
        ("brenik", "tarobrenik", Level.DIFFERENT),
        ("zimno", "oluwabrenik", Level.DIFFERENT),
        ("brn", "bren", Level.SLIP),
        ("zan", "zon", Level.CLOSE),  # too short for a slip
        ("brenika", "brenik", Level.CLOSE),  # a sister's
        ("brenir", "brenik", Level.CLOSE),
        ("brqenjk", "brenik", Level.DIFFERENT),  # two slips
        ("chalie", "charlie", Level.AKIN),  # a letter left out, and it could be a name
        ("chrlie", "charlie", Level.SLIP),
    ],
)
def test_a_forename_that_no_list_knows_is_spelt_by_ear_or_cut_short_or_slipped(asked, held, level):
    assert alike.forenames(asked, held) is level


@pytest.mark.parametrize(
    ("asked", "held", "level"),
    [
        ("nelyva", "neyva", Level.AKIN),
        ("neyvira", "neyviraluz", Level.AKIN),  # cut short
        ("neyvah", "neyva", Level.SAME),  # it sounds the same, and nobody names two children so
        ("neyva", "neyva", Level.EXACT),
        ("quorin", "neyva", Level.DIFFERENT),
    ],
)
def test_a_forename_that_others_are_given_is_no_slip(asked, held, level):
    assert alike.forenames(asked, held, Bearers.OTHERS) is level


def test_a_letter_left_out_within_a_name_is_a_slip_where_nobody_is_named_so():
    assert alike.forenames("chalie", "charlie", Bearers.NOBODY) is Level.SLIP


@pytest.mark.parametrize(
    ("asked", "bearers", "level"),
    [
        ("thonas", Bearers.UNTOLD, Level.AKIN),
        ("thonas", Bearers.NOBODY, Level.SLIP),  # N lies beside M
        ("thonas", Bearers.OTHERS, Level.AKIN),
        ("tholas", Bearers.NOBODY, Level.AKIN),  # L does not
        ("rhomas", Bearers.NOBODY, Level.AKIN),  # twins are given names that differ at their start
        ("homas", Bearers.NOBODY, Level.AKIN),
        ("othomas", Bearers.NOBODY, Level.AKIN),
        ("htomas", Bearers.UNTOLD, Level.SLIP),  # two keys exchanged
    ],
)
def test_a_slip_that_could_be_a_name_is_one_where_the_register_knows_nobody_of_it(asked, bearers, level):
    assert alike.forenames(asked, "thomas", bearers) is level


@pytest.mark.parametrize(
    ("asked", "held", "level"),
    [
        ("thornbury", "thornbury", Level.EXACT),
        ("thornbury", "daythornbury", Level.SAME),
        ("kowalska", "kowalski", Level.SAME),
        ("ivanova", "ivanov", Level.SAME),
        ("smyth", "smith", Level.SAME),
        ("thornbery", "thornbury", Level.SLIP),
        ("thornubry", "thornbury", Level.SLIP),
        ("thornberry", "thornbury", Level.SLIP),
        ("oakhurst", "thornbury", Level.DIFFERENT),
        ("t", "t", Level.CLOSE),
    ],
)
def test_two_family_names_are_one_or_two(asked, held, level):
    assert alike.surnames(asked, held) is level


@pytest.mark.parametrize(
    ("asked", "held", "level"),
    [
        ("7 Sample Rd., Ashdown", "7 SAMPLE ROAD Ashdown", Level.SAME),
        ("Apt 2, 7 Sample Close", "Flat 2 7 Sample Cl", Level.SAME),
        ("7 Sample Road", "7 Sample Road", Level.CLOSE),
        ("7 Sample Road", "7 Sample Road, Ashdown", Level.PART),
        ("7 Sampel Road, Ashdown", "7 Sample Road, Ashdown", Level.CLOSE),
        ("Sample Road by the Mill Ashdown", "Sample Road by the Mill Ashdown", Level.CLOSE),
        ("9 Sample Road, Ashdown", "7 Sample Road, Ashdown", Level.PART),
        ("9 Orchard Way, Langport", "7 Sample Road, Ashdown", Level.DIFFERENT),
        ("No fixed abode", "7 Sample Road, Ashdown", Level.MISSING),
        ("", "7 Sample Road, Ashdown", Level.MISSING),
    ],
)
def test_two_address_lines_are_one_place_only_to_the_word_and_with_its_town(asked, held, level):
    assert addresses.lines(asked, held) is level


def test_houses_differ_where_the_numbers_of_both_are_of_two_houses():
    assert addresses.houses_differ("7 Sample Close", "9 Sample Close")
    assert not addresses.houses_differ("Flat 2, 7 Sample Close", "7 Sample Close")
    assert addresses.houses_differ("5 Sample Close", "Flat 5, 29 Sample Close")
    assert not addresses.houses_differ("Flat 3, 12 Sample Close", "12 Sample Close, Flat 3")
    assert not addresses.houses_differ("The Mill", "9 Sample Close")
