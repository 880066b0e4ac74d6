"""Every state of a delivery, and every way between them: the table, and each SQL statement held against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import hub
from hub.asking.notices import NewDelivery
from hub.delivery.states import REASONS, TRANSITIONS, WEIGHT, Happening, after, stopping
from hub.facts.model import DeliveryKey, Recipient
from hub.facts.terms import DECIDABLE, Purpose, State, Tier, Unsent
from hub.store.sqlfiles import sql
from tests.unit.delivery.world import DSL, POLICE, PRIMARY, World, an_organisation, inbox, utc_now

HUB = Path(hub.__file__).parent
SESSION = 1


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_what_the_recipient_took_is_taken_whatever_was_said_meanwhile(state: State):
    assert after(state, Happening.TAKEN) is State.ACCEPTED


@pytest.mark.parametrize("happening", [one for one in Happening if (State.ACCEPTED, one) in TRANSITIONS])
def test_what_was_taken_stays_so(happening: Happening):
    assert after(State.ACCEPTED, happening) is State.ACCEPTED


def test_what_was_called_off_never_goes_out_again():
    assert {happening for happening in Happening if (State.CANCELLED, happening) in TRANSITIONS} == {
        Happening.TAKEN, Happening.TRIED, Happening.STOPPED, Happening.CALLED_OFF,
    }  # fmt: skip
    assert {after(State.CANCELLED, one) for one in (Happening.TRIED, Happening.STOPPED, Happening.CALLED_OFF)} == {
        State.CANCELLED
    }


def test_the_weight_of_two_happenings_at_once_is_the_table_s():
    for here in State:
        for happening in (Happening.TAKEN, Happening.TRIED, Happening.STOPPED, Happening.CALLED_OFF):
            heavier = max(here, after(State.PENDING, happening), key=WEIGHT.index)
            assert after(here, happening) is heavier


def test_an_operator_brings_back_whatever_is_held():
    assert after(State.HELD, Happening.REPLAYED) is State.PENDING


def test_nothing_is_delivered_that_was_not_made_first():
    assert {happening for state, happening in TRANSITIONS if state is None} == {Happening.MADE, Happening.UNSEALED}


@pytest.mark.parametrize("reason", Unsent)
def test_each_reason_belongs_to_one_state_and_its_happening_leads_there(reason: Unsent):
    homes = [state for state, reasons in REASONS.items() if reason in reasons]
    assert homes == [after(State.PENDING, stopping(reason))]


@pytest.mark.parametrize(("body", "happening"), [(b"{}", Happening.MADE), (None, Happening.UNSEALED)])
def test_a_delivery_is_written_as_the_table_says(body: bytes | None, happening: Happening):
    key = DeliveryKey(UUID(int=1), "1", Recipient(PRIMARY, DSL))
    assert NewDelivery(key, Tier.URGENT, utc_now(), utc_now(), body).row().status == after(None, happening)


# --- the statements --------------------------------------------------------------------------------------------------

Run = Callable[[psycopg.Connection[Any], UUID], None]


def _settle(happening: Happening, reason: Unsent | None = None) -> Run:
    def run(connection: psycopg.Connection[Any], delivery_id: UUID) -> None:
        now, state = utc_now(), after(State.PENDING, happening)
        values: dict[str, Any] = {
            "ids": delivery_id,
            "sessions": SESSION,
            "statuses": state,
            "reasons": reason,
            "channels": "webhook",
            "trying": None,
            "outcomes": "retry",
            "tried": "webhook",
            "faults": None,
            "moved": False,
            "again": now + timedelta(minutes=1),
            "settled": now,
            "ask": False,
            "at": now,
        }
        given = {name: [value] for name, value in values.items()} | {"weight": list(WEIGHT)}
        connection.execute(sql("settle", "hub.delivery"), given)

    return run


def _cancel(connection: psycopg.Connection[Any], delivery_id: UUID) -> None:
    given = {"ids": [delivery_id], "reasons": [Unsent.RETRACTED], "now": utc_now()}
    connection.execute(sql("cancel_deliveries", "hub.routing"), given)


def _seal_anew(connection: psycopg.Connection[Any], delivery_id: UUID) -> None:
    connection.execute(
        sql("seal_anew", "hub.routing"),
        {"id": delivery_id, "body": b"{}", "isp": None, "subject_id": None, "rule": None},
    )


def _by_hand(name: str) -> Run:
    def run(connection: psycopg.Connection[Any], delivery_id: UUID) -> None:
        connection.execute(sql(name, "hub.people"), {"ids": [delivery_id], "decidable": sorted(DECIDABLE)})

    return run


def _leave_out(connection: psycopg.Connection[Any], delivery_id: UUID) -> None:
    """Of a supplement, by the review that it came of."""
    task = uuid4()
    connection.execute(
        """
        with asked as (
            insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by,
                                     status)
            select %(task)s, event_id, subject, 'text', '{}', 'a', 'b', tier, created_at, due_by, 'open'
            from delivery where delivery_id = %(id)s
        ), sent as (
            update delivery set purpose = 'supplement' where delivery_id = %(id)s
        )
        insert into waiting_text (task_id, event_id, subject, recipient, role, revision, clause, parts, due_by)
        select %(task)s, event_id, subject, recipient, role, revision, 'c', '{}', due_by
        from delivery where delivery_id = %(id)s
        """,
        {"task": task, "id": delivery_id},
    )
    connection.execute(sql("leave_out_text", "hub.people"), {"task": task})


WRITERS: dict[str, dict[Happening, Run]] = {
    "delivery/sql/settle.sql": {
        Happening.TAKEN: _settle(Happening.TAKEN),
        Happening.TRIED: _settle(Happening.TRIED),
        Happening.STOPPED: _settle(Happening.STOPPED, Unsent.ENDPOINT_REFUSED),
        Happening.CALLED_OFF: _settle(Happening.CALLED_OFF, Unsent.RETRACTED),
    },
    "routing/sql/cancel_deliveries.sql": {Happening.CALLED_OFF: _cancel},
    "routing/sql/seal_anew.sql": {Happening.SEALED_ANEW: _seal_anew},
    "people/sql/leave_out_text.sql": {Happening.CALLED_OFF: _leave_out},
    "people/sql/hold.sql": {Happening.PUT_ON_HOLD: _by_hand("hold")},
    "people/sql/release.sql": {Happening.RELEASED: _by_hand("release")},
    "people/sql/replay.sql": {Happening.REPLAYED: _by_hand("replay")},
}
"""Every statement that changes a delivery's state, and what it writes down."""
_CHANGES_STATE = re.compile(r"update\s+(?:hub\.)?delivery\b[^;]*?\bset\b[^;]*?\bstatus\s*=", re.IGNORECASE)


