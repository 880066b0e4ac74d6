"""What an ISP's clauses and prohibitions say, in sentences that whoever signs them can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hub.facts.items import in_catalogue_order
from hub.facts.outcome import Generalisation, Treatment, TreatmentKind
from hub.facts.terms import Capacity, Consent, EventKind, Relationship
from hub.sharing.deciding.agreements import words
from hub.sharing.writing.isps import Barred, Clause, ConsentModel, ProhibitedTo, Prohibition, Target
from hub.sharing.writing.when import FlagTest, PastTest, RequesterTest, When

CONSENT = {
    ConsentModel.REQUIRED: "Only where the family was asked, and agreed.",
    ConsentModel.NOT_REQUIRED: "Consent is not the basis, and sharing does not wait for it.",
    ConsentModel.MUST_NOT_BE_ASKED: "The family must not be asked: asking would put the child at risk.",
}
_EVENTS = {
    EventKind.RAISED: "a concern is raised",
    EventKind.UPDATED: "a concern is updated",
    EventKind.RETRACTED: "a concern is taken back",
    EventKind.PLAN_SHARED: "a plan is shared",
    EventKind.PLAN_QUERY: "somebody asks for a plan",
    EventKind.ATTENDANCE: "a school tells of attendance",
    EventKind.SUBJECT_ACCESS: "somebody asks for what is held of them",
}
_WHERE = {
    Relationship.ENROLLED: "where the child is on roll",
    Relationship.DUAL_ENROLLED: "where the child is on roll as well",
    Relationship.EXPECTED_FROM: "that expects the child",
    Relationship.COLLEGE: "where the child is at college",
    Relationship.REGISTERED_PATIENT: "where the child is a registered patient",
    Relationship.HEALTH_VISITOR: "that gives the child its health visitor",
    Relationship.SCHOOL_NURSE: "that gives the child its school nurse",
    Relationship.NAMED_PERSON: "that gives the child its named person",
    Relationship.RESPONSIBLE_AUTHORITY: "that is responsible for the child",
    Relationship.HOST_AUTHORITY: "where the child is placed",
    Relationship.ALLOCATED_SOCIAL_WORKER: "that gives the child its social worker",
    Relationship.SUPPORT_SERVICE: "that supports the child",
}
_CONSENTS = {
    Consent.GIVEN: "given",
    Consent.REFUSED: "refused",
    Consent.NOT_ASKED: "not asked for",
    Consent.UNSAFE_TO_ASK: "unsafe to ask for",
}
_CAPACITIES = {Capacity.COMPETENT: "can decide for themself", Capacity.NOT_COMPETENT: "cannot decide for themself"}


_IN_FULL, _KEPT_BACK = "In full", "Kept back"
_REDUCED = {
    Generalisation.POSTCODE_DISTRICT: "Only the postcode district of",
    Generalisation.POSTCODE_SECTOR: "Only the postcode sector of",
    Generalisation.MONTH: "Only the month of",
    Generalisation.AGE_BAND: "Only the age band of",
}


def who_to_whom(clause: Clause) -> str:
    """As a sentence: Police may tell the designated safeguarding lead of a school where the child is on roll."""
    origin = f"{_any_of(clause.from_.kind)} may tell"
    return f"{origin[:1].upper()}{origin[1:]} {recipient(clause.to)}."


def recipient(target: Target) -> str:
    """Whom a clause is for."""
    roles = f"the {_any_of(target.role)} of" if target.role else "anybody who reads at"
    where = f" {' or '.join(_WHERE[one] for one in sorted(target.relationship))}" if target.relationship else ""
    return f"{roles} {_a(words(target.kind))}{where}"


def conditions(when: When) -> tuple[str, ...]:
    """Each thing that must hold, so that it completes "only where"; nothing where it always applies."""
    return tuple(_conditions(when))


def released(clause: Clause) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How items are told, and which, in the catalogue's order: in full first, what is kept back last."""
    found: dict[str, list[str]] = {}
    for item in in_catalogue_order(clause.release):
        found.setdefault(treatment_words(clause.release[item]), []).append(item)
    order = sorted(found, key=lambda how: (how != _IN_FULL, how == _KEPT_BACK))
    return tuple((how, tuple(found[how])) for how in order)


def treatment_words(treatment: Treatment) -> str:
    """How an item is told, as the beginning of a line that names it."""
    match treatment.kind:
        case TreatmentKind.FULL:
            return _IN_FULL
        case TreatmentKind.WITHHOLD:
            return _KEPT_BACK
        case TreatmentKind.FLAG:
            return "Only whether it is known"
        case TreatmentKind.GENERALISE:
            assert treatment.to is not None  # a generalisation says to what
            return _REDUCED[treatment.to]


def prohibited(prohibition: Prohibition) -> str:
    """A prohibition in one sentence."""
    where = conditions(prohibition.when)
    only = f", where {' and '.join(where)}" if where else ""
    if prohibition.bar is not None:
        instead = prohibition.turn_to
        turn = f" The {words(instead.role)} of the {words(instead.kind)} is told instead." if instead else ""
        return f"Nothing is told to {_barred(prohibition.bar)}{only}.{turn}"
    return f"Never told to {_hidden_from(prohibition.to)}{only}: {item_words(prohibition.items or ())}."


def item_words(items: Iterable[str]) -> str:
    """Data items as a sentence names them: `the child's name and date of birth, and what a concern is about`."""
    named = [ITEM_WORDS[item] for item in in_catalogue_order(items)]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1]))) if named else ""


