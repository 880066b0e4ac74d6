"""A small world for delivery's tests: organisations, a hub with keys, deliveries in PostgreSQL, a receiver."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from hub.delivery.bulkhead import Limits
from hub.delivery.channels import Channel
from hub.delivery.channels.inbox import InboxChannel
from hub.delivery.channels.webhook import WebhookChannel, WebhookSettings
from hub.delivery.claimed import Claimed, Rules
from hub.delivery.directory import Directory
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.recheck import Recheck, StandardRecheck
from hub.delivery.reporting import News, key_finder
from hub.delivery.sweep import Sweep
from hub.delivery.tools import Tools
from hub.facts.act import act, typed
from hub.facts.model import DeliveryKey, Recipient
from hub.facts.shipped import shipped
from hub.facts.terms import OrganisationKind, Purpose, Role, Tier
from hub.facts.webhook_address import read_networks
from hub.keys.evidence import Evidence
from hub.keys.hpke import X25519
from hub.keys.overlap import Overlap
from hub.keys.webhooks import WebhookSigner
from hub.people.desk import Desk
from hub.people.operating.deliveries import Hand, Handled, handle
from hub.redaction.disclosure import notice_body, sealed_body
from hub.sharing import RuleSet
from hub.sharing.writing.organisations import Channel as Listed
from hub.sharing.writing.organisations import DutyDesk, Inbox, Jurisdiction, Keys, Mesh, Organisation, Webhook
from hub.sharing.writing.tiers import DEFAULT_TIERS, TierPolicy
from hub.store.connecting import connect, connect_async
from hub.wire.news import NewsSigner
from hub.wire.schemas import load_schemas
from tests.keyring import Keyring

SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
POLICE = "police.caledon"
PRIMARY = "school.glenmore-primary"
ACADEMY = "school.glenmore-academy"
DESK = "la.glenmore"
DSL = Role.DESIGNATED_SAFEGUARDING_LEAD
SECRET_STORY = "Gregor Abercorn shouted at Isla"


def utc_now() -> datetime:
    return datetime.now(UTC)


def webhook(url: str) -> Listed:
    return Listed(webhook=Webhook(url=url))


def inbox() -> Listed:
    return Listed(inbox=Inbox())


def mesh() -> Listed:
    return Listed(mesh=Mesh(mailbox="X26ABC1"))


def an_organisation(
    name: str, *channels: Listed, kind: OrganisationKind = OrganisationKind.SCHOOL, desk: DutyDesk | None = None
) -> Organisation:
    keys = Keys(receive=f"{name}.receive.1", inbox=f"{name}.inbox.1", sign=f"{name}.sign.1")
    return Organisation(
        id=name,
        name=name,
        kinds=frozenset({kind}),
        jurisdiction=Jurisdiction.SCOTLAND,
        channels=channels,
        keys=keys,
        duty_desk=desk,
    )


def a_policy(*pauses: float, deliver: float = 3_600.0, acknowledge: float = 14_400.0) -> TierPolicy:
    return DEFAULT_TIERS[Tier.URGENT].model_copy(
        update={
            "retry": tuple(timedelta(seconds=pause) for pause in pauses),
            "deliver_within": timedelta(seconds=deliver),
            "acknowledge_within": timedelta(seconds=acknowledge),
        }
    )


def always_go() -> Recheck:
    return StandardRecheck(lambda *_: True, lambda *_: None, lambda name: {f"{name}.receive.1", f"{name}.inbox.1"})


LOOPBACK = read_networks("127.0.0.0/8,::1/128")
"""Where the receivers of tests listen."""


@dataclass
class World:
    """A hub over one database."""

    database_url: str
    home: Path
    organisations: dict[str, Organisation]
    policies: dict[Tier, TierPolicy] = field(default_factory=lambda: dict(DEFAULT_TIERS))
    clock: Callable[[], datetime] = utc_now
    recheck: Recheck = field(default_factory=always_go)
    limits: Limits = field(default_factory=Limits)
    webhook: WebhookSettings = field(default_factory=lambda: WebhookSettings(connect_s=2, total_s=5, networks=LOOPBACK))

    def __post_init__(self) -> None:
        self.keyring = Keyring.made(self.home, *self.organisations, suite=X25519)
        self.keys = self.keyring.hub
        self.schemas = load_schemas(shipped("schemas"))

    @property
    def rules(self) -> RuleSet:
        return RuleSet("sha256:test", self.organisations, self.policies)

    @property
    def directory(self) -> Directory:
        return Directory(self.rules, frozenset())

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.keys)

    def hand(self, hand: Hand, *delivery_ids: UUID) -> Handled:
        """An operator's hand on deliveries, in a transaction of its own."""
        with self.desk() as desk:
            return handle(desk, hand, delivery_ids, act(typed("O. Perator"), "as agreed", utc_now()))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Where people act."""
        with self.connect() as connection, connection.transaction():
            yield Desk(connection, self.evidence)

    @property
    def news(self) -> News:
        return News(
            self.schemas,
            NewsSigner(Overlap(self.keys, utc_now)),
            key_finder(self.directory.receive_key, self.keys.public),
        )

    def tools(self) -> Tools:
        signer = WebhookSigner(Overlap(self.keys, utc_now))

        def channels() -> Mapping[str, Channel]:
            return {
                "webhook": WebhookChannel(signer.header, self.clock, self.webhook),
                "inbox": InboxChannel(),
            }

        return Tools(
            self.database_url,
            self.directory,
            self.recheck,
            channels,
            self.news,
            self.clock,
            secrets.token_bytes,
            secrets.SystemRandom().random,
            self.limits,
            grace=timedelta(seconds=5),
        )

    def connect(self) -> psycopg.Connection[Any]:
        return connect(self.database_url, autocommit=True)

    def private(self, organisation: str) -> bytes:
        """The organisation's own receiving key, as its system holds it."""
        return self.keyring.of(organisation).private_raw(f"{organisation}.receive.1")

    # --- rows -------------------------------------------------------------------------------------------------------

    def raise_event(
        self,
        *,
        source: str = POLICE,
        tier: Tier = Tier.URGENT,
        case: bytes | None = None,
        sequence: int = 1,
        kind: str = "concern.raised",
    ) -> UUID:
        event_id, now = uuid4(), self.clock()
        with self.connect() as connection:
            connection.execute(
                "insert into event (event_id, source, kind, tier, case_key, sequence, digest, raised_at, raised_ahead, "
                "broker_at, decided_at, topic, partition, record_offset, outcome, rules_version, evidence_key, "
                "evidence) values (%s, %s, %s, %s, %s, %s, '', %s, false, %s, %s, 'concern.urgent', 0, 0, 'matched', "
                "'v', 'k', '')",
                (event_id, source, kind, tier, case or event_id.bytes, sequence, now, now, now),
            )
        return event_id

    def deliver(
        self,
        organisation: str,
        *,
        role: Role = DSL,
        tier: Tier = Tier.URGENT,
        event: UUID | None = None,
        due_in: float = 3_600.0,
        purpose: Purpose = Purpose.DISCLOSE,
        subject: str = "1",
        wake: bool = True,
        **columns: Any,
    ) -> UUID:
        """A pending delivery as the router writes one; returns its id."""
        event_id, now = event or self.raise_event(tier=tier), self.clock()
        key = DeliveryKey(event_id, subject, Recipient(organisation, role), purpose)
        body = self.body(key)
        values: dict[str, Any] = {
            "delivery_id": key.delivery_id,
            "event_id": event_id,
            "subject": subject,
            "recipient": organisation,
            "role": role,
            "purpose": purpose,
            "revision": 1,
            "tier": tier,
            "status": "pending",
            "next_attempt_at": now,
            "due_by": now + timedelta(seconds=due_in),
            "created_at": now,
            "body": body,
        } | columns
        names, holes = ", ".join(values), ", ".join(["%s"] * len(values))
        with self.connect() as connection:
            connection.execute(f"insert into delivery ({names}) values ({holes})", list(values.values()))
            if wake:
                connection.execute("select pg_notify('delivery', '')")
        return key.delivery_id

    def deliver_many(self, organisations: list[str], *, tier: Tier = Tier.URGENT) -> list[UUID]:
        """One event each, all at once."""
        made = [self.deliver(name, tier=tier, wake=False) for name in organisations]
        with self.connect() as connection:
            connection.execute("select pg_notify('delivery', '')")
        return made

    def body(self, key: DeliveryKey) -> bytes:
        organisation = key.recipient.organisation
        if key.purpose is not Purpose.DISCLOSE:
            return notice_body(key.delivery_id, key.purpose, {"reason": "test"}, at=self.clock())
        keys = [(name, self.keys.public(name).raw) for name in (f"{organisation}.receive.1", f"{organisation}.inbox.1")]
        return sealed_body(key.delivery_id, {"items": {"concern.summary": SECRET_STORY}}, keys, at=self.clock())

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query, parameters).fetchall()

    def status(self, delivery_id: UUID) -> tuple[Any, ...]:
        """(status, reason, channel, attempts)."""
        return self.rows("select status, reason, channel, attempts from delivery where delivery_id = %s", delivery_id)[
            0
        ]

    async def until(self, query: str, expected: Any, *, within: float = 15.0) -> None:
        """Wait until a query of one value answers as expected."""
        found: Any = None
        for _ in range(int(within / 0.05)):
            found = (await asyncio.to_thread(self.rows, query))[0][0]
            if found == expected:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{query}: {found!r}, not {expected!r}, after {within} s")

    async def all_accepted(self, count: int, *, within: float = 20.0) -> None:
        await self.until("select count(*) from delivery where status = 'accepted'", count, within=within)

    @asynccontextmanager
    async def dispatching(self) -> AsyncIterator[Dispatcher]:
        """A dispatcher that runs inside the block."""
        dispatcher, stop = Dispatcher(self.tools()), asyncio.Event()
        task = asyncio.create_task(dispatcher.run(stop))
        try:
            yield dispatcher
        finally:
            stop.set()
            await asyncio.wait_for(task, 30)


