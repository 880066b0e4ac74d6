"""How the hub shows a token endpoint who it is: by its secret (RFC 6749 2.3.1), or a word that it signs (RFC 7523)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from hub.facts.errors import ConfigurationError
from hub.facts.model import Personal
from hub.people.entering.providers import Provider
from hub.people.entering.strict_json import read_object

ASSERTION_S = 60
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True, repr=False)
class Shown(Personal):
    """What a request bears besides: fields of its form, and headers."""

    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def show_client(provider: Provider, secret: str, endpoint: str, now: int, nonce: bytes) -> Shown:
    """For one request; raises ConfigurationError where the key that signs is none."""
    client = provider.client
    if client.auth == "client_secret_basic":
        halves = f"{quote_plus(client.id)}:{quote_plus(secret)}"
        return Shown(headers={"authorization": "Basic " + b64encode(halves.encode()).decode()})
    claims = {
        "iss": client.id,
        "sub": client.id,
        "aud": endpoint,
        "iat": now,
        "exp": now + ASSERTION_S,
        "jti": nonce.hex(),
    }
    try:
        key = JWKRegistry.import_key(read_object(secret) or {})
        key.ensure_kid()
        word = jwt.encode({"alg": client.signs, "kid": key.kid}, claims, key, algorithms=[client.signs])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(
            f"{client.secret_file} holds no private key (JWK) that signs {client.signs}."
        ) from error
    return Shown(form={"client_assertion_type": _ASSERTION, "client_assertion": word})
