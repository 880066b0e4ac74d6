"""`hub kafka`: the topics."""

from __future__ import annotations

import asyncio

import click

from hub.cli.output import document
from hub.kafka.topics import create
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
    """Create the topics that are missing, each with explicit settings."""
    settings = read_settings()
    made = asyncio.run(create(settings.kafka(), load_rules(settings.rules).organisations, replication))
    if as_json:
        document({"created": made})
    else:
        click.echo(f"Created: {', '.join(made)}." if made else "Every topic exists.")
