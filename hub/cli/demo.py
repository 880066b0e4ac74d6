"""`hub demo`: the whole way on embedded parts, with sample agencies."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console

from hub.cli.output import document, stop
from hub.demo import screen
from hub.demo.people import seat
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
    """Show the whole way: what police, a school and a hospital worry about, told to whoever may hear it.

    Runs on embedded PostgreSQL and an in-memory broker; recipients are simulated. Nothing leaves this machine.
    """
    started = perf_counter()
    configure(os.environ.get("HUB_LOG_LEVEL", "critical"))
    console = Console(stderr=as_json, quiet=as_json)
    screen.opening(console)
    with _home(keep=keep) as home:
        stage = set_up(home, kept=keep)

        async def after(played: list[Played]) -> None:
            seconds = perf_counter() - started
            if as_json:
                document({"concerns": [_concern(one) for one in played], "seconds": round(seconds, 2)})
            else:
                names = {key: one.name for key, one in stage.parts.rules.organisations.items()}
                screen.closing(console, played, await stage.seen(), names, seconds)
            if keep:
                await _keep(stage)

        asyncio.run(play(stage, lambda title: console.print(f"  ... {title}", style="dim"), after=after))


def _concern(one: Played) -> dict[str, object]:
    return {name: one.story.get(name) for name in CONCERN} | (
        {"dead_letter": one.story["dead_letter"]} if one.story.get("dead_letter") else {}
    )


@contextmanager
def _home(*, keep: bool) -> Iterator[Path]:
    """A new folder, gone afterwards. Kept runs have it under HUB_HOME, one at a time, where the next one clears it."""
    if not keep:
        with tempfile.TemporaryDirectory(prefix="hub-demo-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o711)  # the embedded server may run as a user of its own
            yield Path(folder)
        return
    home = read_settings().home
    home.mkdir(parents=True, exist_ok=True)
    with (home / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop(
                f"Another `hub demo --keep` runs in {home}: end it with Ctrl-C first, or set HUB_HOME to a new folder."
            )
        kept = home / "demo"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        yield kept


async def _keep(stage: Stage) -> None:
    """Print a sign-in link for each person, the addresses and one command, and wait for Ctrl-C."""
    settings = stage.settings
    with stage.parts.desk() as desk:
        seated = seat(desk)
    click.echo("\nOpen one of these in a browser; each signs one person of the story in:\n", err=True)
    for player, path in seated:
        click.echo(f"{player.name}, {player.does}\n  {settings.public_url}{path}", err=True)
    given = {
        "HUB_HOME": settings.home,
        "HUB_RULES": settings.rules,
        "HUB_KAFKA_BOOTSTRAP": settings.kafka(),
        "HUB_DATABASE_URL": settings.database_url,
    }
    exports = "\n".join(f"  export {name}={shlex.quote(str(value))}" for name, value in given.items())
    click.echo(
        f"\nEverything runs on. API and its description: http://{settings.console_address}/docs\n"
        f"Readiness: http://{settings.console_address}/readyz\n"
        f"Metrics: http://{settings.console_address}/metrics\n"
        f"What the simulated recipients saw: http://127.0.0.1:{stage.schools_port}/seen\n\n"
        f"Push a notice of your own, from another terminal: copy {SCENES[0].path}, change it, give it another "
        f"notice_reference, and run\n\n{exports}\n"
        f"  {_command()} concern publish YOUR-NOTICE.json --adapter police --source police.caledon\n\n"
        f"Then tell its story with\n\n  {_command()} concern show EVENT_ID\n\nCtrl-C ends the demonstration.",
        err=True,
    )
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()


def _command() -> str:
    """How this very `hub` is called from a new terminal in the same folder."""
    called = Path(sys.argv[0])
    if called.name != "hub":
        called = Path(sys.executable).parent / "hub"
    with suppress(ValueError):
        called = called.absolute().relative_to(Path.cwd())
    return shlex.quote(str(called))
