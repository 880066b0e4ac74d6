"""/raise/{id}/{step}: one question, filled in as it was, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.raising.fields import FIELDS, ORGANISATIONS, filled, read
from hub.facts.clock import local_day
from hub.people.accounts.permissions import Doing
from hub.people.raising.keeping import Begun, Settled, TooLong, change, find
from hub.people.raising.questions import (
    MOST_CHILDREN,
    MOST_PEOPLE,
    Answers,
    Question,
    Step,
    next_after,
    read_step,
    unanswered,
)


async def begun(asked: Asked) -> Begun | None:
    """The one that the address names, where it is theirs."""
    return await asked.desk(lambda desk: find(desk, asked.id("raising_id"), asked.by.person_id))


async def _show(asked: Asked) -> Answer:
    found, step = await begun(asked), read_step(asked.path["step"])
    if found is None or step is None or found.event_id:
        return NOT_HERE
    kept = filled(found.answers.of(step.question, step.number))
    form = asked.form if asked.form.pairs() else kept  # or what a session ended on
    return Shown("raising/question.html", {**_said(asked, found, step), "form": form})


async def _answer(asked: Asked) -> Answer:
    found, step = await begun(asked), read_step(asked.path["step"])
    if found is None or step is None:
        return NOT_HERE
    if step.question is Question.CHILDREN:
        return Sent(address(found.raising_id, _onward(step, found.answers)))
    given = read(step.question, asked.form, _organisations(asked), local_day(asked.now))
    if asked.form.faults:
        return asked.form.again("raising/question.html", **_said(asked, found, step))
    try:
        answers = await _changed(asked, found, lambda kept: kept.answering(step, given))
    except (Settled, TooLong) as why:
        said = "raising.fault.settled" if isinstance(why, Settled) else "raising.fault.much"
        asked.form.wrong(FIELDS[step.question][0].name, said)
        return asked.form.again("raising/question.html", **_said(asked, found, step))
    return Sent(address(found.raising_id, _onward(step, answers)))


async def _take_out(asked: Asked) -> Answer:
    """A child or a person is taken out again."""
    found, step = await begun(asked), read_step(asked.path["step"])
    if found is None or step is None or not step.number:
        return NOT_HERE
    try:
        answers = await _changed(asked, found, lambda kept: kept.without(step.question, step.number))
    except Settled:
        return Sent(address(found.raising_id, None))
    whole = Question.CHILDREN if step.question is Question.CHILD else Question.PEOPLE
    return Sent(address(found.raising_id, Step(whole) if answers.children() else Step(Question.CHILD, 1)))


async def _changed(asked: Asked, found: Begun, how: Callable[[Answers], Answers]) -> Answers:
    """Among the answers as they are now, whatever another tab said meanwhile."""
    return await asked.desk(lambda desk: change(desk, found.raising_id, asked.by.person_id, how))


def address(raising_id: UUID, step: Step | None) -> str:
    """Of a question; of the check where there is none."""
    return f"/raise/{raising_id}/{step.name if step else 'check'}"


def _onward(step: Step, answers: Answers) -> Step | None:
    """The next question; once all are answered, straight back to the check. Who else there is, is asked besides."""
    if step.question in (Question.PERSON, Question.SAID):
        return next_after(step, answers)
    return next_after(step, answers) if unanswered(answers) else None


def _organisations(asked: Asked) -> Mapping[str, str]:
    return {one.id: one.name for one in asked.front.rules.organisations.values()}


def _said(asked: Asked, found: Begun, step: Step) -> dict[str, object]:
    """What the template is filled with."""
    answers = found.answers
    return {
        "begun": found,
        "step": step,
        "fields": FIELDS.get(step.question, ()),
        "organisations": ORGANISATIONS,
        "picks": sorted(_organisations(asked).items(), key=lambda one: one[1]),
        "children": [(n, called(answers, Question.CHILD, n)) for n in answers.children()],
        "people": [(n, called(answers, Question.PERSON, n)) for n in answers.persons()],
        "another_child": len(answers.children()) < MOST_CHILDREN,
        "another_person": len(answers.persons()) < MOST_PEOPLE,
        "whom": called(answers, Question.CHILD, step.number) if step.number else "",
    }


def called(answers: Answers, question: Question, number: int) -> str:
    """How a child or person is spoken of on these pages, which only whoever typed it sees."""
    fields = ("given_names", "family_name", "known_as") if question is Question.CHILD else ("name",)
    named = " ".join(filter(None, (answers.text(question, field, number) for field in fields)))
    return named or answers.text(question, "role", number)


PAGE = Page("/raise/{raising_id:uuid}/{step}", Doing.RAISE, get=_show, post=_answer)
TAKE_OUT = Page("/raise/{raising_id:uuid}/{step}/out", Doing.RAISE, post=_take_out)
