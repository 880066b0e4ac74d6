"""A coordinator and the people of their organisation: who is there, and what may be done with whose post."""

from __future__ import annotations

import re
from datetime import date

import pytest

from hub.facts.act import HUB
from hub.facts.offices import Duty
from hub.facts.terms import Role
from tests.pages import Seen, Visitor, a_person, a_signed_in, sign_in
from tests.town import ACADEMY, PRIMARY, Town

COORDINATOR = (PRIMARY, Duty.COORDINATOR)
ADDED = {
    "organisation": PRIMARY,
    "name": "Ailsa Rennie",
    "telephone": "07700 900456",
    "office": "designated_safeguarding_lead",
    "reason": "new in August",
}


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def posts_of(town: Town, person: object) -> list[tuple[object, ...]]:
    return town.query("select office, since, until, trained_until, waits from post where person_id = %s", person)


def post_id(town: Town, person: object) -> object:
    return town.query("select post_id from post where person_id = %s", person)[0][0]


async def test_a_coordinator_sees_their_colleagues_and_what_is_amiss(town: Town) -> None:
    a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague", trained_until=date(2026, 3, 1))
    async with a_signed_in(town, COORDINATOR) as visitor:
        seen = await visitor.get("/people")
    assert "Col Eague" in seen.text
    assert "training ran out" in seen.text
    assert "Posts that nobody in training holds now" in seen.text
    assert town.query("select what, about from look") == [("people", PRIMARY)]


async def test_that_somebody_opened_a_colleagues_page_is_kept(town: Town) -> None:
    other = a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague")
    async with a_signed_in(town, COORDINATOR) as visitor:
        for page in (f"/people/{other}", f"/people/{other}/name", f"/posts/{post_id(town, other)}/leave"):
            town.change("delete from look")
            assert (await visitor.get(page)).status == 200
            seen = town.query("select what, about, person_id from look")
            assert seen == [("people", str(other), visitor.person_id)]


async def test_people_of_another_organisation_are_not_there(town: Town) -> None:
    other = a_person(town, (ACADEMY, Role.HEAD_TEACHER), name="Ano Ther")
    async with a_signed_in(town, COORDINATOR) as visitor:
        unknown = await visitor.get("/people/00000000-0000-4000-8000-000000000000")
        assert unknown.status == 404
        for path in (f"/people/{other}", f"/people?organisation={ACADEMY}", f"/posts/{post_id(town, other)}/end"):
            seen = await visitor.get(path)
            assert (seen.status, seen.body) == (404, unknown.body)
        ended = await visitor.post(f"/posts/{post_id(town, other)}/end", reason="mischief")
    assert ended.status == 404
    assert len(posts_of(town, other)) == 1


async def test_whoever_reads_only_sees_no_people(town: Town) -> None:
    async with a_signed_in(town, (PRIMARY, Role.HEAD_TEACHER)) as visitor:
        assert (await visitor.get("/people")).status == 404


async def test_an_ig_officer_sees_people_and_changes_nothing(town: Town) -> None:
    person = a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague")
    async with a_signed_in(town, (PRIMARY, Duty.IG_OFFICER)) as visitor:
        seen = await visitor.get(f"/people/{person}")
        assert "Col Eague" in seen.text
        assert "/end" not in seen.text
        assert (await visitor.post(f"/people/{person}/end", reason="x")).status == 404


