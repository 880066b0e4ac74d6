"""Keys in files, for local work and small sites: `<home>/private/*.json` (mode 600) and `<home>/public/*.json`.

A private file holds both halves, so that they belong together whoever else makes a key at the same moment; the public
file is what is handed out. A key whose file cannot be read is missing, and is named in `unreadable` until it can.

An organisation's own keys live in a home of their own; only their public halves are copied to the hub's.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.facts.errors import KeyMissing, KeyUnreadable, UserError
from hub.keys import hpke
from hub.keys.provider import PublicKey, Use

HUB = "hub"
HUB_USES = (
    Use.MATCHING,
    Use.DECIDING,
    Use.RELEASE,
    Use.EVIDENCE,
    Use.REGISTER,
    Use.BLOCKING,
    Use.WEBHOOK,
    Use.NEWS,
    Use.TOKEN,
    Use.REVIEW,
)
AGENCY_USES = (Use.SIGN, Use.RECEIVE, Use.CASE)
_SYMMETRIC = {Use.EVIDENCE, Use.REGISTER, Use.BLOCKING, Use.CASE, Use.ENDPOINT, Use.TOKEN}
_SIGNING = {Use.SIGN, Use.WEBHOOK, Use.NEWS}
_ORGANISATION_HPKE = {Use.RECEIVE, Use.INBOX}
_KEPT = 10_000
_HOSTED = "yes"
_OWN = re.compile(rf"{HUB}\.(matching|deciding|release)\.[1-9][0-9]{{0,5}}")
"""The hub's own keys that adapters seal to."""
_AHEAD = 3
"""A key that somebody else made may have a number so far above the newest that is held here."""
_OTHERS = 0o037
"""Nobody but the owner may write a private half, and nobody but owner and group read it."""
_KEY_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
"""Letters, digits, dots, hyphens and underscores of ASCII: with `.json` after it, a name for every file system."""


