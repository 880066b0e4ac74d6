"""A child as compared: every field in its one form, empty where it is missing or no good."""

from __future__ import annotations

from typing import NamedTuple

from hub.facts.model import Identity
from hub.facts.postcodes import postcode_of_place
from hub.matching.values.dates import birth_date
from hub.matching.values.identifiers import IdentifierKind, Token, identifiers_of
from hub.matching.values.level import Bearers
from hub.matching.values.names import PERHAPS_NAMES, GivenNames, given_names, surname, unnamed

MOST_PREVIOUS_NAMES = 10
"""Later ones are not compared: each costs keys and comparisons."""
_SEXES = {"m": "male", "male": "male", "boy": "male", "f": "female", "female": "female", "girl": "female"}


class Child(NamedTuple):
    """What two children are compared by. A tuple, because a batch makes thousands of them."""

    given: GivenNames
    known: GivenNames
    surnames: tuple[str, ...]
    """The present family name first, then previous ones; any of them counts."""
    birth: str
    """ISO 8601: a day, a month, a year, or empty."""
    sex: str
    postcode: str
    identifiers: tuple[Token, ...]
    """Those that pass their check."""
    failed: tuple[IdentifierKind, ...] = ()
    """Those that do not."""
    address: str = ""
    """As written; compared only where that can matter."""
    bearers: Bearers = Bearers.UNTOLD
    """Of a child who is asked about: who else is given the forename."""
    unnamed: str = ""
    """What stands in place of a forename not yet given: `twin 1`."""
    renumbered: tuple[Token, ...] = ()
    """Of a child who is asked about: other identifiers on the register that are the same child's, by what was
    superseded."""
    doubtful: tuple[Token, ...] = ()
    """Likewise: identifiers that may be the same child's and tell nothing, perhaps the child's own."""

    def __repr__(self) -> str:
        return "<Child redacted>"

    def as_written(self) -> Child:
        """Its identifiers as they are, followed nowhere."""
        return self._replace(renumbered=(), doubtful=()) if self.renumbered or self.doubtful else self

    @property
    def forenames(self) -> tuple[str, ...]:
        """First names the child goes by: given, then known as."""
        if not self.known:
            return self.given[:1]
        return tuple(dict.fromkeys((*self.given[:1], self.known[0])))


def child_of(identity: Identity) -> Child:
    """Normalise an identity. Never raises: what cannot be used is left out."""
    family = surnames(identity.family_name, identity.previous_family_names)
    birth, code = identity.date_of_birth, identity.postcode
    return Child(
        given_names(identity.given_names) if identity.given_names else (),
        known_as(identity.known_as, family),
        family,
        birth_date(birth) if birth else "",
        sex_of(identity.sex),
        postcode_of_place(code) if code else "",
        *identifiers_of(identity),
        identity.address or "",
        unnamed=unnamed(identity.given_names) if identity.given_names else "",
    )


def surnames(family: str | None, previous: tuple[str, ...]) -> tuple[str, ...]:
    """Present and previous family names in one form, each once."""
    present = surname(family) if family else ""
    if not previous:
        return (present,) if present else ()
    former = (surname(name) for name in previous[:MOST_PREVIOUS_NAMES])
    names = dict.fromkeys((present, *(name for name in former if name not in PERHAPS_NAMES)))
    return tuple(name for name in names if name)


def known_as(text: str | None, family: tuple[str, ...]) -> GivenNames:
    """Known-as names, without a family name that was written after them; a word for nothing is none."""
    if not text:
        return ()
    names = given_names(text)
    if names and names[0] in PERHAPS_NAMES:
        return ()
    return names[:-1] if len(names) > 1 and names[-1] in family else names


def sex_of(text: str | None) -> str:
    """`male`, `female` or empty."""
    return _SEXES.get(text.strip().lower(), "") if text else ""
