"""`hub concern show`: the whole story of one event."""

from __future__ import annotations

import click

from hub.bootstrap.desk import open_desk
from hub.cli.ids import Id
from hub.cli.output import document, screen, stop
from hub.people.ids import Thing, find
from hub.people.story import tell
from hub.people.telling import headline, lines
from hub.settings import read_settings


@click.command()
@click.argument("event_id", type=Id())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(event_id: str, *, as_json: bool) -> None:
    """Tell one event's whole story: who was told what, when, under which ISP and clause, who was not and why."""
    with open_desk(read_settings()) as desk:
        story = tell(desk, find(desk, Thing.EVENT, event_id))
    if story is None:
        stop("The hub has no event with this id: it may still be in the adapter's spool or on Kafka.")
    if as_json:
        document(story)
        return
    console = screen()
    for line in (headline(story), *lines(story)):
        console.print(line)
