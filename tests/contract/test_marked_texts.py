"""Texts that were marked at the agency: held back by their marks, and not opened; on real PostgreSQL."""

from __future__ import annotations

import pytest

from adapters.bridge.marking import mark
from hub.facts.items import ELSEWHERE
from hub.facts.model import Concern, Repeat
from hub.wire import sealed
from tests.builders import FINLAY, ISLA, a_concern
from tests.town import ACADEMY, PRIMARY, Town

FIRST_TEXT = 4  # facts, keys and two identities come before it


def siblings(text: str) -> Concern:
    """Two children; a text about the first, and one about the second that tells nothing."""
    concern = a_concern().about(ISLA).about(FINLAY).saying("concern.summary", text, "1")
    return mark(concern.saying("concern.summary", "He was not hurt.", "2").made())


def with_a_text_that_cannot_be_opened(town: Town, concern: Concern, monkeypatch: pytest.MonkeyPatch) -> None:
    """Route it with rubbish, signed, in place of its first text."""

    class Rubbish(sealed.Sealer):
        def _append(self, key_id: str, body: bytes) -> None:
            super()._append(key_id, b"rubbish" * 9 if len(self._parts) == FIRST_TEXT else body)

    with monkeypatch.context() as patched:
        patched.setattr(sealed, "Sealer", Rubbish)
        record = town.sealed(concern)
    town.route([town.record(*record)])


def test_a_text_that_its_marks_hold_back_from_everybody_is_never_opened_and_a_person_is_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    concern = siblings("Isla hid while Fin stood between the adults.")
    with_a_text_that_cannot_be_opened(town, concern, monkeypatch)
    assert town.dead() == []
    assert "concern.summary" not in town.read(concern, PRIMARY)["items"]
    assert town.read(concern, ACADEMY)["items"]["concern.summary"] == "He was not hurt."
    [review] = [one for one in town.story(concern)["reviews"] if one["cause"] == "text"]
    assert review["subject"] == "1"


def test_a_text_that_was_marked_with_nothing_is_opened_for_who_may_read_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_text_that_cannot_be_opened(town, siblings("Isla sat on the stairs."), monkeypatch)
    assert len(town.dead()) == 1


def test_a_place_that_the_event_does_not_hold_is_marked_too(town: Town) -> None:
    concern = siblings("They are at AB10 1XG, 7 Mill Road, now.")
    assert concern.content[0].repeats == {Repeat.of(ELSEWHERE, "1")}
    town.send(concern)
    assert "concern.summary" not in town.read(concern, PRIMARY)["items"]


def test_a_marked_text_that_tells_only_what_its_reader_may_know_goes(town: Town) -> None:
    concern = siblings("Isla Abercorn, born on 14 September 2017, sat on the stairs.")
    assert concern.content[0].repeats == {Repeat.of("child.date_of_birth", "1")}
    town.send(concern)
    assert "stairs" in town.read(concern, PRIMARY)["items"]["concern.summary"]
