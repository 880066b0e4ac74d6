"""`hub demo --keep`, as somebody finds it in a browser: each person of the story does what is left for them.

Nobody types a command after the first.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import picture

LINK = re.compile(r"(http://localhost:\d+)(/sign-in/\S+)")
UP_S = 120


class Kept:
    """The demonstration that runs on: its address, and a link for each of its people."""

    def __init__(self, lines: Iterator[str], chromium: Browser) -> None:
        self.links: dict[str, str] = {}
        self.chromium = chromium
        name = ""
        for line in lines:
            if found := LINK.search(line):
                self.links[name], self.url = found.group(2), found.group(1)
            name = line.partition(",")[0]
            if line.startswith("Ctrl-C ends"):
                return
        raise AssertionError("the demonstration ended before it was ready")

    def window(self, name: str, at: str) -> Page:
        """A browser in which this person signs in by their link, at a page; scripts do not run."""
        context = self.chromium.new_context(base_url=self.url, java_script_enabled=False, locale="en-GB")
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(self.links[name])
        page.get_by_role("button", name="Sign in").click()
        page.goto(at)
        return page


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Kept]:
    home = tmp_path_factory.mktemp("kept")
    command = [sys.executable, "-c", "from hub.cli import main; main()", "demo", "--keep"]
    environment = {**os.environ, "HUB_HOME": str(home)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=Path.cwd()
    ) as demo:
        try:
            yield Kept(_said(demo), chromium)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def _said(demo: subprocess.Popen[str]) -> Iterator[str]:
    """Lines of its screen as they come, within time."""
    lines: Queue[str | None] = Queue()
    assert demo.stderr is not None
    stream = demo.stderr

    def read() -> None:
        for line in stream:
            lines.put(line.rstrip("\n"))
        lines.put(None)

    Thread(target=read, daemon=True).start()
    end = monotonic() + UP_S
    while True:
        try:
            line = lines.get(timeout=max(end - monotonic(), 0.01))
        except Empty:
            raise AssertionError(f"the demonstration was not ready after {UP_S} s") from None
        if line is None:
            return
        yield line


def test_the_head_teacher_reads_the_siblings_concern_and_says_that_she_did(kept: Kept) -> None:
    page = kept.window("Margaret Sim", "/waiting")
    picture(page, "waiting")
    concerns = page.get_by_role("link", name="Concern from Caledon Police")
    waiting = concerns.count()
    assert waiting >= 1
    assert "Thornbeck" not in page.content(), "the list opens nothing"
    concerns.first.click()
    assert "Maisie Thornbeck" in page.locator("main").inner_text()
    assert "01632 960134" in page.locator("main").inner_text(), "whom to ring"
    assert "Thornbeck" not in page.title() + page.url
    picture(page, "concern")
    page.get_by_role("button", name="I have read this").click()
    page.get_by_role("link", name="Say what you did").click()
    page.get_by_label("spoke to", exact=False).first.check()
    picture(page, "did")
    page.locator("main").get_by_role("button").last.click()
    page.goto("/waiting")
    assert page.get_by_role("link", name="Concern from Caledon Police").count() == waiting - 1


def test_the_reviewer_says_which_of_the_twins_it_is(kept: Kept) -> None:
    page = kept.window("Rowan Telfer", "/reviews")
    for at in [link.get_attribute("href") for link in page.get_by_role("link", name="Which child").all()]:
        page.goto(str(at))
        page.get_by_role("button", name="Open").click()
        if "Aileen" in page.content():
            break
    picture(page, "twins")
    table = page.get_by_role("table", name="The concern beside child 2").inner_text()
    assert "Aileen\tAileen\tthe same" in table
    page.get_by_label("It is child 2", exact=False).check()
    page.get_by_role("button", name="Send my answer").click()
    assert page.get_by_role("status").inner_text().startswith("Answered")


def test_the_ig_officer_tries_who_would_hear(kept: Kept) -> None:
    page = kept.window("Isobel Nairn", "/who-would-hear")
    page.get_by_label("Who raises it").select_option("police.caledon")
    page.locator("#category").select_option("domestic_abuse")
    page.locator("#age").fill("9")
    page.locator("#organisation_1").select_option("school.glenmore-primary")
    page.locator("#relationship_1").select_option("enrolled")
    page.get_by_role("button", name="Who would hear?").click()
    told = page.locator("main").inner_text()
    assert "Glenmore Primary School" in told
    assert "ISP-POL-EDU-001" in told
    picture(page, "who-would-hear")


def test_the_operator_puts_a_held_delivery_back(kept: Kept) -> None:
    page = kept.window("Callum Orr", "/operations")
    picture(page, "operations")
    page.get_by_role("link", name="Open delivery").first.click()
    at = page.url
    page.get_by_label("Why do you do this?").fill("the practice says that its system is back")
    page.get_by_role("button", name="Put it back").click()
    for _ in range(100):
        page.goto(at)
        if page.get_by_text("accepted", exact=True).count():
            break
        page.wait_for_timeout(200)
    assert page.get_by_text("accepted", exact=True).count()


def test_a_school_without_software_raises_a_concern(kept: Kept) -> None:
    page = kept.window("Stuart McCrae", "/raise")
    picture(page, "raise")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("First and middle names").fill("Ruaridh")
    page.get_by_label("Family name").fill("Pellow-Grant")
    for part, value in (("day", "14"), ("month", "8"), ("year", "2011")):
        page.locator(f"[name='born-{part}']").fill(value)
    page.get_by_label("Postcode").fill("ZG1 6HD")
    go_on(page)
    page.get_by_label("What happened, in the order").fill("He came without a coat for the third week.")
    go_on(page)
    go_on(page)
    assert page.get_by_role("heading", name="Is it about other children too?").count() == 1
    go_on(page)
    page.get_by_label("Neglect").check()
    page.get_by_label("Child in need").check()
    go_on(page)
    go_on(page)
    page.get_by_label("There is nobody else to name").check()
    go_on(page)
    page.get_by_label("Yes, they agreed").check()
    go_on(page)
    go_on(page)
    go_on(page)
    page.get_by_label("Your role").fill("safeguarding lead")
    page.get_by_label("Telephone number on which").fill("01632 960157")
    go_on(page)
    assert "Ruaridh" in page.locator("main").inner_text()
    picture(page, "check-your-answers")
    page.get_by_role("button", name="Send this concern").click()
    assert page.get_by_text("Your concern was sent").count() >= 1
    picture(page, "sent")
    for _ in range(150):
        page.reload()
        if "on its way. Load this page" not in page.content():
            break
        page.wait_for_timeout(200)
    assert "on its way. Load this page" not in page.content()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def test_the_auditor_sees_who_looked_and_never_what_was_read(kept: Kept) -> None:
    page = kept.window("Priya Sandhu", "/looked-at")
    assert "Margaret Sim" in page.locator("main").inner_text()
    assert "Thornbeck" not in page.content()
    picture(page, "looked-at")
