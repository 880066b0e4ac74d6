"""The console's API as a caller meets it, for the tests of inbox and receipts."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import uvicorn

from hub.console.app import make_app
from hub.facts.act import act, typed
from hub.facts.terms import OrganisationKind, Role
from hub.keys.overlap import Overlap
from hub.keys.webhooks import WebhookSigner
from hub.people.callers import Scope, TokenChecks, new_api_key
from hub.people.recipients import Recipients, make_recipients
from hub.wire.news import news_info
from tests.unit.delivery.world import ACADEMY, DSL, POLICE, PRIMARY, World, an_organisation, inbox, utc_now

NAME = "Morag Fraser"


@dataclass
class Api:
    """The API as one caller sees it."""

    url: str
    token: str | None
    session: aiohttp.ClientSession

    async def call(
        self,
        verb: str,
        path: str,
        *,
        body: Any = None,
        raw: bytes | None = None,
        token: str | None = None,
        encoding: str = "",
    ) -> tuple[int, Any, str]:
        """(status, JSON, text)."""
        bearer = token if token is not None else self.token
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        if encoding:
            headers["content-encoding"] = encoding
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        async with self.session.request(verb, self.url + path, data=data, headers=headers) as answer:
            self.headers = answer.headers
            text = await answer.text()
            return answer.status, json.loads(text) if "json" in answer.content_type else None, text

    async def get(self, path: str, **options: Any) -> tuple[int, Any, str]:
        return await self.call("GET", path, **options)

    async def post_receipt(
        self, delivery_id: UUID | str, layer: str = "opened", at: str | None = None, by: str | None = NAME, **more: Any
    ) -> tuple[int, Any, str]:
        body = {"layer": layer, "at": at or utc_now().isoformat(), "by": by, **more}
        return await self.call("POST", f"/v1/deliveries/{delivery_id}/receipts", body=body)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The app on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", lifespan="on"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def a_console_world(database_url: str, home: Path) -> World:
    """Two schools with inboxes, and the police."""
    return World(
        database_url,
        home,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, inbox()),
            ACADEMY: an_organisation(ACADEMY, inbox()),
        },
    )


def a_key(world: World, organisation: str = PRIMARY, role: Role = DSL, scope: Scope = Scope.BOTH) -> tuple[str, str]:
    with world.desk() as desk:
        return new_api_key(
            desk,
            organisation,
            role,
            act(typed("O. Perator"), "a new system", utc_now()),
            TokenChecks(world.keys),
            scope,
        )


def in_inbox(world: World, organisation: str = PRIMARY, **columns: Any) -> UUID:
    """A delivery that the dispatcher has put into the inbox."""
    delivery_id = world.deliver(
        organisation, wake=False, **{"status": "accepted", "channel": "inbox", "settled_at": utc_now(), **columns}
    )
    with world.connect() as connection:
        connection.execute(
            "insert into receipt (delivery_id, layer, at, received_at) values (%s, 1, now(), now())", (delivery_id,)
        )
    return delivery_id


def recipients_of(world: World, database_url: str | None = None) -> Recipients:
    """What recipients' systems may do, in this world or at another address."""
    address = database_url or world.database_url
    return make_recipients(address, world.keys, world.news, clock=utc_now, random=secrets.token_bytes)


@asynccontextmanager
async def an_api(world: World, token: str | None) -> AsyncIterator[Api]:
    app = make_app(recipients_of(world), world.keys, WebhookSigner(Overlap(world.keys, utc_now)).signing)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        yield Api(url, token, session)


def open_news(world: World, value: bytes) -> dict[str, Any]:
    """What the sender reads, with the sender's own key."""
    sealed = world.schemas.decode("SealedNews", value)
    own = world.keyring.of(POLICE)
    event_id = UUID(bytes=sealed["event_id"])
    return world.schemas.decode("News", own.unseal(sealed["key_id"], sealed["sealed"], news_info(event_id, POLICE)))
