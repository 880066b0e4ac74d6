"""What every page stands in: who asks, that it was they who asked, and what is said where it was not."""

from __future__ import annotations

import pytest

from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.people.accounts.posts import csrf_of
from tests.pages import a_signed_in, sign_in
from tests.town import PRIMARY
from tests.unit.delivery.world import World

HEAD = (PRIMARY, Role.HEAD_TEACHER)


async def test_somebody_signed_in_sees_who_they_are_and_what_posts_they_hold(world: World) -> None:
    async with a_signed_in(world, HEAD, (PRIMARY, Duty.COORDINATOR)) as visitor:
        seen = await visitor.get("/")
    assert seen.status == 200
    assert "Margaret Sim, school.glenmore-primary" in seen.text
    assert "Head teacher at school.glenmore-primary" in seen.text
    assert "Coordinator of people at school.glenmore-primary" in seen.text


async def test_no_page_may_run_scripts_be_framed_be_kept_or_ask_anybody_else(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.get("/")
    assert seen.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    assert seen.headers["cache-control"] == "no-store"
    assert seen.headers["referrer-policy"] == "same-origin", (
        "with none at all a browser sends its own forms as of nobody"
    )
    assert seen.headers["cross-origin-opener-policy"] == "same-origin"


async def test_whoever_is_not_signed_in_is_sent_to_the_ways_in(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        visitor.cookie = None
        seen = await visitor.get("/")
    assert (seen.status, seen.to) == (303, "/sign-in")


async def test_an_address_that_is_none_is_not_told_from_one_that_is_not_theirs(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.get("/no/such/page")
        assert seen.status == 404
        assert "no/such/page" not in seen.text


@pytest.mark.parametrize("csrf", ["", "x", "A" * 43])
async def test_a_form_that_is_not_of_this_session_changes_nothing(world: World, csrf: str) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.post("/", csrf=csrf)
    assert seen.status == 403


async def test_another_persons_form_is_not_taken(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        other = sign_in(world, visitor.url, visitor.session, HEAD, name="Col Eague")
        seen = await visitor.post("/", csrf=csrf_of(str(other.cookie)))
    assert seen.status == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}]
)
async def test_a_form_of_another_site_is_not_taken(world: World, headers: dict[str, str]) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.call("POST", "/", headers=headers)
    assert seen.status == 403


async def test_what_a_browser_fetches_before_anybody_asks_is_not_answered(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.get("/", sec_purpose="prefetch;prerender")
    assert seen.status == 503


async def test_a_name_that_is_not_the_hubs_leads_nowhere(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.get("/", host="evil.example")
    assert seen.status == 421
    assert "http://localhost:8400" in seen.text


async def test_the_page_that_hides_says_nothing_of_the_hub(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.get("/blank")
    assert seen.status == 200
    assert "oncern" not in seen.text


async def test_a_form_that_is_too_long_is_refused_on_a_page(world: World) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.post("/", words="x" * 65_536)
    assert seen.status == 413
    assert seen.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("fields", [200, 201])
async def test_a_form_has_at_most_two_hundred_fields(world: World, fields: int) -> None:
    async with a_signed_in(world, HEAD) as visitor:
        seen = await visitor.post("/", [("x", "")] * (fields - 1))
    assert seen.status == (404 if fields == 200 else 400)
