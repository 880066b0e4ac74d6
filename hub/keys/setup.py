"""Making the keys of the hub and, for samples and local work, of organisations."""

from __future__ import annotations

from pathlib import Path

from hub.facts.errors import KeyMissing, UserError
from hub.keys.files import AGENCY_USES, HUB, HUB_USES, FileKeys
from hub.keys.provider import Use


def hub_keys(home: Path, suite: str) -> list[str]:
    """Make each of the hub's own keys that is missing; returns their ids."""
    keys = FileKeys(home)
    return [keys.make(HUB, use, suite) for use in HUB_USES if not _has(keys, HUB, use)]


def organisation_keys(organisation: str, home: Path, hub_home: Path, *, hosted: bool = False) -> list[str]:
    """Make an organisation's missing keys in its own home, hand their public halves to the hub, and its inbox key.

    `hosted`: that home is the hub's, which signs for an organisation without software; its keys say so.

    The inbox key's private half is the hub's to hold (the inbox opens disclosures for a signed-in person): at an agency
    none is made.
    """
    own, hub = FileKeys(home), FileKeys(hub_home)
    made = [own.make(organisation, use, hosted=hosted) for use in AGENCY_USES if not _has(own, organisation, use)]
    for use in (Use.SIGN, Use.RECEIVE):
        own.publish(own.current(organisation, use), hub_home / "public")
    if is_of_hub(hub_home) and not _has(hub, organisation, Use.INBOX):
        made.append(hub.make(organisation, Use.INBOX))
    return made


def is_of_hub(home: Path) -> bool:
    """Whether these are the keys of the hub itself: an agency has its public halves alone."""
    return bool(FileKeys(home).held(HUB, Use.MATCHING))


def is_hosted(home: Path, organisation: str) -> bool:
    """Whether the hub signs here for an organisation that has no software of its own."""
    own = FileKeys(home)
    held = own.held(organisation, Use.SIGN)
    return bool(held) and own.public(held[-1]).hosted


def rotate(organisation: str | None, use: Use, home: Path, hub_home: Path, suite: str) -> str:
    """Make the next key of a use and hand out its public half; the old one stays for opening and verifying."""
    if organisation is None or use is Use.INBOX:
        return FileKeys(hub_home).make(organisation or HUB, use, suite)
    own = FileKeys(home)
    key_id = own.make(organisation, use, hosted=is_hosted(home, organisation))
    if use in (Use.SIGN, Use.RECEIVE):
        own.publish(key_id, hub_home / "public")
    return key_id


SETTLED_S = 600
"""Seconds after which no process seals under the key before the newest any more, whatever it was amid."""


def check_retirable(keys: FileKeys, key_id: str, now: float) -> None:
    """Raise UserError where a register key is still in use by itself: the newest, or hardly older than that."""
    use = next((use for use in (Use.REGISTER, Use.BLOCKING) if key_id.startswith(f"{HUB}.{use}.")), None)
    if use is None:
        raise UserError("Only an older key of the register is retired: the others open what was sealed under them.")
    keys.made_at(key_id)
    current = keys.current(HUB, use)
    if key_id == current:
        raise UserError(f"{key_id} is the newest of its kind: make another with `hub keys rotate {use}` first.")
    if now - keys.made_at(current) < SETTLED_S:
        raise UserError(f"{current} is younger than ten minutes, and somebody may still write under {key_id}: wait.")


def blocking_keys(keys: FileKeys, now: float) -> list[str]:
    """Ids of the blocking secrets that are held: the one to write under, then the others, the oldest first.

    A new one is written under once every running process has had time to notice it, and so asks by it. Raises
    KeyMissing where there is none.
    """
    keys.current(HUB, Use.BLOCKING)
    held = keys.held(HUB, Use.BLOCKING)
    settled = [key_id for key_id in held if now - keys.made_at(key_id) >= SETTLED_S]
    written = settled[-1] if settled else held[0]
    return [written, *(key_id for key_id in held if key_id != written)]


def _has(keys: FileKeys, owner: str, use: Use) -> bool:
    try:
        keys.current(owner, use)
    except KeyMissing:
        return False
    return True
