"""What reviewers asked of texts that wait: taken by a router, ended in the transaction that does it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hub.asking.notices import DeliveryRow, NewDelivery
from hub.facts.terms import Answer, Outcome, Tier
from hub.keys.evidence import SealedWords
from hub.routing.asked_loop import AskedStore
from hub.routing.attempts import MOST_ATTEMPTS, Unread
from hub.routing.context import Record
from hub.routing.tables import WaitingText
from hub.routing.texts import TextRequest

KEPT = timedelta(days=1)
"""What was opened to be read and nobody answered."""


class Unreadable(NamedTuple):
    """The row of what this release cannot read, however often it tries."""

    seq: int


class TextStore(AskedStore):
    """The router's side of waiting texts; methods run inside the caller's transaction."""

    def take(self, rules_version: str) -> TextRequest | Unreadable | int | None:
        """What waits longest, that no other router has in hand, and that these rules are not too old for.

        An int: the row of what nobody is to read any more.
        """
        rows = self._all("next_text", rules=rules_version)
        try:
            return _request(rows[0]) if rows else None
        except ValueError as error:
            seq, attempts = int(rows[0][0]), rows[0][4]
            if attempts < MOST_ATTEMPTS:
                raise Unread(seq) from error
            return Unreadable(seq)

    def give_back(self, seq: int, now: datetime) -> None:
        """The question of what this release cannot read is open again, for whoever can."""
        self._run("reopen_text", seq=seq)
        self.end(seq, now, failed="it holds a word of a newer release")

    def end(
        self,
        seq: int,
        now: datetime,
        *,
        failed: str | None = None,
        to_read: SealedWords | None = None,
        marked: bytes | None = None,
    ) -> None:
        """What was asked is over. `marked`: digest of the marks in what is to be read."""
        key_id, sealed = to_read or (None, None)
        self._run("end_text", seq=seq, now=now, failed=failed, key=key_id, sealed=sealed, marked=marked)

    def send(self, made: NewDelivery) -> None:
        """Make a supplement, or put what was held of it back on its way."""
        row = made.row()
        known = self.connection.execute("select 1 from delivery where delivery_id = %s", (row.delivery_id,)).fetchone()
        if known:
            self._run(
                "seal_anew",
                id=row.delivery_id,
                body=row.body,
                isp=row.isp,
                subject_id=row.subject_id,
                rule=row.rule,
            )
        else:
            self._copy_in(DeliveryRow, [row])
        self._wake({row.tier})

    def forget(self, now: datetime) -> None:
        """Erase what was opened to be read and is answered, or old."""
        self._run("forget_texts", before=now - KEPT)

    def count(self, seq: int) -> None:
        """One more attempt failed by a fault of the hub."""
        self.connection.execute("update text_request set attempts = attempts + 1 where seq = %s", (seq,))


def _request(row: tuple[Any, ...]) -> TextRequest | int:
    """Raises ValueError for a word that this release does not know."""
    seq, verdict, masks_key, masks, attempts, over, disclosure, *rest = row
    if over:
        return int(seq)
    topic, partition, offset, case_key, sealed, at, source, tier, latest, known, marked, *waits = rest
    return TextRequest(
        seq,
        waits[0],
        Answer(verdict) if verdict else None,
        SealedWords(masks_key, masks) if masks else None,
        attempts,
        None if sealed is None else Record(topic, partition, offset, case_key, sealed, at),
        WaitingText(*waits),
        disclosure,
        source,
        Tier(tier),
        latest,
        {key: (Outcome(outcome), subject_id and UUID(subject_id)) for key, outcome, subject_id in known or ()},
        marked,
    )
