"""`hub db`: the database's migrations."""

from __future__ import annotations

import click

from hub.cli.output import document
from hub.settings import read_settings
from hub.store.embedded import database_url
from hub.store.migrate import upgrade as apply


@click.group()
def db() -> None:
    """The database."""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def upgrade(*, as_json: bool) -> None:
    """Apply the migrations that are missing."""
    applied = apply(database_url(read_settings()))
    if as_json:
        document({"applied": applied})
    else:
        click.echo(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")
