"""An IG officer asks who would hear, an operator puts a held delivery back: by the keyboard alone, without scripts."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Browse
from tests.browser.governing import IG, OPERATOR, a_held_one
from tests.browser.scene import Scene


def tab_to(page: Page, locator: str) -> None:
    """Press Tab until the focus is there."""
    wanted = page.locator(locator)
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not come to {locator}")


def test_an_officer_asks_who_would_hear_and_follows_the_answer_to_the_agreement(browse: Browse) -> None:
    page = browse(IG)
    page.goto("/")
    tab_to(page, "nav a[href='/who-would-hear']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/who-would-hear")
    tab_to(page, "#category")
    page.keyboard.type("domestic")
    tab_to(page, "#organisation_1")
    page.keyboard.type("Glenmore Primary")
    tab_to(page, "button:has-text('Who would hear?')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/who-would-hear?**")
    answer = page.locator("section[aria-labelledby='answer']")
    assert "Told Glenmore Primary School, designated safeguarding lead" in answer.inner_text().replace("\n", " ")
    assert "does not apply, because" in answer.inner_text()
    page.get_by_role("link", name="ISP-POL-EDU-001@3").first.click()
    assert "Police may tell the designated safeguarding lead of a school" in page.locator("main").inner_text()


def test_an_operator_puts_a_held_delivery_back_and_says_why(scene: Scene, browse: Browse) -> None:
    held = a_held_one(scene)
    page = browse(OPERATOR)
    page.goto("/operations")
    tab_to(page, f"a[href='{held}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{held}")
    tab_to(page, "button[value=replay]")
    page.keyboard.press("Enter")
    assert "Fill this in." in page.locator(".nhsuk-error-summary").inner_text()
    tab_to(page, "#reason")
    page.keyboard.type("their system is mended")
    tab_to(page, "button[value=replay]")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=replay")
    assert "It was put back" in page.locator("main").inner_text()
    scene.kept.pop("held")
