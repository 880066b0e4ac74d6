"""What each question of a referral asks: its fields, and what is to be wrong with them. One list a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hub.console.pages.frame.form import Form
from hub.facts.terms import Category, Caveat, Consent, PersonRole
from hub.people.raising.questions import Given, Question
from hub.people.raising.record import DAY_PARTS

Kind = Literal["text", "lines", "choice", "choices", "pick", "born", "day", "time"]
LINE, WORDS, TALE = 200, 2_000, 8_000
"""Characters of a line, of some words, and of what happened."""
ORGANISATIONS = "organisations"
"""Options of a `pick` that are every organisation of the rules."""
YES_NO = ("yes", "no", "unknown")
LEVELS = ("immediate_danger", "child_protection", "child_in_need", "early_help", "monitor")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_EARLIEST = 1900


@dataclass(frozen=True, slots=True)
class Field:
    """One field. Its words are `raising.<question>.<name>`, and `..._hint` where there is one."""

    name: str
    kind: Kind = "text"
    most: int = LINE
    needed: bool = False
    options: tuple[str, ...] = ()


FIELDS: Mapping[Question, tuple[Field, ...]] = {
    Question.CHILD: (
        Field("given_names"),
        Field("family_name"),
        Field("known_as"),
        Field("born", "born"),
        Field("sex", "choice", options=("female", "male", "other", "not_known")),
        Field("address", "lines", most=400),
        Field("postcode", most=10),
        Field("attends"),
        Field("nhs_number", most=20),
        Field("upn", most=20),
    ),
    Question.HAPPENED: (Field("account", "lines", TALE, needed=True), Field("observed", "lines", TALE)),
    Question.SAID: (
        Field("words", "lines", TALE),
        Field("to"),
        Field("asked", "lines", WORDS),
        Field("alone", "choice", options=YES_NO),
    ),
    Question.WORRY: (
        Field("categories", "choices", needed=True, options=tuple(Category)),
        Field("level", "choice", needed=True, options=LEVELS),
        Field("summary", "lines", TALE),
    ),
    Question.WHEN: (Field("on", "day"), Field("at", "time", most=5), Field("place"), Field("postcode", most=10)),
    Question.PERSON: (
        Field("name"),
        Field("role", "choice", needed=True, options=tuple(PersonRole)),
        Field("relationship"),
        Field("contact"),
        Field("linked", "choice", needed=True, options=YES_NO),
        Field("organisation", "pick", options=(ORGANISATIONS,)),
        Field("office"),
    ),
    Question.PEOPLE: (Field("nobody", "choices", options=("yes",)),),
    Question.FAMILY: (
        Field("consent", "choice", needed=True, options=tuple(Consent)),
        Field("reason", "lines", WORDS),
    ),
    Question.DONE: (Field("what", "lines", TALE),),
    Question.HANDLING: (
        Field("caveats", "choices", options=tuple(code for code in Caveat if code is not Caveat.DELETE_BY)),
    ),
    Question.YOU: (Field("role", needed=True), Field("contact", needed=True)),
}


def read(question: Question, form: Form, organisations: Mapping[str, str], today: date) -> Given:
    """What was typed on a page; what is wrong with it stands in the form's faults."""
    given: dict[str, str | tuple[str, ...]] = {}
    for field in FIELDS.get(question, ()):
        given |= _read(field, form, organisations, today)
    if rule := _BESIDES.get(question):
        rule(given, form)
    return given


def filled(given: Given) -> Form:
    """A form as it was filled in before."""
    pairs = [(name, value) for name, value in given.items() if isinstance(value, str)]
    return Form(pairs + [(name, one) for name, value in given.items() if not isinstance(value, str) for one in value])


def _read(
    field: Field, form: Form, organisations: Mapping[str, str], today: date
) -> Mapping[str, str | tuple[str, ...]]:
    match field.kind:
        case "born" | "day":
            parts = {f"{field.name}-{part}": form.value(f"{field.name}-{part}").strip() for part in DAY_PARTS}
            if wrong := _wrong_day([parts[f"{field.name}-{part}"] for part in DAY_PARTS], today, field.kind):
                form.wrong(field.name, wrong)
            return parts
        case "choices":
            return {field.name: _known(field, form, form.many(field.name))}
        case "choice" | "pick":
            known = tuple(organisations) if field.options == (ORGANISATIONS,) else field.options
            value = form.one(field.name, LINE, needed=field.needed)
            if value and value not in known:
                form.wrong(field.name, "frame.fault.choose")
            return {field.name: value}
        case "time":
            value = form.one(field.name, field.most, needed=field.needed).replace(".", ":")
            if value and not _TIME.fullmatch(value.zfill(5)):
                form.wrong(field.name, "raising.fault.time")
            return {field.name: value.zfill(5) if value else ""}
        case _:
            return {field.name: form.one(field.name, field.most, needed=field.needed)}


def _known(field: Field, form: Form, values: tuple[str, ...]) -> tuple[str, ...]:
    known = tuple(option for option in field.options if option in values)
    if len(known) < len(set(values)) or (field.needed and not known):
        form.wrong(field.name, "frame.fault.choose")
    return known


def _wrong_day(parts: list[str], today: date, kind: Kind) -> str | None:
    """A key of words for what is wrong with year, month and day as typed; a birthday may lack its end."""
    year, month, day = parts
    whole = all(parts)
    if not any(parts):
        return None
    if kind == "day" and not whole:
        return "frame.fault.day_needed"
    if not year or (day and not month):
        return "raising.fault.born"
    first = _first_day(year, month or "1", day or "1")
    if first is None or first.year < _EARLIEST:
        return "frame.fault.day"
    return "raising.fault.future" if first > today else None


def _first_day(*parts: str) -> date | None:
    try:
        return date(*(int(part) if part.isascii() else 0 for part in parts))
    except (ValueError, OverflowError):
        return None


def _somebody(given: Mapping[str, object], form: Form) -> None:
    """A child is somebody: a name or a number, at least."""
    if not any(given[name] for name in ("given_names", "family_name", "known_as", "nhs_number", "upn")):
        form.wrong("given_names", "raising.fault.who")


def _linked(given: Mapping[str, object], form: Form) -> None:
    if given["linked"] == "yes" and not given["organisation"]:
        form.wrong("organisation", "raising.fault.where")


def _reasoned(given: Mapping[str, object], form: Form) -> None:
    """Not to ask is a decision, which has a reason."""
    if given["consent"] in (Consent.NOT_ASKED, Consent.UNSAFE_TO_ASK) and not given["reason"]:
        form.wrong("reason", "raising.fault.why")


def _dated(given: Mapping[str, object], form: Form) -> None:
    """A day and a time go together: neither alone says when."""
    if given["at"] and not given["on-day"]:
        form.wrong("on", "raising.fault.time_alone")
    if given["on-day"] and not given["at"]:
        form.wrong("at", "raising.fault.day_alone")


_BESIDES = {
    Question.CHILD: _somebody,
    Question.PERSON: _linked,
    Question.FAMILY: _reasoned,
    Question.WHEN: _dated,
}
"""What is wrong between the fields of a page."""
