"""Where a thing is and who must act, in one sentence: an event, a delivery, a dead letter or a review, by its id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from hub.facts.clock import spoken
from hub.facts.errors import UserError
from hub.facts.terms import DISCLOSING, Layer, Unsent
from hub.people.desk import Desk, Row
from hub.people.ids import Found, Thing, find_any
from hub.people.operating.dead_letters import explained as unusable
from hub.people.operating.deliveries import explained

ROUTER, DISPATCHER, OPERATOR = "hub (router)", "hub (dispatcher)", "hub (operator)"
_DONE = ("decided", "replayed", "closed")


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands. `waits_for`: organisation and role, or a part of the hub; None where nothing is to be done."""

    state: str
    waits_for: str | None
    sentence: str
    by_command: str = ""
    """What to type about it, in a sentence of its own; pages have a button."""

    @property
    def told(self) -> str:
        """The sentence, and what to type."""
        return f"{self.sentence} {self.by_command}".rstrip()


def why(desk: Desk, typed: str) -> dict[str, str | None]:
    """As `hub why --json` prints it; raises UserError where no thing has this id."""
    try:
        found = find_any(desk, typed)
    except UserError as error:
        raise UserError(f"{error} It may still be in an adapter's spool, or on Kafka.") from error
    standing = standing_of(desk, found, desk.now())
    return {
        "id": str(found.id),
        "kind": found.thing.value,
        "state": standing.state,
        "waits_for": standing.waits_for,
        "sentence": standing.told,
    }


def standing_of(desk: Desk, found: Found, now: datetime) -> Standing:
    """How a thing that is there stands."""
    return _STANDINGS[found.thing](desk, found, now)


# --- events ----------------------------------------------------------------------------------------------------------


def _event(desk: Desk, found: Found, now: datetime) -> Standing:
    """How it stands, and whether another source's event bears the same id."""
    event = desk.row("story_event", id=found.id)
    if event is None:
        return _dead_letter_row(desk.rows("story_dead_letters", id=found.id, source=None)[0])
    others = desk.rows("story_namesakes", id=found.id, given=event["sent_as"] or found.id)
    standing = _decided(desk, found, event, now)
    if not others:
        return standing
    named = ", ".join(f"{other['event_id']} ({other['source']})" for other in others)
    return replace(standing, sentence=f"{standing.sentence} Under the same id came, of another source: {named}.")


def _decided(desk: Desk, found: Found, event: Row, now: datetime) -> Standing:
    """What holds it up most: a person who was asked, what is held, what is under way, who has not opened it."""
    state = event["outcome"]
    asked = [review for review in desk.rows("story_reviews", id=found.id) if review["status"] not in _DONE]
    if asked:
        return _asked(state, asked[0], len(asked), now)
    if desk.rows("waits_anew", id=found.id):
        return Standing(
            state,
            ROUTER,
            "It waits to be decided anew, or a text of it to be opened or sent: a router on the rules in force takes "
            "that up within seconds.",
        )
    deliveries = [one for one in desk.rows("story_deliveries", id=found.id) if one["status"] != "cancelled"]
    standings = sorted((_delivery_row(desk, one, now) for one in deliveries), key=_urgency)
    if not standings:
        return Standing(state, None, f"It is decided ({_words(state)}), and nobody is to be told of it.")
    first = standings[0]
    of_how_many = f"Of {len(standings)} deliveries, the one that needs most: " if len(standings) > 1 else ""
    if first.waits_for is None:
        return Standing(state, None, "Everybody who was to be told was told, and nothing more is to be done.")
    return Standing(state, first.waits_for, f"{of_how_many}{first.sentence}", first.by_command)


def _urgency(standing: Standing) -> int:
    return ("held", "pending", "accepted").index(standing.state) if standing.waits_for else 9


def _asked(state: str, review: Row, count: int, now: datetime) -> Standing:
    who = _who(review)
    more = f" ({count} are asked in all)" if count > 1 else ""
    late = "; that time is over" if review["due_by"] < now else ""
    why_asked = " ".join(review["why"])
    sentence = f"{who} is asked, and must answer by {spoken(review['due_by'])}{late}{more}: {why_asked}"
    return Standing(state, who, sentence)


