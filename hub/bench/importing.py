"""Imports measured: a roll joined into a register that holds its children already, the same roll again, and bytes.

Every row is a child of the register as another organisation writes it down: in a hurry, with the slips of life that a
join bears. The floor is what nothing could leave out: the candidate query of each chunk, its rows sealed and copied in.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg

from hub.facts.model import Identity
from hub.facts.terms import Relationship
from hub.matching.lab.loading import bulk_load
from hub.matching.lab.trials import registered
from hub.matching.lab.trials.mixes import LIFE_LIKE, World, in_a_hurry
from hub.matching.lab.trials.naming import Side
from hub.matching.lab.trials.people import households
from hub.matching.lab.trials.rolls import write_rows
from hub.matching.register import store, writing_store
from hub.matching.register.records import RegisterKeys, SourceRecord
from hub.matching.register.register import Register
from hub.matching.register.sealing import local_keys, prepare
from hub.matching.rolls.importing import CHUNK, Tally, import_roll
from hub.matching.rolls.leaving import Allowance
from hub.matching.rolls.roll import open_roll
from hub.matching.rolls.row import Roll, RollRow
from hub.store.connecting import connect
from hub.store.migrate import upgrade

_Result = TypeVar("_Result")
_SCHOOL, _DOCTOR, _FLOOR = "school.glenmore-primary", "gp.bench", "gp.floor"
_KEYS = RegisterKeys(b"bench" * 8, "hub.register.1", {"hub.register.1": b"k" * 32})
_SLIPS = (
    "clean",
    "nickname",
    "slip in surname",
    "slip in forename",
    "heard spelling",
    "half a double-barrelled surname",
    "names swapped",
    "day and month swapped",
)
_TABLES = ("source_record", "blocking_key", "subject_join", "subject_review")


@dataclass(frozen=True, slots=True)
class Load:
    """How much work: children of the register, and rows of the roll."""

    children: int
    rows: int


def measure(database_url: str, folder: Path, work: Load) -> dict[str, Any]:
    """Load an empty database, import a roll twice, and measure; one JSON document."""
    upgrade(database_url)
    register, path = Register(_KEYS), folder / "roll.csv"
    world = World.of(list(households(work.children, Side.JUDGE, 1)), Side.JUDGE)
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows(_elsewhere(world, work.rows), file)
    with connect(database_url) as connection:
        loaded = _load(connection, register, world)
        world = World((), Side.JUDGE, {})  # what is measured below is the import's memory, not the world's
        roll = open_roll(path)
        floor, joined, again, joining, repeating = _rounds(connection, register, roll)
        wrong = _wrong(connection, register, work.rows)
        sizes = _sizes(connection)
        tidied = _tidied(connection)
    return {
        "suite": "imports",
        "work": {"children": work.children, "rows": work.rows, "chunk": CHUNK},
        "rate": round(work.rows / joining, 1),
        "floor": round(work.rows / floor, 1),
        "ratio": round(floor / joining, 3),
        "unchanged_rate": round(work.rows / repeating, 1),
        "bytes_a_record": sum(sizes.values()),
        "bytes": sizes,
        "bytes_a_record_reindexed": sum(tidied.values()),
        "load_rate": loaded,
        "linked": joined.linked,
        "review": joined.review,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "checks": {
            "wrong_joins": wrong,
            "rows_lost": work.rows - joined.linked - joined.review - joined.added,
            "written_again": work.rows - again.unchanged + again.ended,
        },
    }


def _load(connection: psycopg.Connection, register: Register, world: World) -> float:
    """Rows a second of `bulk_load`, which joins nothing; then what autovacuum does within minutes."""
    began = perf_counter()
    rows = (
        SourceRecord(_SCHOOL, str(index), Relationship.ENROLLED, person.identity)
        for index, person in enumerate(world.people)
    )
    with connection.transaction():
        count = bulk_load(connection, register, rows)
    spent = perf_counter() - began
    _alone(connection, "vacuum (analyze) source_record, blocking_key")
    return round(count / spent, 1)


def _tidied(connection: psycopg.Connection) -> dict[str, int]:
    """Bytes a source record once indexes are built anew: rows that come in no order leave their pages a third empty."""
    _alone(connection, "reindex table blocking_key")
    _alone(connection, "reindex table source_record")
    return _sizes(connection)


def _alone(connection: psycopg.Connection, statement: LiteralString) -> None:
    """Outside a transaction."""
    connection.commit()
    connection.autocommit = True
    connection.execute(statement)
    connection.autocommit = False


def _elsewhere(world: World, count: int) -> Iterator[tuple[str, Identity]]:
    """Children of the world, each once, as another organisation writes them down."""
    chance = Random("imports")  # noqa: S311 - invented people, not secrets
    shares = [LIFE_LIKE[kind] for kind in _SLIPS]
    for index in chance.sample(range(len(world.people)), count):
        person = world.people[index]
        scene = registered.Scene(chance, person, world.siblings(index), world.people, world.side)
        written = in_a_hurry(chance, person.identity)
        yield str(index), registered.KINDS[chance.choices(_SLIPS, shares)[0]](scene, written) or written


def _rounds(connection: psycopg.Connection, register: Register, roll: Roll) -> tuple[float, Tally, Tally, float, float]:
    """Seconds of the floor, both tallies, and their seconds. The floor goes first, so that it pays for cold pages."""
    floor, _ = _timed(lambda: _floor(connection, register, roll))
    joining, joined = _timed(lambda: _imported(connection, register, roll))
    repeating, again = _timed(lambda: _imported(connection, register, roll))
    return floor, joined, again, joining, repeating


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def _imported(connection: psycopg.Connection, register: Register, roll: Roll) -> Tally:
    *_, tally = import_roll(connection, register, roll, _DOCTOR, Relationship.REGISTERED_PATIENT, Allowance())
    return tally


def _floor(connection: psycopg.Connection, register: Register, roll: Roll) -> None:
    rows = roll.rows(_FLOOR, Relationship.REGISTERED_PATIENT, register.today())
    records = (prepare(row.record, register.blocker) for row in rows if isinstance(row, RollRow))
    while chunk := list(islice(records, CHUNK)):
        with connection.transaction(force_rollback=True):
            store.find(connection, dict.fromkeys(key for one in chunk for key in one.keys), (), ())
            ids = writing_store.next_ids(connection, len(chunk))
            writing_store.insert(
                connection,
                [register.seal(one, number, register.new_subject()) for one, number in zip(chunk, ids, strict=True)],
            )


def _sizes(connection: psycopg.Connection) -> dict[str, int]:
    """Bytes a source record, by table, with indexes."""
    (records,) = connection.execute("select count(*) from source_record").fetchone() or (0,)
    return {
        table: round(
            (connection.execute("select pg_total_relation_size(%s)", (table,)).fetchone() or (0,))[0] / records
        )
        for table in _TABLES
    }


def _wrong(connection: psycopg.Connection, register: Register, rows: int) -> int:
    """Rows that joined another child's subject."""
    owners: dict[str, dict[bytes, UUID]] = {}
    for organisation in (_SCHOOL, _DOCTOR):
        found = connection.execute(
            "select local_key, subject_id from source_record where organisation = %s", (organisation,)
        )
        owners[organisation] = dict(found.fetchall())
    chance = Random("imports")  # noqa: S311 - the same children as above
    at_home = set(owners[_SCHOOL].values())
    wrong = 0
    for index in chance.sample(range(len(owners[_SCHOOL])), rows):
        subject = owners[_DOCTOR][local_keys(register.blocker, _DOCTOR, str(index))[0]]
        own = owners[_SCHOOL][local_keys(register.blocker, _SCHOOL, str(index))[0]]
        wrong += subject in at_home and subject != own
    return wrong
