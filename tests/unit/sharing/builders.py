"""Rule sets and cases in a few words: those of docs/guide-ig.md, changed where a test says so."""

import json
from datetime import UTC, datetime
from typing import Any

from hub.facts.model import Decision, Verdict
from hub.facts.outcome import Share
from hub.sharing import RuleSet, SignedBy, decide
from hub.sharing.checking.book import Report, check_book, unusable
from hub.sharing.deciding.ruleset import compile_rules
from hub.sharing.writing.given import read_given
from hub.sharing.writing.reading import Book, read_book

SATURDAY_NIGHT = "2026-03-07T23:10+00:00"
AT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
POLICE, PRIMARY, ACADEMY, COUNCIL = (
    "police.caledon",
    "school.glenmore-primary",
    "school.glenmore-academy",
    "la.glenmore",
)
SUPPORT = "third.harbour-scotland"
LEAD = "designated_safeguarding_lead"

Json = dict[str, Any]


def an_organisation(name: str, kind: str, **changes: Any) -> Json:
    return {
        "id": name, "name": name, "kinds": [kind], "jurisdiction": "SCT", "area": ["ZG1", "ZG2"],
        "coordinator": "isp@glenmore.example", "channels": [{"inbox": {}}],
        "keys": {"receive": f"{name}.receive.1", "inbox": f"{name}.inbox.1"},
        "duty_desk": {"organisation": POLICE, "role": "duty_officer"},
    } | changes  # fmt: skip


def organisations(*more: Json) -> list[Json]:
    known = [
        an_organisation(POLICE, "police"),
        an_organisation(PRIMARY, "school", authority=COUNCIL),
        an_organisation(ACADEMY, "school", authority=COUNCIL),
        an_organisation(COUNCIL, "local_authority"),
        an_organisation(SUPPORT, "third_sector"),
    ]
    named = {one["id"]: one for one in (*known, *more)}
    return list(named.values())


def a_clause(**changes: Any) -> Json:
    return {
        "id": "tell-dsl",
        "from": {"kind": "police"},
        "to": {"kind": "school", "role": LEAD, "relationship": "enrolled"},
        "when": {"event": ["concern.raised", "concern.updated"], "category": ["domestic_abuse"],
                 "age": {"from": 4, "to": 17}},
        "release": {
            "child.name": "full", "child.date_of_birth": "full", "child.address": "withhold",
            "incident.reference": "full", "incident.place": {"generalise": "postcode_district"},
            "concern.summary": "full",
        },
    } | changes  # fmt: skip


def a_council_clause(role: str, **changes: Any) -> Json:
    return a_clause(id=role, to={"kind": "local_authority", "role": role}, when={}) | changes


BARS_THE_LEAD = {"bar": {"person": "alleged_perpetrator"},
                 "turn_to": {"kind": "local_authority", "role": "designated_officer"}}  # fmt: skip
HIDES_FROM_PERPETRATOR = {"items": ["person.alleged_perpetrator", "child.safe_address"],
                          "to": {"linked_to": "alleged_perpetrator"}}  # fmt: skip


def an_isp(*clauses: Json, **changes: Any) -> Json:
    return {
        "id": "ISP-POL-EDU-001", "title": "Telling a child's school", "version": 3, "kind": "ISP",
        "framework": "Caledon Tier 1 Accord", "jurisdiction": ["SCT"],
        "parties": [{"organisation": POLICE, "role": "controller", "coordinator": "isp@police.example"},
                    {"group": "schools.glenmore", "role": "controller", "coordinator": "isp@glenmore.example"}],
        "purpose": "Let the school support the child.", "benefit": "Fewer children sit through the day unseen.",
        "lawful_basis": {"article_6": "6(1)(e)", "article_9": "9(2)(g)", "article_10": "schedule 1 para 36",
                         "schedule_1": "para 18", "part_3": True, "statutory_duty": None},
        "consent": "not_required", "dpia": "DPIA-2024-017", "effective": "2025-01-01", "review_by": "2026-12-31",
        "expires": "2027-12-31", "retention": "P1Y", "clauses": list(clauses) or [a_clause()],
    } | changes  # fmt: skip


