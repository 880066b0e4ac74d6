"""The router of the release before, run in a process of its own: records in, what became of each out, as JSON lines.

It imports that release's packages, which lie zipped beside it (router.zip: `git archive` of hub/, schemas/ and
routing_rules/ at the last commit before Content 2 and Facts 3, narrowed to what its pipeline needs). No database: every
case is new, and no register knows anybody.
"""

from __future__ import annotations

import json
import secrets
import sys
from datetime import datetime
from pathlib import Path

from hub.facts.model import NO_MATCH
from hub.facts.shipped import shipped
from hub.keys.evidence import Evidence
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.routing import pipeline
from hub.routing.cases import Cases
from hub.routing.context import Context, Record
from hub.routing.ingest import Refused, Tested
from hub.routing.readers import Readers
from hub.routing.testing import Answers
from hub.sharing import load_rules
from hub.wire.news import NewsSigner
from hub.wire.schemas import known_catalogue, load_schemas


def main(home: Path) -> None:
    """Route what stands on standard input, one record a line."""
    keys, rules, schemas = (
        FileKeys(home / "keys"),
        load_rules(shipped("routing_rules")),
        load_schemas(shipped("schemas")),
    )
    said = [json.loads(line) for line in sys.stdin]
    now = datetime.fromisoformat(said[0]["at"])
    context = Context(
        schemas, known_catalogue(schemas), rules, Readers.of(rules), frozenset(), keys,
        Evidence(keys, secrets.token_bytes, keys.current(HUB, Use.EVIDENCE)), NewsSigner(keys), lambda: now,
        secrets.token_bytes,
    )  # fmt: skip
    records = [
        Record(one["topic"], 0, place, bytes.fromhex(one["key"]), bytes.fromhex(one["value"]), now)
        for place, one in enumerate(said)
    ]
    results = pipeline.run(
        records, context, read_cases=lambda _: Cases(), match_all=lambda asked: [NO_MATCH for _ in asked]
    )
    for result in results:
        if isinstance(result, Refused):
            said_of = {"dead_letter": result.reason}
        elif isinstance(result, Tested):
            said_of = {"answers": [row.value.hex() for row in Answers().rows([result], context)]}
        else:
            said_of = {"outcome": result.event.outcome}
        sys.stdout.write(json.dumps(said_of) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
