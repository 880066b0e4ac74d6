"""Every page of the hub, room by room."""

from __future__ import annotations

from hub.console.pages import (
    agreements,
    auditing,
    entering,
    home,
    operating,
    people,
    raising,
    receiving,
    reviewing,
)
from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = (
    *home.PAGES,
    *entering.PAGES,
    *people.PAGES,
    *receiving.PAGES,
    *raising.PAGES,
    *reviewing.PAGES,
    *agreements.PAGES,
    *operating.PAGES,
    *auditing.PAGES,
)
