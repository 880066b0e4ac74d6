"""OpenID Connect's code flow, without the network: what is asked, and whether what comes back may be believed.

Standards: OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749, RFC 7636 (PKCE), RFC 9207 (issuer of an answer). What
providers may choose is narrowed here to what the provider's file allows; nothing is taken from its own metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url

from hub.facts.model import Personal
from hub.facts.webhook_address import Networks, unfit
from hub.people.entering.providers import Provider
from hub.people.entering.refusals import Refused, Why
from hub.people.entering.strict_json import read_object

LONGEST_ANSWER = 65_536
"""Bytes of whatever a provider answers."""
LONGEST_TOKEN = 16_384
_LONGEST_CODE = 4_096
_LONGEST_ADDRESS = 2_000
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_BESIDES = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider answers what."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    says_issuer: bool
    """Whether its answers name their issuer (RFC 9207)."""
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Secrets(Personal):
    """What a sign-in that began keeps until its answer: `state` names it, the others never leave the hub in clear."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, repr=False)
class TokenAnswer(Personal):
    """What the token endpoint gave."""

    id_token: str
    access_token: str | None


def metadata_address(provider: Provider) -> str:
    """Where the provider says of itself where it answers what."""
    return str(get_well_known_url(provider.issuer, external=True))


def read_metadata(body: bytes, provider: Provider, networks: Networks = ()) -> Metadata | Refused:
    """The provider's word of itself, where it is of this issuer and its endpoints lie where they may."""
    said = read_object(body)
    if said is None:
        return Refused(Why.METADATA)
    try:
        OpenIDProviderMetadata(said).validate()
    except (ValueError, TypeError, AttributeError, KeyError):  # what authlib makes of values of another type
        return Refused(Why.METADATA)
    if said["issuer"] != provider.issuer:
        return Refused(Why.METADATA_ISSUER)
    given: dict[str, Any] = {name: said.get(name) for name in _NEEDED} | {
        name: said[name] for name in _BESIDES if name in said
    }
    if not all(_is_endpoint(one, provider, networks) for one in given.values()):
        return Refused(Why.ENDPOINT)
    return Metadata(**given, says_issuer=said.get("authorization_response_iss_parameter_supported") is True)


def _is_endpoint(address: Any, provider: Provider, networks: Networks) -> bool:
    if not isinstance(address, str) or len(address) > _LONGEST_ADDRESS or unfit(address, networks) is not None:
        return False
    parts = urlsplit(address)
    return parts.hostname in provider.all_hosts and not parts.fragment


def address_to_sign_in(metadata: Metadata, provider: Provider, answer_to: str, kept: Secrets) -> str:
    """Where the browser is sent. `answer_to`: the hub's own address for this provider's answers."""
    ask = provider.ask
    return str(
        prepare_grant_uri(
            metadata.authorization_endpoint,
            provider.client.id,
            "code",
            redirect_uri=answer_to,
            scope=" ".join(ask.scope),
            state=kept.state,
            nonce=kept.nonce,
            code_challenge=create_s256_code_challenge(kept.verifier),  # type: ignore[no-untyped-call]  # authlib's stubs
            code_challenge_method="S256",
            acr_values=" ".join(ask.acr_values) or None,
            max_age=None if ask.max_age is None else str(ask.max_age),
            prompt=ask.prompt,
        )
    )


def read_answer(query: Mapping[str, str], provider: Provider, metadata: Metadata) -> str | Refused:
    """The code that the browser brought; its state was looked up before."""
    issuer = query.get("iss")
    if issuer is not None and issuer != provider.issuer:
        return Refused(Why.ISSUER_OF_ANSWER)
    if issuer is None and metadata.says_issuer:
        return Refused(Why.ISSUER_OF_ANSWER)
    code, error = query.get("code"), query.get("error")
    if error is not None:
        return Refused(Why.PROVIDER_REFUSED if code is None else Why.ANSWER)
    return code if code and len(code) <= _LONGEST_CODE else Refused(Why.ANSWER)


def token_form(code: str, answer_to: str, kept: Secrets, client: Mapping[str, str]) -> dict[str, str]:
    """What the token endpoint is asked. `client`: how the hub shows who it is, where that is not by a header."""
    asked = prepare_token_request(
        "authorization_code", code=code, redirect_uri=answer_to, code_verifier=kept.verifier, **client
    )
    return dict(parse_qsl(asked, keep_blank_values=True))


def read_token_answer(status: int, body: bytes) -> TokenAnswer | Refused:
    """What came for the code; authlib's own client passes an answer without an ID token, this does not."""
    said = read_object(body)
    if status != 200:  # noqa: PLR2004 - RFC 6749 5.1
        return Refused(Why.CODE if said and said.get("error") == "invalid_grant" else Why.TOKEN_ANSWER)
    if said is None or str(said.get("token_type")).lower() != "bearer":
        return Refused(Why.TOKEN_ANSWER)
    token, access = said.get("id_token"), said.get("access_token")
    if not isinstance(token, str) or not (access is None or isinstance(access, str)):
        return Refused(Why.TOKEN_ANSWER)
    return TokenAnswer(token, access) if len(token) <= LONGEST_TOKEN else Refused(Why.UNREADABLE)


def address_to_sign_out(metadata: Metadata, provider: Provider, back_to: str, state: str) -> str | None:
    """Where somebody signs out there too; without a hint of who they are, for an address may be read by others."""
    if metadata.end_session_endpoint is None:
        return None
    asked = {"client_id": provider.client.id, "post_logout_redirect_uri": back_to, "state": state}
    joint = "&" if urlsplit(metadata.end_session_endpoint).query else "?"
    return metadata.end_session_endpoint + joint + "&".join(f"{name}={quote_plus(one)}" for name, one in asked.items())
