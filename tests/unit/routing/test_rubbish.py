"""A budget for rubbish: the first records are dead letters of their own, a flood of them is a few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.facts.errors import Reason
from hub.routing.context import Record
from hub.routing.ingest import Refused
from hub.routing.rubbish import APART, WINDOW, Budget

NOW = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)


def rubbish(
    count: int, *, partition: int = 0, reason: Reason = Reason.NOT_FRAMED, source: str | None = None
) -> list[Refused]:
    return [
        Refused(Record("concern.immediate", partition, offset, b"k", b"x", NOW), reason, source)
        for offset in range(count)
    ]


def sizes(groups: list[list[Refused]]) -> list[int]:
    return [len(group) for group in groups]


def test_up_to_the_budget_each_record_is_a_dead_letter_of_its_own() -> None:
    assert sizes(Budget().divide(rubbish(APART), NOW)) == [1] * APART


def test_beyond_it_those_of_one_partition_and_reason_share_one_and_the_last_stands_for_them() -> None:
    budget = Budget()
    budget.divide(rubbish(APART), NOW)
    mixed = [*rubbish(5), *rubbish(2, reason=Reason.UNREADABLE)]
    groups = budget.divide([mixed[0], mixed[5], *mixed[1:5], mixed[6]], NOW)
    assert sizes(groups) == [5, 2]
    assert groups[0][-1].record.offset == 4


def test_a_flood_on_one_partition_costs_no_other_its_budget_and_a_new_window_begins_with_a_new_one() -> None:
    budget = Budget()
    budget.divide(rubbish(500), NOW)
    assert sizes(budget.divide(rubbish(2, partition=1), NOW)) == [1, 1]
    assert sizes(budget.divide(rubbish(2), NOW + WINDOW - timedelta(seconds=1))) == [2]
    assert sizes(budget.divide(rubbish(2), NOW + WINDOW)) == [1, 1]


def test_what_a_source_is_proved_to_have_sent_is_never_counted_together_and_spends_nothing() -> None:
    budget = Budget()
    proved = rubbish(APART * 2, reason=Reason.UNKNOWN_KEY, source="police.caledon")
    assert sizes(budget.divide(proved, NOW)) == [1] * (APART * 2)
    assert sizes(budget.divide(rubbish(2), NOW)) == [1, 1]
