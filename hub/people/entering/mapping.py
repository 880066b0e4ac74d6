"""What a provider's claims mean here, by its file: which organisation, which posts, what name, which second factor."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.facts.act import LONGEST_NAME
from hub.facts.model import Personal
from hub.facts.offices import Office
from hub.people.entering.providers import Provider
from hub.people.entering.refusals import Claimed, Refused, Why

_MOST_VALUES = 200
"""Of one claim that are looked at."""
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of a text, so that a name would be read as another."""


@dataclass(frozen=True, slots=True, repr=False)
class Entrant(Personal):
    """Somebody at the door: whom the provider means (hashes of its words), and what its claims say of them.

    `offices` None: this provider's claims give no posts. `may_be_new`: its word is enough to make somebody known.
    """

    provider: str
    subject: bytes
    provider_session: bytes | None
    organisation: str
    offices: frozenset[Office] | None
    name: str
    second_factor: str
    may_be_new: bool


def digest(issuer: str, name: str) -> bytes:
    """Under which an issuer's `sub`, `sid` or `jti` is kept."""
    return hashlib.sha256(f"{issuer}\0{name}".encode()).digest()


def map_claims(claimed: Claimed, provider: Provider, organisations: Collection[str]) -> Entrant | Refused:
    """Who comes in; refused where no second factor shows, or where organisation or name cannot be told."""
    factor = _second_factor(claimed.claims, provider)
    if factor is None:
        return Refused(Why.SECOND_FACTOR)
    organisation = _organisation(claimed.claims, provider)
    if organisation is None or organisation not in organisations:
        return Refused(Why.ORGANISATION)
    name = _name(claimed.claims, provider)
    if name is None:
        return Refused(Why.NAME)
    return Entrant(
        provider.id,
        digest(claimed.issuer, claimed.sub),
        digest(claimed.issuer, claimed.sid) if claimed.sid is not None else None,
        organisation,
        _offices(claimed.claims, provider),
        name,
        factor,
        provider.accounts == "by_claim",
    )


def _second_factor(claims: Mapping[str, Any], provider: Provider) -> str | None:
    """The first rule of the file that holds, as it is kept with the session: `amr=mfa`."""
    for rule in provider.second_factor:
        shown = set(_values(claims, rule.claim)) & set(rule.any_of)
        if shown:
            return f"{'.'.join(rule.claim)}={min(shown)}"
    return None


def _organisation(claims: Mapping[str, Any], provider: Provider) -> str | None:
    """None also where a token shows two of those that the file knows: nobody guesses which."""
    said = provider.organisation
    if said.claim is None:
        return said.fixed
    shown = {said.by[value] for value in _values(claims, said.claim) if value in said.by}
    return shown.pop() if len(shown) == 1 else None


def _offices(claims: Mapping[str, Any], provider: Provider) -> frozenset[Office] | None:
    said = provider.offices
    if said is None:
        return None
    return frozenset(said.by[value] for value in _values(claims, said.claim) if value in said.by)


def _name(claims: Mapping[str, Any], provider: Provider) -> str | None:
    parts = [claims.get(one) for one in provider.name]
    if not all(isinstance(one, str) for one in parts):
        return None
    name = unicodedata.normalize("NFC", " ".join(map(str, parts))).strip()
    odd = any(unicodedata.category(one) in {"Cc", "Cs", "Co", "Zl", "Zp"} or one in _TURNS for one in name)
    return None if odd or not name or len(name) > LONGEST_NAME else name


def _values(claims: Mapping[str, Any], steps: Sequence[str]) -> list[str]:
    """Texts that stand at a place: one, or those of a list there."""
    found = list(_at(claims, steps))[:_MOST_VALUES]
    flat = [inner for one in found for inner in (one if isinstance(one, list) else [one])]
    return [one for one in flat[:_MOST_VALUES] if isinstance(one, str)]


def _at(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield value
    elif steps[0] == "*" and isinstance(value, list):
        for one in value:
            yield from _at(one, steps[1:])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:])
