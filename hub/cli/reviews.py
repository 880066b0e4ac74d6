"""`hub reviews`: what waits for a person, and what they say. A concern's review has a UUID, a record's a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import click
import psycopg
from psycopg.rows import dict_row

from hub.bootstrap import Parts, make_clerk, open_store, register
from hub.cli.acting import acting, opening
from hub.cli.beside import print_beside, shown_beside
from hub.cli.opening import opened_store
from hub.cli.output import document, lines, stop, table
from hub.facts.act import Act
from hub.facts.terms import Answer
from hub.matching.register import record_reviews as clerical
from hub.matching.register.beside import Beside
from hub.matching.register.register import Register
from hub.people.reviews import Answered, Reviewing, find
from hub.settings import read_settings

_COLUMNS = "task_id, event_id, subject, cause, owner, owner_role, tier, status, opened_at, due_by"
_STATES = ("open", "decided", "escalated")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class ReviewId(click.ParamType[UUID | int]):
    """A concern's review (UUID) or a register record's (number)."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> UUID | int:
        """Raises BadParameter where it is neither."""
        if isinstance(value, UUID | int):
            return value
        try:
            return int(value) if value.isascii() and value.isdigit() and len(value) < _LONGEST else UUID(value)
        except ValueError:
            self.fail("is neither the UUID of a concern's review nor the number of a record's", param, ctx)


_LONGEST = 19
_ID = click.argument("review_id", type=ReviewId())


@click.group()
def reviews() -> None:
    """Clerical review: of concerns, and of the register's records."""


@reviews.command(name="list")
@click.option("--status", type=click.Choice(_STATES), default=None)
@click.option("--of", type=click.Choice(["concerns", "records"]), default=None, help="Only those of one kind.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, status: str | None, of: str | None, limit: int, as_json: bool) -> None:
    """List reviews: concerns by the nearest deadline, then records by age."""
    settings = read_settings()
    with open_store(settings) as connection:
        concerns = _concerns(connection, status, limit) if of != "records" else []
        records = _records(connection, register(settings), status, limit) if of != "concerns" else []
    if as_json:
        lines([*concerns, *records])
        return
    if of != "records":
        columns = ["task", "what", "who answers", "due (UTC)"]
        rows = [[r["task_id"], f"{r['cause']}, {r['tier']}, {r['status']}", _owner(r), r["due_by"]] for r in concerns]
        table("Reviews of concerns", columns, rows, empty="No concern waits for review.")
    if of != "concerns":
        columns = ["review", "whose roll", "subjects proposed", "status", "opened (UTC)"]
        rows = [[r["task_id"], r["organisation"], len(r["candidates"]), r["status"], r["opened_at"]] for r in records]
        table("Reviews of the register's records", columns, rows, empty="No record waits for review.")


def _owner(row: dict[str, Any]) -> str:
    return f"{row['owner']} ({row['owner_role']})"


def _concerns(connection: psycopg.Connection, status: str | None, limit: int) -> list[dict[str, Any]]:
    found = connection.cursor(row_factory=dict_row).execute(
        f"select {_COLUMNS} from review_task where %(status)s::text is null or status = %(status)s "  # noqa: S608 - constant columns
        "order by due_by limit %(limit)s",
        {"status": status, "limit": limit},
    )
    return [{"of": "concern", **row} for row in found]


def _records(connection: psycopg.Connection, held: Register, status: str | None, limit: int) -> list[dict[str, Any]]:
    """A record's review is never escalated: nobody waits for it but the register."""
    if status == "escalated":
        return []
    found = clerical.list_reviews(connection, held, status=status, limit=limit)
    return [
        {
            "of": "record",
            "task_id": one.review_id,
            "cause": "record",
            "organisation": one.organisation,
            "candidates": one.candidates,
            "why": one.why,
            "status": one.status,
            "opened_at": one.opened_at,
        }
        for one in found
    ]


@reviews.command()
@_ID
@opening
@_JSON
def show(review_id: UUID | int, *, act: Act | None, as_json: bool) -> None:
    """Show one review and why a person is asked; no personal data without --open."""
    found, beside = _show_concern(review_id, act) if isinstance(review_id, UUID) else _show_record(review_id, act)
    if as_json:
        document(found | ({"beside": shown_beside(beside)} if act else {}))
        return
    table(f"Review {review_id}", ["what", "value"], [(name, _cell(value)) for name, value in found.items()], empty="")
    if act:
        print_beside(beside)
    elif found["status"] != "decided":
        click.echo(
            f"Names are not shown. To see the child beside those proposed: hub reviews show {review_id} --open "
            "--by NAME --reason WHY"
        )


def _cell(value: Any) -> Any:
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


def _show_concern(task_id: UUID, act: Act | None) -> tuple[dict[str, Any], Sequence[Beside]]:
    settings = read_settings()
    with opened_store(settings) as connection, connection.transaction():
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(f"select {_COLUMNS}, why, delivery_id from review_task where task_id = %s", (task_id,))  # noqa: S608 - constant columns
            .fetchone()
        )
        if found is None:
            stop("There is no review of this id: `hub reviews list` shows them.")
        answers = connection.cursor(row_factory=dict_row).execute(
            "select verdict, subject_id, at, counts from review_answer where task_id = %s order by at", (task_id,)
        )
        found["answers"] = answers.fetchall()
        if act is None:
            return found, ()
        return found, _reviewing().side_by_side(connection, find(connection, task_id), act)


