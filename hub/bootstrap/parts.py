"""The parts of one process."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import psycopg

from hub import metrics
from hub.bootstrap.register import make_register
from hub.delivery.channels import Channel
from hub.delivery.channels.inbox import InboxChannel
from hub.delivery.channels.webhook import WebhookChannel, WebhookSettings
from hub.delivery.directory import Directory
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.recheck import StandardRecheck
from hub.delivery.reporting import News, key_finder
from hub.delivery.tools import Tools
from hub.facts.clock import Clock, utc_now
from hub.facts.errors import ConfigurationError
from hub.facts.items import DataItem
from hub.keys.evidence import Evidence
from hub.keys.files import HUB, FileKeys
from hub.keys.overlap import Overlap
from hub.keys.provider import Use
from hub.keys.webhooks import WebhookSigner
from hub.matching.register.register import Register
from hub.people.accounts.leave import Lapsed
from hub.people.desk import Desk
from hub.people.recipients import Recipients, make_recipients
from hub.people.register import Clerk
from hub.people.reviewing.reviews import Reviewing
from hub.people.reviewing.texts import Texts
from hub.routing.anew_loop import AnewLoop
from hub.routing.context import Context
from hub.routing.kept_rules import RulesInUse, keep_rules, take_into_use
from hub.routing.readers import Readers
from hub.routing.router import Router
from hub.routing.text_loop import TextLoop
from hub.settings import Settings
from hub.sharing import RuleSet, SignedBy, load_rules, verify_signatures
from hub.store.clock import DatabaseClock
from hub.store.connecting import Work, connect
from hub.store.embedded import database_url
from hub.store.migrate import missing
from hub.wire.news import NewsSigner
from hub.wire.schemas import Schemas, known_catalogue, load_schemas


@dataclass
class Parts:
    """The parts of one process, each made when first asked for.

    `given_clock`: what time it is, for tests; else it is what the database says.
    """

    settings: Settings
    given_clock: Clock | None = None
    random: Callable[[int], bytes] = secrets.token_bytes

    @cached_property
    def database_clock(self) -> DatabaseClock:
        """The clock by which the hub judges what is due."""
        return DatabaseClock(lambda: self.database_url)

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.given_clock or self.database_clock

    @cached_property
    def schemas(self) -> Schemas:
        """Every schema version."""
        return load_schemas(self.settings.schemas)

    @cached_property
    def items(self) -> Mapping[str, DataItem]:
        """The catalogue of data items; refuses a schema folder that says other than this release of them."""
        return known_catalogue(self.schemas)

    @cached_property
    def keys(self) -> FileKeys:
        """The hub's key provider."""
        return FileKeys(self.settings.keys)

    @cached_property
    def rules(self) -> RuleSet:
        """Routing rules and ISPs, as they were when the process started."""
        return load_rules(self.settings.rules)

    @cached_property
    def lapsed(self) -> Lapsed:
        """Posts that nobody in training holds."""
        return Lapsed()

    @cached_property
    def rules_in_use(self) -> RulesInUse:
        """The same, beside those that other processes run on."""
        return RulesInUse(self.rules.version, unsigned=bool(self.rules.isps) and not self.signed)

    @cached_property
    def signed(self) -> SignedBy:
        """Who signed which ISP, by signatures that verify. Router and dispatcher always demand them."""
        return verify_signatures(self.rules, self.keys.public)

    @cached_property
    def database_url(self) -> str:
        """Where PostgreSQL is."""
        return database_url(self.settings)

    @cached_property
    def register(self) -> Register:
        """The subject register."""
        return make_register(self.keys, self.clock)

    @cached_property
    def evidence(self) -> Evidence:
        """The one sealed envelope for evidence, under the key that is current when the process starts."""
        return Evidence(self.keys, self.random, self.keys.current(HUB, Use.EVIDENCE))

    @cached_property
    def context(self) -> Context:
        """What the pipeline's steps are handed."""
        return Context(
            self.schemas,
            self.items,
            self.rules,
            Readers.of(self.rules),
            self.signed,
            self.keys,
            self.evidence,
            self.news_signer,
            self.clock,
            self.random,
        )

    def connect(self) -> psycopg.Connection:
        """A connection of its own, on which only `transaction()` begins a transaction, so that it also ends it."""
        return connect(self.database_url, autocommit=True, work=Work.STEP)

    def router(self) -> Router:
        """A router with a connection of its own; one for each thread."""
        return Router.of(self.connect, self.context, self.register)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk of this process's parts; what is done at it is committed at the end."""
        with self.connect() as connection, connection.transaction():
            yield Desk(connection, self.evidence)

    def reviewing(self, desk: Desk) -> Reviewing:
        """A reviewer of concerns at a desk."""
        return Reviewing(desk, self.context, self.register, self.settings.second_reviewer)

    def clerk(self, desk: Desk) -> Clerk:
        """Whoever changes the register by hand, at a desk."""
        return Clerk(desk, self.register)

    def texts(self, desk: Desk) -> Texts:
        """A reviewer of texts that wait, at a desk."""
        return Texts(desk, self.keys)

    def recipients(self) -> Recipients:
        """What recipients' own systems may do."""
        return make_recipients(self.database_url, self.keys, self.news, clock=self.clock, random=self.random)

    def anew_loop(self) -> AnewLoop:
        """What decides events anew, with a connection of its own."""
        return AnewLoop.of(self.connect, self.context, self.register)

    def text_loop(self) -> TextLoop:
        """What opens texts that wait as reviewers ask, with a connection of its own."""
        return TextLoop.of(self.connect, self.context, self.register)

    @cached_property
    def news_signer(self) -> NewsSigner:
        """What signs news to senders."""
        return NewsSigner(Overlap(self.keys, utc_now))

    @cached_property
    def directory(self) -> Directory:
        """What the rules say of recipients."""
        return Directory(self.rules, self.signed)

    @cached_property
    def news(self) -> News:
        """Word to senders."""
        return News(self.schemas, self.news_signer, key_finder(self.directory.receive_key, self.keys.public))

    def dispatcher(self) -> Dispatcher:
        """A dispatcher of this process; raises ConfigurationError where its settings cannot be used."""
        self._channels()  # what cannot be used of the settings is said now
        directory = self.directory
        recheck = StandardRecheck(directory.in_force, directory.needed_ties, directory.current_keys)
        tools = Tools(
            self.database_url,
            directory,
            recheck,
            self._channels,
            self.news,
            clock=self.clock,
            random=self.random,
            chance=random.random,
        )
        return Dispatcher(tools)

    @cached_property
    def webhook_signer(self) -> WebhookSigner:
        """What signs webhooks, by the machine's clock: it goes by the age of files."""
        return WebhookSigner(Overlap(self.keys, utc_now))

    def warnings(self) -> list[str]:
        """What this process works in spite of, for /readyz."""
        return [
            *self.keys.troubles(),
            *self.database_clock.warnings(),
            *self.rules_in_use.warnings(),
            *self.lapsed.warnings(),
        ]

    def signing_keys(self) -> list[str]:
        """Ids of the keys that webhooks are signed with, those that organisations' files name among them."""
        listed = (channel.webhook for one in self.rules.organisations.values() for channel in one.channels)
        return self.webhook_signer.listed(webhook.key for webhook in listed if webhook and webhook.key)

    def _channels(self) -> dict[str, Channel]:
        own = self.settings
        chosen = WebhookSettings(
            networks=own.webhook_networks,
            certificate=own.webhook_cert,
            private_key=own.webhook_key,
            authorities=own.webhook_ca,
        )
        webhook = WebhookChannel(self.webhook_signer.header, self.clock, chosen)
        return {"webhook": webhook, "inbox": InboxChannel()}

    def check_ready(self, *, router: bool, dispatcher: bool) -> None:
        """Fail now, in one sentence, on what would otherwise fail on the first event. A router needs the hub's keys.

        What decides or delivers takes its rules into use.
        """
        metrics.KEYS_LACKING.set_function(lambda: len(self.keys.troubles()))
        with connect(self.database_url) as connection:
            lacking = missing(connection)
            if lacking:
                raise ConfigurationError("The database lacks migrations of this release: run `hub db upgrade`.")
            if router:
                for use in (Use.MATCHING, Use.DECIDING, Use.RELEASE):
                    self.keys.private_raw(self.keys.current(HUB, use))
                self.keys.secret(self.evidence.current())
                keep_rules(connection, self.rules, self.evidence, self.clock())
            if router or dispatcher:
                take_into_use(connection, self.rules.version)
        self.clock()  # asks the database here, where that may take a moment
