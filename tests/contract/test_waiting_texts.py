"""Texts that tell more than their recipient may know wait for a person; the rest goes at once. On real PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from adapters.bridge.formats import Raised
from adapters.police.translate import translate
from hub.demo.scenes import FOLDER
from hub.facts.model import Concern, Identity, Person
from hub.facts.terms import EventKind, PersonRole, Relationship, Tier
from hub.matching.register.records import SourceRecord
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.roll import RollRow
from tests.builders import FINLAY, ISLA, ConcernBuilder, a_concern
from tests.town import ACADEMY, OTHER_TWIN, PRIMARY, STRANGER, TWIN, Town

MAISIE = Identity(
    given_names="Maisie", family_name="Thornbeck", date_of_birth="2017-11-02", sex="female", postcode="ZG1 4AB"
)
RORY = Identity(given_names="Rory", family_name="Thornbeck", date_of_birth="2012-05-19", sex="male", postcode="ZG1 4AB")


def about_isla(text: str, **changes: Any) -> ConcernBuilder:
    return a_concern(**changes).about(ISLA).saying("concern.summary", text, "1")


def decided(town: Town, concern: Concern, organisation: str) -> dict[str, Any]:
    return next(d for d in town.story(concern)["decisions"] if d["recipient"] == organisation)


def texts_asked_about(town: Town, concern: Concern) -> list[dict[str, Any]]:
    return [review for review in town.story(concern)["reviews"] if review["cause"] == "text"]


@pytest.mark.parametrize(
    "text",
    [
        "They are at 4 Quarry Wynd again.",
        "They are now at Flat 3, 40 Harbour Rise, Glenmore ZG2 8XY.",
        "CHI 140917 9988 as told.",
    ],
)
def test_a_text_that_tells_what_is_withheld_waits_and_the_rest_goes_at_once(town: Town, text: str) -> None:
    concern = about_isla(text).saying("child.voice", "She said she was tired.", "1").made()
    town.send(concern)
    read = town.read(concern, PRIMARY)
    assert read["items"]["child.voice"] == "She said she was tired."
    assert "concern.summary" not in read["items"]
    decision = decided(town, concern, PRIMARY)
    assert "concern.summary" in decision["withheld"]
    assert any(reason.startswith("concern.summary waits for a person") for reason in decision["reasons"])
    assert len(texts_asked_about(town, concern)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "They moved on MONDAY, to 4 quarry  WYND.",
        "A door at 4, Quarry Wd was broken.",
        "Seen at zg14ab at ten.",
        "Seen at Z.G.1 4.A.B. at ten.",
        "Her grandmother lives at AB10 1XG.",
        "Fin was hit.",
        "F Abercorn was hit.",
        "Finlay's brother saw it.",
        "He turned 14: born on the third of February, two thousand and twelve.",
        "He was born 3rd Feb 2012.",
        "Her CHI is 140917-9988.",
        "Ring 07700 900 123 first.",
        "Ring +44 7700 900123 first.",
        "He goes to Glenmore Academy.",
    ],
)
def test_whatever_is_held_of_another_child_or_of_an_address_is_found_however_it_is_written(
    town: Town, text: str
) -> None:
    father = Person(PersonRole.ALLEGED_PERPETRATOR, name="Gregor Abercorn", contact="07700 900123", link_known=True)
    concern = (
        about_isla(text, people=(father,))
        .about(FINLAY)
        .saying("child.school", "Glenmore Academy", "2")
        .saying("concern.summary", "He was not hurt.", "2")
    )
    sent = concern.made()
    town.send(sent)
    assert "concern.summary" not in town.read(sent, PRIMARY)["items"]
    assert len(texts_asked_about(town, sent)) == 1


def test_a_text_that_tells_nothing_goes_with_the_rest(town: Town) -> None:
    concern = about_isla("Isla Abercorn sat on the stairs. Her brother and mother were there.").made()
    town.send(concern)
    assert "stairs" in town.read(concern, PRIMARY)["items"]["concern.summary"]
    assert town.story(concern)["reviews"] == []


def test_a_text_that_names_another_child_waits_for_whoever_is_not_told_of_that_child(town: Town) -> None:
    concern = (
        a_concern()
        .about(ISLA)
        .about(FINLAY)
        .saying("concern.summary", "Isla hid while Fin stood between the adults.", "1")
        .saying("concern.summary", "He was not hurt.", "2")
        .made()
    )
    town.send(concern)
    assert "concern.summary" not in town.read(concern, PRIMARY)["items"]
    assert town.read(concern, ACADEMY)["items"]["concern.summary"] == "He was not hurt."


def test_who_may_know_the_address_reads_a_text_that_tells_it(town: Town) -> None:
    concern = a_concern().about(STRANGER).saying("concern.summary", "Seen at ZG1 9ZZ, 12 Mill Road.", "1").made()
    town.send(concern)
    assert "Mill Road" in town.read(concern, "la.glenmore")["items"]["concern.summary"]
    assert texts_asked_about(town, concern) == []


def test_an_accused_adult_s_name_holds_a_text_back(town: Town) -> None:
    father = Person(PersonRole.ALLEGED_PERPETRATOR, name="Gregor Abercorn", link_known=True)
    concern = about_isla("Greg shouted, and G Abercorn was arrested.", people=(father,)).made()
    town.send(concern)
    assert "concern.summary" not in town.read(concern, PRIMARY)["items"]


def test_the_task_is_due_when_half_of_the_delivery_s_time_is_gone(town: Town) -> None:
    concern = about_isla("They are at 4 Quarry Wynd.").made()
    town.send(concern)
    [task] = texts_asked_about(town, concern)
    [due_by] = town.query("select due_by from delivery where event_id = %s", concern.event_id)[0]
    assert task["due_by"] == town.now + (due_by - town.now) / 2
    assert task["owner"] == "police.caledon"


def test_what_waits_lies_in_clear_nowhere(town: Town) -> None:
    town.send(about_isla("They are at Flat 3, 40 Harbour Rise, Glenmore ZG2 8XY.").made())
    assert "Harbour" not in town.dump()
    assert "8XY" not in town.dump()


def test_an_immediate_text_that_waits_is_told_to_the_source_s_desk_at_once(town: Town) -> None:
    concern = about_isla("They are at 4 Quarry Wynd.", tier=Tier.IMMEDIATE).made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose", "police.caledon": "notify"}


@pytest.mark.parametrize(
    "text", ["Roo was there too.", "They used to live at 7 Hatters Row.", "Known as Bramwell before."]
)
def test_what_only_the_register_knows_is_looked_for_as_well(town: Town, text: str) -> None:
    former = replace(ISLA, address="7 Hatters Row", postcode="ZG2 5CD")
    brother = replace(FINLAY, known_as="Roo", previous_family_names=("Bramwell",))
    record(town, "nhs.caledon-community", former, Relationship.HEALTH_VISITOR)
    record(town, "nhs.caledon-community", brother, Relationship.SCHOOL_NURSE)
    concern = about_isla(text).about(FINLAY).saying("concern.summary", "He was not hurt.", "2").made()
    town.send(concern)
    assert "concern.summary" not in town.read(concern, PRIMARY)["items"]


def test_a_twin_whom_the_register_came_upon_is_looked_for_as_well(town: Town) -> None:
    concern = a_concern().about(TWIN).saying("concern.summary", "Her sister Oona hid under the bed.", "1").made()
    town.send(concern)
    assert "concern.summary" not in town.read(concern, PRIMARY)["items"]


def test_a_twin_of_whom_the_school_is_told_as_well_holds_nothing_back(town: Town) -> None:
    twins = a_concern().about(TWIN).about(OTHER_TWIN)
    concern = twins.saying("concern.summary", "Orla slept.", "1").saying(
        "concern.summary", "Her sister Orla slept.", "2"
    )
    sent = concern.made()
    town.send(sent)
    assert texts_asked_about(town, sent) == []


def record(town: Town, organisation: str, child: Identity, relationship: Relationship) -> None:
    """One more row of a roll, which joins the subject that it is."""
    row = RollRow(2, SourceRecord(organisation, f"{organisation}-{child.given_names}", relationship, child))
    with town.parts.connect() as connection:
        list(import_rows(connection, town.parts.register, [row]))


def test_an_update_that_its_recipient_hears_answers_what_was_asked_about_an_older_text(town: Town) -> None:
    first = about_isla("They are at 4 Quarry Wynd.")
    town.send(first.made())
    update = first.but(kind=EventKind.UPDATED, sequence=2, content=[])
    town.send(update.saying("concern.summary", "All is quiet now.", "1").made())
    assert [task["status"] for task in texts_asked_about(town, first.made())] == ["decided"]


def test_a_text_that_waits_waits_no_more_once_the_case_is_retracted(town: Town) -> None:
    concern = about_isla("They are at 4 Quarry Wynd.")
    first = concern.made()
    town.send(first)
    town.send(concern.but(kind=EventKind.RETRACTED, sequence=2, subjects=[], content=[], people=None).made())
    assert [task["status"] for task in texts_asked_about(town, first)] == ["decided"]


def test_a_notice_with_a_new_address_in_its_narrative_goes_without_the_narrative(town: Town) -> None:
    concern = notice(
        town, "Mother and Maisie have left. They are now at Flat 3, 40 Harbour Rise, Glenmore ZG2 8XY.", children=1
    )
    town.send(concern)
    assert "Harbour" not in json.dumps(town.read(concern, PRIMARY))
    assert any(reason.startswith("concern.summary waits") for reason in decided(town, concern, PRIMARY)["reasons"])
    assert len(texts_asked_about(town, concern)) == 1


def test_of_a_notice_that_names_a_brother_the_sister_s_school_reads_nothing_of_him(town: Town) -> None:
    concern = notice(
        town, "Maisie hid while her brother Rory (Glenmore Academy, born 19/05/2012) stood between them. Rory was hit."
    )
    town.send(concern)
    read = json.dumps(town.read(concern, PRIMARY))
    assert not [word for word in ("Rory", "Academy", "19/05/2012") if word in read]
    assert any(reason.startswith("concern.summary waits") for reason in decided(town, concern, PRIMARY)["reasons"])


def notice(town: Town, narrative: str, *, children: int = 2) -> Concern:
    """The notice of Maisie and Rory, as police send it, with this narrative of hers."""
    town.enrol(PRIMARY, MAISIE)
    town.enrol(ACADEMY, RORY)
    told = json.loads((FOLDER / "notices" / "1-siblings.json").read_text(encoding="utf-8"))
    told["children"] = told["children"][:children]
    told["children"][0]["narrative"] = narrative
    del told["children"][0]["nhs_number"]  # one of this town's twins has it
    (made,) = translate(json.dumps(told).encode(), source="police.caledon", received_at=town.now, new_id=uuid4)
    assert isinstance(made, Raised)
    return made.concern
