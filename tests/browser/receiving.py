"""Concerns that readers' pages show, made once in the scene."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.scene import Scene
from tests.told import a_night, a_whole_night, told


def some_concerns(scene: Scene, path: str = "{night}") -> str:
    """An address about concerns that were told once: a whole night, one that was read, and one that is late."""
    if "concerns" not in scene.kept:
        night, read, late = told(scene.town, a_whole_night(), a_night("VPD-2026-000778"), a_night("VPD-2026-000779"))
        scene.town.change("insert into receipt values (%s, 3, now(), now())", read)
        scene.town.change(
            "update decision set due_by = %s where event_id in (select event_id from delivery where delivery_id = %s)",
            scene.town.now - timedelta(hours=2),
            late,
        )
        scene.kept["concerns"] = {"night": f"/concerns/{night}", "read": f"/concerns/{read}"}
    return path.format(**scene.kept["concerns"])
