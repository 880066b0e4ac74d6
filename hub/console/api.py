"""The HTTP API of recipients: inbox and receipts. A bearer key says which organisation and role calls."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import HTMLResponse, Response

from hub.console import docs
from hub.console.faults import NOT_FOUND, UNAUTHORISED, Refusal, install_faults, too_many
from hub.console.health import Check, health_routes
from hub.console.limits import Guard, Rate
from hub.console.wording import (
    CloudEvent,
    ErrorOut,
    InboxItem,
    InboxPage,
    ReceiptIn,
    ReceiptOut,
    WebhookKey,
    WebhookKeys,
)
from hub.delivery.reporting import News
from hub.facts.terms import Tier
from hub.keys.evidence import Evidence
from hub.keys.files import HUB
from hub.keys.provider import KeyProvider, Use
from hub.people.callers import Caller, find_caller
from hub.people.inbox import Inbox, InboxKeys, Recalled
from hub.people.receipts import NameMissing, NotTheirs, Receipts, Recorded
from hub.store.connecting import Pool, make_pool

TITLE = "Concern hub: inbox and receipts"
DESCRIPTION = """Recipients read what was disclosed to them and say how far it came. Every request under /v1/inbox and
/v1/deliveries bears an API key, `Authorization: Bearer <key>`, which belongs to one organisation and one role; for it,
no other deliveries exist.

This is no emergency service. In danger call 999. The hub never replaces a direct child-protection referral."""
CONNECTIONS = 10
LONGEST_PAGE = 200


class ConsoleKeys(KeyProvider, InboxKeys, Protocol):
    """The key provider, which also opens the inbox."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What requests are answered with."""

    pool: Pool
    inbox: Inbox
    receipts: Receipts
    keys: ConsoleKeys
    rate: Rate
    failures: Rate


def make_app(
    database_url: str,
    keys: ConsoleKeys,
    news: News,
    *,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    checks: Mapping[str, Check] | None = None,
) -> FastAPI:
    """The console's app; it opens its connections when it starts. `checks` besides its own are for /readyz."""
    pool = make_pool(database_url, "hub-console", CONNECTIONS)
    receipts = Receipts(news, Evidence(keys, random), clock)
    inbox = Inbox(keys, receipts, clock, random)
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version="1",
        lifespan=_opening(pool),
        docs_url=None,
        redoc_url=None,
        responses={status: {"model": ErrorOut} for status in (401, 404, 422, 429, 503)},
    )
    app.state.desk = Desk(pool, inbox, receipts, keys, Rate(monotonic), Rate(monotonic, per_second=1.0, burst=20.0))
    app.add_middleware(Guard)
    install_faults(app)
    app.include_router(_api)
    app.include_router(_pages)
    app.router.routes.extend(health_routes({"postgresql": _pool_answers(pool), **(checks or {})}))
    return app


def _opening(pool: Pool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Connections are open while the app runs."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await pool.open(wait=False)
        try:
            yield
        finally:
            await pool.close()

    return lifespan


def _pool_answers(pool: Pool) -> Check:
    async def answers() -> bool:
        async with pool.connection(timeout=2.0) as connection:
            await connection.execute("select 1")
        return True

    return answers


# --- who calls -------------------------------------------------------------------------------------------------------

_bearer = HTTPBearer(auto_error=False, description="An API key: `hub keys new --api --organisation ORG --role ROLE`.")


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _caller(
    request: Request,
    desk: Annotated[Desk, Depends(_desk)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    caller = None
    if bearer is not None:
        async with desk.pool.connection() as connection:
            caller = await find_caller(connection, bearer.credentials)
    if caller is None:
        wait = desk.failures.take(request.client.host if request.client else "")
        raise too_many(wait) if wait else UNAUTHORISED
    if wait := desk.rate.take(caller.key_id):
        raise too_many(wait)
    return caller


TheDesk = Annotated[Desk, Depends(_desk)]
TheCaller = Annotated[Caller, Depends(_caller)]
DeliveryId = Annotated[UUID, Path(description="`id` of the delivery's CloudEvent, `webhook-id` of its webhook.")]

# --- inbox and receipts ----------------------------------------------------------------------------------------------

_api = APIRouter(prefix="/v1")


@_api.get("/inbox", summary="List what lies in your inbox")
async def list_inbox(
    desk: TheDesk,
    caller: TheCaller,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="Deliveries a page.")] = 50,
    after: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
) -> InboxPage:
    """Newest first, without content. Listing marks nothing."""
    async with desk.pool.connection() as connection:
        found = await desk.inbox.list(connection, caller, after=after, limit=limit + 1)
    shown = [
        InboxItem(
            delivery_id=item.delivery_id,
            type=item.type,
            tier=Tier(item.tier),
            received_at=item.received_at,
            due_by=item.due_by,
            layer=item.layer.word,
        )
        for item in found[:limit]
    ]
    return InboxPage(deliveries=shown, next=shown[-1].delivery_id if len(found) > limit else None)


@_api.get(
    "/inbox/{delivery_id}",
    summary="Read one delivery",
    response_model=CloudEvent,
    responses={410: {"model": ErrorOut, "description": "It was taken back."}},
)
async def read_inbox(desk: TheDesk, caller: TheCaller, delivery_id: DeliveryId) -> dict[str, Any]:
    """The CloudEvent with its data opened. It counts as collected from then on, and the reading is audited.

    Post a receipt once a named person has opened it, and another once they acted on it.
    """
    async with desk.pool.connection() as connection:
        event = await desk.inbox.read(connection, caller, delivery_id)
    match event:
        case None:
            raise NOT_FOUND
        case Recalled():
            raise Refusal(410, "recalled", "This was taken back: the recall is in your inbox.")
        case _:
            return event


@_api.post("/deliveries/{delivery_id}/receipts", summary="Say how far a delivery came")
async def post_receipt(desk: TheDesk, caller: TheCaller, delivery_id: DeliveryId, receipt: ReceiptIn) -> ReceiptOut:
    """By whatever channel it came. Posting the same receipt again changes nothing, and a lower one never lowers it."""
    async with desk.pool.connection() as connection:
        outcome = await desk.receipts.record(
            connection, caller.organisation, caller.role, delivery_id, receipt.reached, receipt.at, receipt.by
        )
    match outcome:
        case Recorded(reached=reached, new=new):
            return ReceiptOut(delivery_id=delivery_id, layer=reached.word, new=new)
        case NotTheirs():
            raise NOT_FOUND
        case NameMissing():
            raise Refusal(422, "invalid", "by is needed: who opened it or acted.")


@_api.get("/webhook-keys", summary="Keys that webhooks are signed with")
async def webhook_keys(desk: TheDesk) -> WebhookKeys:
    """To verify `webhook-signature` (Standard Webhooks v1a). Pin the key: fetch it once, over TLS, and compare."""
    key = desk.keys.public(desk.keys.current(HUB, Use.WEBHOOK))
    return WebhookKeys(keys=[WebhookKey(key_id=key.key_id, public_key=f"whpk_{b64encode(key.raw).decode()}")])


# --- pages -----------------------------------------------------------------------------------------------------------

_pages = APIRouter(include_in_schema=False)


@_pages.get("/docs")
async def show_docs(request: Request) -> Response:
    """The API as one plain page."""
    return HTMLResponse(docs.render(request.app.openapi()))


@_pages.get("/docs/style.css")
async def show_style() -> Response:
    """Its style sheet."""
    return Response(docs.STYLE, media_type="text/css")
