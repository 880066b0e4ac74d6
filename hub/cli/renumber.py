"""`hub subjects renumber`: a list of superseded numbers into the register."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hub.bootstrap.persons import open_registrar
from hub.cli.acting import acting
from hub.cli.output import document, print_faults, stop, table
from hub.facts.act import Act
from hub.matching.rolls.number_list import NumberList, open_number_list
from hub.people.accounts.permissions import Doing
from hub.people.renumbering import Renumbered
from hub.settings import read_settings


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting(Doing.CHANGE_REGISTER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def renumber(file: Path, *, act: Act, as_json: bool) -> None:
    """Take in numbers that were superseded or merged: NHS, CHI and H&C numbers, UPNs and SCNs.

    FILE is CSV with the columns old, new and since, in any order, and scheme (nhs_number, chi_number, hc_number, upn,
    scn) where the form does not tell the kind. From then on the old number finds the child under the new one, and
    matches made on either are looked at again: whoever heard of a wrong child is called back. Safe to repeat: what is
    known is left alone, what was cut short goes on.
    """
    if not file.is_file():
        stop("The list is read twice, and a pipe only once: save it as a file and take that in.")
    numbers = open_number_list(file)
    if numbers.unknown_columns:
        click.echo(f"hub: these columns are ignored: {', '.join(numbers.unknown_columns)}.", err=True)
    with open_registrar(read_settings()) as registrar:
        done = _with_progress(numbers, registrar.take(numbers, act))
    if as_json:
        document(_as_json(done))
    else:
        _print(done)
    if done.unread:
        click.echo(
            f"hub: {done.unread} children of earlier concerns were not judged again, for what was sent of them is not "
            "kept any more.",
            err=True,
        )


def _with_progress(numbers: NumberList, steps: Iterable[Renumbered]) -> Renumbered:
    """Work through the rows, then through what waits; a bar on stderr where that is a terminal."""
    console = Console(stderr=True)
    done = Renumbered()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("taking in", total=numbers.count)
        for done in steps:
            looking = "taking in" if done.kept.rows < numbers.count else "looking again"
            bar.update(task, completed=done.kept.rows, description=looking)
    return done


def _as_json(done: Renumbered) -> dict[str, Any]:
    kept = done.kept
    return {
        "rows": kept.rows,
        "added": kept.added,
        "updated": kept.updated,
        "unchanged": kept.unchanged,
        "rejected": [{"line": fault.line, "reason": fault.reason} for fault in kept.rejected],
        "review": done.asked,
        "left": done.left,
        "decided_anew": done.wrong,
        "in_doubt": done.doubtful,
        "unread": done.unread,
    }


def _print(done: Renumbered) -> None:
    table(
        "Superseded numbers",
        ["what became of them", "number"],
        [
            ("rows that are new", done.kept.added),
            ("known, with another day", done.kept.updated),
            ("known", done.kept.unchanged),
            ("rejected", len(done.kept.rejected)),
            ("records for a person to review", done.asked),
            ("of these, apart until then", done.left),
            ("children of concerns who were another: decided anew", done.wrong),
            ("children of concerns whom a person is asked about", done.doubtful),
        ],
        empty="",
    )
    print_faults([(fault.line, fault.reason) for fault in done.kept.rejected])