def a_council_isp(*roles: str, **changes: Any) -> Json:
    parties = [{"organisation": one, "role": "controller", "coordinator": "a@b.example"} for one in (POLICE, COUNCIL)]
    clauses = [a_council_clause(role) for role in roles]
    return an_isp(*clauses, id="ISP-POL-LA-001", version=1, parties=parties) | changes


def a_rule(*tell: Json, **changes: Any) -> Json:
    known = [
        {"kind": "school", "relationship": "enrolled", "role": LEAD, "by": "before_next_school_day"},
        {"kind": "local_authority", "role": "education_welfare", "by": "before_next_school_day", "if": "home_educated"},
    ]
    when = {"event": ["concern.raised", "concern.updated"], "category": ["domestic_abuse"], "source_kind": ["police"],
            "age": {"from": 4, "to": 17}}  # fmt: skip
    return {"id": "da-school", "title": "Tell the school", "when": when, "tell": list(tell) or known} | changes


def files(
    isps: list[Json] | None = None, rules: list[Json] | None = None, orgs: list[Json] | None = None, **others: Any
) -> dict[str, bytes]:
    """A rules folder as bytes; JSON is YAML too. Other files by name, a double underscore standing for a slash."""
    found: dict[str, Any] = {f"organisations/{one['id']}.yaml": one for one in orgs or organisations()}
    found |= {f"isps/{one['id']}-{one['version']}.yaml": one for one in ([an_isp()] if isps is None else isps)}
    found["rules/rules.yaml"] = [a_rule()] if rules is None else rules
    found["groups.yaml"] = {"schools.glenmore": [PRIMARY, ACADEMY]}
    found |= {f"{name.replace('__', '/')}.yaml": content for name, content in others.items()}
    return {name: json.dumps(content, indent=1).encode() for name, content in found.items()}


def a_book(*args: Any, **others: Any) -> Book:
    return read_book(files(*args, **others))


def a_set(*args: Any, **others: Any) -> RuleSet:
    book = a_book(*args, **others)
    assert unusable(book) == []
    return compile_rules(book)


def checked(*args: Any, at: datetime = AT, **others: Any) -> Report:
    return check_book(a_book(*args, **others), at)


def enrolled(*schools: str, **changes: Any) -> Json:
    """A child of 8 with no flags at these schools."""
    held = [{"organisation": one, "relationship": "enrolled"} for one in schools or (PRIMARY,)]
    return {"age": 8, "flags": [], "registrations": held} | changes


def a_case(**changes: Any) -> Json:
    """Police, domestic abuse, Saturday night, a pupil of 8, nobody else named; None leaves a field out."""
    case = {"event": "concern.raised", "source": POLICE, "category": "domestic_abuse", "raised_at": SATURDAY_NIGHT,
            "people": [], "child": enrolled()} | changes  # fmt: skip
    return {name: value for name, value in case.items() if value is not None}


def verdict(rules: RuleSet, *, at: datetime = AT, signed: SignedBy | None = None, **changes: Any) -> Verdict:
    return decide(read_given(a_case(**changes), at), rules, at, signed=signed)


def told(found: Verdict) -> list[str]:
    """`organisation/role` of each recipient who is told."""
    return [str(one.recipient) for one in found.decisions if isinstance(one.ruling, Share)]


def outcomes(found: Verdict) -> dict[str, str]:
    """`organisation/role` -> share | withhold | cannot_decide."""
    names = {"Share": "share", "Withhold": "withhold", "CannotDecide": "cannot_decide"}
    return {str(one.recipient): names[type(one.ruling).__name__] for one in found.decisions}


def only(found: Verdict) -> Decision:
    (decision,) = found.decisions
    return decision


def released(decision: Decision) -> dict[str, Any]:
    assert isinstance(decision.ruling, Share)
    return {item: how.as_json() for item, how in decision.ruling.released.items()}
