"""Each rules set that decided anything is kept by its content hash, to give the same answer a year later."""

from __future__ import annotations

import json
from datetime import datetime

import psycopg

from hub.sharing import RuleSet

_KEPT = (".yaml", ".json")


def keep_rules(connection: psycopg.Connection, rules: RuleSet, now: datetime) -> None:
    """Keep the set's files, path by path, with the signatures as they were; a set known already stays as it is."""
    if rules.folder is None:
        return
    files = {
        path.relative_to(rules.folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(rules.folder.rglob("*"))
        if path.is_file() and path.suffix in _KEPT
    }
    connection.execute(
        "insert into rules_set (version, content, first_used_at) values (%s, %s, %s) on conflict do nothing",
        (rules.version, json.dumps(files, ensure_ascii=False).encode(), now),
    )
