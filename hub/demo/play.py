"""The demonstration itself: notices in through the adapter, out to simulated recipients, receipts back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer

from adapters.bridge.formats import Raised, configured
from adapters.bridge.ids import uuid7
from adapters.bridge.parts import open_bridge
from adapters.bridge.push import push
from adapters.police.translate import translate
from hub.demo import people
from hub.demo.scenes import BECAUSE, RETRACTION, REVIEW, REVIEWER, SCENES, STARTS_AT, TWIN, Scene
from hub.demo.stage import Stage, furnished, until
from hub.facts.act import act, typed
from hub.facts.errors import Unavailable
from hub.facts.terms import Answer
from hub.kafka.topics import concern_topic
from hub.people.desk import Desk
from hub.people.operating.dead_letters import list_dead_letters
from hub.people.story import tell, tell_of_dead
from hub.processes import start_console, start_dispatching, start_routing
from hub.serving.supervisor import Supervisor
from hub.wire.sealed import seal

_WAIT_S = 30.0
Say = Callable[[str], None]


@dataclass(slots=True)
class Played:
    """One scene, and the event that it made."""

    scene: Scene
    event_id: UUID
    story: dict[str, Any] = field(default_factory=dict)
    resumed: bool = False
    """A reviewer answered, so that it is to be decided anew."""


async def play(stage: Stage, say: Say, *, after: Callable[[list[Played]], Any]) -> list[Played]:
    """Run the hub's processes in this one, play every scene, and hand the stories to `after` while all still runs."""
    async with AsyncExitStack() as stack:
        doors = stack.enter_context(ExitStack())
        running = await stack.enter_async_context(Supervisor())
        checks = start_routing(stage.parts, running, doors)  # its consumer groups take seconds to form
        await asyncio.gather(asyncio.to_thread(doors.enter_context, furnished(stage)), asyncio.to_thread(_warm_up))
        checks |= start_dispatching(stage.parts, running)
        start_console(stage.parts, checks, running, doors)
        if not await until(partial(_schools_answer, stage), seconds=_WAIT_S):
            raise Unavailable("A part of the demonstration did not start: run it again.")
        played = [await _send(stage, scene, say) for scene in SCENES]
        await _settle(stage, played)
        if not stage.kept:
            say(REVIEW)
            await asyncio.to_thread(_review, stage, next(one for one in played if one.scene is TWIN))
        say(RETRACTION.title)
        played.append(await _send(stage, RETRACTION, lambda _: None))
        await _settle(stage, played)
        await after(played)
    return played


def _warm_up() -> None:
    """Read each record once beforehand: what FHIR is read by takes a second to load, and here others are waited for."""
    for scene in SCENES:
        configured(scene.adapter).translate(
            scene.path.read_bytes(), source=scene.source, received_at=STARTS_AT, new_id=lambda: UUID(int=0)
        )


async def _send(stage: Stage, scene: Scene, say: Say) -> Played:
    say(scene.title)
    if scene.tampered:
        return Played(scene, await _tamper(stage, scene))
    pushed = await asyncio.to_thread(_push, stage, scene)
    return Played(scene, pushed)


def _push(stage: Stage, scene: Scene) -> UUID:
    with open_bridge(stage.settings, scene.adapter, scene.source, clock=stage.parts.clock) as bridge:
        (pushed,) = push(bridge, [str(scene.path)], seconds=_WAIT_S)
    if pushed.event_id is None:
        raise Unavailable("A sample notice was not accepted: " + " ".join(pushed.faults))
    return pushed.event_id


async def _tamper(stage: Stage, scene: Scene) -> UUID:
    """Sealed and signed as the adapter does, then raised to another tier behind the source's back."""
    with open_bridge(stage.settings, "police", scene.source, clock=stage.parts.clock) as bridge:
        now = stage.parts.clock()
        (read,) = translate(
            scene.path.read_bytes(), source=scene.source, received_at=now, new_id=lambda: uuid7(now, os.urandom)
        )
        assert isinstance(read, Raised)  # a shipped sample
        concern = read.concern
        key, value = seal(concern, stage.parts.schemas, bridge.keys())
    schemas = stage.parts.schemas
    record = schemas.decode("SealedConcern", value)
    header = schemas.decode("ConcernHeader", record["header"])
    record["header"] = schemas.encode("ConcernHeader", header | {"sequence": header["sequence"] + 1})
    producer = AIOKafkaProducer(bootstrap_servers=stage.settings.kafka())
    await producer.start()
    await producer.send_and_wait(concern_topic(concern.tier), value=schemas.encode("SealedConcern", record), key=key)
    await producer.stop()
    return concern.event_id


def _review(stage: Stage, twin: Played) -> None:
    """The reviewer sees both twins beside the notice, and goes by the forename."""
    task_id = next(review["task_id"] for review in twin.story["reviews"] if review["cause"] == "match")
    looking = act(typed(REVIEWER), BECAUSE, stage.parts.clock())
    with stage.parts.desk() as desk:
        reviewing = stage.parts.reviewing(desk)
        proposed = reviewing.side_by_side(task_id, looking)
        named = [one for one in proposed if all(not f.differs for f in one.fields if f.name == "given_names")]
        reviewing.answer(task_id, Answer.MATCH, [named[0].subject_id], looking)
    twin.resumed = True


async def _settle(stage: Stage, played: list[Played]) -> None:
    """Wait until every event is decided, delivered and acknowledged as far as it will be."""

    async def settled() -> bool:
        await asyncio.to_thread(_read_stories, stage, played)
        return all(_is_settled(one, stage) for one in played)

    if not await until(settled, seconds=_WAIT_S):
        raise Unavailable("The demonstration did not come to its end in time: run it again.")


def _is_settled(one: Played, stage: Stage) -> bool:
    """Decided, and every delivery opened (and acted on, where there was something to act on), or left to a person."""
    left = {people.SILENT, people.GONE} if stage.kept else set[str]()
    if not one.story or (one.resumed and not one.story["revisions"]):
        return False
    wanted = {"disclose": "acted", "supplement": "acted", "recall": "opened", "correct": "opened", "notify": "opened"}
    return all(
        delivery["status"] == "cancelled"
        or wanted[delivery["purpose"]] in {receipt["layer"] for receipt in delivery["receipts"]}
        or delivery["channel"] == "inbox"
        or (delivery["recipient"] in left and delivery["status"] != "pending")
        for delivery in one.story["deliveries"]
    )


def _read_stories(stage: Stage, played: list[Played]) -> None:
    with stage.parts.desk() as desk:
        for one in played:
            one.story = tell(desk, one.event_id) or (_buried(desk, one) if one.scene.tampered else {})


def _buried(desk: Desk, one: Played) -> dict[str, Any]:
    """The tampered record's story: its dead letter. Nothing in it is proved, so it names no event."""
    found = list_dead_letters(desk, None, 1)
    told = ("dead_letter_id", "reason", "owner", "owner_role", "status")
    if not found:
        return {}
    dead = {name: found[0][name] for name in told}
    return tell_of_dead(one.event_id, one.scene.source, "urgent", dead) | {"kind": "concern.raised"}


async def _schools_answer(stage: Stage) -> bool:
    try:
        await stage.seen()
    except OSError:
        return False
    return True
