"""Colleagues of the scene: who is away, whose training ran out, who waits for a second person."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hub.facts.offices import Duty
from hub.facts.terms import Role
from tests.browser.scene import Scene
from tests.pages import a_person

GRANGE = "school.ashdown-high"
AT_GRANGE = (GRANGE, Duty.COORDINATOR)


def colleague(scene: Scene) -> UUID:
    """A head teacher whose training ran out, made once beside two others."""
    if "colleague" not in scene.kept:
        a_person(scene.town, (GRANGE, Role.NAMED_PERSON), name="Ailsa Rennie", trained_until=date(2027, 6, 30))
        scene.kept["colleague"] = a_person(
            scene.town, (GRANGE, Role.HEAD_TEACHER), name="Roderick Baird", trained_until=date(2026, 2, 27)
        )
    found: UUID = scene.kept["colleague"]
    return found


def people(scene: Scene) -> str:
    """The list, with somebody on it."""
    colleague(scene)
    return "/people"


def person(scene: Scene) -> str:
    """One colleague's page."""
    return f"/people/{colleague(scene)}"


def granting(scene: Scene) -> str:
    """The form of one more post."""
    return f"{person(scene)}/post"


def change(name: str, scene: Scene) -> str:
    """The form of one change of their post."""
    [(post,)] = scene.town.query("select post_id from post where person_id = %s", colleague(scene))
    return f"/posts/{post}/{name}"
