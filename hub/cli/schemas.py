"""`hub schemas`: compatibility of every version, and the catalogue of data items that ISPs speak of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from hub.cli.output import document, stop
from hub.facts.items import FILE
from hub.settings import read_settings
from hub.wire.compatibility import incompatibilities
from hub.wire.schemas import Schemas, catalogue, load_schemas


@click.group()
def schemas() -> None:
    """The Avro schemas."""


@schemas.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(*, as_json: bool) -> None:
    """Every version reads every other of its schema, and the catalogue is the one the tags make."""
    folder = read_settings().schemas
    loaded = load_schemas(folder)
    faults = incompatibilities(loaded)
    if _read(folder) != _catalogue_document(loaded):
        faults.append(f"{FILE} is not what the tags make: run `hub schemas catalogue`.")
    if as_json:
        document({"ok": not faults, "versions": len(loaded.versions), "faults": faults})
    if faults:
        stop("The schemas have faults: " + " ".join(f"{fault}" for fault in faults))
    if not as_json:
        click.echo(
            f"{len(loaded.versions)} schema versions, FULL_TRANSITIVE compatible; {len(catalogue(loaded))} data items."
        )


@schemas.command(name="catalogue")
def write_catalogue() -> None:
    """Write the catalogue of data items from the schemas' tags."""
    folder = read_settings().schemas
    text = json.dumps(_catalogue_document(load_schemas(folder)), indent=1) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")
    click.echo(f"Wrote {FILE}.")


def _catalogue_document(loaded: Schemas) -> list[dict[str, Any]]:
    return [item.as_json() for item in catalogue(loaded).values()]


def _read(folder: Path) -> object:
    path = folder / FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
