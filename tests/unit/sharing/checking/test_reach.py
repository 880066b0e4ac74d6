"""Rules and ISPs looked at from both sides: a clause that no rule reaches, a role that is told and nobody holds."""

import pytest

from hub.written.findings import Level
from tests.unit.sharing.builders import (
    ACADEMY,
    COUNCIL,
    LEAD,
    POLICE,
    PRIMARY,
    a_clause,
    a_council_clause,
    a_council_isp,
    a_rule,
    an_isp,
    an_organisation,
    checked,
    organisations,
)

TELLS_THE_LEAD = {"kind": "school", "relationship": "enrolled", "role": LEAD}
SCHOOL_ONLY = [a_rule(TELLS_THE_LEAD)]
SOMEBODY = [{"name": "A", "contact": "01632 960152"}]


def said(code, *args, **others):
    return [(one.level, one.message) for one in checked(*args, **others).findings if one.code == code]


def unreached(*clauses, rules=SCHOOL_ONLY, **others):
    return said("unreached", [an_isp(*clauses)], rules, **others)


@pytest.mark.parametrize(
    ("clause", "why"),
    [
        ({"to": {"kind": "school", "role": "head_teacher"}}, "no rule ever tells the head teacher of the school"),
        ({"to": {"kind": "police", "role": "duty_officer"}, "from": {"kind": "school"}},
         "no rule ever tells the duty officer of the police"),
        ({"when": {"category": ["neglect"]}}, "no rule tells the designated safeguarding lead of the school where"),
        ({"when": {"age": {"from": 18}}}, "no rule tells the designated safeguarding lead of the school where"),
        ({"when": {"event": ["plan.shared"]}}, "no rule tells the designated safeguarding lead of the school where"),
        ({"to": {"kind": "school", "role": LEAD, "relationship": "dual_enrolled"}}, "where it could apply"),
    ],
)  # fmt: skip
def test_a_clause_that_no_rule_ever_reaches_is_named(clause, why):
    ((level, message),) = unreached(a_clause(), a_clause(id="spare") | clause)
    assert level is Level.WARNING
    assert message.startswith("clause spare is never used: ")
    assert why in message


def test_a_relationship_that_no_rule_asks_for_is_named_at_its_line():
    clause = a_clause(to={"kind": "school", "role": LEAD, "relationship": ["enrolled", "dual_enrolled"]})
    (finding,) = [one for one in checked([an_isp(clause)], SCHOOL_ONLY).findings if one.code == "unreached"]
    assert finding.message == "clause tell-dsl covers dual_enrolled, but no rule asks for that"
    assert finding.level is Level.WARNING
    assert finding.file == "isps/ISP-POL-EDU-001-3.yaml"
    both = [a_rule(TELLS_THE_LEAD | {"relationship": ["enrolled", "dual_enrolled"]})]
    assert unreached(clause, rules=both) == []


def test_a_part_of_a_clause_that_no_rule_asks_for_is_a_notice():
    clause = a_clause(when={"event": ["concern.raised", "plan.shared"], "category": ["domestic_abuse", "fire_risk"]})
    assert unreached(clause) == [
        (Level.NOTICE, "clause tell-dsl covers plan.shared, but no rule asks for that"),
        (Level.NOTICE, "clause tell-dsl covers fire_risk, but no rule asks for that"),
    ]


def test_a_role_among_several_that_no_rule_tells_is_named():
    clause = a_clause(to={"kind": "school", "role": [LEAD, "head_teacher"], "relationship": "enrolled"})
    assert unreached(clause) == [
        (Level.WARNING, "clause tell-dsl covers head_teacher, but no rule asks for that"),
    ]


