"""A concern raised on a page: one question at a time, sent once over the bridge, under a key that the hub holds."""

import asyncio
import json
import re
import shutil
from contextlib import asynccontextmanager
from types import SimpleNamespace
from uuid import UUID

import pytest

from hub.bootstrap.raising import PageRaising
from hub.console.pages.raising import check
from hub.facts.act import act, typed
from hub.facts.errors import UserError
from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.keys.setup import is_hosted, rotate
from hub.people.keys import host
from hub.people.raising.handing import Handed
from hub.store.clock import set_clock
from tests.pages import a_session, a_signed_in
from tests.town import ACADEMY, PRIMARY, Town

LEAD = (ACADEMY, Role.DESIGNATED_SAFEGUARDING_LEAD)
ANSWERS = {
    "child-1": {
        "given_names": "Finlay", "family_name": "Abercorn", "born-day": "3", "born-month": "2", "born-year": "2012",
        "sex": "male", "postcode": "ZG1 4AB", "known_as": "", "address": "", "attends": "", "nhs_number": "", "upn": "",
    },
    "happened-1": {"account": "Finlay came without a coat for the third week.", "observed": "He was cold."},
    "said-1": {"words": "Nobody is home till late.", "to": "his form teacher", "asked": "", "alone": "yes"},
    "worry": {"categories": "neglect", "level": "child_in_need", "summary": ""},
    "when": {"on-day": "", "on-month": "", "on-year": "", "at": "", "place": "", "postcode": ""},
    "people": {"nobody": "yes"},
    "family": {"consent": "given", "reason": ""},
    "done": {"what": "He was lent a coat."},
    "handling": {},
    "you": {"role": "form teacher", "contact": "01632 960152"},
}  # fmt: skip


