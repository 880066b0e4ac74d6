"""`hub why`: where an event, a delivery, a dead letter or a review is, and who must act."""

from __future__ import annotations

import click

from hub.bootstrap.desk import open_desk
from hub.cli.ids import Id
from hub.cli.output import document, say
from hub.people.operating.why import why as find_why
from hub.settings import read_settings


@click.command()
@click.argument("id", type=Id())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def why(id: str, *, as_json: bool) -> None:  # noqa: A002 - the name of the argument, as the help shows it
    """Say in one sentence where an event, delivery, dead letter or review is, and who must act."""
    with open_desk(read_settings()) as desk:
        found = find_why(desk, id)
    if as_json:
        document(found)
    else:
        say(f"{str(found['kind']).replace('_', ' ')} {found['id']}: {found['sentence']}")