def test_what_the_hub_does_by_itself_reaches_a_clause_too():
    turns = [{"bar": {"person": "alleged_perpetrator"},
              "turn_to": {"kind": "local_authority", "role": "designated_officer"}}]  # fmt: skip
    council = a_council_isp("front_door", "education_welfare", "designated_officer", prohibitions=turns)
    by_bell = [a_rule(TELLS_THE_LEAD | {"by": "before_next_school_day"})]
    assert said("unreached", [an_isp(), council], by_bell) == []
    assert [message for _, message in said("unreached", [an_isp(), council], SCHOOL_ONLY)] == [
        "clause education_welfare is never used: no rule ever tells the education welfare of the local authority"
    ]


def test_a_clause_for_a_role_of_the_tiers_chain_stands_ready():
    policy = {"deliver_within": "PT1H", "acknowledge_within": "PT12H", "retry": ["PT1M"], "channels": ["inbox"],
              "escalate": [{"role": "head_teacher", "after": "PT1H"}]}  # fmt: skip
    tiers = dict.fromkeys(("immediate", "urgent", "routine"), policy)
    head = a_clause(id="head", to={"kind": "school", "role": "head_teacher"})
    assert unreached(a_clause(), head, tiers=tiers) == []


def test_what_is_past_or_replaced_is_not_looked_at():
    spare = a_clause(id="spare", when={"category": ["neglect"]})
    past = {"effective": "2020-01-01", "review_by": "2021-01-01", "expires": "2025-12-31"}
    assert said("unreached", [an_isp(spare, version=2, **past), an_isp()], SCHOOL_ONLY) == []
    assert said("unreached", [an_isp(spare, version=2), an_isp()], SCHOOL_ONLY) == []
    assert len(said("unreached", [an_isp(version=2), an_isp(spare, effective="2026-06-01")], SCHOOL_ONLY)) == 1


def test_coverage_is_judged_by_the_version_that_governs():
    replaced = [an_isp(version=2), an_isp(a_clause(when={"category": ["neglect"]}))]
    assert len(said("no-isp", replaced, SCHOOL_ONLY)) == 1
    assert said("no-isp", [an_isp()], SCHOOL_ONLY) == []


# --- who reads there --------------------------------------------------------------------------------------------------


def staffed(**holders):
    return organisations(
        an_organisation(PRIMARY, "school", authority=COUNCIL, holders=holders),
        an_organisation(ACADEMY, "school", authority=COUNCIL, holders={LEAD: SOMEBODY}),
    )


def test_a_role_that_a_rule_tells_and_nobody_holds_is_named_in_the_organisations_file():
    for holders in ({"head_teacher": SOMEBODY}, {LEAD: [], "head_teacher": SOMEBODY}, {LEAD: None}):
        report = checked(rules=SCHOOL_ONLY, orgs=staffed(**holders))
        (finding,) = [one for one in report.findings if one.code == "vacant"]
        assert (finding.level, finding.file) == (Level.WARNING, f"organisations/{PRIMARY}.yaml")
        assert finding.message == (
            f"rule da-school tells the designated safeguarding lead of {PRIMARY}, a role that nobody holds there: "
            "another is told, or a person is asked"
        )
        assert report.ok
    assert said("vacant", rules=SCHOOL_ONLY, orgs=staffed(**{LEAD: SOMEBODY})) == []


def test_a_role_is_named_once_however_many_rules_tell_it():
    twice = [a_rule(TELLS_THE_LEAD), a_rule(TELLS_THE_LEAD, id="again")]
    assert len(said("vacant", rules=twice, orgs=staffed(head_teacher=SOMEBODY))) == 1


def test_an_organisation_that_says_nothing_of_its_readers_is_a_notice():
    found = said("holders", rules=SCHOOL_ONLY)
    assert {level for level, _ in found} == {Level.NOTICE}
    assert [message.partition(" ")[0] for _, message in found] == [ACADEMY, PRIMARY]


