"""What operators see and do on pages: the same as by commands, with who from the session and why from a field."""

from __future__ import annotations

import json
import re
from datetime import date
from uuid import UUID, uuid4

from hub.facts.offices import Duty
from hub.facts.terms import Role
from tests.builders import ISLA, a_concern
from tests.pages import Visitor, a_person, a_signed_in, sign_in
from tests.town import ACADEMY, PRIMARY, Town

OPERATOR = ("hub", Duty.OPERATOR)
POLICE = "police.caledon"


def held(town: Town, reason: str = "endpoint_refused") -> UUID:
    """A delivery to the primary school, held."""
    concern = a_concern(reference=f"VPD-{uuid4()}").about(ISLA).made()
    town.send(concern)
    town.change("update delivery set status = 'held', reason = %s where event_id = %s", reason, concern.event_id)
    [(delivery_id,)] = town.query("select delivery_id from delivery where event_id = %s", concern.event_id)
    return UUID(str(delivery_id))


def status_of(town: Town, delivery_id: UUID) -> str:
    [(status,)] = town.query("select status from delivery where delivery_id = %s", delivery_id)
    return str(status)


async def test_a_held_delivery_is_seen_explained_and_put_back_with_who_and_why(town: Town) -> None:
    delivery_id = held(town)
    page = f"/operations/deliveries/{delivery_id}"
    async with a_signed_in(town, OPERATOR, name="O. Perator") as visitor:
        first = await visitor.get("/operations")
        assert first.status == 200
        assert "It is held and does not go to" in first.text
        assert page in first.text
        seen = await visitor.get(page)
        assert 'value="replay"' in seen.text
        assert 'value="hold"' not in seen.text
        nothing = await visitor.post(page, hand="replay", reason=" ")
        assert (nothing.status, status_of(town, delivery_id)) == (422, "held")
        assert "Fill this in." in nothing.text
        done = await visitor.post(page, hand="replay", reason="their system is mended")
        assert (done.status, done.to) == (303, f"{page}?done=replay")
        assert status_of(town, delivery_id) == "pending"
        again = await visitor.post(page, hand="replay", reason="twice by mistake")
        assert (again.status, "can no longer be done" in again.text) == (422, True)
        assert "It was put back" in (await visitor.get(done.to)).text
    [(facts,)] = town.query("select facts from ledger_entry where kind = 'operator'")
    told = json.loads(facts)
    said = town.parts.evidence.open_act(
        told["said_key"], bytes.fromhex(told["said"]), f"delivery|{delivery_id}|replay".encode()
    )
    assert (said.who.name, said.who.person_id, said.reason) == (
        "O. Perator",
        visitor.person_id,
        "their system is mended",
    )


async def test_what_is_not_of_ones_organisation_is_not_told_from_what_is_not_there(town: Town) -> None:
    delivery_id = held(town)
    async with a_signed_in(town, (POLICE, Duty.OPERATOR)) as own:
        other = sign_in(town, own.url, own.session, (ACADEMY, Duty.OPERATOR))
        head = sign_in(town, own.url, own.session, (PRIMARY, Role.HEAD_TEACHER))
        assert (await own.get(f"/operations/deliveries/{delivery_id}")).status == 200
        for visitor in (other, head):
            bodies = {
                (found.status, body_of(found.text))
                for path in (f"/operations/deliveries/{delivery_id}", f"/operations/deliveries/{uuid4()}")
                for found in (await visitor.get(path), await visitor.post(path, hand="replay", reason="let me"))
            }
            assert {status for status, _ in bodies} == {404}
            assert len(bodies) == 1
        assert str(delivery_id) not in (await other.get("/operations")).text
    assert status_of(town, delivery_id) == "held"


async def test_a_delivery_is_in_the_hands_of_its_source_and_never_of_its_recipient(town: Town) -> None:
    delivery_id = held(town, "by_operator")
    together = "/operations/together/delivery/by_operator"
    async with a_signed_in(town, (POLICE, Duty.OPERATOR)) as source:
        recipient = sign_in(town, source.url, source.session, (PRIMARY, Duty.OPERATOR))
        for page in (f"/operations/deliveries/{delivery_id}", together):
            assert (await source.get(page)).status == 200
            assert (await recipient.get(page)).status == 404
            given = {"hand": "release", "reason": "we want it"}
            assert (await recipient.post(page, **given)).status == 404
        listed = "/operations/list/held"
        assert str(delivery_id) in (await source.get(listed)).text
        assert "Nothing is held." in (await recipient.get(listed)).text
        town.change("update delivery set status = 'pending', reason = null, due_by = hub.now() - interval '1 hour'")
        assert str(delivery_id) in (await source.get("/operations/list/late")).text
        assert "Nothing is past its deadline" in (await recipient.get("/operations/list/late")).text
        assert "by operator" not in (await recipient.get("/operations/together")).text
    assert status_of(town, delivery_id) == "pending"


