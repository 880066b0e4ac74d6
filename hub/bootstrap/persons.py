"""People who change by command what the register holds or what processes decide, each for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

from hub.bootstrap.desk import open_desk, open_store
from hub.bootstrap.parts import Parts
from hub.bootstrap.register import register
from hub.keys.files import FileKeys
from hub.people.desk import Desk
from hub.people.register import Clerk
from hub.people.renumbering import Registrar
from hub.people.reviewing.reviews import Reviewing
from hub.people.reviewing.texts import Texts
from hub.settings import Settings


@contextmanager
def open_clerk(settings: Settings) -> Iterator[Clerk]:
    """Whoever changes the register by hand, for one command."""
    held = register(settings)
    with open_desk(settings) as desk:
        yield Clerk(desk, held)


@contextmanager
def open_texts(settings: Settings) -> Iterator[Texts]:
    """A reviewer of texts that wait, for one command."""
    with open_desk(settings) as desk:
        yield Texts(desk, FileKeys(settings.keys))


@contextmanager
def open_reviewing(settings: Settings) -> Iterator[Reviewing]:
    """A reviewer of concerns, for one command."""
    parts = Parts(settings)
    _ = parts.context, parts.register  # read before the transaction begins, which may not stand idle for long
    with open_desk(settings) as desk:
        yield parts.reviewing(desk)


@contextmanager
def open_registrar(settings: Settings) -> Iterator[Registrar]:
    """Whoever takes in a list of superseded numbers; each step has its own transaction."""
    held, parts = register(settings), Parts(settings)
    with open_store(settings) as connection:
        yield Registrar(Desk(connection, parts.evidence), parts.context, held, sleep)