def test_where_several_serve_a_district_one_who_reads_is_enough():
    welfare, door = {"education_welfare": SOMEBODY}, {"front_door": SOMEBODY}
    tells = [a_rule({"kind": "local_authority", "role": "front_door"})]
    two = organisations(
        an_organisation(COUNCIL, "local_authority", holders=welfare),
        an_organisation("la.other", "local_authority", holders=door),
    )
    isps = [an_isp(a_council_clause("front_door"), parties=[{"organisation": one} for one in (POLICE, COUNCIL)])]
    assert said("vacant", isps, tells, two) == []
    alone = organisations(an_organisation(COUNCIL, "local_authority", holders=welfare))
    assert len(said("vacant", isps, tells, alone)) == 1


def test_a_role_to_turn_to_and_a_duty_desk_that_nobody_holds_are_named():
    turns = [{"bar": {"person": "alleged_perpetrator"},
              "turn_to": {"kind": "local_authority", "role": "designated_officer"}}]  # fmt: skip
    orgs = organisations(
        an_organisation(COUNCIL, "local_authority", holders={"front_door": SOMEBODY}),
        an_organisation(POLICE, "police", holders={"child_abuse_unit": SOMEBODY}),
    )
    messages = [message for _, message in said("vacant", [an_isp(prohibitions=turns)], SCHOOL_ONLY, orgs)]
    assert "this turns to the designated officer of the local authority, a role that nobody holds" in messages
    assert f"the duty desk of {PRIMARY} is the duty officer of {POLICE}, a role that nobody holds" in messages


# --- what it can be sent by -------------------------------------------------------------------------------------------


def test_an_organisation_without_key_channel_or_coordinator_is_named():
    orgs = organisations(
        an_organisation(PRIMARY, "school", keys={}),
        an_organisation(ACADEMY, "school", channels=[], coordinator=None),
    )
    report = checked(rules=SCHOOL_ONLY, orgs=orgs)
    about = {"keys", "channels", "paperwork"}
    assert {(one.file, one.code, one.level) for one in report.findings if one.code in about} == {
        (f"organisations/{PRIMARY}.yaml", "keys", Level.WARNING),
        (f"organisations/{ACADEMY}.yaml", "channels", Level.WARNING),
        (f"organisations/{ACADEMY}.yaml", "paperwork", Level.NOTICE),
    }  # fmt: skip
    assert report.ok


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [({"inbox": "k1"}, "a webhook channel, and no key to receive with"), ({"receive": "k1"}, "an inbox, and no key")],
)
def test_a_channel_without_the_key_that_it_is_opened_with_is_named(keys, sentence):
    channels = [{"webhook": {"url": "https://school.example/hub"}}, {"inbox": {}}]
    orgs = organisations(an_organisation(PRIMARY, "school", channels=channels, keys=keys))
    ((level, message),) = said("keys", rules=SCHOOL_ONLY, orgs=orgs)
    assert level is Level.WARNING
    assert sentence in message


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://school..example/hub", "has an empty part in its host name"),
        ("http://receiver.school.example/hub", "must begin with https://"),
        ("https://user:secret@school.example/hub", "holds a user name or password"),
        ("https://169.254.169.254/latest", "points at this machine or at a private network"),
        ("https://2130706433/hub", "points at this machine or at a private network"),
        ("https://school.example:0/hub", "has a port that is none"),
    ],
)
def test_a_webhook_that_may_not_be_sent_to_is_an_error_at_its_line_without_its_secret(url, why):
    channels = [{"inbox": {}}, {"webhook": {"url": url}}]
    orgs = organisations(an_organisation(PRIMARY, "school", channels=channels))
    report = checked(rules=SCHOOL_ONLY, orgs=orgs)
    (finding,) = [one for one in report.findings if one.code == "webhook-address"]
    assert (finding.file, finding.level) == (f"organisations/{PRIMARY}.yaml", Level.ERROR)
    assert finding.message.startswith(f"channels[2].webhook.url {why}")
    assert "secret" not in finding.message.replace("a secret has no place", "")
    assert not report.ok
    assert report.usable
