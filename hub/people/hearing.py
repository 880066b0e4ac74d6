"""Who would hear of a concern that nobody raised: rules and ISPs tried on an invented one, as the router decides.

The question is a flat set of words, such as the address of a page holds: chosen from lists, with an age and districts,
and nothing in it is about anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from hub.facts.clock import LONDON
from hub.facts.model import Verdict
from hub.facts.terms import EventKind, Flag
from hub.sharing import RuleSet, SignedBy, decide
from hub.sharing.deciding.left_out import LeftOut, left_out
from hub.sharing.writing.given import GivenInvalid, read_given

ORGANISATIONS, PEOPLE = 4, 3
"""Places for registrations and for people that a question has."""
_PLAIN = ("source", "category", "tier", "risk", "consent", "capacity", "home_district", "incident_district")
_AGE = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Hearing:
    """Decisions about the invented child, why a person would be asked, and why other rules tell nobody."""

    verdict: Verdict
    left_out: tuple[LeftOut, ...]


def who_would_hear(rules: RuleSet, signed: SignedBy | None, asked: Mapping[str, str], at: datetime) -> Hearing:
    """Decide the invented concern; raises GivenInvalid. `signed` None takes every ISP as signed by all."""
    given = read_given(_given(asked, at), at)
    if given.source not in rules.organisations:
        raise GivenInvalid("source is not an organisation of these rules.")
    moment = given.raised_at or at
    return Hearing(decide(given, rules, moment, signed=signed), left_out(given, rules, moment))


def _given(asked: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """As a case of `hub rules decide` has it; what is left empty is unknown."""
    plain = {name: asked[name] for name in _PLAIN if asked.get(name)}
    return {
        "event": asked.get("event") or EventKind.RAISED,
        "raised_at": _moment(asked, at).isoformat(),
        **plain,
        **({} if asked.get("people") == "unknown" else {"people": _people(asked)}),
        "child": _child(asked),
    }


def _child(asked: Mapping[str, str]) -> dict[str, Any]:
    child: dict[str, Any] = {}
    if asked.get("age"):
        if not _AGE.fullmatch(asked["age"]):
            raise GivenInvalid("age must be a whole number of years, such as 8.")
        child["age"] = int(asked["age"])
    if asked.get("sex"):
        child["sex"] = asked["sex"]
    if asked.get("flags") != "unknown":
        child["flags"] = [flag.value for flag in Flag if asked.get(f"flag_{flag}")]
    if asked.get("registrations") != "unknown":
        child["registrations"] = [
            {"organisation": asked[f"organisation_{place}"], "relationship": asked.get(f"relationship_{place}", "")}
            for place in range(1, ORGANISATIONS + 1)
            if asked.get(f"organisation_{place}")
        ]
    return child


def _people(asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Of each person a role; where no organisation is chosen the person is known to be linked to none."""
    found = []
    for place in range(1, PEOPLE + 1):
        if role := asked.get(f"person_{place}"):
            linked, holds = asked.get(f"linked_{place}") or None, asked.get(f"holds_{place}") or None
            found.append({"role": role, "linked_to": linked, **({"holds": holds} if holds else {})})
    return found


def _moment(asked: Mapping[str, str], at: datetime) -> datetime:
    """When it would be raised: a day and a time in London, or now."""
    if not asked.get("day"):
        return at
    try:
        day, hour = date.fromisoformat(asked["day"]), time.fromisoformat(asked.get("time") or "12:00")
    except ValueError:
        raise GivenInvalid("day and time must be such as 2026-03-07 and 23:10.") from None
    return datetime.combine(day, hour.replace(tzinfo=None), LONDON)
