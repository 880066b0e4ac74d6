"""What is looked at again before a disclosure leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from hub.delivery.directory import Directory
from hub.delivery.recheck import Go, StandardRecheck, Stop, sealed_to
from hub.delivery.states import Happening, stopping
from hub.facts.model import Recipient
from hub.facts.shipped import shipped
from hub.facts.terms import OrganisationKind, Purpose, Relationship, Role, Tier, Unsent
from hub.sharing import DUTY_DESK, RuleSet, load_rules
from tests.unit.delivery.world import (
    ACADEMY,
    DESK,
    DSL,
    POLICE,
    PRIMARY,
    SATURDAY_NIGHT,
    a_claim,
    an_organisation,
    inbox,
    mesh,
    webhook,
)

RECEIVE, INBOX = f"{PRIMARY}.receive.1", f"{PRIMARY}.inbox.1"
BODY = json.dumps({"data": {"recipients": [{"header": {"kid": RECEIVE}}, {"header": {"kid": INBOX}}]}}).encode()
ENROLLED = frozenset({"enrolled"})


def check(
    *, in_force: bool = True, ties: frozenset[str] | None = ENROLLED, keys: frozenset[str] = frozenset({RECEIVE, INBOX})
) -> StandardRecheck:
    return StandardRecheck(lambda *_: in_force, lambda *_: ties, lambda _: keys)


def test_what_is_still_allowed_goes():
    assert check()(a_claim(body=BODY), SATURDAY_NIGHT) == Go()


def test_a_retracted_event_is_cancelled_and_nobody_is_asked():
    stop = check()(a_claim(body=BODY, retracted=True), SATURDAY_NIGHT)
    assert stop == Stop(Unsent.RETRACTED)
    assert stopping(stop.reason) is Happening.CALLED_OFF


@pytest.mark.parametrize(
    ("recheck", "claim", "reason"),
    [
        (check(in_force=False), a_claim(body=BODY), Unsent.ISP_NOT_IN_FORCE),
        (check(), a_claim(body=BODY, registered_as=()), Unsent.REGISTRATION_ENDED),
        (check(), a_claim(body=BODY, registered_as=("school_nurse",)), Unsent.REGISTRATION_ENDED),
        (check(keys=frozenset({f"{PRIMARY}.receive.2", INBOX})), a_claim(body=BODY), Unsent.RECIPIENT_KEY_CHANGED),
        (check(keys=frozenset()), a_claim(body=BODY), Unsent.RECIPIENT_KEY_CHANGED),
        (check(), a_claim(body=b"{}"), Unsent.RECIPIENT_KEY_CHANGED),
    ],
)
def test_what_is_no_longer_allowed_is_held_for_a_person(recheck, claim, reason: Unsent):
    stop = recheck(claim, SATURDAY_NIGHT)
    assert stop == Stop(reason)
    assert stopping(stop.reason) is Happening.STOPPED


def test_a_text_that_a_person_released_is_looked_at_like_a_disclosure():
    supplement = a_claim(body=BODY, purpose=Purpose.SUPPLEMENT)
    assert check()(supplement, SATURDAY_NIGHT) == Go()
    assert check(in_force=False)(supplement, SATURDAY_NIGHT) == Stop(Unsent.ISP_NOT_IN_FORCE)
    assert check()(replace(supplement, retracted=True), SATURDAY_NIGHT) == Stop(Unsent.RETRACTED)


@pytest.mark.parametrize(
    "claim",
    [
        a_claim(body=BODY, registered_as=(), rule=None),
        a_claim(body=BODY, registered_as=(), kind=None),
        a_claim(body=BODY, registered_as=(), subject_id=None),
    ],
)
def test_a_decision_that_no_registration_led_to_needs_none(claim):
    assert check()(claim, SATURDAY_NIGHT) == Go()
    assert check(ties=None)(a_claim(body=BODY, registered_as=()), SATURDAY_NIGHT) == Go()


def test_enrolment_that_has_not_begun_counts_as_expected():
    expected = check(ties=frozenset({"expected_from"}))
    assert expected(a_claim(body=BODY, registered_as=("enrolled",)), SATURDAY_NIGHT) == Go()


def test_an_emergency_release_has_no_isp_to_look_up():
    assert check(in_force=False)(a_claim(body=BODY, isp=None), SATURDAY_NIGHT) == Go()


@pytest.mark.parametrize("purpose", [Purpose.RECALL, Purpose.CORRECT, Purpose.NOTIFY])
def test_recalls_and_notices_go_past_rules_and_isps(purpose: Purpose):
    nothing_holds = check(in_force=False, keys=frozenset())
    claim = a_claim(purpose=purpose, retracted=True, registered_as=())
    assert nothing_holds(claim, SATURDAY_NIGHT) == Go()


def test_the_keys_of_a_body_are_read_from_its_envelope():
    assert sealed_to(BODY) == {RECEIVE, INBOX}
    for other in (b"", b"[]", b"{", b'{"data": []}', b'{"data": {"recipients": [{}]}}', b"\xff"):
        assert sealed_to(other) == frozenset()


# --- over the rules that ship ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(shipped("routing_rules"))


def police_school(rules: RuleSet):
    return next(isp for isp in rules.isps if {POLICE, PRIMARY} <= rules.parties(isp))


def everyone(rules: RuleSet) -> frozenset[tuple[str, str]]:
    return frozenset((isp.ref, name) for isp in rules.isps for name in rules.parties(isp))


def test_an_isp_is_in_force_between_two_who_signed_it_within_its_dates(rules: RuleSet):
    isp, signed = police_school(rules), everyone(rules)
    directory = Directory(rules, signed)
    at = SATURDAY_NIGHT
    assert directory.in_force(isp.ref, POLICE, PRIMARY, at)
    assert not directory.in_force(isp.ref, POLICE, "school.unknown", at)
    assert not directory.in_force("ISP-NONE-001@1", POLICE, PRIMARY, at)
    assert not directory.in_force(f"{isp.id}@{isp.version + 1}", POLICE, PRIMARY, at)
    for who in (POLICE, PRIMARY):
        assert not Directory(rules, signed - {(isp.ref, who)}).in_force(isp.ref, POLICE, PRIMARY, at)
    expired = datetime.combine(isp.expires + timedelta(days=1), at.timetz())
    assert not directory.in_force(isp.ref, POLICE, PRIMARY, expired)
    before = datetime.combine(isp.effective - timedelta(days=1), at.timetz())
    assert isp.effective > date(2000, 1, 1)
    assert not directory.in_force(isp.ref, POLICE, PRIMARY, before)


def test_the_school_rule_goes_by_enrolment_and_the_front_door_by_place(rules: RuleSet):
    directory = Directory(rules, frozenset())
    by_tie = [(rule.id, tell) for rule in rules.rules for tell in rule.tell if tell.kind == OrganisationKind.SCHOOL]
    rule, tell = by_tie[0]
    assert set(directory.needed_ties(rule, tell.kind, tell.role) or ()) >= set(tell.relationship or ())
    assert directory.needed_ties("no-such-rule", "school", DSL) == set(Relationship), (
        "how it went nobody knows any more"
    )
    assert directory.needed_ties(DUTY_DESK, "local_authority", Role.FRONT_DOOR) is None
    by_place = [(one.id, tell) for one in rules.rules for tell in one.tell if tell.found_by_area]
    assert all(directory.needed_ties(name, tell.kind, tell.role) is None for name, tell in by_place)


# --- channels and desks ----------------------------------------------------------------------------------------------


def directory_of(*organisations) -> Directory:
    from hub.sharing.writing.tiers import DEFAULT_TIERS

    return Directory(RuleSet("v", {one.id: one for one in organisations}, DEFAULT_TIERS), frozenset())


def test_channels_come_in_the_tiers_order_and_what_is_not_built_is_passed_over():
    school = an_organisation(PRIMARY, inbox(), mesh(), webhook("https://school.example/hook"))
    directory = directory_of(school, an_organisation(ACADEMY, mesh()))
    ways = directory.ways(PRIMARY, Tier.URGENT)
    assert [way.kind for way in ways] == ["webhook", "inbox"]
    assert ways[0].address == "https://school.example/hook"
    assert directory.ways(ACADEMY, Tier.URGENT) == ()
    assert directory.ways("school.unknown", Tier.URGENT) == ()
    assert directory.passed_over() == [(PRIMARY, "mesh"), (ACADEMY, "mesh")]


def test_an_organisations_desk_and_keys_are_those_of_its_file():
    from hub.sharing.writing.organisations import DutyDesk

    desk = DutyDesk(organisation=DESK, role=Role.FRONT_DOOR)
    directory = directory_of(an_organisation(PRIMARY, desk=desk))
    assert directory.desks.of(PRIMARY) == Recipient(DESK, Role.FRONT_DOOR)
    assert set(directory.current_keys(PRIMARY)) == {RECEIVE, INBOX}
    assert directory.current_keys("school.unknown") == ()
    assert directory.receive_key(PRIMARY) == RECEIVE
    assert replace(directory).receive_key("school.unknown") is None
