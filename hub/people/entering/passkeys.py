"""Passkeys (WebAuthn Level 3): made by whom a link or a session proves, shown to sign in, and ended when copied.

The library checks what an authenticator signed. It does not compare the user handle, and takes whatever size: both are
looked at here. No list of credentials is handed out before somebody signed in: it would tell who has an account.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import options_to_json, parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.facts.act import Act
from hub.facts.errors import UserError
from hub.facts.model import Personal
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.accounts import sessions
from hub.people.accounts.persons import Person
from hub.people.desk import Desk, Row
from hub.people.entering.openid import Secrets
from hub.people.entering.refusals import Refused, Why

MOST = 5
"""Passkeys of one person."""
LONGEST_CREDENTIAL = 16_384
"""Characters of what a browser hands over."""
LONGEST_LABEL = 60
_LONGEST_ID = 1_023
_TIMEOUT_MS = 60_000
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What the library raises: its own errors, and bare ones of base64, CBOR and types that are not checked."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whose passkeys these are: `rp_id` is a host, `origin` how browsers reach it."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True, repr=False)
class New(Personal):
    """One that a browser just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    backed_up: bool
    aaguid: UUID


@dataclass(frozen=True, slots=True, repr=False)
class Passkey(Personal):
    """One that holds, as its owner sees it."""

    credential_id: bytes
    label: str
    backed_up: bool
    made_at: datetime
    last_at: datetime | None


def site_of(public_url: str) -> Site:
    """The site whose pages are reached by this address."""
    return Site(urlsplit(public_url).hostname or "", public_url.rstrip("/"))


def ask_to_make(desk: Desk, site: Site, person: Person, kept: Secrets, *, anew: bool = False) -> str | Refused:
    """What the browser is asked, as JSON; refused where the person has all that one may have.

    `anew`: those that they have will end, as by a recovery.
    """
    row, held = desk.row("handle_of", person=person.person_id), desk.rows("passkeys_of", person=person.person_id)
    if row is None:
        return Refused(Why.NO_ACCOUNT)
    if len(held) >= MOST and not anew:
        return Refused(Why.PASSKEYS_FULL)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Concern hub",
        user_id=bytes(row["handle"]),
        user_name=person.named.name,
        challenge=_challenge(kept),
        timeout=_TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one["credential_id"])) for one in held],
    )
    return options_to_json(options)


def read_new(site: Site, text: str, kept: Secrets) -> New | Refused:
    """The passkey that a browser made, once it is proved to answer what was asked."""
    if len(text) > LONGEST_CREDENTIAL:
        return Refused(Why.PASSKEY)
    try:
        credential = parse_registration_credential_json(text)
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=_challenge(kept),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        aaguid = UUID(found.aaguid)
    except _UNREADABLE:
        return Refused(Why.PASSKEY)
    if found.credential_id != credential.raw_id or len(found.credential_id) > _LONGEST_ID:
        return Refused(Why.PASSKEY)
    transports = tuple(one.value for one in credential.response.transports or ())
    return New(
        found.credential_id,
        found.credential_public_key,
        found.sign_count,
        transports,
        found.credential_backed_up,
        aaguid,
    )


def keep(desk: Desk, new: New, label: str, act: Act) -> Refused | None:
    """Keep a passkey of whoever acts; `label` is what they call it. Refused where they have all that one may have."""
    person_id = act.by.person_id
    if person_id is None or not desk.rows("lock_person", person=person_id):
        return Refused(Why.NO_ACCOUNT)
    if len(desk.rows("passkeys_of", person=person_id)) >= MOST:
        return Refused(Why.PASSKEYS_FULL)
    sealed = desk.evidence.seal(_label(label), new.credential_id)
    kept = desk.rows(
        "keep_passkey",
        credential=new.credential_id,
        person=person_id,
        public_key=new.public_key,
        count=new.sign_count,
        transports=list(new.transports),
        backed_up=new.backed_up,
        aaguid=new.aaguid,
        label_key=sealed.key_id,
        label=sealed.sealed,
        at=act.at,
    )
    if not kept:
        return Refused(Why.PASSKEY)  # somebody's already
    _note(desk, person_id, "passkey_made", act)
    return None


