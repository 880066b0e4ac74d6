"""What nobody answered in time, and the gauges that operators watch. On real PostgreSQL."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub import metrics
from hub.asking.desks import HUB_DESK
from hub.facts.terms import OrganisationKind, Purpose, Role, Tier
from tests.unit.delivery.world import DESK, POLICE, PRIMARY, World, an_organisation, inbox, sweep, utc_now


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    police = an_organisation(POLICE, kind=OrganisationKind.POLICE)
    return World(database_url, tmp_path, {POLICE: police, PRIMARY: an_organisation(PRIMARY, inbox())})


def a_review(world: World, event: UUID, owner: str = DESK, role: str = "front_door") -> None:
    with world.connect() as connection:
        connection.execute(
            "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, "
            "due_by, status) values (gen_random_uuid(), %s, '1', 'match', '{}', %s, %s, 'urgent', now(), "
            "now() + interval '1 hour', 'open')",
            (event, owner, role),
        )


async def test_a_review_nobody_answered_goes_to_its_desk_as_a_notice_without_content(database_url: str, tmp_path: Path):
    world = World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            DESK: an_organisation(DESK, inbox(), kind=OrganisationKind.LOCAL_AUTHORITY),
        },
    )
    event = world.raise_event()
    world.deliver(DESK, event=event, role=Role.FRONT_DOOR, purpose=Purpose.NOTIFY, status="held")
    a_review(world, event)
    a_review(world, event)
    await sweep(world)
    assert world.rows("select distinct status from review_task") == [("open",)]

    for _ in range(2):
        await sweep(world, utc_now() + timedelta(hours=2))

    assert world.rows("select distinct status from review_task") == [("escalated",)]
    notices = world.rows(
        "select revision, recipient, role, purpose, tier, body from delivery where revision > 1 order by revision"
    )
    assert [row[:5] for row in notices] == [(2, DESK, "front_door", "notify", "urgent")]
    data = json.loads(notices[0][5])["data"]
    assert set(data) == {"delivery_id", "event_id", "role", "reason", "id", "ids", "where"}
    assert len(set(data["ids"])) == 2, "both tasks of the event are told of by one notice"
    assert (data["reason"], data["event_id"]) == ("review_overdue", str(event))
    with world.connect() as connection:
        connection.execute("update delivery set next_attempt_at = now()")
    async with world.dispatching():
        await world.all_accepted(1)
    assert world.rows("select count(*) from outbox") == [(0,)]


async def test_the_operators_own_task_is_escalated_by_an_alarm_alone(world: World):
    a_review(world, world.raise_event(), *HUB_DESK)
    await sweep(world, utc_now() + timedelta(hours=2))
    assert world.rows("select status from review_task") == [("escalated",)]
    assert world.rows("select count(*) from delivery") == [(0,)]
    assert metrics.REGISTRY.get_sample_value("hub_escalations_total", {"what": "review", "told": "nobody"})


async def test_a_dead_letter_nobody_answered_is_escalated_and_told_where_its_event_is_known(world: World):
    event = world.raise_event()
    with world.connect() as connection:
        for number, known in enumerate((event, None, UUID(int=1))):
            connection.execute(
                "insert into dead_letter values (gen_random_uuid(), 'concern.immediate', 0, %s, %s, 'police.caledon', "
                "'undecodable', 'police.caledon', 'duty_officer', now(), now() + interval '1 hour', 'open', null, '')",
                (number, known),
            )
    await sweep(world, utc_now() + timedelta(hours=2))
    assert world.rows("select distinct status from dead_letter") == [("escalated",)]
    assert world.rows("select event_id, recipient, role, purpose, tier, body is null from delivery") == [
        (event, POLICE, "duty_officer", "notify", "immediate", False)
    ]


async def test_a_dead_letter_that_the_desk_was_told_of_and_nobody_answered_is_told_again(world: World):
    """The router made an event of the hub's own for its first notice: what the source sent was never decided."""
    own = world.raise_event()
    with world.connect() as connection:
        connection.execute(
            "insert into dead_letter values (%s, 'concern.immediate', 0, 7, %s, 'police.caledon', 'undecodable', "
            "'police.caledon', 'duty_officer', now(), now() + interval '1 hour', 'open', null, '')",
            (own, UUID(int=2)),
        )
    await sweep(world, utc_now() + timedelta(hours=2))
    [(event, recipient, role, body)] = world.rows("select event_id, recipient, role, body from delivery")
    assert (event, recipient, role) == (own, POLICE, "duty_officer")
    data = json.loads(body)["data"]
    assert (data["reason"], data["where"]) == ("dead_letter_overdue", f"hub deadletters show {own}")


async def test_what_waits_past_its_deadline_for_whatever_cause_is_asked_about_once(world: World):
    delivery_id = world.deliver(PRIMARY, due_in=-1, next_attempt_at=utc_now() + timedelta(days=1))
    notice = world.deliver(DESK, due_in=-1, purpose=Purpose.NOTIFY, next_attempt_at=utc_now() + timedelta(days=1))
    await sweep(world)
    await sweep(world)
    tasks = world.rows("select owner, owner_role, why[1] from review_task order by owner")
    assert [(owner, role) for owner, role, _ in tasks] == [HUB_DESK, (POLICE, "duty_officer")]
    assert str(notice) in tasks[0][2]
    assert str(delivery_id) in tasks[1][2]


