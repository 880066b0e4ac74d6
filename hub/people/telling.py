"""One event's story in lines for a person: who was told what and why, who was not, how far each delivery came.

Lines wrap under themselves, so that nothing is cut on a narrow screen. The demonstration shows the same, in brief.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.padding import Padding
from rich.text import Text

from hub.facts.clock import spoken
from hub.facts.items import CATALOGUE

Line = Padding
Story = dict[str, Any]

OUTCOMES = {
    "matched": "child found",
    "review": "a person decides",
    "not_found": "child not known",
    "dead_letter": "dead letter",
    "superseded": "overtaken",
    "retracted": "retracted",
}
_DECIDED = {"share": ("told", "green"), "withhold": ("not told", "red"), "cannot_decide": ("unsure", "red")}


def lines(story: Story, *, brief: bool = False) -> Iterator[Line]:
    """The story, the decisions first. `brief` leaves out ids, what is shown, and every reason but the last."""
    if story.get("dead_letter"):
        dead = story["dead_letter"]
        named = "" if brief else f" {dead['dead_letter_id']}"
        yield _line(2, ("dead letter", "red"), f"{named}: {words(dead['reason'])}; {dead['owner']} answers")
    for decision in story["decisions"]:
        yield from _decision(decision, brief=brief)
    for review in story["reviews"]:
        ending = "answered" if review["status"] == "decided" else f"by {spoken(review['due_by'])}"
        who = f" {review['owner']} ({words(review['owner_role'])}), {ending}: {' '.join(review['why'])}"
        yield _line(2, ("asked", "yellow"), who)
    for made in story["revisions"]:
        because = (
            "" if brief else f", revision {made['revision']}, {spoken(made['decided_at'])}, {words(made['cause'])}"
        )
        yield _line(2, ("decided anew", "green"), f"{because}: {OUTCOMES[made['outcome']]}")
    for delivery in story["deliveries"]:
        yield from _delivery(delivery, brief=brief)
    if story["sent_as"] != story["event_id"]:
        yield _line(2, f"its source knows it as {story['sent_as']}")
    for other in story["same_id"]:
        yield _line(2, ("same id", "yellow"), f" of another source: {other['event_id']}, {other['source']}")
    for other in story["history"] if not brief else ():
        yield _line(2, "same case: ", f"{other['kind']} {other['event_id']}, {words(other['outcome'])}")


def headline(story: Story) -> Line:
    """What it is, from whom, and what came of the child."""
    kind = story["kind"] or "unusable record"
    outcome = (OUTCOMES[story["outcome"]], "bold")
    return _line(0, (kind, "bold"), f" from {story['source']}, {story['tier']}: ", outcome)


def words(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def plain(items: Iterable[str]) -> str:
    """Data items as a reader says them, in the catalogue's order: `child (name, date of birth), concern (summary)`."""
    told = [item.partition(".") for item in sorted(items, key=CATALOGUE.index)]
    by_subject = {about: [words(what) for one, _, what in told if one == about] for about, _, _ in told}
    return ", ".join(f"{about} ({', '.join(whats)})" for about, whats in by_subject.items())


def _decision(decision: dict[str, Any], *, brief: bool) -> Iterator[Line]:
    who = f" {decision['recipient']} ({words(decision['role'])})"
    shares = decision["outcome"] == "share"
    if not brief:
        who += f" about child {decision['subject']}"
        who += f", revision {decision['revision']}" if decision["revision"] > 1 else ""
    if decision["isp"] and (shares or not brief):
        who += f" under {decision['isp']}" + ("" if brief else f", clause {decision['clause']}")
    if decision["by"] and shares:
        who += f", due {spoken(decision['by'])}"
    if brief and not shares:
        who += f": {decision['reasons'][-1]}"
    yield _line(2, _DECIDED[decision["outcome"]], who)
    if decision["released"] and not brief:
        yield _line(6, f"shown: {', '.join(_treated(*item) for item in decision['released'].items())}")
    if decision["withheld"] and (shares or not brief):
        withheld = plain(decision["withheld"]) if brief else ", ".join(decision["withheld"])
        yield _line(6, (f"withheld: {withheld}", "dim"))
    for reason in decision["reasons"] if not brief else ():
        yield _line(6, (f"- {reason}", "dim"))


def _treated(item: str, treatment: str | dict[str, str]) -> str:
    if treatment == "full":
        return item
    how = treatment if isinstance(treatment, str) else next(iter(treatment.values()))
    return f"{item} ({words(how)})"


def _delivery(delivery: dict[str, Any], *, brief: bool) -> Iterator[Line]:
    tries = f", {delivery['attempts']} attempts" if delivery["attempts"] > 1 else ""
    way = f"by {words(delivery['channel'])}" if delivery["channel"] else "by no channel yet"
    ending = [] if delivery["receipts"] else [words(delivery["status"])]
    came = _came(delivery["receipts"]) or ending
    why = f" ({words(delivery['reason'])})" if delivery["reason"] else ""
    to = f" {delivery['recipient']} ({words(delivery['role'])}) {way}{tries}: {', '.join(came)}{why}"
    yield _line(2, (delivery["purpose"], "cyan"), to)
    if delivery["unacknowledged"] and not brief:
        yield _line(6, (f"handling not acknowledged: {', '.join(map(words, delivery['unacknowledged']))}", "yellow"))
    if not brief:
        due = f"due {spoken(delivery['due_by'])}, {words(delivery['status'])}"
        yield _line(6, (f"{delivery['delivery_id']}: {due}", "dim"))


def _came(receipts: list[dict[str, Any]]) -> list[str]:
    """How far it came; a minute in which it came further is named once, after the last of them."""
    at = [spoken(receipt["at"]) for receipt in receipts]
    return [
        receipt["layer"] if at[place + 1 : place + 2] == at[place : place + 1] else f"{receipt['layer']} {at[place]}"
        for place, receipt in enumerate(receipts)
    ]


def _line(indent: int, *parts: str | tuple[str, str]) -> Line:
    return Padding(Text.assemble(*parts), (0, 0, 0, indent), expand=False)
