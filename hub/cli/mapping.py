"""`hub adapter mapping`: propose how an export is read, and try it, sending nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from adapters.bridge.formats import MAX_NATIVE
from adapters.table.compiling import compile_mapping
from adapters.table.proposing.proposal import propose
from adapters.table.proposing.sampling import sample_of
from adapters.table.reading import read
from adapters.table.sheets.rows import FileFault
from adapters.table.trying import tried
from hub.cli.output import document, stop
from hub.facts.clock import utc_now
from hub.written.document import MAX_BYTES
from hub.written.findings import Finding

_TRIED_BY = "police.trial"
"""Stands for the source where nothing is sent."""
_NOBODY = UUID(int=0)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPEN = "Show what the file says of people, on your screen alone."


@click.group()
def mapping() -> None:
    """Say what the columns of an export mean, and see what it would raise."""


@mapping.command()
@click.argument("file", type=_FILE)
@click.option(
    "--format", "kind", type=click.Choice(["csv", "fixed", "xlsx"]), help="Of the file, where it does not show."
)
@click.option(
    "--heading", type=click.IntRange(1, 1_000), help="Row on which the headings stand; the first, if left out."
)
@click.option("--name", help="Of the mapping; the file's, if left out.")
@click.option("--open", "opened", is_flag=True, help="Write out the codes that stand in the file.")
def new(file: Path, kind: str | None, heading: int | None, name: str | None, *, opened: bool) -> None:
    """Propose a mapping for FILE by its headings.

    Prints YAML with a gap (???) wherever only a person can know; on stderr, which columns have nowhere to go.
    """
    try:
        sample = sample_of(_content(file, MAX_NATIVE), kind, heading)
    except FileFault as fault:
        stop("\n".join(fault.args))
    proposal = propose(name or _name(file), sample, opened=opened)
    click.echo(proposal.text, nl=False)
    if proposal.nowhere:
        columns = ", ".join(proposal.nowhere)
        click.echo(f"Nowhere to go ({len(proposal.nowhere)} columns): {columns}.", err=True)


@mapping.command(name="try")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, required=True, help="The mapping file.")
@click.option("--open", "opened", is_flag=True, help=_OPEN)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def try_(file: Path, mapping_file: Path, *, opened: bool, as_json: bool) -> None:
    """Show incident by incident what FILE would raise by a mapping. Sends nothing, and needs no hub.

    Ends with status 0 only if the mapping is sound and nothing of the file would be refused.
    """
    made = compile_mapping(str(mapping_file), _content(mapping_file, MAX_BYTES))
    if isinstance(made, tuple):
        _tell_findings(made, as_json=as_json)
        stop(f"The mapping cannot be used: {len(made)} of its entries are at fault.")
    now = utc_now()
    found = read(_content(file, MAX_NATIVE), made, source=_TRIED_BY, received_at=now, new_id=lambda: _NOBODY)
    entries = tried(found, now, opened=opened)
    if as_json:
        document({"mapping": made.name, "findings": [], "incidents": entries})
    else:
        _tell(entries)
    refused = sum(not one["raised"] for one in entries)
    if refused:
        stop(f"{refused} of {len(entries)} would be refused: the faults are listed. Nothing was sent.")


def _content(file: Path, most: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(most + 1)


def _name(file: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._")[:80] or "export"


def _tell_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        document({"mapping": None, "findings": [one.as_json() for one in findings], "incidents": []})
    else:
        for one in findings:
            click.echo(str(one))


def _tell(entries: Sequence[dict[str, Any]]) -> None:
    for one in entries:
        click.echo(f"{one['where']}: {_headline(one) if one['raised'] else 'refused'}")
        for text in one.get("faults", ()):
            click.echo(f"  {text}")
        if one["raised"]:
            _tell_raised(one)
    raised = [one for one in entries if one["raised"]]
    click.echo(f"{len(raised)} of {len(entries)} would be raised. Nothing was sent.")


def _headline(one: dict[str, Any]) -> str:
    children = f"{one['children']} {'child' if one['children'] == 1 else 'children'}"
    words = (one["kind"], f"version {one['sequence']}", one["tier"], one["category"], children)
    return ", ".join((*words, *([one["likely"]] if one["likely"] else [])))


def _tell_raised(one: dict[str, Any]) -> None:
    for name in ("people", "items", "caveats", "left_out"):
        if one[name]:
            between = "; " if name == "left_out" else ", "
            click.echo(f"  {name.replace('_', ' ')}: {between.join(one[name])}")
    if "reference" in one:
        click.echo(f"  reference: {one['reference']}")
        for key, identity in one["subjects"].items():
            click.echo(f"  child {key}: {identity}")
        for person in one["persons"]:
            click.echo(f"  {person['role']}: {person}")
        for part in one["content"]:
            click.echo(f"  {part['item']} of {', '.join(part['subjects'])}: {part['value']}")
