"""Posts: what somebody holds, where, and on which days."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.facts.act import How, Principal
from hub.facts.model import Personal, Recipient
from hub.facts.offices import Office
from hub.facts.terms import Role


@dataclass(frozen=True, slots=True)
class Post:
    """One office at one organisation; days are London's, `until` is the first on which it is no more held."""

    post_id: UUID
    organisation: str
    office: Office
    since: date
    until: date | None = None
    trained_until: date | None = None
    covers: UUID | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn(Personal):
    """Somebody signed in: who, and the posts that they hold today. `lapsed`: those whose training has run out."""

    session_id: UUID
    person_id: UUID
    name: str
    organisation: str
    how: How
    posts: tuple[Post, ...]
    lapsed: tuple[Post, ...]
    language: str
    secret: str
    """The session's cookie."""

    def principal(self) -> Principal:
        """As acts bear them."""
        return Principal(self.person_id, self.name, self.organisation, self.how)

    def recipients(self) -> frozenset[Recipient]:
        """As whom they read what was disclosed."""
        return frozenset(
            Recipient(post.organisation, post.office) for post in self.posts if isinstance(post.office, Role)
        )

    def csrf(self) -> str:
        """What forms of this session bear; it still verifies once the session has ended."""
        digest = hmac.digest(self.secret.encode(), b"csrf", "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")
