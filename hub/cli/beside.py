"""A child beside those proposed, on the screen: field by field, what differs in bold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from rich.text import Text

from hub.cli.output import say, table
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
    if not found:
        click.echo("Nobody who was proposed is on the register any more.")
    for place, one in enumerate(found, 1):
        score = "" if one.score is None else f", {one.score:.1f} bits"
        whose = [record.organisation or "not shown" for record in one.records]
        rows = [_row(field) for field in one.fields if field.asked or any(field.held)]
        click.echo()
        columns = ["what", "the concern says", *whose, "agrees"]
        table(f"{place}. Subject {one.subject_id}{score}", columns, rows, empty="Nothing is held of this subject.")
        for guard in one.guards:
            say(f"Why a person is asked: {guard}", indent=2)


def _row(field: FieldBeside) -> list[Text]:
    style = "bold" if field.differs else ""
    values = [field.asked or _NOTHING, *(held or _NOTHING for held in field.held), field.level.replace("_", " ")]
    return [Text(field.name.replace("_", " ")), *(Text(value, style=style) for value in values)]
