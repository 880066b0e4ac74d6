"""The answers as a school's record of concern, which the adapter reads (`hub adapter schema school`). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from hub.facts.clock import LONDON
from hub.people.raising.questions import Answers, Question

_CHILD = (
    "given_names",
    "family_name",
    "known_as",
    "sex",
    "nhs_number",
    "upn",
    "address",
    "postcode",
    "attends",
)


DAY_PARTS = ("year", "month", "day")
"""A day is typed in three fields: `<name>-year`, `<name>-month`, `<name>-day`."""


def reference(raising_id: UUID) -> str:
    """The organisation's own reference of what was raised here."""
    return f"page-{raising_id}"


def record(answers: Answers, raiser: str, raising_id: UUID, begun_at: datetime, sent_at: datetime) -> bytes:
    """The record, in the same bytes each time it is made of the same. `raiser`: the name of the account."""
    found: dict[str, Any] = {
        "record_type": "concern",
        "concern_id": reference(raising_id),
        "last_modified": sent_at.astimezone(UTC).isoformat(),
        "raised_at": begun_at.astimezone(UTC).isoformat(),
        "categories": list(answers.many(Question.WORRY, "categories")),
        "level": answers.text(Question.WORRY, "level"),
        "consent": answers.text(Question.FAMILY, "consent") or None,
        "consent_reason": answers.text(Question.FAMILY, "reason") or None,
        "caveats": list(answers.many(Question.HANDLING, "caveats")),
        "raised_by": {"name": raiser} | {one: answers.text(Question.YOU, one) for one in ("role", "contact")},
        "pupils": [_child(answers, number) for number in answers.children()],
        "happened": _happened(answers),
        "summary": answers.text(Question.WORRY, "summary") or None,
        "actions": _done(answers),
    }
    people = _people(answers)
    told = _filled(found) | ({} if people is None else {"people": _filled(people)})  # nobody is an answer too
    return json.dumps(told, ensure_ascii=False).encode()


def _child(answers: Answers, number: int) -> dict[str, Any]:
    told: dict[str, Any] = {name: answers.text(Question.CHILD, name, number) for name in _CHILD}
    told["date_of_birth"] = day(answers.of(Question.CHILD, number), "born")
    told["account"] = answers.text(Question.HAPPENED, "account", number)
    told["observed"] = answers.text(Question.HAPPENED, "observed", number)
    if words := answers.text(Question.SAID, "words", number):
        alone = {"yes": True, "no": False}.get(answers.text(Question.SAID, "alone", number))
        told["said"] = [
            {
                "words": words,
                "to": answers.text(Question.SAID, "to", number),
                "asked": answers.text(Question.SAID, "asked", number),
                "alone": alone,
            }
        ]
    return told


def day(given: Mapping[str, Any], field: str) -> str | None:
    """A day typed in three fields, as far as it goes: a year, a year and month, or a whole date; None for nothing."""
    parts = [str(given.get(f"{field}-{part}", "")).strip() for part in DAY_PARTS]
    filled = [part.zfill(4 if place == 0 else 2) for place, part in enumerate(parts) if part]
    return "-".join(filled) or None


def _people(answers: Answers) -> list[dict[str, Any]] | None:
    """None where nobody said whether there are others: unknown is not nobody."""
    numbers = answers.persons()
    if not numbers and answers.text(Question.PEOPLE, "nobody") != "yes":
        return None
    return [_person(answers, number) for number in numbers]


def _person(answers: Answers, number: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: answers.text(Question.PERSON, name, number) for name in ("role", "name", "relationship", "contact")
    }
    linked = answers.text(Question.PERSON, "linked", number)
    if linked == "yes":
        told["link"] = {
            "organisation": answers.text(Question.PERSON, "organisation", number),
            "role": answers.text(Question.PERSON, "office", number) or None,
        }
    elif linked == "no":
        told |= {"link": _UNLINKED}
    return told


_UNLINKED = object()


def _happened(answers: Answers) -> dict[str, Any] | None:
    told: dict[str, Any] = {name: answers.text(Question.WHEN, name) for name in ("place", "postcode")}
    on, at = day(answers.of(Question.WHEN), "on"), answers.text(Question.WHEN, "at")
    if on and at:
        local = datetime.combine(datetime.fromisoformat(on).date(), time.fromisoformat(at), LONDON)
        told["at"] = local.astimezone(UTC).isoformat()
    return told if any(told.values()) else None


def _done(answers: Answers) -> list[dict[str, Any]]:
    what = answers.text(Question.DONE, "what")
    return [{"what": what}] if what else []


def _filled(value: Any) -> Any:
    """Without what was left empty; a link that somebody checked, and there is none, stays as null."""
    if isinstance(value, dict):
        kept = {name: None if one is _UNLINKED else _filled(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if value[name] is _UNLINKED or one not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(one) for one in value]
    return value
