"""What waits at a post: in order of deadlines, page by page, without a body read, also where five thousand wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.facts.model import Recipient
from hub.facts.terms import Layer, Purpose, Role, Tier
from hub.people.desk import PACKAGE
from hub.people.receiving.waiting import PAGE, Cursor, Which, count_waiting, list_waiting, read_cursor
from hub.store.sqlfiles import sql
from tests.unit.delivery.console_world import in_inbox
from tests.unit.delivery.world import ACADEMY, DSL, PRIMARY, World, utc_now

LEAD = Recipient(PRIMARY, DSL)
HEAD = Recipient(PRIMARY, Role.HEAD_TEACHER)
MANY = 5_000
_FILL = """
with made as (
    insert into event select gen_random_uuid(), source, kind, tier, sha256(n::text::bytea), 1, digest, raised_at,
        raised_ahead, broker_at, decided_at, topic, partition, record_offset, outcome, rules_version, evidence_key,
        evidence
    from event, generate_series(1, %(many)s) as n returning event_id
)
insert into delivery (delivery_id, event_id, subject, recipient, role, purpose, revision, tier, status, channel,
                      next_attempt_at, due_by, created_at, settled_at, body, reached)
select gen_random_uuid(), event_id, '1', %(recipient)s, %(role)s, 'disclose', 1, 'urgent', 'accepted', 'inbox', now(),
       now() + random() * interval '9 days', now(), now() - random() * interval '9 days', %(body)s, %(reached)s
from made
"""


def listed(world: World, *posts: Recipient, which: Which = Which.WAITING, after: Cursor | None = None) -> Any:
    with world.desk() as desk:
        return list_waiting(desk, posts or [LEAD], which, world.rules, after=after)


def ids(world: World, *posts: Recipient, which: Which = Which.WAITING) -> list[UUID]:
    return [line.delivery_id for line in listed(world, *posts, which=which).lines]


def a_rules_deadline(world: World, delivery_id: UUID, by: datetime) -> None:
    with world.connect() as connection:
        connection.execute(
            "insert into decision (event_id, subject, recipient, role, revision, kind, outcome, tier, released,"
            " withheld, due_by) select event_id, subject, recipient, role, 1, 'school', 'share', tier, '{}', '{}', %s"
            " from delivery where delivery_id = %s",
            (by, delivery_id),
        )


def test_the_nearest_deadline_stands_first_be_it_the_rules_or_the_tiers(world: World) -> None:
    now = utc_now()
    routine, urgent, immediate, ruled = (in_inbox(world, tier=tier) for tier in (*reversed(Tier), Tier.ROUTINE))
    a_rules_deadline(world, ruled, now + timedelta(hours=1))
    found = listed(world).lines
    assert [line.delivery_id for line in found] == [immediate, ruled, urgent, routine]
    assert [round((line.deadline - now) / timedelta(minutes=1)) for line in found] == [30, 60, 240, 4320]


def test_a_list_holds_what_lies_at_its_posts_alone_by_whatever_channel(world: World) -> None:
    by_webhook, to_the_head = in_inbox(world, channel="webhook"), in_inbox(world, role=Role.HEAD_TEACHER)
    for other in ({"organisation": ACADEMY}, {"status": "pending"}, {"status": "held"}):
        in_inbox(world, **other)
    assert ids(world) == [by_webhook]
    assert set(ids(world, LEAD, HEAD)) == {by_webhook, to_the_head}
    with world.desk() as desk:
        assert [(one.to, one.unread) for one in count_waiting(desk, [LEAD, HEAD])] == [(LEAD, 1), (HEAD, 1)]


def test_what_was_read_taken_back_or_done_stands_on_its_own_list(world: World) -> None:
    waits, read, done, recalled = (in_inbox(world) for _ in range(4))
    with world.connect() as connection:
        for delivery_id, layer in ((read, Layer.OPENED), (done, Layer.OPENED), (done, Layer.ACTED)):
            connection.execute(
                "insert into receipt (delivery_id, layer, at, received_at) values (%s, %s, now(), now())",
                (delivery_id, int(layer)),
            )
        connection.execute("update delivery set recalled_at = now() where delivery_id = %s", (recalled,))
    assert ids(world) == [waits]
    assert set(ids(world, which=Which.READ)) == {read, recalled}
    assert ids(world, which=Which.DONE) == [done]
    [taken_back] = [line for line in listed(world, which=Which.READ).lines if line.taken_back]
    assert taken_back.delivery_id == recalled


def test_a_purpose_of_a_later_release_is_left_to_it(world: World) -> None:
    delivery_id = in_inbox(world)
    with world.connect() as connection:
        connection.execute("update delivery set purpose = 'later' where delivery_id = %s", (delivery_id,))
    assert ids(world) == []


@pytest.mark.parametrize("purpose", [Purpose.RECALL, Purpose.CORRECT, Purpose.NOTIFY])
def test_word_without_content_waits_to_be_read_too(world: World, purpose: Purpose) -> None:
    delivery_id = in_inbox(world, purpose=purpose)
    assert [(line.delivery_id, line.purpose) for line in listed(world).lines] == [(delivery_id, purpose)]


@pytest.mark.parametrize(
    "text", ["", "~", "yesterday~x", "2026-03-09T08:45:00~5f0c7a52-0000-4000-8000-000000000001", "1~1"]
)
def test_what_is_no_place_in_a_list_begins_it(text: str) -> None:
    assert read_cursor(text) is None


@pytest.mark.parametrize(("which", "reached"), [(Which.WAITING, 0), (Which.READ, 3)])
def test_five_thousand_are_paged_each_once_and_no_body_is_read(world: World, which: Which, reached: int) -> None:
    world.raise_event()
    values = {"many": MANY, "recipient": PRIMARY, "role": DSL, "body": b"x" * 9_000, "reached": reached}
    with world.connect() as connection:
        connection.execute(_FILL, values)
        connection.execute("analyze")
    seen: list[UUID] = []
    after: Cursor | None = None
    for _ in range(3):
        page = listed(world, which=which, after=after)
        seen += [line.delivery_id for line in page.lines]
        after = read_cursor(page.after.as_text())
    assert len(seen) == len(set(seen)) == 3 * PAGE
    assert _pages_read(world, which) < MANY, "less than a page a delivery: no body is fetched"


def _pages_read(world: World, which: Which) -> int:
    """Pages of 8 kB that the first page of a list reads, by PostgreSQL's own count."""
    tiers = world.rules.tiers
    values = {
        "recipients": [PRIMARY],
        "roles": [str(DSL)],
        "after_at": None,
        "after_id": None,
        "limit": PAGE + 1,
        "purposes": sorted(Purpose),
        "tiers": list(tiers),
        "within": [one.acknowledge_within for one in tiers.values()],
        "acted": False,
    }
    name = "list_waiting" if which is Which.WAITING else "list_seen"
    with world.connect() as connection:
        explained = connection.execute(
            b"explain (analyze, buffers, format json) " + sql(name, PACKAGE), values
        ).fetchone()
    assert explained is not None
    plan = explained[0][0]
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])
