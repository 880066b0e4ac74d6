"""The pages as somebody signed in meets them, over the real app and a real database.

    async with a_signed_in(world, (PRIMARY, Role.HEAD_TEACHER)) as visitor:
        seen = await visitor.get("/")
        assert "head teacher" in seen.text

`world` is a town (tests/town.py) or a world of deliveries (tests/unit/delivery/world.py).
"""

from __future__ import annotations

import json
import secrets
import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_network
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from jinja2 import ChainableUndefined

from hub.bootstrap.pages import make_front
from hub.console.app import make_app
from hub.console.limits import Rate
from hub.console.pages.frame.entry import SESSION
from hub.console.pages.frame.front import Front
from hub.console.pages.frame.rates import Rates
from hub.console.pages.frame.words import PAGES
from hub.facts.act import How
from hub.facts.clock import utc_now
from hub.facts.offices import Office
from hub.keys.evidence import Evidence
from hub.people.accounts.posts import csrf_of
from hub.people.desk import Desk
from hub.people.entering.fetching import Fetcher
from hub.people.entering.passkeys import site_of
from hub.people.entering.providers import Provider
from hub.people.entering.relying import RelyingParty
from hub.people.entering.ways import Shut, Ways
from hub.people.office import make_office
from hub.people.raising.handing import Raising
from hub.people.reviewing.texts import Texts
from tests.town import Town
from tests.unit.delivery.console_world import recipients_of, serving
from tests.unit.delivery.world import World

NAME = "Margaret Sim"
HOST = "localhost:8400"
PUBLIC_URL = f"http://{HOST}"
HeldPost = tuple[str, Office]
"""(organisation, office)."""


@dataclass
class Seen:
    """An answer."""

    status: int
    text: str
    headers: Any
    body: bytes

    @property
    def to(self) -> str:
        """Where it sends on to."""
        return str(self.headers.get("location", ""))


@dataclass
class Visitor:
    """A browser without scripts: it keeps no pages, follows nothing by itself, and sends what a form would."""

    url: str
    session: aiohttp.ClientSession
    cookie: str | None = field(repr=False, default=None)
    person_id: UUID | None = None
    cookies: str = ""
    """Others, as the header has them."""

    async def get(self, path: str, **headers: str) -> Seen:
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, fields: Iterable[tuple[str, str]] = (), /, **named: str) -> Seen:
        """A form of this session, with its CSRF token; fields that come several times go in as pairs."""
        data = [*fields, *named.items()]
        if self.cookie is not None and "csrf" not in dict(data):
            data.append(("csrf", csrf_of(self.cookie)))
        return await self.call("POST", path, data=data)

    async def call(
        self, verb: str, path: str, *, data: Any = None, headers: dict[str, str] | None = None, raw: bytes | None = None
    ) -> Seen:
        """Any request; headers are named with `_` for `-`."""
        own = [f"{SESSION}={self.cookie}"] if self.cookie else []
        kept = "; ".join([*own, *([self.cookies] if self.cookies else [])])
        sent = {"host": HOST} | ({"cookie": kept} if kept else {})
        sent |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        form = raw if raw is not None else (aiohttp.FormData(data or [("_", "")])() if verb == "POST" else None)
        if verb == "POST":
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        async with self.session.request(
            verb, self.url + path, data=form, headers=sent, allow_redirects=False
        ) as answer:
            body = await answer.read()
            return Seen(answer.status, body.decode(errors="replace"), answer.headers, body)


def front_of(world: World | Town, ways: Ways | None = None) -> Front:
    """What pages are made of, in this world; with other ways in than passkeys and links, where they are given.

    They may be asked for as often as a test likes.
    """
    rates = Rates(Rate(monotonic, 1e6, 1e6), Rate(monotonic, 1e6, 1e6))
    if isinstance(world, Town):
        made = replace(make_front(world.parts, world.parts.recipients()), rates=rates)
        return replace(made, ways=ways) if ways else made
    evidence = Evidence(world.keys)
    return Front(
        make_office(world.database_url, evidence),
        recipients_of(world),
        world.rules,
        {},
        world.keys,
        world.clock,
        PUBLIC_URL,
        _not_in_this_world,
        _not_in_this_world,
        lambda desk: Texts(desk, world.keys),
        ways or ways_by(),
        rates=rates,
    )


