"""How names and addresses are related: by families, other alphabets, ears and keys."""

import pytest

from hub.matching.values import addresses, alike
from hub.matching.values.level import Bearers, Level


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
        ("olievr", "oliver", Level.SLIP),
        ("olliver", "oliver", Level.SAME),
        ("olkver", "oliver", Level.SLIP),
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
        ("zvo", "zvorana", Level.AKIN),  # cut short, or a sister's
        ("zvora", "zvorana", Level.AKIN),
        ("zvoran", "zvorana", Level.CLOSE),  # no cut: a brother's name
        ("zv", "zvrana", Level.DIFFERENT),
        ("brenik", "oluwabrenik", Level.AKIN),  # what stands before names is left out
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
        ("nryva", "neyva", Level.AKIN),
        ("neyvira", "neyviraluz", Level.AKIN),  # cut short
        ("neyvah", "neyva", Level.SAME),  # it sounds the same, and nobody names two children so
        ("neyva", "neyva", Level.EXACT),
        ("quorin", "neyva", Level.DIFFERENT),
    ],
)
def test_a_forename_that_others_are_given_is_no_slip(asked, held, level):
    assert alike.forenames(asked, held, Bearers.OTHERS) is level


@pytest.mark.parametrize(
    ("asked", "held", "level"),
    [
        ("zvo", "zvorana", Level.SAME),  # cut short
        ("zvora", "zvorana", Level.SAME),
        ("brenik", "oluwabrenik", Level.SAME),
        ("chalie", "charlie", Level.SLIP),  # left out
        ("chatlie", "charlie", Level.SLIP),  # T lies beside R
        ("chaplie", "charlie", Level.AKIN),  # P does not
        ("chartlie", "charlie", Level.SLIP),  # both keys at once
        ("chatrlie", "charlie", Level.SLIP),
        ("charqlie", "charlie", Level.AKIN),
        ("chralie", "charlie", Level.SLIP),  # exchanged
        ("hcarlie", "charlie", Level.SLIP),
        ("vharlie", "charlie", Level.AKIN),  # twins' names differ at their start
        ("harlie", "charlie", Level.AKIN),
        ("xcharlie", "charlie", Level.AKIN),
        ("samirra", "samira", Level.SAME),
        ("zamirra", "samira", Level.CLOSE),  # it does not sound the same at its start
        ("kasra", "casra", Level.SAME),
    ],
)
def test_what_nobody_of_very_many_is_named_is_cut_short_or_a_slip_of_a_finger(asked, held, level):
    assert alike.forenames(asked, held, Bearers.NOBODY) is level


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("thonas", Level.AKIN),  # it could be said
        ("htomas", Level.SLIP),  # it could not
        ("thomsa", Level.SLIP),
        ("thpmas", Level.SLIP),
    ],
)
def test_a_small_register_does_not_tell_whether_what_could_be_said_is_a_name(asked, level):
    assert alike.forenames(asked, "thomas", Bearers.UNTOLD) is level


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
        ("7 Sample Road", "7 Sample Rd", Level.AKIN),  # of which town?
        ("7 Sample Road", "7 Sample Road, Ashdown", Level.AKIN),
        ("7 Sample Road, Ashdown", "7 SAMPLE RD", Level.AKIN),
        ("7 Sample Road, Ashdown", "7 Sample Road, Bexton", Level.PART),
        ("7 Sample", "7 Sample, Ashdown", Level.PART),  # no street
        ("7 Lakeside", "7 Lakeside", Level.CLOSE),
        ("7 Sample Road", "Flat 2, 7 Sample Road", Level.PART),
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
