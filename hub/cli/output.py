"""How commands speak: one JSON document (or JSON lines) with `--json`, else a table for a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from hub.facts.errors import UserError

TO_COPY = "task"
"""A column whose ids people copy into the next command: never broken over lines."""


def default(value: Any) -> Any:
    """Times as ISO 8601 with Z, ids as text."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON output")


def document(value: Any) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, indent=1, default=default, ensure_ascii=False))


def lines(values: Iterable[Any]) -> None:
    """JSON lines."""
    for value in values:
        click.echo(json.dumps(value, default=default, ensure_ascii=False))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """A table, or one sentence where there is nothing."""
    shown = [["" if cell is None else _cell(cell) for cell in row] for row in rows]
    if not shown:
        click.echo(empty)
        return
    made = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column == TO_COPY)
    for row in shown:
        made.add_row(*row)
    Console(file=sys.stdout).print(made)


def _cell(cell: Any) -> str:
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else str(cell)


def stop(sentence: str) -> NoReturn:
    """End the command with one plain sentence."""
    raise UserError(sentence)