def ask_to_show(site: Site, kept: Secrets) -> str:
    """What the browser is asked by whoever signs in, as JSON: any passkey of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=_challenge(kept),
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def show(desk: Desk, site: Site, text: str, kept: Secrets, now: datetime) -> UUID | Refused:
    """Whose passkey was shown. One whose count went back was copied: it ends, with its owner's sessions."""
    credential = _parsed(text)
    if credential is None:
        return Refused(Why.PASSKEY)
    row = desk.row("find_passkey", credential=credential.raw_id)
    if row is None:
        return Refused(Why.PASSKEY_UNKNOWN)
    if credential.response.user_handle != bytes(row["handle"]):
        return Refused(Why.PASSKEY)
    return _checked(desk, site, credential, row, kept, now)


def _checked(
    desk: Desk, site: Site, credential: AuthenticationCredential, row: Row, kept: Secrets, now: datetime
) -> UUID | Refused:
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge(kept),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=bytes(row["public_key"]),
            credential_current_sign_count=0,  # compared below, once the signature is proved
            require_user_verification=True,
        )
    except _UNREADABLE:
        return Refused(Why.PASSKEY)
    person_id: UUID = row["person_id"]
    if (found.new_sign_count or row["sign_count"]) and found.new_sign_count <= row["sign_count"]:
        end_all(desk, person_id, "count", now, credential=credential.raw_id)
        return Refused(Why.PASSKEY_COUNT)
    desk.do(
        "use_passkey",
        credential=credential.raw_id,
        count=found.new_sign_count,
        backed_up=found.credential_backed_up,
        at=now,
    )
    return person_id


def _parsed(text: str) -> AuthenticationCredential | None:
    if len(text) > LONGEST_CREDENTIAL:
        return None
    try:
        return parse_authentication_credential_json(text)
    except _UNREADABLE:
        return None


def passkeys_of(desk: Desk, person_id: UUID) -> list[Passkey]:
    """Those that hold, in the order in which they were made."""
    return [
        Passkey(
            bytes(row["credential_id"]),
            desk.evidence.open(row["label_key"], row["label"], bytes(row["credential_id"])),
            row["backed_up"],
            row["made_at"],
            row["last_at"],
        )
        for row in desk.rows("passkeys_of", person=person_id)
    ]


def end(desk: Desk, credential_id: bytes, act: Act) -> bool:
    """End a passkey of one's own, with all of one's sessions; whether there was such a one."""
    person_id = act.by.person_id
    if person_id is None or not end_all(desk, person_id, "owner", act.at, credential=credential_id):
        return False
    _note(desk, person_id, "passkey_ended", act)
    return True


def end_all(desk: Desk, person_id: UUID, why: str, now: datetime, *, credential: bytes | None = None) -> int:
    """End a person's passkeys, or one of them, and then their sessions too; how many passkeys ended."""
    ended = desk.rows("end_passkeys", person=person_id, credential=credential, why=why, at=now)
    if ended:
        sessions.end_those(desk, person_id=person_id, why="passkey_ended", now=now)
    return len(ended)


def _challenge(kept: Secrets) -> bytes:
    return urlsafe_b64decode(kept.nonce + "=")


def _label(given: str) -> str:
    label = given.strip() or "Passkey"
    if len(label) > LONGEST_LABEL or not label.isprintable():
        raise UserError(f"Call the passkey something of at most {LONGEST_LABEL} letters.")
    return label


def _note(desk: Desk, person_id: UUID, action: str, act: Act) -> None:
    said = desk.evidence.seal_act(act, f"{person_id}|{action}".encode())
    enter(desk.connection, kinds.person(person_id, action, {}, said, desk.stamp(act)))
