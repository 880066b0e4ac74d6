"""`hub concern publish`: push native-format files through an adapter, once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from adapters.bridge.parts import open_bridge
from adapters.bridge.push import Pushed, is_known, push
from hub.cli.output import document, stop
from hub.log import configure
from hub.settings import read_settings

PUBLISH_SECONDS = 30.0
ANSWER_SECONDS = 3.0
"""For the hub to answer an adapter that it has never answered."""
NOT_HANDED_OVER = 3
"""Exit status where everything was accepted, and some of it waits in the spool for Kafka."""
NOT_KNOWN = (
    "hub: The hub has not answered what {source} signs: it may not know that key, and then routes nothing of this. "
    "Hand your public keys to its operators; `hub adapter news` says what came of each event."
)


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--adapter", "name", required=True, help="Name of the adapter, such as police.")
@click.option("--source", required=True, help="The agency's organisation id, such as police.caledon.")
@click.option("--mapping", type=click.Path(path_type=Path), help="As for `hub adapter run`.")
@click.option("--timeout", type=click.FloatRange(0, 3_600), default=PUBLISH_SECONDS, show_default=True,
              help="Seconds to wait for Kafka.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def publish(
    files: Sequence[str], name: str, source: str, mapping: Path | None, timeout: float, *, as_json: bool
) -> None:
    """Push native-format FILES through an adapter, once.

    A file may hold several concerns, and each is told by itself. Ends with status 0 only if every one was accepted and
    Kafka has every event; says so where the hub has never answered this adapter. Status 3: everything was accepted and
    is safe on this machine's disk, but Kafka has not acknowledged all of it in time, so it has not left for the hub;
    the next run of this command, or of `hub adapter run`, sends it. Status 1: something was not accepted.
    """
    settings = read_settings()
    configure("critical")
    with open_bridge(settings, name, source, mapping=mapping) as bridge:
        pushed = push(bridge, files, seconds=timeout)
        known = not any(one.published for one in pushed) or is_known(bridge, seconds=min(timeout, ANSWER_SECONDS))
    if as_json:
        document([_answer(one) for one in pushed])
    else:
        _tell(pushed, known=known)
    _end(pushed, timeout)
    if not known:
        click.echo(NOT_KNOWN.format(source=source), err=True)


def _answer(one: Pushed) -> dict[str, object]:
    names = ("file", "where", "event_id", "accepted", "repeated", "faults", "left_out")
    return {name: getattr(one, name) for name in names}


def _tell(pushed: Sequence[Pushed], *, known: bool) -> None:
    for one in pushed:
        where = f"{one.file}, {one.where}" if one.where else one.file
        click.echo(f"{where}: {_state(one, known=known)}{f' as {one.event_id}' if one.event_id else ''}")
        for text in one.faults:
            click.echo(f"  {text}")
        for text in one.left_out:
            click.echo(f"  left out: {text}")


def _state(one: Pushed, *, known: bool) -> str:
    if not one.accepted:
        return "rejected"
    if one.nothing:
        return "answered"
    if one.repeated:
        return "repeated: it was taken in before, nothing new is sent"
    if not one.published:
        return "accepted, waiting for Kafka"
    return "published" if known else "published, but not known to the hub yet,"


def _end(pushed: Sequence[Pushed], timeout: float) -> None:
    rejected = sum(not one.accepted for one in pushed)
    waiting = sum(one.accepted and not one.published and not one.nothing for one in pushed)
    sentences = []
    if rejected:
        what = "files" if len({one.file for one in pushed}) == len(pushed) else "concerns"
        sentences.append(f"{rejected} of {len(pushed)} {what} were not accepted: their faults are listed.")
    if waiting:
        sentences.append(
            f"{waiting} of {len(pushed)} lie safe in the spool and have not left this machine, for Kafka acknowledged "
            f"none of these within {timeout:g} s: the next `hub concern publish` or `hub adapter run` of this source "
            "sends them."
        )
    if rejected:
        stop(" ".join(sentences))
    if waiting:
        click.echo(f"hub: {sentences[0]}", err=True)
        click.get_current_context().exit(NOT_HANDED_OVER)
