"""How often a clean narrative waits for a person for nothing, and whether one that leaks is let go: of one seed."""

from random import Random

from hub.bench.looking import measure
from hub.bench.narratives import CHILD, HANDS, an_event, clean
from hub.bench.tellings import leaks
from hub.looking.looking import Lens

ASKED_OF = (
    *(f"a child, {way}" for way in ("verbatim", "other case", "spacing", "short form", "initials with surname")),
    *(f"an adult, {way}" for way in ("verbatim", "other case", "spacing", "short form", "initials with surname")),
    *(f"home, {way}" for way in ("verbatim", "other case", "spacing", "abbreviation", "postcode", "another place")),
    *(f"birthday, {way}" for way in ("in figures", "with its month", "in words", "without its year")),
    *(f"number, {way}" for way in ("verbatim", "without blanks", "with blanks", "with hyphens", "from abroad")),
    *(f"school, {way}" for way in ("verbatim", "other case", "spacing", "abbreviation")),
    "a child, known-as",
)


def test_no_leak_of_any_kind_is_let_go():
    found = measure(events=25, seed=11)
    assert {way for way, told in found["ways"].items() if told["missed"]} == set()
    assert found["work"]["leaking"] > 2_000
    assert {way for way in ASKED_OF if not found["ways"][way]["asked"]} == set()


def test_of_seven_hundred_clean_narratives_fewer_than_one_in_twenty_waits():
    chance = Random(12)  # noqa: S311 - invented people, not secrets
    held = 0
    for number in range(700):
        event = an_event(chance)
        text = clean(event, chance, HANDS[number % len(HANDS)])
        allowed = {("child.date_of_birth", (CHILD,))}
        held += any(
            (hit.repeats.item, hit.repeats.subjects) not in allowed for hit in Lens(event.things).look(text, [CHILD])
        )
    assert held / 700 <= 0.05


def test_what_is_planted_stands_in_the_text_that_tells_it():
    event = an_event(Random(13))  # noqa: S311 - invented people, not secrets
    told = list(leaks(event, Random(14)))  # noqa: S311 - as above
    numbers = [text for kind, text in told if kind == "number, without blanks"]
    assert numbers
    assert all(event.phone.replace(" ", "") in text for text in numbers)
    assert any(event.child.postcode in text for kind, text in told if kind == "home, postcode")
    assert any(event.other.whole in text for kind, text in told if kind == "an adult, verbatim")
