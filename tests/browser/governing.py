"""What IG officers, operators and auditors look at: made once in the scene."""

from __future__ import annotations

from urllib.parse import urlencode

from hub.facts.offices import Duty
from tests.browser.scene import Scene
from tests.builders import FINLAY, a_concern
from tests.pages import HeldPost
from tests.town import ACADEMY

POLICE = "police.caledon"
IG: HeldPost = (POLICE, Duty.IG_OFFICER)
OPERATOR: HeldPost = ("hub", Duty.OPERATOR)
AUDITOR: HeldPost = ("hub", Duty.AUDITOR)
AGREEMENT = "/agreements/ISP-POL-EDU-001@3"
HEARING = "/who-would-hear?" + urlencode(
    {
        "source": POLICE,
        "event": "concern.raised",
        "category": "domestic_abuse",
        "age": "8",
        "home_district": "ZG1",
        "organisation_1": ACADEMY,
        "relationship_1": "enrolled",
        "day": "2026-06-06",
        "time": "23:40",
    }
)


def a_held_one(scene: Scene) -> str:
    """A delivery to the academy, refused by its system; the page about it."""
    return f"/operations/deliveries/{_held(scene)['delivery']}"


def its_story(scene: Scene) -> str:
    """The page with the story of its event."""
    return f"/events/{_held(scene)['event']}"


def all_of_its_reason(scene: Scene) -> str:
    """The page that puts back what is held for its reason."""
    _held(scene)
    return "/operations/together/delivery/endpoint_refused"


def operations(scene: Scene) -> str:
    """Where something is in the way."""
    _held(scene)
    return "/operations"


def _held(scene: Scene) -> dict[str, str]:
    def make() -> dict[str, str]:
        concern = a_concern(reference="VPD-held").about(FINLAY).made()
        scene.town.send(concern)
        scene.town.change(
            "update delivery set status = 'held', reason = 'endpoint_refused' where event_id = %s", concern.event_id
        )
        [(delivery_id,)] = scene.town.query("select delivery_id from delivery where event_id = %s", concern.event_id)
        return {"event": str(concern.event_id), "delivery": str(delivery_id)}

    if "held" not in scene.kept:
        scene.kept["held"] = make()
    found: dict[str, str] = scene.kept["held"]
    return found