class FileKeys:
    """A `KeyProvider` over a folder. Reads each file once; a key made later is found on the first miss."""

    def __init__(self, home: Path, *, publics: Path | None = None) -> None:
        self._private = home / "private"
        self._public = publics or home / "public"
        self.unreadable: dict[str, str] = {}
        """Key id -> why its file cannot be read, of each that was asked for and is not right again."""
        self._awaited: set[str] = set()
        self._public_keys: dict[str, PublicKey] = {}
        self._secrets: dict[str, tuple[str, bytes]] = {}
        self._opened: dict[str, hpke.Private] = {}
        self._signers: dict[str, Ed25519PrivateKey] = {}

    # --- KeyProvider ------------------------------------------------------------------------------------------------

    def current(self, owner: str, use: Use) -> str:
        """The newest key of this owner and use, private or public."""
        prefix = f"{owner}.{use}."
        numbers = [
            _number(path.stem)
            for folder in (self._private, self._public)
            for path in folder.glob(f"{prefix}*.json")
            if path.stem.rpartition(".")[0] + "." == prefix
        ]
        if not numbers:
            raise KeyMissing(f"There is no {use} key of {owner}: make one with `hub keys new`.")
        return f"{prefix}{max(numbers)}"

    def public(self, key_id: str) -> PublicKey:
        """The public half of a key, of whatever owner."""
        key = self._public_keys.get(key_id)
        if key is None:
            key = self._public_keys[key_id] = self._public_half(key_id)
        return key

    def _public_half(self, key_id: str) -> PublicKey:
        """As the private file has it where that is held, for a pair was made as one."""
        own = self._entry(self._private, key_id) if self.holds(key_id) else {}
        entry = own if "public" in own else self._entry(self._public, key_id)
        try:
            use, raw = Use(entry["use"]), _from64(entry["public"])
            return PublicKey(key_id, entry["owner"], use, entry["algorithm"], raw, entry.get("hosted") == _HOSTED)
        except (KeyError, ValueError) as error:
            raise self._note(key_id, "it is damaged") from error

    def unseal(self, key_id: str, sealed: bytes, info: bytes) -> bytes:
        """HPKE single-shot open."""
        algorithm, raw = self._material(key_id)
        opened = self._opened.get(key_id)
        if opened is None:
            opened = self._opened[key_id] = hpke.private_key(algorithm, raw)
        return hpke.unseal(algorithm, opened, sealed, info)

    def sign(self, key_id: str, message: bytes) -> bytes:
        """Ed25519."""
        signer = self._signers.get(key_id)
        if signer is None:
            signer = self._signers[key_id] = Ed25519PrivateKey.from_private_bytes(self._material(key_id)[1])
        return signer.sign(message)

    def secret(self, key_id: str) -> bytes:
        """A symmetric key."""
        return self._material(key_id)[1]

    # --- making keys ------------------------------------------------------------------------------------------------

    def private_raw(self, key_id: str) -> bytes:
        """Raw private bytes, for an organisation's own software (JWE needs them); never called by the router."""
        return self._material(key_id)[1]

    def make(self, owner: str, use: Use, algorithm: str = hpke.HYBRID, *, hosted: bool = False) -> str:
        """Make the next key of this owner and use and make it current; returns its id."""
        try:
            number = _number(self.current(owner, use)) + 1
        except KeyMissing:
            number = 1
        kind, private, public = _generate(use, algorithm)
        entry = _described(owner, use, kind, public, hosted=hosted)
        while not _create(self._private, f"{owner}.{use}.{number}", entry | {"private": _to64(private)}, 0o600):
            number += 1  # somebody made this one in the meantime
        key_id = f"{owner}.{use}.{number}"
        if public:
            _create(self._public, key_id, entry, 0o644)
        return key_id

    def publish(self, key_id: str, elsewhere: Path) -> None:
        """Copy a public half to another home's public folder, as an organisation hands it to the hub."""
        FileKeys(elsewhere.parent, publics=elsewhere).trust(self.public(key_id))

    def trust(self, key: PublicKey) -> None:
        """Keep a public half that was handed over; raises UserError where another one has its id."""
        entry = _described(key.owner, key.use, key.algorithm, key.raw, hosted=key.hosted)
        try:
            known = self.public(key.key_id)
        except KeyUnreadable:
            (self._public / f"{key.key_id}.json").unlink(missing_ok=True)
        except KeyMissing:
            pass
        else:
            if known != key:
                raise UserError(
                    f"Another public key is known as {key.key_id}: hand this one over under the next number."
                )
            return
        _create(self._public, key.key_id, entry, 0o644)

    def held(self, owner: str, use: Use) -> list[str]:
        """Ids of the private halves that are held here, the oldest first."""
        prefix = f"{owner}.{use}."
        return sorted((path.stem for path in self._private.glob(f"{prefix}*.json")), key=_number)

    def holds(self, key_id: str) -> bool:
        """Whether the private half, or the secret, lies here."""
        return key_id in self._secrets or bool(
            _KEY_ID.fullmatch(key_id) and (self._private / f"{key_id}.json").is_file()
        )

    def awaits(self, key_id: str) -> bool:
        """See `KeyProvider`; a number far above the newest that is held is nobody's."""
        if not _OWN.fullmatch(key_id) or self.holds(key_id):
            return False
        use, number = Use(key_id.split(".")[1]), _number(key_id)
        newest = max(map(_number, self.held(HUB, use)), default=0)
        if number > newest + _AHEAD:
            return False
        self._awaited.add(key_id)
        return True

    def troubles(self) -> list[str]:
        """What is wrong with keys that were asked for, as sentences; what has come right since is forgotten."""
        for key_id in list(self.unreadable):
            with suppress(KeyMissing):
                if self.holds(key_id):
                    self._material(key_id)
                else:
                    self.public(key_id)
        self._awaited = {key_id for key_id in self._awaited if not self.holds(key_id)}
        return [
            *(f"The key file {key_id}.json cannot be used: {why}." for key_id, why in sorted(self.unreadable.items())),
            *(
                f"The hub's own key {key_id} is not here: copy it into keys/private/."
                for key_id in sorted(self._awaited)
            ),
        ]

    def made_at(self, key_id: str) -> float:
        """When a key came here, in seconds since 1970; raises KeyMissing."""
        for folder in (self._private, self._public):
            with suppress(FileNotFoundError):
                return (folder / f"{key_id}.json").stat().st_mtime
        raise KeyMissing(f"The key {key_id} is not held in {self._private.name}/.")

    def retire(self, key_id: str) -> Path:
        """Put a private half aside, to be destroyed or kept with old backups; returns where it lies now."""
        aside = self._private.parent / "retired" / f"{key_id}.json"
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        (self._private / f"{key_id}.json").replace(aside)
        self._secrets.pop(key_id, None)
        return aside

    def ids(self) -> list[tuple[str, bool]]:
        """Every key id, and whether the private half is held here."""
        held = {path.stem for path in self._private.glob("*.json")}
        return [(key, key in held) for key in sorted(held | {path.stem for path in self._public.glob("*.json")})]

    def signs(self, organisation: str) -> str | None:
        """Id of the key that an organisation signs with; None where it has none."""
        try:
            return self.current(organisation, Use.SIGN)
        except KeyMissing:
            return None

    def is_hosted(self, key_id: str) -> bool:
        """Whether the hub holds the private half for the key's organisation; False of what cannot be read."""
        try:
            return self.public(key_id).hosted
        except KeyMissing:
            return False

    def _material(self, key_id: str) -> tuple[str, bytes]:
        found = self._secrets.get(key_id)
        if found is None:
            entry = self._entry(self._private, key_id)
            try:
                found = self._secrets[key_id] = (entry["algorithm"], _from64(entry["private"]))
            except (KeyError, ValueError) as error:
                raise self._note(key_id, "it is damaged") from error
        return found

    def _entry(self, folder: Path, key_id: str) -> dict[str, str]:
        """What a key file says; raises KeyMissing, or KeyUnreadable and keeps why."""
        if not _KEY_ID.fullmatch(key_id):  # whoever writes to Kafka chooses it: no file system may trip over it
            raise KeyMissing("A key id holds characters that no key id has.")
        path = folder / f"{key_id}.json"
        try:
            if folder == self._private and path.stat().st_mode & _OTHERS:
                raise self._note(key_id, "others than its owner may use it: run chmod 600 on it")
            entry: Any = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            self.unreadable.pop(key_id, None)
            raise KeyMissing(f"The key {key_id} is not held in {folder.name}/.") from error
        except OSError as error:
            raise self._note(key_id, error.strerror or type(error).__name__) from error
        except ValueError as error:
            raise self._note(key_id, "it is damaged: copy it again, or restore it from a backup") from error
        if not isinstance(entry, dict):
            raise self._note(key_id, "it is damaged: copy it again, or restore it from a backup")
        self.unreadable.pop(key_id, None)
        return entry

    def _note(self, key_id: str, why: str) -> KeyUnreadable:
        self.unreadable[key_id] = why
        return KeyUnreadable(f"The key file {key_id}.json cannot be used: {why}.")


