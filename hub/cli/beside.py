"""A child beside those proposed, on the screen: field by field, what differs in bold."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.matching.register.beside import Beside, FieldBeside

_NOTHING = "-"


def shown_beside(found: Sequence[Beside]) -> list[dict[str, Any]]:
    """As JSON; it holds what was opened."""
    return [
        {
            "subject_id": one.subject_id,
            "score": one.score,
            "rule": one.rule,
            "guards": one.guards,
            "restricted": one.restricted,
            "judged": one.judged,
            "records": [
                {
                    "organisation": record.organisation,
                    "local_id": record.local_id,
                    "relationship": record.relationship,
                    "start": record.start and record.start.isoformat(),
                    "end": record.end and record.end.isoformat(),
                }
                for record in one.records
            ],
            "fields": [
                {"name": f.name, "asked": f.asked, "held": f.held, "level": f.level, "differs": f.differs}
                for f in one.fields
            ],
            "explanation": [
                {"comparison": part.comparison, "level": part.level, "weight": part.weight} for part in one.explanation
            ],
        }
        for one in found
    ]


def print_beside(found: Sequence[Beside]) -> None:
    """A table for each subject proposed, the likeliest first."""
    console = Console(file=sys.stdout)
    if not found:
        console.print("Nobody who was proposed is on the register any more.")
    for place, one in enumerate(found, 1):
        console.print()
        console.print(_table(place, one))
        for guard in one.guards:
            console.print(f"  Why a person is asked: {guard}", highlight=False)


def _table(place: int, one: Beside) -> Table:
    score = "" if one.score is None else f", {one.score:.1f} bits"
    made = Table(title=f"{place}. Subject {one.subject_id}{score}", title_justify="left", header_style="bold")
    made.add_column("what")
    made.add_column("the concern says")
    for record in one.records:
        made.add_column(record.organisation or "not shown", overflow="fold")
    made.add_column("agrees")
    for field in one.fields:
        if field.asked or any(field.held):
            made.add_row(*_row(field))
    return made


def _row(field: FieldBeside) -> list[Text]:
    style = "bold" if field.differs else ""
    values = [field.asked or _NOTHING, *(held or _NOTHING for held in field.held)]
    return [
        Text(field.name.replace("_", " ")),
        *(Text(value, style=style) for value in values),
        Text(field.level.replace("_", " "), style=style),
    ]