def duration(written: str) -> str:
    """An ISO 8601 duration of whole years, months, weeks and days: `P1Y` is `1 year`."""
    units = {"Y": "year", "M": "month", "W": "week", "D": "day"}
    found, digits = [], ""
    for sign in written.removeprefix("P"):
        if sign.isdigit():
            digits += sign
        else:
            found.append(f"{digits} {units[sign]}{'' if digits == '1' else 's'}")
            digits = ""
    return ", ".join(found)


# --- parts ----------------------------------------------------------------------------------------------------------


def _conditions(when: When) -> Iterator[str]:
    if when.event:
        yield " or ".join(_EVENTS[kind] for kind in EventKind if kind in when.event)
    if when.category:
        yield f"it is about {_any_of(when.category)}"
    if when.source_kind:
        yield f"it comes from {_any_of(when.source_kind)}"
    if when.source:
        yield f"it comes from {_any_of(when.source)}"
    if when.tier:
        yield f"it is {_any_of(when.tier)}"
    if when.risk:
        yield f"the risk is graded {_any_of(when.risk)}"
    if when.consent:
        yield f"consent was {' or '.join(_CONSENTS[one] for one in Consent if one in when.consent)}"
    if when.practitioner:
        yield f"{_a(_any_of(when.practitioner))} raised it"
    yield from _of_the_child(when)
    if when.requester:
        yield from _requester(when.requester)


def _of_the_child(when: When) -> Iterator[str]:
    if when.age:
        yield f"the child is aged {when.age}"
    if when.sex:
        yield f"the child's sex is {_any_of(when.sex)}"
    if when.capacity:
        yield f"the child {' or '.join(_CAPACITIES[one] for one in Capacity if one in when.capacity)}"
    if when.flags:
        yield from _flags(when.flags)
    if when.history:
        yield _past(when.history)


def _flags(test: FlagTest) -> Iterator[str]:
    if test.any:
        yield f"the child is marked {_any_of(test.any)}"
    if test.all:
        yield f"the child is marked {' and '.join(words(flag) for flag in sorted(test.all))}"
    if test.none:
        yield f"the child is not marked {_any_of(test.none)}"


def _past(test: PastTest) -> str:
    about = f" about {_any_of(test.category)}" if test.category else ""
    within = f" within {test.within.days} days" if test.within else ""
    return f"there were at least {test.at_least} earlier concerns{about}{within}"


def _requester(test: RequesterTest) -> Iterator[str]:
    if test.kind:
        yield f"{_a(_any_of(test.kind))} asks"
    if test.relationship:
        yield f"whoever asks is the child's {_any_of(test.relationship)}"


def _barred(bar: Barred) -> str:
    who = _recipients(bar.organisation, bar.kind, bar.role)
    return f"{who} where the {words(bar.person)} reads" if bar.person else who


def _hidden_from(to: ProhibitedTo) -> str:
    who = _recipients(to.organisation, to.kind, to.role)
    return f"{who} that the {words(to.linked_to)} is linked to" if to.linked_to else who


def _recipients(organisation: Iterable[str] | None, kind: Iterable[str] | None, role: Iterable[str] | None) -> str:
    roles = f"the {_any_of(role)} of " if role else ""
    if organisation:
        return f"{roles}{_any_of(organisation)}"
    if kind:
        return f"{roles}{_a(_any_of(kind))}"
    return f"{roles}any organisation"


def _any_of(values: Iterable[str]) -> str:
    """`a, b or c`, as words, sorted."""
    named = sorted(words(str(value)) for value in values)
    return " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"


ITEM_WORDS = {
    "child.name": "the child's name",
    "child.known_as": "what the child is called",
    "child.date_of_birth": "the child's date of birth",
    "child.sex": "the child's sex",
    "child.identifiers": "the child's numbers, such as the NHS number",
    "child.address": "the child's address",
    "child.safe_address": "the child's safe address",
    "child.school": "the child's school",
    "child.gp": "the child's doctor",
    "child.ethnicity": "the child's ethnicity",
    "child.language": "the child's language",
    "child.disability": "the child's disability",
    "child.present": "whether the child was there",
    "child.voice": "what the child said",
    "child.whereabouts": "where the child is now",
    "child.spoken_to": "whether the child was spoken to alone",
    "child.earlier_addresses": "the child's earlier addresses",
    "child.telephone": "the child's telephone number",
    "child.estimated_age": "the child's age as it was guessed",
    "child.description": "what the child looks like",
    "child.unborn": "that the child is not born yet",
    "concern.category": "what kind of concern it is",
    "concern.risk": "how the risk is graded",
    "concern.indicators": "signs that were seen",
    "concern.summary": "what happened, in short",
    "concern.detail": "what happened, in full",
    "concern.actions_taken": "what was done already",
    "concern.consent_reason": "what the family was asked, and why or why not",
    "concern.document": "documents of the concern",
    "incident.reference": "the source's reference",
    "incident.type": "the type of the incident",
    "incident.occurred_at": "when it happened",
    "incident.place": "where it happened",
    "incident.attended_by": "who attended",
    "incident.crime_number": "the crime number",
    "incident.earlier": "earlier incidents",
    "person.parent": "the parents",
    "person.victim": "the victim",
    "person.alleged_perpetrator": "the alleged perpetrator",
    "person.household": "who lives with the child",
    "person.witness": "witnesses",
    "person.practitioner": "the practitioner to ring",
    "offence.details": "details of an offence",
    "health.attendance": "attendance at a health service",
    "health.condition": "a health condition",
    "health.injury": "injuries",
    "plan.type": "what kind of plan the child has",
    "plan.dates": "the dates of a plan",
    "plan.contact": "whom to ring about a plan",
    "plan.document": "the plan itself",
    "access.history": "who looked at a plan before",
    "school.attendance": "attendance at school",
    "school.observations": "what the school saw",
}
"""Each data item as a sentence says it."""
