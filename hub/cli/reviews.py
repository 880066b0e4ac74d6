"""`hub reviews`: what waits for a person, and what they say. A concern's review has a UUID, a record's a number."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import click

from hub.bootstrap.desk import open_desk
from hub.bootstrap.persons import open_clerk, open_reviewing, open_texts
from hub.cli.acting import acting, opening
from hub.cli.beside import print_beside, shown_beside
from hub.cli.ids import Id, ReviewId
from hub.cli.output import details, document, lines, stop, table
from hub.cli.texts import MaskType, print_passages, shown_passages
from hub.facts.act import Act
from hub.facts.terms import Answer
from hub.matching.register.beside import Beside
from hub.matching.register.changes import Kind
from hub.matching.register.record_reviews import RecordReview
from hub.people.accounts.permissions import Doing
from hub.people.desk import Row
from hub.people.ids import Thing, find
from hub.people.reviewing.child import Child
from hub.people.reviewing.reviews import Answered, list_reviews, show_review
from hub.people.reviewing.texts import TEXT
from hub.redaction.passages import Mask, Passage
from hub.settings import read_settings

_STATES = ("open", "decided", "escalated")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


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
    concerns: list[Row] = []
    records: list[Row] = []
    if of != "records":
        with open_desk(read_settings()) as desk:
            concerns = [{"of": "concern", **row} for row in list_reviews(desk, status, limit)]
    if of != "concerns":
        with open_clerk(read_settings()) as clerk:
            records = [{"of": "record", **_record_as_row(one)} for one in clerk.reviews(status, limit)]
    if as_json:
        lines([*concerns, *records])
        return
    if of != "records":
        _draw_concerns(concerns)
    if of != "concerns":
        _draw_records(records)


def _draw_concerns(concerns: Sequence[Row]) -> None:
    rows = [
        [r["task_id"], f"{r['cause']}, {r['tier']}, {r['status']}", f"{r['owner']} ({r['owner_role']})", r["due_by"]]
        for r in concerns
    ]
    columns = ["task", "what", "who answers", "due (UTC)"]
    table("Reviews of concerns", columns, rows, empty="No concern waits for review.")


def _draw_records(records: Sequence[Row]) -> None:
    rows = [[r["task_id"], r["organisation"], len(r["candidates"]), r["status"], r["opened_at"]] for r in records]
    columns = ["review", "whose roll", "subjects proposed", "status", "opened (UTC)"]
    table("Reviews of the register's records", columns, rows, empty="No record waits for review.")


def _record_as_row(one: RecordReview) -> Row:
    return {
        "task_id": one.review_id,
        "cause": "record",
        "organisation": one.organisation,
        "candidates": one.candidates,
        "why": one.why,
        "status": one.status,
        "opened_at": one.opened_at,
    }


@reviews.command()
@_ID
@opening(Doing.REVIEW)
@_JSON
def show(review_id: str | int, *, act: Act | None, as_json: bool) -> None:
    """Show one review and why a person is asked; no personal data without --open."""
    found, beside = _show_record(review_id, act) if isinstance(review_id, int) else _show_concern(review_id, act)
    if found["cause"] == TEXT:
        _show_text(found, act, as_json=as_json)
        return
    if as_json:
        document(found | ({"beside": shown_beside(beside)} if act else {}))
        return
    _print_review(found)
    if act:
        print_beside(beside)
    elif found["status"] != "decided":
        click.echo(
            f"Names are not shown. To see the child beside those proposed: hub reviews show {review_id} --open "
            "--by NAME --reason WHY"
        )


def _show_concern(typed: str, act: Act | None) -> tuple[Row, Sequence[Beside]]:
    with open_desk(read_settings()) as desk:
        found = show_review(desk, find(desk, Thing.REVIEW, typed))
    if act is None or found["cause"] == TEXT:
        return found, ()
    with open_reviewing(read_settings()) as reviewing:
        return found, reviewing.side_by_side(found["task_id"], act)


def _print_review(found: Row) -> None:
    answers = [f"{one['verdict']} {one['at']:%Y-%m-%d %H:%M:%S}" for one in found.get("answers", ())]
    details("Review", found | {"answers": answers})


def _show_text(found: Row, act: Act | None, *, as_json: bool) -> None:
    passages: Sequence[Passage] = ()
    if act is not None:
        with open_texts(read_settings()) as texts:
            passages = texts.read(found["task_id"], act)
    if as_json:
        document(found | ({"texts": shown_passages(passages)} if act else {}))
        return
    _print_review(found)
    if act:
        print_passages(passages)
    elif found["status"] != "decided":
        task = found["task_id"]
        click.echo(f"The text is not shown. To read it: hub reviews read {task} --by NAME --reason WHY, and a second")
        click.echo(f"later: hub reviews show {task} --open --by NAME --reason WHY")


def _show_record(review_id: int, act: Act | None) -> tuple[Row, Sequence[Beside]]:
    with open_clerk(read_settings()) as clerk:
        shown = clerk.review(review_id, act)
    return _record_as_row(shown.review) | {"score": shown.review.score}, shown.beside if act else ()


@reviews.command()
@_ID
@click.option("--again", is_flag=True, help="Have it opened anew, although it lies here opened.")
@acting(Doing.READ_TEXT)
@_JSON
def read(review_id: str | int, *, again: bool, act: Act, as_json: bool) -> None:
    """Ask for a text that waits: a router opens it within a second, and `hub reviews show --open` shows it."""
    if isinstance(review_id, int):
        stop("Only the review of a concern may be about a text.")
    with open_texts(read_settings()) as texts:
        task_id = find(texts.desk, Thing.REVIEW, review_id)
        texts.ask_to_read(task_id, act, again=again)
    if as_json:
        document({"task_id": task_id, "asked": True})
    else:
        click.echo(f"Asked. In a second: hub reviews show {task_id} --open --by NAME --reason WHY")


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
@click.option("--mask", "masks", type=MaskType(), multiple=True, help="With mask: a passage that is not to be read.")
@acting(Doing.REVIEW)
@_JSON
def decide(
    review_id: str | int,
    *,
    verdict: str,
    subjects: tuple[UUID, ...],
    anyway: bool,
    masks: tuple[Mask, ...],
    act: Act,
    as_json: bool,
) -> None:
    """Answer a review. What it is about goes on at once, under the rules now in force and its first deadlines.

    Of a child: match (with --subject-id), different, not_on_register, need_more. Of a text: release, leave_out, mask
    (with --mask), need_more; again, to have what was released and stopped sent after all. Of anything else: again, when
    what stood in the way is mended; done, when a person saw to it; need_more.
    """
    answer = Answer(verdict)
    if isinstance(review_id, int):
        if masks:
            stop("--mask is for the review of a text.")
        _decide_record(review_id, answer, subjects, act, anyway=anyway, as_json=as_json)
        return
    if anyway:
        stop("--anyway is for the review of a record: an answer about a concern never needs it.")
    with open_reviewing(read_settings()) as reviewing:
        task_id = find(reviewing.desk, Thing.REVIEW, review_id)
        done = reviewing.answer(task_id, answer, subjects, act, masks)
    if as_json:
        sends = {"sends": True} if done.sends else {}
        document(
            {"task_id": task_id, "closed": done.closed, "resumes": done.resumes, "second_needed": done.second} | sends
        )
    else:
        click.echo(_told(done))


def _decide_record(
    review_id: int, answer: Answer, subjects: Sequence[UUID], act: Act, *, anyway: bool, as_json: bool
) -> None:
    with open_clerk(read_settings()) as clerk:
        made = clerk.decide(review_id, answer, subjects, act, anyway=anyway)
    proposed = made.change.kind is Kind.PROPOSE
    if as_json:
        closed = answer is not Answer.NEED_MORE and not proposed
        document({"task_id": review_id, "closed": closed, **made.as_json()})
    elif proposed:
        click.echo(f"Kept as change {made.change_id}. Nothing moves until another person gives the same answer.")
    else:
        click.echo(f"Change {made.change_id}: undo it with `hub subjects undo {made.change_id}`.")


@reviews.command(name="wrong-child")
@click.argument("event_id", type=Id())
@click.option("--subject", default="1", show_default=True, help="The child's key within the event.")
@click.option("--subject-id", "right", type=click.UUID, default=None, help="Who it is; else the register is asked.")
@acting(Doing.REVIEW)
@_JSON
def wrong_child(event_id: str, *, subject: str, right: UUID | None, act: Act, as_json: bool) -> None:
    """A child of a decided concern was taken for another: whoever heard is called back, and it is decided anew."""
    with open_reviewing(read_settings()) as reviewing:
        child = Child(find(reviewing.desk, Thing.EVENT, event_id), subject)
        reviewing.mistaken(child, right, act)
    if as_json:
        document(child._asdict() | {"resumes": True})
    else:
        click.echo("It is decided anew within a second: `hub concern show` tells what came of it.")


def _told(done: Answered) -> str:
    if done.second:
        return "Kept. A second reviewer, another person, must say the same before it counts."
    if done.sends:
        return "Answered. The text follows as a delivery of its own within a second."
    if not done.closed:
        return "Kept. The review stays open, and its clock runs."
    return "Answered. The concern is decided anew within a second." if done.resumes else "Answered."
