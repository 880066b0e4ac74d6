"""`hub deliveries`: operators' hands, by the public command."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from hub.cli import cli
from hub.facts.terms import OrganisationKind, Tier
from tests.unit.delivery.world import (
    ACADEMY,
    POLICE,
    PRIMARY,
    SECRET_STORY,
    World,
    an_organisation,
    inbox,
)


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    return World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, inbox()),
            ACADEMY: an_organisation(ACADEMY, inbox()),
        },
    )


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["deliveries", *map(str, arguments)])


def act(*arguments: object) -> Result:
    """A command by which a person acts, with who and why."""
    return run(*arguments, "--by", "O. Perator", "--reason", "the school rang")


def listed(*arguments: object) -> list[dict[str, object]]:
    result = run("list", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_the_list_is_json_lines_of_ids_and_states_the_nearest_deadline_first(world: World):
    later, sooner = world.deliver(PRIMARY, due_in=900), world.deliver(ACADEMY, due_in=60, tier=Tier.IMMEDIATE)
    found = listed()
    assert [row["delivery_id"] for row in found] == [str(sooner), str(later)]
    assert found[0] | {"event_id": "", "next_attempt_at": "", "due_by": "", "created_at": ""} == {
        "delivery_id": str(sooner),
        "event_id": "",
        "subject": "1",
        "recipient": ACADEMY,
        "role": "designated_safeguarding_lead",
        "purpose": "disclose",
        "revision": 1,
        "tier": "immediate",
        "isp": None,
        "channel": None,
        "status": "pending",
        "reason": None,
        "attempts": 0,
        "next_attempt_at": "",
        "due_by": "",
        "created_at": "",
        "settled_at": None,
    }
    assert str(found[0]["due_by"]).endswith("Z")


def test_the_list_can_be_narrowed(world: World):
    late, fine = world.deliver(PRIMARY, due_in=-60), world.deliver(ACADEMY, status="held", reason="no_channel")
    assert [row["delivery_id"] for row in listed("--late")] == [str(late)]
    assert [row["delivery_id"] for row in listed("--status", "held")] == [str(fine)]
    assert [row["delivery_id"] for row in listed("--recipient", PRIMARY)] == [str(late)]
    assert listed("--tier", "routine") == []
    assert len(listed("--limit", 1)) == 1


def test_one_delivery_is_shown_with_its_receipts_and_its_body_stays_sealed(world: World):
    delivery_id = world.deliver(PRIMARY, status="held", reason="deadline_missed")
    with world.connect() as connection:
        connection.execute(
            "insert into receipt (delivery_id, layer, at, received_at, by_key, by_sealed) "
            "values (%s, 4, now(), now(), 'hub.evidence.1', 'sealed')",
            (delivery_id,),
        )
    result = run("show", delivery_id, "--json")
    assert result.exit_code == 0
    shown = json.loads(result.output)
    assert [receipt["layer"] for receipt in shown["receipts"]] == ["acted"]
    assert shown["explanation"].startswith("It was not taken by its deadline")
    assert "by_sealed" not in result.output
    assert "body" not in shown
    for text in (result.output, run("show", delivery_id).output, run("list").output):
        assert SECRET_STORY not in text
        assert "recipients" not in text


def test_hold_release_and_replay_change_what_they_may_and_leave_a_ledger_entry_each(world: World):
    delivery_id = world.deliver(PRIMARY)
    for command, status in (("hold", "held"), ("release", "pending"), ("hold", "held"), ("replay", "pending")):
        result = act(command, delivery_id, "--json")
        assert result.exit_code == 0, result.output
        assert json.loads(result.output) == {"changed": [str(delivery_id)], "unchanged": []}
        assert world.status(delivery_id)[0] == status
    assert world.rows("select count(*) from ledger_entry where kind = 'operator'") == [(4,)]


@pytest.mark.parametrize(
    ("command", "status", "reason"),
    [
        ("replay", "accepted", None),
        ("replay", "pending", None),
        ("replay", "cancelled", "retracted"),
        ("hold", "accepted", None),
        ("hold", "held", "no_channel"),
        ("release", "held", "isp_not_in_force"),
        ("release", "pending", None),
    ],
)
def test_what_a_state_does_not_allow_is_left_and_said(world: World, command: str, status: str, reason: str | None):
    delivery_id = world.deliver(PRIMARY, status=status, reason=reason)
    result = act(command, delivery_id)
    assert result.exit_code != 0
    assert world.status(delivery_id)[:2] == (status, reason)
    assert world.rows("select count(*) from ledger_entry") == [(0,)]


def test_a_replayed_delivery_has_its_schedule_and_its_time_again(world: World):
    delivery_id = world.deliver(
        PRIMARY, status="held", reason="deadline_missed", channel="inbox", attempts=9, channel_attempts=9
    )
    assert act("replay", delivery_id).exit_code == 0
    assert world.status(delivery_id) == ("pending", None, None, 9)
    assert world.rows("select channel_attempts, asked_at, replayed_at is not null from delivery") == [(0, None, True)]


def test_all_held_for_one_reason_can_be_replayed_at_once(world: World):
    held = [world.deliver(name, status="held", reason="endpoint_refused") for name in (PRIMARY, PRIMARY, ACADEMY)]
    world.deliver(PRIMARY, status="held", reason="no_channel")
    result = act("replay", "--of-reason", "endpoint_refused", "--recipient", PRIMARY, "--json")
    assert set(json.loads(result.output)["changed"]) == {str(delivery_id) for delivery_id in held[:2]}
    assert act("replay").exit_code != 0
    assert act("replay", held[2], "--of-reason", "endpoint_refused").exit_code != 0


def test_what_could_not_be_sealed_is_held_until_it_is_decided_anew(world: World):
    delivery_id = world.deliver(PRIMARY, status="held", reason="no_recipient_key", body=None)
    assert act("replay", "--of-reason", "no_recipient_key").exit_code == 0
    assert world.status(delivery_id)[0] == "held"
    assert world.rows("select cause, subject from resumption where done_at is null") == [("operator", "1")]


@pytest.mark.parametrize("reason", ["retracted", "corrected", "decided_anew"])
def test_what_was_taken_back_is_never_replayed(world: World, reason: str):
    delivery_id = world.deliver(PRIMARY, status="cancelled", reason=reason)
    assert act("replay", delivery_id).exit_code != 0
    assert world.status(delivery_id)[0] == "cancelled"


def test_unknown_ids_are_said_in_one_sentence(world: World):
    for result in (run("show", uuid4()), *(act(command, uuid4()) for command in ("replay", "hold", "release"))):
        assert result.exit_code != 0
        assert "Traceback" not in result.output
    assert act("hold").exit_code != 0
