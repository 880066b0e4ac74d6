"""How often a clean narrative waits for a person for nothing, and whether one that leaks is let go: of one seed."""

from random import Random

from hub.bench.looking import measure
from hub.bench.narratives import CHILD, HANDS, an_event, clean
from hub.looking.looking import Lens


def test_no_leak_of_any_kind_is_let_go():
    found = measure(events=60, seed=11)
    assert {way for way, told in found["ways"].items() if told["missed"]} == set()
    assert found["work"]["leaking"] > 3_500
    for way in ("verbatim", "other case", "spacing", "short form", "known-as", "initials with surname"):
        assert found["ways"][f"a child, {way}"]["asked"] > 0
    for way in ("birthday, in words", "home, abbreviation", "number, without blanks", "number, with blanks"):
        assert found["ways"][way]["asked"] > 0


def test_of_six_hundred_clean_narratives_fewer_than_one_in_twenty_waits():
    chance = Random(12)  # noqa: S311 - invented people, not secrets
    held = 0
    for number in range(600):
        event = an_event(chance)
        text = clean(event, chance, HANDS[number % len(HANDS)])
        allowed = {("child.date_of_birth", (CHILD,))}
        held += any(
            (hit.repeats.item, hit.repeats.subjects) not in allowed for hit in Lens(event.things).look(text, [CHILD])
        )
    assert held / 600 <= 0.05