def _show_record(review_id: int, act: Act | None) -> tuple[dict[str, Any], Sequence[Beside]]:
    settings = read_settings()
    clerk = make_clerk(settings)
    with opened_store(settings) as connection, connection.transaction():
        shown = clerical.show(connection, clerk.register, review_id)
        if shown is None:
            stop("There is no review of this id: `hub reviews list` shows them.")
        review = shown.review
        if act is not None and review.subject_id is not None:
            clerk.note_opening(connection, review.subject_id, act)
    found = {
        "task_id": review_id,
        "cause": "record",
        "organisation": review.organisation,
        "candidates": review.candidates,
        "why": review.why,
        "score": review.score,
        "status": review.status,
        "opened_at": review.opened_at,
    }
    return found, shown.beside if act else ()


@reviews.command()
@_ID
@click.option("--verdict", type=click.Choice([answer.value for answer in Answer]), required=True)
@click.option(
    "--subject-id", "subjects", type=click.UUID, multiple=True, help="Whom the child is; with different: is not."
)
@click.option(
    "--anyway",
    is_flag=True,
    help="Match a record although a person, or an organisation's roll, says that they are two.",
)
@acting
@_JSON
def decide(
    review_id: UUID | int,
    *,
    verdict: str,
    subjects: tuple[UUID, ...],
    anyway: bool,
    act: Act,
    as_json: bool,
) -> None:
    """Answer a review. What it is about goes on at once, under the rules now in force and its first deadlines.

    Of a child: match (with --subject-id), different, not_on_register, need_more. Of anything else: again, when what
    stood in the way is mended; done, when a person saw to it; need_more.
    """
    answer = Answer(verdict)
    if isinstance(review_id, int):
        _decide_record(review_id, answer, subjects, act, anyway=anyway, as_json=as_json)
        return
    if anyway:
        stop("--anyway is for the review of a record: an answer about a concern never needs it.")
    with opened_store(read_settings()) as connection, connection.transaction():
        done = _reviewing().answer(connection, review_id, answer, subjects, act)
    if as_json:
        document({"task_id": review_id, "closed": done.closed, "resumes": done.resumes, "second_needed": done.second})
    else:
        click.echo(_told(done))


def _decide_record(
    review_id: int, answer: Answer, subjects: Sequence[UUID], act: Act, *, anyway: bool, as_json: bool
) -> None:
    settings = read_settings()
    clerk = make_clerk(settings)
    if answer not in set(clerical.ANSWERS):
        stop(f"This review can be answered with {', '.join(clerical.ANSWERS)}.")
    with opened_store(settings) as connection, connection.transaction():
        made = clerk.decide(connection, review_id, answer, subjects, act, anyway=anyway)
    if as_json:
        document({"task_id": review_id, "closed": answer is not Answer.NEED_MORE, **made.as_json()})
    else:
        click.echo(f"Change {made.change_id}: undo it with `hub subjects undo {made.change_id}`.")


@reviews.command(name="wrong-child")
@click.argument("event_id", type=click.UUID)
@click.option("--subject", default="1", show_default=True, help="The child's key within the event.")
@click.option("--subject-id", "child", type=click.UUID, default=None, help="Who it is; else the register is asked.")
@acting
@_JSON
def wrong_child(event_id: UUID, *, subject: str, child: UUID | None, act: Act, as_json: bool) -> None:
    """A child of a decided concern was taken for another: whoever heard is called back, and it is decided anew."""
    with opened_store(read_settings()) as connection, connection.transaction():
        _reviewing().mistaken(connection, event_id, subject, child, act)
    if as_json:
        document({"event_id": event_id, "subject": subject, "resumes": True})
    else:
        click.echo("It is decided anew within a second: `hub concern show` tells what came of it.")


def _reviewing() -> Reviewing:
    return Parts(read_settings()).reviewing()


def _told(done: Answered) -> str:
    if done.second:
        return "Kept. A second reviewer, another person, must say the same before it counts."
    if not done.closed:
        return "Kept. The review stays open, and its clock runs."
    return "Answered. The concern is decided anew within a second." if done.resumes else "Answered."
