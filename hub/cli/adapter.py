"""`hub adapter`: run an adapter beside an agency's system."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from adapters.bridge.formats import ADAPTERS, describe, find
from adapters.bridge.news.telling import catch_up, told
from adapters.bridge.parts import open_news, sources_here
from adapters.bridge.plan import Line, plan, read_plan
from adapters.bridge.run import WATCH, run_adapter
from hub.cli.ids import Id
from hub.cli.lazy import Later, LazyGroup
from hub.cli.output import document, stop, table
from hub.log import configure
from hub.serving.addresses import parse_address
from hub.settings import Settings, read_settings

NEWS_SECONDS = 10.0
_LATER = {
    "caller": Later("caller", "Who may post to the adapter of an agency."),
    "mapping": Later("mapping", "Say what the columns of an export mean, and see what it would raise."),
}


@click.group(cls=LazyGroup, later=_LATER)
def adapter() -> None:
    """Take native records from an agency's system and publish them, sealed and signed."""


@adapter.command()
@click.argument("name", required=False)
@click.option("--source", help="The agency's organisation id, such as police.caledon.")
@click.option("--drop", help="Folder that the agency's system puts files into.")
@click.option("--listen", help="Address for POST /v1/concerns, such as 127.0.0.1:8410.")
@click.option("--mllp", help="Address for HL7 messages over MLLP, such as 127.0.0.1:2575.")
@click.option("--mllp-certificate", help="File of a certificate (PEM): --mllp is under TLS.")
@click.option("--mllp-key", help="File of its key (PEM).")
@click.option("--mllp-clients", help="File of the authorities (PEM) of the certificates that clients must show.")
@click.option("--mapping", help="File of a format that has one: what the agency's columns or codes mean.")
@click.option("--config", type=click.Path(path_type=Path), help="File of several formats, in place of all the above.")
@click.option("--watch", help="Address for /livez, /readyz and /metrics apart from --listen, such as 127.0.0.1:8411.")
def run(name: str | None, config: Path | None, watch: str | None, **line: str | None) -> None:
    """Run the adapter NAME, or those of --config, until SIGTERM.

    What it accepted is on disk first, and waits there while Kafka is away.
    """
    settings = read_settings()
    configure(settings.log_level)
    if config is not None:
        if name or any(line.values()):
            stop("Name everything in the file of --config, or leave --config away.")
        planned = read_plan(config)
    elif name and line["source"]:
        planned = [plan(Line.model_validate({"format": name, **line}), Path())]
    else:
        stop("Name the adapter and its --source, or a file of several with --config.")
    run_adapter(settings, planned, parse_address(watch, WATCH) if watch else None)


@adapter.command()
@click.option("--source", help="The agency's organisation id; the one whose adapter runs with this home, if left out.")
@click.option("--event", type=Id(), help="An event's id, or its beginning.")
@click.option("--reference", help="Your own reference of a case.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 600),
    default=NEWS_SECONDS,
    show_default=True,
    help="Seconds to wait for Kafka where no adapter runs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")  # fmt: skip
def news(source: str | None, event: str | None, reference: str | None, *, timeout: float, as_json: bool) -> None:
    """Tell what became of what this source sent: of one event, of a case by its reference, or of the latest."""
    settings = read_settings()
    if event and reference:
        stop("Name an event or a reference: one of the two.")
    with open_news(settings, source or _only_source(settings)) as (teller, listener):
        catch_up(listener, settings.spool(teller.source), timeout)
        found = told(teller, event, reference)
    if (event or reference) and not found:
        stop("This adapter has taken none of this id or reference.")
    if as_json:
        document(found)
        return
    columns = ["event", "state", "outcome", "told", "reached", "reason", "at (UTC)"]
    rows = [
        [UUID(one["event_id"]), one["state"], one["outcome"], one["told"], _reached(one), one["reason"], one["at"]]
        for one in found
    ]
    table("News", columns, rows, empty="The hub has not said anything yet.")


def _only_source(settings: Settings) -> str:
    found = sources_here(settings)
    if len(found) != 1:
        stop("Name the agency with --source: no adapter, or more than one, has run with this HUB_HOME.")
    return found[0]


def _reached(one: dict[str, Any]) -> str:
    return ", ".join(f"{layer} {count}" for layer, count in one["layers"].items())


@adapter.command()
@click.argument("name")
def schema(name: str) -> None:
    """Print what documents the records of the adapter NAME: its JSON Schema, or what its format has instead."""
    described = describe(name)
    if isinstance(described, str):
        click.echo(described)
    else:
        document(described)


@adapter.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """List the adapters that there are."""
    found = [{"name": name, "format": find(name).title, "media_type": find(name).media_type} for name in ADAPTERS]
    if as_json:
        document(found)
    else:
        table("Adapters", ["name", "format", "media type"], [list(one.values()) for one in found], empty="None.")
