"""/who-would-hear: an invented concern, chosen from lists, and who would be told of it, what, by when, and who not."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from hub.console.pages.frame.form import Form
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.facts.model import Decision
from hub.facts.outcome import Share, Treatment
from hub.facts.terms import Category, Consent, EventKind, Flag, PersonRole, Relationship, Risk, Role, Tier
from hub.people.accounts.permissions import Doing
from hub.people.clauses import item_words, treatment_words
from hub.people.hearing import ORGANISATIONS, PEOPLE, Hearing, who_would_hear
from hub.sharing import RuleSet
from hub.sharing.writing.given import GivenInvalid

_LONGEST_LIST = 500
"""Organisations that a list offers; where there are more, an id is typed."""
_DEFAULTS = {"event": EventKind.RAISED, "category": Category.DOMESTIC_ABUSE, "age": "8", "relationship_1": "enrolled"}


async def _show(asked: Asked) -> Answer:
    """The question alone until a source is chosen; its address holds the question and nothing about anybody."""
    heard = _heard(asked)
    first = not asked.form.value("source")
    values = {
        "heard": heard,
        "told": [(decision, _told(decision)) for decision in heard.verdict.decisions] if heard else [],
        "lists": _lists(asked.front.rules),
        "places": range(1, ORGANISATIONS + 1),
        "people": range(1, PEOPLE + 1),
        "defaults": _DEFAULTS | {"source": asked.by.organisation} if first else {},
    }
    return Shown("agreements/hearing.html", values, 422 if asked.form.faults else 200)


def _heard(asked: Asked) -> Hearing | None:
    form, front = asked.form, asked.front
    if not form.value("source"):
        return None
    signed = None if form.ticked("as_signed") else front.signed
    try:
        return who_would_hear(front.rules, signed, _words(form), asked.now)
    except GivenInvalid as error:
        form.wrong("source", "agreements.hearing.refused", why=str(error))
        return None


def _words(form: Form) -> dict[str, str]:
    flags = {f"flag_{flag}": "1" for flag in form.values("flag")}
    return {name: value.strip() for name, value in form.pairs()} | flags


def _told(decision: Decision) -> list[tuple[str, str]]:
    """What a recipient would see: how, and which items."""
    ruling = decision.ruling
    found: dict[Treatment, list[str]] = {}
    for item, treatment in ruling.released.items() if isinstance(ruling, Share) else ():
        found.setdefault(treatment, []).append(item)
    return [(treatment_words(treatment), item_words(items)) for treatment, items in found.items()]


def _lists(rules: RuleSet) -> dict[str, list[tuple[str, str]]]:
    names = [(key, f"{one.name} ({key})") for key, one in rules.organisations.items()]
    districts = sorted({district for one in rules.organisations.values() for district in one.area})
    return {
        "organisations": sorted(names, key=lambda one: one[1]) if len(names) <= _LONGEST_LIST else [],
        "districts": [(one, one) for one in districts] if len(districts) <= _LONGEST_LIST else [],
        "events": _options(EventKind),
        "categories": _options(Category),
        "tiers": _options(Tier),
        "risks": _options(Risk),
        "consents": _options(Consent),
        "flags": _options(Flag),
        "relationships": _options(Relationship),
        "people": _options(PersonRole),
        "roles": _options(Role),
    }


def _options(kind: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value.replace("_", " ").replace(".", " ")) for one in kind]


PAGE = Page("/who-would-hear", Doing.TRY_RULES, get=_show)
