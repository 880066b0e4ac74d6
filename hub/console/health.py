"""/livez, /readyz and /metrics, the same for every process of the hub."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.log import fault, logger
from hub.metrics import REGISTRY

CHECK_S = 3.0
"""Time limit of all checks together, which run side by side."""

Check = Callable[[], Awaitable[bool]]
"""Whether a part answers; raising or taking too long means that it does not."""


Warnings = Callable[[], Sequence[str]]
"""What the process works in spite of, in sentences."""


def _nothing() -> Sequence[str]:
    return ()


def health_routes(
    checks: Mapping[str, Check], warnings: Warnings = _nothing, registry: CollectorRegistry = REGISTRY
) -> list[Route]:
    """The three routes. `checks` names each part that the process cannot work without."""

    async def livez(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_: Request) -> Response:
        answers = await asyncio.gather(*(_ask(name, check) for name, check in checks.items()))
        parts = dict(zip(checks, answers, strict=True))
        down = [name for name, up in parts.items() if not up]
        said = {"ready": not down, "parts": parts, "down": down, "warnings": list(warnings())}
        return JSONResponse(said, 503 if down else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]


def health_app(
    checks: Mapping[str, Check], warnings: Warnings = _nothing, registry: CollectorRegistry = REGISTRY
) -> Starlette:
    """An app of these routes alone, for processes that serve nothing else."""
    return Starlette(routes=health_routes(checks, warnings, registry))


async def _ask(name: str, check: Check) -> bool:
    try:
        return await asyncio.wait_for(_awaited(check), CHECK_S)
    except Exception as error:  # noqa: BLE001 - whatever a part raises, it is down
        logger().warning("part_down", part=name, fault=fault(error))
        return False


async def _awaited(check: Check) -> bool:
    return await check()