def body_of(text: str) -> str:
    """What the page says, without the token of its session."""
    return text.partition("<main")[2]


async def test_a_dead_letter_is_closed_from_its_page(town: Town) -> None:
    town.route([town.record(b"key", b"rubbish")])
    [(dead_letter_id,)] = town.query("select dead_letter_id from dead_letter")
    page = f"/operations/dead-letters/{dead_letter_id}"
    async with a_signed_in(town, OPERATOR) as visitor:
        assert page in (await visitor.get("/operations/list/dead")).text
        assert 'value="close"' in (await visitor.get(page)).text
        assert (await visitor.post(page, hand="burn", reason="why not")).status == 422
        assert (await visitor.post(page, hand="close", reason="a test of theirs")).status == 303
        assert (await visitor.get("/operations/list/nonsense")).status == 404
    assert town.query("select status from dead_letter") == [("closed",)]


async def test_posts_that_nobody_in_training_holds_are_seen_by_their_own_operators(town: Town) -> None:
    a_person(town, (PRIMARY, Role.HEAD_TEACHER), trained_until=date(2026, 3, 1))
    async with a_signed_in(town, OPERATOR) as visitor:
        own, other = (
            sign_in(town, visitor.url, visitor.session, (place, Duty.OPERATOR)) for place in (PRIMARY, ACADEMY)
        )
        for seen in (await visitor.get("/operations"), await own.get("/operations")):
            assert "Posts that nobody in training holds" in seen.text
            assert "<li>Glenmore Primary School, head teacher</li>" in seen.text
        assert "nobody in training" not in (await other.get("/operations")).text


async def test_only_the_hubs_operator_ends_a_quarantine(town: Town) -> None:
    town.change("insert into source_standing values (%s, now(), 9, now())", POLICE)
    page = f"/operations/sources/{POLICE}"
    async with a_signed_in(town, OPERATOR) as operator:
        own = sign_in(town, operator.url, operator.session, (POLICE, Duty.OPERATOR))
        assert "9 bad records" in (seen := await own.get(page)).text
        assert "<button" not in body_of(seen.text)
        assert (await own.post(page, hand="release", reason="let us go")).status == 404
        assert town.query("select quarantined_at is null from source_standing") == [(False,)]
        assert (await operator.post(page, hand="release", reason="")).status == 422
        done = await operator.post(page, hand="release", reason="they mended it")
        assert "The source was released" in (await operator.get(done.to)).text
    assert town.query("select quarantined_at is null from source_standing") in ([(True,)], [])


async def test_what_is_put_back_together_is_what_was_confirmed(town: Town) -> None:
    """Not as many others: one may go and another come while somebody reads how many there are."""
    first = held(town, "no_channel")
    page = "/operations/together/delivery/no_channel"
    async with a_signed_in(town, OPERATOR) as visitor:
        assert "1 held delivery" in (await visitor.get("/operations/together")).text
        shown = (await visitor.get(page)).text
        assert "Put back 1 thing?" in shown
        assert await put_back(visitor, page, "") == (422, "There is 1 now")
        second = held(town, "no_channel")
        town.change("update delivery set status = 'pending', reason = null where delivery_id = %s", first)
        assert await put_back(visitor, page, confirmed(shown)) == (422, "There is 1 now")
        assert status_of(town, second) == "held"
        seen = confirmed((await visitor.get(page)).text)
        done = await visitor.post(page, batch=seen, reason="they have a channel now")
        assert done.to == "/operations/together?done=1"
        assert "1 was put back." in (await visitor.get(done.to)).text
        assert (await visitor.get(page)).status == 404
        assert (await visitor.get("/operations/together/review/match")).status == 404


def confirmed(text: str) -> str:
    """What the form on a page bears of the batch that it shows."""
    [batch] = re.findall(r'name="batch" value="(\w+)"', text)
    return str(batch)


async def put_back(visitor: Visitor, page: str, batch: str) -> tuple[int, str]:
    """What came of it, and what the page said of the number."""
    found = await visitor.post(page, batch=batch, reason="they have a channel now")
    return found.status, "There is 1 now" if "There is 1 now" in found.text else ""