def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature of this key covers these bytes."""
    if key.algorithm != "ed25519":
        return False
    try:
        _ed25519(key.raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


_loaded: dict[bytes, Ed25519PublicKey] = {}


def _ed25519(raw: bytes) -> Ed25519PublicKey:
    key = _loaded.get(raw)
    if key is None:
        if len(_loaded) > _KEPT:
            _loaded.clear()
        key = _loaded[raw] = Ed25519PublicKey.from_public_bytes(raw)
    return key


def _generate(use: Use, algorithm: str) -> tuple[str, bytes, bytes | None]:
    if use in _SYMMETRIC:
        return "secret-256", secrets.token_bytes(32), None
    if use in _SIGNING:
        key = Ed25519PrivateKey.generate()
        return "ed25519", key.private_bytes_raw(), key.public_key().public_bytes_raw()
    chosen = hpke.X25519 if use in _ORGANISATION_HPKE else algorithm
    return chosen, *hpke.generate(chosen)


def _described(owner: str, use: Use, algorithm: str, public: bytes | None, *, hosted: bool) -> dict[str, str]:
    """What a file says of a key besides its private half."""
    entry = {"owner": owner, "use": use.value, "algorithm": algorithm}
    return entry | ({"public": _to64(public)} if public else {}) | ({"hosted": _HOSTED} if hosted else {})


def _number(key_id: str) -> int:
    return int(key_id.rpartition(".")[2])


def _create(folder: Path, key_id: str, entry: Mapping[str, str], mode: int) -> bool:
    """Whole or not at all, and never over another: False where a key of this id is there already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, part = folder / f"{key_id}.json", folder / f"{key_id}.{secrets.token_hex(4)}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"key_id": key_id, **entry}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True


def _to64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _from64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
