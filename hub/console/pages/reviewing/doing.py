"""What this room's pages share: whose desk somebody answers for, and what is said where it cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked
from hub.console.pages.frame.shown import NOT_HERE, Refusal, Shown
from hub.facts.act import HUB
from hub.facts.errors import AnotherPerson, Overtaken, UserError
from hub.people.accounts.permissions import Doing, Place
from hub.people.desk import Desk, Row
from hub.people.reviewing.queue import Owners, owners_of, task_for

T = TypeVar("T")
OVERTAKEN = Refusal(409, "reviewing.overtaken")
"""Somebody was quicker; who is not said."""
ANOTHER_PERSON = Refusal(409, "reviewing.another_person")
MOST_WORDS = 1_000


def owners(asked: Asked) -> Owners:
    """Whose questions this person answers."""
    return owners_of(asked.by.posts)


def keeps_register(asked: Asked) -> bool:
    """Whether they may change the register: it holds every organisation's records, so the hub's own reviewers alone."""
    return asked.may(Doing.CHANGE_REGISTER, Place(HUB))


async def task_of(asked: Asked) -> Row | None:
    """The question that the address names; None where it is not theirs."""
    return await asked.desk(lambda desk: task_for(desk, owners(asked), asked.id("task_id")))


async def done(asked: Asked, work: Callable[[Desk], T], then: Callable[[T], Answer]) -> Answer:
    """What comes of it; a sentence where it cannot be done."""
    try:
        return then(await asked.desk(work))
    except Overtaken:
        return OVERTAKEN
    except AnotherPerson:
        return ANOTHER_PERSON
    except UserError as error:
        return Shown("reviewing/cannot.html", {"said": sentence(error)}, 422)


def sentence(error: UserError) -> str:
    """What is wrong, without the command that a terminal would be told."""
    said, colon, hint = str(error).partition(":")
    return said + "." if colon and ("`" in hint or "--" in hint) else str(error)


def read_id(text: str) -> UUID | None:
    """An id that somebody typed or a form holds."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


__all__ = ["ANOTHER_PERSON", "MOST_WORDS", "NOT_HERE", "OVERTAKEN", "done", "keeps_register", "owners", "task_of"]
