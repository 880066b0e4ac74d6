"""What is asked of a page in a browser, whatever it shows."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page
from pypdf import PdfReader

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
LAWFUL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""WCAG 2.2 at level AA, as the Public Sector Bodies Accessibility Regulations 2018 ask."""
PHONE, HALF, DESK = (320, 640), (640, 512), (1280, 1024)
"""Widths in CSS pixels: the narrowest phone; a desk's at 200%; a desk's."""


def violations(page: Page) -> list[str]:
    """What axe-core finds, a line each: rule, what it asks, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", LAWFUL)
    return [
        f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'])}"
        for one in found["violations"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window: what has to be scrolled sideways to be read."""
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def unreachable(page: Page) -> list[str]:
    """Links, buttons and fields that the Tab key does not come to, one after another in the order of the page."""
    wanted: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
            .filter(one => one.checkVisibility() && !one.disabled)
            .map((one, n) => { one.dataset.nth = n; return one.outerHTML.slice(0, 120) })"""
    )
    reached = set()
    page.evaluate("document.activeElement?.blur()")
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        nth = page.evaluate("document.activeElement?.dataset?.nth ?? ''")
        if nth != "":
            reached.add(int(nth))
    grouped: list[int] = page.evaluate(
        """() => [...document.querySelectorAll('input[type=radio]')].map(one => Number(one.dataset.nth))"""
    )  # Tab comes to one of a group, and the arrow keys to the others
    return [shown for n, shown in enumerate(wanted) if n not in reached and n not in grouped]


def sheets(page: Page) -> int:
    """On how many sheets of A4 the page prints."""
    return len(PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages)


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep what is seen now as `<name>.png` in the folder of HUB_PICTURES, where one is named."""
    folder = os.environ.get("HUB_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole, animations="disabled")


def hosts(addresses: list[str]) -> set[str]:
    """Whom these addresses ask, besides pictures that lie in the page itself."""
    return {urlsplit(address).netloc for address in addresses if not address.startswith(("data:", "blob:"))}
