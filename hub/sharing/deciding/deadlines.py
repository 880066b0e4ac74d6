"""When help must have arrived, from what a rule says. Send at once; the deadline is the latest moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.sharing.deciding.flat_facts import Facts
    from hub.sharing.deciding.ruleset import Route, RuleSet
    from hub.sharing.writing.organisations import Organisation


@dataclass(frozen=True, slots=True)
class Deadline:
    """`by` in UTC, or None where the rule leaves it to the tier. `closed`: no school day soon, `by` is a weekday's."""

    by: datetime | None = None
    reasons: tuple[str, ...] = ()
    closed: bool = False


OPEN_ENDED = Deadline()
SCHOOL_DAY = ("Deadline: before the opening bell of the next school day.",)
SCHOOL_CLOSED = (
    "Deadline: the school is closed for longer than a weekend, so it is the opening bell of the next working day.",
)
UNDATED = "The deadline counts from now, because it is unknown when the concern was raised."


def deadline(route: Route, organisation: Organisation, facts: Facts, rules: RuleSet) -> Deadline:
    """The deadline for one recipient, counted from when the concern was raised."""
    raised = facts.raised_at or facts.at
    undated = () if facts.raised_at else (UNDATED,)
    if route.by is not None:
        return Deadline(route.by)
    if route.within is not None:
        return Deadline(raised + route.within, undated)
    if not route.next_school_day:
        return OPEN_ENDED
    bell = rules.school_days[organisation.id].next_bell(raised)
    return Deadline(bell.at, (SCHOOL_CLOSED if bell.closed else SCHOOL_DAY) + undated, bell.closed)
