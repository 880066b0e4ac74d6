"""Who may call the console, what each answer bears, its pages, and health."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.exceptions import InvalidSignature

from hub.console.app import make_app
from hub.console.health import health_app
from hub.console.limits import Rate
from hub.delivery.channels import Way
from hub.delivery.channels.webhook import WebhookChannel
from hub.facts.act import act, typed
from hub.facts.outcome import Delivered
from hub.facts.terms import Tier
from hub.keys.files import HUB
from hub.keys.overlap import Overlap
from hub.keys.provider import Use
from hub.keys.webhooks import WebhookSigner, shown_secret
from hub.people.callers import Scope, revoke_api_key
from hub.redaction import jwe
from tests.unit.delivery.console_world import Api, a_key, an_api, in_inbox, recipients_of, serving
from tests.unit.delivery.receiver import receiving
from tests.unit.delivery.world import PRIMARY, SECRET_STORY, World, a_claim, utc_now

SECRET = "Zebedee Quill"


# --- who calls -------------------------------------------------------------------------------------------------------


async def test_without_a_key_that_is_in_force_nothing_is_answered(api: Api, world: World):
    delivery_id = in_inbox(world)
    key_id, token = a_key(world)
    wrong = [
        "",
        "x",
        key_id,
        f"{key_id}.",
        f"{key_id}.wrong",
        token.replace(key_id, "api-unknown"),
        token + "x",
        "ä.ö",
        "x" * 5_000,
    ]
    for bearer in wrong:
        for path in ("/v1/inbox", f"/v1/inbox/{delivery_id}"):
            api.token = None
            status, error, _ = await api.get(path, token=bearer.encode("utf-8").decode("latin-1"))
            assert status in {401, 429}, bearer
            assert error["error"] in {"unauthorised", "too_many"}
    api.token = token
    assert (await api.get("/v1/inbox"))[0] == 200


async def test_a_revoked_key_ends_at_once(api: Api, world: World):
    key_id, token = a_key(world)
    assert (await api.get("/v1/inbox", token=token))[0] == 200
    with world.desk() as desk:
        ending = act(typed("O. Perator"), "lost", utc_now())
        assert revoke_api_key(desk, key_id, ending)
        assert not revoke_api_key(desk, key_id, ending)
    assert (await api.get("/v1/inbox", token=token))[0] == 401
    assert api.headers["www-authenticate"] == "Bearer"
    assert world.rows("select count(*) from ledger_entry where kind = 'api_key'") == [(3,)]


def test_only_a_hash_of_the_secret_is_stored(world: World):
    key_id, token = a_key(world)
    _, secret, check = token.split(".")
    assert (len(secret), len(check)) == (43, 16)
    [(stored,)] = world.rows("select secret_hash from api_key where key_id = %s", key_id)
    assert len(stored) == 32
    assert secret not in str(world.rows("select * from api_key")) + str(world.rows("select facts from ledger_entry"))


async def test_an_invented_token_is_refused_before_the_database_is_asked(world: World):
    """PostgreSQL is away: whoever reached it would hear 503."""
    _, token = a_key(world)
    recipients = recipients_of(world, "postgresql://nobody@127.0.0.1:1/none")
    recipients.pool.timeout = 0.2
    app = make_app(recipients, world.keys, WebhookSigner(Overlap(world.keys, utc_now)).signing)
    key_id, secret, check = token.split(".")
    async with serving(app) as url, aiohttp.ClientSession() as session:
        api = Api(url, None, session)
        for invented in (
            f"{key_id}.{secret[::-1]}.{check}",
            f"{key_id}x.{secret}.{check}",
            f"{key_id}.{secret}.{check[::-1]}",
            f"{key_id}.{secret}.{check}.{check}",
            f"{key_id}.{secret}.",
        ):
            assert (await api.get("/v1/inbox", token=invented))[0] == 401, invented
        assert (await api.get("/v1/inbox", token=token))[0] == 503


async def test_a_token_of_the_release_before_which_has_no_check_is_let_in_by_address(world: World):
    token = a_key(world)[1]
    app = frozen(make_app(recipients_of(world), world.keys, WebhookSigner(Overlap(world.keys, utc_now)).signing))
    async with serving(app) as url, aiohttp.ClientSession() as session:
        api = Api(url, token, session)
        old = token.rpartition(".")[0]
        assert (await api.get("/v1/inbox", token=old))[0] == 200
        for _ in range(59):
            assert (await api.get("/v1/inbox", token="api-nobody.guess"))[0] in {401, 429}
        assert (await api.get("/v1/inbox", token=old))[0] == 429
        assert (await api.get("/v1/inbox"))[0] == 200, "a token with a check is not slowed by them"


def frozen(app: Any) -> Any:
    """Its limits' clocks stand still."""
    access = app.state.desk.access
    for rate in (access.by_key, access.by_address, access.failures):
        rate.clock = lambda: 0.0
    return app


