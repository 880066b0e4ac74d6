"""Links and the like, as rows of pages to sign in want them."""

from __future__ import annotations

from hub.facts.terms import Role
from hub.people.entering import invitations
from tests.accounts import by
from tests.browser.scene import Scene
from tests.pages import a_person
from tests.town import NOW, PRIMARY


def a_link(scene: Scene) -> str:
    """An invitation of somebody new."""
    if "link" not in scene.kept:
        person_id = a_person(scene.town, (PRIMARY, Role.HEAD_TEACHER))
        with scene.town.parts.desk() as desk:
            scene.kept["link"] = invitations.invite(desk, person_id, by("A. Coordinator", NOW))
    path: str = scene.kept["link"]
    return path
