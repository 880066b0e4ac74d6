"""`hub adapter caller`: who may post to the adapter of an agency."""

from __future__ import annotations

import os
from pathlib import Path

import click

from adapters.bridge.doors import callers
from adapters.bridge.wiring import organisation_id
from hub.cli.output import document, table
from hub.facts.clock import utc_now
from hub.settings import read_settings

_SOURCE = click.option("--source", required=True, help="The agency's organisation id, such as police.caledon.")


@click.group()
def caller() -> None:
    """Who may post to the adapter of an agency."""


@caller.command()
@click.argument("name")
@_SOURCE
@click.option("--role", type=click.Choice(callers.ROLES), default=callers.SYSTEM, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def add(name: str, source: str, role: str, *, as_json: bool) -> None:
    """Add the caller NAME and print its secret, once."""
    secret = callers.add(_folder(source), name, role, now=utc_now(), random_bytes=os.urandom)
    if as_json:
        document({"name": name, "source": source, "role": role, "secret": secret})
    else:
        click.echo(f"This secret is shown once; send it as `Authorization: Bearer <secret>`:\n{secret}")


@caller.command(name="list")
@_SOURCE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_callers(source: str, *, as_json: bool) -> None:
    """List an agency's callers; never their secrets."""
    found = [{"name": one.name, "role": one.role, "added_at": one.added_at} for one in callers.read(_folder(source))]
    if as_json:
        document(found)
    else:
        table("Callers", ["name", "role", "added at"], [list(one.values()) for one in found],
              empty="Nobody may post yet: run `hub adapter caller add`.")  # fmt: skip


@caller.command()
@click.argument("name")
@_SOURCE
def remove(name: str, source: str) -> None:
    """Remove the caller NAME; its secret is worth nothing from now on."""
    callers.remove(_folder(source), name)
    click.echo(f"Removed {name}.")


def _folder(source: str) -> Path:
    return read_settings().home / "agencies" / organisation_id(source)
