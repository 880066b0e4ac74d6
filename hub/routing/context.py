"""What every step of the pipeline is handed: the record, and the immutable tools of this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from hub.asking.desks import Desks
from hub.facts.errors import KeyMissing
from hub.facts.items import DataItem
from hub.facts.model import Recipient
from hub.facts.terms import OrganisationKind
from hub.keys.evidence import Evidence
from hub.keys.provider import KeyProvider, Use
from hub.routing.readers import Readers
from hub.sharing import RuleSet, SignedBy
from hub.wire.news import NewsSigner
from hub.wire.schemas import Schemas


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record. `at` is the broker's time.

    One that is `unreadable` stands for a whole batch of so many `records`, whose bytes are its value.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    at: datetime
    unreadable: bool = False
    records: int = 1


SCHOOLS = frozenset({OrganisationKind.SCHOOL, OrganisationKind.NURSERY})


@dataclass(frozen=True)
class Context:
    """Tools that do not change while a batch is under way. `random` gives n random bytes; `now` is UTC."""

    schemas: Schemas
    catalogue: Mapping[str, DataItem]
    rules: RuleSet
    readers: Readers
    signed: SignedBy
    keys: KeyProvider
    evidence: Evidence
    news: NewsSigner
    now: Callable[[], datetime]
    random: Callable[[int], bytes]

    @property
    def desks(self) -> Desks:
        """Whose desk something lies on, and each tier's times."""
        return Desks(self.rules)

    @cached_property
    def schools(self) -> Mapping[str, str]:
        """Name of each organisation where children go to school, by its id."""
        found = self.rules.organisations.items()
        return {name: one.name for name, one in found if not SCHOOLS.isdisjoint(one.kinds)}

    def recipient_keys(self, recipient: Recipient) -> list[tuple[str, bytes]]:
        """(key id, public key) of each key that its channels may need: its own system's, and its inbox's.

        A file that names a key of somebody else's, or of another use, names none.
        """
        organisation = self.rules.organisations[recipient.organisation]
        found = []
        for key_id, use in ((organisation.keys.receive, Use.RECEIVE), (organisation.keys.inbox, Use.INBOX)):
            if key_id is None:
                continue
            try:
                key = self.keys.public(key_id)
            except KeyMissing:
                continue  # the other key may serve; with none at all the delivery is held for a person
            if key.owner == recipient.organisation and key.use is use:
                found.append((key_id, key.raw))
        return found
