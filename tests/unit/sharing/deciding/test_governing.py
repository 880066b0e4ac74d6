"""Which version of an ISP governs: one rule, asked by the router's decision and by the dispatcher's last look."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from hub.delivery.directory import Directory
from hub.facts.outcome import CannotDecide, Share, Withhold
from hub.sharing.deciding.agreements import index_agreements
from hub.sharing.writing.isps import Isp
from tests.unit.sharing.builders import (
    ACADEMY,
    AT,
    LEAD,
    POLICE,
    PRIMARY,
    a_clause,
    a_rule,
    a_set,
    an_isp,
    only,
    verdict,
)

PAST = {"effective": "2020-01-01", "review_by": "2021-01-01", "expires": "2026-01-01"}
ELSEWHERE = {"parties": [{"organisation": POLICE}, {"organisation": ACADEMY}]}
SCHOOL_ONLY = [a_rule({"kind": "school", "relationship": "enrolled", "role": LEAD})]

STATES = {
    "in force": ({}, True),
    "unsigned": ({}, False),
    "expired": (PAST, True),
    "expired, unsigned": (PAST, False),
    "not yet": ({"effective": "2026-04-01"}, True),
    "other nation": ({"jurisdiction": ["ENG"]}, True),
    "other parties": (ELSEWHERE, True),
}


ORGANISATIONS = a_set([an_isp()], SCHOOL_ONLY)


def ref(version):
    return f"ISP-POL-EDU-001@{version}"


def both_asked(*newest_first):
    """What the router decides, and which versions the dispatcher would let go, of versions in these states."""
    isps, signed = [], set()
    for version, state in zip(range(len(newest_first), 0, -1), newest_first, strict=True):
        changes, is_signed = STATES[state]
        isps.append(Isp.model_validate(an_isp(a_clause(), **(changes | {"version": version}))))
        signed.add((ref(version), POLICE))
        if is_signed:
            signed.add((ref(version), PRIMARY))
    index = index_agreements(isps, ORGANISATIONS.organisations, ORGANISATIONS.groups)
    rules = replace(ORGANISATIONS, agreements=index)
    ruling = only(verdict(rules, signed=frozenset(signed))).ruling
    directory = Directory(rules, frozenset(signed))
    let_go = [one.version for one in isps if directory.in_force(ref(one.version), POLICE, PRIMARY, AT)]
    return ruling, let_go


SHARED, HELD, NOBODY = Share, CannotDecide, Withhold


@pytest.mark.parametrize(
    ("newer", "older", "ruling", "version"),
    [
        ("in force", "in force", SHARED, 2),
        ("in force", "expired", SHARED, 2),
        ("unsigned", "in force", SHARED, 1),
        ("unsigned", "unsigned", HELD, 2),
        ("unsigned", "expired", HELD, 2),
        ("unsigned", "not yet", HELD, 2),
        ("expired", "in force", HELD, 2),
        ("expired", "unsigned", HELD, 2),
        ("expired, unsigned", "in force", SHARED, 1),
        ("expired, unsigned", "expired", HELD, 2),
        ("not yet", "in force", SHARED, 1),
        ("not yet", "unsigned", HELD, 1),
        ("not yet", "expired", HELD, 1),
        ("not yet", "not yet", NOBODY, None),
        ("other nation", "in force", SHARED, 1),
        ("other nation", "other nation", NOBODY, None),
        ("other parties", "in force", SHARED, 1),
        ("other parties", "expired", HELD, 1),
    ],
)
def test_which_of_two_versions_governs(newer, older, ruling, version):
    decided, let_go = both_asked(newer, older)
    assert isinstance(decided, ruling)
    assert decided.isp == (ref(version) if version else None)
    assert let_go == ([version] if ruling is SHARED else [])


@pytest.mark.parametrize("states", list(product(STATES, repeat=3)), ids=" over ".join)
def test_the_router_and_the_last_look_agree_about_every_family_of_three(states):
    decided, let_go = both_asked(*states)
    assert let_go == ([int(decided.isp.rpartition("@")[2])] if isinstance(decided, Share) else [])


def test_what_left_under_version_2_stops_once_version_3_expired():
    decided, let_go = both_asked("expired", "in force")
    assert decided == CannotDecide(ref(2), "tell-dsl")
    assert let_go == []
