"""The long-running processes: router, dispatcher, console, or all in one; ready on /readyz, ended by SIGTERM.

Each is made of parts that run until they are told to stop (`hub/serving/supervisor.py`); a part that ends by itself
ends its process. Parts are asked whether they work, on /readyz, by their checks.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from typing import Any

import psycopg
from fastapi import FastAPI

from hub.bootstrap.entering import console_tls
from hub.bootstrap.pages import make_front
from hub.bootstrap.parts import Parts
from hub.bootstrap.raising import PageRaising
from hub.console.app import make_app
from hub.console.health import Check, health_app
from hub.facts.clock import local_day
from hub.facts.errors import Unavailable, UserError
from hub.facts.terms import Tier
from hub.kafka.connection import Kafka
from hub.kafka.progress import Progress
from hub.kafka.relay import Relay
from hub.kafka.subscriber import Subscriber
from hub.log import fault, logger
from hub.people.entering.ways import SENTENCES
from hub.people.raising.handing import Raising
from hub.serving.addresses import listening, parse_address
from hub.serving.memory import settle_memory
from hub.serving.server import Limits, serve
from hub.serving.supervisor import PartEnded, Supervisor, pause
from hub.settings import DEFAULT_WATCH_ADDRESS
from hub.store.connecting import Work, answers, connect_async

LOOK_S = 5.0
"""Between looks at what the database says of its clock, and of rules."""
LOOK_ANSWER_S = 5.0
RAISING_STOP_S = 8.0
DISPATCHER_STOP_S = 25.0
"""Attempts in hand have twenty seconds, and what they came to is then written."""
ROUTER_STOP_S = 5.0
"""A batch under way is over in one; else it is another router's."""
CONSOLE, WATCH = "HUB_CONSOLE_ADDRESS", "HUB_WATCH_ADDRESS"


async def run(parts: Parts, *, router: bool, dispatcher: bool, console: bool) -> None:
    """Run the wanted parts until SIGTERM or SIGINT; raises HubError at once where something is missing."""
    parts.check_ready(router=router, dispatcher=dispatcher)
    checks: dict[str, Check] = {"postgresql": partial(answers, parts.database_url)}
    running = Supervisor(own_process=True)
    running.obey_signals()
    try:
        async with AsyncExitStack() as stack:
            doors = stack.enter_context(ExitStack())
            await stack.enter_async_context(running)
            running.start("look at the database", partial(_look, parts, by_rules=router or dispatcher))
            if router:
                checks |= start_routing(parts, running, doors)
            if dispatcher:
                checks |= start_dispatching(parts, running)
            if console:
                start_console(parts, checks, running, doors)
            _start_watch(parts, checks, running, doors, beside_console=console)
            settle_memory()
            logger().info("ready", process=_name(router=router, dispatcher=dispatcher, console=console))
            await running.until_stopped()
    except PartEnded as error:
        logger().error("part_ended", fault=fault(error))
        raise
    finally:
        for part in running.late:
            logger().warning("part_failed", part=part, fault="it did not stop in time")
    logger().info("stopped")


def start_routing(parts: Parts, running: Supervisor, doors: ExitStack) -> dict[str, Check]:
    """Every tier's subscriber, the relay and what decides anew; their checks. Connections are closed with `doors`."""
    kafka = Kafka.of(parts.settings)
    subscribers = []
    for tier in Tier:
        router = parts.router()
        doors.callback(router.close)
        subscribers.append(Subscriber(kafka, tier, router, parts.settings.batch))
        running.start(f"subscriber of {tier} concerns", subscribers[-1].run, grace=ROUTER_STOP_S)
    progress = Progress(kafka, clock=lambda: parts.clock().timestamp())
    running.start("look at progress", progress.run, grace=ROUTER_STOP_S)
    anew_loop = parts.anew_loop()
    doors.callback(anew_loop.close)
    running.start("relay", Relay(kafka, parts.database_url).run, grace=ROUTER_STOP_S)
    running.start("anew loop", anew_loop.run, grace=ROUTER_STOP_S)
    text_loop = parts.text_loop()
    doors.callback(text_loop.close)
    running.start("text loop", text_loop.run, grace=ROUTER_STOP_S)
    return {
        "kafka": partial(_all_answer, subscribers),
        "router": partial(_decide, subscribers),
        "outbox": partial(running.runs, "relay"),
        "anew": partial(running.runs, "anew loop"),
        "texts": partial(running.runs, "text loop"),
        "progress": progress.moves,
    }


