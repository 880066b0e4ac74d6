"""What was released, laid out for a reader; nothing of it is lost, and nothing is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from hub.facts.items import CATALOGUE
from hub.facts.terms import OrganisationKind, Role
from hub.people.receiving.content import Section, documents, lay_out
from hub.people.receiving.ringing import Ring, whom_to_ring
from hub.sharing import RuleSet
from hub.sharing.writing.organisations import DutyDesk, Holder, Jurisdiction, Organisation
from hub.sharing.writing.tiers import DEFAULT_TIERS


def test_what_the_child_said_stands_by_itself_and_a_word_of_a_later_catalogue_is_shown() -> None:
    laid = lay_out(
        {
            "zoo.visit": "a later item",
            "child.voice": "I hid.",
            "child.name": {"given_names": "Isla"},
            "concern.summary": "x",
        }
    )
    shown = {section: [one.item for one in told] for section, told in laid.items()}
    assert shown == {
        Section.HAPPENED: ["concern.summary", "zoo.visit"],
        Section.CHILD: ["child.name"],
        Section.SAID: ["child.voice"],
    }


def test_every_item_of_the_catalogue_has_its_place() -> None:
    laid = lay_out(dict.fromkeys(CATALOGUE, "known"))
    shown = {one.item for told in laid.values() for one in told}
    assert shown == set(CATALOGUE) - {"concern.document", "plan.document"}


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        ("Hid on the stairs.", [[(None, "Hid on the stairs.")]]),
        (["one", "two"], [[(None, "one")], [(None, "two")]]),
        (False, [[(None, False)]]),
        ({"spoken_to": True, "alone": False, "beside": None}, [[("spoken_to", True), ("alone", False)]]),
        (
            [{"name": "A"}, {"name": "B", "contact": "C"}],
            [[("name", "A")], [("name", "B"), ("contact", "C")]],
        ),
        ([["a"], ["b"]], [[(None, "a")], [(None, "b")]]),
        (None, []),
        ("", []),
        ({}, []),
    ],
)
def test_values_of_every_shape(value: Any, entries: list[list[tuple[str | None, Any]]]) -> None:
    found = [
        list(map(tuple, entry))
        for told in lay_out({"person.parent": value}).values()
        for one in told
        for entry in one.entries
    ]
    assert found == entries


def test_a_document_is_a_file_and_not_text() -> None:
    items = {"concern.document": {"title": "Form", "media_type": "application/pdf", "content": b"%PDF-".hex()}}
    assert lay_out(items) == {}
    [one] = documents(items)
    assert (one.title, one.media_type, one.content) == ("Form", "application/pdf", b"%PDF-")


def an_organisation(
    name: str, kind: OrganisationKind, role: Role, holder: str, desk: DutyDesk | None = None
) -> Organisation:
    return Organisation(
        id=name,
        name=name.title(),
        kinds=frozenset({kind}),
        jurisdiction=Jurisdiction.SCOTLAND,
        holders={role: (Holder(name=holder, contact="01632 960100"),)},
        duty_desk=desk,
    )


COUNCIL = an_organisation("la.x", OrganisationKind.LOCAL_AUTHORITY, Role.FRONT_DOOR, "Lorna Petrie")
SCHOOL = an_organisation(
    "school.x",
    OrganisationKind.SCHOOL,
    Role.DESIGNATED_SAFEGUARDING_LEAD,
    "Fiona Lockhart",
    DutyDesk(organisation="la.x", role=Role.FRONT_DOOR),
)
RULES = RuleSet("sha256:x", {"la.x": COUNCIL, "school.x": SCHOOL}, DEFAULT_TIERS)


def test_whoever_wrote_it_is_rung_first_then_the_sources_own_people_then_its_desk() -> None:
    items = {
        "person.practitioner": [{"name": "PC Shaw", "relationship": "attending officer", "contact": "07700 900123"}]
    }
    assert [(one.name, one.organisation) for one in whom_to_ring("school.x", items, RULES)] == [
        ("PC Shaw", "School.X"),
        ("Fiona Lockhart", "School.X"),
        ("Lorna Petrie", "La.X"),
    ]


@pytest.mark.parametrize("value", ["known", None, [{"name": "PC Shaw"}], {"contact": "07700 900123"}])
def test_a_practitioner_who_is_not_told_whole_is_nobody_to_ring(value: Any) -> None:
    found = whom_to_ring("la.x", {"person.practitioner": value}, RULES)
    assert found == [Ring("Lorna Petrie", "01632 960100", "La.X", Role.FRONT_DOOR)]


def test_a_source_that_no_file_knows_names_nobody() -> None:
    assert whom_to_ring("police.gone", {}, RULES) == []
