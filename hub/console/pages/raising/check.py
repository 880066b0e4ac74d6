"""/raise/{id}/check: every answer once more, and the button that sends it."""

from __future__ import annotations

from dataclasses import replace

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.raising.fields import FIELDS
from hub.console.pages.raising.question import begun, called
from hub.people.accounts.permissions import Doing
from hub.people.raising.handing import Handed, Raising, note_raised, places
from hub.people.raising.keeping import Begun, drop, reopen, settle
from hub.people.raising.questions import Answers, Question, Step, unanswered
from hub.people.raising.questions import asked as steps_of
from hub.people.raising.record import DAY_PARTS, record

_BECAUSE = "to raise a concern on a page"


async def _show(asked: Asked) -> Answer:
    found = await begun(asked)
    if found is None:
        return NOT_HERE
    if found.event_id:
        return Sent(f"/raise/{found.raising_id}/sent")
    return _page(found, None)


async def _send(asked: Asked) -> Answer:
    """Hand it over. Sent twice, by a double click or in two tabs, it is the same record and the same event."""
    seen, raising = await begun(asked), asked.front.raising
    if seen is None or raising is None or seen.organisation not in places(asked.by.posts, raising):
        return NOT_HERE
    found = await asked.desk(lambda desk: settle(desk, seen.raising_id, asked.by.person_id))
    if found is None:
        return NOT_HERE
    if found.event_id:
        return Sent(f"/raise/{found.raising_id}/sent")
    if found.sent_at is None:
        return _page(found, None)
    said = record(found.answers, asked.by.name, found.raising_id, found.began_at, found.sent_at)
    return await _hand(asked, raising, found, said)


async def _hand(asked: Asked, raising: Raising, found: Begun, said: bytes) -> Answer:
    """What was refused can be mended; what could not be taken now stays as it is, to be sent again."""
    handed = await raising.take(found.organisation, said)
    if handed.event_id is None:
        if handed.faults:
            await asked.desk(lambda desk: reopen(desk, found.raising_id))
        return _page(replace(found, sent_at=None if handed.faults else found.sent_at), handed)
    event_id, act = handed.event_id, asked.act(_BECAUSE)
    await asked.desk(lambda desk: note_raised(desk, found.raising_id, event_id, found.organisation, act))
    return Sent(f"/raise/{found.raising_id}/sent")


def _page(found: Begun, handed: Handed | None) -> Shown:
    values = {
        "begun": found,
        "lacking": unanswered(found.answers),
        "told": [(step, _title(found.answers, step), _rows(found.answers, step)) for step in _steps(found.answers)],
        "handed": handed,
    }
    return Shown("raising/check.html", values, status=422 if handed and handed.faults else 200)


def _steps(answers: Answers) -> list[Step]:
    people = [Step(Question.PERSON, number) for number in answers.persons()]
    found = [step for step in steps_of(answers) if step.question is not Question.CHILDREN]
    place = found.index(Step(Question.PEOPLE)) + 1
    return [*found[:place], *people, *found[place:]]


def _title(answers: Answers, step: Step) -> str:
    whose = Question.PERSON if step.question is Question.PERSON else Question.CHILD
    return called(answers, whose, step.number) if step.number else ""


def _rows(answers: Answers, step: Step) -> list[tuple[str, str, list[str]]]:
    """(field, kind, what was answered) of each field with an answer."""
    rows: list[tuple[str, str, list[str]]] = []
    for field in FIELDS[step.question]:
        if field.kind in ("born", "day"):
            parts = [answers.text(step.question, f"{field.name}-{part}", step.number) for part in reversed(DAY_PARTS)]
            values = [" ".join(filter(None, parts))]
        elif field.kind == "choices":
            values = list(answers.many(step.question, field.name, step.number))
        else:
            values = [answers.text(step.question, field.name, step.number)]
        if any(values):
            rows.append((field.name, field.kind, [value for value in values if value]))
    return rows


async def _drop(asked: Asked) -> Answer:
    """Forget one that was not sent."""
    found = await begun(asked)
    if found is None or found.event_id:
        return NOT_HERE
    gone = await asked.desk(lambda desk: drop(desk, found.raising_id))
    return Sent("/raise" if gone else f"/raise/{found.raising_id}/check")


PAGE = Page("/raise/{raising_id:uuid}/check", Doing.RAISE, get=_show, post=_send)
DROP = Page("/raise/{raising_id:uuid}/drop", Doing.RAISE, post=_drop)
