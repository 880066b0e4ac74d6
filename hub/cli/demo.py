"""`hub demo`: the whole way on embedded parts, with sample agencies."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console

from hub.cli.output import document
from hub.demo import screen
from hub.demo.play import Played, play
from hub.demo.scenes import SCENES
from hub.demo.stage import Stage, set_up
from hub.log import configure
from hub.settings import read_settings

CONCERN = (
    "event_id",
    "source",
    "adapter",
    "kind",
    "tier",
    "category",
    "outcome",
    "subjects",
    "decisions",
    "deliveries",
    "reviews",
    "case",
    "history",
    "rules_version",
    "revisions",
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--keep", is_flag=True, help="Leave everything running, to look at and to push files of your own.")
def demo(*, as_json: bool, keep: bool) -> None:
    """Show the whole way: police notices in, each school told what it may hear, receipts back.

    Runs on embedded PostgreSQL and an in-memory broker; recipients are simulated. Nothing leaves this machine.
    """
    started = perf_counter()
    configure(os.environ.get("HUB_LOG_LEVEL", "critical"))
    console = Console(stderr=as_json, quiet=as_json)
    screen.opening(console)
    with _home(keep=keep) as home:
        stage = set_up(home)

        async def after(played: list[Played]) -> None:
            seconds = perf_counter() - started
            if as_json:
                document({"concerns": [_concern(one) for one in played], "seconds": round(seconds, 2)})
            else:
                screen.closing(console, played, await stage.seen(), seconds)
            if keep:
                await _keep(stage)

        asyncio.run(play(stage, lambda title: console.print(f"  ... {title}", style="dim"), after=after))


def _concern(one: Played) -> dict[str, object]:
    return {name: one.story.get(name) for name in CONCERN} | (
        {"dead_letter": one.story["dead_letter"]} if one.story.get("dead_letter") else {}
    )


@contextmanager
def _home(*, keep: bool) -> Iterator[Path]:
    """A new folder, gone afterwards. Kept runs have it under HUB_HOME, where the printed command finds it."""
    if not keep:
        with tempfile.TemporaryDirectory(prefix="hub-demo-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o711)  # the embedded server may run as a user of its own
            yield Path(folder)
        return
    kept = read_settings().home / "demo"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    yield kept


async def _keep(stage: Stage) -> None:
    """Print the addresses and one command, and wait for Ctrl-C."""
    settings = stage.settings
    environment = (
        f"HUB_HOME={settings.home} HUB_RULES={settings.rules} HUB_KAFKA_BOOTSTRAP={settings.kafka()} "
        f"HUB_DATABASE_URL='{settings.database_url}'"
    )
    click.echo(
        f"\nEverything runs on. API and its description: http://{settings.console_address}/docs\n"
        f"Readiness: http://{settings.console_address}/readyz   "
        f"Metrics: http://{settings.console_address}/metrics\n"
        f"What the simulated recipients saw: http://127.0.0.1:{stage.schools_port}/seen\n\n"
        f"Push a notice of your own (copy {SCENES[0].path}, change it, and give it another "
        f"notice_reference):\n\n  {environment} hub concern publish YOUR-NOTICE.json --adapter police "
        f"--source police.caledon\n\nThen tell its story with `hub concern show EVENT_ID` and the same "
        "settings. Ctrl-C ends the demonstration.",
        err=True,
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