# --- deliveries ------------------------------------------------------------------------------------------------------


def _delivery(desk: Desk, found: Found, now: datetime) -> Standing:
    row = desk.row("show_delivery", id=found.id)
    assert row is not None  # it was found within this transaction
    return _delivery_row(desk, row | {"receipts": desk.rows("receipts_of", id=found.id)}, now)


def _delivery_row(desk: Desk, row: Row, now: datetime) -> Standing:
    to = f"{row['recipient']} ({row['role']})"
    match row["status"]:
        case "accepted":
            return _accepted(row, to)
        case "held":
            return _held(desk, row, to)
        case "pending":
            late = f"; its deadline, {spoken(row['due_by'])}, has passed" if row["due_by"] < now else ""
            tried = f" after {row['attempts']} attempts" if row["attempts"] else ""
            return Standing("pending", DISPATCHER, f"It is on its way to {to}{tried}: a dispatcher sends it{late}.")
        case status:
            return Standing(status, None, f"It does not go to {to}: {explained(row['reason'])}")


def _accepted(row: Row, to: str) -> Standing:
    reached = Layer(max((_layer(one) for one in row["receipts"]), default=Layer.ACCEPTED))
    wanted = Layer.ACTED if row["purpose"] in DISCLOSING else Layer.OPENED
    if row["unacknowledged"] and reached >= Layer.OPENED:
        unsaid = f"nobody there has acknowledged how to handle it: {', '.join(row['unacknowledged'])}."
        return Standing("accepted", to, f"{to} has it ({reached.word}), and {unsaid}")
    if reached >= wanted:
        return Standing("accepted", None, f"{to} has it, and said so: {reached.word}.")
    if reached is Layer.OPENED:
        return Standing("accepted", to, f"{to} opened it, and has not said yet that somebody acted.")
    return Standing("accepted", to, f"{to} has it; nobody there has said yet that they opened it.")


def _layer(receipt: Row) -> int:
    """Of a row, or of what a story has aggregated."""
    return int(receipt["layer"])


def _held(desk: Desk, row: Row, to: str) -> Standing:
    task = desk.row("asked_about", delivery=row["delivery_id"])
    who = _who(task) if task else OPERATOR
    by_operator = row["reason"] == Unsent.BY_OPERATOR
    act = "`hub deliveries release` lets it go on." if by_operator else "Then `hub deliveries replay`."
    because = explained(row["reason"])
    return Standing("held", who, f"It is held and does not go to {to}: {because} {who} must act.", act)


# --- reviews and dead letters ----------------------------------------------------------------------------------------


def _review(desk: Desk, found: Found, now: datetime) -> Standing:
    row = desk.row("show_review", task=found.id)
    assert row is not None  # it was found within this transaction
    if row["status"] in _DONE:
        return Standing(row["status"], None, "It was answered.", "`hub reviews show` says how.")
    return _asked(row["status"], row, 1, now)


def _dead_letter(desk: Desk, found: Found, _now: datetime) -> Standing:
    row = desk.row("show_dead_letter", id=found.id)
    assert row is not None  # it was found within this transaction
    return _dead_letter_row(row)


def _dead_letter_row(row: Row) -> Standing:
    said = unusable(row["reason"])
    match row["status"]:
        case "replayed":
            return Standing(
                "replayed", None, f"It was put back on its topic, to be decided as if it had just come. {said}"
            )
        case "closed":
            return Standing("closed", None, f"It was closed: nothing more is to come of it. {said}")
        case status:
            who = _who(row)
            sentence = f"It could not be used: {said} {who} must act."
            return Standing(status, who, sentence, "Then `hub deadletters replay`.")


def _who(row: Row) -> str:
    return f"{row['owner']} ({row['owner_role']})"


def _words(code: str) -> str:
    return code.replace("_", " ")


_STANDINGS: dict[Thing, Callable[[Desk, Found, datetime], Standing]] = {
    Thing.EVENT: _event,
    Thing.DELIVERY: _delivery,
    Thing.REVIEW: _review,
    Thing.DEAD_LETTER: _dead_letter,
}