def ways_by(*providers: Provider, shut: Shut | None = None, demonstration: bool = True) -> Ways:
    """The ways in by these providers, which lie on loopback; nobody ever fails too often."""
    known = {one.id: one for one in providers}
    networks = (ip_network("127.0.0.0/8"),)
    party = RelyingParty(
        known, Fetcher(networks), lambda _: "a secret", PUBLIC_URL, secrets.token_bytes, networks, utc_now
    )
    return Ways(party, site_of(PUBLIC_URL), shut, demonstration, lambda _: 0.0, lambda _: None)


def _not_in_this_world(_: Desk) -> Any:
    raise LookupError("a world of deliveries has no register: use a town")


class Missing(ChainableUndefined):
    """A name that nobody gave a template of ours is a defect; in one of NHS.UK it counts as empty, as those want it."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        frame = sys._getframe(1)
        while frame.f_back is not None and not frame.f_code.co_filename.endswith((".html", ".jinja")):
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(str(PAGES)):
            self._fail_with_undefined_error()


@asynccontextmanager
async def served_pages(
    world: World | Town, raising: Raising | None = None, ways: Ways | None = None
) -> AsyncIterator[str]:
    """The whole console of this world; its address."""
    front = replace(front_of(world, ways), raising=raising)
    app = make_app(front.recipients, front.keys, list, front=front)
    async with serving(app) as url:
        yield url


@asynccontextmanager
async def a_signed_in(
    world: World | Town,
    *posts: HeldPost,
    name: str = NAME,
    organisation: str | None = None,
    raising: Raising | None = None,
) -> AsyncIterator[Visitor]:
    """Somebody who holds these posts, signed in, at a console of their own."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served_pages(world, raising))
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        yield sign_in(world, url, session, *posts, name=name, organisation=organisation)


def sign_in(
    world: World | Town,
    url: str,
    session: aiohttp.ClientSession,
    *posts: HeldPost,
    name: str = NAME,
    organisation: str | None = None,
) -> Visitor:
    """Another visitor of the same console."""
    person_id, cookie = a_session(world, *posts, name=name, organisation=organisation)
    return Visitor(url, session, cookie, person_id)


def a_person(
    world: World | Town, *posts: HeldPost, name: str = NAME, organisation: str | None = None, **post: Any
) -> UUID:
    """A row of `person`, and one of `post` for each post, in force since 2020."""
    evidence = world.parts.evidence if isinstance(world, Town) else Evidence(world.keys)
    person_id, now = uuid4(), _now(world)
    named = evidence.seal(json.dumps({"name": name, "telephone": "07700 900123", "email": ""}), person_id.bytes)
    where = organisation or (posts[0][0] if posts else "hub")
    with _connect(world) as connection:
        connection.execute(
            "insert into person (person_id, organisation, named_key, named, handle, made_at) values "
            "(%s, %s, %s, %s, %s, %s)",
            (person_id, where, named.key_id, named.sealed, secrets.token_bytes(64), now),
        )
        for at, office in posts:
            columns = {"since": date(2020, 1, 1), "until": None, "trained_until": None, **post}
            connection.execute(
                "insert into post (post_id, person_id, organisation, office, since, until, trained_until, made_at) "
                "values (%s, %s, %s, %s, %s, %s, %s, %s)",
                (uuid4(), person_id, at, office, columns["since"], columns["until"], columns["trained_until"], now),
            )
    return person_id


def a_session(
    world: World | Town, *posts: HeldPost, name: str = NAME, organisation: str | None = None
) -> tuple[UUID, str]:
    """Somebody's id, and the cookie of a session that began now."""
    person_id = a_person(world, *posts, name=name, organisation=organisation)
    return person_id, a_session_of(world, person_id)


def a_session_of(world: World | Town, person_id: UUID) -> str:
    """The cookie of a session that began now."""
    cookie, now = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="), _now(world)
    with _connect(world) as connection:
        connection.execute(
            "insert into session (session_id, secret_hash, person_id, how, second_factor, began_at, seen_at, ends_at) "
            "values (%s, %s, %s, %s, 'passkey', %s, %s, %s)",
            (uuid4(), sha256(cookie.encode()).digest(), person_id, How.PASSKEY, now, now, now + timedelta(hours=10)),
        )
    return cookie


def _now(world: World | Town) -> datetime:
    return world.now if isinstance(world, Town) else utc_now()


def _connect(world: World | Town) -> Any:
    return world.parts.connect() if isinstance(world, Town) else world.connect()
