"""What somebody is told where a page cannot be made; never nothing."""

from __future__ import annotations

import pytest

from hub.console.pages.frame import answering
from hub.facts.terms import Role
from tests.pages import a_signed_in
from tests.town import PRIMARY
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
