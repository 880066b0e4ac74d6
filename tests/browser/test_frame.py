"""What may happen to anybody at any page: no mouse, a session that ends, a second click, a colleague coming in."""

from __future__ import annotations

from hashlib import sha256

from playwright.sync_api import Page

from hub.console.pages.frame.entry import SESSION
from tests.browser.colleagues import AT_GRANGE
from tests.browser.conftest import Browse
from tests.browser.scene import Scene
from tests.pages import a_session_of


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called by these words."""
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()")
        if seen == words:
            return
    raise AssertionError(f"Tab does not come to: {words}")


def people_named(scene: Scene, page: Page, name: str) -> int:
    page.goto("/people")
    return page.get_by_role("link", name=name, exact=True).count()


def test_a_colleague_is_added_and_let_in_by_the_keyboard_alone(scene: Scene, browse: Browse) -> None:
    page = browse(AT_GRANGE)
    page.goto("/people")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main", "the first link skips what every page has"
    tab_to(page, "Add a colleague")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/add*")
    tab_to(page, "Full name")
    page.keyboard.type("Iona Keys")
    tab_to(page, "Post")
    page.keyboard.type("Head")
    tab_to(page, "Why?")
    page.keyboard.type("new in March")
    tab_to(page, "Add this colleague")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*-*")
    assert page.locator("h1").inner_text() == "Iona Keys"
    tab_to(page, "Make a link")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="The link").wait_for()
    assert f"{scene.url}/sign-in/invitation/" in page.locator("code").inner_text()


def test_what_is_wrong_is_linked_to_its_field(browse: Browse) -> None:
    page = browse(AT_GRANGE)
    page.goto("/people/add")
    page.get_by_role("button", name="Add this colleague").click()
    assert page.title().startswith("Error: ")
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "name"


def test_a_session_that_ended_in_the_midst_of_a_form_loses_nothing(scene: Scene, browse: Browse) -> None:
    page = browse(AT_GRANGE, name="Morag Fraser")
    page.goto("/people/add")
    page.get_by_label("Full name").fill("Eilidh Late")
    page.get_by_label("Why?").fill("typed while the session ended")
    secret = sha256(page.context.cookies()[0]["value"].encode()).digest()
    [(person,)] = scene.town.query("select person_id from session where secret_hash = %s", secret)
    scene.town.change("update session set seen_at = seen_at - interval '16 minutes' where secret_hash = %s", secret)
    page.get_by_role("button", name="Add this colleague").click()
    assert page.url.startswith(f"{scene.url}/sign-in?after=/people/add")
    cookie = {"name": SESSION, "value": a_session_of(scene.town, person), "url": scene.url}
    page.context.add_cookies([cookie])  # signed in again, as the pages of entering have their own tests
    page.goto("/people/add")
    assert page.get_by_role("status").inner_text().startswith("You had been signed out")
    assert page.get_by_label("Full name").input_value() == "Eilidh Late"
    assert page.get_by_label("Why?").input_value() == "typed while the session ended"
    assert people_named(scene, page, "Eilidh Late") == 0


def test_a_form_sent_by_a_double_click_or_again_from_the_back_button_is_done_once(scene: Scene, browse: Browse) -> None:
    page = browse(AT_GRANGE)
    page.goto("/people/add")
    page.get_by_label("Full name").fill("Dougal Twice")
    page.get_by_label("Post").select_option("head_teacher")
    page.get_by_label("Why?").fill("in a hurry")
    page.get_by_role("button", name="Add this colleague").dblclick()
    page.wait_for_load_state()
    page.goto("/people/add")
    page.get_by_label("Full name").fill("Dougal Twice")
    page.get_by_label("Post").select_option("head_teacher")
    page.get_by_label("Why?").fill("in a hurry")
    page.get_by_role("button", name="Add this colleague").click()
    assert "Somebody of this name works there already" in page.get_by_role("alert").inner_text()
    assert people_named(scene, page, "Dougal Twice") == 1


def test_a_page_is_hidden_at_once_and_the_way_back_is_the_browsers(browse: Browse) -> None:
    page = browse(AT_GRANGE)
    page.goto("/people")
    page.get_by_role("link", name="Hide this page").click()
    assert page.title() == "Notes"
    assert "oncern" not in page.content()
    page.go_back()
    assert page.locator("h1").inner_text().startswith("People of")


def test_after_sign_out_the_back_button_shows_nothing(scene: Scene, browse: Browse) -> None:
    page = browse(AT_GRANGE)
    page.goto("/people")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out*")
    page.go_back()
    assert page.url.startswith(f"{scene.url}/sign-in")
