"""By which of a recipient's channels a delivery goes: one whose reader can open what is sent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hub.delivery.attempting import Attempting, Route
from hub.delivery.directory import Directory
from hub.delivery.finished import Finished
from hub.delivery.recheck import Go
from hub.delivery.retry import schedule
from hub.facts.terms import Purpose, Tier, Unsent
from hub.sharing import RuleSet
from hub.sharing.writing.tiers import DEFAULT_TIERS
from tests.unit.delivery.world import PRIMARY, SATURDAY_NIGHT, a_claim, an_organisation, inbox, webhook

RECEIVE, INBOX = f"{PRIMARY}.receive.1", f"{PRIMARY}.inbox.1"
NOTICE = b'{"data": {"reason": "retracted_by_source"}}'


def sealed(*keys: str) -> bytes:
    return json.dumps({"data": {"recipients": [{"header": {"kid": key}} for key in keys]}}).encode()


def prepare(*channels, body: bytes, receipts: str | None = None, **fields: object) -> Route | Finished:
    school = an_organisation(PRIMARY, *channels).model_copy(update={"receipts": receipts})
    directory = Directory(RuleSet("v", {PRIMARY: school}, DEFAULT_TIERS), frozenset())
    attempting = Attempting(
        directory.ways,
        directory.at_once,
        schedule((timedelta(minutes=1),), timedelta(hours=1)),
        {},
        lambda *_: Go(),
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
