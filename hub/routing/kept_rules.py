"""Each rules set that decided anything is kept by its content hash, to give the same answer a year later.

Sealed, for organisation files name who holds which role, and one of them may be named in a concern. Each taking into
use has a number, also of a set that was in use before: by those, processes that run side by side on different rules
know whose are newer. What one under newer rules stopped or decided, one under older rules leaves alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from hub import metrics
from hub.keys.evidence import Evidence
from hub.log import logger
from hub.sharing import RuleSet
from hub.store.sqlfiles import sql

PACKAGE = "hub.routing"
BEHIND = (
    "Other processes run on newer rules than this one: what was stopped or decided under those is left alone here. "
    "Give this host the same rules and restart it."
)
UNSIGNED = (
    "No sign-off of any ISP of these rules verifies here, so nothing is shared by them: are HUB_RULES and the "
    "signatories' public keys the right ones (`hub rules check --signatures`)?"
)
_LOCK = 0x48554203
_LATEST = b"select version from rules_use order by number desc limit 1"
_KEPT = (".yaml", ".json")


def keep_rules(connection: psycopg.Connection, rules: RuleSet, evidence: Evidence, now: datetime) -> None:
    """Keep the set's files, path by path, with the signatures as they were; a set known already stays as it is."""
    if rules.folder is None:
        return
    files = {
        path.relative_to(rules.folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(rules.folder.rglob("*"))
        if path.is_file() and path.suffix in _KEPT
    }
    key_id, sealed = evidence.seal(json.dumps(files, ensure_ascii=False), rules.version.encode())
    connection.execute(
        "insert into rules_set (version, content, content_key, first_used_at) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (rules.version, sealed, key_id, now),
    )


def take_into_use(connection: psycopg.Connection, version: str) -> None:
    """A process that decides or delivers by these rules starts."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute(sql("take_rules", PACKAGE), {"version": version})


@dataclass(slots=True)
class RulesInUse:
    """The rules of this process, beside what others took into use since. `unsigned`: none of their ISPs is signed."""

    version: str
    behind: bool = False
    unsigned: bool = False

    async def look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Whether others run on newer rules."""
        found = await (await connection.execute(_LATEST)).fetchone()
        before, self.behind = self.behind, found is not None and found[0] != self.version
        metrics.RULES_BEHIND.set(self.behind)
        if self.behind and not before:
            logger().error("rules_behind", rules_version=self.version)

    def warnings(self) -> list[str]:
        """What is wrong with them, for /readyz."""
        return [text for text, so in ((BEHIND, self.behind), (UNSIGNED, self.unsigned)) if so]


def kept_rules(connection: psycopg.Connection, version: str, evidence: Evidence) -> dict[str, str] | None:
    """The files of a set that decided something, by path; None where it is not known."""
    row = connection.execute("select content, content_key from rules_set where version = %s", (version,)).fetchone()
    if row is None:
        return None
    content, key_id = row
    text = evidence.open(key_id, content, version.encode()) if key_id else bytes(content).decode()
    files: dict[str, str] = json.loads(text)
    return files
