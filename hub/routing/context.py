"""What every step of the pipeline is handed: the record, and the immutable tools of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.asking.desks import Desks
from hub.facts.errors import KeyMissing
from hub.facts.items import DataItem
from hub.facts.model import Recipient
from hub.keys.evidence import Evidence
from hub.keys.provider import KeyProvider, Use
from hub.routing.assembling import Holder, Readers, folded_contact, folded_name
from hub.sharing import RuleSet, SignedBy
from hub.wire.schemas import Schemas


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
    readers: Readers
    signed: SignedBy
    keys: KeyProvider
    evidence: Evidence
    now: Callable[[], datetime]
    random: Callable[[int], bytes]

    @property
    def desks(self) -> Desks:
        """Whose desk something lies on, and each tier's times."""
        return Desks(self.rules)

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

    def near(self, organisations: Iterable[str], *districts: str | None) -> set[str]:
        """Organisations that an event may reach: these, their authorities, and those that serve the districts."""
        near = set(organisations)
        near |= {found.authority for name in near if (found := self.rules.organisations.get(name)) and found.authority}
        for (_, district), serving in self.rules.areas.items():
            if district in districts:
                near.update(organisation.id for organisation in serving)
        return near


def readers_of(rules: RuleSet) -> Readers:
    """Everyone whom the organisation files list."""
    by_name: dict[str, list[Holder]] = {}
    by_contact: dict[str, list[Holder]] = {}
    for name, organisation in rules.organisations.items():
        for role, holders in organisation.holders.items():
            for one in holders:
                holder = Holder(name, role, folded_name(one.name), folded_contact(one.contact))
                by_name.setdefault(holder.name, []).append(holder)
                by_contact.setdefault(holder.contact, []).append(holder)
    return Readers(
        {name: tuple(found) for name, found in by_name.items()},
        {contact: tuple(found) for contact, found in by_contact.items()},
    )