async def test_after_the_check_key_is_rotated_both_tokens_work(world: World):
    older = a_key(world)[1]
    world.keys.make(HUB, Use.TOKEN)
    newer = a_key(world)[1]
    async with an_api(world, older) as api:
        assert [(await api.get("/v1/inbox", token=token))[0] for token in (older, newer)] == [200, 200]


async def test_a_key_for_posting_opens_no_inbox(api: Api, world: World):
    posting, reading = (a_key(world, scope=scope)[1] for scope in (Scope.POST, Scope.READ))
    status, error, _ = await api.get("/v1/inbox", token=posting)
    assert (status, error["error"]) == (403, "forbidden")
    assert (await api.post_receipt(in_inbox(world)))[0] == 200
    assert (await api.get("/v1/inbox", token=reading))[0] == 200


async def test_a_caller_beyond_the_rate_is_told_to_wait(world: World):
    app = frozen(make_app(recipients_of(world), world.keys, WebhookSigner(Overlap(world.keys, utc_now)).signing))
    async with serving(app) as url, aiohttp.ClientSession() as session:
        api = Api(url, a_key(world)[1], session)
        statuses = [(await api.get("/v1/inbox"))[0] for _ in range(62)]
        assert statuses == [200] * 60 + [429] * 2
        assert int(api.headers["retry-after"]) >= 1


def test_a_bucket_refills_with_time():
    now = [0.0]
    rate = Rate(lambda: now[0], per_second=2, burst=3)
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.take("b") == 0
    now[0] = 0.5
    assert rate.take("a") == 0
    assert rate.take("a") == 0.5


# --- pages, headers, health ------------------------------------------------------------------------------------------


async def test_every_answer_bears_the_headers_of_safety(api: Api):
    for path in ("/v1/inbox", "/v1/nothing", "/docs", "/openapi.json", "/livez"):
        await api.get(path)
        assert api.headers["x-content-type-options"] == "nosniff"
        assert api.headers["cache-control"] == "no-store"
        assert api.headers["content-security-policy"].startswith("default-src 'none'")
        assert api.headers["referrer-policy"] == "no-referrer"
        assert "max-age" in api.headers["strict-transport-security"]


async def test_the_openapi_document_says_what_software_needs(api: Api):
    _, document, _ = await api.get("/openapi.json", token="")
    paths = document["paths"]
    assert set(paths) == {
        "/v1/inbox",
        "/v1/inbox/{delivery_id}",
        "/v1/deliveries/{delivery_id}/receipts",
        "/v1/webhook-keys",
    }
    receipts = paths["/v1/deliveries/{delivery_id}/receipts"]["post"]
    assert {"200", "401", "403", "404", "422", "429", "503"} == set(receipts["responses"])
    assert receipts["security"] == [{"HTTPBearer": []}]
    taken = document["components"]["schemas"]["ReceiptIn"]
    assert taken["properties"]["layer"]["enum"] == ["collected", "opened", "acted"]
    assert taken["required"] == ["layer", "at"]
    assert "ErrorOut" in document["components"]["schemas"]
    assert "ValidationError" not in str(receipts)


async def test_the_docs_are_one_plain_page_with_nothing_from_elsewhere(api: Api):
    status, _, page = await api.get("/docs", token="")
    assert status == 200
    assert "/v1/inbox/{delivery_id}" in page
    assert "999" in page
    assert re.findall(r"(?:src|href)=\"([^\"#]+)", page) == ["/docs/style.css", "/openapi.json"]
    assert "<script" not in page
    assert (await api.get("/docs/style.css", token=""))[0] == 200


