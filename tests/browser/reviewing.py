"""What reviewers are asked in the scene."""

from __future__ import annotations

from dataclasses import replace

from hub.facts.model import Concern, Identity
from hub.facts.offices import Duty
from tests.browser.scene import Scene
from tests.builders import a_concern
from tests.texts import waiting
from tests.town import PRIMARY, TWIN

REVIEWER, HUBS = ("police.caledon", Duty.REVIEWER), ("hub", Duty.REVIEWER)
CONFUSED = replace(TWIN, given_names="Oona")


def twins_review(scene: Scene, reference: str = "VPD-twin", child: Identity = CONFUSED) -> str:
    """Where it is asked which twin a concern is about."""
    return _asked(scene, a_concern(reference=reference).about(child).made(), "match", "/reviews")


def held_text(scene: Scene, reference: str = "VPD-text") -> str:
    """Where it is asked whether a text may be read."""
    return _asked(scene, waiting(reference=reference).made(), "text", "/texts")


def _asked(scene: Scene, concern: Concern, cause: str, path: str) -> str:
    name = f"{path} {concern.reference}"
    if name not in scene.kept:
        scene.town.send(concern)
        [task] = [one for one in scene.town.story(concern)["reviews"] if one["cause"] == cause]
        scene.kept[name] = f"{path}/{task['task_id']}"
    return str(scene.kept[name])


def orla(scene: Scene) -> str:
    """The twin on the school's roll, in the register."""
    key = scene.town.parts.register.local_keys(PRIMARY, f"{PRIMARY}-1-Orla")[0]
    [(subject,)] = scene.town.query("select subject_id from source_record where local_key = %s", key)
    return f"/register/subjects/{subject}"
