"""The next day's export holds yesterday's rows again: nothing is sent twice, and a changed row is its case's update."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from adapters.bridge.answers import Answer, Door, Refused
from adapters.bridge.formats import NativeFormat
from adapters.bridge.intake import Intake
from adapters.bridge.spool.store import Accepted
from adapters.table.making import make
from adapters.table.reading import read
from hub.settings import Settings
from tests.unit.adapters.builders import an_intake
from tests.unit.adapters.table.builders import PLAIN, a_mapping, a_row, an_export

MAISIE = a_row()
RORY = a_row(URN="N2", FORENAME="Rory", DOB="19/05/2012")
TOMA = a_row(REF="CAL-2", URN="N9", TYPE="NG", SURNAME="Marisic", FORENAME="Toma", DOB="30/08/2019")
EILIDH = a_row(REF="CAL-3", URN="N7", SURNAME="Rowantree", FORENAME="Eilidh", DOB="21/01/2015")


@pytest.fixture
def intake(agency: Settings, tmp_path: Path) -> Iterator[Intake]:
    (tmp_path / "plain.yaml").write_text(PLAIN)
    with an_intake(agency, native=make(tmp_path / "plain.yaml")) as (intake, _spool):
        yield intake


def became(answers: tuple[Answer, ...]) -> list[str]:
    return [
        "refused" if isinstance(one.taken, Refused)
        else "differs" if one.taken.differs
        else "repeated" if one.taken.repeated
        else "accepted"
        for one in answers if isinstance(one.taken, Accepted | Refused)
    ]  # fmt: skip


def test_what_was_taken_in_yesterday_is_known_again_in_whatever_order_its_rows_lie(intake: Intake) -> None:
    assert became(intake.take(an_export(MAISIE, RORY, TOMA), Door.DROP)) == ["accepted", "accepted"]
    today = an_export(EILIDH, RORY, TOMA, MAISIE)
    assert became(intake.take(today, Door.DROP)) == ["accepted", "repeated", "repeated"]
    assert became(intake.take(today, Door.DROP)) == ["repeated", "repeated", "repeated"]


def test_a_changed_row_of_a_higher_version_is_taken_in_and_one_of_the_same_version_is_not(intake: Intake) -> None:
    intake.take(an_export(MAISIE), Door.DROP)
    assert became(intake.take(an_export(MAISIE | {"VER": "2", "TEXT": "She was awake."}), Door.DROP)) == ["accepted"]
    assert became(intake.take(an_export(MAISIE | {"VER": "2", "TEXT": "She slept."}), Door.DROP)) == ["differs"]


def test_of_an_export_without_versions_a_changed_row_is_refused_and_the_first_one_stands(agency: Settings) -> None:
    mapping = a_mapping(
        a="version: VER=>without_version: the system keeps none", b="otherwise:=>left_out: {VER: see above}\notherwise:"
    )
    native = NativeFormat("Plain", "text/csv", partial(read, mapping=mapping), batch=True)
    with an_intake(agency, native=native) as (intake, _spool):
        assert became(intake.take(an_export(MAISIE, TOMA), Door.DROP)) == ["accepted", "accepted"]
        changed = an_export(MAISIE | {"TEXT": "She was awake."}, TOMA)
        assert became(intake.take(changed, Door.DROP)) == ["differs", "repeated"]


def test_one_incident_that_is_refused_keeps_none_of_the_others(intake: Intake) -> None:
    answers = intake.take(an_export(MAISIE, TOMA | {"DOB": "31/02/2019"}, EILIDH), Door.DROP)
    assert became(answers) == ["accepted", "refused", "accepted"]
    assert [one.where for one in answers] == ["row 2", "row 3", "row 4"]


def test_each_of_many_incidents_of_a_file_is_an_event(intake: Intake) -> None:
    rows = [a_row(REF=f"CAL-{number}", URN=f"N{number}") for number in range(50)]
    assert became(intake.take(an_export(*rows), Door.DROP)) == ["accepted"] * 50
