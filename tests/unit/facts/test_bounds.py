"""One list of bounds for two doors: whatever an adapter accepts, the hub takes, also a long time later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.facts.bounds import (
    MAX_ORIGINAL,
    MAX_PEOPLE,
    MAX_SUBJECTS,
    ON_THE_WAY,
    RAISED_WITHIN,
    out_of_bounds,
    too_old_for_the_hub,
)
from hub.facts.model import Identity, Person
from hub.facts.terms import Caveat, EventKind, Flag, PersonRole
from tests.builders import ISLA, SATURDAY_NIGHT, a_concern

LONG_AGO = SATURDAY_NIGHT - RAISED_WITHIN
NOW_MS = int(SATURDAY_NIGHT.timestamp() * 1000)


def refused(**changes: Any) -> list[str]:
    """Fields that the door names, of a concern with these changes."""
    made = a_concern(**changes).about(ISLA).made()
    return [fault.partition(":")[0] for fault in out_of_bounds(made, SATURDAY_NIGHT)]


def test_a_sound_concern_is_within_its_bounds() -> None:
    assert refused() == []
    assert refused(sequence=NOW_MS) == []
    assert out_of_bounds(a_concern(kind=EventKind.RETRACTED).made(), SATURDAY_NIGHT) == ()


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(days=365), timedelta(days=20_000)])
def test_a_concern_raised_more_than_ten_years_ago_is_refused(back: timedelta) -> None:
    assert refused(raised_at=LONG_AGO) == []
    assert refused(raised_at=LONG_AGO - back) == ["raised_at"]


def test_a_concern_raised_ahead_of_its_time_is_taken_but_not_by_decades() -> None:
    assert refused(raised_at=SATURDAY_NIGHT + RAISED_WITHIN) == []
    assert refused(raised_at=SATURDAY_NIGHT + RAISED_WITHIN + timedelta(seconds=1)) == ["raised_at"]


@pytest.mark.parametrize(
    "sequence", [-1, 1_000_000_001, NOW_MS - 320_000_000_000, NOW_MS + 86_400_001, 4_102_444_800_000]
)
def test_a_sequence_is_a_version_or_a_time_that_can_be(sequence: int) -> None:
    assert refused(sequence=sequence) == ["last_modified"]


def test_a_day_of_deletion_is_that_of_its_caveat() -> None:
    sound = a_concern().about(ISLA).made()
    day, caveat = date(2027, 3, 6), frozenset({Caveat.DELETE_BY})
    for changes, faults in (
        ({"delete_by": day}, 1),
        ({"caveats": caveat}, 1),
        ({"delete_by": day, "caveats": caveat}, 0),
    ):
        assert len(out_of_bounds(replace(sound, **changes), SATURDAY_NIGHT)) == faults


def test_an_unborn_child_has_nothing_of_its_own() -> None:
    unborn = frozenset({Flag.UNBORN})
    assert out_of_bounds(a_concern().about(Identity(), flags=unborn).made(), SATURDAY_NIGHT) == ()
    assert out_of_bounds(a_concern().about(ISLA, flags=unborn).made(), SATURDAY_NIGHT) == (
        "children[0]: is unborn, and so has no name, date of birth, number or home of its own.",
    )


@pytest.mark.parametrize(("size", "faults"), [(MAX_ORIGINAL, 0), (MAX_ORIGINAL + 1, 1)])
def test_an_original_has_a_limit(size: int, faults: int) -> None:
    original = {"title": None, "media_type": "application/pdf", "content": bytes(size)}
    found = out_of_bounds(a_concern().about(ISLA).saying("concern.document", original).made(), SATURDAY_NIGHT)
    assert len(found) == faults


def test_how_much_there_may_be_of_what() -> None:
    assert refused(people=(Person(PersonRole.PARENT, holds_other="x" * 101),)) == ["people[0].link.role"]
    crowd = tuple(Person(PersonRole.PARENT) for _ in range(MAX_PEOPLE + 1))
    assert refused(people=crowd) == ["people"]
    assert refused(people=crowd[1:]) == []
    children = a_concern()
    for _ in range(MAX_SUBJECTS + 1):
        children = children.about(ISLA)
    assert [fault.partition(":")[0] for fault in out_of_bounds(children.made(), SATURDAY_NIGHT)] == ["children"]
    assert [fault.partition(":")[0] for fault in out_of_bounds(a_concern().made(), SATURDAY_NIGHT)] == ["children"]


@given(
    st.timedeltas(timedelta(days=-30_000), timedelta(days=40_000)),
    st.timedeltas(timedelta(0), ON_THE_WAY),
)
def test_what_the_door_takes_the_hub_takes_however_long_it_lies_in_the_spool(back: timedelta, way: timedelta) -> None:
    at = SATURDAY_NIGHT - back
    if not out_of_bounds(a_concern(raised_at=at).about(ISLA).made(), SATURDAY_NIGHT):
        assert not too_old_for_the_hub(at, SATURDAY_NIGHT + way)
