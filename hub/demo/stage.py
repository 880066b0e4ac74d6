"""The demonstration's stage: embedded PostgreSQL, an in-memory Kafka, sample keys and rules, simulated recipients.

The in-memory broker is librdkafka's, and speaks the real protocol; one member a group, nothing survives. It is for the
demonstration alone.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
from confluent_kafka import Producer

from hub.bootstrap.parts import Parts
from hub.demo import people, scenes
from hub.demo.samples import prepare
from hub.facts.act import act, typed
from hub.facts.shipped import shipped
from hub.facts.terms import Tier
from hub.facts.webhook_address import read_networks
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.roll import open_roll
from hub.matching.rolls.row import usual_relationship
from hub.people.callers import TokenChecks, new_api_key
from hub.settings import Settings
from hub.store.clock import set_clock
from hub.store.embedded import database_url
from hub.store.migrate import upgrade

_WEBHOOK, _RETRIES = re.compile(r"url: https://[^,}]+"), re.compile(r"retry: \[.*\]")
_INBOX = "  - inbox: {}\n"
FIRST_RETRIES = "[PT1S, PT2S, PT5S, PT1M]"
"""Shorter than the shipped ones, so that the school that is down at first is seen to come back."""


@dataclass(slots=True)
class Stage:
    """Everything that stands ready before the first notice."""

    settings: Settings
    parts: Parts
    broker: Producer
    schools_port: int
    console_port: int
    kept: bool = False
    """It stays up for people: some things are left for them to do."""

    async def seen(self) -> dict[str, Any]:
        """What each simulated recipient was shown, by item name."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.schools_port}/seen") as got:
            found: dict[str, Any] = await got.json()
            return found


def set_up(home: Path, *, kept: bool = False) -> Stage:
    """Rules, keys, broker and database server in an empty folder; nothing is in the database yet."""
    schools_port, console_port = _free_port(), _free_port()
    _copy_rules(home / "routing_rules", schools_port, without_inbox=[people.GONE] if kept else [])
    broker = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    settings = Settings(
        home=home,
        rules=home / "routing_rules",
        kafka_bootstrap=_bootstrap(broker),
        console_address=f"127.0.0.1:{console_port}",
        public_url=f"http://localhost:{console_port}",
        webhook_networks=read_networks("127.0.0.0/8"),
    )
    with ThreadPoolExecutor() as pool:  # the database server starts while the keys are made
        url = pool.submit(database_url, settings)
        prepare(settings, at=scenes.STARTS_AT, hosted=[people.HOSTED] if kept else [])
    parts = Parts(settings.model_copy(update={"database_url": url.result()}))
    return Stage(parts.settings, parts, broker, schools_port, console_port, kept)


@contextmanager
def furnished(stage: Stage) -> Iterator[None]:
    """Tables, rolls and API keys in the database, and the simulated recipients running, while the context lasts.

    The hub's clock begins on a Saturday night, and runs on in real time.
    """
    upgrade(stage.parts.database_url)
    with stage.parts.connect() as connection:
        set_clock(connection, scenes.STARTS_AT)
    stage.parts.database_clock.ask_again()  # the router runs already, and may have asked before it was set
    _fill_register(stage.parts)
    with _start_schools(stage) as schools:
        try:
            yield
        finally:
            schools.terminate()


def _bootstrap(broker: Producer) -> str:
    """The in-memory broker's address; its topics appear when first asked for."""
    found = [broker.list_topics(f"concern.{tier}", timeout=10) for tier in Tier]
    address = next(iter(found[0].brokers.values()))
    return f"{address.host}:{address.port}"


def _copy_rules(folder: Path, schools_port: int, without_inbox: Collection[str]) -> None:
    """The shipped rules, with every webhook pointed at the simulated recipients and the first retries shortened."""
    shutil.copytree(shipped("routing_rules"), folder)
    for path in (folder / "organisations").glob("*.yaml"):
        here = f"url: http://127.0.0.1:{schools_port}/{path.stem}"
        text = _WEBHOOK.sub(here, path.read_text(encoding="utf-8"))
        path.write_text(text.replace(_INBOX, "") if path.stem in without_inbox else text, encoding="utf-8")
    tiers = folder / "tiers.yaml"
    tiers.write_text(_RETRIES.sub(f"retry: {FIRST_RETRIES}", tiers.read_text(encoding="utf-8")), encoding="utf-8")


def _fill_register(parts: Parts) -> None:
    for organisation, path in scenes.rolls():
        usual = usual_relationship(parts.rules.organisations[organisation].kinds)
        with parts.connect() as connection:
            for _ in import_rows(
                connection, parts.register, open_roll(path).rows(organisation, usual, parts.clock().date())
            ):
                pass


def _start_schools(stage: Stage) -> subprocess.Popen[bytes]:
    """The simulated recipients, in a process of their own with their own keys."""
    recipients: dict[str, Any] = {}
    checks = TokenChecks(stage.parts.keys)
    makes = act(typed("The demonstration"), "a simulated recipient's system", stage.parts.clock())
    with stage.parts.desk() as desk:
        for name, organisation in stage.parts.rules.organisations.items():
            if not any(channel.webhook for channel in organisation.channels):
                continue
            keys = FileKeys(stage.settings.agency_keys(name))
            key_id = keys.current(name, Use.RECEIVE)
            roles = {*organisation.holders, *([organisation.duty_desk.role] if organisation.duty_desk else [])}
            api = {role: new_api_key(desk, name, role, makes, checks)[1] for role in sorted(roles)}
            recipients[name] = {
                "key_id": key_id,
                "private": base64.b64encode(keys.private_raw(key_id)).decode(),
                "secrets": api,
                "failing": scenes.FAILING_CALLS if name == scenes.DOWN_AT_FIRST else 0,
                "silent": stage.kept and name == people.SILENT,
                "gone": int(stage.kept and name == people.GONE),
            }
    webhook = stage.parts.keys.public(stage.parts.keys.current("hub", Use.WEBHOOK)).raw
    config = stage.settings.home / "schools.json"
    config.write_text(
        json.dumps(
            {
                "port": stage.schools_port,
                "hub_url": f"http://{stage.settings.console_address}",
                "webhook_key": base64.b64encode(webhook).decode(),
                "recipients": recipients,
            }
        )
    )
    config.chmod(0o600)
    return subprocess.Popen([sys.executable, "-m", "hub.demo.schools", str(config)], stdin=subprocess.PIPE)


async def until(condition: Any, *, seconds: float) -> bool:
    """Wait until the condition (a coroutine function) holds; False where time ran out."""
    end = monotonic() + seconds
    while monotonic() < end:
        if await condition():
            return True
        await asyncio.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port
