"""How far each partition is decided is kept with what was decided, so that a database that came back behind says so."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from hub.routing.context import Record
from hub.routing.places import Behind
from tests.builders import FINLAY, ISLA, a_concern
from tests.town import PRIMARY, Town

URGENT = "concern.urgent"


def concern(number: int):
    return a_concern(reference=f"VPD-{number}").about(ISLA if number % 2 else FINLAY).made()


def at(town: Town, offset: int, partition: int = 0, number: int = 0) -> Record:
    """A sound record at this place."""
    key, value = town.sealed(concern(number or offset))
    return Record(URGENT, partition, offset, key, value, town.now)


def kept(town: Town) -> dict[int, int]:
    """Partition of the urgent topic -> how far the database says that it is decided."""
    return dict(town.query("select partition, next_offset from partition_offset where topic = %s", URGENT))


@contextmanager
def a_restore(town: Town):
    """What is decided meanwhile is gone afterwards, as after a failover to a copy that is some seconds behind."""
    names = ["event", "decision", "delivery", "ledger_entry", "outbox", "case_lock", "partition_offset", "dead_letter"]
    town.change("create schema before")
    for name in names:
        town.change(f"create table before.{name} as table hub.{name}")
    yield
    town.change("alter table ledger_entry disable trigger user")
    for name in [*reversed(names)]:
        town.change(f"delete from {name}")
    for name in names:
        columns = [
            row[0]
            for row in town.query(
                "select column_name from information_schema.columns where table_schema = 'hub' and table_name = %s "
                "and is_generated = 'NEVER' and identity_generation is null",
                name,
            )
        ]
        town.change(
            "insert into {0} ({1}) select {1} from before.{0}".format(name, ", ".join(f'"{one}"' for one in columns))
        )


def test_a_batch_says_how_far_its_partitions_are_decided_also_for_what_became_a_dead_letter(town: Town) -> None:
    town.route([at(town, 7), at(town, 3, partition=2), Record(URGENT, 0, 8, b"k", b"rubbish", town.now)])
    assert kept(town) == {0: 9, 2: 4}
    town.route([at(town, 7)])
    assert kept(town) == {0: 9, 2: 4}, "a repeat is no step back"


def test_a_batch_that_is_halved_says_how_far_it_came_all_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.routing import pipeline

    record = pipeline.record_event

    def failing_on_seven(routed, context):
        if routed.plan.checked.record.offset == 7:
            raise ZeroDivisionError
        return record(routed, context)

    monkeypatch.setattr(pipeline, "record_event", failing_on_seven)
    town.route([at(town, offset) for offset in (5, 6, 7, 8)])
    assert town.dead() == ["hub_fault"]
    assert kept(town) == {0: 9}


def test_what_a_database_lost_is_asked_for_again_at_the_next_batch_and_nothing_is_told_twice(town: Town) -> None:
    town.router.begin({(URGENT, 0): 0, (URGENT, 1): 4}, {(URGENT, 0), (URGENT, 1)})
    first = [at(town, offset) for offset in (0, 1)]
    later = [at(town, offset) for offset in (2, 3)]
    town.route(first)
    with a_restore(town):
        town.route(later)
    with pytest.raises(Behind) as raised:
        town.route([at(town, 4)])
    assert (raised.value.at, raised.value.records) == ({(URGENT, 0): 2}, {(URGENT, 0): 2})
    assert kept(town) == {0: 2, 1: 4}, "nothing of that batch is decided"

    told = town.query("select delivery_id from delivery order by 1")
    town.route([*later, at(town, 4)])
    assert kept(town)[0] == 5
    ids = town.query("select delivery_id from delivery where recipient = %s order by 1", PRIMARY)
    assert len(ids) == len(set(ids))
    assert set(told) <= set(town.query("select delivery_id from delivery"))
    assert town.query("select count(*) from event") == [(5,)]


def test_what_a_database_lost_is_noticed_also_while_nothing_new_comes(town: Town) -> None:
    mine = {(URGENT, 0)}
    town.router.begin({(URGENT, 0): 0}, mine)
    town.route([at(town, 0)])
    with a_restore(town):
        town.route([at(town, 1)])
        town.router.begin({}, mine)
    with pytest.raises(Behind) as raised:
        town.router.begin({}, mine)
    assert raised.value.at == {(URGENT, 0): 1}
    town.router.begin({}, mine)  # having gone back, there is nothing more to say


def test_whoever_takes_a_partition_over_compares_kafka_s_word_with_the_database_s(town: Town) -> None:
    town.route([at(town, 0), at(town, 1)])
    taking_over = town.parts.router()
    try:
        taking_over.begin({(URGENT, 0): 2}, {(URGENT, 0)})
        with pytest.raises(Behind) as raised:
            taking_over.begin({(URGENT, 0): 9}, {(URGENT, 0)})
        assert raised.value.at == {(URGENT, 0): 2}
    finally:
        taking_over.close()


def test_where_the_database_knows_more_or_nothing_kafka_s_word_is_taken(town: Town) -> None:
    """It was killed before it could tell Kafka; the topic was made anew; the release before had no such table."""
    town.route([at(town, 40)])
    town.router.begin({(URGENT, 0): 12, (URGENT, 5): 30}, {(URGENT, 0), (URGENT, 5)})
    assert kept(town) == {0: 12, 5: 30}
    town.route([at(town, 12, number=41)])
    assert kept(town) == {0: 13, 5: 30}


def test_a_partition_that_another_router_decides_by_now_is_nothing_to_go_back_for(town: Town) -> None:
    town.router.begin({(URGENT, 0): 0}, {(URGENT, 0)})
    town.route([at(town, 0), at(town, 1)])
    town.change("update partition_offset set next_offset = 1")
    town.router.begin({}, set())
    town.router.begin({(URGENT, 1): 0}, {(URGENT, 1)})