def start_dispatching(parts: Parts, running: Supervisor) -> dict[str, Check]:
    """The dispatcher, and its check; what is in hand when it is told to stop is finished."""
    dispatcher = parts.dispatcher()
    running.start("dispatcher", dispatcher.run, grace=DISPATCHER_STOP_S)
    return {"dispatcher": dispatcher.ready}


def start_console(parts: Parts, checks: Mapping[str, Check], running: Supervisor, doors: ExitStack) -> None:
    """The console at its address."""
    limits, tls = Limits(per_address=parts.settings.connections_per_address), console_tls(parts.settings)
    raising = PageRaising(parts) if parts.settings.kafka_bootstrap else None
    if raising is not None:
        running.start("raising on pages", raising.hosted.run, grace=RAISING_STOP_S)
    app = _console_app(parts, checks, raising)
    _start_server(app, parts.settings.console_address, CONSOLE, limits, running, doors, tls=tls)


def _console_app(parts: Parts, checks: Mapping[str, Check], raising: Raising | None) -> FastAPI:
    """The HTTP API and the pages over this process's parts."""
    recipients = parts.recipients()
    front = make_front(parts, recipients, raising)
    shut = [SENTENCES[front.ways.shut]] if front.ways.shut else []
    return make_app(recipients, parts.keys, parts.signing_keys, checks, lambda: [*parts.warnings(), *shut], front=front)


def _start_server(
    app: Any,
    address: str,
    setting: str,
    limits: Limits,
    running: Supervisor,
    doors: ExitStack,
    *,
    tls: ssl.SSLContext | None = None,
) -> None:
    """An HTTP server at `host:port`; raises UserError, naming the setting, where the address cannot be had."""
    door = doors.enter_context(listening(parse_address(address, setting), setting))
    running.start(f"server at {address}", partial(serve, app, door, limits=limits, tls=tls), grace=limits.end_s + 1)


def _start_watch(
    parts: Parts, checks: Mapping[str, Check], running: Supervisor, doors: ExitStack, *, beside_console: bool
) -> None:
    """/livez, /readyz and /metrics behind a door of their own, which no flood at the console's shuts.

    The console answers them too. So where it is the console's own address, or nobody chose one and the usual one is
    another process's, the console's are enough.
    """
    settings = parts.settings
    address = settings.watch_address or DEFAULT_WATCH_ADDRESS
    if beside_console and address == settings.console_address:
        return
    try:
        _start_server(health_app(checks, parts.warnings), address, WATCH, Limits(), running, doors)
    except UserError:
        if not beside_console or settings.watch_address:
            raise
        logger().warning("watch_address_taken", address=address)


async def _look(parts: Parts, stop: asyncio.Event, *, by_rules: bool) -> None:
    """Ask the database for its time again and again, and for the rules of others; while it is away, all counts on."""
    while not stop.is_set():
        try:
            async with await connect_async(parts.database_url, "hub-look", work=Work.LOOK) as connection:
                while not stop.is_set():
                    async with asyncio.timeout(LOOK_ANSWER_S):
                        await parts.database_clock.ask(connection)
                        await parts.lapsed.look(connection, local_day(parts.clock()))
                        if by_rules:
                            await parts.rules_in_use.look(connection)
                    await pause(stop, LOOK_S)
        except (Unavailable, psycopg.Error, OSError) as error:
            logger().warning("look_waits", fault=fault(error))
            await pause(stop, LOOK_S)


async def _all_answer(subscribers: list[Subscriber]) -> bool:
    for subscriber in subscribers:
        if not await subscriber.answers():
            return False
    return True


async def _decide(subscribers: list[Subscriber]) -> bool:
    return not any(subscriber.faults for subscriber in subscribers)


def _name(**wanted: bool) -> str:
    return "serve" if all(wanted.values()) else " and ".join(name for name, is_wanted in wanted.items() if is_wanted)
