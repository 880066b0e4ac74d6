"""Each rules set that decided anything is kept by its content hash, to give the same answer a year later.

Sealed, for organisation files name who holds which role, and one of them may be named in a concern.
"""

from __future__ import annotations

import json
from datetime import datetime

import psycopg

from hub.keys.evidence import Evidence
from hub.sharing import RuleSet

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


def kept_rules(connection: psycopg.Connection, version: str, evidence: Evidence) -> dict[str, str] | None:
    """The files of a set that decided something, by path; None where it is not known."""
    row = connection.execute("select content, content_key from rules_set where version = %s", (version,)).fetchone()
    if row is None:
        return None
    content, key_id = row
    text = evidence.open(key_id, content, version.encode()) if key_id else bytes(content).decode()
    files: dict[str, str] = json.loads(text)
    return files
