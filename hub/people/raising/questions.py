"""The questions of a referral, one a page, and in which order they come. Pure.

What good referral forms ask: who the child is, what happened in the order it did, what the child said in their own
words, how grave it is, who else there is, what the family was told, what was done, and whom to ring.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from hub.facts.model import Personal

MOST_CHILDREN = 6
"""Of one concern; what is about more is better said in several."""
MOST_PEOPLE = 8


class Question(StrEnum):
    """One page each. Those of a child are asked for each child, those of a person for each person."""

    CHILD = "child"
    HAPPENED = "happened"
    SAID = "said"
    CHILDREN = "children"
    WORRY = "worry"
    WHEN = "when"
    PEOPLE = "people"
    PERSON = "person"
    FAMILY = "family"
    DONE = "done"
    HANDLING = "handling"
    YOU = "you"


OF_A_CHILD = (Question.CHILD, Question.HAPPENED, Question.SAID)
OF_ALL = (
    Question.WORRY,
    Question.WHEN,
    Question.PEOPLE,
    Question.FAMILY,
    Question.DONE,
    Question.HANDLING,
    Question.YOU,
)
Given = Mapping[str, str | Sequence[str]]
"""What was typed on one page, by field."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page: a question, and of which child or person (from 1; 0 of all)."""

    question: Question
    number: int = 0

    @property
    def name(self) -> str:
        """As its address has it: `child-1`, `worry`."""
        return f"{self.question}-{self.number}" if self.number else self.question.value


def read_step(name: str) -> Step | None:
    """The step that an address names; None for what is none."""
    word, _, number = name.partition("-")
    if word not in {question.value for question in Question}:
        return None
    question = Question(word)
    numbered = question in OF_A_CHILD or question is Question.PERSON
    most = MOST_PEOPLE if question is Question.PERSON else MOST_CHILDREN
    if not numbered:
        return Step(question) if not number else None
    return Step(question, int(number)) if number in {str(one) for one in range(1, most + 1)} else None


@dataclass(frozen=True, slots=True, repr=False)
class Answers(Personal):
    """What was answered so far, by step."""

    given: Mapping[str, Given]

    def of(self, question: Question, number: int = 0) -> Given:
        """What was typed on a page; nothing where it was not answered."""
        return self.given.get(Step(question, number).name, {})

    def text(self, question: Question, field: str, number: int = 0) -> str:
        """One field of it, which has one value."""
        value = self.of(question, number).get(field, "")
        return value if isinstance(value, str) else ""

    def many(self, question: Question, field: str, number: int = 0) -> Sequence[str]:
        """One field of it, which may have several."""
        value = self.of(question, number).get(field, ())
        return () if isinstance(value, str) else value

    def answering(self, step: Step, given: Given) -> Answers:
        """With this page answered, anew or for the first time."""
        return replace(self, given={**self.given, step.name: given})

    def children(self) -> list[int]:
        """Numbers of the children that were told of, in order."""
        return [n for n in range(1, MOST_CHILDREN + 1) if Step(Question.CHILD, n).name in self.given]

    def persons(self) -> list[int]:
        """Numbers of the other people that were told of."""
        return [n for n in range(1, MOST_PEOPLE + 1) if Step(Question.PERSON, n).name in self.given]

    def without(self, question: Question, number: int) -> Answers:
        """Without one child or person, and what was said of them; those behind move up."""
        kinds = OF_A_CHILD if question is Question.CHILD else (question,)
        kept: dict[str, Given] = {}
        for name, given in self.given.items():
            step = read_step(name)
            if step is None or step.question not in kinds:
                kept[name] = given
            elif step.number != number:
                kept[replace(step, number=step.number - (step.number > number)).name] = given
        return Answers(kept)

    def as_json(self) -> dict[str, Any]:
        """As it is sealed."""
        return {name: dict(given) for name, given in self.given.items()}


NOTHING_YET = Answers({})


def asked(answers: Answers) -> Iterator[Step]:
    """Every page in its order, as far as the answers say which there are."""
    for number in answers.children() or [1]:
        for question in OF_A_CHILD:
            yield Step(question, number)
    yield Step(Question.CHILDREN)
    for question in OF_ALL:
        yield Step(question)


def next_after(step: Step, answers: Answers) -> Step | None:
    """The page behind this one; None where the answers are to be checked."""
    if step.question is Question.PERSON:
        return Step(Question.PEOPLE)
    pages = list(asked(answers))
    place = pages.index(step) + 1 if step in pages else 0
    if step.question in OF_A_CHILD and place < len(pages) and pages[place].number != step.number:
        return Step(Question.CHILDREN)
    return pages[place] if place < len(pages) else None


def unanswered(answers: Answers) -> list[Step]:
    """Pages that nobody has sent yet, without which it cannot go; some may be sent empty."""
    return [
        step for step in asked(answers) if step.question is not Question.CHILDREN and step.name not in answers.given
    ]