async def sweep(world: World, at: datetime | None = None) -> None:
    """One sweep, as a dispatcher makes it every few seconds."""
    tools = world.tools()
    if at is not None:
        tools = replace(tools, clock=lambda: at)
    connection = await connect_async(world.database_url, "test-sweep")
    try:
        await Sweep(None, tools).once(connection)  # type: ignore[arg-type]  # `once` is handed its connection
    finally:
        await connection.close()


def a_claim(organisation: str = PRIMARY, **fields: Any) -> Claimed:
    """A claimed delivery in a test's hands."""
    now = fields.pop("now", SATURDAY_NIGHT)
    values: dict[str, Any] = {
        "delivery_id": uuid4(),
        "event_id": uuid4(),
        "subject": "1",
        "recipient": Recipient(organisation, DSL),
        "purpose": Purpose.DISCLOSE,
        "revision": 1,
        "tier": Tier.URGENT,
        "isp": "ISP-POL-EDU-001@3",
        "subject_id": uuid4(),
        "channel": None,
        "attempts": 0,
        "channel_attempts": 0,
        "due_by": now + timedelta(hours=1),
        "since": now,
        "asked": False,
        "body": b"{}",
        "source": POLICE,
        "raised_at": now,
        "retracted": False,
        "kind": "school",
        "rule": "da-school",
        "registered_as": ("enrolled",),
        "blocked": False,
        "besides": False,
        "decided_under": Rules.SAME,
        "session": 1,
    }
    return Claimed(**{**values, **fields})
