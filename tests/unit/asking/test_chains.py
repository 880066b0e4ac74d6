"""Who is told next that nobody confirms a disclosure, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.asking.chains import desk_of, steps
from hub.facts.model import Recipient
from hub.facts.shipped import shipped
from hub.facts.terms import Role, Tier
from tests.town import rules_of

RULES = rules_of(shipped("routing_rules"))
SCHOOL = Recipient("school.glenmore-primary", Role.DESIGNATED_SAFEGUARDING_LEAD)
FRONT_DOOR = Recipient("la.glenmore", Role.FRONT_DOOR)
CONTROL_ROOM = Recipient("police.caledon", Role.DUTY_OFFICER)


def test_a_person_is_asked_first_and_each_step_counts_from_when_somebody_ought_to_have_confirmed():
    urgent = [(step.number, step.after, step.role) for step in steps(RULES) if step.tier is Tier.URGENT]
    assert urgent == [
        (0, timedelta(hours=12), None),
        (1, timedelta(hours=13), Role.HEAD_TEACHER),
        (2, timedelta(hours=14), Role.FRONT_DOOR),
    ]


@pytest.mark.parametrize(
    ("role", "recipient", "told"),
    [
        (Role.DESIGNATED_SAFEGUARDING_LEAD, SCHOOL, SCHOOL),
        (Role.HEAD_TEACHER, SCHOOL, Recipient("school.glenmore-primary", Role.HEAD_TEACHER)),
        (Role.FRONT_DOOR, SCHOOL, FRONT_DOOR),
        (Role.DUTY_OFFICER, SCHOOL, CONTROL_ROOM),
        (Role.DUTY_OFFICER, FRONT_DOOR, CONTROL_ROOM),
        (Role.HEAD_TEACHER, FRONT_DOOR, CONTROL_ROOM),
        (Role.HEAD_TEACHER, Recipient("school.closed-since", Role.HEAD_TEACHER), CONTROL_ROOM),
    ],
    ids=[
        "next holder",
        "head",
        "authority",
        "control room",
        "authority's own",
        "held by nobody",
        "gone from the rules",
    ],
)
def test_a_step_s_role_is_looked_for_at_the_recipient_its_authority_and_the_sender(
    role: Role, recipient: Recipient, told: Recipient
):
    assert desk_of(role, recipient, "police.caledon", RULES) == told


def test_a_role_that_nobody_holds_at_the_recipient_is_not_told_there():
    school = RULES.organisations[SCHOOL.organisation]
    vacant = school.model_copy(update={"holders": {Role.DESIGNATED_SAFEGUARDING_LEAD: school.holders[SCHOOL.role]}})
    rules = type(RULES)(RULES.version, {**RULES.organisations, school.id: vacant}, RULES.tiers)
    assert desk_of(Role.HEAD_TEACHER, SCHOOL, "police.caledon", rules) == CONTROL_ROOM
