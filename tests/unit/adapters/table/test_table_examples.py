"""The examples' exports become these concerns, by expectations written by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.bridge.formats import Raised
from adapters.table.compiling import load_mapping
from adapters.table.mapping import TableMapping
from hub.facts.model import Concern, Identity, Practitioner
from hub.facts.terms import Category, Caveat, Consent, EventKind, PersonRole, Risk, Tier
from tests.unit.adapters.table.builders import EXAMPLES, content_of, raised, read_all

BOTH = ("1", "2")


def the_mapping(name: str) -> TableMapping:
    return load_mapping(name, (EXAMPLES / name).read_bytes())


def the_daily() -> list[Concern]:
    return raised((EXAMPLES / "caledon-daily.csv").read_bytes(), the_mapping("caledon-daily.yaml"))


def test_a_daily_export_of_41_columns_has_three_incidents() -> None:
    assert [(one.reference, one.sequence, one.kind, one.category) for one in the_daily()] == [
        ("CAL/26/004417", 1, EventKind.RAISED, Category.DOMESTIC_ABUSE),
        ("CAL/26/004421", 2, EventKind.UPDATED, Category.NEGLECT),
        ("CAL/26/004398", 3, EventKind.RETRACTED, Category.DOMESTIC_ABUSE),
    ]


def test_what_the_whole_incident_says() -> None:
    concern = the_daily()[0]
    assert (concern.tier, concern.risk, concern.consent) == (Tier.URGENT, Risk.SOME, Consent.NOT_ASKED)
    assert concern.raised_at == datetime(2026, 3, 7, 23, 10, tzinfo=UTC)
    assert concern.practitioner == Practitioner("response officer")
    assert (concern.home_district, concern.incident_district) == ("ZG1", "ZG1")
    content = content_of(concern)
    assert content["concern.actions_taken", BOTH] == "Referred to MARAC."
    assert content["concern.indicators", BOTH] == ["Operation Encompass"]
    assert content["incident.occurred_at", ("1",)] == datetime(2026, 3, 7, 21, 40, tzinfo=UTC)
    assert content["incident.place", ("2",)] == {"address": "14 Larkspur Wynd, Glenmore", "postcode": "ZG1 4AB"}
    assert content["incident.type", ("1",)] == "Domestic incident"
    assert content["incident.crime_number", ("1",)] == ["CAL/26/C/01188"]


def test_how_a_notice_is_to_be_handled_travels_with_it() -> None:
    assert [one.caveats for one in the_daily()] == [frozenset(), {Caveat.DO_NOT_RAISE_WITH_PARENTS}, frozenset()]


def test_who_the_children_are_and_what_is_said_of_each_alone() -> None:
    concern = the_daily()[0]
    assert [subject.identity for subject in concern.subjects] == [
        Identity(
            given_names="MAISIE ANNE", family_name="THORNBECK", date_of_birth="2017-11-02", sex="female",
            nhs_number="9990000018", address="14 Larkspur Wynd, Glenmore", postcode="ZG1 4AB",
        ),
        Identity(
            given_names="RORY", family_name="THORNBECK", known_as="ROO", date_of_birth="2012-05-19", sex="male",
            address="14 Larkspur Wynd, Glenmore", postcode="ZG1 4AB",
        ),
    ]  # fmt: skip
    content = content_of(concern)
    assert content["concern.summary", ("1",)] == (
        "Maisie was awake on the stairs and heard the argument. She was not hurt."
    )
    assert content["child.voice", ("2",)] == "He did not want anybody at the academy to know."
    assert content["child.ethnicity", ("1",)] == "White: British"
    assert content["child.school", ("2",)] == "Glenmore Academy"
    assert content["child.present", ("1",)] is True
    assert content["child.whereabouts", ("1",)] == "On the stairs"
    assert content["child.spoken_to", ("1",)] == {"spoken_to": True, "alone": False, "beside": "mother"}
    assert content["child.spoken_to", ("2",)] == {"spoken_to": True, "alone": True, "beside": None}


def test_who_the_others_are() -> None:
    concern = the_daily()[0]
    assert [(one.role, one.name, one.date_of_birth, one.contact) for one in concern.people or ()] == [
        (PersonRole.ALLEGED_PERPETRATOR, "CALLUM STRACHAN-VALE", "1984-09-30", None),
        (PersonRole.VICTIM, "ISLA THORNBECK", "1989-02-14", "07700 900412"),
    ]
    assert content_of(concern)["person.practitioner", BOTH] == [
        {"name": "C1417", "relationship": "response officer", "date_of_birth": None, "contact": "01632 960141"}
    ]


def test_a_notice_that_was_cancelled_names_nobody() -> None:
    concern = the_daily()[2]
    assert (concern.subjects, concern.content, concern.people) == ((), (), None)


def test_a_nightly_extract_of_fixed_width_has_its_lines_by_case() -> None:
    raw = (EXAMPLES / "millbrook-nightly.txt").read_bytes()
    one, other = raised(raw, the_mapping("millbrook-nightly.yaml"))
    assert [subject.identity.given_names for subject in one.subjects] == ["Finn", "Zoë"]
    assert one.sequence == 1_772_961_300_000
    assert [(person.role.value, person.name) for person in one.people or ()] == [
        ("parent", "Niamh O'Dowd"),
        ("alleged_perpetrator", "Dean Garrick"),
    ]
    assert [(person.role.value, person.name) for person in other.people or ()] == [("parent", "Robyn Palfrey")]


def test_who_is_named_in_the_line_of_one_child_belongs_to_that_child_alone() -> None:
    raw = (EXAMPLES / "millbrook-nightly.txt").read_bytes()
    lines = raw.splitlines(keepends=True)
    lines[3] = lines[3].replace(b"Niamh O'Dowd", b"Clare Garrick"[:12])
    found = read_all(b"".join(lines), the_mapping("millbrook-nightly.yaml"))[0]
    assert isinstance(found, Raised)
    content = content_of(found.concern)
    assert content["person.parent", ("1",)][0]["name"] == "Clare Garric"
    assert content["person.parent", ("2",)][0]["name"] == "Niamh O'Dowd"
    assert content["person.alleged_perpetrator", BOTH][0]["name"] == "Dean Garrick"
