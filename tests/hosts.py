"""Hosts of one hub, each on rules of its own: what a router and a dispatcher there do, when a test says so."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hub import metrics
from hub.bootstrap.parts import Parts
from hub.demo.samples import sign_everything
from hub.facts.model import Concern
from hub.routing.kept_rules import RulesInUse, take_into_use
from hub.settings import Settings
from hub.store.connecting import connect_async
from tests.town import NOW, Town, rules_of

VERSION = "version: 3\n"


def amended(prepared: Settings, folder: Path, *changes: tuple[str, str], version: int = 4) -> Settings:
    """The same hub's rules with a later version of the agreement by which schools hear, changed so, signed by all."""
    rules = folder / "routing_rules"
    shutil.copytree(prepared.rules, rules)
    isp = rules / "isps" / "police-school-domestic-abuse.yaml"
    text = isp.read_text(encoding="utf-8")
    for old, new in ((VERSION, f"version: {version}\n"), *changes):
        assert old in text
        text = text.replace(old, new)
    isp.write_text(text, encoding="utf-8")
    settings = prepared.model_copy(update={"rules": rules})
    sign_everything(settings, at=NOW)
    return settings


async def dispatch(parts: Parts, until: Callable[[], bool], seconds: float) -> None:
    """A dispatcher of these parts runs until that is so, or for so many seconds."""
    stop = asyncio.Event()
    running = asyncio.create_task(parts.dispatcher().run(stop))
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(until):
                await asyncio.sleep(0.05)
    stop.set()
    await running


@dataclass
class Host:
    """Router and dispatcher of one host, each restarted when a test says so."""

    parts: Parts
    town: Town
    closing: list[Callable[[], None]] = field(default_factory=list)

    def start(self) -> None:
        """A process of it starts, and takes its rules into use."""
        with self.parts.connect() as connection:
            take_into_use(connection, self.parts.rules.version)

    def route(self, *concerns: Concern) -> None:
        router = self.parts.router()
        self.closing.append(router.close)
        router.process([self.town.record(*self.town.sealed(one), tier=one.tier) for one in concerns])

    def decide_anew(self) -> int:
        """How many events its router decides anew; what it leaves alone stays."""
        loop = self.parts.anew_loop()
        self.closing.append(loop.close)
        count = 0
        while loop.once():
            count += 1
        return count

    def open_texts(self) -> None:
        """Its router does whatever reviewers asked of texts; what it leaves alone stays."""
        loop = self.parts.text_loop()
        self.closing.append(loop.close)
        while loop.once():
            pass

    async def deliver(self, *, until: Callable[[], bool] = lambda: False, seconds: float = 20.0) -> None:
        """Its dispatcher runs until that is so, or for so many seconds."""
        self.town.change("update delivery set channel = 'inbox' where status = 'pending'")
        await dispatch(self.parts, until, seconds)

    async def behind(self) -> bool:
        """Whether it says that others run on newer rules."""
        rules = RulesInUse(self.parts.rules.version)
        async with await connect_async(self.parts.database_url, "test") as connection:
            await rules.look(connection)
        assert bool(metrics.RULES_BEHIND._value.get()) == bool(rules.warnings()) == rules.behind
        return rules.behind


def parts_of(town: Town, settings: Settings) -> Parts:
    """Of a host on the town's database."""
    parts = Parts(settings.model_copy(update={"database_url": town.settings.database_url}))
    parts.rules = rules_of(settings.rules)
    return parts


def a_host(town: Town, settings: Settings) -> Iterator[Host]:
    """One that gives its connections back in the end."""
    host = Host(parts_of(town, settings), town)
    yield host
    for close in host.closing:
        close()
