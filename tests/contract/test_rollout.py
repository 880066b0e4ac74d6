"""Rules taken up by one host after the other, in any order: nothing is lost, nor told twice, and nobody is flooded.

Two hosts on one database: under the new rules the agreement by which schools hear is of version 4, under the old of 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hub.facts.act import act, typed
from hub.facts.model import Concern
from hub.facts.terms import Answer, Unsent
from hub.people.operating.deliveries import Hand, handle, held_for
from tests.builders import ISLA, a_concern
from tests.hosts import Host, parts_of
from tests.town import NOW, Town

MANY = 6
PENDING = ("pending", None, "ISP-POL-EDU-001@3")


def concerns(count: int = MANY) -> list[Concern]:
    return [a_concern(reference=f"VPD-{number}").about(ISLA).made() for number in range(count)]


def count(town: Town, what: str) -> int:
    found: int = town.query(f"select count(*) from {what}")[0][0]
    return found


def deliveries(town: Town) -> dict[tuple[str, str | None, str | None], int]:
    """(status, reason, ISP) -> how many."""
    rows = town.query("select status, reason, isp, count(*) from delivery group by 1, 2, 3")
    return {(status, reason, isp): number for status, reason, isp, number in rows}


def accepted(town: Town, number: int = MANY) -> Callable[[], bool]:
    return lambda: count(town, "delivery where status = 'accepted'") == number


async def test_dispatchers_first(town: Town, old: Host, new: Host) -> None:
    old.start()
    new.start()
    old.route(*concerns())
    await new.deliver(until=lambda: count(town, "resumption") == MANY)
    assert deliveries(town) == {("held", "isp_not_in_force", "ISP-POL-EDU-001@3"): MANY}
    assert old.decide_anew() == 0, "a router on older rules leaves it alone"
    assert town.query("select distinct revision from event") == [(1,)], "and burns no revision"
    assert count(town, "review_task") == 0, "nobody is asked what a restart answers"
    assert await old.behind()
    assert not await new.behind()

    assert new.decide_anew() == MANY, "restarted on the new rules, the router goes on by itself"
    await new.deliver(until=accepted(town))
    assert deliveries(town) == {
        ("cancelled", "decided_anew", "ISP-POL-EDU-001@3"): MANY,
        ("accepted", None, "ISP-POL-EDU-001@4"): MANY,
    }
    assert count(town, "review_task") == 0


async def test_routers_first(town: Town, old: Host, new: Host) -> None:
    old.start()
    new.start()
    new.route(*concerns())
    await old.deliver(seconds=3)
    assert deliveries(town) == {("pending", None, "ISP-POL-EDU-001@4"): MANY}, "an old dispatcher leaves them alone"
    assert town.query("select count(*) from resumption") == [(0,)]
    assert await old.behind()

    await new.deliver(until=accepted(town))
    assert deliveries(town) == {("accepted", None, "ISP-POL-EDU-001@4"): MANY}
    assert count(town, "review_task") == 0


async def test_a_host_that_starts_again_on_the_old_rules_amid_it_makes_nothing_go_in_circles(
    town: Town, old: Host, new: Host
) -> None:
    old.start()
    new.start()
    old.route(*concerns())
    await new.deliver(until=lambda: count(town, "resumption") == MANY)
    old.start()
    assert await new.behind()
    assert old.decide_anew() == MANY
    await new.deliver(seconds=2)
    assert {status for status, *_ in deliveries(town)} == {"cancelled", "pending"}
    new.start()
    await new.deliver(until=lambda: count(town, "resumption where done_at is null") == MANY)
    assert new.decide_anew() == MANY
    await new.deliver(until=accepted(town))
    assert town.query("select distinct revision from event") == [(3,)]


async def test_going_back_to_the_rules_of_before_is_a_step_forward_too(town: Town, old: Host, new: Host) -> None:
    old.start()
    new.start()
    new.route(*concerns())
    old.start()
    await old.deliver(until=lambda: count(town, "resumption") == MANY)
    assert old.decide_anew() == MANY
    await old.deliver(until=accepted(town))
    assert ("accepted", None, "ISP-POL-EDU-001@3") in deliveries(town)


async def test_a_person_is_asked_where_no_router_on_the_new_rules_comes_in_time(
    town: Town, old: Host, new: Host
) -> None:
    old.start()
    new.start()
    old.route(*concerns(1))
    await new.deliver(until=lambda: count(town, "resumption") == 1)
    town.change("update delivery set created_at = created_at - interval '1 hour'")
    await new.deliver(until=lambda: count(town, "review_task") == 1)
    [(cause, status, why)] = town.query("select cause, status, why[1] from review_task")
    assert (cause, status) == ("recheck", "open")
    assert "no longer in force" in why


async def test_the_same_rules_taken_into_use_by_many_processes_have_one_number(
    town: Town, old: Host, new: Host
) -> None:
    for host in (old, old, new, new, new, old):
        host.start()
    versions = [version for (version,) in town.query("select version from rules_use order by number")]
    assert versions == [old.parts.rules.version, new.parts.rules.version, old.parts.rules.version]


async def test_hosts_that_differ_in_a_key_alone_decide_ever_more_slowly_and_go_on_once_it_is_there(
    town: Town, old: Host
) -> None:
    """Its dispatcher knows of no signature, so that no agreement is in force for it."""
    old.start()
    lacking = Host(parts_of(town, old.parts.settings), town)
    lacking.parts.signed = frozenset()
    old.route(*concerns(1))
    for _ in range(8):
        await lacking.deliver(seconds=0.5, until=lambda: deliveries(town).get(PENDING, 0) == 0)
        old.decide_anew()
    [(revision,)] = town.query("select revision from event")
    assert revision in {4, 5}, "eight times stopped would have been eight revisions"

    town.change("update event_revision set decided_at = decided_at - interval '5 minutes'")
    old.decide_anew()
    await old.deliver(until=accepted(town, 1))
    assert accepted(town, 1)()


# --- nothing that the hub gives up is beyond an operator's hand ------------------------------------------------------


def given_up(town: Town, host: Host) -> UUID:
    """What older releases left behind: twenty revisions, given up, held."""
    host.route(*concerns(1))
    [(event_id, delivery_id)] = town.query("select event_id, delivery_id from delivery")
    for revision in range(2, 22):
        town.change(
            "insert into event_revision select event_id, %s, 'recheck', outcome, rules_version, evidence_key, evidence,"
            " decided_at - interval '1 hour' from event",
            revision,
        )
    town.change("update event set revision = 21")
    town.change("update delivery set status = 'held', reason = 'isp_not_in_force'")
    town.change(
        "insert into resumption (event_id, subject, cause, requested_at) values (%s, '1', 'recheck', hub.now())",
        event_id,
    )
    host.decide_anew()
    assert town.query("select failed from resumption") == [("it went in circles",)]
    found: UUID = delivery_id
    return found


OPERATOR = act(typed("O. Perator"), "all hosts are on the same rules again", NOW)


async def test_replayed_it_is_decided_anew_and_goes(town: Town, old: Host) -> None:
    given_up(town, old)
    with old.parts.desk() as desk:
        held = held_for(desk, Unsent.ISP_NOT_IN_FORCE, None)
        assert handle(desk, Hand.REPLAY, held, OPERATOR).changed == tuple(held)
    assert old.decide_anew() == 1
    await old.deliver(until=accepted(town, 1))
    assert accepted(town, 1)()


async def test_answered_again_it_is_decided_anew_and_goes(town: Town, old: Host) -> None:
    given_up(town, old)
    [(task_id,)] = town.query("select task_id from review_task where owner = 'hub' and status = 'open'")
    with old.parts.desk() as desk:
        assert old.parts.reviewing(desk).answer(task_id, Answer.AGAIN, [], OPERATOR).resumes
    assert old.decide_anew() == 1
    await old.deliver(until=accepted(town, 1))
    assert accepted(town, 1)()


async def test_and_what_a_person_brought_back_may_be_stopped_again_and_again(town: Town, old: Host) -> None:
    given_up(town, old)
    with old.parts.desk() as desk:
        handle(desk, Hand.REPLAY, held_for(desk, Unsent.ISP_NOT_IN_FORCE, None), OPERATOR)
    old.decide_anew()
    town.change("update delivery set status = 'held', reason = 'recipient_key_changed' where status = 'pending'")
    town.change(
        "insert into resumption (event_id, subject, cause, requested_at) "
        "select event_id, '1', 'recheck', hub.now() from event"
    )
    assert old.decide_anew() == 1
    found: list[tuple[Any, ...]] = town.query("select count(*) from resumption where failed is not null")
    assert found == [(1,)], "that of before"
