"""`hub deadletters`: records that could not be used, their reason, their owner, and replay after a fix."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import acting
from hub.cli.ids import Id, find_all
from hub.cli.output import details, document, lines, stop, table
from hub.facts.act import Act
from hub.facts.errors import Reason
from hub.people.accounts.permissions import Doing
from hub.people.ids import Thing, find
from hub.people.operating import dead_letters
from hub.settings import read_settings

_IDS = click.argument("dead_letter_ids", type=Id(), nargs=-1)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def deadletters() -> None:
    """Records that could not be used."""


@deadletters.command(name="list")
@click.option("--status", type=click.Choice(["open", "replayed", "escalated", "closed"]), default=None)
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, status: str | None, limit: int, as_json: bool) -> None:
    """List dead letters, oldest first."""
    with open_desk(read_settings()) as desk:
        found = dead_letters.list_dead_letters(desk, status, limit)
    if as_json:
        lines(found)
        return
    rows = [
        [
            row["dead_letter_id"],
            row["status"],
            row["reason"],
            f"{row['owner']} ({row['owner_role']})",
            row["opened_at"],
            row["due_by"],
        ]
        for row in found
    ]
    columns = ["id", "status", "reason", "owner", "opened (UTC)", "due (UTC)"]
    table("Dead letters", columns, rows, empty="No dead letters.")


@deadletters.command()
@click.argument("dead_letter_id", type=Id())
@_JSON
def show(dead_letter_id: str, *, as_json: bool) -> None:
    """Show one dead letter; its body stays sealed."""
    with open_desk(read_settings()) as desk:
        found = dead_letters.show_dead_letter(desk, find(desk, Thing.DEAD_LETTER, dead_letter_id))
    if found is None:
        stop("There is no dead letter with this id: `hub deadletters list` shows them.")
    if as_json:
        document(found)
    else:
        details("Dead letter", found)


@deadletters.command()
@_IDS
@click.option(
    "--of-reason", type=click.Choice([reason.value for reason in Reason]), help="All of this reason that wait."
)
@click.option("--source", help="With --of-reason: only those of this source.")
@acting(Doing.OPERATE)
@_JSON
def replay(
    dead_letter_ids: Sequence[str], *, of_reason: str | None, source: str | None, act: Act, as_json: bool
) -> None:
    """Put dead letters back on their topic, as they came, to be decided anew."""
    if bool(dead_letter_ids) == bool(of_reason):
        stop("Name dead letters by id, or an --of-reason: one of the two.")
    with open_desk(read_settings()) as desk:
        named = find_all(desk, Thing.DEAD_LETTER, dead_letter_ids)
        wanted = dead_letters.not_replayed(desk, Reason(of_reason), source) if of_reason else named
        replayed = dead_letters.replay(desk, wanted, act)
    if as_json:
        document({"replayed": replayed})
    else:
        click.echo(f"{len(replayed)} put back on their topics.")
    _check_all(wanted, replayed, _NOT_WHOLE)


@deadletters.command()
@_IDS
@acting(Doing.OPERATE)
@_JSON
def close(dead_letter_ids: Sequence[str], *, act: Act, as_json: bool) -> None:
    """Say that nothing more is to come of dead letters: what had to be done was done another way."""
    if not dead_letter_ids:
        stop("Name at least one dead letter by its id: `hub deadletters list` shows them.")
    with open_desk(read_settings()) as desk:
        wanted = find_all(desk, Thing.DEAD_LETTER, dead_letter_ids)
        closed = dead_letters.close(desk, wanted, act)
    if as_json:
        document({"closed": closed})
    else:
        click.echo(f"{len(closed)} closed.")
    _check_all(wanted, closed)


_NOT_WHOLE = (
    ", or less than all of it is kept (`whole` in `hub deadletters show`), so that only its source can send it again"
)


def _check_all(wanted: Sequence[UUID], done: Sequence[UUID], or_else: str = "") -> None:
    if set(wanted) != set(done):
        stop(
            f"Some of these are unknown, or were replayed already or closed{or_else}: `hub deadletters list` shows "
            "each one's status."
        )
