"""/register: what waits of the register itself. Records that may be one child's, and merges that wait for a second."""

from __future__ import annotations

from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.reviewing.doing import MOST_WORDS, OVERTAKEN, done, keeps_register, read_id
from hub.console.pages.reviewing.laid import lay
from hub.facts.errors import UserError
from hub.facts.terms import Answer as Word
from hub.matching.register.record_reviews import ANSWERS, RecordReview
from hub.matching.register.record_reviews import Shown as ShownRecord
from hub.people.accounts.permissions import Doing
from hub.people.desk import Desk
from hub.people.register import Made, Proposal

_NEEDS = Doing.CHANGE_REGISTER
_REVIEW = "/register/reviews/{review_id:int}"
_PAGE = "reviewing/record.html"
MOST = 50


async def _list(asked: Asked) -> Answer:
    if not keeps_register(asked):
        return NOT_HERE
    if asked.query.get("subject"):
        subject = read_id(asked.query["subject"])
        if subject is not None:
            return Sent(f"/register/subjects/{subject}")
        asked.form.wrong("subject", "reviewing.fault.id")

    def look(desk: Desk) -> tuple[list[RecordReview], list[Proposal]]:
        clerk = asked.front.clerk(desk)
        return clerk.reviews("open", MOST), clerk.proposals()

    reviews, proposals = await asked.desk(look)
    values = {"reviews": reviews, "proposals": proposals}
    template = "reviewing/register.html"
    return asked.form.again(template, **values) if asked.form.faults else Shown(template, values)


async def _show(asked: Asked) -> Answer:
    found = await _review_of(asked)
    return NOT_HERE if found is None else Shown(_PAGE, _values(found.review))


async def _open(asked: Asked) -> Answer:
    found = await _review_of(asked)
    return NOT_HERE if found is None else await _opened(asked, found.review)


async def _opened(asked: Asked, review: RecordReview) -> Answer:
    if review.status != "open":
        return OVERTAKEN
    act = asked.act(f"to answer review {review.review_id} of a record")

    def show(found: ShownRecord) -> Answer:
        values = _values(found.review) | {"laid": lay(found.beside), "opened": True}
        return asked.form.again(_PAGE, **values) if asked.form.faults else Shown(_PAGE, values)

    return await done(asked, lambda desk: asked.front.clerk(desk).review(review.review_id, act), show)


async def _answer(asked: Asked) -> Answer:
    found = await _review_of(asked)
    if found is None:
        return NOT_HERE
    review = found.review
    typed, _, named = asked.form.value("answer").partition(" ")
    subject = read_id(named) if named else None
    if typed not in ANSWERS or bool(named) != bool(subject) or (typed == Word.MATCH and subject is None):
        asked.form.wrong("answer", "frame.fault.choose")
    words = asked.form.one("words", MOST_WORDS, needed=False)
    if asked.form.faults:
        return await _opened(asked, review)
    reason = f"to answer review {review.review_id} of a record" + (f": {words}" if words else "")
    act, anyway, subjects = asked.act(reason), asked.form.ticked("anyway"), [subject] if subject else []

    def say(desk: Desk) -> Made:
        return asked.front.clerk(desk).decide(review.review_id, Word(typed), subjects, act, anyway=anyway)

    return await done(asked, say, lambda made: Sent(f"/register/changes/{made.change_id}"))


async def _review_of(asked: Asked) -> ShownRecord | None:
    """The review that the address names, unopened."""
    if not keeps_register(asked):
        return None
    try:
        return await asked.desk(lambda desk: asked.front.clerk(desk).review(int(asked.path["review_id"]), None))
    except UserError:
        return None


def _values(review: RecordReview) -> dict[str, object]:
    return {"review": review, "laid": (), "opened": False}


def subject_of(asked: Asked) -> UUID | None:
    """The subject that an address names, for whoever keeps the register."""
    return asked.id("subject_id") if keeps_register(asked) else None


PAGES = (
    Page("/register", _NEEDS, get=_list),
    Page(_REVIEW, _NEEDS, get=_show, post=_open),
    Page(_REVIEW + "/answer", _NEEDS, post=_answer),
)