@pytest.fixture
def hosting(prepared, database_url, tmp_path):
    """A town whose academy has no software and no keys of its own: the hub signs for it. Kafka is away."""
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    for path in home.rglob(f"{ACADEMY}.sign.1.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"hosted": "yes"}))
    settings = prepared.model_copy(update={"home": home, "kafka_bootstrap": "127.0.0.1:9"})
    town = Town(settings, database_url)
    town.enrol_everyone()
    with town.parts.desk() as desk:
        set_clock(desk.connection, town.now)
    yield town
    town.close()


@asynccontextmanager
async def at_the_academy(town):
    """The academy's safeguarding lead at a browser, and the bridge behind it."""
    raising, stop = PageRaising(town.parts), asyncio.Event()
    running = asyncio.create_task(raising.hosted.run(stop))
    try:
        async with a_signed_in(town, LEAD, raising=raising) as visitor:
            yield visitor, raising
    finally:
        stop.set()
        await running


async def begin(visitor):
    begun = await visitor.post("/raise", organisation=ACADEMY)
    assert begun.status == 303
    return begun.to.rpartition("/")[0]


async def answer_all(visitor, **other):
    at = await begin(visitor)
    for step, given in (ANSWERS | other).items():
        answered = await visitor.post(f"{at}/{step}", **given)
        assert answered.status == 303, (step, answered.text)
    return at


def spooled(raising):
    """Event ids that wait for Kafka, and their records."""
    spool = raising.hosted._bridges[ACADEMY].spool
    return [one for tier in ("immediate", "urgent", "routine") for one in spool.waiting(f"concern.{tier}", 10)]


def rows(town, query, *values):
    with town.parts.connect() as connection:
        return connection.execute(query, values).fetchall()


async def test_each_answer_leads_to_the_next_question_and_the_last_to_the_check(hosting):
    async with at_the_academy(hosting) as (visitor, _):
        at = await begin(visitor)
        order = []
        for step, given in ANSWERS.items():
            answered = await visitor.post(f"{at}/{step}", **given)
            order.append(answered.to.removeprefix(f"{at}/"))
        assert order == [
            "happened-1", "said-1", "children", "when", "people", "family", "done", "handling", "you", "check",
        ]  # fmt: skip
        assert (await visitor.post(f"{at}/children")).to == f"{at}/check"


async def test_what_was_typed_stands_there_when_one_comes_back(hosting):
    async with at_the_academy(hosting) as (visitor, _):
        at = await begin(visitor)
        await visitor.post(f"{at}/happened-1", account="He came <without> a coat.", observed="")
        seen = await visitor.get(f"{at}/happened-1")
        assert "He came &lt;without&gt; a coat." in seen.text
        assert b"without" not in rows(hosting, "select sealed from raising")[0][0]


async def test_a_concern_that_is_sent_waits_sealed_for_kafka_and_its_words_are_erased(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at = await answer_all(visitor)
        checked = await visitor.get(f"{at}/check")
        assert "Nobody is home till late." in checked.text
        sent = await visitor.post(f"{at}/check")
        assert sent.to == f"{at}/sent"
        [waiting] = spooled(raising)
        shown = await visitor.get(f"{at}/sent")
        assert str(waiting.event_id) in shown.text
        assert "on its way" in shown.text
    assert rows(hosting, "select event_id, sealed from raising") == [(waiting.event_id, None)]
    [(facts,)] = rows(hosting, "select convert_from(facts, 'UTF8') from ledger_entry where kind = 'raised'")
    assert json.loads(facts) == {
        "event_id": str(waiting.event_id), "organisation": ACADEMY, "person_id": str(visitor.person_id),
    }  # fmt: skip
    assert b"Finlay" not in waiting.value


async def test_what_was_raised_is_routed_and_told_as_raised_at_the_hub(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at = await answer_all(visitor, worry={"categories": "neglect", "level": "child_protection", "summary": ""})
        await visitor.post(f"{at}/check")
        [waiting] = spooled(raising)
        hosting.route([hosting.record(waiting.case_key, waiting.value, tier="urgent")])
        [(source, outcome)] = rows(hosting, "select source, outcome from event")
        assert (source, outcome) == (ACADEMY, "matched")
        told = [found for (found,) in rows(hosting, "select recipient from delivery where purpose = 'disclose'")]
        assert told
        for recipient in told:
            assert hosting.read(SimpleNamespace(event_id=waiting.event_id), recipient)["raised_at_hub"] is True


async def test_sent_twice_it_is_one_concern(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at = await answer_all(visitor)
        answers = await asyncio.gather(*(visitor.post(f"{at}/check") for _ in range(4)))
        assert {answer.to for answer in answers} == {f"{at}/sent"}
        assert len(spooled(raising)) == 1


async def test_answers_of_several_tabs_at_once_are_all_kept(hosting):
    async with at_the_academy(hosting) as (visitor, _):
        at = await begin(visitor)
        await asyncio.gather(*(visitor.post(f"{at}/{step}", **given) for step, given in ANSWERS.items()))
        assert "Still to answer" not in (await visitor.get(f"{at}/check")).text


async def test_what_is_sent_is_what_was_kept_at_that_moment(hosting, monkeypatch):
    async with at_the_academy(hosting) as (visitor, raising):
        at, begun, sent = await answer_all(visitor), check.begun, []

        async def slowly(asked):
            found = await begun(asked)
            await visitor.post(f"{at}/done", what="A late word.")
            return found

        async def take(_, record):
            sent.append(json.loads(record))
            return Handed(UUID(int=9))

        monkeypatch.setattr(check, "begun", slowly)
        raising.take = take
        await visitor.post(f"{at}/check")
    assert [one["actions"] for one in sent] == [[{"what": "A late word."}]]


async def test_a_concern_is_raised_by_whoever_is_signed_in_whatever_name_is_typed(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at, sent = await answer_all(visitor, you=ANSWERS["you"] | {"name": "Somebody Else"}), []

        async def take(_, record):
            sent.append(json.loads(record)["raised_by"])
            return Handed(UUID(int=9))

        raising.take = take
        assert "the name of your account, Margaret Sim" in (await visitor.get(f"{at}/check")).text
        await visitor.post(f"{at}/check")
    assert sent == [{"name": "Margaret Sim", "role": "form teacher", "contact": "01632 960152"}]


async def test_what_was_being_sent_when_the_process_died_stays_as_it_was_and_is_sent_again(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at, sent = await answer_all(visitor), []

        async def die(_, record):
            sent.append(record)
            raise RuntimeError("killed")

        raising.take = die
        assert (await visitor.post(f"{at}/check")).status == 500
        late = await visitor.post(f"{at}/done", what="A late word.")
        assert (late.status, "A late word." in late.text) == (422, True), "it is not lost unseen"
        assert "This was not kept" in late.text
        assert (await visitor.post(f"{at}/child-1/out")).to == f"{at}/check"
        assert (await visitor.post(f"{at}/drop")).to == f"{at}/check"
        assert "Send it again" in (await visitor.get(f"{at}/check")).text

        async def take(_, record):
            sent.append(record)
            return Handed(UUID(int=9))

        raising.take = take
        assert (await visitor.post(f"{at}/check")).to == f"{at}/sent"
        assert sent[0] == sent[1]
        assert (await visitor.post(f"{at}/done", what="Later still.")).status == 422


async def test_nothing_goes_while_a_question_is_open(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at = await begin(visitor)
        await visitor.post(f"{at}/child-1", **ANSWERS["child-1"])
        seen = await visitor.post(f"{at}/check")
        assert "Still to answer" in seen.text
        assert not raising.hosted._bridges


async def test_what_the_bridge_refuses_is_said_and_can_be_mended(hosting):
    async with at_the_academy(hosting) as (visitor, raising):
        at = await answer_all(visitor, when=ANSWERS["when"] | {"place": "x" * 200})
        young = ANSWERS["child-1"] | {"born-year": "1950"}
        assert (await visitor.post(f"{at}/child-1", **young)).status == 303
        refused = await visitor.post(f"{at}/check")
        assert refused.status == 422
        assert "date_of_birth" in refused.text
        assert "1950" not in re.search("error-summary.*?</div>", refused.text, re.DOTALL).group()
        await visitor.post(f"{at}/child-1", **ANSWERS["child-1"])
        assert (await visitor.post(f"{at}/check")).to == f"{at}/sent"
        assert len(spooled(raising)) == 1


WRONG = [
    ("child-1", {"given_names": "", "family_name": ""}, "Give a name or a number"),
    ("child-1", {"given_names": "Isla", "born-day": "31", "born-month": "2", "born-year": "2016"}, "no such day"),
    ("child-1", {"given_names": "Isla", "born-day": "3"}, "Give the year at least"),
    ("child-1", {"given_names": "Isla", "born-year": "2027"}, "has not come yet"),
    ("child-1", {"given_names": "Isla", "sex": "girl"}, "Choose one of these"),
    ("happened-1", {"account": ""}, "Fill this in"),
    ("happened-1", {"account": "x" * 8_001}, "at most 8000 characters"),
    ("worry", {"categories": "gossip", "level": "monitor"}, "Choose one of these"),
    ("worry", {"categories": "neglect", "level": ""}, "Fill this in"),
    ("when", {"at": "25:00", "on-day": "1", "on-month": "3", "on-year": "2026"}, "Write the time"),
    ("when", {"at": "14:00"}, "Give the day as well"),
    ("when", {"on-day": "1", "on-month": "3", "on-year": "2026"}, "Give the time as well"),
    ("person-1", {"name": "A", "role": "parent", "linked": "yes"}, "Say which organisation"),
    ("person-1", {"name": "A", "role": "parent", "linked": "yes", "organisation": "school.none"}, "Choose one"),
    ("family", {"consent": "unsafe_to_ask", "reason": ""}, "Say why they were not asked"),
    ("you", {"role": "", "contact": "1"}, "Fill this in"),
]


async def test_what_is_wrong_with_an_answer_is_said_beside_it(hosting):
    async with at_the_academy(hosting) as (visitor, _):
        at = await begin(visitor)
        for step, given, said in WRONG:
            seen = await visitor.post(f"{at}/{step}", **given)
            assert (seen.status, said in seen.text) == (422, True), (step, said)


async def test_what_somebody_begins_is_nobody_elses(hosting):
    async with at_the_academy(hosting) as (visitor, _):
        at = await answer_all(visitor)
        visitor.cookie = a_session(hosting, LEAD, name="Somebody Else")[1]
        for path in (at + "/child-1", at + "/check", at + "/sent", f"/raise/{UUID(int=7)}/child-1"):
            assert (await visitor.get(path)).status == 404
        assert (await visitor.post(at + "/check")).status == 404
        assert (await visitor.post(at + "/child-1", **ANSWERS["child-1"])).status == 404


@pytest.mark.parametrize("post", [(PRIMARY, Role.HEAD_TEACHER), ("hub", Duty.OPERATOR), (ACADEMY, Duty.IG_OFFICER)])
async def test_who_has_no_post_at_an_organisation_that_the_hub_signs_for_raises_nothing(hosting, post):
    async with at_the_academy(hosting) as (visitor, _):
        visitor.cookie = a_session(hosting, post)[1]
        assert (await visitor.get("/raise")).status == 404
        assert (await visitor.post("/raise", organisation=ACADEMY)).status == 404


async def test_who_has_begun_ten_and_sent_none_sends_one_first(hosting):
    async with at_the_academy(hosting) as (visitor, _):
        for _ in range(10):
            await begin(visitor)
        seen = await visitor.post("/raise", organisation=ACADEMY)
        assert seen.status == 422
        assert "send one, or drop one" in seen.text
        first = re.search("/raise/[0-9a-f-]{36}", seen.text).group()
        await visitor.post(f"{first}/drop")
        await begin(visitor)


def test_the_hub_signs_for_who_has_no_key_and_says_so_wherever_its_key_is_seen(town, tmp_path):
    home, hub = tmp_path / "academy", tmp_path / "keys"
    shutil.copytree(town.settings.keys, hub)
    for path in hub.rglob(f"{ACADEMY}.*.json"):
        path.unlink()
    with town.parts.desk() as desk:
        made = host(desk, ACADEMY, home, hub, act(typed("O. Perator"), "the academy has no software", town.now))
    assert f"{ACADEMY}.sign.1" in made
    assert FileKeys(hub).public(f"{ACADEMY}.sign.1").hosted
    assert is_hosted(home, ACADEMY)
    assert rotate(ACADEMY, Use.SIGN, home, hub, "x25519") == f"{ACADEMY}.sign.2"
    assert FileKeys(hub).is_hosted(f"{ACADEMY}.sign.2")
    [(facts,)] = rows(town, "select convert_from(facts, 'UTF8') from ledger_entry where kind = 'operator' limit 1")
    assert json.loads(facts)["action"] == "host"


def test_the_hub_does_not_sign_for_who_has_a_key_of_their_own(town):
    with town.parts.desk() as desk, pytest.raises(UserError, match="a key of its own"):
        host(desk, ACADEMY, town.settings.home / "none", town.settings.keys, act(typed("O. P."), "asked", town.now))
