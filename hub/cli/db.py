"""`hub db`: the database's migrations."""

from __future__ import annotations

import click

from hub.bootstrap import upgrade_store
from hub.cli.output import document
from hub.settings import read_settings


@click.group()
def db() -> None:
    """The database."""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def upgrade(*, as_json: bool) -> None:
    """Apply the migrations that are missing."""
    applied = upgrade_store(read_settings())
    if as_json:
        document({"applied": applied})
    else:
        click.echo(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")
