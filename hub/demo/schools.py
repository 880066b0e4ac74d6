"""The simulated recipients of the demonstration, in a process of their own: they hold their keys, the hub does not.

    python -m hub.demo.schools CONFIG.json

Each takes webhooks at /<organisation>, checks the hub's signature, opens the disclosure with its own key, and posts
receipts (opened, acted) to the hub's API as a safeguarding lead's system would. GET /seen tells what each was shown,
by item name. One of them is down for its first calls.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.redaction import jwe

READER = "Simulated reader"
_MAX_BODY = 4_000_000


@dataclass(slots=True)
class Recipient:
    """One simulated organisation: its key, its API secrets by role, and how many calls it will still fail."""

    organisation: str
    key_id: str
    private: bytes
    secrets: dict[str, str]
    failing: int = 0
    silent: bool = False
    """It takes what comes, and says no more of it: its people read on the hub's pages."""
    gone: int = 0
    """Calls that it will still answer with 410."""
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: int = 0


@dataclass(slots=True)
class Schools:
    """The simulated recipients, and the hub they answer to."""

    hub_url: str
    webhook_key: Ed25519PublicKey
    recipients: dict[str, Recipient]
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def receive(self, request: web.Request) -> web.Response:
        """One webhook call."""
        recipient = self.recipients.get(request.match_info["organisation"])
        if recipient is None:
            return web.Response(status=404)
        recipient.calls += 1
        if recipient.failing > 0:
            recipient.failing -= 1
            return web.Response(status=503, headers={"Retry-After": "1"})
        if recipient.gone > 0:
            recipient.gone -= 1
            return web.Response(status=410)
        body = await request.read()
        if not self._signed(request, body):
            return web.Response(status=401)
        event = json.loads(body)
        if event["id"] not in recipient.seen:
            recipient.seen[event["id"]] = self._open(recipient, event)
            if recipient.silent:
                return web.Response(status=204)
            sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
            task = asyncio.create_task(self._answer(recipient, event["id"], sent_at))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return web.Response(status=204)

    async def tell(self, _request: web.Request) -> web.Response:
        """What each recipient was shown: item names, never values."""
        return web.json_response(
            {name: {"calls": one.calls, "seen": list(one.seen.values())} for name, one in self.recipients.items()}
        )

    def _signed(self, request: web.Request, body: bytes) -> bool:
        """Standard Webhooks: v1a, Ed25519 over id.timestamp.body."""
        headers = request.headers
        message = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode() + body
        for signature in headers.get("webhook-signature", "").split():
            version, _, text = signature.partition(",")
            try:
                if version == "v1a":
                    self.webhook_key.verify(base64.b64decode(text), message)
                    return True
            except (InvalidSignature, ValueError):
                continue
        return False

    def _open(self, recipient: Recipient, event: dict[str, Any]) -> dict[str, Any]:
        sealed = event["datacontenttype"] == "application/jose+json"
        unsealed = (
            json.loads(jwe.unseal(event["data"], recipient.key_id, recipient.private)) if sealed else event["data"]
        )
        return {
            "delivery_id": event["id"],
            "type": event["type"],
            "items": sorted(unsealed["items"]) if sealed else [],
            "role": unsealed.get("role"),
            "handling": [caveat["code"] for caveat in unsealed.get("handling", ())],
        }

    async def _answer(self, recipient: Recipient, delivery_id: str, sent_at: datetime) -> None:
        """Receipts by the clock of the demonstration, as a reader would cause them. A recall is only opened."""
        seen = recipient.seen[delivery_id]
        secret = recipient.secrets.get(seen["role"] or "") or next(iter(recipient.secrets.values()))
        layers = ("opened", "acted") if seen["items"] else ("opened",)
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {secret}"}) as session:
            for layer in layers:
                await asyncio.sleep(0.05)
                receipt = {"layer": layer, "at": sent_at.isoformat(), "by": READER, "acknowledged": seen["handling"]}
                await self._post(session, delivery_id, receipt)

    async def _post(self, session: aiohttp.ClientSession, delivery_id: str, receipt: dict[str, Any]) -> None:
        for _ in range(20):  # the hub may still be settling the delivery itself
            async with session.post(f"{self.hub_url}/v1/deliveries/{delivery_id}/receipts", json=receipt) as answer:
                if answer.status < 300:  # noqa: PLR2004 - any success
                    return
            await asyncio.sleep(0.2)


def load(config: dict[str, Any]) -> Schools:
    """The recipients that a configuration names."""
    recipients = {
        name: Recipient(
            name,
            one["key_id"],
            base64.b64decode(one["private"]),
            one["secrets"],
            one.get("failing", 0),
            silent=one.get("silent", False),
            gone=one.get("gone", 0),
        )
        for name, one in config["recipients"].items()
    }
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(config["webhook_key"]))
    return Schools(config["hub_url"], key, recipients)


def _end_with_the_demonstration() -> None:
    """Its end of the pipe closes when it ends, however it ends."""
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a lock of Python's would be held at its end
        pass
    os._exit(0)


def main() -> None:
    """Serve until ended."""
    config = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    schools = load(config)
    threading.Thread(target=_end_with_the_demonstration, daemon=True).start()
    app = web.Application(client_max_size=_MAX_BODY)
    app.add_routes([web.get("/seen", schools.tell), web.post("/{organisation}", schools.receive)])
    web.run_app(app, host="127.0.0.1", port=config["port"], print=None, access_log=None)


if __name__ == "__main__":
    main()
