"""`hub rules coverage`: of each kind of concern about each kind of child, who would hear, and where nobody would."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path

import click

from hub.cli.output import document, table
from hub.cli.rules import INSTANT
from hub.facts.clock import utc_now
from hub.sharing.checking.coverage import Cell
from hub.sharing.checking.covered import Square, Table, tables
from hub.sharing.loader import cover_rules


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--at", type=INSTANT, help="The moment of deciding; now, if left out.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page, whole in itself.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def coverage(folder: Path | None, *, at: datetime | None, html: Path | None, as_json: bool) -> None:
    """Say what the rules cover, as if every ISP were signed: by source, category, nation, age and where a child learns.

    A hole is where nobody but a last desk would hear: the council's front door, or the source's own duty desk.
    """
    cells, untried = cover_rules(folder or _shipped(), at or utc_now())
    if html is not None:
        html.write_text(_page(tables(cells), untried), encoding="utf-8")
    if as_json:
        clauses = [{"isp": isp, "clause": clause} for isp, clause in untried]
        document({"cells": [cell.as_json() for cell in cells], "clauses_without_scenario": clauses})
    elif html is None:
        _print(cells, untried)


def _print(cells: tuple[Cell, ...], untried: list[tuple[str, str]]) -> None:
    columns = ["source", "about", "nation", "told", "nobody is told"]
    rows = [
        [made.source, ", ".join(row.categories), nation, list(square.told), list(square.holes)]
        for made in tables(cells)
        for row in made.rows
        for nation, square in row.squares.items()
    ]
    table("Coverage", columns, rows, empty="These rules know no organisation that could raise a concern.")
    for isp, clause in untried:
        click.echo(f"No scenario tries {isp}, clause {clause}.")


_STYLE = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 2em; color: #212b32 }
table { border-collapse: collapse; margin: 1em 0 2em }
th, td { border: 1px solid #768692; padding: .4em; text-align: left; vertical-align: top }
ul { margin: 0; padding-left: 1.2em }
.whole { background: #e5f3ea }
.holes { background: #fdf3d6 }
"""


def _page(made: tuple[Table, ...], untried: list[tuple[str, str]]) -> str:
    """One page without scripts, and without anything from elsewhere."""
    body = "".join(map(_table, made))
    clauses = "".join(f"<li>{escape(isp)}, clause {escape(clause)}</li>" for isp, clause in untried)
    tried = f"<h2>Clauses that no scenario tries</h2><ul>{clauses}</ul>" if untried else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Coverage</title><style>{_STYLE}</style>'
        f"</head><body><h1>Who would hear, and where nobody would</h1>{body}{tried}</body></html>\n"
    )


def _table(made: Table) -> str:
    head = "".join(f'<th scope="col">{escape(nation)}</th>' for nation in made.nations)
    rows = "".join(
        f'<tr><th scope="row">{escape(", ".join(row.categories))}</th>'
        + "".join(_square(row.squares.get(nation)) for nation in made.nations)
        + "</tr>"
        for row in made.rows
    )
    caption = f"<caption><h2>Raised by {escape(made.source)}</h2></caption>"
    return f'<table>{caption}<thead><tr><th scope="col">About</th>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _square(square: Square | None) -> str:
    if square is None:
        return "<td></td>"
    told = "".join(f"<li>{escape(one)}</li>" for one in square.told)
    holes = "".join(f"<li>{escape(one)}</li>" for one in square.holes)
    told_list = f"<p>Told:</p><ul>{told}</ul>" if told else "<p>Nobody is told by a rule.</p>"
    hole_list = f"<p>Nobody:</p><ul>{holes}</ul>" if holes else "<p>No hole.</p>"
    return f'<td class="{"holes" if holes else "whole"}">{told_list}{hole_list}</td>'


def _shipped() -> Path:
    from hub.settings import read_settings  # noqa: PLC0415 - only where no folder is named

    return read_settings().rules
