"""What every step of the pipeline is handed: the record, and the immutable tools of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.errors import KeyMissing
from hub.given import Holder, folded
from hub.keys.provider import KeyProvider
from hub.model import Recipient
from hub.sharing import RuleSet, SignedBy, source_desk
from hub.wire.schemas import DataItem, Schemas


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record. `at` is the broker's time."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Context:
    """Tools that do not change while a batch is under way. `random` gives n random bytes; `now` is UTC."""

    schemas: Schemas
    catalogue: Mapping[str, DataItem]
    rules: RuleSet
    readers: Mapping[str, tuple[Holder, ...]]
    signed: SignedBy
    keys: KeyProvider
    evidence_key: str
    now: Callable[[], datetime]
    random: Callable[[int], bytes]

    def desk(self, source: str) -> Recipient:
        """The source's own duty desk: where an event goes that nobody else answers for."""
        return source_desk(source, self.rules)

    def recipient_keys(self, recipient: Recipient) -> list[tuple[str, bytes]]:
        """(key id, public key) of each key that its channels may need: its own system's, and its inbox's."""
        organisation = self.rules.organisations[recipient.organisation]
        found = []
        for key_id in (organisation.keys.receive, organisation.keys.inbox):
            if key_id is None:
                continue
            try:
                found.append((key_id, self.keys.public(key_id).raw))
            except KeyMissing:
                continue  # the other key may serve; with none at all the delivery is held for a person
        return found

    def holders(self, organisations: Iterable[str]) -> list[Holder]:
        """Who reads at these organisations and at their authorities."""
        wanted = set(organisations)
        wanted |= {
            found.authority for name in wanted if (found := self.rules.organisations.get(name)) and found.authority
        }
        return [holder for name in sorted(wanted) for holder in self.readers.get(name, ())]


def readers_of(rules: RuleSet) -> dict[str, tuple[Holder, ...]]:
    """Everyone whom the organisation files list, by organisation."""
    return {
        name: tuple(
            Holder(name, role, folded(holder.name), folded(holder.contact))
            for role, holders in organisation.holders.items()
            for holder in holders
        )
        for name, organisation in rules.organisations.items()
    }
