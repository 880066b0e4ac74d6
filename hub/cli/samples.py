"""`hub samples`: sample organisations made ready to try the hub at one's desk."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from hub.cli.output import stop
from hub.demo.samples import prepare
from hub.facts.clock import utc_now
from hub.facts.shipped import shipped
from hub.settings import read_settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def samples(folder: Path) -> None:
    """Copy the shipped rules to FOLDER, make every organisation's keys, and sign every ISP for every party.

    One machine plays all parties: for trying the hub out, never for real children. Set HUB_RULES to FOLDER afterwards.
    """
    if folder.exists() and any(folder.iterdir()):
        stop(f"{folder} is not empty: name a new folder, so that no rules of yours are written over.")
    shutil.copytree(shipped("routing_rules"), folder, dirs_exist_ok=True)
    settings = read_settings().model_copy(update={"rules": folder})
    prepare(settings, at=utc_now())
    click.echo(f"Rules, keys and sign-offs are ready. Go on with: export HUB_RULES={folder}")
