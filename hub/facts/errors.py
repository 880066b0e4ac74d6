"""One error tree. A message is one plain sentence: what is wrong and what to do; never personal data."""

from __future__ import annotations

from enum import StrEnum


class HubError(Exception):
    """Anything the hub raises on purpose."""


class UserError(HubError):
    """A person can put it right; the command line prints the sentence and exits with a status other than 0."""


class Overtaken(UserError):
    """Somebody was quicker: what was to be done is done, or what it was about has changed. Look again."""


class AnotherPerson(UserError):
    """Two people must say this, and whoever says it now is the first of them."""


class ConfigurationError(UserError):
    """Settings, keys, schemas or rules are missing or wrong."""


class Unavailable(HubError):
    """A part the hub stands on (Kafka, PostgreSQL, keys) did not answer: wait and try the same again."""


class KeyMissing(HubError):
    """The key provider holds no such key, or may not use it."""


class KeyUnreadable(KeyMissing):
    """A key's file is there, and cannot be read: half copied, damaged, or open to others than its owner."""


class Unopenable(HubError):
    """Sealed bytes do not open under the key they name."""


class Reason(StrEnum):
    """Why a record became a dead letter. Closed: a new reason is a change to this list and to docs/runbook.md."""

    UNREADABLE = "unreadable"
    NOT_FRAMED = "not_framed"
    TOO_LARGE = "too_large"
    UNKNOWN_SCHEMA = "unknown_schema"
    UNDECODABLE = "undecodable"
    UNKNOWN_SIGNER = "unknown_signer"
    BAD_SIGNATURE = "bad_signature"
    SOURCE_MISMATCH = "source_mismatch"
    CASE_KEY_MISMATCH = "case_key_mismatch"
    TIER_MISMATCH = "tier_mismatch"
    PART_MISMATCH = "part_mismatch"
    UNKNOWN_KEY = "unknown_key"
    UNOPENABLE = "unopenable"
    INVALID_FACT = "invalid_fact"
    OUT_OF_BOUNDS = "out_of_bounds"
    CONFLICTING_EVENT = "conflicting_event"
    FOREIGN_EVENT_ID = "foreign_event_id"
    QUARANTINED = "quarantined"
    STORE_REFUSED = "store_refused"
    HUB_FAULT = "hub_fault"


EXPLANATIONS: dict[Reason, str] = {
    Reason.UNREADABLE: "The batch of records is compressed as the hub does not take it, too large, or damaged.",
    Reason.NOT_FRAMED: "The record is not in the Confluent wire format.",
    Reason.TOO_LARGE: "The record is larger than the hub accepts.",
    Reason.UNKNOWN_SCHEMA: "The record names a schema id that schemas/index.json does not list.",
    Reason.UNDECODABLE: "The record does not decode under the schema that it names.",
    Reason.UNKNOWN_SIGNER: "The record names a signing key that the hub does not know.",
    Reason.BAD_SIGNATURE: "The signature does not cover this header: it was changed, or another key made it.",
    Reason.SOURCE_MISMATCH: "The header claims another source than the one whom the signing key belongs to.",
    Reason.CASE_KEY_MISMATCH: "The Kafka record key is not the case key of the signed header.",
    Reason.TIER_MISMATCH: "The record lies on the topic of another tier than its signed header says.",
    Reason.PART_MISMATCH: "A part is missing, or is not the one that the signed header digests.",
    Reason.UNKNOWN_KEY: "A part is sealed to a key that the hub does not hold.",
    Reason.UNOPENABLE: "A part does not open under the key that it names.",
    Reason.INVALID_FACT: "A fact lies outside the model's closed lists or limits.",
    Reason.OUT_OF_BOUNDS: "The concern was raised so long ago that its date must be a mistake.",
    Reason.CONFLICTING_EVENT: "This event id, or this sequence of its case, was seen before with other content.",
    Reason.FOREIGN_EVENT_ID: "Another source used this event id first, and the release before refused it: replay it.",
    Reason.QUARANTINED: "The source sent many bad records and is quarantined until an operator releases it.",
    Reason.STORE_REFUSED: "The database refused the row.",
    Reason.HUB_FAULT: "The hub itself failed on this record: its operators must look, and replay it after a fix.",
}


SOURCES_OWN: frozenset[Reason] = frozenset(
    {Reason.UNDECODABLE, Reason.PART_MISMATCH, Reason.UNOPENABLE, Reason.INVALID_FACT, Reason.CONFLICTING_EVENT}
)
"""Faults that, once the signature is proved, only the source can have made: these count towards its quarantine."""


class BadRecord(HubError):
    """A record from Kafka cannot be used. It becomes a dead letter; its batch goes on."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(EXPLANATIONS[reason])
        self.reason = reason
