"""The matcher measured: quality on both mixes over several seeds, and speed, on a register of generated children.

Quality is counted by `hub.matching.lab.evaluating`; speed is of `Register.match` with the database, in batches of 500
and one at a time, on life-like queries. The floor is the one candidate query of each batch alone, in alternation. Clean
questions are asked twice: cold, of a register that nobody asked since it was loaded, and warm.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from time import perf_counter, process_time
from typing import Any

import psycopg

from hub.bench import splink_side
from hub.facts.model import Identity
from hub.facts.terms import Relationship
from hub.matching.deciding.child import child_of
from hub.matching.lab.evaluating import Counts, Evaluation
from hub.matching.lab.labelled import Labelled, evaluate
from hub.matching.lab.loading import bulk_load
from hub.matching.lab.trials.mixes import Question, World, about_registered, few_facts, hard, life_like
from hub.matching.lab.trials.naming import Side
from hub.matching.lab.trials.people import households
from hub.matching.lab.trials.registered import FEW_FACTS
from hub.matching.register import store
from hub.matching.register.records import RegisterKeys, SourceRecord
from hub.matching.register.register import Register
from hub.store.connecting import connect
from hub.store.migrate import upgrade

BATCH = 500
_SEEDS_OF_A_REGISTER = 1_000
_CLEAN_BATCHES = 20
_OF_EACH_KIND = 1_000
"""Questions of few facts, of each kind and seed."""
_SINGLES_BESIDE = 500
_ORGANISATION = "school.glenmore-primary"
_KEYS = RegisterKeys(b"bench" * 8, "hub.register.bench", {"hub.register.bench": b"k" * 32})


@dataclass(frozen=True, slots=True)
class Trial:
    """How much work: registered children, questions of each mix and seed, seeds, and single look-ups.

    `seed` is the register's; the mixes are asked with seeds of their own for each register. `splink` asks Splink the
    hard mix's questions too.
    """

    children: int
    questions: int
    seeds: int
    singles: int = 2_000
    seed: int = 1
    splink: bool = False

    def as_json(self) -> dict[str, int]:
        """What the figures are of."""
        work = {"children": self.children, "questions": self.questions, "seeds": self.seeds, "seed": self.seed}
        return work | {"batch": BATCH}

    @property
    def asked_by(self) -> range:
        """Seeds of the questions."""
        first = (self.seed - 1) * _SEEDS_OF_A_REGISTER
        return range(first, first + self.seeds)


def measure(database_url: str, trial: Trial) -> dict[str, Any]:
    """Load an empty database and measure; one JSON document."""
    if trial.splink:
        splink_side.needs_the_extra()
    upgrade(database_url)
    register = Register(_KEYS)
    world = World.of(list(households(trial.children, Side.JUDGE, trial.seed)), Side.JUDGE)
    with connect(database_url) as connection:
        loaded = _load(connection, register, world)
        clean = _clean(connection, register, world)
        life, tough = (_quality(connection, register, world, trial, mix, trial.questions) for mix in (life_like, hard))
        few = _quality(connection, register, world, trial, few_facts, _OF_EACH_KIND * len(FEW_FACTS))
        asked, asked_alone = (
            [question.identity for question in life_like(world, count, -seed)]
            for seed, count in enumerate((20 * BATCH, trial.singles), start=1)
        )
        speed = _speed(connection, register, asked)
        singles = _singles(connection, register, asked_alone)
        held = _size(connection)
        beside = _splink(connection, register, world, trial, tough.overall) if trial.splink else {}
    return {
        "suite": "matching",
        "work": trial.as_json(),
        **speed,
        **singles,
        **clean,
        **held,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load_rate": loaded,
        "life_like": life.as_json(),
        "hard": tough.as_json(),
        "few_facts": few.as_json(),
        **beside,
        "checks": {"wrong_automatic": sum(one.overall.wrong for one in (life, tough, few))},
    }


def _load(connection: psycopg.Connection, register: Register, world: World) -> float:
    """Rows a second of `bulk_load`, which joins nothing."""
    began = perf_counter()
    rows = (
        SourceRecord(_ORGANISATION, str(index), Relationship.ENROLLED, person.identity)
        for index, person in enumerate(world.people)
    )
    with connection.transaction():
        count = bulk_load(connection, register, rows)
    connection.commit()
    rate = round(count / (perf_counter() - began), 1)
    connection.autocommit = True
    connection.execute("vacuum (analyze) source_record, blocking_key")  # as autovacuum does within minutes of a load
    connection.execute("checkpoint")
    connection.autocommit = False
    return rate


def _quality(
    connection: psycopg.Connection,
    register: Register,
    world: World,
    trial: Trial,
    mix: Callable[[World, int, int], Iterator[Question]],
    count: int,
) -> Evaluation:
    found = Evaluation()
    for seed in trial.asked_by:
        questions = mix(world, count, seed)
        while batch := [_labelled(question) for question in islice(questions, BATCH)]:
            evaluate(connection, register, batch, found)
    return found


def _clean(connection: psycopg.Connection, register: Register, world: World) -> dict[str, float]:
    """Microseconds of wall and of Python a clean question in batches, cold and warm."""
    chance = Random("clean")  # noqa: S311 - invented people, not secrets
    asked = [about_registered(chance, world, "clean").identity for _ in range(_CLEAN_BATCHES * BATCH)]
    found: dict[str, float] = {}
    for state in ("cold", "warm"):
        began, used = perf_counter(), process_time()
        for at in range(0, len(asked), BATCH):
            register.match(connection, asked[at : at + BATCH])
        found[f"clean_{state}_us"] = round((perf_counter() - began) / len(asked) * 1e6, 1)
        found[f"clean_{state}_cpu_us"] = round((process_time() - used) / len(asked) * 1e6, 1)
    return found


def _size(connection: psycopg.Connection) -> dict[str, float]:
    """Bytes of the register on disk, a child: records and keys, each with their indexes; and keys a child."""
    found = connection.execute(
        "select count(*), pg_total_relation_size('source_record'), pg_total_relation_size('blocking_key'), "
        "pg_indexes_size('source_record') + pg_indexes_size('blocking_key'), "
        "(select count(*) from blocking_key) from source_record"
    ).fetchone()
    assert found is not None
    children, records, keys, indexes, many = found
    return {
        "bytes_a_child": round((records + keys) / children, 1),
        "bytes_of_keys_a_child": round(keys / children, 1),
        "bytes_of_indexes_a_child": round(indexes / children, 1),
        "keys_a_child": round(many / children, 2),
    }


def _splink(
    connection: psycopg.Connection, register: Register, world: World, trial: Trial, hub: Counts
) -> dict[str, Any]:
    """Both sides on the hard mix: quality on all its questions, microseconds in bulk, milliseconds one at a time."""
    questions = [question for seed in trial.asked_by for question in hard(world, trial.questions, seed)]
    beside = splink_side.judge(splink_side.tune(world), questions, hub.automatic_registered / hub.registered)
    asked = [question.identity for question in questions[: 20 * BATCH]]
    bulk = 1e6 / _speed(connection, register, asked)["rate"]
    alone = _singles(connection, register, asked[:_SINGLES_BESIDE])["p50_ms"]
    own = {
        "automatic_rate": round(hub.automatic_registered / hub.registered, 5),
        "wrong_automatic": hub.wrong,
        "bulk_us": round(bulk, 1),
        "single_ms": alone,
    }
    return {"side_by_side": {"mix": "hard", "hub": own, "splink": beside}}


def _labelled(question: Question) -> Labelled:
    answer = None if question.answer is None else (_ORGANISATION, str(question.answer))
    groups = (("kind", question.kind), ("origin", question.origin), ("age_band", question.age_band))
    return Labelled(question.identity, answer, groups)


def _speed(connection: psycopg.Connection, register: Register, asked: Sequence[Identity]) -> dict[str, float]:
    """Look-ups a second, and those of the database alone; the first round warms up both and is not counted."""
    spent = floor = cpu = 0.0
    rows = 0
    for counted in (False, True):
        for at in range(0, len(asked), BATCH):
            batch = asked[at : at + BATCH]
            began, used = perf_counter(), process_time()
            register.match(connection, batch)
            between, cpu_used = perf_counter(), process_time()
            keys = dict.fromkeys(key for one in batch for key in register.blocker.query_keys(child_of(one)))
            rows += len(store.find(connection, keys, (), ()).rows)
            if counted:
                spent, floor, cpu = (
                    spent + between - began,
                    floor + perf_counter() - between,
                    cpu + cpu_used - used,
                )
    rate, of_floor = len(asked) / spent, len(asked) / floor
    return {
        "rate": round(rate, 1),
        "floor": round(of_floor, 1),
        "ratio": round(rate / of_floor, 3),
        "cpu_s_per_1000": round(cpu / len(asked) * 1_000, 4),
        "records_opened_a_question": round(rows / 2 / len(asked), 2),
    }


def _singles(connection: psycopg.Connection, register: Register, asked: Sequence[Identity]) -> dict[str, float]:
    times = []
    for one in asked:
        began = perf_counter()
        register.match(connection, [one])
        times.append(perf_counter() - began)
    times.sort()
    return {
        "p50_ms": round(times[len(times) // 2] * 1_000, 3),
        "p99_ms": round(times[len(times) * 99 // 100] * 1_000, 3),
    }
