"""By which of a recipient's channels a delivery goes: one whose reader can open what is sent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hub.delivery.attempting import Attempting, Route
from hub.delivery.claimed import Rules
from hub.delivery.directory import Directory
from hub.delivery.finished import Finished
from hub.delivery.recheck import Go, Recheck, Stop
from hub.delivery.retry import schedule
from hub.facts.terms import DECIDABLE, Purpose, Tier, Unsent
from hub.sharing import RuleSet
from hub.sharing.writing.tiers import DEFAULT_TIERS
from tests.unit.delivery.world import PRIMARY, SATURDAY_NIGHT, a_claim, an_organisation, inbox, webhook

RECEIVE, INBOX = f"{PRIMARY}.receive.1", f"{PRIMARY}.inbox.1"
NOTICE = b'{"data": {"reason": "retracted_by_source"}}'


def sealed(*keys: str) -> bytes:
    return json.dumps({"data": {"recipients": [{"header": {"kid": key}} for key in keys]}}).encode()


def prepare(
    *channels, body: bytes, receipts: str | None = None, recheck: Recheck = lambda *_: Go(), **fields: object
) -> Route | Finished:
    school = an_organisation(PRIMARY, *channels).model_copy(update={"receipts": receipts})
    directory = Directory(RuleSet("v", {PRIMARY: school}, DEFAULT_TIERS), frozenset())
    attempting = Attempting(
        directory.ways,
        directory.at_once,
        schedule((timedelta(minutes=1),), timedelta(hours=1)),
        {},
        recheck,
        "v",
        lambda: SATURDAY_NIGHT,
        lambda: 0.5,
    )
    return attempting.prepare(a_claim(body=body, **fields))


BOTH = (webhook("https://school.example/hook"), inbox())


@pytest.mark.parametrize(
    ("keys", "kind", "following"),
    [((RECEIVE, INBOX), "webhook", ("inbox",)), ((RECEIVE,), "webhook", ()), ((INBOX,), "inbox", ())],
)
def test_a_channel_whose_reader_could_not_open_it_is_passed_over(keys, kind, following):
    route = prepare(*BOTH, body=sealed(*keys))
    assert isinstance(route, Route)
    assert (route.way.kind, route.following) == (kind, following)


@pytest.mark.parametrize("keys", [(RECEIVE,), ("school.other.inbox.1",)])
def test_what_no_reader_could_open_is_held_for_a_person_and_not_called_accepted(keys):
    ending = prepare(inbox(), body=sealed(*keys))
    assert isinstance(ending, Finished)
    assert (ending.state, ending.reason) == ("held", Unsent.NO_CHANNEL)


def test_what_has_no_content_goes_by_every_channel():
    route = prepare(*BOTH, body=NOTICE, purpose=Purpose.RECALL)
    assert isinstance(route, Route)
    assert (route.way.kind, route.following) == ("webhook", ("inbox",))


# --- in the inbox at once --------------------------------------------------------------------------------------------


def test_an_immediate_lies_in_the_inbox_at_once_and_the_recipient_s_own_system_is_tried_besides():
    ending = prepare(*BOTH, body=sealed(RECEIVE, INBOX), tier=Tier.IMMEDIATE)
    assert isinstance(ending, Finished)
    assert (ending.state, ending.channel, ending.trying) == ("accepted", "inbox", "webhook")


def test_what_is_tried_besides_goes_by_that_channel_alone():
    route = prepare(*BOTH, body=sealed(RECEIVE, INBOX), tier=Tier.IMMEDIATE, channel="webhook", besides=True)
    assert isinstance(route, Route)
    assert (route.way.kind, route.following) == ("webhook", ())


@pytest.mark.parametrize("channels", [(webhook("https://school.example/hook"),), (inbox(),)])
def test_an_immediate_for_whom_there_is_one_channel_goes_by_that(channels):
    assert isinstance(prepare(*channels, body=sealed(RECEIVE, INBOX), tier=Tier.IMMEDIATE), Route)


def test_an_urgent_one_is_tried_at_the_recipient_s_own_system_first():
    route = prepare(*BOTH, body=sealed(RECEIVE, INBOX), tier=Tier.URGENT)
    assert isinstance(route, Route)
    assert route.way.kind == "webhook"


@pytest.mark.parametrize("channels", [BOTH, BOTH[:1]])
def test_where_a_system_gives_no_receipts_its_people_find_everything_in_the_inbox_besides(channels):
    ending = prepare(*channels, body=sealed(RECEIVE, INBOX), receipts="none", tier=Tier.ROUTINE)
    assert isinstance(ending, Finished)
    assert (ending.state, ending.channel, ending.trying) == ("accepted", "inbox", "webhook")


# --- processes on different rules -------------------------------------------------------------------------------------


def stop(reason: Unsent) -> Recheck:
    return lambda *_: Stop(reason)


@pytest.mark.parametrize("reason", sorted(DECIDABLE))
def test_what_newer_rules_decided_is_left_to_a_dispatcher_on_those(reason):
    ending = prepare(inbox(), body=sealed(INBOX), recheck=stop(reason), decided_under=Rules.NEWER)
    assert isinstance(ending, Finished)
    assert (ending.state, ending.reason, ending.tried, ending.asks) == ("pending", None, None, False)
    assert ending.again_at == SATURDAY_NIGHT + timedelta(seconds=5)


def test_what_newer_rules_decided_for_somebody_unknown_here_is_left_too():
    ending = prepare(body=sealed(INBOX), decided_under=Rules.NEWER)
    assert isinstance(ending, Finished)
    assert (ending.state, ending.reason) == ("pending", None)


def test_what_newer_rules_decided_and_nothing_speaks_against_leaves_at_once():
    assert isinstance(prepare(inbox(), body=sealed(INBOX), decided_under=Rules.NEWER), Route)


def test_a_retraction_counts_whoever_decided():
    ending = prepare(inbox(), body=sealed(INBOX), recheck=stop(Unsent.RETRACTED), decided_under=Rules.NEWER)
    assert isinstance(ending, Finished)
    assert ending.state == "cancelled"


@pytest.mark.parametrize(("decided_under", "asks"), [(Rules.SAME, True), (Rules.OLDER, False)])
def test_what_older_rules_decided_is_held_and_asked_of_routers_before_people(decided_under, asks):
    ending = prepare(inbox(), body=sealed(INBOX), recheck=stop(Unsent.ISP_NOT_IN_FORCE), decided_under=decided_under)
    assert isinstance(ending, Finished)
    assert (ending.state, ending.reason, ending.asks) == ("held", Unsent.ISP_NOT_IN_FORCE, asks)


def test_a_delivery_on_which_the_last_look_fails_waits_a_minute_and_stops_no_lane():
    def failing(*_: object) -> Go:
        raise RuntimeError("a defect")

    ending = prepare(inbox(), body=sealed(INBOX), recheck=failing)
    assert isinstance(ending, Finished)
    assert (ending.state, ending.again_at) == ("pending", SATURDAY_NIGHT + timedelta(minutes=1))
