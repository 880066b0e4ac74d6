"""A concern raised on a page, question by question, as people with little width, no mouse or no sight meet it."""

from __future__ import annotations

from playwright.sync_api import Page

from hub.facts.terms import Role
from tests.browser.conftest import Browse
from tests.browser.looking import PHONE, overflow, picture, unreachable, violations
from tests.browser.scene import Scene
from tests.town import ACADEMY

LEAD = (ACADEMY, Role.DESIGNATED_SAFEGUARDING_LEAD)
DESK = (1280, 900)


def test_what_is_asked_of_each_child_is_read_and_answered_by_everybody(scene: Scene, browse: Browse) -> None:
    page = browse(LEAD, scripts=True)  # axe-core's
    page.goto("/raise")
    looked_at(page, "raise-begin")
    page.get_by_role("button", name="Begin").click()
    go_on(page)
    assert page.title().startswith("Error:")
    looked_at(page, "raise-wrong")
    page.get_by_label("First and middle names").fill("Finlay")
    go_on(page)
    looked_at(page, "raise-happened")
    page.get_by_label("What happened, in the order").fill("He came without a coat.")
    go_on(page)
    looked_at(page, "raise-said")
    go_on(page)
    page.get_by_role("link", name="Add another child").click()
    page.get_by_label("First and middle names").fill("Isla")
    go_on(page)
    page.get_by_label("What happened, in the order").fill("She was hungry.")
    go_on(page)
    go_on(page)
    looked_at(page, "raise-children")
    page.get_by_role("button", name="Take Isla out").click()
    assert page.get_by_text("Isla").count() == 0


def test_what_is_asked_of_all_is_read_and_answered_by_everybody(scene: Scene, browse: Browse) -> None:
    page = browse(LEAD, scripts=True)
    tell_of_finlay(page)
    looked_at(page, "raise-worry")
    page.get_by_label("Neglect").check()
    page.get_by_label("Child in need").check()
    go_on(page)
    looked_at(page, "raise-when")
    go_on(page)
    page.get_by_role("link", name="Add a person").click()
    looked_at(page, "raise-person")
    page.get_by_label("Name", exact=True).fill("Gregor Abercorn")
    page.get_by_label("Parent or carer").check()
    page.get_by_label("No, I have checked").check()
    go_on(page)
    looked_at(page, "raise-people")
    go_on(page)
    page.get_by_label("Yes, they agreed").check()
    go_on(page)
    go_on(page)
    go_on(page)
    page.get_by_label("Your role").fill("form teacher")
    page.get_by_label("Telephone number on which").fill("01632 960157")
    go_on(page)
    looked_at(page, "raise-check")
    page.get_by_role("button", name="Send this concern").click()
    looked_at(page, "raise-sent")
    page.go_back()
    page.reload()
    assert page.get_by_role("button", name="Send this concern").count() == 0, "sent, it is not sent again"


def tell_of_finlay(page: Page) -> None:
    page.goto("/raise")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("First and middle names").fill("Finlay")
    page.get_by_label("Family name").fill("Abercorn")
    go_on(page)
    page.get_by_label("What happened, in the order").fill("He came without a coat.")
    for _ in range(3):
        go_on(page)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def looked_at(page: Page, name: str) -> None:
    """No barrier, nothing that the keyboard does not reach, nothing wider than a telephone."""
    picture(page, name)
    assert violations(page) == []
    assert unreachable(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert overflow(page) == 0, name
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
