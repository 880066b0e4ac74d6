"""Log lines: what is tried again every second while a part is away is said once a minute."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from hub.log import Seldom


def said(seldom: Seldom, **line: Any) -> dict[str, Any] | None:
    try:
        return dict(seldom(None, "warning", line))
    except structlog.DropEvent:
        return None


def test_that_a_part_is_still_away_is_said_once_a_minute_with_how_many_lines_were_left_out() -> None:
    at = [1_000.0]
    seldom = Seldom(lambda: at[0])
    line = {"event": "kafka_away", "tier": "urgent"}
    assert said(seldom, **line) == line
    for _ in range(50):
        at[0] += 1
        assert said(seldom, **line) is None
    at[0] += 10
    assert said(seldom, **line) == line | {"repeated": 50}
    at[0] += 60
    assert said(seldom, **line) == line, "none was left out since"


def test_each_tier_and_each_library_has_a_line_of_its_own() -> None:
    seldom = Seldom(lambda: 0.0)
    for line in ({"event": "kafka_away", "tier": "urgent"}, {"event": "kafka_away", "tier": "routine"}):
        assert said(seldom, **line) is not None
    assert said(seldom, event="library", where="aiokafka.conn") is not None
    assert said(seldom, event="library", where="aiokafka.consumer.group_coordinator") is None
    assert said(seldom, event="library", where="psycopg.pool") is not None


@pytest.mark.parametrize("event", ["dead_letter", "database_behind", "accepted", "a part changed"])
def test_what_happened_is_said_each_time(event: str) -> None:
    seldom = Seldom(lambda: 0.0)
    assert [said(seldom, event=event) is not None for _ in range(3)] == [True] * 3
