"""/register/subjects/{subject}: what a child of the register is made of; parted or made one, what follows first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.reviewing.doing import MOST_WORDS, done, keeps_register, read_id
from hub.console.pages.reviewing.laid import spoken
from hub.console.pages.reviewing.register import subject_of
from hub.facts.act import Act
from hub.facts.errors import UserError
from hub.matching.register.changes import Kind
from hub.matching.register.subjects import SubjectShown
from hub.people.accounts.permissions import Doing
from hub.people.desk import Desk
from hub.people.register import Clerk, Made, Proposal, Said
from hub.people.reviewing.following import Follows, what_follows

_NEEDS = Doing.CHANGE_REGISTER
_SUBJECT = "/register/subjects/{subject_id:uuid}"
_CHANGE = "/register/changes/{change_id:int}"
_PAGE = "reviewing/subject.html"


class _Recall(StrEnum):
    """What becomes of events that were routed by what proves wrong."""

    RECALL = "recall"
    LEAVE = "leave"


Change = Callable[[Clerk, Act], Made]


class _Merge(NamedTuple):
    """What two people are needed for; `at_once` is what the second of them does."""

    at_once: Change
    into: UUID
    other: UUID


Seen = tuple[SubjectShown, list[Said], list[Proposal]]


async def _show(asked: Asked) -> Answer:
    return await _shown(asked, None)


async def _open(asked: Asked) -> Answer:
    subject_id = subject_of(asked)
    return NOT_HERE if subject_id is None else await _shown(asked, asked.act(f"to look at subject {subject_id}"))


async def _shown(asked: Asked, act: Act | None) -> Answer:
    subject_id = subject_of(asked)
    if subject_id is None:
        return NOT_HERE

    def look(desk: Desk) -> Seen | None:
        clerk = asked.front.clerk(desk)
        try:
            found = clerk.subject(subject_id, act)
        except UserError:
            return None
        history = clerk.history_of_records([one.record_id for one in found.records])
        return found, history, clerk.proposals(subject_id)

    seen = await asked.desk(look)
    if seen is None:
        return NOT_HERE
    found, history, proposals = seen
    values = {"subject": found, "history": history, "opened": act is not None, "spoken": spoken}
    values["others"] = [_other(one, subject_id) for one in proposals]
    return asked.form.again(_PAGE, **values) if asked.form.faults else Shown(_PAGE, values)


def _other(proposal: Proposal, subject_id: UUID) -> UUID:
    return next((one for one in proposal.subjects if one != subject_id), subject_id)


async def _split(asked: Asked) -> Answer:
    subject_id = subject_of(asked)
    if subject_id is None:
        return NOT_HERE
    chosen = asked.form.many("record")
    if not chosen or not all(one.isascii() and one.isdigit() for one in chosen):
        asked.form.wrong("record", "frame.fault.choose")
        return await _shown(asked, None)

    def split(clerk: Clerk, act: Act) -> Made:
        return clerk.split(subject_id, _named(clerk, subject_id, chosen), act)

    return await _first_shown(asked, "/split", split, [("record", one) for one in chosen])


def _named(clerk: Clerk, subject_id: UUID, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Records by their numbers. One whose organisation is not shown cannot be named."""
    records = {str(one.record_id): one for one in clerk.subject(subject_id, None).records}
    found = [records[one] for one in chosen if one in records]
    return [(one.organisation or "", one.local_id or "") for one in found] or [("", "")]


async def _merge(asked: Asked) -> Answer:
    subject_id = subject_of(asked)
    if subject_id is None:
        return NOT_HERE
    other = read_id(asked.form.value("other"))
    if other is None:
        asked.form.wrong("other", "reviewing.fault.id")
        return await _shown(asked, None)
    anyway = asked.form.ticked("anyway")

    def merge(clerk: Clerk, act: Act) -> Made:
        return clerk.merge(subject_id, other, act, anyway=anyway)

    def at_once(clerk: Clerk, act: Act) -> Made:
        return clerk.merge_now(subject_id, other, act, anyway=anyway)

    kept = [("other", str(other)), *([("anyway", "yes")] if anyway else [])]
    return await _first_shown(asked, "/merge", merge, kept, _Merge(at_once, subject_id, other))


async def _undo(asked: Asked) -> Answer:
    if not keeps_register(asked):
        return NOT_HERE
    change_id = int(asked.path["change_id"])
    return await _first_shown(asked, "/undo", lambda clerk, act: clerk.undo(change_id, act), [])


async def _first_shown(
    asked: Asked, verb: str, change: Change, kept: Sequence[tuple[str, str]], of_two: _Merge | None = None
) -> Answer:
    """What follows, and then, if the form names just that, the change itself. `of_two`: it takes two people."""
    confirms = asked.form.value("follows")
    words = asked.form.one("words", MOST_WORDS) if confirms else ""
    again = asked.form.chosen("recall", _Recall) if asked.form.value("recalls") else None
    before = asked.act("to see what would follow")
    sure = bool(confirms) and not asked.form.faults

    def carry_out(desk: Desk) -> tuple[Follows, bool] | Made:
        clerk = asked.front.clerk(desk)
        follows = what_follows(clerk, lambda: (of_two.at_once if of_two else change)(clerk, before))
        if not sure or follows.digest() != confirms:
            return follows, of_two is not None and bool(clerk.proposals(of_two.into, of_two.other))
        made = change(clerk, asked.act(words))
        if again is _Recall.RECALL:
            clerk.recall(made)
        return made

    def then(found: tuple[Follows, bool] | Made) -> Answer:
        if isinstance(found, Made):
            return Sent(f"/register/changes/{found.change_id}")
        follows, proposed = found
        values = {"follows": follows, "kept": kept, "changed": sure, "to": _here(asked), "verb": verb}
        values["two"] = ("second" if proposed else "first") if of_two else ""
        values["others"] = [of_two.other] if of_two else []
        template = "reviewing/follows.html"
        return asked.form.again(template, **values) if asked.form.faults else Shown(template, values)

    return await done(asked, carry_out, then)


def _here(asked: Asked) -> str:
    """The page that the change is about."""
    if "change_id" in asked.path:
        return f"/register/changes/{int(asked.path['change_id'])}"
    return f"/register/subjects/{asked.id('subject_id')}"


async def _change(asked: Asked) -> Answer:
    """One change that was made, without content."""
    if not keeps_register(asked):
        return NOT_HERE
    found = await asked.desk(lambda desk: asked.front.clerk(desk).change(int(asked.path["change_id"])))
    if found is None:
        return NOT_HERE
    undoable = not found.undone and found.kind not in {Kind.UNDO, Kind.NEED_MORE}
    return Shown("reviewing/change.html", {"change": found, "undoable": undoable})


PAGES = (
    Page(_SUBJECT, _NEEDS, get=_show, post=_open),
    Page(_SUBJECT + "/split", _NEEDS, post=_split),
    Page(_SUBJECT + "/merge", _NEEDS, post=_merge),
    Page(_CHANGE, _NEEDS, get=_change),
    Page(_CHANGE + "/undo", _NEEDS, post=_undo),
)
