"""Rows as they should not be: normalised or refused with a reason, never a crash, and no other row pays for one."""

import csv
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.facts.terms import Relationship
from hub.matching.deciding.blocking import Blocker
from hub.matching.deciding.child import child_of
from hub.matching.register.records import OpenedRecord, decode
from hub.matching.register.sealing import prepare
from hub.matching.rolls.roll import open_roll
from hub.matching.rolls.row import COLUMNS, Rejected, RollRow

TODAY = date(2026, 3, 7)
BLOCKER = Blocker(b"b" * 32)
MAISIE = {"local_id": "P-1", "given_names": "Maisie", "family_name": "Thornbury", "date_of_birth": "2014-05-17"}
NUMBERS = {
    "nhs_number": "9990000018",
    "chi_number": "1705140017",
    "hc_number": "9990000026",
    "upn": "H801200001001",
    "scn": "212345678",
}
AFTER = MAISIE | NUMBERS | {"local_id": "P-2", "given_names": "Oscar"}
"""With numbers that pass, so that no column of a file is spoilt as a whole."""


def read(folder, *rows):
    """The rows written as a CSV roll of all columns, and read."""
    path = folder / "roll.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return list(open_roll(path).rows("school.ashdown-primary", Relationship.ENROLLED, TODAY))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"given_names": "", "family_name": ""}, "given_names and family_name hold no name"),
        ({"given_names": " \t ", "family_name": "\u00a0"}, "given_names and family_name hold no name"),
        ({"given_names": "--", "family_name": "unknown"}, "given_names and family_name hold no name"),
        ({"given_names": "M" * 300}, "given_names is longer than a value can be"),
        ({"family_name": "T" * 300}, "family_name is longer than a value can be"),
        ({"address": "7 Sample Close " * 100}, "address is longer than a value can be"),
        ({"local_id": " "}, "local_id is missing"),
        ({"local_id": "P" * 300}, "local_id is longer than a value can be"),
        ({"date_of_birth": " "}, "date_of_birth is missing"),
        ({"date_of_birth": "31/02/2014"}, "date_of_birth is not a date"),
        ({"date_of_birth": "00/00/0000"}, "date_of_birth is not a date"),
        ({"date_of_birth": "17/05/14"}, "date_of_birth has a year of two digits: export it with four"),
        ({"date_of_birth": "17 مايو 2014"}, "date_of_birth is not a date"),
        ({"date_of_birth": "1986-03-07"}, "date_of_birth is more than 26 years ago"),
        ({"date_of_birth": "1014-05-17"}, "date_of_birth is not a date"),
        ({"end_date": "2026-02-30"}, "end_date is not a date"),
        ({"start_date": "2026"}, "start_date is not a date"),
        ({"relationship": "guest"}, "relationship is not one that the hub knows"),
        ({"restricted": "maybe"}, "restricted is neither yes nor no"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_a_reason_and_the_next_is_not(tmp_path, wrong, reason):
    refused, kept = read(tmp_path, MAISIE | wrong, AFTER)
    assert refused == Rejected(2, reason)
    assert kept.record.local_id == "P-2"


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ({"given_names": "M", "family_name": "O"}, {"given": ("m",), "surnames": ("o",)}),
        ({"given_names": ""}, {"given": (), "surnames": ("thornbury",)}),
        ({"given_names": "Baby of Ada"}, {"given": (), "surnames": ("thornbury",)}),
        ({"given_names": "  Maisie \u200b Rose "}, {"given": ("maisie", "rose")}),
        ({"date_of_birth": " 17.05.2014 "}, {"birth": "2014-05-17"}),
        ({"date_of_birth": "17 May 2014"}, {"birth": "2014-05-17"}),
        ({"nhs_number": "999 000 0018"}, {"identifiers": ("n9990000018",), "failed": ()}),
        ({"nhs_number": "999-000-0019"}, {"identifiers": (), "failed": ("nhs_number",)}),
        ({"upn": "123456789"}, {"identifiers": (), "failed": ("upn",)}),
        ({"scn": "A999200125001"}, {"identifiers": (), "failed": ("scn",)}),
        ({"chi_number": "9990000018"}, {"identifiers": (), "failed": ("chi_number",)}),
        ({"nhs_number": "0000000000"}, {"identifiers": (), "failed": ("nhs_number",)}),
        ({"postcode": " zw4 2ab"}, {"postcode": "ZW42AB"}),
        ({"postcode": "ZZ99 3VZ"}, {"postcode": ""}),
        ({"postcode": "unknown"}, {"postcode": ""}),
        ({"sex": "f"}, {"sex": "female"}),
        ({"sex": "?"}, {"sex": ""}),
        ({"previous_family_names": " ; ;Oakhurst|"}, {"surnames": ("thornbury", "oakhurst")}),
    ],
)
def test_what_can_be_used_is_brought_to_one_form_and_what_cannot_is_left_out(tmp_path, written, held):
    (row,) = read(tmp_path, MAISIE | written)
    found = child_of(row.record.identity)
    assert {name: getattr(found, name) for name in held} == held


values = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        [
            *("", " ", "0", "31/02/2014", "2014-05-17", "17/05/2014", "M" * 300, "999 000 0018", "zw4 2ab", "yes"),
            *('"', ",", "\x00", "\x1e\x1f", "\u202e", "~", "enrolled", "P-1", "\ud7ff", "=cmd()", "'; drop table"),
        ]
    ),
)
rows = st.fixed_dictionaries(dict.fromkeys(COLUMNS, values))
likely = st.fixed_dictionaries({name: st.just(value) for name, value in MAISIE.items()}, optional={"address": values})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(rows | likely | st.builds(lambda bad: MAISIE | {"sex": bad["sex"], "upn": bad["upn"]}, rows), max_size=4)
)
def test_any_rows_are_each_imported_or_refused_and_the_last_good_one_is_there(tmp_path, found):
    written = [row for row in found if any(row.get(column, "").strip() for column in COLUMNS)]
    answers = read(tmp_path, *written, AFTER)
    assert len(answers) == len(written) + 1
    assert answers[-1].record.local_id == "P-2"
    for answer in answers:
        if isinstance(answer, Rejected):
            assert "Maisie" not in answer.reason
        else:
            assert_sealed_and_opened_alike(answer)


def assert_sealed_and_opened_alike(row: RollRow) -> None:
    """A record that was ended while absent is the very same when it is opened again, but for its end."""
    one = prepare(row.record, BLOCKER)
    record = row.record
    opened = OpenedRecord(record.organisation, record.relationship.value, record.end, decode(one.plain))
    again = prepare(opened.record(), BLOCKER)
    assert (again.local_key, again.content_key, again.keys) == (one.local_key, one.content_key, one.keys)