async def test_the_webhook_key_is_the_one_that_signs(api: Api, world: World):
    _, answer, _ = await api.get("/v1/webhook-keys", token="")
    [key] = answer["keys"]
    assert key["key_id"] == "hub.webhook.1"
    assert b64decode(key["public_key"].removeprefix("whpk_")) == world.keys.public("hub.webhook.1").raw


async def test_health_names_the_part_that_is_down():
    async def up() -> bool:
        return True

    async def down() -> bool:
        raise ConnectionError(SECRET)

    async def slow() -> bool:
        await asyncio.sleep(60)
        return True

    async with serving(health_app({"postgresql": up})) as url, aiohttp.ClientSession() as session:
        assert (await session.get(f"{url}/readyz")).status == 200
        assert (await session.get(f"{url}/livez")).status == 200
        metrics = await (await session.get(f"{url}/metrics")).text()
        assert "hub_receipts_total" in metrics
    async with (
        serving(health_app({"postgresql": up, "kafka": down, "keys": slow})) as url,
        aiohttp.ClientSession() as session,
    ):
        answer = await session.get(f"{url}/readyz")
        assert answer.status == 503
        text = await answer.text()
        assert json.loads(text)["down"] == ["kafka", "keys"]
        assert SECRET not in text


async def test_when_postgresql_goes_away_callers_are_told_to_try_again(world: World):
    token = a_key(world)[1]
    recipients = recipients_of(world, "postgresql://nobody@127.0.0.1:1/none")
    recipients.pool.timeout = 0.5
    app = make_app(recipients, world.keys, WebhookSigner(Overlap(world.keys, utc_now)).signing)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        api = Api(url, token, session)
        status, error, text = await api.get("/v1/inbox")
        assert (status, error["error"]) == (503, "unavailable")
        assert api.headers["retry-after"] == "2"
        assert "127.0.0.1:1" not in text
        status, ready, _ = await api.get("/readyz")
        assert (status, ready["down"]) == (503, ["postgresql"])


def test_a_recipients_own_system_opens_what_came_by_webhook(world: World):
    delivery_id = world.deliver(PRIMARY, wake=False, tier=Tier.ROUTINE)
    [(body,)] = world.rows("select body from delivery where delivery_id = %s", delivery_id)
    event = json.loads(body)
    opened = jwe.unseal(event["data"], f"{PRIMARY}.receive.1", world.private(PRIMARY))
    assert json.loads(opened) == {"items": {"concern.summary": SECRET_STORY}}
    assert SECRET_STORY.encode() not in body


async def test_the_guides_own_code_checks_and_opens_a_webhook(world: World):
    """docs/guide-schools.md: what a school's programmer copies from it works."""
    guide = (Path(__file__).parents[2] / "docs/guide-schools.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", guide, re.DOTALL):
        exec(code, names)  # noqa: S102 - our own page
    world.keys.make(HUB, Use.WEBHOOK)  # a rotation: both keys sign
    whsec = shown_secret(world.keys.secret(world.keys.make(PRIMARY, Use.ENDPOINT)))

    async with receiving() as receiver:
        channel = WebhookChannel(WebhookSigner(Overlap(world.keys, utc_now)).header, utc_now, world.webhook)
        delivery_id = world.deliver(PRIMARY, wake=False)
        [(body,)] = world.rows("select body from delivery where delivery_id = %s", delivery_id)
        claim = a_claim(delivery_id=delivery_id, body=body)
        assert await channel.send(claim, Way("webhook", receiver.at("hook"))) == Delivered()
        await channel.close()
    [(_, headers, sent)] = receiver.requests
    whpk = f"whpk_{b64encode(world.keys.public('hub.webhook.1').raw).decode()}"
    names["verify"](headers, sent, whpk)
    assert names["verify_with_secret"](dict(headers), sent, whsec)["id"] == str(delivery_id)
    for broken in ({**headers, "webhook-id": "x"}, {**headers, "webhook-timestamp": "1"}):
        with pytest.raises((InvalidSignature, ValueError)):
            names["verify"](broken, sent, whpk)

    def text(raw: bytes) -> str:
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    key_id = f"{PRIMARY}.receive.1"
    public, private = world.keys.public(key_id).raw, world.private(PRIMARY)
    jwk = {"kty": "OKP", "crv": "X25519", "kid": key_id, "x": text(public), "d": text(private)}
    assert names["read"](sent, jwk) == {"items": {"concern.summary": SECRET_STORY}}
