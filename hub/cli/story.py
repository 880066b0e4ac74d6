"""`hub concern show`: the whole story of one event."""

from __future__ import annotations

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import whoever_looks
from hub.cli.ids import Id
from hub.cli.output import document, screen, stop
from hub.facts.clock import utc_now
from hub.people.auditing import note_look
from hub.people.ids import Thing, find
from hub.people.looks import Look
from hub.people.story import tell
from hub.people.telling import headline, lines
from hub.settings import read_settings


@click.command()
@click.argument("event_id", type=Id())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(event_id: str, *, as_json: bool) -> None:
    """Tell one event's whole story: who was told what, when, under which ISP and clause, who was not and why."""
    settings = read_settings()
    with open_desk(settings) as desk:
        known = find(desk, Thing.EVENT, event_id)
        story = tell(desk, known)
        if story is not None:
            note_look(desk, Look("story", str(known), known), whoever_looks(desk, settings), utc_now())
    if story is None:
        stop("The hub has no event with this id: it may still be in the adapter's spool or on Kafka.")
    if as_json:
        document(story)
        return
    console = screen()
    for line in (headline(story), *lines(story)):
        console.print(line)
