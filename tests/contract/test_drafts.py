"""What was typed when a session ended is given back once, to the same person, within the hour; on real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from hub.people.accounts.drafts import keep_draft, take_draft
from hub.people.desk import Desk
from tests.accounts import MONDAY, a_person

PAGE = "/concerns/5b0c3a4e-6f64-4a57-9a3e-0d5f6d1c7e21/did"
TYPED = {"did": ["spoke_to_child", "other"], "words": ["We sat in the library.\r\nÀ bientôt"]}


@pytest.fixture
def morag(desk: Desk) -> UUID:
    return a_person(desk)


def test_what_was_typed_comes_back_once(desk: Desk, morag: UUID) -> None:
    assert keep_draft(desk, morag, PAGE, TYPED, MONDAY)
    assert take_draft(desk, morag, PAGE, MONDAY + timedelta(minutes=59)) == TYPED
    assert take_draft(desk, morag, PAGE, MONDAY) is None


def test_it_lies_sealed(desk: Desk, morag: UUID) -> None:
    keep_draft(desk, morag, PAGE, TYPED, MONDAY)
    [(row,)] = desk.connection.execute("select sealed from draft").fetchall()
    assert b"library" not in row


def test_another_person_or_page_gets_nothing_and_the_draft_stays(desk: Desk, morag: UUID) -> None:
    keep_draft(desk, morag, PAGE, TYPED, MONDAY)
    assert take_draft(desk, a_person(desk, "Ewan Grant"), PAGE, MONDAY) is None
    assert take_draft(desk, morag, "/raise/child", MONDAY) is None
    assert take_draft(desk, morag, PAGE, MONDAY) == TYPED


def test_after_an_hour_it_is_gone(desk: Desk, morag: UUID) -> None:
    keep_draft(desk, morag, PAGE, TYPED, MONDAY)
    assert take_draft(desk, morag, PAGE, MONDAY + timedelta(hours=1)) is None


@pytest.mark.parametrize(("letters", "kept"), [(65_531, True), (65_532, False)])
def test_a_form_of_64_kib_is_kept_and_none_larger(desk: Desk, morag: UUID, letters: int, kept: bool) -> None:
    assert keep_draft(desk, morag, PAGE, {"words": ["x" * letters]}, MONDAY) is kept


def test_the_last_said_of_a_page_counts_and_five_pages_are_kept(desk: Desk, morag: UUID) -> None:
    for n in range(7):
        keep_draft(desk, morag, f"/page/{n}", TYPED, MONDAY + timedelta(seconds=n))
    keep_draft(desk, morag, "/page/6", {"words": ["newer"]}, MONDAY + timedelta(seconds=9))
    found = [take_draft(desk, morag, f"/page/{n}", MONDAY) for n in range(7)]
    assert found == [None, None, TYPED, TYPED, TYPED, TYPED, {"words": ["newer"]}]
