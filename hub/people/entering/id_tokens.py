"""Signed tokens of identity providers: keys, ID tokens, logout tokens, userinfo -> what is claimed, or why not.

authlib reads claims by the standard, yet more kindly than the hub may: with its defaults it believes an unsigned token
where metadata says so, one for another audience whose `azp` is ours, and one ten years old. So what is checked besides
stands here. Standards: OpenID Connect Core 1.0 3.1.3.7 and 5.3, Back-Channel Logout 1.0, RFC 7515, RFC 7519, RFC 8725.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry

from hub.facts.model import Personal
from hub.people.entering.openid import LONGEST_TOKEN
from hub.people.entering.providers import Provider
from hub.people.entering.refusals import Claimed, Refused, Why
from hub.people.entering.strict_json import StrictDecoder, read_object

MOST_KEYS = 20
FRESH_S, LEEWAY_S = 600, 60
"""How long ago a token may have been issued; by how much two clocks may differ."""
LONGEST_SUBJECT = 255
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

_BY_TYPE = {"RSA": {"RS256", "PS256"}, "EC": {"ES256"}}
_NOT_OURS = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64"})
"""Header fields that would let a token bring its own key, or change what is signed."""
_OF_CLAIM = {
    "iss": Why.ISSUER,
    "aud": Why.AUDIENCE,
    "azp": Why.PARTY,
    "nonce": Why.NONCE,
    "sub": Why.SUBJECT,
    "exp": Why.TIME,
    "iat": Why.TIME,
    "nbf": Why.TIME,
    "auth_time": Why.TIME,
    "at_hash": Why.ACCESS_HASH,
}
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What libraries raise for texts and keys of strangers."""


@dataclass(frozen=True, slots=True, repr=False)
class Expected(Personal):
    """What an ID token must answer to."""

    nonce: str
    access_token: str | None


def read_keys(body: bytes, provider: Provider) -> KeySet | Refused:
    """A provider's public keys for signing by the algorithms that its file allows; others are passed over."""
    said = read_object(body)
    given = said.get("keys") if said else None
    if not isinstance(given, list) or not 0 < len(given) <= MOST_KEYS:
        return Refused(Why.KEYS)
    try:
        keys = [JWKRegistry.import_key(one) for one in given if _signs(one, provider)]
    except _UNREADABLE:
        return Refused(Why.KEYS)
    return KeySet(keys) if keys else Refused(Why.KEYS)


def _signs(key: Any, provider: Provider) -> bool:
    if not isinstance(key, dict) or key.get("use", "sig") != "sig" or "d" in key:
        return False
    kind = key.get("kty")
    may = _BY_TYPE.get(kind, set()) & set(provider.algorithms) if isinstance(kind, str) else set()
    return bool(may) and ("alg" not in key or key["alg"] in may)


def read_id_token(token: str, keys: KeySet, provider: Provider, expected: Expected, now: int) -> Claimed | Refused:
    """Whom the provider means, by a token for us, for this sign-in, of just now. `now` is seconds of the real time."""
    opened = _open(token, keys, provider)
    if isinstance(opened, Refused):
        return opened
    max_age = provider.ask.max_age
    options: Any = _essential(provider) | {"sub": {"essential": True}, "exp": {"essential": True}}
    asked = {"nonce": expected.nonce, "client_id": provider.client.id, "max_age": max_age is not None}
    claims = CodeIDToken(opened.claims, opened.header, options, {**asked, "access_token": expected.access_token})
    wrong = _wrong(lambda: claims.validate(now=now, leeway=LEEWAY_S)) or _besides(opened.claims, provider, now)
    if wrong is not None:
        return wrong
    if max_age is not None and claims["auth_time"] < now - max_age - LEEWAY_S:
        return Refused(Why.TIME)
    return _claimed(opened.claims, provider)


