"""A mapping is checked before an export comes: every mistake by file and line, with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.police.notice import Incident, NoticeChild, Officer
from adapters.table.compiling import load_mapping
from adapters.table.making import make
from adapters.table.targets import targets
from hub.facts.errors import UserError
from tests.unit.adapters.table.builders import EXAMPLES, PLAIN, a_mapping, changed, findings


def test_the_plain_mapping_is_sound() -> None:
    mapping = a_mapping()
    assert mapping.names() == (
        "REF", "VER", "ROLE", "URN", "RAISED", "TYPE", "DASH", "SURNAME", "FORENAME", "DOB", "NHS", "TEXT",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "TEXT: child.narrative=>TEXT: child.narrative\n  dob: child.injuries",
            "plain.yaml:16: the column dob is named twice: in line 13 too",
        ),
        (
            "otherwise:=>left_out: {REF: not needed}\notherwise:",
            "plain.yaml:16: the column REF is named twice: in line 2 too",
        ),
        ("DOB: nominal.date_of_birth=>DOB: nominal.dob",
         "plain.yaml:13: 'nominal.dob' is no target; did you mean 'nominal.date_of_birth'?"),
        ("DOB: nominal.date_of_birth=>DOB: date_of_birth",
         "plain.yaml:13: 'date_of_birth' is no target; did you mean 'nominal.date_of_birth'?"),
        ("TEXT: child.narrative=>TEXT: child.naritive",
         "plain.yaml:15: 'child.naritive' is no target; did you mean 'child.narrative'?"),
        ("DA: domestic_abuse=>DA: domestic_violence",
         "plain.yaml:9: 'domestic_violence' is not one of domestic_abuse, neglect,"),
        ("DASH: {codes: dash}=>DASH: {codes: dahs}",
         "plain.yaml:10: there is no list 'dahs'; did you mean 'dash'?"),
        ("P: parent=>P: parnt",
         "plain.yaml:6: rows.codes.P.is 'parnt' is not one of child, officer, incident,"),
        ("incident: {key: REF, version: VER}=>incident: {key: REF, version: VER, modified: MOD}",
         "plain.yaml:2: incident must say what orders its versions, by one of: version"),
        ("incident: {key: REF, version: VER}=>incident: {key: REF}",
         "plain.yaml:2: incident must say what orders its versions, by one of: version"),
        ("TYPE: {to: notice.category, codes: {DA: domestic_abuse, NG: neglect}}=>TYPE: notice.category",
         "plain.yaml:9: TYPE needs codes, for notice.category is one of a closed list (to domestic_abuse,"),
        ("NHS: nominal.nhs_number=>NHS:",
         "plain.yaml:14: columns.NHS goes nowhere: give its target, or name it under left_out and say why"),
        ("NHS: nominal.nhs_number=>NHS: {to: nominal.nhs_number, code: x}",
         "plain.yaml:14: columns.NHS.code is not known here; did you mean 'codes'?"),
        ("NHS: nominal.nhs_number=>NHS: nominal.family_name",
         "plain.yaml:14: NHS goes to nominal.family_name as SURNAME does, and that takes one column"),
        ("RAISED: notice.raised_at=>RAISED: {to: notice.raised_at, dates: DD/MM/YYYY}",
         "plain.yaml:8: notice.raised_at needs a time of day: a pattern with HH, a second column, or at"),
        ("RAISED: notice.raised_at=>RAISED: {to: notice.raised_at, dates: DD/MM/YY HH:MM}",
         "plain.yaml:8: 'DD/MM/YY HH:MM' has a year of two digits, which does not say the century"),
        ("RAISED: notice.raised_at=>RAISED: incident.occurred_at",
         "plain.yaml:7: no column goes to notice.raised_at, which each notice says"),
        (", officer.role: response officer=>",
         "plain.yaml:7: no column goes to officer.role, which each notice says"),
        ("SURNAME: nominal.family_name=>SURNAME: people.mother.name",
         "plain.yaml:11: people.mother is not named under people, with its role"),
        ("mapping: plain=>mapping: plain\npeople: {mother: {role: parent}}",
         "plain.yaml:2: people.mother is named, and no column goes to it"),
        ("P: parent,=>p: parent, P: witness,",
         "plain.yaml:6: rows.codes: P is given twice, for capitals and blanks make no other code"),
        ("mapping: plain=>mapping: plain\nfile: {format: csv, sheet: One}",
         "plain.yaml:2: file.sheet is for format xlsx, and this one is csv"),
        ("mapping: plain=>mapping: plain\nfile: {delimiter: ':'}",
         'plain.yaml:2: file.delimiter must be one of "," ";" "|" and tab'),
        ("mapping: plain=>mapping: plain\nzone: Europe/Paris",
         "plain.yaml:2: zone must be Europe/London or UTC"),
        ("notice.risk: some=>notice.risk: bad",
         "plain.yaml:16: 'bad' is not one of none, some, significant_harm, life_at_risk"),
        ("TYPE: {to: notice.category,=>TYPE: {to: '???',",
         "plain.yaml:9: columns.TYPE.to: fill in what stands as ???"),
        ("  FORENAME: nominal.given_names=>  SURNAME: nominal.given_names",
         "plain.yaml:12: 'SURNAME' is given twice here"),
        ("  FORENAME: nominal.given_names=>\tFORENAME: nominal.given_names",
         "plain.yaml:12: a tab stands here: use spaces, for only they set a line in"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_line(change: str, said: str) -> None:
    found = findings(changed(PLAIN, a=change))
    assert any(one.startswith(said) for one in found), found


def test_every_mistake_is_told_and_not_the_first_alone() -> None:
    text = changed(a="nominal.family_name=>nominal.surname", b="DA: domestic_abuse=>DA: x", c="codes: dash=>codes: d")
    assert [one.partition(": ")[0] for one in findings(text)] == ["plain.yaml:9", "plain.yaml:10", "plain.yaml:11"]


@pytest.mark.parametrize(
    "target", ["nominal.hc_number", "nominal.scn", "child.description", "child.estimated_age.youngest"]
)
def test_whatever_says_to_a_notice_who_a_child_is_says_so_to_a_mapping(target: str) -> None:
    unnamed = "  SURNAME: nominal.family_name\n  FORENAME: nominal.given_names\n  DOB: nominal.date_of_birth\n"
    text = changed(PLAIN, without=f"{unnamed}=>", known=f"NHS: nominal.nhs_number=>NHS: {target}")
    assert "NHS" in a_mapping(text).names()


def test_an_adapter_with_a_mapping_that_is_wrong_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "force.yaml"
    path.write_text(changed(a="nominal.family_name=>nominal.surname"))
    with pytest.raises(UserError, match=r"force.yaml:11: 'nominal.surname' is no target"):
        make(path)
    with pytest.raises(UserError, match="cannot be read"):
        make(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_mappings_among_the_examples_are_sound(path: Path) -> None:
    assert load_mapping(path.name, path.read_bytes()).columns


def test_a_field_that_a_notice_gains_is_a_target_without_a_word_here() -> None:
    known = {name.split(".")[1] for name in targets() if name.startswith("child.")}
    assert known == set(NoticeChild.model_fields)
    assert {name.split(".")[1] for name in targets() if name.startswith("incident.")} == set(Incident.model_fields)
    assert {name.split(".")[1] for name in targets() if name.startswith("officer.")} == set(Officer.model_fields)
