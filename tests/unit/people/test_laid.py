"""A child beside those proposed as pages lay it out: in people's own form, with a picture of the sum that fits."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.console.pages.reviewing.laid import WIDE, lay, spoken
from hub.facts.model import Weight
from hub.matching.register.beside import Beside, FieldBeside, RecordBeside

RECORD = RecordBeside("school.glenmore-primary", "P-1", "enrolled", None, None)


def a_beside(*fields: FieldBeside, weights: tuple[float, ...] = (), score: float | None = 0.0) -> Beside:
    parts = tuple(Weight("forename", "exact", weight) for weight in weights)
    return Beside(UUID(int=1), (RECORD,), fields, score, parts, None, (), restricted=False, judged="none")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("date_of_birth", "2015-06-01", "1 June 2015"),
        ("date_of_birth", "2015-02-31", "2015-02-31"),
        ("date_of_birth", "2015", "2015"),
        ("postcode", "ZG25CD", "ZG2 5CD"),
        ("postcode", "ZG2", "ZG2"),
        ("given_names", "2015-06-01", "2015-06-01"),
    ],
)
def test_days_and_postcodes_are_said_as_people_write_them(name: str, value: str, said: str) -> None:
    assert spoken(name, value) == said


def test_a_field_that_nobody_gives_is_left_out_and_one_that_is_hidden_is_said_to_be() -> None:
    empty = FieldBeside("upn", None, (None,), "missing", differs=False)
    hidden = FieldBeside("postcode", None, (None,), "", differs=False)
    [one] = lay([a_beside(empty, hidden)])
    assert [(line.name, line.found) for line in one.lines] == [("postcode", "")]


@pytest.mark.parametrize("weights", [(9.0, -20.0, 3.0), (40.0,), (-0.01, 0.0), (30.0, -60.0)])
def test_every_bar_lies_within_the_picture(weights: tuple[float, ...]) -> None:
    [one] = lay([a_beside(weights=weights)])
    assert all(-0.01 <= bar.x <= WIDE and bar.x + bar.width <= WIDE + 1 for bar in one.bars)
    assert 0 <= one.threshold <= WIDE