def read_logout_token(token: str, keys: KeySet, provider: Provider, now: int) -> Claimed | Refused:
    """Whose sessions the provider ended. What it bears beside `sid` and `sub`, `jti` too, is in `claims`."""
    opened = _open(token, keys, provider)
    if isinstance(opened, Refused):
        return opened
    claims = opened.claims
    registry = jwt.JWTClaimsRegistry(now, LEEWAY_S, **_essential(provider), jti={"essential": True})
    wrong = _wrong(lambda: registry.validate(claims)) or _besides(claims, provider, now) or _no_logout(claims)
    return wrong or _claimed({"sub": "", **claims}, provider, may_lack_sub=True)


def _no_logout(claims: Mapping[str, Any]) -> Refused | None:
    """Back-Channel Logout 1.0 2.6: what tells a logout token from an ID token, which anybody signed in could show."""
    events = claims.get("events")
    if "nonce" in claims:
        return Refused(Why.NONCE)
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
        return Refused(Why.EVENTS)
    return None if claims.keys() & {"sub", "sid"} else Refused(Why.SUBJECT)


def read_userinfo(body: bytes, keys: KeySet, provider: Provider, claimed: Claimed) -> Claimed | Refused:
    """The same person with what userinfo says besides, as JSON or as a token of the provider's."""
    said: Mapping[str, Any] | None = read_object(body)
    if said is None:
        opened = _open(body.decode("ascii", errors="replace"), keys, provider)
        if isinstance(opened, Refused):
            return opened
        said = opened.claims
        if said.get("iss") != provider.issuer or provider.client.id not in _listed(said.get("aud")):
            return Refused(Why.USERINFO)
    if said.get("sub") != claimed.sub:
        return Refused(Why.USERINFO)
    return Claimed(claimed.issuer, claimed.sub, claimed.sid, {**said, **claimed.claims})


def _open(token: str, keys: KeySet, provider: Provider) -> jwt.Token | Refused:
    """A token's header and claims, once its signature is proved by a key and an algorithm of ours to choose."""
    if len(token) > LONGEST_TOKEN:
        return Refused(Why.UNREADABLE)
    registry = JWSRegistry(algorithms=list(provider.algorithms), strict_check_header=False)
    try:
        opened = jwt.decode(token, keys, registry=registry, decoder_cls=StrictDecoder)
    except UnsupportedAlgorithmError:
        return Refused(Why.ALGORITHM)
    except InvalidKeyIdError:
        return Refused(Why.KEY_UNKNOWN)
    except BadSignatureError:
        return Refused(Why.SIGNATURE)
    except _UNREADABLE:
        return Refused(Why.UNREADABLE)
    return Refused(Why.HEADER) if _NOT_OURS & opened.header.keys() else opened


def _wrong(validate: Callable[[], None]) -> Refused | None:
    try:
        validate()
    except ExpiredTokenError:
        return Refused(Why.EXPIRED)
    except ClaimError as error:
        return Refused(_OF_CLAIM.get(error.claim.partition(",")[0], Why.CLAIM))
    except _UNREADABLE:
        return Refused(Why.CLAIM)
    return None


def _essential(provider: Provider) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client.id},
        "iat": {"essential": True},
    }


def _besides(claims: Mapping[str, Any], provider: Provider, now: int) -> Refused | None:
    """What libraries let pass: strangers among the audience, and a token of long ago."""
    if set(_listed(claims["aud"])) - {provider.client.id, *provider.audiences}:
        return Refused(Why.AUDIENCE)
    return Refused(Why.TIME) if claims["iat"] < now - FRESH_S else None


def _claimed(claims: Mapping[str, Any], provider: Provider, *, may_lack_sub: bool = False) -> Claimed | Refused:
    sub, sid = claims["sub"], claims.get("sid")
    if not _is_id(sub) and not (may_lack_sub and sub == ""):
        return Refused(Why.SUBJECT)
    if sid is not None and not _is_id(sid):
        return Refused(Why.CLAIM)
    return Claimed(provider.issuer, sub, sid, claims)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUBJECT and value.isascii() and value.isprintable()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
