"""Event ids, waits, postcodes and text: small parts of the bridge."""

from datetime import UTC, datetime

import pytest

from adapters.bridge.formats import find
from adapters.bridge.ids import uuid7
from adapters.bridge.reading.text import clean_line, clean_name, clean_narrative
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.wiring import organisation_id
from hub.facts.errors import UserError


def test_a_uuid7_is_the_example_of_rfc_9562():
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    noise = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert str(uuid7(at, lambda _: noise)) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_event_ids_sort_as_they_were_made():
    earlier = uuid7(datetime(2026, 3, 7, 23, 10, 0, 1000, tzinfo=UTC), lambda n: b"\xff" * n)
    later = uuid7(datetime(2026, 3, 7, 23, 10, 0, 2000, tzinfo=UTC), bytes)
    assert earlier < later
    assert (earlier.version, later.version) == (7, 7)


def test_waits_double_up_to_the_longest_and_take_a_random_share():
    whole = Backoff(lambda: 1.0, first=0.2, longest=15.0)
    assert [whole.seconds(n) for n in (1, 2, 3, 7, 8, 1_000)] == [0.2, 0.4, 0.8, 12.8, 15.0, 15.0]
    assert Backoff(lambda: 0.5, first=0.2).seconds(3) == 0.4
    assert Backoff(lambda: 0.0, first=0.2).seconds(50) == 0.1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Anne-Marie\t O'Neill ", "Anne-Marie O'Neill"),
        ("E\u0301ilidh", "\u00c9ilidh"),
        ("Mai\0sie\x07", "Maisie"),
        ("\u202eeisiaM\u202c", "eisiaM"),
        ("Maisie\u200b\ufeff", "Maisie"),
        ("Maisie \U0001f600\U0001f44d\U0001f3fd\u2764\ufe0f", "Maisie"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("Maisie\u200d", "Maisie"),
        ("O\u00b4Neill", "O\u00b4Neill"),
        ("\U0001f600", ""),
    ],
)
def test_names_are_cleaned(text, expected):
    assert clean_name(text) == expected


def test_narrative_keeps_paragraphs_and_emoji_and_loses_controls():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd"
    text = f"She wrote:\r\n\t{family}\0\x1b[31m\u202eend\u2069\rNo more.\n"
    assert clean_narrative(text) == f"She wrote:\n\t{family}[31mend\nNo more."


def test_a_line_keeps_symbols_but_not_line_ends():
    assert clean_line("PC\u00a0C1417 \u2116 3\nof 4") == "PC C1417 \u2116 3 of 4"


def test_an_unknown_adapter_is_named_in_one_sentence():
    with pytest.raises(UserError, match=r"choose one of .*police"):
        find("polise")


@pytest.mark.parametrize("source", ["", "police", "../hub", "police/x", "Police.Caledon", "police.", "p." + "a" * 100])
def test_what_is_no_organisation_id_names_no_folder(source):
    with pytest.raises(UserError, match=r"such as police\.caledon"):
        organisation_id(source)
