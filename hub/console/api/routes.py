"""The HTTP API of recipients: inbox and receipts. A bearer key says which organisation and role calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hub.console.api import docs
from hub.console.api.access import Access, make_access
from hub.console.api.faults import NOT_FOUND, Refusal, install_faults, invalid
from hub.console.api.wording import (
    CloudEvent,
    ErrorOut,
    InboxItem,
    InboxPage,
    ReceiptIn,
    ReceiptOut,
    WebhookKey,
    WebhookKeys,
)
from hub.console.limits import counted_as
from hub.facts.terms import Tier
from hub.keys.provider import KeyProvider
from hub.keys.webhooks import shown_key
from hub.people.callers import Caller
from hub.people.inbox import Recalled
from hub.people.receipts import NameMissing, NotItsCaveat, NotTheirs, Receipt, Recorded, TooEarly
from hub.people.recipients import Recipients

TITLE = "Concern hub: inbox and receipts"
DESCRIPTION = """Recipients read what was disclosed to them and say how far it came. Every request under /v1/inbox and
/v1/deliveries bears an API key, `Authorization: Bearer <key>`, which belongs to one organisation and one role; for it,
no other deliveries exist.

This is no emergency service. In danger call 999. The hub never replaces a direct child-protection referral."""
LONGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """What requests are answered with."""

    recipients: Recipients
    keys: KeyProvider
    signing: Callable[[], Sequence[str]]
    """Ids of the keys that webhooks are signed with."""
    access: Access


def api_app(
    recipients: Recipients,
    keys: KeyProvider,
    signing: Callable[[], Sequence[str]],
    health: Sequence[Route],
    opened: Callable[[], AbstractAsyncContextManager[None]],
) -> FastAPI:
    """The API, the page that documents it, and `health` beside; connections are there while `opened` lasts."""
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version="1",
        lifespan=lambda _: opened(),
        docs_url=None,
        redoc_url=None,
        responses={status: {"model": ErrorOut} for status in (401, 403, 404, 422, 429, 503)},
    )
    app.state.desk = Desk(recipients, keys, signing, make_access(recipients.invented, recipients.caller))
    install_faults(app)
    app.include_router(_api)
    app.include_router(_pages)
    app.router.routes.extend(health)
    return app


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
    address = counted_as(request.client.host) if request.client else ""
    return await desk.access.admit(bearer.credentials if bearer else None, address)


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
    found = await desk.recipients.list_inbox(caller.reader(), after=after, limit=limit + 1)
    shown = [
        InboxItem(
            delivery_id=item.delivery_id,
            type=item.type,
            tier=Tier(item.tier),
            received_at=item.received_at,
            due_by=item.due_by,
            by=item.by,
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
    event = await desk.recipients.read(caller.reader(), delivery_id)
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
    said = Receipt(delivery_id, receipt.reached, receipt.at, receipt.by, frozenset(receipt.acknowledged))
    match await desk.recipients.record(caller.reader(), said):
        case Recorded(reached=reached, new=new):
            return ReceiptOut(delivery_id=delivery_id, layer=reached.word, new=new)
        case NotTheirs():
            raise NOT_FOUND
        case NameMissing():
            raise Refusal(422, "invalid", "by is needed: who opened it or acted.")
        case NotItsCaveat():
            raise invalid("acknowledged", "names what is not in the handling of this delivery")
        case TooEarly():
            raise invalid("at", "is before the delivery came: nobody can have seen it then")


@_api.get("/webhook-keys", summary="Keys that webhooks are signed with")
async def webhook_keys(desk: TheDesk) -> WebhookKeys:
    """To verify `webhook-signature` (Standard Webhooks v1a). Pin them: fetch them once, over TLS, and compare.

    After a rotation both keys sign for a while; any one of them that you pinned is enough.
    """
    found = map(desk.keys.public, desk.signing())
    return WebhookKeys(keys=[WebhookKey(key_id=key.key_id, public_key=shown_key(key.raw)) for key in found])


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
