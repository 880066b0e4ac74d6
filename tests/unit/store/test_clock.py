"""One clock judges what is due, the database's; a process whose own differs says so, and goes on."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import hub
from hub import metrics
from hub.facts.clock import utc_now
from hub.facts.errors import Unavailable
from hub.store.clock import DatabaseClock, Said, difference, follow, set_clock
from hub.store.connecting import connect, connect_async

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def said(now: datetime, *, machine: datetime = NOON, took: float = 0.1, count: float = 10.0) -> Said:
    return Said(now, now, (machine, machine + s(took)), (count, count + took))


# --- following -------------------------------------------------------------------------------------------------------


def test_a_process_counts_on_from_what_the_database_said() -> None:
    assert follow(None, said(NOON, took=0.5, count=10.0)) == (NOON, 10.5)


def test_an_answer_that_was_slow_to_come_sets_nothing_back() -> None:
    known = follow(None, said(NOON, took=0.0, count=10.0))
    assert follow(known, said(NOON + s(4.0), took=1.0, count=14.0)) == known


def test_a_database_whose_clock_was_put_back_is_followed() -> None:
    known = follow(None, said(NOON, took=0.0, count=10.0))
    assert follow(known, said(NOON - s(3_600), took=0.1, count=15.0)) == (NOON - s(3_600), 15.1)


def test_a_database_whose_clock_was_put_forward_is_followed() -> None:
    known = follow(None, said(NOON, took=0.0, count=10.0))
    assert follow(known, said(NOON + s(120), took=0.1, count=15.0)) == (NOON + s(120), 15.1)


@pytest.mark.parametrize("machine", [s(-120), s(-3_600), s(90)])
def test_what_the_machine_says_changes_nothing_of_the_time(database_url: str, machine: timedelta) -> None:
    clock = DatabaseClock(lambda: database_url, machine=lambda: utc_now() + machine)
    with connect(database_url, autocommit=True) as connection:
        [[before]] = connection.execute("select hub.now()").fetchall()
        told = clock()
        [[after]] = connection.execute("select hub.now()").fetchall()
    assert before <= told <= after


def test_the_demonstrations_clock_begins_on_a_saturday_night_and_runs_on(database_url: str) -> None:
    with connect(database_url, autocommit=True) as connection:
        set_clock(connection, datetime(1999, 1, 1, tzinfo=UTC))
        set_clock(connection, SATURDAY_NIGHT)
        [[first], [second]] = [connection.execute("select hub.now()").fetchall()[0] for _ in range(2)]
    clock = DatabaseClock(lambda: database_url)
    assert SATURDAY_NIGHT <= first < second < clock() < SATURDAY_NIGHT + s(60)
    assert clock.warnings() == [], "it differs by intention, and the machine's is right"


def test_a_database_that_does_not_say_is_waited_for() -> None:
    with pytest.raises(Unavailable):
        DatabaseClock(lambda: "postgresql://nobody@127.0.0.1:1/nothing")()


# --- saying that clocks differ ---------------------------------------------------------------------------------------


def test_a_clock_may_be_a_moment_off_by_the_time_that_the_answer_took() -> None:
    assert difference(said(NOON + s(0.9), machine=NOON, took=1.0)) == s(0)
    assert difference(said(NOON + s(3.5), machine=NOON, took=1.0)) == s(2.5)
    assert difference(said(NOON - s(3.5), machine=NOON, took=1.0)) == s(-3.5)


@pytest.mark.parametrize(
    ("machine", "words"),
    [(s(-120), "120 s behind the database's"), (s(3_600), "3600 s ahead of the database's"), (s(-3), "3 s behind")],
)
async def test_a_clock_that_differs_by_more_than_two_seconds_is_said(
    database_url: str, machine: timedelta, words: str
) -> None:
    clock = DatabaseClock(lambda: database_url, machine=lambda: utc_now() + machine)
    async with await connect_async(database_url, "test") as connection:
        await clock.ask(connection)
    [warning] = clock.warnings()
    assert words in warning
    assert metrics.CLOCK_APART._value.get() == pytest.approx(-machine.total_seconds(), abs=1)


async def test_one_that_differs_by_less_is_not(database_url: str) -> None:
    clock = DatabaseClock(lambda: database_url, machine=lambda: utc_now() + s(1))
    async with await connect_async(database_url, "test") as connection:
        await clock.ask(connection)
    assert clock.warnings() == []


# --- nobody else -----------------------------------------------------------------------------------------------------

JUDGES = ("asking", "routing", "delivery", "people")
"""Rooms that decide what is due."""
READS = {"utc_now", "now", "today", "utcnow", "time"}


@pytest.mark.parametrize("room", JUDGES)
def test_no_room_that_judges_what_is_due_reads_the_clock_of_its_machine(room: str) -> None:
    read = [
        f"{path.name}:{node.lineno}"
        for path in (Path(hub.__file__).parent / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and any(one.name == "utc_now" for one in node.names))
        or (
            isinstance(node, ast.Attribute)
            and node.attr in READS
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date", "time"}
        )
    ]
    assert read == []


@pytest.mark.parametrize("room", JUDGES)
def test_no_statement_that_judges_what_is_due_asks_the_server_by_another_name(room: str) -> None:
    folder = Path(hub.__file__).parent / room / "sql"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}
    others = [
        name
        for name, text in texts.items()
        if "current_timestamp" in text or "now()" in text.replace("hub.now()", "") or " clock_timestamp()" in text
    ]
    assert [name for name in others if name not in {"advance_offsets.sql", "begin_offsets.sql"}] == []
