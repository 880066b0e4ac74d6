"""Templates of pages: each room's, beside its pages, and NHS.UK frontend's macros under `nhsuk/`.

Everything that is filled in is escaped. A name that a template of NHS.UK's does not know counts as empty, as those
templates want it; in ours it is a defect, which a test of every template finds.
"""

from __future__ import annotations

from datetime import date, datetime

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, Undefined

from hub.console.pages.frame.words import PAGES
from hub.facts.clock import LONDON


def make_templates(undefined: type[Undefined] = ChainableUndefined) -> Environment:
    """All templates of pages."""
    templates = Environment(
        loader=ChoiceLoader([FileSystemLoader(PAGES), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=400,
    )
    templates.filters |= {"day": day, "moment": moment, "clock": clock, "first_upper": first_upper}
    return templates


def day(on: date | datetime | None) -> str:
    """`Saturday 6 June 2026`, as London counts days."""
    if on is None:
        return ""
    local = on.astimezone(LONDON).date() if isinstance(on, datetime) else on
    return f"{local:%A} {local.day} {local:%B %Y}"


def first_upper(words: str) -> str:
    """The same, as a line begins: `GP` stays `GP`."""
    return words[:1].upper() + words[1:]


def clock(at: datetime) -> str:
    """`08:45`, by London's clocks."""
    return f"{at.astimezone(LONDON):%H:%M}"


def moment(at: datetime | None) -> str:
    """`Saturday 6 June 2026 at 23:40`, by London's clocks."""
    return f"{day(at)} at {clock(at)}" if at is not None else ""
