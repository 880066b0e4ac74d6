"""`hub sources`: the standing of each source that sent bad records, and release from quarantine."""

from __future__ import annotations

import click
from psycopg.rows import dict_row

from hub.bootstrap import open_store
from hub.cli.output import document, lines, stop, table
from hub.settings import read_settings


@click.group()
def sources() -> None:
    """Sources and their standing."""


@sources.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, as_json: bool) -> None:
    """List sources that sent bad records of late."""
    with open_store(read_settings()) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute("select source, bad_count, bad_since, quarantined_at from source_standing order by source")
            .fetchall()
        )
    if as_json:
        lines(found)
    else:
        table(
            "Sources",
            ["source", "bad records", "since (UTC)", "quarantined (UTC)"],
            [list(r.values()) for r in found],
            empty="No source sent a bad record.",
        )


@sources.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def release(source: str, *, as_json: bool) -> None:
    """End a source's quarantine; `hub deadletters replay --reason quarantined` then puts its events back."""
    with open_store(read_settings()) as connection:
        found = connection.execute(
            "update source_standing set quarantined_at = null, bad_count = 0 where source = %s "
            "and quarantined_at is not null",
            (source,),
        ).rowcount
        connection.commit()
    if not found:
        stop("This source is not in quarantine: `hub sources list` shows who is.")
    if as_json:
        document({"released": source})
    else:
        click.echo(
            f"{source} is released. Put its events back with: "
            f"hub deadletters replay --reason quarantined --source {source}"
        )
