"""A partition stands that holds records and does not move, by the broker's word alone."""

from __future__ import annotations

from time import monotonic

import pytest
from aiokafka import TopicPartition

from hub.kafka.connection import Kafka
from hub.kafka.progress import STANDS_S, Look, Progress, Seen, judge

ONE, OTHER = TopicPartition("concern.urgent", 0), TopicPartition("concern.urgent", 1)


def test_a_partition_moves_when_its_commit_does_or_when_it_is_empty() -> None:
    begun = judge({}, {ONE: Look(7, 0), OTHER: Look(5, 0)}, 100.0)
    later = judge(begun, {ONE: Look(90, 0), OTHER: Look(9, 3)}, 110.0)
    assert (later[ONE].since, later[OTHER].since) == (100.0, 110.0), "what comes in behind is no progress"
    assert judge(later, {ONE: Look(90, 90), OTHER: Look(9, 9)}, 120.0)[ONE].since == 120.0
    assert judge(later, {ONE: Look(90, 90)}, 120.0).keys() == {ONE}


@pytest.mark.parametrize(
    ("look", "seconds", "moves"),
    [(Look(7, 0), STANDS_S + 1, False), (Look(7, 0), STANDS_S - 5, True), (Look(7, 7), STANDS_S * 9, True)],
)
async def test_a_tier_s_router_is_not_ready_while_one_partition_stands(
    look: Look, seconds: float, *, moves: bool
) -> None:
    progress = Progress(Kafka("127.0.0.1:9"))
    progress._seen[OTHER] = Seen(Look(3, 1), monotonic())
    progress._seen[ONE] = Seen(look, monotonic() - seconds)
    assert await progress.moves() is moves
