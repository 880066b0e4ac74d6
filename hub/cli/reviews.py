"""`hub reviews`: what waits for a person's decision."""

from __future__ import annotations

from uuid import UUID

import click
from psycopg.rows import dict_row

from hub.bootstrap import open_store
from hub.cli.output import document, lines, stop, table
from hub.settings import read_settings

_COLUMNS = "task_id, event_id, subject, cause, owner, owner_role, tier, status, opened_at, due_by"


@click.group()
def reviews() -> None:
    """Clerical review."""


@reviews.command(name="list")
@click.option("--status", type=click.Choice(["open", "decided", "escalated"]), default=None)
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, status: str | None, limit: int, as_json: bool) -> None:
    """List review tasks, the nearest deadline first."""
    with open_store(read_settings()) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(
                f"select {_COLUMNS} from review_task where %(status)s::text is null or status = %(status)s "  # noqa: S608 - constant columns
                "order by due_by limit %(limit)s",
                {"status": status, "limit": limit},
            )
            .fetchall()
        )
    if as_json:
        lines(found)
        return
    table(
        "Reviews",
        ["task", "event", "cause", "tier", "status", "who answers", "due (UTC)"],
        [
            [
                r["task_id"],
                r["event_id"],
                r["cause"],
                r["tier"],
                r["status"],
                f"{r['owner']} ({r['owner_role']})",
                r["due_by"],
            ]
            for r in found
        ],
        empty="Nothing waits for review.",
    )


@reviews.command()
@click.argument("task_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(task_id: UUID, *, as_json: bool) -> None:
    """Show one task and why a person is asked; no personal data."""
    with open_store(read_settings()) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(f"select {_COLUMNS}, why from review_task where task_id = %s", (task_id,))  # noqa: S608 - constant columns
            .fetchone()
        )
    if found is None:
        stop("There is no review task with this id: `hub reviews list` shows them.")
    if as_json:
        document(found)
        return
    table(
        f"Review {task_id}",
        ["what", "value"],
        [(name, "\n".join(value) if name == "why" else value) for name, value in found.items()],
        empty="",
    )
