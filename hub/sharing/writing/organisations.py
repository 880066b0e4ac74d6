"""Who takes part: organisations, the people who read there, their channels, keys and duty desks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hub.facts.terms import OrganisationKind, Role
from hub.written.entry import District, Entry, Identifier, Many, Sentence


class Jurisdiction(StrEnum):
    """Whose law holds: the four nations, as ISO 3166-2:GB writes them."""

    ENGLAND = "ENG"
    SCOTLAND = "SCT"
    WALES = "WLS"
    NORTHERN_IRELAND = "NIR"


class Holder(Entry):
    """A person who reads in a role, and how to reach them. Never shown in a repr."""

    name: str = Field(repr=False, min_length=1, max_length=200)
    contact: str = Field(repr=False, min_length=1, max_length=200)


def _nobody(value: object) -> object:
    """An empty entry is an empty list: nobody."""
    return () if value is None else value


Holders = Annotated[
    dict[Role, Annotated[tuple[Holder, ...], BeforeValidator(_nobody)]], BeforeValidator(lambda given: given or {})
]


class Webhook(Entry):
    """The recipient system's own address; `key` is the id of the key that signs what is sent there.

    Which addresses may be is said in `hub.facts.webhook_address`, and looked at by the check and before each sending.
    """

    url: str = Field(min_length=1, max_length=500)
    key: Identifier | None = None


class Mesh(Entry):
    """A MESH mailbox. Polled every 5 minutes at the least, so never the only channel of an immediate concern."""

    mailbox: Identifier
    workflow: Identifier | None = None


class KafkaTopic(Entry):
    """The recipient's own topic."""

    topic: Identifier


class Notify(Entry):
    """An e-mail or SMS that says there is something to read, without content."""

    email: str | None = Field(default=None, repr=False)
    phone: str | None = Field(default=None, repr=False)


class Inbox(Entry):
    """The hub's own inbox: API and pages, for a signed-in person."""


ChannelKind = Literal["webhook", "inbox", "mesh", "kafka", "notify"]
CHANNEL_KINDS: tuple[ChannelKind, ...] = ("webhook", "inbox", "mesh", "kafka", "notify")


class Channel(Entry):
    """One way to reach an organisation: exactly one of the fields is set."""

    webhook: Webhook | None = None
    inbox: Inbox | None = None
    mesh: Mesh | None = None
    kafka: KafkaTopic | None = None
    notify: Notify | None = None

    @model_validator(mode="after")
    def _one(self) -> Channel:
        if len(self.model_fields_set) != 1:
            raise ValueError("must name exactly one of webhook, inbox, mesh, kafka and notify")
        return self

    @property
    def kind(self) -> ChannelKind:
        """Which of the fields is set."""
        return next(kind for kind in CHANNEL_KINDS if kind in self.model_fields_set)


class Keys(Entry):
    """Ids of an organisation's keys: what it receives with, its inbox key, what it signs with."""

    receive: Identifier | None = None
    inbox: Identifier | None = None
    sign: Identifier | None = None


class DutyDesk(Entry):
    """Where what nobody else may hear goes back to."""

    organisation: Identifier
    role: Role


class Organisation(Entry):
    """One organisation file. `area` is the postcode districts that it serves."""

    id: Identifier
    name: Sentence
    kinds: Annotated[Many[frozenset[OrganisationKind]], Field(min_length=1)]
    jurisdiction: Jurisdiction
    authority: Identifier | None = None
    area: frozenset[District] = frozenset()
    coordinator: str | None = Field(default=None, max_length=200)
    holders: Holders = Field(default_factory=dict, repr=False)
    channels: tuple[Channel, ...] = ()
    keys: Keys = Keys()
    receipts: Literal["none"] | None = None
    """`none`: its own system says nothing of who opened what, so its people find everything in the inbox besides."""
    duty_desk: DutyDesk | None = None
    calendar: Identifier | None = None
    dfe_number: str | None = Field(default=None, pattern=r"^\d{3}/\d{4}$")
    """A school's own in England and Wales (LEA and establishment), by which its Common Transfer Files are known."""

    def is_vacant(self, role: Role) -> bool:
        """Whether it says who reads there, and names nobody in this role."""
        return bool(self.holders) and not self.holders.get(role)


DESK_ROLES: tuple[tuple[OrganisationKind, Role], ...] = (
    (OrganisationKind.POLICE, Role.DUTY_OFFICER),
    (OrganisationKind.LOCAL_AUTHORITY, Role.FRONT_DOOR),
    (OrganisationKind.NHS_HOSPITAL, Role.SAFEGUARDING_NURSE),
    (OrganisationKind.NHS_COMMUNITY, Role.SAFEGUARDING_NURSE),
    (OrganisationKind.GP, Role.GP),
    (OrganisationKind.SCHOOL, Role.DESIGNATED_SAFEGUARDING_LEAD),
    (OrganisationKind.NURSERY, Role.DESIGNATED_SAFEGUARDING_LEAD),
    (OrganisationKind.FIRE, Role.COMMUNITY_SAFETY),
    (OrganisationKind.THIRD_SECTOR, Role.SUPPORT_WORKER),
)
"""Who answers at an organisation that names no duty desk; the first kind that it has counts."""


def own_role(organisation: Organisation) -> Role:
    """Who answers at an organisation itself, even where its duty desk is another's."""
    if organisation.duty_desk is not None and organisation.duty_desk.organisation == organisation.id:
        return organisation.duty_desk.role
    return next(role for kind, role in DESK_ROLES if kind in organisation.kinds)
