"""What an author of rules should look at: stale paperwork, clauses that never apply, gaps, contradictions.

Conditions are finite sets and intervals, so whether two of them can hold together is worked out, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations

from hub.facts.clock import local_day
from hub.facts.outcome import Generalisation
from hub.facts.terms import OrganisationKind, Role
from hub.sharing.deciding.agreements import members_of, words
from hub.sharing.deciding.conditions import listed
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.findings import Finding, fault, note, warn
from hub.sharing.writing.isps import AgreementKind, Clause, ConsentModel, Isp
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.reading import Book, Placed
from hub.sharing.writing.rules import Rule, Tell
from hub.sharing.writing.when import When

NOTICE_DAYS = (7, 30, 90)
PAPERWORK = ("title", "framework", "benefit", "dpia", "retention")
PLACES = frozenset({"child.address", "child.safe_address", "incident.place"})
CAN_BECOME: dict[Generalisation, frozenset[str]] = {
    Generalisation.POSTCODE_DISTRICT: PLACES,
    Generalisation.POSTCODE_SECTOR: PLACES,
    Generalisation.MONTH: frozenset(
        {
            "child.date_of_birth",
            "incident.occurred_at",
            "plan.dates",
            "access.history",
            "health.attendance",
            "school.attendance",
        }
    ),
    Generalisation.AGE_BAND: frozenset({"child.date_of_birth"}),
}
MAX_NAMED = 6


def lint(book: Book, rules: RuleSet, at: datetime) -> Iterator[Finding]:
    """Every doubt about a set that compiles, on the day of `at` in Europe/London."""
    today = local_day(at)
    for isp in book.isps.values():
        yield from _dates(isp, book, today)
        yield from _paperwork(isp)
        for place, clause in enumerate(isp.entry.clauses):
            yield from _clause(isp, place, clause, rules)
        yield from _direction(isp)
    yield from _contradictions(book, rules, today)
    for rule in book.rules.values():
        for place, tell in enumerate(rule.entry.tell):
            yield from _coverage(rule, place, tell, rules, today)
    for organisation in book.organisations.values():
        yield from _organisation(organisation)
    yield from _areas(book, rules)
    yield from _calendars(book, today)
    if book.tiers is None:
        yield note("tiers.yaml", 1, "tiers", "there is no tiers.yaml, so the built-in tiers are used")


# --- ISPs -----------------------------------------------------------------------------------------------------------


def _dates(placed: Placed[Isp], book: Book, today: date) -> Iterator[Finding]:
    isp = placed.entry
    replaced = any(
        other.entry.id == isp.id and other.entry.version > isp.version and other.entry.effective <= today
        for other in book.isps.values()
    )
    if replaced:
        return
    for part, last, past in (
        (
            "expires",
            isp.expires,
            f"{isp.ref} has expired on {isp.expires}: nothing is shared under it, and a person is asked each time",
        ),
        ("review_by", isp.review_by, f"{isp.ref} is overdue for review since {isp.review_by}; it still shares"),
    ):
        if today > last:
            yield warn(placed.file, placed.line(part), "expired" if part == "expires" else "overdue", past)
            return
        left = (last - today).days
        for days in NOTICE_DAYS:
            if left <= days:
                what = "expires" if part == "expires" else "must be reviewed"
                yield note(placed.file, placed.line(part), "due", f"{isp.ref} {what} within {days} days, by {last}")
                break
    if today < isp.effective:
        yield note(
            placed.file, placed.line("effective"), "not-yet", f"{isp.ref} is not in effect before {isp.effective}"
        )
    if isp.review_by > isp.expires:
        yield warn(placed.file, placed.line("review_by"), "dates", f"{isp.ref} expires before it must be reviewed")


def _paperwork(placed: Placed[Isp]) -> Iterator[Finding]:
    isp = placed.entry
    lacking = [name for name in PAPERWORK if getattr(isp, name) is None]
    if lacking:
        yield note(placed.file, placed.line(), "paperwork", f"{isp.ref} does not say its {', '.join(lacking)}")
    for place, party in enumerate(isp.parties):
        if party.coordinator is None:
            who = party.organisation or party.group
            yield note(
                placed.file, placed.line("parties", place), "paperwork", f"{isp.ref} names no coordinator of {who}"
            )
    for place, prohibition in enumerate(isp.prohibitions):
        if prohibition.bar is not None and prohibition.turn_to is None:
            yield warn(
                placed.file,
                placed.line("prohibitions", place),
                "turn-to",
                "this bars a recipient without saying where to turn instead",
            )


def _clause(placed: Placed[Isp], place: int, clause: Clause, rules: RuleSet) -> Iterator[Finding]:
    isp, line = placed.entry, placed.line("clauses", place, "id")
    name = f"clause {clause.id}"
    parties = [rules.organisations[key] for key in members_of(isp, rules.groups) if key in rules.organisations]
    covered = [one for one in parties if one.jurisdiction in isp.jurisdiction]
    sources = [one for one in parties if not one.kinds.isdisjoint(clause.from_.kind)]
    targets = [one for one in parties if clause.to.kind in one.kinds]
    if not sources:
        yield _never(placed, line, f"{name} can never apply: no party is of the kind {listed(clause.from_.kind)}")
    elif not targets:
        yield _never(placed, line, f"{name} can never apply: no party is of the kind {clause.to.kind}")
    elif not any(one in covered for one in sources) or not any(one in covered for one in targets):
        yield _never(
            placed,
            line,
            f"{name} can never apply: {isp.ref} does not cover the jurisdiction of source and recipient both",
        )
    when, consent = clause.when, clause.consent or isp.consent
    if consent is ConsentModel.REQUIRED and when.consent is not None and "given" not in {str(c) for c in when.consent}:
        yield _never(placed, line, f"{name} can never apply: it requires consent, and its conditions rule consent out")
    if when.flags is not None and not when.flags.none.isdisjoint(when.flags.all):
        yield _never(placed, line, f"{name} can never apply: it wants a flag both present and absent")
    if clause.to.role is None:
        yield warn(
            placed.file,
            placed.line("clauses", place, "to"),
            "any-role",
            f"{name} names no role, so it covers every role there",
        )
    for item, treatment in clause.release.items():
        if treatment.to is not None and item not in CAN_BECOME[treatment.to]:
            yield warn(
                placed.file,
                placed.line("clauses", place, "release", item),
                "treatment",
                f"{item} cannot be shown as its {words(treatment.to)}, so it will be withheld",
            )


def _never(placed: Placed[Isp], line: int, message: str) -> Finding:
    return fault(placed.file, line, "never-applies", message)


def _direction(placed: Placed[Isp]) -> Iterator[Finding]:
    isp = placed.entry
    ways = {(kind, clause.to.kind) for clause in isp.clauses for kind in clause.from_.kind}
    if isp.kind is AgreementKind.DDA and any((there, here) in ways and here != there for here, there in ways):
        yield warn(
            placed.file, placed.line("kind"), "direction", f"{isp.ref} is a one-way DDA, but shares in both directions"
        )


# --- overlaps and gaps ----------------------------------------------------------------------------------------------


def can_both_hold(one: When, other: When) -> bool:
    """Whether some event meets both conditions. Past events and requesters are taken to be compatible."""
    for name in (
        "event",
        "category",
        "source_kind",
        "source",
        "tier",
        "risk",
        "consent",
        "practitioner",
        "sex",
        "capacity",
    ):
        here, there = getattr(one, name), getattr(other, name)
        if here is not None and there is not None and here.isdisjoint(there):
            return False
    if one.age is not None and other.age is not None:
        lowest = max(one.age.from_ or 0, other.age.from_ or 0)
        highest = min(one.age.to if one.age.to is not None else 200, other.age.to if other.age.to is not None else 200)
        if lowest > highest:
            return False
    if one.flags is not None and other.flags is not None:
        return one.flags.all.isdisjoint(other.flags.none) and other.flags.all.isdisjoint(one.flags.none)
    return True


def _contradictions(book: Book, rules: RuleSet, today: date) -> Iterator[Finding]:
    """Items that two clauses which can apply together treat differently."""
    buckets: dict[OrganisationKind, list[tuple[Placed[Isp], int, Clause]]] = {}
    for placed in book.isps.values():
        if placed.entry.expires >= today:
            for place, clause in enumerate(placed.entry.clauses):
                buckets.setdefault(clause.to.kind, []).append((placed, place, clause))
    members = {ref: members_of(placed.entry, rules.groups) for ref, placed in book.isps.items()}
    for bucket in buckets.values():
        for (first, _, one), (second, place, other) in combinations(bucket, 2):
            if first.entry.id == second.entry.id and first is not second:
                continue  # versions of one ISP: only one of them governs
            if len(members[first.entry.ref] & members[second.entry.ref]) < 2 or not _overlap(one, other):  # noqa: PLR2004 - a pair
                continue
            differing = [
                item for item in one.release.keys() & other.release.keys() if one.release[item] != other.release[item]
            ]
            for item in sorted(differing):
                yield warn(
                    second.file,
                    second.line("clauses", place, "release", item),
                    "contradiction",
                    f"clause {other.id} treats {item} otherwise than clause {one.id} of {first.entry.ref}, and both "
                    "can apply at once: the less revealing treatment will hold",
                )


def _overlap(one: Clause, other: Clause) -> bool:
    return (
        not one.from_.kind.isdisjoint(other.from_.kind)
        and (one.to.role is None or other.to.role is None or not one.to.role.isdisjoint(other.to.role))
        and can_both_hold(one.when, other.when)
    )


def _coverage(placed: Placed[Rule], place: int, tell: Tell, rules: RuleSet, today: date) -> Iterator[Finding]:
    """Recipients that a rule tells and no ISP covers."""
    rule = placed.entry
    targets = {
        one.id
        for one in rules.organisations.values()
        if tell.kind in one.kinds and (not one.holders or tell.role in one.holders)
    }
    covered: set[str] = set()
    for isp in rules.isps:
        if isp.expires >= today and any(_serves(clause, rule.when, tell) for clause in isp.clauses):
            covered |= members_of(isp, rules.groups) & targets
    line = placed.line("tell", place)
    if not covered:
        yield warn(
            placed.file,
            line,
            "no-isp",
            f"rule {rule.id} tells the {words(tell.role)} of the {words(tell.kind)}, but "
            "no ISP lets anybody tell them: nothing will be shared",
        )
    elif targets - covered:
        names = sorted(targets - covered)
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        yield note(
            placed.file,
            line,
            "gap",
            f"rule {rule.id} tells the {words(tell.role)}, but no ISP covers {', '.join(names[:MAX_NAMED])}{more}",
        )


def _serves(clause: Clause, when: When, tell: Tell) -> bool:
    return (
        clause.to.kind is tell.kind
        and (clause.to.role is None or tell.role in clause.to.role)
        and (
            clause.to.relationship is None
            or tell.relationship is None
            or not clause.to.relationship.isdisjoint(tell.relationship)
        )
        and (when.source_kind is None or not when.source_kind.isdisjoint(clause.from_.kind))
        and can_both_hold(clause.when, when)
    )


# --- organisations --------------------------------------------------------------------------------------------------


def _organisation(placed: Placed[Organisation]) -> Iterator[Finding]:
    one, line = placed.entry, placed.line("id")
    kinds = {channel.kind for channel in one.channels}
    if not kinds - {"notify"}:
        yield warn(placed.file, line, "channels", f"{one.id} has no channel, so nothing can reach it")
    elif kinds <= {"mesh", "notify"}:
        yield warn(
            placed.file,
            placed.line("channels"),
            "channels",
            f"{one.id} can be reached by MESH only, which is too slow for an immediate concern",
        )
    if one.duty_desk is None:
        yield warn(placed.file, line, "duty-desk", f"{one.id} names no duty desk")
    if one.coordinator is None:
        yield note(placed.file, line, "paperwork", f"{one.id} names no coordinator")
    if OrganisationKind.LOCAL_AUTHORITY in one.kinds and not one.area:
        yield warn(placed.file, line, "area", f"{one.id} serves no postcode district, so its front door is never found")


def _areas(book: Book, rules: RuleSet) -> Iterator[Finding]:
    """Districts whose front door is ambiguous."""
    for (kind, district), serving in sorted(rules.areas.items()):
        if kind is not OrganisationKind.LOCAL_AUTHORITY or len(serving) == 1:
            continue
        doors = sorted(one.id for one in serving if Role.FRONT_DOOR in one.holders)
        if len(doors) != 1:
            first = book.organisations[serving[0].id]
            yield warn(
                first.file,
                first.line("area"),
                "area",
                f"{district} is served by {len(serving)} local authorities, of "
                f"which {len(doors)} hold a front door: a person will be asked which one answers",
            )


def _calendars(book: Book, today: date) -> Iterator[Finding]:
    for name, placed in book.calendars.items():
        terms = placed.entry.terms
        if terms and max(term.to for term in terms) < today + timedelta(days=90):
            yield warn(
                placed.file,
                placed.line("terms"),
                "calendar",
                f"the last term of {name} ends within 90 days: add the next school year",
            )
