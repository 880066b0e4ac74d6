"""The part of `hub subjects` that changes the register by hand: show, split, merge, undo, and re-sealing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hub.bootstrap.persons import open_clerk
from hub.bootstrap.register import open_register
from hub.cli.acting import acting, opening
from hub.cli.output import document, stop, table
from hub.facts.act import Act
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.matching.register.changes import Kind
from hub.matching.register.renewing import Renewed
from hub.matching.register.renewing import rekey as rekey_records
from hub.matching.register.renewing import reseal as reseal_records
from hub.matching.register.subjects import RecordShown
from hub.people.accounts.permissions import Doing
from hub.people.register import Made, Said
from hub.settings import read_settings

_SHOWN = 20
_RECALL = click.option(
    "--recall",
    is_flag=True,
    help="Have what was routed by the wrong join decided anew; who need not know is called back.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command()
@click.argument("subject_id", type=click.UUID)
@opening(Doing.CHANGE_REGISTER)
@_JSON
def show(subject_id: UUID, *, act: Act | None, as_json: bool) -> None:
    """Show what a subject is made of, and why; no personal data without --open."""
    with open_clerk(read_settings()) as clerk:
        found = clerk.subject(subject_id, act)
        said = clerk.history_of_records([one.record_id for one in found.records])
    opened = act is not None
    records = [_record_as_json(one, opened=opened) for one in found.records]
    if as_json:
        document(
            {
                "subject_id": subject_id,
                "restricted": found.restricted,
                "records": records,
                "changes": [_said_as_json(one, opened=opened) for one in said],
            }
        )
        return
    columns = list(records[0])
    table(f"Subject {subject_id}", columns, [list(map(_cell, row.values())) for row in records], empty="")
    history = [_said_as_json(one, opened=opened) for one in said]
    table("Changes", list(history[0]) if history else [], [list(row.values()) for row in history], empty="")


@click.command()
@click.argument("subject_id", type=click.UUID)
@click.option(
    "--record",
    "records",
    nargs=2,
    multiple=True,
    required=True,
    metavar="ORGANISATION LOCAL_ID",
    help="May be repeated.",
)
@_RECALL
@acting(Doing.CHANGE_REGISTER)
@_JSON
def split(subject_id: UUID, *, records: Sequence[tuple[str, str]], recall: bool, act: Act, as_json: bool) -> None:
    """Make records of a subject a subject of their own; lists what was routed by it, and recalls with --recall."""
    with open_clerk(read_settings()) as clerk:
        made = clerk.split(subject_id, records, act)
        if recall:
            clerk.recall(made)
    _tell(made, recall=recall, as_json=as_json)


@click.command()
@click.argument("subject_id", type=click.UUID)
@click.argument("other_id", type=click.UUID)
@click.option("--anyway", is_flag=True, help="Although a person, or an organisation's roll, says that they are two.")
@acting(Doing.CHANGE_REGISTER)
@_JSON
def merge(subject_id: UUID, other_id: UUID, *, anyway: bool, act: Act, as_json: bool) -> None:
    """Make two subjects one, under the first one's id, once a second person gives the same command."""
    with open_clerk(read_settings()) as clerk:
        made = clerk.merge(subject_id, other_id, act, anyway=anyway)
    _tell(made, as_json=as_json)


@click.command()
@click.argument("change_id", type=click.IntRange(1, 1 << 62))
@_RECALL
@acting(Doing.CHANGE_REGISTER)
@_JSON
def undo(change_id: int, *, recall: bool, act: Act, as_json: bool) -> None:
    """Undo a split, a merge or the answer to a review, by the change id that it printed."""
    with open_clerk(read_settings()) as clerk:
        made = clerk.undo(change_id, act)
        if recall:
            clerk.recall(made)
    _tell(made, recall=recall, as_json=as_json)


@click.command()
@_JSON
def reseal(*, as_json: bool) -> None:
    """Seal every record under the newest register key. Safe beside imports and matching, and to repeat."""
    with open_register(read_settings()) as (connection, held):
        done = _with_progress("sealing again", reseal_records(connection, held))
    if as_json:
        document({"resealed": done.records, "left": done.left, "keys": done.keys})
    else:
        table("Records by key", ["key", "records"], sorted(done.keys.items()), empty="The register holds nothing.")
    if done.left:
        stop(f"{done.left} records are still under an older key: run the command again.")


@click.command()
@_JSON
def rekey(*, as_json: bool) -> None:
    """Make every keyed hash again under the newest blocking secret. Safe beside imports and matching, and to repeat."""
    settings = read_settings()
    keys = FileKeys(settings.keys)
    with open_register(settings) as (connection, held):
        if held.blocker.current != keys.current(HUB, Use.BLOCKING):
            stop("The newest blocking secret is younger than ten minutes: wait, so that every process has noticed it.")
        done = _with_progress("hashing again", rekey_records(connection, held))
    if as_json:
        document({"rekeyed": done.records, "left": done.left, "secrets": done.keys})
    else:
        table("Records by secret", ["secret", "records"], sorted(done.keys.items()), empty="The register is empty.")
    if done.left:
        stop(f"{done.left} records are still under an older secret: run the command again.")


def _tell(made: Made, *, as_json: bool, recall: bool = False) -> None:
    if as_json:
        document(made.as_json() | {"decided_anew": recall and bool(made.routed)})
        return
    change = made.change
    if change.kind is Kind.PROPOSE:
        click.echo(f"Kept as change {made.change_id}. Nothing moves until another person gives the same command.")
        return
    click.echo(f"Change {made.change_id}: undo it with `hub subjects undo {made.change_id}`.")
    rows = [
        (subject, len(change.before.get(subject, ())), len(change.after.get(subject, ()))) for subject in _all(made)
    ]
    table("Subjects", ["subject", "records before", "after"], rows, empty="")
    if change.asked:
        click.echo(f"{change.asked} records joined in the meantime: a person is asked about each.")
    if made.routed:
        routed = [(one.event_id, one.subject) for one in made.routed[:_SHOWN]]
        title = "Routed by what proved wrong: decided anew" if recall else "Routed by what proved wrong: see --recall"
        table(title, ["event", "child within it"], routed, empty="")
        if len(made.routed) > _SHOWN:
            click.echo(f"and {len(made.routed) - _SHOWN} more; --json lists them all.")


def _all(made: Made) -> list[str]:
    return sorted({*made.change.before, *made.change.after})


def _record_as_json(one: RecordShown, *, opened: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "organisation": one.organisation,
        "relationship": one.relationship,
        "start": one.start and one.start.isoformat(),
        "end": one.end and one.end.isoformat(),
        "key": one.key_id,
        "joined": None
        if one.joined is None
        else {
            "rule": one.joined.rule,
            "version": one.joined.version,
            "score": round(one.joined.score, 6),
            "at": one.joined.joined_at,
        },
    }
    return shown | {"local_id": one.local_id, **one.fields} if opened else shown


def _said_as_json(one: Said, *, opened: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"change_id": one.change_id, "kind": one.kind, "undone": one.undone, "at": one.at}
    return shown | {"by": one.by, "reason": one.reason} if opened else shown


def _cell(value: Any) -> Any:
    return f"{value['rule']}, {value['score']:.1f} bits" if isinstance(value, dict) else value


def _with_progress(what: str, steps: Iterator[Renewed]) -> Renewed:
    """Work through the batches; a count on stderr where that is a terminal."""
    console = Console(stderr=True)
    done = next(steps)
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None, completed=done.records)
        for done in steps:
            bar.update(task, completed=done.records)
    return done
