"""What reviewers asked of texts that wait: taken by a router, ended in the transaction that does it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hub.asking.notices import DeliveryRow, NewDelivery
from hub.facts.model import Decision, Recipient
from hub.facts.outcome import Share, Treatment
from hub.facts.terms import Answer, OrganisationKind, Role, Tier
from hub.keys.evidence import SealedWords
from hub.routing.attempts import MOST_ATTEMPTS, Unread
from hub.routing.batch_store import BatchStore
from hub.routing.context import Record
from hub.routing.tables import WaitingText
from hub.routing.texts import TextRequest

KEPT = timedelta(days=1)
"""What was opened to be read and nobody answered."""


class Unreadable(NamedTuple):
    """The row of what this release cannot read, however often it tries."""

    seq: int


class TextStore(BatchStore):
    """The router's side of waiting texts; methods run inside the caller's transaction."""

    def take(self) -> TextRequest | Unreadable | int | None:
        """What waits longest and no other router has in hand; an int: the row of what nobody is to read any more."""
        rows = self._all("next_text")
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

    def end(self, seq: int, now: datetime, *, failed: str | None = None, to_read: SealedWords | None = None) -> None:
        """What was asked is over."""
        key_id, sealed = to_read or (None, None)
        self._run("end_text", seq=seq, now=now, failed=failed, key=key_id, sealed=sealed)

    def send(self, made: NewDelivery) -> None:
        """Make a supplement, or put what was held of it back on its way."""
        row = made.row()
        known = self.connection.execute("select 1 from delivery where delivery_id = %s", (row.delivery_id,)).fetchone()
        if known:
            self._run("seal_anew", id=row.delivery_id, body=row.body)
        else:
            self._copy_in(DeliveryRow, [row])
        self._wake({row.tier})

    def forget(self, now: datetime) -> None:
        """Erase what was opened to be read and is answered, or old."""
        self._run("forget_texts", before=now - KEPT)

    def count(self, seq: int) -> None:
        """One more attempt failed by a fault of the hub."""
        self.connection.execute("update text_request set attempts = attempts + 1 where seq = %s", (seq,))


def _decision(row: list[Any]) -> Decision:
    subject, recipient, role, kind, isp, clause, released = row
    shown = {item: Treatment.from_json(said) for item, said in released.items()}
    return Decision(subject, Recipient(recipient, Role(role)), OrganisationKind(kind), Share(isp, clause, shown))


def _request(row: tuple[Any, ...]) -> TextRequest | int:
    """Raises ValueError for a word that this release does not know."""
    seq, verdict, masks_key, masks, attempts, over, disclosure, *rest = row
    if over:
        return int(seq)
    topic, partition, offset, case_key, sealed, at, source, tier, latest, kind, subjects, decided, still, *waits = rest
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
        OrganisationKind(kind),
        Tier(tier),
        latest,
        {key: subject_id and UUID(subject_id) for key, subject_id in subjects or ()},
        [_decision(row) for row in decided or ()],
        frozenset(still or ()),
    )
