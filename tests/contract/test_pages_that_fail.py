"""What somebody is told where a page cannot be made: that it is the hub's fault, or that a key lacks; never nothing."""

from __future__ import annotations

import pytest

from hub.console.pages.frame import answering
from hub.facts.errors import HubError, KeyMissing, Unopenable
from hub.facts.terms import Role
from hub.keys.files import FileKeys
from tests.pages import a_signed_in
from tests.told import SUMMARY, a_night, told
from tests.town import PRIMARY, Town
from tests.unit.delivery.world import World

DSL = (PRIMARY, Role.DESIGNATED_SAFEGUARDING_LEAD)


async def test_where_whatever_all_pages_stand_in_fails_a_page_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("a defect")

    async with a_signed_in(world, DSL) as visitor:
        monkeypatch.setattr(answering, "ways_of", fails)
        seen = await visitor.get("/")
    assert seen.status == 500
    assert seen.headers["content-type"].startswith("text/html")
    assert "Something went wrong" in seen.text
    assert "a defect" not in seen.text


@pytest.mark.parametrize("lacks", [KeyMissing("no such key"), Unopenable("sealed to another key")])
async def test_a_concern_to_which_the_hub_has_no_key_says_so_and_whom_to_ring(
    town: Town, monkeypatch: pytest.MonkeyPatch, lacks: HubError
) -> None:
    [delivery_id] = told(town, a_night())

    def fails(*_: object) -> bytes:
        raise lacks

    async with a_signed_in(town, DSL) as visitor:
        monkeypatch.setattr(FileKeys, "private_raw", fails)
        seen = await visitor.get(f"/concerns/{delivery_id}")
        taken = await visitor.post(f"/concerns/{delivery_id}/export", form="json")
    assert seen.status == 503
    assert "does not hold the key that this was sealed to" in seen.text
    assert "01632 960134" in seen.text, "the source's duty officer"
    assert SUMMARY not in seen.text
    assert taken.to == f"/concerns/{delivery_id}"
    assert town.query("select count(*) from look") == [(0,)], "nobody has seen it"
