"""An identity provider that lies: honest in all but the one thing that a `Lie` changes.

Its answers are made by aiohttp and joserfc, by nothing of the hub's; it stands on loopback while a test lasts.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from hub.facts.clock import utc_now
from hub.people.entering.client import ASSERTION_S
from hub.people.entering.fetching import Fetcher
from hub.people.entering.openid import Secrets
from hub.people.entering.providers import Provider
from hub.people.entering.relying import RelyingParty

LOOPBACK = (ip_network("127.0.0.0/8"),)
SOON_S, BYTE_S = 0.3, 0.1
"""Of a test that waits for a provider that drips, a byte at a time."""
CLIENT, SECRET = "concern-hub", "a secret: of + tests"
OURS, OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}), RSAKey.generate_key(2048, {"kid": "one"})
CURVED = ECKey.generate_key("P-256", {"kid": "curved", "use": "sig"})
CODE = "the-code"
PUBLIC_URL = "http://localhost:8400"

Change = Callable[[Any], Any]


def _as_it_is(given: Any) -> Any:
    return given


def told(**changes: Any) -> Change:
    """Other values of an object; None takes one out."""
    return lambda given: {name: one for name, one in {**given, **changes}.items() if one is not None}


@dataclass(frozen=True)
class Lie:
    """What is other than it should be: each takes the honest thing, and gives what is sent."""

    metadata: Change = _as_it_is
    keys: Change = _as_it_is
    answer: Change = _as_it_is
    token_answer: Change = _as_it_is
    header: Change = _as_it_is
    claims: Change = _as_it_is
    userinfo: Change = _as_it_is
    token: Change = _as_it_is
    sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None


HONEST = Lie()


@dataclass
class Liar:
    """The provider, and what was asked of it."""

    lie: Lie = HONEST
    issuer: str = ""
    nonce: str = ""
    challenge: str = ""
    codes: set[str] = field(default_factory=lambda: {CODE})
    asked: list[dict[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    asserted: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }

    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "fiona",
            "sid": "there-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "name": "Fiona Sim",
            "amr": ["pwd", "mfa"],
            "roles": ["duty"],
        }

    def id_token(self, claims: dict[str, Any] | None = None) -> str:
        """Signed by its own key, but for the lie."""
        header = self.lie.header({"alg": "RS256", "kid": "one", "typ": "JWT"})
        said = self.lie.claims(self.claims() if claims is None else claims)
        if self.lie.sign:
            return self.lie.sign(header, said)
        return signed(header, said, OURS)

    def logout_token(self, **changes: Any) -> str:
        now = int(time.time())
        events = {"http://schemas.openid.net/event/backchannel-logout": {}}
        honest = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "once", "sid": "there-1"}
        said = told(**changes)({**honest, "events": events})
        return self.id_token(said)

    def provider(self, **changes: Any) -> Provider:
        """Its file, as information governance would write it."""
        said = {
            "id": "caledon",
            "title": "Police Caledon account",
            "issuer": self.issuer,
            "client": {"id": CLIENT, "secret_file": "caledon.secret"},
            "organisation": {"fixed": "police.caledon"},
            "offices": {"claim": "roles", "is": {"duty": "duty_officer"}},
            "second_factor": [{"claim": "amr", "any_of": ["mfa", "hwk"]}],
        }
        return Provider.model_validate(said | changes)


def signed(header: dict[str, Any], claims: Any, key: Any) -> str:
    """Whatever header and claims, put together by hand and signed by the algorithm that the header names."""
    text = claims if isinstance(claims, str) else json.dumps(claims)
    said = f"{_base64url(json.dumps(header).encode())}.{_base64url(text.encode())}"
    signature = JWSRegistry.algorithms[header["alg"]].sign(said.encode(), key)
    return f"{said}.{_base64url(signature)}"


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """With `alg` none, and no signature."""
    said = json.dumps({**header, "alg": "none"}).encode()
    return f"{_base64url(said)}.{_base64url(json.dumps(claims).encode())}."


def by_the_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """HS256, with the public key's PEM as the secret: the old confusion of two kinds of key."""
    pem = OURS.as_pem(private=False)
    said = f"{_base64url(json.dumps({**header, 'alg': 'HS256'}).encode())}.{_base64url(json.dumps(claims).encode())}"
    return f"{said}.{_base64url(hmac.digest(pem, said.encode(), 'sha256'))}"


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