async def test_the_gauges_say_how_old_how_late_and_how_many(world: World):
    world.deliver(PRIMARY, tier=Tier.ROUTINE, due_in=-1, created_at=utc_now() - timedelta(seconds=500))
    a_review(world, world.raise_event())
    await sweep(world)
    sample = metrics.REGISTRY.get_sample_value
    assert 499 < (sample("hub_oldest_undelivered_seconds", {"tier": "routine"}) or 0) < 600
    assert sample("hub_deliveries_late", {"tier": "routine"}) == 1
    assert sample("hub_oldest_undelivered_seconds", {"tier": "immediate"}) == 0
    assert sample("hub_reviews_open", {"cause": "match"}) == 1
    assert sample("hub_reviews_open", {"cause": "delivery"}) == 1
    assert sample("hub_outbox_waiting") == 0


# --- people ----------------------------------------------------------------------------------------------------------


def a_session(world: World, seen_at, ended_at=None) -> None:
    with world.connect() as connection:
        connection.execute(
            "with made as (insert into person (person_id, organisation, named_key, named, handle, made_at) "
            "values (gen_random_uuid(), 'hub', 'k', '', gen_random_uuid()::text::bytea, now()) returning person_id) "
            "insert into session (session_id, secret_hash, person_id, how, second_factor, began_at, seen_at, ends_at, "
            "ended_at) select gen_random_uuid(), gen_random_uuid()::text::bytea, person_id, 'passkey', 'passkey', "
            "%(seen)s, %(seen)s, %(seen)s + interval '10 hours', %(ended)s from made",
            {"seen": seen_at, "ended": ended_at},
        )


async def test_sessions_drafts_and_what_signing_in_leaves_are_forgotten_in_time(world: World):
    now = utc_now()
    a_session(world, now - timedelta(minutes=5))
    a_session(world, now - timedelta(days=91), ended_at=now - timedelta(days=89))
    a_session(world, now - timedelta(days=92), ended_at=now - timedelta(days=91))
    a_session(world, now - timedelta(days=91))
    with world.connect() as connection:
        connection.execute(
            "insert into draft (draft_id, person_id, path, key_id, sealed, made_at, ends_at) "
            "select gen_random_uuid(), person_id, '/', 'k', '', now(), now() + days * interval '1 day' "
            "from (select person_id from person limit 1) one, unnest(array[-1, 1]) as days"
        )
        connection.execute(
            "insert into begun (state_hash, browser_hash, kind, key_id, secret, after, began_at, ends_at) "
            "select days::text::bytea, '', 'provider', 'k', '', '/', now(), now() + days * interval '1 day' "
            "from unnest(array[-1, 1]) as days"
        )
        connection.execute(
            "insert into logout_seen select days::text::bytea, now() + days * interval '1 day' "
            "from unnest(array[-1, 1]) as days"
        )
    await sweep(world)
    assert world.rows("select count(*) from session") == [(2,)]
    assert [world.rows(f"select count(*) from {table}") for table in ("draft", "begun", "logout_seen")] == [[(1,)]] * 3
    assert metrics.SESSIONS._value.get() == 1


async def test_ways_in_that_nobody_took_are_forgotten_in_time(world: World):
    a_session(world, utc_now())
    with world.connect() as connection:
        connection.execute(
            "insert into begun (state_hash, browser_hash, kind, key_id, secret, after, began_at, ends_at) "
            "select days::text::bytea, '', 'passkey', 'k', '', '/', now(), now() + days * interval '1 day' "
            "from unnest(array[-1, 1]) as days"
        )
        connection.execute(
            "insert into invitation (invitation_id, secret_hash, person_id, kind, made_at, ends_at, used_at) "
            "select gen_random_uuid(), ends::text::bytea, person_id, 'invite', now(), now() - ends * interval '1 day', "
            "now() - used * interval '1 day' from person, (values (1, null), (91, null), (95, 89)) as one (ends, used)"
        )
        connection.execute("insert into logout_seen values ('a', now() - interval '1 second'), ('b', now() + '1 day')")
    await sweep(world)
    assert world.rows("select count(*) from begun") == [(1,)]
    assert world.rows("select count(*) from invitation") == [(2,)]
    assert world.rows("select token from logout_seen") == [(b"b",)]


async def test_posts_that_nobody_in_training_holds_and_acts_by_a_name_alone_are_gauged(world: World):
    a_session(world, utc_now())
    with world.connect() as connection:
        connection.execute(
            "insert into post (post_id, person_id, organisation, office, since, trained_until, made_at) "
            "select gen_random_uuid(), person_id, place, 'head_teacher', '2020-01-01', until, now() from person, "
            "(values ('school.a', date '2020-02-01'), ('school.b', null), ('school.c', '2999-01-01')) h (place, until)"
        )
        connection.execute(
            "insert into broken_glass select gen_random_uuid(), now() - hours * interval '1 hour' "
            "from unnest(array[1, 25]) hours"
        )
    await sweep(world)
    assert (metrics.POSTS_LAPSED._value.get(), metrics.BROKEN_GLASS._value.get()) == (1, 1)
