"""Dead letters and sources by the public commands: each act says who and why, and the ledger keeps it sealed."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from hub.cli import cli
from hub.facts.terms import OrganisationKind
from tests.unit.delivery.world import POLICE, World, an_organisation

WHY = ("--by", "O. Perator", "--reason", "the key was restored")


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    return World(database_url, tmp_path, {POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE)})


def hub(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def answered(*arguments: object) -> dict[str, object]:
    result = hub(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.output)
    return found


def bury(world: World, *, reason: str = "unknown_key", status: str = "open", body: bytes | None = b"sealed") -> UUID:
    """A dead letter."""
    dead_letter_id = uuid4()
    with world.connect() as connection:
        connection.execute(
            "insert into dead_letter (dead_letter_id, topic, partition, record_offset, source, reason, owner, "
            "owner_role, opened_at, due_by, status, record_key, body) values (%s, 'concern.urgent', 0, 7, %s, %s, "
            "'hub', 'operator', now(), now(), %s, 'case', %s)",
            (dead_letter_id, POLICE, reason, status, body),
        )
    return dead_letter_id


def words_of(world: World, bound_to: str) -> tuple[str, str, str]:
    """(action, who, why) of the one operator's entry in the ledger."""
    [(facts,)] = world.rows("select facts from ledger_entry where kind = 'operator'")
    assert b"Perator" not in facts
    told = json.loads(facts)
    words = world.evidence.open_act(told["said_key"], bytes.fromhex(told["said"]), bound_to.encode())
    return told["action"], words.by, words.reason


def test_a_dead_letter_goes_back_on_its_topic_with_who_and_why_in_the_ledger(world: World):
    dead_letter_id = bury(world)
    assert answered("deadletters", "replay", dead_letter_id, *WHY) == {"replayed": [str(dead_letter_id)]}
    assert world.rows("select topic, record_key, value from outbox") == [("concern.urgent", b"case", b"sealed")]
    assert words_of(world, f"dead_letter|{dead_letter_id}|replay") == ("replay", "O. Perator", "the key was restored")
    again = hub("deadletters", "replay", dead_letter_id, *WHY)
    assert "replayed already" in str(again.exception)
    assert world.rows("select count(*) from outbox") == [(1,)]


def test_all_that_wait_for_one_reason_go_back_at_once(world: World):
    wanted = [bury(world), bury(world, status="escalated")]
    for other in ({"reason": "undecodable"}, {"status": "closed"}, {"body": None}):
        bury(world, **other)
    replayed = answered("deadletters", "replay", "--of-reason", "unknown_key", "--source", POLICE, *WHY)["replayed"]
    assert set(replayed) == {str(one) for one in wanted}
    assert "one of the two" in str(hub("deadletters", "replay", *WHY).exception)
    assert "one of the two" in str(
        hub("deadletters", "replay", wanted[0], "--of-reason", "undecodable", *WHY).exception
    )


def test_a_dead_letter_is_closed_with_who_and_why_and_is_not_replayed_any_more(world: World):
    dead_letter_id = bury(world, status="escalated")
    assert answered("deadletters", "close", dead_letter_id, *WHY) == {"closed": [str(dead_letter_id)]}
    assert world.rows("select status from dead_letter") == [("closed",)]
    assert words_of(world, f"dead_letter|{dead_letter_id}|close") == ("close", "O. Perator", "the key was restored")
    assert hub("deadletters", "close", dead_letter_id, *WHY).exit_code != 0
    assert hub("deadletters", "replay", dead_letter_id, *WHY).exit_code != 0
    assert [json.loads(line)["status"] for line in hub("deadletters", "list", "--json").output.splitlines()] == [
        "closed"
    ]


def test_a_source_is_released_with_who_and_why_in_the_ledger(world: World):
    with world.connect() as connection:
        connection.execute(
            "insert into source_standing (source, bad_since, bad_count, quarantined_at) values (%s, now(), 21, now())",
            (POLICE,),
        )
    assert answered("sources", "release", POLICE, *WHY) == {"released": POLICE}
    assert words_of(world, f"source|{POLICE}|release") == ("release", "O. Perator", "the key was restored")
    assert "not in quarantine" in str(hub("sources", "release", POLICE, *WHY).exception)
    assert world.rows("select count(*) from ledger_entry") == [(1,)]


@pytest.mark.parametrize(
    "command",
    [
        ("deliveries", "replay"),
        ("deliveries", "hold"),
        ("deliveries", "release"),
        ("deadletters", "replay"),
        ("deadletters", "close"),
        ("sources", "release"),
        ("reviews", "decide"),
        ("reviews", "wrong-child"),
        ("subjects", "split"),
        ("subjects", "merge"),
        ("subjects", "undo"),
        ("keys", "revoke"),
        ("keys", "retire"),
    ],
    ids=" ".join,
)
def test_a_command_by_which_a_person_acts_asks_who_and_why(command: tuple[str, str]):
    group, name = command
    [found] = [
        {option.name: option for option in one.params}
        for one in [cli.get_command(None, group).get_command(None, name)]  # type: ignore[union-attr, arg-type] - groups
    ]
    assert {"by", "glass"} <= set(found)
    assert found["reason"].required


@pytest.mark.parametrize("command", [("subjects", "show"), ("reviews", "show")], ids=" ".join)
def test_opening_what_is_sealed_asks_who_and_why(world: World, command: tuple[str, str]):
    nobody = uuid4()
    assert "Say who does this" in str(hub(*command, nobody, "--open").exception)
    assert "Say why" in str(hub(*command, nobody, "--open", "--by", "O. Perator").exception)
    assert "go with --open" in str(hub(*command, nobody, "--by", "O. Perator").exception)
