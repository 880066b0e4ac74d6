"""A concern whose narrative waits for a person, and that person's hands on it, for tests. By the public commands."""

from __future__ import annotations

import json
from typing import Any

from hub.facts.model import Concern
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.redaction import jwe
from tests.builders import ISLA, ConcernBuilder, a_concern
from tests.desk import Command
from tests.town import PRIMARY, Town

WHO = ("--by", "R. Viewer", "--reason", "the school must know of the move")
TEXT = "Mother has left. They are now at Flat 3, 40 Harbour Rise, Glenmore ZG2 8XY; he must not find out."
REVIEWS = Command("reviews")


def waiting(**changes: Any) -> ConcernBuilder:
    """A concern whose narrative tells an address."""
    voice = "She said she sat on the stairs."
    return a_concern(**changes).about(ISLA).saying("concern.summary", TEXT, "1").saying("child.voice", voice, "1")


def held_back(town: Town, concern: Concern | None = None) -> tuple[Concern, str]:
    """A concern that went to the school without its narrative, and the review about that."""
    sent = concern or waiting().made()
    town.send(sent)
    [task] = [review for review in town.story(sent)["reviews"] if review["cause"] == "text"]
    return sent, str(task["task_id"])


def read(town: Town, task: str) -> dict[str, Any]:
    """Asked for, opened by the router, and shown: the one text of a review."""
    REVIEWS.done("read", task, *WHO)
    town.open_texts()
    [text] = REVIEWS.done("show", task, "--open", *WHO)["texts"]
    return dict(text)


def answer(task: str, verdict: str, *more: object) -> dict[str, Any]:
    """The reviewer's word; what follows from it a router has yet to do."""
    return REVIEWS.done("decide", task, "--verdict", verdict, *more, *WHO)


def release(town: Town, task: str) -> None:
    """Read, and released."""
    read(town, task)
    answer(task, "release")


def supplements(town: Town, concern: Concern) -> list[dict[str, Any]]:
    """What followed."""
    return [one for one in town.story(concern)["deliveries"] if one["purpose"] == "supplement"]


def opened(town: Town, concern: Concern, organisation: str = PRIMARY) -> dict[str, Any]:
    """The supplement as the school's own system opens it."""
    [(body,)] = town.query(
        "select body from delivery where event_id = %s and recipient = %s and purpose = 'supplement'",
        concern.event_id,
        organisation,
    )
    keys = FileKeys(town.settings.agency_keys(organisation))
    key_id = keys.current(organisation, Use.RECEIVE)
    event = json.loads(body)
    assert event["type"] == "uk.concernhub.supplement.v1"
    found: dict[str, Any] = json.loads(jwe.unseal(event["data"], key_id, keys.private_raw(key_id)))
    return found
