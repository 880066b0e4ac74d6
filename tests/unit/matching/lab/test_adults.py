"""How often a reader's name in a notice is not known again, and how often a person is asked for nothing."""

from random import Random

from hub.matching.lab.adults import WRITTEN, an_adult, asked_for_nothing, missed
from hub.matching.values.full_names import alike, full_name
from hub.matching.values.namesakes import Namesakes

ONE_EVENT_IN_200 = 0.005


def test_no_reader_s_name_passes_in_silence_however_it_is_written():
    found = missed(500, seed=1)
    pet_names, asked = found.pop("a short form")
    assert set(found) == set(WRITTEN) - {"a short form"}
    assert {kind: unlike for kind, (unlike, _) in found.items() if unlike} == {}
    assert all(asked > 300 for _, asked in found.values())
    assert pet_names / asked < 0.02  # those that share nothing with the name: Haz for Angharad


def test_fewer_than_one_event_in_two_hundred_asks_for_nothing():
    assert asked_for_nothing(readers=1_500, adults=1_500, seed=1) < ONE_EVENT_IN_200


def test_among_many_the_same_are_found_as_one_by_one():
    chance = Random(7)  # noqa: S311 - invented people, not secrets
    adults = [an_adult(chance) for _ in range(150)]
    held = [one.whole for one in adults] + ["Lockhart", "F. Lockhart", "Fiona L", "van der Berg, Jan", "unknown"]
    known = Namesakes((name, name) for name in held)
    asked = [pair[1] for write in WRITTEN.values() for one in adults[:40] if (pair := write(chance, one))]
    for name in [*asked, "Fiona", "Fiona Lockhart", "Mr J Berg", "L"]:
        assert known.like(name) == [one for one in held if alike(full_name(name), full_name(one))]


def test_an_adult_shows_nothing_in_a_repr():
    one = an_adult(Random(1))  # noqa: S311 - as above
    assert one.family not in repr(one)
    assert one.family not in repr(Namesakes([(one.name, None)]))
