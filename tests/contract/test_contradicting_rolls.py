"""A child whom two schools' rolls hold alone: never both in silence."""

from __future__ import annotations

from datetime import date

import pytest

from hub.facts.model import Identity
from hub.facts.terms import Relationship
from hub.matching.lab.loading import bulk_load
from hub.matching.register.records import SourceRecord
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.row import RollRow
from tests.builders import a_concern
from tests.town import ACADEMY, PRIMARY, Town

HAMISH = Identity(
    given_names="Hamish",
    family_name="Dunbreck",
    date_of_birth="2016-08-30",
    sex="male",
    address="27 Tansy Court, Glenmore",
    postcode="ZG2 7QT",
)


def at_both(town: Town, *, primary: date | None, academy: date | None) -> None:
    """On the primary's roll already; then the academy lists him in its changes."""
    old = SourceRecord(PRIMARY, "GP-0103", Relationship.ENROLLED, HAMISH, primary)
    new = SourceRecord(ACADEMY, "GA-0399", Relationship.ENROLLED, HAMISH, academy)
    with town.parts.connect() as connection:
        with connection.transaction():
            bulk_load(connection, town.parts.register, [old])
        (tally,) = import_rows(connection, town.parts.register, [RollRow(2, new)])
    assert tally.linked == 1


def heard(town: Town) -> list[str]:
    concern = a_concern().about(HAMISH).made()
    town.send(concern)
    found = town.query("select recipient from delivery where event_id = %s order by 1", concern.event_id)
    return [recipient for (recipient,) in found]


@pytest.mark.parametrize("primary", [None, date(2026, 1, 12)])
def test_nobody_hears_and_a_person_is_asked_where_nothing_says_which_roll_is_out_of_date(town: Town, primary) -> None:
    at_both(town, primary=primary, academy=date(2026, 1, 12))
    assert heard(town) == []
    [(cause, why)] = town.query("select cause, why from review_task")
    assert cause == "sharing"
    assert any("more than one school at once" in sentence for sentence in why)


def test_the_later_school_alone_hears_where_both_rolls_say_since_when(town: Town) -> None:
    at_both(town, primary=date(2021, 8, 18), academy=date(2026, 1, 12))
    assert heard(town) == [ACADEMY]
    assert town.query("select count(*) from review_task") == [(0,)]
