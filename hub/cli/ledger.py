"""`hub ledger`: whether every entry still says what it committed to."""

from __future__ import annotations

import click

from hub.bootstrap.desk import open_store
from hub.cli.output import document, stop
from hub.ledger.verify import verify as verify_ledger
from hub.settings import read_settings


@click.group()
def ledger() -> None:
    """The append-only ledger."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(*, as_json: bool) -> None:
    """Recompute every leaf from its salt and facts. Erased entries keep their leaf and count apart.

    Whether entries are missing from the end cannot be told yet: signed checkpoints are to come.
    """
    with open_store(read_settings()) as connection, connection.transaction():
        found = verify_ledger(connection)
    if as_json:
        document({"ok": not found.wrong, "entries": found.entries, "erased": found.erased, "wrong": found.wrong})
    elif not found.wrong:
        click.echo(f"{found.entries} entries hold what they committed to ({found.erased} erased).")
    if found.wrong:
        stop(
            f"{len(found.wrong)} ledger entries do not hold what they committed to, the first is number "
            f"{found.wrong[0]}."
        )
