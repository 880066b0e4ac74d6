"""Every page, as people with little width, large letters, no scripts, no mouse, or a screen reader meet it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Browse
from tests.browser.looking import HALF, PHONE, overflow, picture, sheets, unreachable, violations
from tests.browser.rows import ROWS, Row
from tests.browser.scene import Scene

every_page = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@every_page
def test_it_is_read_by_everybody(row: Row, scene: Scene, browse: Browse) -> None:
    page = browse(*row.posts, scripts=True)  # axe-core's; the page has none, so that it is the same without
    answer = page.goto(row.at(scene))
    assert answer is not None
    assert answer.status == row.status
    assert page.locator("h1").count() == 1
    assert page.locator("script").count() == row.scripts
    picture(page, row.name)
    assert violations(page) == []
    assert unreachable(page) == []
    for width, height in (HALF, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) == 0, f"it is wider than {width} pixels"
    picture(page, f"{row.name}-phone")
    if row.one_sheet:
        assert sheets(page) == 1
