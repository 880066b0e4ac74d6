"""The part of `hub subjects` that asks the register who children are, and judges how well it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import click

from hub.bootstrap.register import open_register
from hub.cli.output import document, print_faults, stop, table
from hub.facts.model import NO_MATCH, Identity, Match
from hub.facts.outcome import Matched, Matching, NeedsReview, NotFound
from hub.matching.deciding.decision import MATCH_FROM, REVIEW_FROM
from hub.matching.deciding.weights import Weights
from hub.matching.lab.chart import draw
from hub.matching.lab.evaluating import Evaluation
from hub.matching.lab.labelled import as_line, parse_labelled
from hub.matching.lab.labelled import evaluate as evaluate_batch
from hub.matching.lab.model_files import load_model
from hub.matching.lab.training import SEED
from hub.matching.lab.training import train as train_model
from hub.matching.lab.trials.mixes import World, few_facts, hard, life_like
from hub.matching.lab.trials.naming import Side
from hub.matching.lab.trials.people import households
from hub.matching.lab.trials.rolls import write_roll
from hub.matching.register.query_lines import QueryFault, parse_query
from hub.matching.register.register import Register
from hub.people.desk import Connection
from hub.settings import read_settings

_BATCH = 500
_LONGEST_LINE = 1 << 16

_OUTCOMES: dict[type[Matching], str] = {Matched: "match", NeedsReview: "review", NotFound: "none"}

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_new_file = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_file)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, one for each line of the file, in order.")
def match(file: Path, *, as_json: bool) -> None:
    """Ask the register who each child of a JSON lines file is."""
    faults: list[tuple[int, str]] = []
    counts = {"match": 0, "review": 0, "none": 0}
    with open_register(read_settings()) as (connection, held):
        for number, answer in enumerate(_answers(connection, held, _lines(file)), start=1):
            if "error" in answer:
                faults.append((number, answer["error"]))
            if "outcome" in answer:
                counts[answer["outcome"]] += 1
            if as_json:
                click.echo(json.dumps(answer))  # in ASCII: a query_id may be half a character
    if not as_json:
        table("Matches", ["outcome", "children"], list(counts.items()), empty="")
        print_faults(faults)
    if faults:
        stop(f"{len(faults)} {'line is' if len(faults) == 1 else 'lines are'} not a query; the rest was answered.")


@click.command()
@click.argument("file", type=_file)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--model", type=_file, help="A model file to weigh with: the hub's form, or a Splink model JSON.")
@click.option("--chart", type=_new_file, help="Write a chart of thresholds here, as SVG.")
def evaluate(file: Path, *, as_json: bool, model: Path | None, chart: Path | None) -> None:
    """Judge the matcher by labelled queries: `match` lines with `answer` (null, or organisation and local_id).

    An answer that is a local id alone counts as right in any organisation: where two use the same ids, name it.
    """
    found, read = Evaluation(), 0
    faults: list[tuple[int, str]] = []
    weights = Weights(load_model(model)) if model else None
    with open_register(read_settings(), weights) as (connection, held), file.open("rb") as source:
        while lines := list(islice(source, _BATCH)):
            questions = []
            for number, line in enumerate(lines, start=read + 1):
                try:
                    questions.append(parse_labelled(line))
                except QueryFault as fault:
                    faults.append((number, str(fault)))
            read += len(lines)
            with connection.transaction():
                evaluate_batch(connection, held, questions, found)
    if chart:
        chart.write_text(draw(found.scores.points(), MATCH_FROM, REVIEW_FROM), encoding="utf-8")
    if as_json:
        document(found.as_json() | {"faults": len(faults)})
    else:
        _print_evaluation(found)
        print_faults(faults, rest="")
    if faults:
        count = f"{len(faults)} {'line is' if len(faults) == 1 else 'lines are'}"
        stop(f"{count} not a labelled query; the rest was judged.")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--children", type=click.IntRange(100, 10_000_000), default=100_000, show_default=True)
@click.option("--questions", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="Of each mix.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--organisation", default="school.glenmore-primary", show_default=True, help="Whose roll it will be.")
def generate(folder: Path, *, children: int, questions: int, seed: int, organisation: str) -> None:
    """Write invented children as a roll (roll.csv) and labelled queries about them (life, hard and few, .jsonl)."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World.of(list(households(children, Side.JUDGE, seed)), Side.JUDGE)
    with (folder / "roll.csv").open("w", encoding="utf-8", newline="") as file:
        write_roll(world, file)
    for name, mix in (("life", life_like), ("hard", hard), ("few", few_facts)):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for number, question in enumerate(mix(world, questions, seed)):
                file.write(as_line(number, question, organisation) + "\n")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--children", type=click.IntRange(1_000, 10_000_000), default=100_000, show_default=True)
