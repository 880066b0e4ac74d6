"""An adapter's test of its connection: signed and sealed as a concern is, about no child; answered, and never counted.

That it opens shows that the adapter seals to keys which this hub holds; that its answer is read, that the way back
works. The answer lists the schema versions that the hub reads. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.facts.errors import BadRecord
from hub.routing.context import Context
from hub.routing.ingest import Refused, Tested, proved
from hub.routing.recording import news_row
from hub.routing.tables import OutboxRow
from hub.wire.connection import PARTS
from hub.wire.news import TESTED, About, Said
from hub.wire.sealed import open_part

EVERY = timedelta(minutes=9)
"""A source's tests are answered no more often. Adapters test every ten minutes, and one may be quicker on its way."""


def try_test(tested: Tested, context: Context) -> Tested | Refused:
    """Open one part of each of the three keys; a test that does not open is a record that cannot be used."""
    try:
        for number, schema in PARTS:
            open_part(tested.event, number, schema, context.schemas, context.keys.unseal)
    except BadRecord as error:
        return proved(tested.record, error.reason, tested.event)
    return tested


@dataclass(slots=True)
class Answers:
    """Answers tests, each source's once in a while. One for a router: others may answer the same source besides."""

    last: dict[str, datetime] = field(default_factory=dict)

    def rows(self, tests: Iterable[Tested], context: Context) -> list[OutboxRow]:
        """The answers that are due."""
        now = context.now()
        due = {one.event.source: one for one in tests if self._is_due(one.event.source, now)}
        self.last |= dict.fromkeys(due, now)
        return [row for one in due.values() for row in _answer(one, context, now)]

    def _is_due(self, source: str, now: datetime) -> bool:
        last = self.last.get(source)
        return last is None or not timedelta() <= now - last < EVERY


def _answer(tested: Tested, context: Context, now: datetime) -> list[OutboxRow]:
    event, record = tested.event, tested.record
    reads = {version.name: version.version for version in context.schemas.versions}
    about = About(event.sent_as, event.source, event.digest)
    return news_row(about, record.key, context, now, Said(TESTED, reads=reads))
