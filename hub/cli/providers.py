"""`hub providers`: identity providers by which people sign in, and whether their files can be used."""

from __future__ import annotations

from pathlib import Path

import click

from hub.cli.output import document, stop
from hub.people.entering.providers import read_providers
from hub.settings import read_settings
from hub.sharing import load_rules


@click.group()
def providers() -> None:
    """Identity providers by which people sign in."""


@providers.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(folder: Path | None, *, as_json: bool) -> None:
    """Check the files of providers in FOLDER, or in HUB_PROVIDERS, and say of each mistake where it stands.

    Asks no provider: that it answers, and what it says of people, shows when the first one signs in.
    """
    settings = read_settings()
    looked_at = folder or settings.providers
    if looked_at is None or not looked_at.is_dir():
        stop("Name a folder of providers' files, or set HUB_PROVIDERS to one.")
    rules = load_rules(settings.rules)
    found, findings = read_providers(looked_at, rules.organisations, settings.provider_networks)
    if as_json:
        document({"providers": sorted(found), "findings": [one.as_json() for one in findings]})
    else:
        for one in findings:
            click.echo(str(one))
    if findings:
        stop(f"{len(findings)} mistakes: the console does not start with these files.")
    if not as_json:
        click.echo(f"{len(found)} providers, without a mistake: {', '.join(sorted(found)) or 'none'}.")
