"""`hub db`: the database's migrations."""

from __future__ import annotations

import click

from hub.bootstrap.desk import upgrade_store
from hub.cli.output import document
from hub.settings import read_settings


@click.group()
def db() -> None:
    """The database."""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def upgrade(*, as_json: bool) -> None:
    """Apply the migrations that are missing."""
    settings = read_settings()
    applied = upgrade_store(settings)
    if as_json:
        document({"applied": applied})
    else:
        where = "of HUB_DATABASE_URL" if settings.database_url else f"embedded under {settings.home}"
        said = f"has new migrations: {', '.join(applied)}" if applied else "is up to date"
        click.echo(f"The database {where} {said}.")
