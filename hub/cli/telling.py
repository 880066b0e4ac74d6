"""`hub concern show`: one event's whole story, for a person or as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.bootstrap import open_desk
from hub.cli.output import document, stop
from hub.facts.clock import spoken
from hub.people.story import tell
from hub.settings import read_settings

OUTCOMES = {"share": "told", "withhold": "not told", "cannot_decide": "a person decides"}


@click.command()
@click.argument("event_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(event_id: UUID, *, as_json: bool) -> None:
    """Tell one event's whole story: who was told what, when, under which ISP and clause, who was not and why."""
    with open_desk(read_settings()) as desk:
        story = tell(desk.connection, event_id, desk.evidence)
    if story is None:
        stop("The hub has no event with this id: it may still be in the adapter's spool or on Kafka.")
    if as_json:
        document(story)
    else:
        draw(story, Console())


def draw(story: dict[str, Any], console: Console) -> None:
    """The story as tables: decisions with reasons, then deliveries with receipts, then what waits for a person."""
    console.print(
        Text.assemble(
            (f"{story['kind'] or 'unusable record'}", "bold"),
            f" from {story['source']}, {story['tier']}: ",
            (story["outcome"].replace("_", " "), "bold"),
        )
    )
    if story.get("dead_letter"):
        dead = story["dead_letter"]
        console.print(f"Dead letter {dead['dead_letter_id']}: {dead['reason']}; {dead['owner']} answers.")
    for decision in story["decisions"]:
        _decision(decision, console)
    if story["deliveries"]:
        _deliveries(story["deliveries"], console)
    for review in story["reviews"]:
        ending = "answered" if review["status"] == "decided" else f"by {spoken(review['due_by'])}"
        console.print(
            Text.assemble(
                ("A person was asked: ", "yellow"),
                f"{review['owner']} ({review['owner_role']}), {ending}: ",
                " ".join(review["why"]),
            )
        )
    for made in story["revisions"]:
        console.print(
            f"Decided anew, revision {made['revision']}, {spoken(made['decided_at'])}: "
            f"{made['cause'].replace('_', ' ')}; {made['outcome'].replace('_', ' ')}."
        )
    for other in story["history"]:
        console.print(f"Same case: {other['kind']} {other['event_id']}, {other['outcome']}.")


def _decision(decision: dict[str, Any], console: Console) -> None:
    colour = {"share": "green", "withhold": "red", "cannot_decide": "yellow"}[decision["outcome"]]
    anew = f", revision {decision['revision']}" if decision["revision"] > 1 else ""
    under = f" under {decision['isp']}, clause {decision['clause']}" if decision["isp"] else ""
    console.print(
        Text.assemble(
            ("  " + OUTCOMES[decision["outcome"]], colour),
            f": {decision['recipient']} ({decision['role']}) about child {decision['subject']}{under}{anew}",
        )
    )
    if decision["released"]:
        console.print(
            f"      shown:    {', '.join(_treated(*item) for item in decision['released'].items())}", highlight=False
        )
    if decision["withheld"]:
        console.print(f"      withheld: {', '.join(decision['withheld'])}", highlight=False)
    for reason in decision["reasons"]:
        console.print(Text(f"      - {reason}", style="dim"))


def _treated(item: str, treatment: str | dict[str, str]) -> str:
    if treatment == "full":
        return item
    how = treatment if isinstance(treatment, str) else next(iter(treatment.values()))
    return f"{item} ({how.replace('_', ' ')})"


def _deliveries(deliveries: list[dict[str, Any]], console: Console) -> None:
    made = Table(title="Deliveries", title_justify="left")
    for column in ("to", "why", "status", "by", "receipts"):
        made.add_column(column, overflow="fold")
    for delivery in deliveries:
        receipts = ", ".join(f"{r['layer']} {spoken(r['at'])}" for r in delivery["receipts"])
        status = delivery["status"] + (f" ({delivery['reason']})" if delivery["reason"] else "")
        made.add_row(
            f"{delivery['recipient']} ({delivery['role']})",
            delivery["purpose"],
            f"{status}, {delivery['channel'] or 'no channel yet'}",
            spoken(delivery["due_by"]),
            receipts,
        )
    console.print(made)
