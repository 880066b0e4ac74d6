"""Blocking keys: who is worth comparing with whom, told to the database as keyed hashes that tell it nothing.

A key is the first 4 bytes (a PostgreSQL integer) of keyed BLAKE2b (RFC 7693) under the register's blocking secret, of a
label for its kind and the value; it costs a third of HMAC-SHA256, and a batch makes thousands. Two values share a key
by chance once in four billion pairs, and then only cost a comparison. A child has some eight keys; a query asks by
those that could find it.

One kind finds nobody: a forename that no list knows is kept too, so that the register itself tells a name from a slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from hub.facts.errors import ConfigurationError, KeyMissing
from hub.facts.postcodes import district
from hub.matching.deciding.child import Child
from hub.matching.deciding.renumbered import Number
from hub.matching.values.alike import is_known
from hub.matching.values.dates import is_full
from hub.matching.values.identifiers import Token
from hub.matching.values.names import is_initial, sound

Key = bytes
"""Four bytes, which are also the wire form of an integer."""

KEY_BYTES = 4
_HASHED_BYTES = 8
"""As registers had them whole: their keys begin with the same four."""
_FORENAME_START = 3
_YEAR = 4
_GIVEN, _ID = "gn", "id"


class Blocker:
    """Makes keys under a secret of 32 to 64 bytes; while that is changed also under others, the oldest first.

    What is stored is made under one secret, what is asked and locked under all of them.
    """

    def __init__(
        self, secret: bytes, key_id: str = "hub.blocking.1", others: Mapping[str, bytes] | None = None
    ) -> None:
        self._secrets = {key_id: secret, **(others or {})}
        if not all(32 <= len(one) <= 64 for one in self._secrets.values()):  # noqa: PLR2004 - as the docstring says
            raise ConfigurationError("The register's blocking secret must have 32 to 64 bytes.")
        self.current = key_id
        self.oldest = min(self._secrets, key=_number) if others else key_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of the secrets, the one for what is new first."""
        return tuple(self._secrets)

    def record_keys(self, child: Child, key_id: str | None = None) -> list[Key]:
        """Keys under which a source record is stored: under the current secret, or the one named."""
        values = [*_identifier_values(child), *_certain_values(child), *_loose_values(child)]
        values += [f"{_GIVEN}|{name}" for name in _unlisted(child)]
        return list(dict.fromkeys(_hash(values, self._secret(key_id))))

    def query_keys(self, child: Child) -> list[Key]:
        """Keys to ask by, perhaps one twice: the loose ones only where date of birth or postcode are missing."""
        values = [*_identifier_values(child), *_certain_values(child)]
        if not (is_full(child.birth) and child.postcode):
            values += _loose_values(child)
        return self._hash(values)

    def number_keys(self, token: Token) -> list[Number]:
        """What stands for an identifier among those that were superseded: its whole hash, under every secret.

        Its first four bytes are the key under which records are stored and asked for.
        """
        return [_whole_hash(f"{_ID}|{token}", secret) for secret in self._secrets.values()]

    def name_keys(self, children: Iterable[Child]) -> dict[Key, str]:
        """Keys of those children's forenames that no list knows, to ask whether others are given them."""
        names = {name for child in children for name in _unlisted(child)}
        return {key: name for name in names for key in self._hash([f"{_GIVEN}|{name}"])}

    def lock_keys(self, child: Child) -> list[Key]:
        """What an import locks, so that no two imports place one child at a time.

        Two records that may be joined share the date of birth (a guard), or, where that is swapped or 1 January, its
        year and a family name; two that need a review for a common identifier share that.
        """
        values = _identifier_values(child)
        if is_full(child.birth):
            values.append(f"lock:birth|{child.birth}")
            values += [f"lock:year|{child.birth[:_YEAR]}|{name}" for name in child.surnames]
        return self._hash(values)

    def digest(self, label: str, value: str, size: int, key_id: str | None = None) -> bytes:
        """A keyed hash of `size` bytes, for look-up and change detection."""
        secret = self._secret(key_id)
        return blake2b(f"{label}|{value}".encode(errors="replace"), digest_size=size, key=secret).digest()

    def digests(self, label: str, value: str, size: int) -> tuple[bytes, ...]:
        """The same under every secret, the current one's first."""
        return tuple([self.digest(label, value, size, key_id) for key_id in self._secrets])

    def _secret(self, key_id: str | None) -> bytes:
        secret = self._secrets.get(key_id or self.current)
        if secret is None:
            raise KeyMissing(f"The register's blocking secret {key_id} is not held here.")
        return secret

    def _hash(self, values: list[str]) -> list[Key]:
        keys: list[Key] = []
        for secret in self._secrets.values():
            keys += _hash(values, secret)
        return keys


def _hash(values: list[str], secret: bytes) -> list[Key]:
    return [blake2b(value.encode(), digest_size=_HASHED_BYTES, key=secret).digest()[:KEY_BYTES] for value in values]


def _whole_hash(value: str, secret: bytes) -> bytes:
    return blake2b(value.encode(), digest_size=_HASHED_BYTES, key=secret).digest()


def _unlisted(child: Child) -> list[str]:
    """The forename given, if it is in no list of names."""
    return [name for name in child.given[:1] if not is_known(name) and not is_initial(name)]


def _number(key_id: str) -> int:
    return int(key_id.rpartition(".")[2])


def _identifier_values(child: Child) -> list[str]:
    return [f"{_ID}|{token}" for token in child.identifiers]


def _certain_values(child: Child) -> list[str]:
    """With the whole date of birth, or a postcode with a forename's start."""
    values: list[str] = []
    code, birth = child.postcode, child.birth
    if len(birth) == 10:  # noqa: PLR2004 - a whole date
        values += [f"bs|{birth}|{sound(name)}" for name in child.surnames]
        values += [f"bf|{birth}|{sound(name)}" for name in child.forenames]
        if code:
            values.append(f"bp|{birth}|{code}")
    if code:
        values += [f"pf|{code}|{name[:_FORENAME_START]}" for name in child.forenames]
    return values


def _loose_values(child: Child) -> list[str]:
    """By the full name with a district, or with a year of birth."""
    values: list[str] = []
    for forename in child.forenames:
        for family in child.surnames:
            if is_initial(forename):
                continue
            if child.postcode:
                values.append(f"nd|{forename}|{family}|{district(child.postcode)}")
            if child.birth:
                values.append(f"ny|{forename}|{family}|{child.birth[:_YEAR]}")
    return values