@click.option("--questions", type=click.IntRange(1_000, 1_000_000), default=40_000, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
def train(file: Path, *, children: int, questions: int, seed: int) -> None:
    """Train the model on invented children, whose names `generate` never uses, and write it to FILE."""
    made = train_model(children, questions, seed)
    file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# --- import ---------------------------------------------------------------------------------------------------------


def _print_evaluation(found: Evaluation) -> None:
    table("Evaluation", ["figure", "value"], found.overall.as_json().items(), empty="")
    for grouping, groups in sorted(found.groups.items()):
        rows = [
            (name, one["questions"], one["automatic"], one["wrong_automatic"], one["review"], one["missed"])
            for name, one in ((name, counts.as_json()) for name, counts in sorted(groups.items()))
        ]
        table(f"By {grouping}", [grouping, "questions", "automatic", "wrong", "review", "missed"], rows, empty="")
    for grouping, compared in found.compared().items():
        for figure, names in compared["worse_than_chance"].items():
            worse = ", ".join(names) or "none"
            click.echo(f"{figure.replace('_', ' ')}, {grouping} worse than the others by more than chance: {worse}")


# --- match ----------------------------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A line of the file: what it asks, or what is wrong with it."""

    query_id: Any
    identity: Identity
    fault: str | None


def _lines(file: Path) -> Iterator[_Line]:
    with file.open("rb") as source:
        while raw := source.readline(_LONGEST_LINE):
            if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
                while raw and not raw.endswith(b"\n"):
                    raw = source.readline(_LONGEST_LINE)
                yield _Line(None, Identity(), "the line is too long")
                continue
            try:
                query_id, identity = parse_query(raw)
            except QueryFault as fault:
                yield _Line(fault.query_id, Identity(), str(fault))
            else:
                yield _Line(query_id, identity, None)


def _answers(connection: Connection, held: Register, lines: Iterator[_Line]) -> Iterator[dict[str, Any]]:
    while batch := list(islice(lines, _BATCH)):
        with connection.transaction():
            found = iter(held.match(connection, [line.identity for line in batch if line.fault is None]))
        today = held.today()
        for line in batch:
            if line.fault is None:
                yield _match_as_json(line.query_id, next(found, NO_MATCH), today)
            else:
                yield {"query_id": line.query_id, "error": line.fault}


def _match_as_json(query_id: Any, found: Match, today: date) -> dict[str, Any]:
    matched = found.outcome.subject_id if isinstance(found.outcome, Matched) else None
    return {
        "query_id": query_id,
        "outcome": _OUTCOMES[type(found.outcome)],
        "subject_id": str(matched) if matched else None,
        "registrations": [
            {"organisation": one.organisation, "local_id": one.local_id, "relationship": one.relationship.value}
            for one in found.registrations
            if one.until is None or one.until >= today
        ],
        "score": found.score,
        "margin": found.margin,
        "guards": list(found.guards),
        "explanation": [
            {"comparison": part.comparison, "level": part.level, "weight": part.weight} for part in found.explanation
        ],
    }
