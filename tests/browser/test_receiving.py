"""A safeguarding lead in a browser, by keyboard alone and without scripts: from what waits to what was done."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.looking import picture
from tests.browser.rows import LEAD
from tests.browser.scene import Scene
from tests.builders import ISLA, a_concern
from tests.told import SUMMARY, a_night, a_whole_night, told

FEW = 60
"""Presses of Tab within which everything on a page is reached."""


def press_on(page: Page, words: str) -> None:
    """Tab to the link, button or box of these words, and press it."""
    wanted = page.get_by_text(words, exact=True).or_(page.get_by_label(words, exact=True)).first
    for _ in range(FEW):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement || one.contains(document.activeElement)"):
            page.keyboard.press("Space" if page.locator(":focus").get_attribute("type") == "checkbox" else "Enter")
            return
    raise AssertionError(f"the keyboard does not come to {words!r}")


def test_reading_confirming_and_saying_what_was_done_by_keyboard_alone(scene: Scene, browse: Browse) -> None:
    [delivery_id] = told(scene.town, a_whole_night("VPD-2026-000801"))
    page = browse(LEAD, name="Fiona Lockhart")
    page.goto(f"/concerns/{delivery_id}")
    assert page.title().startswith("A concern from Caledon Police")

    press_on(page, "I have read this")
    expect(page.get_by_role("alert")).to_contain_text("Tick: I will not raise this with the child's parents or carers.")
    picture(page, "concern-untick", whole=False)
    press_on(page, "I will not raise this with the child's parents or carers.")
    press_on(page, "I know by which day this must be deleted.")
    press_on(page, "I have read this")
    expect(page.get_by_text("Fiona Lockhart read it")).to_be_visible()

    press_on(page, "Say what you did")
    press_on(page, "Spoke to the child")
    press_on(page, "Note it")
    expect(page.get_by_text("Spoke to the child.")).to_be_visible()
    page.goto("/waiting/done")
    expect(page.locator(f'a[href="/concerns/{delivery_id}"]')).to_be_visible()


def test_going_back_shows_no_concern_that_was_kept_by_the_browser(scene: Scene, browse: Browse) -> None:
    [delivery_id] = told(scene.town, a_night("VPD-2026-000802"))
    page = browse(LEAD)
    page.goto(f"/concerns/{delivery_id}")
    expect(page.get_by_text(SUMMARY)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.go_back()
    expect(page.get_by_text(SUMMARY)).to_have_count(0)


def test_two_tabs_say_the_same_once(scene: Scene, browse: Browse) -> None:
    concern = a_concern(reference="VPD-2026-000803").about(ISLA).saying("concern.summary", SUMMARY).made()
    [delivery_id] = told(scene.town, concern)
    one = browse(LEAD)
    other = one.context.new_page()
    for tab in (one, other):
        tab.goto(f"/concerns/{delivery_id}")
    for tab in (one, other):
        tab.get_by_role("button", name="I have read this").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Noted")
    assert scene.town.query("select count(*) from receipt where delivery_id = %s and layer = 3", delivery_id) == [(1,)]
