"""`hub ledger`: whether every entry still says what it committed to."""

from __future__ import annotations

import hashlib

import click

from hub.bootstrap import open_store
from hub.cli.output import document, stop
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
    checked = erased = 0
    wrong: list[int] = []
    with open_store(read_settings()) as connection, connection.transaction(), connection.cursor("ledger") as cursor:
        cursor.itersize = 5_000
        cursor.execute("select seq, leaf, salt, facts from ledger_entry order by seq")
        for seq, leaf, salt, facts in cursor:
            checked += 1
            if salt is None or facts is None:
                erased += 1
            elif hashlib.sha256(b"\0" + salt + facts).digest() != leaf:
                wrong.append(seq)
    if as_json:
        document({"ok": not wrong, "entries": checked, "erased": erased, "wrong": wrong})
    elif not wrong:
        click.echo(f"{checked} entries hold what they committed to ({erased} erased).")
    if wrong:
        stop(f"{len(wrong)} ledger entries do not hold what they committed to, the first is number {wrong[0]}.")
