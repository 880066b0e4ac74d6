"""An id may be typed by its beginning, as tables show it, wherever a command takes one."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from hub.cli import cli
from hub.facts.terms import OrganisationKind
from tests.unit.delivery.world import POLICE, PRIMARY, World, an_organisation, inbox

WHY = ("--by", "O. Perator", "--reason", "as agreed")
ONE = UUID("abcdef01-1111-5000-8000-000000000001")
TWIN = UUID("abcdef01-2222-5000-8000-000000000001")
OTHER = UUID("0badcafe-3333-5000-8000-000000000001")


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    organisations = {
        POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
        PRIMARY: an_organisation(PRIMARY, inbox()),
    }
    return World(database_url, tmp_path, organisations)


def hub(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def deliver_as(world: World, *delivery_ids: UUID) -> None:
    for delivery_id in delivery_ids:
        made = world.deliver(PRIMARY, wake=False)
        with world.connect() as connection:
            connection.execute("update delivery set delivery_id = %s where delivery_id = %s", (delivery_id, made))


def test_the_beginning_of_an_id_does_where_only_one_thing_has_it(world: World):
    deliver_as(world, ONE, TWIN, OTHER)
    assert json.loads(hub("deliveries", "show", "0badcafe", "--json").output)["delivery_id"] == str(OTHER)
    assert json.loads(hub("deliveries", "show", "abcdef01-2", "--json").output)["delivery_id"] == str(TWIN)
    held = json.loads(hub("deliveries", "hold", "ABCDEF01-11", "0badcafe", *WHY, "--json").output)
    assert set(held["changed"]) == {str(ONE), str(OTHER)}


def test_what_two_things_begin_with_is_refused_in_a_sentence(world: World):
    deliver_as(world, ONE, TWIN)
    refused = hub("deliveries", "show", "abcdef01")
    assert str(refused.exception) == "More than one delivery has an id that begins so: type more of it."
    assert world.rows("select count(*) from delivery where status = 'held'") == [(0,)]


def test_what_nothing_begins_with_is_refused_in_a_sentence(world: World):
    for command, thing in (
        (("deliveries", "show"), "delivery"),
        (("deadletters", "show"), "dead letter"),
        (("reviews", "show"), "review"),
        (("concern", "show"), "event"),
    ):
        assert str(hub(*command, "abcdef01").exception) == f"There is no {thing} with this id here."


@pytest.mark.parametrize("typed", ["abcdef0", "not-an-id", "abcdef01-2222-5000-8000-0000000000011", "abcdefgh", ""])
def test_what_is_no_beginning_of_an_id_is_a_misused_command(typed: str):
    assert hub("deliveries", "show", typed).exit_code == 2


def test_an_event_is_found_by_its_beginning_also_where_only_a_dead_letter_knows_it(world: World):
    with world.connect() as connection:
        connection.execute(
            "insert into dead_letter (dead_letter_id, topic, partition, record_offset, source, event_id, reason, "
            "owner, owner_role, opened_at, due_by, status) values (%s, 'concern.urgent', 0, 7, %s, %s, 'unopenable', "
            "%s, 'duty_officer', now(), now(), 'open')",
            (ONE, POLICE, OTHER, POLICE),
        )
    story = json.loads(hub("concern", "show", "0badcafe", "--json").output)
    assert (story["event_id"], story["outcome"]) == (str(OTHER), "dead_letter")
    assert "dead letter" in hub("concern", "show", "0badcafe").output