async def drip(_given: Any) -> web.StreamResponse:
    """A byte now and then, for ever."""
    return web.Response(body=_drops())


async def _drops() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(BYTE_S)


@asynccontextmanager
async def a_liar(lie: Lie = HONEST) -> AsyncIterator[Liar]:
    """The provider on loopback, while the context lasts."""
    liar = Liar(lie)

    async def metadata(_request: web.Request) -> web.StreamResponse:
        liar.calls.append("metadata")
        return await _sent(lie.metadata(liar.metadata()))

    async def keys(_request: web.Request) -> web.StreamResponse:
        liar.calls.append("keys")
        return await _sent(lie.keys(dict(KeySet([OURS, CURVED]).as_dict(private=False))))

    async def token(request: web.Request) -> web.StreamResponse:
        form = {name: str(one) for name, one in (await request.post()).items()}
        liar.asked.append(form | {"authorization": request.headers.get("authorization", "")})
        if form["code"] not in liar.codes:
            return web.json_response({"error": "invalid_grant"}, status=400)
        liar.codes.discard(form["code"])
        honest = {"access_token": "at", "token_type": "Bearer", "id_token": lie.token(liar.id_token())}
        return await _sent(lie.token_answer(honest))

    async def userinfo(request: web.Request) -> web.StreamResponse:
        assert request.headers["authorization"] == "Bearer at"
        return await _sent(lie.userinfo({"sub": "fiona", "department": "child abuse unit"}))

    app = web.Application()
    app.add_routes([web.get("/tenant/.well-known/openid-configuration", metadata), web.get("/tenant/keys", keys)])
    app.add_routes([web.post("/tenant/token", token), web.get("/tenant/userinfo", userinfo)])
    async with TestServer(app) as server:
        liar.issuer = f"http://127.0.0.1:{server.port}/tenant"
        yield liar


async def _sent(given: Any) -> web.StreamResponse:
    if asyncio.iscoroutine(given):
        given = await given
    if isinstance(given, web.StreamResponse):
        return given
    return web.Response(body=given if isinstance(given, bytes) else json.dumps(given).encode())


@asynccontextmanager
async def a_party(provider: Provider, secret: str = SECRET, answer_s: float = 5.0) -> AsyncIterator[RelyingParty]:
    """The hub, which knows this one provider."""
    fetcher = Fetcher(LOOPBACK, answer_s)
    try:
        yield RelyingParty(
            {provider.id: provider},
            fetcher,
            lambda _one: secret,
            PUBLIC_URL,
            lambda count: b"r" * count,
            LOOPBACK,
            utc_now,
        )
    finally:
        await fetcher.close()


KEPT = Secrets(state="s" * 43, nonce="n" * 43, verifier="v" * 64)


async def sign_in(liar: Liar, party: RelyingParty, provider: Provider) -> Any:
    """As a browser would: sent there, and back with what the provider answers. The claims, or why not."""
    address = await party.address_to_sign_in(provider, KEPT)
    if not isinstance(address, str):
        return address
    asked = dict(parse_qsl(urlsplit(address).query))
    liar.nonce, liar.challenge = asked["nonce"], asked["code_challenge"]
    honest = {"code": CODE, "state": asked["state"], "iss": liar.issuer}
    return await party.claimed(provider, liar.lie.answer(honest), KEPT)


def read_assertion(text: str, key: Any) -> dict[str, Any]:
    """A client's own word, checked by the provider."""
    found = jwt.decode(text, key, algorithms=["RS512"])
    assert found.claims["exp"] - found.claims["iat"] == ASSERTION_S
    return dict(found.claims)
