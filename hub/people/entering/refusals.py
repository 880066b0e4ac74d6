"""Why somebody could not sign in: one code a reason, for the ledger and for tests; people are told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hub.facts.model import Personal


class Why(StrEnum):
    """The closed list. A code is never renamed: ledgers hold it."""

    # the provider's own pages
    PROVIDER_UNKNOWN = "provider_unknown"
    PROVIDER_AWAY = "provider_away"
    ANSWER_TOO_LARGE = "answer_too_large"
    METADATA = "metadata"
    METADATA_ISSUER = "metadata_issuer"
    ENDPOINT = "endpoint"
    KEYS = "keys"
    # what the browser brought back
    STATE = "state"
    ISSUER_OF_ANSWER = "issuer_of_answer"
    PROVIDER_REFUSED = "provider_refused"
    ANSWER = "answer"
    # the token answer
    CODE = "code"
    TOKEN_ANSWER = "token_answer"  # noqa: S105 - a word for why, not a secret
    # a token
    UNREADABLE = "unreadable"
    HEADER = "header"
    ALGORITHM = "algorithm"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    PARTY = "party"
    NONCE = "nonce"
    EXPIRED = "expired"
    TIME = "time"
    SUBJECT = "subject"
    ACCESS_HASH = "access_hash"
    CLAIM = "claim"
    EVENTS = "events"
    REPLAYED = "replayed"
    # what it says of whom
    USERINFO = "userinfo"
    SECOND_FACTOR = "second_factor"
    ORGANISATION = "organisation"
    NAME = "name"
    NO_ACCOUNT = "no_account"
    NO_POST = "no_post"
    # passkeys and links
    PASSKEY = "passkey"
    PASSKEY_UNKNOWN = "passkey_unknown"
    PASSKEY_COUNT = "passkey_count"
    PASSKEYS_FULL = "passkeys_full"
    INVITATION = "invitation"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody signs in by this."""

    why: Why


@dataclass(frozen=True, slots=True, repr=False)
class Claimed(Personal):
    """What a provider says of somebody, in a token that was checked; `claims` hold the rest of it."""

    issuer: str
    sub: str
    sid: str | None
    claims: Mapping[str, Any]
