"""How commands speak: one JSON document (or JSON lines) with `--json`, else tables and lists for a person.

Nothing is cut. A table that is wider than the screen is printed with short ids, then with lines broken between words;
one that still is wider, as a block of `name: value` lines for each row. Into a file or a pipe goes the whole table, a
line for each row.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hub.facts.errors import UserError
from hub.people.ids import SHORTEST

_INDENT, _BETWEEN = 2, 3
"""Of a block; and what a table has between two columns: a blank on both sides of a line."""
_UNBOUNDED = 10_000
_MOST_FAULTS = 20


def default(value: Any) -> Any:
    """Times as ISO 8601 with Z, days too, ids as text."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
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


def screen() -> Console:
    """Where people read: as wide as the terminal; as wide as need be where it is none, unless COLUMNS says."""
    bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(file=sys.stdout, width=None if bounded else _UNBOUNDED)


def say(sentence: str, *, indent: int = 0) -> None:
    """A sentence, broken between words. One that holds a command to copy is echoed instead, whole."""
    screen().print(Padding(Text(sentence), (0, 0, 0, indent), expand=False))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Rows under the names of their columns, or one sentence where there is nothing."""
    given = [list(row) for row in rows]
    if not given:
        click.echo(empty)
        return
    console, whole, short = screen(), _texts(given), _texts(_shortened(given))
    room = console.width - _BETWEEN * len(columns) - 1
    for shown, parts in ((whole, _lines), (short, _lines), (short, _words)):
        cells = [[row[place] for row in shown] for place in range(len(columns))]
        needed = [_widest(parts, *one) for one in zip(columns, cells, strict=True)]
        if sum(needed) <= room:
            liked = [_widest(_lines, *one) for one in zip(columns, cells, strict=True)]
            console.print(_drawn(title, columns, _shared(needed, liked, room), shown))
            return
    console.print(Text(title, style="italic"))
    for number, row in enumerate(whole):
        if number:
            console.print()
        _block(console, columns, row)


def details(title: str, values: Mapping[str, Any]) -> None:
    """One thing, a line for each of its values; those that are not there are left out."""
    console = screen()
    console.print(Text(title, style="italic"))
    named = {name.replace("_", " "): _text(value) for name, value in values.items()}
    shown = {name: value for name, value in named.items() if value}
    _block(console, list(shown), list(shown.values()))


def block(console: Console, values: Mapping[str, Any]) -> None:
    """A line for each value that is there, after its name."""
    _block(console, list(values), [_text(value) for value in values.values()])


def _block(console: Console, names: Sequence[str], values: Sequence[Text]) -> None:
    widest = max(map(len, names))
    for name, value in zip(names, values, strict=True):
        if not value:
            continue
        room = console.width - _INDENT - widest - len(": ")
        if _widest(_words, "", [value]) > room:  # beside its name it would be cut
            console.print(Padding(Text(f"{name}:", style="bold"), (0, 0, 0, _INDENT), expand=False))
            console.print(Padding(value, (0, 0, 0, 2 * _INDENT), expand=False))
            continue
        line = Table.grid(padding=(0, 1))
        line.add_column(width=widest + 1)
        line.add_column(overflow="fold")
        line.add_row(Text(f"{name}:", style="bold"), value)
        console.print(Padding(line, (0, 0, 0, _INDENT), expand=False))


def _drawn(title: str, columns: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Text]]) -> Table:
    made = Table(title=title, title_justify="left", header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        made.add_column(column, width=width)
    for row in rows:
        made.add_row(*row)
    return made


def _widest(parts: Callable[[Text], Iterable[Text]], column: str, cells: Sequence[Text]) -> int:
    """What a column needs so that none of the parts of its cells is broken."""
    return max(len(column), *(part.cell_len for cell in cells for part in parts(cell)))


def _shared(needed: Sequence[int], liked: Sequence[int], room: int) -> list[int]:
    """Widths of columns: what each needs, and what is left to those that would like more, the first one first."""
    left, widths = room - sum(needed), []
    for least, best in zip(needed, liked, strict=True):
        more = min(best - least, left)
        left -= more
        widths.append(least + more)
    return widths


def _lines(cell: Text) -> Iterable[Text]:
    return cell.split(allow_blank=True)


def _words(cell: Text) -> Iterable[Text]:
    return map(Text, cell.plain.split()) if cell.plain.strip() else [cell]


def _shortened(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Ids by as much of their beginning as tells them apart from the others of the table, and from a number."""
    ids = {str(cell) for row in rows for cell in row if isinstance(cell, UUID)}
    length = SHORTEST
    while len({one[:length] for one in ids}) < len(ids) or any(one[:length].isdigit() for one in ids):
        length += 1
    return [[str(cell)[:length] if isinstance(cell, UUID) else cell for cell in row] for row in rows]


def _texts(rows: Sequence[Sequence[Any]]) -> list[list[Text]]:
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> Text:
    match cell:
        case Text():
            return cell
        case None:
            return Text()
        case datetime():
            return Text(f"{cell:%Y-%m-%d %H:%M:%S}")
        case list() | tuple():
            return Text("\n").join(map(_text, cell))
        case _:
            return Text(str(cell))


def stop(sentence: str) -> NoReturn:
    """End the command with one plain sentence."""
    raise UserError(sentence)


def print_faults(faults: Sequence[tuple[int, str]], rest: str = "; --json lists them all") -> None:
    """The first faults of a file, by line, on stderr. `rest` says where the others are to be had."""
    for line, reason in faults[:_MOST_FAULTS]:
        click.echo(f"line {line}: {reason}", err=True)
    if len(faults) > _MOST_FAULTS:
        click.echo(f"and {len(faults) - _MOST_FAULTS} more{rest}.", err=True)
