"""`hub bench`: measurements, each against a floor taken in the same run."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import click

from hub.bench.adapters import measure as measure_adapters
from hub.bench.febrl4 import measure as measure_febrl4
from hub.bench.importing import Load
from hub.bench.importing import measure as measure_imports
from hub.bench.looking import measure as measure_looking
from hub.bench.matching import Trial
from hub.bench.matching import measure as measure_matching
from hub.bench.pipeline import Work, measure
from hub.cli.output import document, stop, table
from hub.log import configure


@click.group()
def bench() -> None:
    """Measurements. Ratios travel between machines, single figures do not."""


@bench.command()
@click.option("--events", type=click.IntRange(100, 1_000_000), default=20_000, show_default=True)
@click.option("--records", type=click.IntRange(100, 10_000_000), default=100_000, show_default=True)
@click.option("--isps", type=click.IntRange(1, 1_000), default=50, show_default=True)
@click.option(
    "--rounds", type=click.IntRange(1, 100), default=4, show_default=True, help="How often the two sides take turns."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def pipeline(*, events: int, records: int, isps: int, rounds: int, as_json: bool) -> None:
    """The router against the unavoidable work alone, on real Kafka and PostgreSQL."""
    configure("error")
    with _real_parts() as (bootstrap, database_url), tempfile.TemporaryDirectory(prefix="hub-bench-") as home:
        found = measure(bootstrap, database_url, Path(home), Work(events, records, isps, rounds))
    if as_json:
        document(found)
    else:
        table(
            "Pipeline",
            ["figure", "value"],
            ((name, value) for name, value in found.items() if name != "checks"),
            empty="",
        )
        table("Checks, all to be nought", ["check", "count"], found["checks"].items(), empty="")
    if any(found["checks"].values()):
        stop("A check is not nought: the figures above do not count.")


@bench.command()
@click.option("--children", type=click.IntRange(1_000, 20_000_000), default=100_000, show_default=True)
@click.option(
    "--questions", type=click.IntRange(500, 1_000_000), default=10_000, show_default=True, help="Of each mix."
)
@click.option("--seeds", type=click.IntRange(1, 100), default=3, show_default=True)
@click.option("--seed", type=click.IntRange(1, 1_000_000), default=1, show_default=True, help="Of the register.")
@click.option("--splink", is_flag=True, help="Ask Splink too, on the hard mix (`make judge` installs it).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def matching(*, children: int, questions: int, seeds: int, seed: int, splink: bool, as_json: bool) -> None:
    """The matcher on generated children: wrong, automatic and missed on both mixes, and look-ups a second."""
    configure("error")
    with _empty_database() as database_url:
        found = measure_matching(database_url, Trial(children, questions, seeds, seed=seed, splink=splink))
    if as_json:
        document(found)
    else:
        figures = [(name, value) for name, value in found.items() if not isinstance(value, dict)]
        for mix in ("life_like", "hard"):
            figures += [(f"{mix} {name}", value) for name, value in found[mix].items() if not isinstance(value, dict)]
        for side in ("hub", "splink"):
            beside = found.get("side_by_side", {}).get(side, {})
            figures += [(f"hard, {side} {name}", value) for name, value in beside.items()]
        table("Matching", ["figure", "value"], figures, empty="")
    if any(found["checks"].values()):
        stop("A match was wrong: the figures above do not count.")


@bench.command()
@click.option("--children", type=click.IntRange(1_000, 20_000_000), default=100_000, show_default=True)
@click.option("--rows", type=click.IntRange(500, 1_000_000), default=20_000, show_default=True, help="Of the roll.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def imports(*, children: int, rows: int, as_json: bool) -> None:
    """A roll joined into a register that holds its children, the same roll again, and bytes of database a record."""
    configure("error")
    if rows > children:
        stop("A roll lists each child once: --rows cannot be more than --children.")
    with _empty_database() as database_url, tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        found = measure_imports(database_url, Path(folder), Load(children, rows))
    if as_json:
        document(found)
    else:
        figures = [(name, value) for name, value in found.items() if not isinstance(value, dict)]
        table("Imports", ["figure", "value"], figures, empty="")
    if any(found["checks"].values()):
        stop("A check is not nought: the figures above do not count.")


@bench.command()
@click.option("--events", type=click.IntRange(10, 100_000), default=500, show_default=True, help="Invented ones.")
@click.option("--seed", type=click.IntRange(1, 1_000_000), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def looking(*, events: int, seed: int, as_json: bool) -> None:
    """Invented narratives looked through: clean ones held, leaking ones let go, texts a second."""
    found = measure_looking(events, seed)
    if as_json:
        document(found)
    else:
        figures = [(name, value) for name, value in found.items() if not isinstance(value, dict)]
        table("Looking", ["figure", "value"], figures, empty="")
        ways = [(way, told["asked"], told["missed"]) for way, told in found["ways"].items()]
        table("Ways of telling", ["way", "texts", "missed"], ways, empty="")
    if any(found["checks"].values()):
        stop("A text that tells what it may not was let go: `--json` says of which kind.")


@bench.command()
@click.option(
    "--records", type=click.IntRange(10, 100_000), default=500, show_default=True, help="Of each, each round."
)
@click.option("--rounds", type=click.IntRange(1, 100), default=4, show_default=True, help="How often they take turns.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def adapters(*, records: int, rounds: int, as_json: bool) -> None:
    """Native records of each format into a spool with its fsync, on one core, beside the police notice."""
    configure("error")
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as home:
        found = measure_adapters(Path(home), records, rounds)
    if as_json:
        document(found)
    else:
        rows = [(name, rate, found["cpu_ms"][name], found["ratios"][name]) for name, rate in found["rates"].items()]
        table("Adapters", ["format", "records a second", "CPU ms", "ratio to the police notice"], rows, empty="")
    if any(found["checks"].values()):
        stop("A record was not taken in: the figures above do not count.")


@bench.command()
@click.option("--splits", type=click.IntRange(1, 100), default=5, show_default=True, help="Ways to halve the copies.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def febrl4(*, splits: int, as_json: bool) -> None:
    """The matcher's score alone on FEBRL4 (`make judge` installs the data), without social security number."""
    found = measure_febrl4(splits)
    if as_json:
        document(found)
    else:
        table("FEBRL4", ["figure", "value"], found.items(), empty="")


