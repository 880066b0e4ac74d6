"""`hub sources`: the standing of each source that sent bad records, and release from quarantine."""

from __future__ import annotations

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import acting
from hub.cli.output import document, lines, stop, table
from hub.facts.act import Act
from hub.people.accounts.permissions import Doing
from hub.people.operating.sources import release as release_source
from hub.people.operating.sources import standings
from hub.settings import read_settings


@click.group()
def sources() -> None:
    """Sources and their standing."""


@sources.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, as_json: bool) -> None:
    """List sources that sent bad records of late."""
    with open_desk(read_settings()) as desk:
        found = standings(desk)
    if as_json:
        lines(found)
        return
    columns = ["source", "bad records", "since (UTC)", "quarantined (UTC)"]
    table("Sources", columns, [list(row.values()) for row in found], empty="No source sent a bad record.")


@sources.command()
@click.argument("source")
@acting(Doing.OPERATE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def release(source: str, *, act: Act, as_json: bool) -> None:
    """End a source's quarantine; `hub deadletters replay --of-reason quarantined` then puts its events back."""
    with open_desk(read_settings()) as desk:
        released = release_source(desk, source, act)
    if not released:
        stop("This source is not in quarantine: `hub sources list` shows who is.")
    if as_json:
        document({"released": source})
    else:
        click.echo(
            f"{source} is released. Put its events back with: hub deadletters replay --of-reason quarantined "
            f"--source {source} --by NAME --reason WHY"
        )
