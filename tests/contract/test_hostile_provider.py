"""Whatever an identity provider says that is not as it must be, nobody signs in by it."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from joserfc.jwk import OctKey, RSAKey

from hub.people.entering.mapping import Entrant, map_claims
from hub.people.entering.openid import LONGEST_TOKEN, Secrets
from hub.people.entering.refusals import Claimed, Refused, Why
from tests.contract.hostile import (
    CLIENT,
    CODE,
    CURVED,
    HONEST,
    KEPT,
    OTHER,
    OURS,
    SOON_S,
    Lie,
    a_liar,
    a_party,
    by_the_public_key,
    drip,
    read_assertion,
    sign_in,
    signed,
    told,
    unsigned,
)

NOW = int(time.time())
KNOWN = {"police.caledon", "school.glenmore-primary"}


def row(name: str, lie: Lie, why: Why, **provider: Any):
    return pytest.param(lie, why, provider, id=name)


def _deep(claims: dict[str, Any], levels: int) -> str:
    return json.dumps(claims)[:-1] + ', "roles": ' + "[" * levels + "]" * levels + "}"


def _twice(claims: dict[str, Any]) -> str:
    return json.dumps(claims)[:-1] + ', "sub": "eve"}'


def _raw(claims: dict[str, Any], name: str, text: str) -> str:
    return json.dumps({**claims, name: "HERE"}).replace('"HERE"', text)


METADATA = [
    row("metadata of another issuer", Lie(metadata=told(issuer="http://127.0.0.1:1/tenant")), Why.METADATA_ISSUER),
    row(
        "its issuer with a slash more",
        Lie(metadata=lambda said: {**said, "issuer": said["issuer"] + "/"}),
        Why.METADATA_ISSUER,
    ),
    row("no issuer", Lie(metadata=told(issuer=None)), Why.METADATA),
    row("an issuer that is a list", Lie(metadata=told(issuer=["https://a.example"])), Why.METADATA),
    row("an endpoint without TLS", Lie(metadata=told(token_endpoint="http://login.example/token")), Why.METADATA),
    row("an endpoint on a private network", Lie(metadata=told(jwks_uri="https://10.0.0.7/keys")), Why.ENDPOINT),
    row("an endpoint in a cloud's metadata", Lie(metadata=told(jwks_uri="https://169.254.169.254/k")), Why.ENDPOINT),
    row("an endpoint on a stranger's host", Lie(metadata=told(token_endpoint="https://evil.example/t")), Why.ENDPOINT),
    row("a host before an @", Lie(metadata=told(token_endpoint="https://127.0.0.1@evil.example/t")), Why.ENDPOINT),
    row("an end of session elsewhere", Lie(metadata=told(end_session_endpoint="https://evil.example/")), Why.ENDPOINT),
    row("an endpoint that is no text", Lie(metadata=told(userinfo_endpoint=7)), Why.ENDPOINT),
    row("no token endpoint", Lie(metadata=told(token_endpoint=None)), Why.METADATA),
    row("metadata of 5 MB", Lie(metadata=lambda _said: b" " * 5_000_000), Why.ANSWER_TOO_LARGE),
    row("metadata that is no JSON", Lie(metadata=lambda _said: b"<html>"), Why.METADATA),
    row("metadata that is a list", Lie(metadata=lambda _said: [1]), Why.METADATA),
    row("metadata nested without end", Lie(metadata=lambda _said: b"[" * 60_000), Why.METADATA),
    row(
        "metadata that leads elsewhere",
        Lie(metadata=lambda _said: web.HTTPFound("http://127.0.0.1:1/")),
        Why.PROVIDER_AWAY,
    ),
    row("metadata that is not there", Lie(metadata=lambda _said: web.Response(status=404)), Why.METADATA),
]
SYMMETRIC = OctKey.generate_key(256, {"kid": "one"}).as_dict(private=True)
KEYS = [
    row("symmetric keys", Lie(keys=told(keys=[SYMMETRIC])), Why.KEYS),
    row("a thousand keys", Lie(keys=lambda said: {"keys": said["keys"] * 500}), Why.ANSWER_TOO_LARGE),
    row("twenty-one keys", Lie(keys=lambda said: {"keys": (said["keys"] * 11)[:21]}), Why.KEYS),
    row("no keys", Lie(keys=told(keys=[])), Why.KEYS),
    row("keys that are no list", Lie(keys=told(keys={"kid": "one"})), Why.KEYS),
    row("keys for another use", Lie(keys=lambda said: {"keys": [{**said["keys"][0], "use": "enc"}]}), Why.KEYS),
    row("a private key", Lie(keys=told(keys=[OURS.as_dict(private=True)])), Why.KEYS),
    row("a key that is half a key", Lie(keys=told(keys=[{"kty": "RSA", "n": "AQAB", "kid": "one"}])), Why.KEYS),
    row("a key of a list", Lie(keys=told(keys=[{"kty": ["RSA"]}])), Why.KEYS),
    row("keys that are not there", Lie(keys=lambda _said: web.Response(status=500)), Why.KEYS),
]
ANSWERS = [
    row("an answer of another issuer", Lie(answer=told(iss="https://evil.example")), Why.ISSUER_OF_ANSWER),
    row("an answer without its issuer", Lie(answer=told(iss=None)), Why.ISSUER_OF_ANSWER),
    row("an error", Lie(answer=told(code=None, error="access_denied")), Why.PROVIDER_REFUSED),
    row("both a code and an error", Lie(answer=told(error="access_denied")), Why.ANSWER),
    row("no code", Lie(answer=told(code=None)), Why.ANSWER),
    row("a code of 5,000 letters", Lie(answer=told(code="c" * 5_000)), Why.ANSWER),
    row("a code of another sign-in", Lie(answer=told(code="another")), Why.CODE),
    row("no ID token", Lie(token_answer=told(id_token=None)), Why.TOKEN_ANSWER),
    row("an ID token that is no text", Lie(token_answer=told(id_token={"sub": "fiona"})), Why.TOKEN_ANSWER),
    row("another type of token", Lie(token_answer=told(token_type="mac")), Why.TOKEN_ANSWER),
    row("an ID token of 1 MB", Lie(token=lambda _token: "e" * 1_000_000), Why.ANSWER_TOO_LARGE),
    row("an ID token of more than 16 KiB", Lie(token=lambda _token: "e" * (LONGEST_TOKEN + 1)), Why.UNREADABLE),
    row("a token answer that leads elsewhere", Lie(token_answer=lambda _said: web.HTTPFound("/")), Why.PROVIDER_AWAY),
]
TOKENS = [
    row("no signature", Lie(sign=unsigned), Why.ALGORITHM),
    row("HS256 by the public key", Lie(sign=by_the_public_key), Why.ALGORITHM),
    row("another algorithm than is allowed", Lie(), Why.ALGORITHM, algorithms=["ES256"]),
    row(
        "ES256 where RS256 alone is allowed",
        Lie(sign=lambda _header, claims: signed({"alg": "ES256", "kid": "curved"}, claims, CURVED)),
        Why.ALGORITHM,
    ),
    row("a key that nobody knows", Lie(header=told(kid="two")), Why.KEY_UNKNOWN),
    row("another's signature", Lie(sign=lambda header, claims: signed(header, claims, OTHER)), Why.SIGNATURE),
    row(
        "its own key in the header",
        Lie(header=told(jwk=OURS.as_dict(private=False))),
        Why.UNREADABLE,
    ),
    row("an address of keys in the header", Lie(header=told(jku="https://evil.example/keys")), Why.HEADER),
    row("a header that must be understood", Lie(header=told(crit=["exp"])), Why.UNREADABLE),
    row("no token at all", Lie(token=lambda _token: "a.b.c"), Why.UNREADABLE),
    row("claims that are a list", Lie(claims=lambda _said: "[1]"), Why.UNREADABLE),
    row("claims nested 1,000 deep", Lie(claims=lambda said: _deep(said, 1_000)), Why.UNREADABLE),
    row("claims nested 13 deep", Lie(claims=lambda said: _deep(said, 13)), Why.UNREADABLE),
    row("a claim given twice", Lie(claims=_twice), Why.UNREADABLE),
]
CLAIMS = [
    row("another issuer", Lie(claims=told(iss="https://evil.example")), Why.ISSUER),
    row("no issuer", Lie(claims=told(iss=None)), Why.ISSUER),
    row("another audience", Lie(claims=told(aud="another")), Why.AUDIENCE),
    row("no audience", Lie(claims=told(aud=None)), Why.AUDIENCE),
    row("another audience, and azp ours", Lie(claims=told(aud="another", azp=CLIENT)), Why.AUDIENCE),
    row("a stranger among the audience", Lie(claims=told(aud=[CLIENT, "another"], azp=CLIENT)), Why.AUDIENCE),
    row("another authorised party", Lie(claims=told(azp="another")), Why.PARTY),
    row("no nonce", Lie(claims=told(nonce=None)), Why.NONCE),
    row("another nonce", Lie(claims=told(nonce="m" * 43)), Why.NONCE),
    row("an empty nonce", Lie(claims=told(nonce="")), Why.NONCE),
    row("an end that is past", Lie(claims=told(exp=NOW - 120)), Why.EXPIRED),
    row("no end", Lie(claims=told(exp=None)), Why.TIME),
    row("an end that is text", Lie(claims=told(exp=str(NOW + 300))), Why.TIME),
    row("an end that is true", Lie(claims=told(exp=True)), Why.TIME),
    row("an end that is infinite", Lie(claims=told(exp=float("inf"))), Why.UNREADABLE),
    row("an end that is no number", Lie(claims=told(exp=float("nan"))), Why.UNREADABLE),
    row("an end beyond all floats", Lie(claims=lambda said: _raw(said, "exp", "1e999")), Why.UNREADABLE),
    row("issued in time to come", Lie(claims=told(iat=NOW + 3_600)), Why.TIME),
    row("issued ten years ago", Lie(claims=told(iat=NOW - 315_000_000)), Why.TIME),
    row("issued never", Lie(claims=told(iat=None)), Why.TIME),
    row("not valid yet", Lie(claims=told(nbf=NOW + 3_600)), Why.TIME),
    row("no subject", Lie(claims=told(sub=None)), Why.SUBJECT),
    row("an empty subject", Lie(claims=told(sub="")), Why.SUBJECT),
    row("a subject that is a number", Lie(claims=told(sub=7)), Why.SUBJECT),
    row("a subject of 300 letters", Lie(claims=told(sub="f" * 300)), Why.SUBJECT),
    row("a subject of control characters", Lie(claims=told(sub="fi\x00ona")), Why.SUBJECT),
    row("a session id that is a list", Lie(claims=told(sid=["there-1"])), Why.CLAIM),
    row("the hash of another access token", Lie(claims=told(at_hash="AAAAAAAAAAAAAAAAAAAAAA")), Why.ACCESS_HASH),
    row("a hash that is a number", Lie(claims=told(at_hash=7)), Why.ACCESS_HASH),
    row("no time of signing in, which was asked", Lie(), Why.TIME, ask={"max_age": 60}),
    row("a time of signing in long ago", Lie(claims=told(auth_time=NOW - 900)), Why.TIME, ask={"max_age": 60}),
    row("a time of signing in that is text", Lie(claims=told(auth_time="now")), Why.TIME, ask={"max_age": 60}),
    row("methods that are no list", Lie(claims=told(amr="mfa")), Why.CLAIM),
    row("userinfo of another", Lie(userinfo=told(sub="eve")), Why.USERINFO, userinfo=True),
    row("userinfo of nobody", Lie(userinfo=told(sub=None)), Why.USERINFO, userinfo=True),
    row("userinfo that is no JSON", Lie(userinfo=lambda _said: b"<html>"), Why.UNREADABLE, userinfo=True),
    row("userinfo nowhere", Lie(metadata=told(userinfo_endpoint=None)), Why.USERINFO, userinfo=True),
]
MEANINGS = [
    row("no second factor", Lie(claims=told(amr=None)), Why.SECOND_FACTOR),
    row("a weaker factor", Lie(claims=told(amr=["pwd"])), Why.SECOND_FACTOR),
    row(
        "a weaker level",
        Lie(claims=told(acr="AAL1")),
        Why.SECOND_FACTOR,
        second_factor=[{"claim": "acr", "any_of": ["AAL2", "AAL3"]}],
    ),
    row("an organisation that left", Lie(), Why.ORGANISATION, organisation={"fixed": "school.closed"}),
    row(
        "an organisation that is not this provider's",
        Lie(claims=told(org="NHS")),
        Why.ORGANISATION,
        organisation={"claim": "org", "is": {"CAL": "police.caledon"}},
    ),
    row(
        "two organisations at once",
        Lie(claims=told(orgs=["CAL", "GLE"])),
        Why.ORGANISATION,
        organisation={"claim": "orgs", "is": {"CAL": "police.caledon", "GLE": "school.glenmore-primary"}},
    ),
    row("no name", Lie(claims=told(name=None)), Why.NAME),
    row("a name that is a list", Lie(claims=told(name=["Fiona"])), Why.NAME),
    row("control characters in the name", Lie(claims=told(name="Fiona\x1b[2J")), Why.NAME),
    row("a mark that turns the name round", Lie(claims=told(name="Fiona \u202emiS")), Why.NAME),
    row("a name of 201 letters", Lie(claims=told(name="F" * 201)), Why.NAME),
]


@pytest.mark.parametrize(("lie", "why", "changes"), [*METADATA, *KEYS, *ANSWERS, *TOKENS, *CLAIMS])
async def test_nobody_is_believed_by(lie, why, changes):
    async with a_liar(lie) as liar:
        provider = liar.provider(**changes)
        async with a_party(provider) as party:
            assert await sign_in(liar, party, provider) == Refused(why)


@pytest.mark.parametrize("lie", [Lie(metadata=drip), Lie(token_answer=drip)], ids=["metadata", "the token answer"])
async def test_nobody_waits_for_a_provider_that_drips(lie):
    async with a_liar(lie) as liar:
        provider = liar.provider()
        async with a_party(provider, answer_s=SOON_S) as party:
            assert await sign_in(liar, party, provider) == Refused(Why.PROVIDER_AWAY)


@pytest.mark.parametrize(("lie", "why", "changes"), MEANINGS)
async def test_nobody_comes_in_by_a_sound_token_with(lie, why, changes):
    async with a_liar(lie) as liar:
        provider = liar.provider(**changes)
        async with a_party(provider) as party:
            claimed = await sign_in(liar, party, provider)
            assert isinstance(claimed, Claimed)
            assert map_claims(claimed, provider, KNOWN) == Refused(why)


async def test_an_honest_one_is_believed_and_says_who_where_and_as_what():
    async with a_liar() as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            claimed = await sign_in(liar, party, provider)
        entrant = map_claims(claimed, provider, KNOWN)
    assert isinstance(entrant, Entrant)
    assert (entrant.organisation, entrant.name, entrant.second_factor) == ("police.caledon", "Fiona Sim", "amr=mfa")
    assert entrant.offices == {"duty_officer"}
    assert not entrant.may_be_new
    [asked] = liar.asked
    assert asked["code_verifier"] == KEPT.verifier
    assert asked["redirect_uri"] == "http://localhost:8400/sign-in/answer/caledon"
    assert asked["authorization"] == "Basic Y29uY2Vybi1odWI6YStzZWNyZXQlM0Erb2YrJTJCK3Rlc3Rz"
    assert "client_secret" not in asked
    assert liar.challenge == "w1TpKUdYE9hUAcNSeeSRFioHDxfUxuHho_JHAfZ_vDM"


async def test_an_office_that_the_file_does_not_list_gives_no_post():
    async with a_liar(Lie(claims=told(roles=["reviewer", "operator"]))) as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            entrant = map_claims(await sign_in(liar, party, provider), provider, KNOWN)
    assert isinstance(entrant, Entrant)
    assert entrant.offices == frozenset()


async def test_a_code_answers_once():
    async with a_liar() as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            assert isinstance(await sign_in(liar, party, provider), Claimed)
            assert await sign_in(liar, party, provider) == Refused(Why.CODE)


async def test_a_new_key_is_fetched_at_once_and_an_unknown_one_but_once_a_minute():
    new = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    answers = [{"keys": [OURS.as_dict(private=False)]}]
    lie = Lie(
        keys=lambda _said: answers[-1],
        sign=lambda header, claims: signed({**header, "kid": "two"}, claims, new),
    )
    async with a_liar(lie) as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            now = party.clock()
            party.clock = lambda: now
            await party.address_to_sign_in(provider, KEPT)
            answers.append({"keys": [new.as_dict(private=False)]})
            assert await sign_in(liar, party, provider) == Refused(Why.KEY_UNKNOWN)
            liar.codes.add(CODE)
            party.clock = lambda: now + timedelta(seconds=61)
            assert isinstance(await sign_in(liar, party, provider), Claimed)
        assert liar.calls == ["metadata", "keys", "keys"]


async def test_a_provider_that_fails_is_asked_again_after_a_minute_however_many_knock():
    async with a_liar(Lie(metadata=told(issuer="https://elsewhere.example"))) as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            now = party.clock()
            party.clock = lambda: now
            answers = await asyncio.gather(*(party.address_to_sign_in(provider, KEPT) for _ in range(5)))
            assert all(isinstance(one, Refused) for one in answers)
            assert liar.calls == ["metadata"]
            now += timedelta(seconds=59)
            assert isinstance(await party.signed_out(provider, "made-up"), Refused)
            assert liar.calls == ["metadata"]
            now += timedelta(seconds=2)
            await party.address_to_sign_in(provider, KEPT)
            assert liar.calls == ["metadata", "metadata"]


async def test_many_who_come_at_once_make_one_fetch():
    async with a_liar() as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            answers = await asyncio.gather(*(party.address_to_sign_in(provider, KEPT) for _ in range(5)))
            assert len(set(answers)) == 1
            assert liar.calls == ["metadata", "keys"]


async def test_where_a_key_is_asked_for_the_hub_signs_its_own_word():
    ours = RSAKey.generate_key(2048, {"kid": "hub"})
    async with a_liar() as liar:
        client = {"id": CLIENT, "auth": "private_key_jwt", "signs": "RS512", "secret_file": "k"}
        provider = liar.provider(client=client)
        async with a_party(provider, json.dumps(ours.as_dict(private=True))) as party:
            assert isinstance(await sign_in(liar, party, provider), Claimed)
    [asked] = liar.asked
    assert asked["authorization"] == ""
    said = read_assertion(asked["client_assertion"], ours)
    assert (said["iss"], said["sub"], said["aud"]) == (CLIENT, CLIENT, f"{liar.issuer}/token")


LOGOUTS = [
    pytest.param({"nonce": "n"}, Why.NONCE, id="a nonce"),
    pytest.param({"events": None}, Why.EVENTS, id="no events"),
    pytest.param({"events": {"other": {}}}, Why.EVENTS, id="other events"),
    pytest.param({"events": "x"}, Why.EVENTS, id="events that are text"),
    pytest.param({"aud": "another"}, Why.AUDIENCE, id="another audience"),
    pytest.param({"iss": "https://evil.example"}, Why.ISSUER, id="another issuer"),
    pytest.param({"jti": None}, Why.CLAIM, id="no id of its own"),
    pytest.param({"iat": NOW - 86_400}, Why.TIME, id="a day ago"),
    pytest.param({"exp": NOW - 86_400}, Why.EXPIRED, id="an end that is past"),
    pytest.param({"sid": None}, Why.SUBJECT, id="nobody"),
]


@pytest.mark.parametrize(("changes", "why"), LOGOUTS)
async def test_nobody_is_signed_out_by_a_token_with(changes, why):
    async with a_liar() as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            assert await party.signed_out(provider, liar.logout_token(**changes)) == Refused(why)


async def test_an_id_token_or_one_without_signature_signs_nobody_out():
    async with a_liar() as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            assert await party.signed_out(provider, liar.id_token()) == Refused(Why.CLAIM)
            honest = await party.signed_out(provider, liar.logout_token())
            assert isinstance(honest, Claimed)
            assert (honest.sid, honest.claims["jti"]) == ("there-1", "once")
            liar.lie = Lie(sign=unsigned)
            assert await party.signed_out(provider, liar.logout_token()) == Refused(Why.ALGORITHM)


async def test_who_signs_out_here_is_led_there_by_an_address_that_names_nobody():
    async with a_liar(HONEST) as liar:
        provider = liar.provider()
        async with a_party(provider) as party:
            address = await party.address_to_sign_out(provider, "state")
    back = "http%3A%2F%2Flocalhost%3A8400%2Fsigned-out"
    assert address == f"{liar.issuer}/end?client_id=concern-hub&post_logout_redirect_uri={back}&state=state"


def test_secrets_and_claims_say_nothing_of_themselves():
    assert "n" * 43 not in repr(Secrets("s", "n" * 43, "v"))
    assert "fiona" not in repr(Claimed("i", "fiona", None, {}))
