"""`hub why`: one sentence on where something is and who must act, for whatever has an id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from hub.facts.terms import EventKind
from tests.builders import ISLA, a_concern
from tests.desk import Command
from tests.texts import held_back, release
from tests.town import PRIMARY, TWIN, Town

WHY = Command("why")
TO_THE_SCHOOL = f"{PRIMARY} (designated_safeguarding_lead)"
DESK = "police.caledon (duty_officer)"


def why(thing: object) -> dict[str, Any]:
    found = WHY.done(thing)
    assert set(found) == {"id", "kind", "state", "waits_for", "sentence"}
    return found


def told(town: Town) -> tuple[UUID, UUID]:
    """(event, its one delivery)."""
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    [(delivery_id,)] = town.query("select delivery_id from delivery where event_id = %s", concern.event_id)
    return concern.event_id, delivery_id


def receipt(town: Town, delivery_id: UUID, layer: int) -> None:
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    town.change(
        "insert into receipt (delivery_id, layer, at, received_at) values (%s, %s, now(), now())", delivery_id, layer
    )


def test_what_is_on_its_way_waits_for_a_dispatcher(at_the_desk: Town) -> None:
    event_id, delivery_id = told(at_the_desk)
    delivery, event = why(delivery_id), why(event_id)
    assert (delivery["kind"], delivery["state"], delivery["waits_for"]) == ("delivery", "pending", "hub (dispatcher)")
    assert f"on its way to {TO_THE_SCHOOL}" in delivery["sentence"]
    assert (event["kind"], event["state"], event["waits_for"]) == ("event", "matched", "hub (dispatcher)")
    assert event["sentence"] == delivery["sentence"]


def test_what_arrived_waits_for_a_person_until_they_acted(at_the_desk: Town) -> None:
    event_id, delivery_id = told(at_the_desk)
    for layer, waits_for, says in (
        (1, TO_THE_SCHOOL, "nobody there has said yet that they opened it"),
        (3, TO_THE_SCHOOL, "has not said yet that somebody acted"),
        (4, None, "said so: acted"),
    ):
        receipt(at_the_desk, delivery_id, layer)
        found = why(delivery_id)
        assert (found["state"], found["waits_for"]) == ("accepted", waits_for)
        assert says in found["sentence"]
        assert why(event_id)["waits_for"] == waits_for
    assert "nothing more is to be done" in why(event_id)["sentence"]


def test_what_is_held_waits_for_whoever_was_asked_else_for_the_operators(at_the_desk: Town) -> None:
    event_id, delivery_id = told(at_the_desk)
    at_the_desk.change("update delivery set status = 'held', reason = 'by_operator'")
    assert why(delivery_id)["waits_for"] == "hub (operator)"
    assert "`hub deliveries release`" in why(delivery_id)["sentence"]
    at_the_desk.change("update delivery set reason = 'endpoint_refused'")
    at_the_desk.change(
        "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, "
        "status, delivery_id) values (gen_random_uuid(), %s, '1', 'delivery', '{It was refused.}', 'la.glenmore', "
        "'front_door', 'urgent', now(), now() + interval '1 hour', 'open', %s)",
        event_id,
        delivery_id,
    )
    assert why(delivery_id)["waits_for"] == "la.glenmore (front_door)"
    assert why(event_id)["waits_for"] == "la.glenmore (front_door)"
    assert "It was refused." in why(event_id)["sentence"]


def test_a_review_waits_for_the_desk_that_is_asked_until_it_is_answered(at_the_desk: Town) -> None:
    concern = a_concern().about(replace(TWIN, given_names="Oona")).made()
    at_the_desk.send(concern)
    [(task_id,)] = at_the_desk.query("select task_id from review_task where event_id = %s", concern.event_id)
    for thing, kind in ((task_id, "review"), (concern.event_id, "event")):
        found = why(thing)
        assert (found["kind"], found["waits_for"]) == (kind, DESK)
        assert "must answer by" in found["sentence"]
    at_the_desk.change("update review_task set status = 'decided'")
    assert (why(task_id)["state"], why(task_id)["waits_for"]) == ("decided", None)


def test_what_was_answered_waits_to_be_decided_anew(at_the_desk: Town) -> None:
    event_id, _ = told(at_the_desk)
    at_the_desk.change(
        "insert into resumption (event_id, subject, cause, requested_at) values (%s, '1', 'operator', now())", event_id
    )
    assert why(event_id)["waits_for"] == "hub (router)"


def test_a_text_that_was_released_waits_for_a_router(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    release(at_the_desk, task)
    assert why(concern.event_id)["waits_for"] == "hub (router)"
    at_the_desk.open_texts()
    assert why(concern.event_id)["waits_for"] == "hub (dispatcher)"


def test_a_dead_letter_waits_for_its_owner_also_by_the_id_of_its_event(at_the_desk: Town) -> None:
    concern = a_concern().about(ISLA).made()
    key, value = at_the_desk.sealed(concern)
    at_the_desk.route([at_the_desk.record(key, value, tier="routine"), at_the_desk.record(key, b"rubbish")])
    rows = at_the_desk.query("select dead_letter_id, reason from dead_letter order by record_offset")
    for dead_letter_id, _ in rows:
        found = why(dead_letter_id)
        assert (found["kind"], found["state"], found["waits_for"]) == ("dead_letter", "open", "hub (operator)")
        assert "It could not be used" in found["sentence"]
    at_the_desk.change(
        "update dead_letter set event_id = %s, owner = 'police.caledon', owner_role = 'duty_officer'", concern.event_id
    )
    found = why(concern.event_id)
    assert (found["kind"], found["state"], found["waits_for"]) == ("event", "open", DESK)
    at_the_desk.change("update dead_letter set status = 'closed'")
    assert why(rows[0][0])["waits_for"] is None


def test_what_was_taken_back_goes_nowhere(at_the_desk: Town) -> None:
    event_id, delivery_id = told(at_the_desk)
    retraction = a_concern(kind=EventKind.RETRACTED, sequence=2).made()
    at_the_desk.send(retraction)
    assert (why(delivery_id)["state"], why(delivery_id)["waits_for"]) == ("cancelled", None)
    assert "retracted it before it was sent" in why(delivery_id)["sentence"]
    assert "nobody is to be told" in why(event_id)["sentence"]
    assert why(retraction.event_id)["waits_for"] is None


def test_an_id_may_be_typed_by_its_beginning_and_one_of_nothing_is_said_so(at_the_desk: Town) -> None:
    _, delivery_id = told(at_the_desk)
    assert why(str(delivery_id)[:9])["id"] == str(delivery_id)
    assert WHY.run(str(delivery_id)[:9]).output.startswith(f"delivery {delivery_id}: It is on its way")
    refused = WHY.run(UUID(int=7))
    assert refused.exit_code == 1
    assert "no event, delivery, dead letter or review with this id" in str(refused.exception)
    assert "spool" in str(refused.exception)
