"""Who reads what was disclosed: an organisation's role, by a system of its own or as a person who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.facts.act import Principal
from hub.facts.terms import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """A role at an organisation. `key_id`: of the API key of its system; `person`: who is signed in.

    A system finds what came by the inbox alone: the rest it was sent. A person finds all of it, by whatever channel.
    """

    organisation: str
    role: Role
    key_id: str | None = None
    person: Principal | None = None

    @property
    def person_id(self) -> UUID | None:
        """The person's row."""
        return self.person.person_id if self.person else None
