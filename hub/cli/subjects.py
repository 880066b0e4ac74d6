"""`hub subjects`: rolls into the register, and who a child is by it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hub.bootstrap.register import open_register
from hub.cli.lazy import Later, LazyGroup
from hub.cli.output import document, print_faults, stop, table
from hub.facts.terms import Relationship
from hub.matching.rolls.ctf import open_ctf
from hub.matching.rolls.importing import Tally, import_roll
from hub.matching.rolls.leaving import SHARE, Allowance
from hub.matching.rolls.roll import open_roll
from hub.matching.rolls.row import Roll, usual_relationship
from hub.matching.rolls.transfer import School, is_number
from hub.settings import Settings, read_settings
from hub.sharing import load_rules
from hub.sharing.writing.organisations import Organisation

_SHOWN = 20
_CSV, _CTF = "csv", "ctf"

_LATER = {
    "evaluate": Later("register", "Judge the matcher by labelled queries."),
    "generate": Later("register", "Write invented children as a roll, and labelled queries about them."),
    "match": Later("register", "Ask the register who each child of a file is."),
    "merge": Later("changes", "Make two subjects one, under the first one's id."),
    "rekey": Later("changes", "Make every keyed hash again under the newest blocking secret."),
    "renumber": Later("renumber", "Take in numbers that were superseded or merged."),
    "reseal": Later("changes", "Seal every record under the newest register key."),
    "show": Later("changes", "Show what a subject is made of, and why."),
    "split": Later("changes", "Make records of a subject a subject of their own."),
    "train": Later("register", "Train the model on invented children, and write it to a file."),
    "undo": Later("changes", "Undo a split, a merge or the answer to a review."),
}
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=LazyGroup, later=_LATER)
def subjects() -> None:
    """The subject register: import rolls and superseded numbers, and ask who a child is."""


@subjects.command(name="import")
@click.argument("file", type=_file)
@click.option("--organisation", required=True, help="Whose roll it is, as in routing_rules/organisations/.")
@click.option("--format", "format_", type=click.Choice([_CSV, _CTF]), default=_CSV, show_default=True)
@click.option(
    "--changes", is_flag=True, help="A list of changes: whoever is absent from it stays. Default: a full roll."
)
@click.option(
    "--ending-share",
    type=click.FloatRange(0, 1),
    default=SHARE,
    show_default=True,
    help="Refuse a full roll that would end more of the open registrations (up to 10, if not over half, always may).",
)
@click.option(
    "--accept-endings", type=click.IntRange(0), help="Let a full roll end so many registrations all the same."
)
@click.option(
    "--nobody",
    type=click.Choice([relationship.value for relationship in Relationship]),
    multiple=True,
    help="A full roll lists nobody so related because there is nobody any more: end those left. May be repeated.",
)
@click.option(
    "--school-number",
    metavar="LEA/ESTAB",
    help="Of a Common Transfer File: the organisation's own number, which tells its pupils from those who come to it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_(
    file: Path,
    *,
    organisation: str,
    format_: str,
    school_number: str | None,
    changes: bool,
    ending_share: float,
    accept_endings: int | None,
    nobody: tuple[str, ...],
    as_json: bool,
) -> None:
    """Import a roll. Safe to repeat: what did not change is left alone, what was cut short goes on."""
    settings = read_settings()
    whose = _organisation(settings, organisation)
    if not file.is_file():
        stop("The roll is read twice, and a pipe only once: save it as a file and import that.")
    roll = _opened_roll(file, format_, School(whose.name, school_number or whose.dfe_number))
    if roll.unknown_columns:
        click.echo(f"hub: these columns are ignored: {', '.join(roll.unknown_columns)}.", err=True)
    if not roll.whole and not changes:
        click.echo("hub: the file is no full roll, as it says itself: nobody who is absent from it is ended.", err=True)
    allowance = (
        None
        if changes or not roll.whole
        else Allowance(ending_share, accept_endings, frozenset(map(Relationship, nobody)))
    )
    with open_register(settings) as (connection, held):
        tally = _with_progress(
            roll, import_roll(connection, held, roll, organisation, usual_relationship(whose.kinds), allowance)
        )
    if as_json:
        document(_tally_as_json(tally))
    else:
        _print(tally)
    _say_who_was_not_ended(tally)


def _say_who_was_not_ended(tally: Tally) -> None:
    for relationship, count in sorted(tally.unspoken.items()):
        click.echo(
            f"hub: {count} {relationship} were not ended, because the roll lists nobody {relationship}: if that is "
            f"because there is nobody any more, import it with --nobody {relationship}.",
            err=True,
        )
    if tally.kept:
        click.echo(
            f"hub: {tally.kept} absent from the roll were not ended, because a row that does not say whom it is about "
            "may be theirs: put those rows right and import again.",
            err=True,
        )


def _organisation(settings: Settings, organisation: str) -> Organisation:
    known = load_rules(settings.rules).organisations
    if organisation not in known:
        stop(f"There is no organisation {organisation} in the rules folder: see routing_rules/organisations/.")
    return known[organisation]


def _opened_roll(file: Path, format_: str, school: School) -> Roll:
    if school.number is not None and not is_number(school.number):
        stop("A school's number is its authority's and its own, as in 999/2001.")
    return open_ctf(file, school) if format_ == _CTF else open_roll(file)


def _with_progress(roll: Roll, tallies: Iterable[Tally]) -> Tally:
    """Work through the chunks; a bar on stderr where that is a terminal."""
    console = Console(stderr=True)
    tally = Tally()
    bar = Progress(
        TextColumn("importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task("importing", total=roll.count)
        for tally in tallies:
            bar.update(task, completed=tally.rows)
    return tally


def _tally_as_json(tally: Tally) -> dict[str, Any]:
    return {
        "rows": tally.rows,
        "added": tally.added,
        "linked": tally.linked,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "review": tally.review,
        "reopened": tally.reopened,
        "ended": tally.ended,
        "kept": tally.kept,
        "unspoken": tally.unspoken,
        "rejected": [{"line": fault.line, "reason": fault.reason} for fault in tally.rejected],
        "unused": {column: {"rows": len(lines), "lines": lines} for column, lines in sorted(tally.unused.items())},
    }


def _print(tally: Tally) -> None:
    table(
        "Import",
        ["what became of the rows", "rows"],
        [
            ("subjects of their own", tally.added),
            ("joined to a subject", tally.linked),
            ("updated", tally.updated),
            ("unchanged", tally.unchanged),
            ("for a person to review", tally.review),
            ("rejected", len(tally.rejected)),
            ("of these, reopened", tally.reopened),
            ("absent from the roll, and ended", tally.ended),
        ],
        empty="",
    )
    print_faults([(fault.line, fault.reason) for fault in tally.rejected])
    for column, lines in sorted(tally.unused.items()):
        rows = "1 row was" if len(lines) == 1 else f"{len(lines)} rows were"
        shown = ", ".join(map(str, lines[:_SHOWN])) + (" and more; --json lists them all" if lines[_SHOWN:] else "")
        click.echo(
            f"{column}: {rows} taken without it, because it fails its check or is none (line {shown}): did a "
            "spreadsheet spoil it?",
            err=True,
        )