async def test_a_colleague_is_added_with_a_post_and_comes_in_by_a_link_that_is_shown_once(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        added = await visitor.post("/people/add", **ADDED)
        assert added.status == 303
        person = added.to.removeprefix("/people/")
        shown = await visitor.post(f"/people/{person}/invite")
        found = re.search(r"http://localhost:8400(/sign-in/invitation/[\w-]{43})", shown.text)
        assert found is not None
        assert found[1] not in (await visitor.get(f"/people/{person}")).text
    assert posts_of(town, person) == [("designated_safeguarding_lead", date(2026, 3, 7), None, None, False)]


async def test_a_form_that_is_sent_twice_adds_nobody_twice(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        await visitor.post("/people/add", **ADDED)
        again = await visitor.post("/people/add", **ADDED | {"name": "ailsa  RENNIE"})
    assert again.status == 422
    assert "Somebody of this name works there already" in again.text
    assert town.query("select count(*) from person") == [(2,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "x" * 201}, "Write at most 200 characters here."),
        ({"name": "Ailsa\u202eRennie"}, "There are characters here that cannot be seen."),
        ({"office": "king"}, "Choose one of these."),
        ({"reason": ""}, "Fill this in."),
        (day("since", date(2026, 8, 1)) | day("until", date(2026, 7, 1)), "The end lies after the first day."),
        ({"since-day": "31", "since-month": "2", "since-year": "2026"}, "There is no such day."),
        ({"since-day": "1"}, "Give a day, a month and a year."),
        ({"since-day": "1", "since-month": "8", "since-year": "26"}, "There is no such day."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    town: Town, change: dict[str, str], said: str
) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        seen = await visitor.post("/people/add", **ADDED | change)
    assert seen.status == 422
    assert "<title>Error: " in seen.text
    assert said in seen.text
    assert 'value="07700 900456"' in seen.text
    assert town.query("select count(*) from person") == [(1,)]


async def test_leave_cover_training_and_the_end_of_a_post(town: Town) -> None:
    away = a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague")
    stays = a_person(town, (PRIMARY, Role.NAMED_PERSON), name="Ailsa Rennie")
    post = f"/posts/{post_id(town, away)}"
    async with a_signed_in(town, COORDINATOR) as visitor:
        days = day("since", date(2026, 6, 1)) | day("until", date(2026, 7, 1))
        assert (await visitor.post(f"{post}/leave", **days)).to == f"/people/{away}"
        assert (await visitor.post(f"{post}/cover", who=str(stays), **days)).to == f"/people/{away}"
        seen = await visitor.get(f"/people/{away}")
        assert "Away from Monday 1 June 2026, back on Wednesday 1 July 2026" in seen.text
        assert "covers for a colleague" in (await visitor.get(f"/people/{stays}")).text
        assert (await visitor.post(f"{post}/back")).status == 303
        await visitor.post(f"{post}/training", **day("trained_until", date(2027, 1, 31)))
        assert "Trained until Sunday 31 January 2027" in (await visitor.get(f"/people/{away}")).text
        assert (await visitor.post(f"{post}/end", reason="moved on")).status == 303
        assert (await visitor.get(f"{post}/end")).status == 404


async def test_a_reviewers_post_waits_for_a_second_coordinator(town: Town) -> None:
    person = a_person(town, (PRIMARY, Role.NAMED_PERSON), name="Ailsa Rennie")
    async with a_signed_in(town, COORDINATOR) as visitor:
        await visitor.post(f"/people/{person}/post", office="reviewer", reason="she knows the children")
        assert "waits for a second person" in (await visitor.get(f"/people/{person}")).text
        [(post,)] = town.query("select post_id from post where office = 'reviewer'")
        own = await visitor.post(f"/posts/{post}/second")
        assert own.status == 422
        assert "The second person is neither who granted the post" in own.text
        other = sign_in(town, visitor.url, visitor.session, COORDINATOR, name="Second Person")
        assert (await other.post(f"/posts/{post}/second")).status == 303
    assert town.query("select waits from post where post_id = %s", post) == [(False,)]


async def test_nobody_changes_their_own_posts(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        path = f"/people/{visitor.person_id}"
        assert "This is you." in (await visitor.get(path)).text
        assert (await visitor.post(f"{path}/post", office="head_teacher", reason="x")).status == 404
        assert (await visitor.post(f"{path}/invite")).status == 404
        assert (await visitor.post(f"/posts/{post_id(town, visitor.person_id)}/end", reason="x")).status == 404


async def test_whoever_lost_their_way_in_is_helped_back_by_two(town: Town) -> None:
    person = a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague")
    async with a_signed_in(town, COORDINATOR) as visitor:
        assert (await visitor.post(f"/people/{person}/recover", reason="lost telephone")).status == 303
        path = link_in(await visitor.get("/people"))
        alone = await visitor.post(path, rang="yes")
        assert "/sign-in/invitation/" not in alone.text
        other = sign_in(town, visitor.url, visitor.session, COORDINATOR, name="Second Person")
        unsaid = await other.post(path)
        assert "Ring them first, then tick this." in unsaid.text
        assert "/sign-in/invitation/" in (await other.post(path, rang="yes")).text


async def test_no_link_is_offered_for_whoever_has_a_way_in(town: Town) -> None:
    person = a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague")
    async with a_signed_in(town, COORDINATOR) as visitor:
        assert "/invite" in (await visitor.get(f"/people/{person}")).text
        town.change(
            "insert into person_subject values (%s, %s, 'caledon', %s, %s)", b"s" * 32, person, town.now, town.now
        )
        assert "/invite" not in (await visitor.get(f"/people/{person}")).text
        refused = await visitor.post(f"/people/{person}/invite")
        assert "/sign-in/invitation/" not in refused.text


async def test_whoever_left_is_signed_out_everywhere(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        other = sign_in(town, visitor.url, visitor.session, (PRIMARY, Role.HEAD_TEACHER), name="Col Eague")
        assert (await other.get("/")).status == 200
        assert (await visitor.post(f"/people/{other.person_id}/end", reason="left")).status == 303
        assert (await other.get("/")).to == "/sign-in?why=person_ended"


async def test_the_hubs_own_coordinator_chooses_whose_people(town: Town) -> None:
    a_person(town, (ACADEMY, Role.HEAD_TEACHER), name="Ano Ther")
    async with a_signed_in(town, (HUB, Duty.COORDINATOR)) as visitor:
        assert "Ano Ther" in (await visitor.get(f"/people?organisation={ACADEMY}")).text


async def test_what_was_typed_when_the_session_ended_is_shown_again_to_the_same_person_once(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        town.change("update session set ends_at = %s", town.now)
        sent = await visitor.post("/people/add", **ADDED)
        assert sent.to == "/sign-in?after=/people/add&why=too_long"
        back = back_again(town, visitor, sent.headers["set-cookie"])
        seen = await back.get("/people/add")
        assert "What you wrote is below" in seen.text
        assert 'value="Ailsa Rennie"' in seen.text
        assert "What you wrote is below" not in (await back.get("/people/add")).text
    assert town.query("select count(*) from person") == [(1,)], "it was not done by itself"


async def test_what_somebody_typed_is_shown_to_nobody_else(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        other = sign_in(town, visitor.url, visitor.session, COORDINATOR, name="Some Body")
        town.change("update session set ends_at = %s where person_id = %s", town.now, visitor.person_id)
        sent = await visitor.post("/people/add", **ADDED)
        other.cookies = sent.headers["set-cookie"].partition(";")[0]
        assert "Ailsa Rennie" not in (await other.get("/people/add")).text


async def test_a_form_of_a_tab_that_was_signed_in_before_is_shown_again(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        old = "of-a-session-before." + mark_in(await visitor.get("/people/add"))
        sent = await visitor.call(
            "POST", "/people/add", data=[*ADDED.items(), ("csrf", old)], headers={"sec_fetch_site": "same-origin"}
        )
        assert sent.to == "/people/add"
        visitor.cookies = sent.headers["set-cookie"].partition(";")[0]
        assert 'value="Ailsa Rennie"' in (await visitor.get("/people/add")).text
    assert town.query("select count(*) from person") == [(1,)]


async def test_what_somebody_typed_in_a_tab_of_theirs_is_not_given_to_whoever_signed_in_since(town: Town) -> None:
    async with a_signed_in(town, COORDINATOR) as visitor:
        other = sign_in(town, visitor.url, visitor.session, COORDINATOR, name="Some Body")
        old = "of-a-session-before." + mark_in(await visitor.get("/people/add"))
        sent = await other.call(
            "POST", "/people/add", data=[*ADDED.items(), ("csrf", old)], headers={"sec_fetch_site": "same-origin"}
        )
    assert sent.status == 403
    assert town.query("select count(*) from draft") == [(0,)]


def mark_in(seen: Seen) -> str:
    """What the forms of a page bear of whom it was shown to."""
    found = re.search(r'name="csrf" value="([^"]+)"', seen.text)
    assert found is not None
    return found[1].partition(".")[2]


def back_again(town: Town, visitor: Visitor, cookie: str) -> Visitor:
    """The same person, signed in anew in the same browser."""
    from tests.pages import a_session_of

    assert visitor.person_id is not None
    fresh = a_session_of(town, visitor.person_id)
    return Visitor(visitor.url, visitor.session, fresh, visitor.person_id, cookies=cookie.partition(";")[0])


def link_in(seen: object) -> str:
    found = re.search(r"/people/recoveries/[\w-]+", getattr(seen, "text", ""))
    assert found is not None
    return found[0]
