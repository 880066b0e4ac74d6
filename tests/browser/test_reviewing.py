"""A reviewer's day in a browser: a twin told from her sister, a text masked, a merge seen before it is done."""

from __future__ import annotations

from dataclasses import replace

from tests.browser.conftest import Browse
from tests.browser.looking import PHONE, overflow, picture, unreachable, violations
from tests.browser.reviewing import HUBS, REVIEWER, held_text, orla, twins_review
from tests.browser.scene import Scene
from tests.town import OTHER_TWIN, TWIN


def test_a_twin_is_told_from_her_sister(scene: Scene, browse: Browse) -> None:
    asked = twins_review(scene, "VPD-journey-twin", replace(OTHER_TWIN, given_names="Orla"))
    page = browse(REVIEWER, scripts=True)
    page.goto("/reviews")
    picture(page, "reviews")
    page.locator(f'a[href="{asked}"]').click()
    picture(page, "review-closed")
    page.get_by_role("button", name="Open").click()
    assert page.get_by_role("table").count() >= 1
    picture(page, "review-open")
    assert violations(page) == []
    assert unreachable(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert overflow(page) == 0
    picture(page, "review-open-phone")
    page.get_by_role("button", name="Send my answer").click()
    assert page.title().startswith("Error:")
    assert violations(page) == []
    page.get_by_label("It is none of these").check()
    page.get_by_label("What tells you so").fill("the school says that both were at home")
    page.get_by_role("button", name="Send my answer").click()
    assert page.get_by_role("status").inner_text().startswith("Answered: it is not the child proposed.")
    picture(page, "review-answered")
    page.goto(asked)
    assert page.get_by_role("button", name="Open").count() == 0


def test_a_text_is_read_masked_seen_as_its_reader_would_and_sent(scene: Scene, browse: Browse) -> None:
    asked = held_text(scene, "VPD-journey-text")
    page = browse(REVIEWER)
    page.goto(asked)
    page.get_by_role("button", name="Ask for the text").click()
    picture(page, "text-wait")
    scene.town.open_texts()
    page.get_by_role("button", name="Open the text").click()  # the page that waits looks again by itself
    picture(page, "text-open")
    for one in page.get_by_label("Leave out “").all():
        one.check()
    page.get_by_role("button", name="See it as the recipient reads it").click()
    assert "[withheld]" in page.locator(".hub-sheet").first.inner_text()
    assert "Harbour" not in page.content()
    picture(page, "text-preview")
    page.get_by_role("button", name="Send it so").click()
    assert page.get_by_role("status").inner_text().startswith("Answered: the recipient may read the text without")


def test_a_merge_is_seen_before_it_is_done_and_takes_two(scene: Scene, browse: Browse) -> None:
    scene.town.enrol("gp.glenmore", replace(TWIN, nhs_number=None, postcode="ZG9 9ZZ"))
    key = scene.town.parts.register.local_keys("gp.glenmore", "gp.glenmore-0-Orla")[0]
    [(other,)] = scene.town.query("select subject_id from source_record where local_key = %s", key)
    for name, then in (("Morag Reviewer", "Nothing moves until another person"), ("Angus Other", "one child now")):
        page = browse(HUBS, name=name, scripts=True)
        page.goto(orla(scene))
        if name == "Morag Reviewer":
            picture(page, "subject")
        page.get_by_label("Id of the other child").fill(str(other))
        page.get_by_role("button", name="See what would follow").last.click()
        assert page.get_by_text("Two children become one").count() == 1
        assert page.get_by_text("they become one at once").count() == (name == "Angus Other")
        picture(page, "follows")
        assert violations(page) == []
        page.get_by_label("Why?").fill("the school rang")
        page.get_by_role("button", name="Do it").click()
        assert then in page.get_by_role("status").inner_text()