@contextmanager
def _empty_database() -> Iterator[str]:
    """A new database on the server of the environment, else on one that deploy/local starts; dropped afterwards."""
    parts = _local_parts()
    with ExitStack() as stack:
        server = stack.enter_context(parts.find_postgres(stack.enter_context(parts.scratch_folder()), durable=True))
        name = f"bench_{uuid4().hex}"
        stack.callback(server.drop_database, name)
        yield server.create_database(name)


@contextmanager
def _real_parts() -> Iterator[tuple[str, str]]:
    """The addresses of the environment, else the parts that deploy/local starts for this run alone."""
    kafka, database = os.environ.get("HUB_KAFKA_BOOTSTRAP"), os.environ.get("HUB_DATABASE_URL")
    if kafka and database:
        yield kafka, database
        return
    parts = _local_parts()
    with ExitStack() as stack:
        data = stack.enter_context(parts.scratch_folder())
        yield (
            stack.enter_context(parts.find_kafka(data, lasting=True)).bootstrap,
            stack.enter_context(parts.find_postgres(data, durable=True)).url,
        )


def _local_parts() -> ModuleType:
    folder = Path(__file__).resolve().parents[2] / "deploy" / "local"
    spec = importlib.util.spec_from_file_location("parts", folder / "parts.py")
    if spec is None or spec.loader is None or not folder.is_dir():
        stop("Real Kafka and PostgreSQL are needed: set HUB_KAFKA_BOOTSTRAP and HUB_DATABASE_URL.")
    sys.path.insert(0, str(folder))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
