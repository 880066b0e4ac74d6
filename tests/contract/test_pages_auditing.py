"""What auditors see on pages: who looked at what, and a child's concerns by reference. Never what a concern says."""

from __future__ import annotations

import csv
import io
import json
from uuid import UUID, uuid4

from hub.facts.offices import Duty
from tests.builders import FINLAY, ISLA, a_concern
from tests.pages import a_signed_in, sign_in
from tests.town import ACADEMY, PRIMARY, Town

AUDITOR = ("hub", Duty.AUDITOR)
POLICE = "police.caledon"
WHY = {"reason": "a request for access"}
LOCAL = {"organisation": PRIMARY, "local_id": f"{PRIMARY}-0-{ISLA.given_names}"}


def siblings(town: Town) -> UUID:
    concern = a_concern().about(ISLA).about(FINLAY).made()
    town.send(concern)
    town.change("update delivery set status = 'accepted', settled_at = hub.now()")
    return concern.event_id


async def test_a_childs_concerns_are_found_by_its_roll_and_leave_with_their_entries(town: Town) -> None:
    event_id = siblings(town)
    async with a_signed_in(town, AUDITOR, name="A. Uditor") as visitor:
        assert (await visitor.get("/children")).status == 200
        found = await visitor.post("/children", **LOCAL, **WHY)
        assert str(event_id) in found.text
        assert "1 event" in found.text
        assert ISLA.given_names not in found.text.replace(LOCAL["local_id"], "")
        file = await visitor.post("/children", **LOCAL, **WHY, take="yes")
        assert file.headers["content-disposition"] == 'attachment; filename="events-of-a-child.csv"'
        [row] = csv.DictReader(io.StringIO(file.text))
        assert (row["event_id"], row["told"]) == (str(event_id), "1")
        for missing in ({"local_id": "nobody", "organisation": PRIMARY}, {"event": str(uuid4())}, {"event": "x"}, {}):
            assert (await visitor.post("/children", **missing, **WHY)).status == 422
        assert (await visitor.post("/children", **LOCAL)).status == 422, "nobody said why"
    assert town.query("select count(*) from look where what = 'child'") == [(2,)]
    entries = town.query("select facts from ledger_entry where kind = 'looked'")
    for told in (json.loads(facts) for (facts,) in entries):
        bound = f"{told['what']}|{told['about']}".encode()
        words = town.parts.evidence.open_act(told["said_key"], bytes.fromhex(told["said"]), bound)
        assert (words.by, words.reason) == ("A. Uditor", WHY["reason"])
    assert town.query("select count(*) from ledger_entry where kind = 'exported'") == [(1,)]


async def test_an_event_of_two_children_asks_which(town: Town) -> None:
    event_id = siblings(town)
    async with a_signed_in(town, AUDITOR) as visitor:
        asked = await visitor.post("/children", event=str(event_id), **WHY)
        assert "Which child of the event?" in asked.text
        assert town.query("select count(*) from look") == [(0,)], "nothing was seen yet"
        [(key,)] = town.query("select min(subject) from event_subject where event_id = %s", event_id)
        assert "1 event" in (await visitor.post("/children", event=str(event_id), child=key, **WHY)).text


async def test_an_organisations_auditor_asks_of_its_own_children_and_events_alone(town: Town) -> None:
    event_id = siblings(town)
    async with a_signed_in(town, (PRIMARY, Duty.AUDITOR)) as own:
        other = sign_in(town, own.url, own.session, (ACADEMY, Duty.AUDITOR))
        ig = sign_in(town, own.url, own.session, (POLICE, Duty.IG_OFFICER))
        seen = (await own.post("/children", **LOCAL, **WHY)).text
        assert str(event_id) in seen
        assert f"/looked-at?event={event_id}" not in seen, "it was told of the event, and not how many others were"
        assert "None" not in seen
        refused, unknown = [
            await other.post("/children", **LOCAL | changed, **WHY) for changed in ({}, {"organisation": "la.nowhere"})
        ]
        assert refused.status == unknown.status == 422
        assert str(event_id) not in refused.text
        assert (await ig.get("/children")).status == (await ig.get("/looked-at")).status == 404


async def test_what_an_auditor_types_is_asked_and_never_written_down(town: Town) -> None:
    async with a_signed_in(town, AUDITOR) as visitor:
        refused = await visitor.get(f"/looked-at?about={ISLA.given_names}")
        assert (refused.status, "Give a whole id" in refused.text) == (422, True)
        for about in (str(uuid4()), PRIMARY):
            assert (await visitor.get(f"/looked-at?about={about}")).status == 200
    assert town.query("select distinct what, about from look") == [("looks", "hub")]


async def test_no_other_site_makes_somebody_look(town: Town) -> None:
    """By a link of its own: it would be written down that they looked, and at what it chose."""
    pages = {"/looked-at": AUDITOR, "/people": (PRIMARY, Duty.COORDINATOR), "/not-shared": (POLICE, Duty.IG_OFFICER)}
    async with a_signed_in(town, AUDITOR) as first:
        for page, post in pages.items():
            visitor = sign_in(town, first.url, first.session, post)
            assert (await visitor.get(page, sec_fetch_site="cross-site")).status == 403
            assert town.query("select count(*) from look where person_id = %s", visitor.person_id) == [(0,)]
            assert (await visitor.get(page, sec_fetch_site="none")).status == 200
            assert town.query("select count(*) from look where person_id = %s", visitor.person_id) == [(1,)]


async def test_who_looked_is_listed_found_and_taken_away_and_that_is_a_look_too(town: Town) -> None:
    event_id = siblings(town)
    async with a_signed_in(town, AUDITOR, name="A. Uditor") as visitor:
        story = sign_in(town, visitor.url, visitor.session, (POLICE, Duty.IG_OFFICER), name="I. Gee")
        await story.get(f"/events/{event_id}")
        seen = await visitor.get("/looked-at")
        assert "I. Gee" in seen.text
        assert "the story of an event" in seen.text
        again = await visitor.get(f"/looked-at?event={event_id}&since-day=1&since-month=1&since-year=2020")
        assert "I. Gee" in again.text
        assert "A. Uditor</td>" not in again.text
        assert "A. Uditor</td>" in (await visitor.get("/looked-at")).text
        for wrong in ("event=x", "since-day=31&since-month=2&since-year=2026"):
            assert (await visitor.get(f"/looked-at?{wrong}")).status == 422
        assert (await visitor.get("/looked-at?before=x")).status == 404
        assert (await visitor.post("/looked-at", event=str(event_id))).status == 422
        file = await visitor.post("/looked-at", event=str(event_id), **WHY)
        [row] = csv.DictReader(io.StringIO(file.text))
        assert (row["who"], row["what"], row["event_id"]) == ("I. Gee", "story", str(event_id))
