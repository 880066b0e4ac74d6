"""A rules folder in the very words of the design, for the contract tests of `hub rules`."""

from pathlib import Path
from textwrap import dedent

AT = "2026-03-07T23:12:00Z"

FILES = {
    "organisations/police.caledon.yaml": """
        id: police.caledon
        name: Caledon Police
        kinds: [police]
        jurisdiction: SCT
        area: [ZG1, ZG2]
        coordinator: isp@police.example
        holders: {duty_officer: [{name: Fraser Abernethy, contact: 01632 960130}]}
        channels: [{inbox: {}}]
        keys: {receive: police.caledon.receive.1, inbox: police.caledon.inbox.1, sign: police.caledon.sign.1}
        duty_desk: {organisation: police.caledon, role: duty_officer}
        """,
    "organisations/school.glenmore-primary.yaml": """
        id: school.glenmore-primary
        name: Glenmore Primary School
        kinds: [school]
        jurisdiction: SCT
        authority: la.glenmore
        area: [ZG1, ZG2]                # postcode districts
        coordinator: isp@glenmore.example
        holders: {designated_safeguarding_lead: [{name: A, contact: B}], head_teacher: [{name: C, contact: D}]}
        channels: [{webhook: {url: https://receiver.example/hub, key: key-id}}, {inbox: {}}]
        keys: {receive: k1, inbox: k2, sign: k3}
        duty_desk: {organisation: la.glenmore, role: front_door}
        calendar: la.glenmore           # routing_rules/calendars/la.glenmore.yaml
        """,
    "organisations/la.glenmore.yaml": """
        id: la.glenmore
        name: Glenmore Council
        kinds: [local_authority]
        jurisdiction: SCT
        area: [ZG1, ZG2]
        coordinator: isp@glenmore.example
        channels: [{inbox: {}}]
        duty_desk: {organisation: la.glenmore, role: front_door}
        """,
    "groups.yaml": "schools.glenmore: [school.glenmore-primary]",
    "isps/police-school-domestic-abuse.yaml": """
        id: ISP-POL-EDU-001
        title: Telling a child's school that police attended domestic abuse at home
        version: 3
        kind: ISP                       # ISP (reciprocal) | DDA (one-way) | JCA (joint controllers)
        framework: Caledon Tier 1 Accord
        jurisdiction: [SCT]
        parties:
          - {organisation: police.caledon, role: controller, coordinator: isp@police.example}
          - {group: schools.glenmore,      role: controller, coordinator: isp@glenmore.example}
        purpose: Let the school support the child from the start of the next school day.
        benefit: Fewer children sit through the school day after a night of abuse with nobody knowing.
        lawful_basis: {article_6: "6(1)(e)", article_9: "9(2)(g)", article_10: "schedule 1 para 36",
                       schedule_1: "para 18", part_3: true, statutory_duty: null}
        consent: not_required           # required | not_required | must_not_be_asked
        dpia: DPIA-2024-017
        effective: 2025-01-01
        review_by: 2026-12-31
        expires: 2027-12-31
        retention: P1Y
        clauses:
          - id: tell-dsl
            from: {kind: police}
            to: {kind: school, role: designated_safeguarding_lead, relationship: enrolled}
            when: {event: [concern.raised, concern.updated], category: [domestic_abuse], age: {from: 4, to: 17}}
            release:
              child.name: full
              child.date_of_birth: full
              child.address: withhold
              incident.reference: full
              incident.occurred_at: full
              incident.place: {generalise: postcode_district}
              concern.summary: full
              child.voice: full
        prohibitions:
          - {items: [person.alleged_perpetrator, child.safe_address], to: {linked_to: alleged_perpetrator}}
          - {bar: {person: alleged_perpetrator}, turn_to: {kind: local_authority, role: designated_officer}}
        """,
    "rules/domestic-abuse.yaml": """
        - id: da-school
          title: Tell the child's school about domestic abuse that police attended
          when: {event: [concern.raised, concern.updated], category: [domestic_abuse], source_kind: [police],
                 age: {from: 4, to: 17}}   # age: whole years at raised_at, ends included
          tell:
            - {kind: school, relationship: enrolled, role: designated_safeguarding_lead, by: before_next_school_day}
            - {kind: local_authority, role: education_welfare, by: before_next_school_day, if: home_educated}
        """,
    "scenarios/da-school.yaml": """
        - title: Saturday night, pupil aged 8
          given: {event: concern.raised, source: police.caledon, category: domestic_abuse,
                  raised_at: 2026-03-07T23:10+00:00, people: [],
                  child: {age: 8, flags: [],
                          registrations: [{organisation: school.glenmore-primary, relationship: enrolled}]}}
          expect:
            - {tell: school.glenmore-primary, outcome: share, by: 2026-03-09T08:45+00:00,
               released: [child.name, child.date_of_birth, incident.reference], withheld: [child.address]}
        """,
}

GIVEN = {
    "event": "concern.raised",
    "source": "police.caledon",
    "category": "domestic_abuse",
    "raised_at": "2026-03-07T23:10+00:00",
    "people": [],
    "child": {
        "age": 8,
        "flags": [],
        "registrations": [{"organisation": "school.glenmore-primary", "relationship": "enrolled"}],
    },
}


def write_rules(folder: Path) -> Path:
    """Write the folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content).lstrip(), encoding="utf-8")
    return folder


def replace_in(path: Path, old: str, new: str) -> int:
    """Change a file once; the answer is the line of the change, from 1."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
