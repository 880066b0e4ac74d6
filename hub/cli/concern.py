"""`hub concern`: from files in, to the story of an event."""

from __future__ import annotations

import click

from hub.cli.lazy import Later, LazyGroup

_LATER = {
    "publish": Later("publish", "Push native-format FILES through an adapter, once."),
    "show": Later("story", "Tell one event's whole story."),
}


@click.group(cls=LazyGroup, later=_LATER)
def concern() -> None:
    """Publish concerns, and tell their story."""
