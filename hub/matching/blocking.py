"""Blocking keys: who is worth comparing with whom, told to the database as keyed hashes that tell it nothing.

A key is keyed BLAKE2b (RFC 7693) under the register's blocking secret, of a label for its kind and the value, 8 bytes
long (a PostgreSQL bigint); it costs a third of HMAC-SHA256, and a batch makes thousands. Two values share a key by
chance about once in 10^19 pairs, and then only cost a comparison. A child has some eight keys; a query asks by those
that could find it.
"""

from __future__ import annotations

from hashlib import blake2b

from hub.errors import ConfigurationError
from hub.matching.child import Child
from hub.matching.dates import is_full
from hub.matching.names import is_initial, sound
from hub.matching.postcodes import district

Key = bytes
"""Eight bytes, which are also the wire form of a bigint."""

_KEY_BYTES = 8
_FORENAME_START = 3
_YEAR = 4


class Blocker:
    """Makes keys under one secret of 32 to 64 bytes."""

    def __init__(self, secret: bytes) -> None:
        if not 32 <= len(secret) <= 64:  # noqa: PLR2004 - as the docstring says
            raise ConfigurationError("The register's blocking secret must have 32 to 64 bytes.")
        self._secret = secret

    def record_keys(self, child: Child) -> list[Key]:
        """Keys under which a source record is found."""
        values = [*_identifier_values(child), *_certain_values(child), *_loose_values(child)]
        return self._hash(list(dict.fromkeys(values)))

    def query_keys(self, child: Child) -> list[Key]:
        """Keys to ask by, perhaps one twice: the loose ones only where date of birth or postcode are missing."""
        values = [*_identifier_values(child), *_certain_values(child)]
        if not (is_full(child.birth) and child.postcode):
            values += _loose_values(child)
        return self._hash(values)

    def asked_keys(self, child: Child, keys: list[Key]) -> list[Key]:
        """Of a record's own keys, which are these, those of `query_keys`: all but the loose ones, which come last."""
        if not (is_full(child.birth) and child.postcode):
            return keys
        return keys[: len(keys) - len(set(_loose_values(child)))]

    def lock_keys(self, child: Child) -> list[Key]:
        """What an import locks, so that no two imports place one child at a time.

        Two records that may be joined share the date of birth (a guard); two that need a review for a common
        identifier share that.
        """
        values = _identifier_values(child)
        if is_full(child.birth):
            values.append(f"lock:birth|{child.birth}")
        return self._hash(values)

    def digest(self, label: str, value: str, size: int) -> bytes:
        """A keyed hash of `size` bytes, for look-up and change detection."""
        return blake2b(f"{label}|{value}".encode(errors="replace"), digest_size=size, key=self._secret).digest()

    def _hash(self, values: list[str]) -> list[Key]:
        secret = self._secret
        return [blake2b(value.encode(), digest_size=_KEY_BYTES, key=secret).digest() for value in values]


def _identifier_values(child: Child) -> list[str]:
    return [f"id|{token}" for token in child.identifiers]


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
