"""How what was raised on a page is handed to the bridge, as any agency's record is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from hub.facts.act import Act
from hub.facts.terms import Role
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.accounts.posts import Post
from hub.people.desk import Desk


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of it. `faults`: it was refused, a sentence each, which repeats nothing that was typed.

    `later`: it could not be taken now, and why; nothing is lost. `asks`: a person will be asked which child it is.
    """

    event_id: UUID | None = None
    faults: tuple[str, ...] = ()
    later: str | None = None
    asks: bool = False


class Raising(Protocol):
    """The bridge, as pages see it."""

    def hosts(self, organisation: str) -> bool:
        """Whether the hub holds the key that this organisation's concerns are signed with."""

    async def take(self, organisation: str, record: bytes) -> Handed:
        """One record of an organisation: on disk, sealed and signed, once this answers with an event."""


def note_raised(desk: Desk, raising_id: UUID, event_id: UUID, organisation: str, act: Act) -> None:
    """Keep that it was sent, and by whom; what was typed is erased. Saying it twice changes nothing."""
    person = act.by.person_id
    if person is None:
        raise AssertionError("Whoever raises a concern on a page is signed in.")
    if desk.rows("note_raised", raising=raising_id, event=event_id):
        enter(desk.connection, kinds.raised(event_id, organisation, person, desk.stamp(act)))


def places(posts: Iterable[Post], raising: Raising | None) -> list[str]:
    """Organisations for which these posts let somebody raise a concern on a page: the hub signs for them."""
    held = {post.organisation for post in posts if isinstance(post.office, Role)}
    return sorted(name for name in held if raising is not None and raising.hosts(name))
