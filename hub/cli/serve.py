"""`hub serve`, `hub router`, `hub dispatcher` and `hub console`: long-running, ready on /readyz."""

from __future__ import annotations

import asyncio
import sys

import click

from hub.bootstrap.parts import Parts
from hub.log import configure
from hub.processes import run
from hub.settings import read_settings


def _run(*, router: bool = False, dispatcher: bool = False, console: bool = False) -> None:
    settings = read_settings()
    configure(settings.log_level)
    parts = Parts(settings)
    if sys.platform == "linux":
        import uvloop  # noqa: PLC0415 - a dependency on Linux alone

        uvloop.run(run(parts, router=router, dispatcher=dispatcher, console=console))
    else:
        asyncio.run(run(parts, router=router, dispatcher=dispatcher, console=console))


@click.command()
def serve() -> None:
    """Run router, dispatcher and console in one process, until SIGTERM."""
    _run(router=True, dispatcher=True, console=True)


@click.command()
def router() -> None:
    """Decide concerns from Kafka, until SIGTERM. Several may run; they share the partitions."""
    _run(router=True)


@click.command()
def dispatcher() -> None:
    """Deliver what is due, until SIGTERM. Several may run on the same database."""
    _run(dispatcher=True)


@click.command()
def console() -> None:
    """Serve the HTTP API of inbox and receipts, until SIGTERM."""
    _run(console=True)