def statements() -> Iterator[str]:
    for path in sorted(HUB.rglob("*")):
        if path.suffix in {".sql", ".py"} and "migrations" not in path.parts:
            text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
            if _CHANGES_STATE.search(text.partition("\nwhere ")[0] if path.suffix == ".sql" else text):
                yield path.relative_to(HUB).as_posix()


def test_every_statement_that_changes_a_delivery_s_state_is_held_against_the_table():
    assert set(statements()) == set(WRITERS)


STANDINGS = [(state, reason) for state, reasons in REASONS.items() for reason in sorted(reasons, key=str)]


@pytest.mark.parametrize(
    ("happening", "run"),
    [
        pytest.param(happening, run, id=f"{name} {happening}")
        for name, runs in WRITERS.items()
        for happening, run in runs.items()
    ],
)
def test_a_statement_brings_each_delivery_to_where_the_table_says_or_leaves_it(
    world: World, happening: Happening, run: Run
):
    event = world.raise_event()
    for number, (state, reason) in enumerate(STANDINGS):
        settled = utc_now() if state in {State.ACCEPTED, State.CANCELLED} else None
        delivery_id = world.deliver(
            PRIMARY, event=event, subject=str(number), wake=False, purpose=Purpose.RECALL,
            status=state, reason=reason, settled_at=settled, claimed_by=SESSION,
        )  # fmt: skip
        with world.connect() as connection:
            run(connection, delivery_id)
        found = world.status(delivery_id)
        expected = TRANSITIONS.get((state, happening), state)
        other_hand = (happening is Happening.RELEASED and reason is not Unsent.BY_OPERATOR) or (
            happening is Happening.REPLAYED and reason in DECIDABLE  # replayed, it is decided anew
        )
        assert found[0] == (state if other_hand else expected), (state, reason)
        assert found[1] in REASONS[State(found[0])], (state, reason)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    police, school = an_organisation(POLICE), an_organisation(PRIMARY, inbox())
    return World(database_url, tmp_path, {POLICE: police, PRIMARY: school})
