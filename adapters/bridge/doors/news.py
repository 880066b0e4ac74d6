"""The HTTP door the other way round: what became of what was posted. For the same callers as posting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, Header, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from adapters.bridge.news.telling import Teller

Refuse = Callable[[str | None], Response | None]
_LONGEST_REFERENCE = 200


class Fate(BaseModel):
    """How far one event came; never who was told."""

    event_id: str
    state: str = Field(description="spooled (on disk here), published (on Kafka) or heard (the hub has said).")
    at: str | None = Field(description="When that became so, by the hub.")
    outcome: str | None = Field(description="matched, review, not_found, superseded, retracted or dead_letter.")
    told: int | None = Field(description="Recipients told so far.")
    layers: dict[str, int] = Field(description="Deliveries that reached accepted, collected, opened, acted.")
    reason: str | None = Field(description="Of a dead letter.")


def add_news(app: FastAPI, teller: Teller, refuse: Refuse) -> None:
    """`GET /v1/concerns/{event_id}` and `GET /v1/concerns?reference=`."""

    @app.get("/v1/concerns/{event_id}", response_model=Fate)
    async def tell_event(event_id: UUID, authorization: Annotated[str | None, Header()] = None) -> Response:
        """What became of one event."""
        return await _answer(lambda: teller.of_event(event_id), refuse, authorization)

    @app.get("/v1/concerns", response_model=list[Fate])
    async def tell_reference(
        reference: Annotated[str, Query(min_length=1, max_length=_LONGEST_REFERENCE)],
        authorization: Annotated[str | None, Header()] = None,
    ) -> Response:
        """What became of each version of a case, by your own reference; the latest version first."""
        return await _answer(lambda: teller.of_reference(reference) or None, refuse, authorization)


async def _answer(tell: Callable[[], Any], refuse: Refuse, authorization: str | None) -> Response:
    refused = await asyncio.to_thread(refuse, authorization)
    if refused is not None:
        return refused
    found = await asyncio.to_thread(tell)
    if found is None:
        return JSONResponse({"faults": ["concern: this adapter has taken none of this id or reference."]}, 404)
    return JSONResponse(found)
