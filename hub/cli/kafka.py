"""`hub kafka`: the topics."""

from __future__ import annotations

import click

from hub.cli.output import document
from hub.kafka.admin import settle
from hub.kafka.connection import Kafka
from hub.settings import read_settings
from hub.sharing import load_rules


@click.group()
def kafka() -> None:
    """Kafka."""


@kafka.command()
@click.option(
    "--replication",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    help="Copies of each topic; 3 in production.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def init(*, replication: int, as_json: bool) -> None:
    """Create the topics that are missing, each with explicit settings; those that are there take no compression."""
    settings = read_settings()
    done = settle(Kafka.of(settings), load_rules(settings.rules).organisations, replication)
    if as_json:
        document({"created": done.created, "mended": done.mended})
    else:
        click.echo(f"Created: {', '.join(done.created)}." if done.created else "Every topic exists.")
        if done.mended:
            click.echo(f"Compressed records are unpacked by the broker from now on: {', '.join(done.mended)}.")
