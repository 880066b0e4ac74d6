"""`hub adapter mapping`: a mapping is proposed and tried on the agency's own machine, and nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli import cli
from hub.facts.errors import UserError
from tests.unit.adapters.table.builders import EXAMPLES, PLAIN, a_row, an_export, changed

DAILY, MAPPING = EXAMPLES / "caledon-daily.csv", EXAMPLES / "caledon-daily.yaml"
PERSONAL = ("Thornbeck", "THORNBECK", "Maisie", "MAISIE", "Larkspur", "9990000018", "2017", "CAL-1", "asleep")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.yaml"
    path.write_text(PLAIN)
    return path


def hub(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def tried(export: bytes, mapping: Path, *options: str) -> Result:
    file = mapping.with_name("export.csv")
    file.write_bytes(export)
    return hub("adapter", "mapping", "try", file, "--mapping", mapping, *options)


def test_trying_an_export_tells_incident_by_incident_what_would_be_raised_and_of_whom_nothing(plain: Path) -> None:
    done = tried(an_export(a_row(TEXT="Was asleep."), a_row(REF="CAL-2", DASH="HIGH")), plain)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "row 2: concern.raised, version 1, routine, domestic_abuse, 1 child, a person will be asked",
        "  items: concern.summary",
        "row 3: concern.raised, version 1, urgent, domestic_abuse, 1 child, a person will be asked",
        "2 of 2 would be raised. Nothing was sent.",
    ]
    assert not any(word in done.output for word in PERSONAL)


def test_what_is_refused_is_told_by_row_and_column_and_ends_the_command_with_another_status(plain: Path) -> None:
    done = tried(an_export(a_row(), a_row(REF="CAL-2", DOB="Maisie")), plain)
    assert isinstance(done.exception, UserError)
    assert str(done.exception) == "1 of 2 would be refused: the faults are listed. Nothing was sent."
    assert "row 3: refused\n  row 3, DOB: is not written as DD/MM/YYYY" in done.stdout
    assert not any(word in done.output for word in PERSONAL)


def test_as_json_it_is_one_document(plain: Path) -> None:
    told = json.loads(tried(an_export(a_row(), a_row(REF="CAL-2", TYPE="Thornbeck")), plain, "--json").stdout)
    assert told["findings"] == []
    assert [one["raised"] for one in told["incidents"]] == [True, False]
    assert told["incidents"][0]["people"] == []
    assert not any(word in json.dumps(told) for word in PERSONAL)


def test_what_the_file_says_is_shown_to_whoever_asks_for_it(plain: Path) -> None:
    told = json.loads(tried(an_export(a_row()), plain, "--json", "--open").stdout)
    (incident,) = told["incidents"]
    assert incident["reference"] == "CAL-1"
    assert incident["subjects"]["1"]["family_name"] == "Thornbeck"
    assert "child 1: {'given_names': 'Maisie'" in tried(an_export(a_row()), plain, "--open").stdout


def test_a_mapping_that_is_wrong_is_told_by_its_lines(plain: Path) -> None:
    plain.write_text(changed(a="nominal.family_name=>nominal.surname", b="codes: dash=>codes: dahs"))
    done = tried(an_export(a_row()), plain)
    assert done.stdout.splitlines() == [
        f"{plain}:10: there is no list 'dahs'; did you mean 'dash'?",
        f"{plain}:11: 'nominal.surname' is no target; did you mean 'nominal.family_name'?",
    ]
    assert str(done.exception) == "The mapping cannot be used: 2 of its entries are at fault."
    told = json.loads(tried(an_export(a_row()), plain, "--json").stdout)
    assert [one["line"] for one in told["findings"]] == [10, 11]


def test_a_proposal_goes_to_a_file_and_what_has_nowhere_to_go_to_the_screen(tmp_path: Path) -> None:
    done = hub("adapter", "mapping", "new", DAILY, "--name", "daily")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[2] == "mapping: daily"
    assert done.stderr == "Nowhere to go (3 columns): OCC_STATUS, OCC_UPRN, OIC_UNIT.\n"
    assert not any(word in done.output for word in PERSONAL)


def test_a_file_without_headings_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("CAL-1,Thornbeck,Maisie,02/11/2017\n")
    done = hub("adapter", "mapping", "new", file)
    assert "does not look like headings" in str(done.exception)
    assert not any(word in done.output + str(done.exception) for word in PERSONAL)


def test_the_example_would_be_raised_whole() -> None:
    done = hub("adapter", "mapping", "try", DAILY, "--mapping", MAPPING)
    assert done.exit_code == 0
    assert done.stdout.endswith("3 of 3 would be raised. Nothing was sent.\n")


def test_a_force_can_ask_for_every_target_that_there_is() -> None:
    done = hub("adapter", "schema", "table")
    assert "nominal.date_of_birth" in done.stdout
    assert "notice.risk" in done.stdout
