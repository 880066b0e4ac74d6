"""How alike a query and a subject are, field by field. Pure; knows nothing of weights or of what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from hub.matching.child import Child
from hub.matching.dates import FULL
from hub.matching.identifiers import KINDS, IdentifierKind, Token
from hub.matching.names import GivenNames, is_initial, sound
from hub.matching.postcodes import district

_ALIKE = 0.88
_HALF_A_NAME = 4
_WITH_MIDDLE = 2


class Level(IntEnum):
    """How far a field agrees, best first. A subject of several records has the best level of them."""

    EXACT = 0
    CLOSE = 1
    PART = 2
    """As much as is given agrees, and one side does not give all: a year, a district."""
    DIFFERENT = 3
    MISSING = 4

    @property
    def word(self) -> str:
        """As explanations write it."""
        return self.name.lower()


_EXACT, _CLOSE, _PART, _DIFFERENT, _MISSING = Level


class Comparison(NamedTuple):
    """A query beside one subject of the register."""

    forename: Level
    surname: Level
    birth: Level
    postcode: Level
    sex: Level
    agreeing: tuple[IdentifierKind, ...]
    """Valid identifiers that are the same."""
    conflicting: tuple[IdentifierKind, ...]
    """Valid on both sides, of one kind, and not the same."""
    middle_names_differ: bool
    """Some record has the same forename with other middle names."""
    one_birthday: bool
    """The subject's records agree on the date of birth."""


def compare(query: Child, records: Sequence[Child]) -> Comparison:
    """Compare with all source records of one subject (at least one): any record's name, address or number counts."""
    if len(records) == 1:
        return _compare(query, records[0])
    each = [_compare(query, record) for record in records]
    agreeing, conflicting = _identifiers(
        query.identifiers, [token for record in records for token in record.identifiers]
    )
    return Comparison(
        min(one.forename for one in each),
        min(one.surname for one in each),
        min(one.birth for one in each),
        min(one.postcode for one in each),
        min(one.sex for one in each),
        agreeing,
        conflicting,
        any(one.middle_names_differ for one in each),
        len({record.birth for record in records if record.birth}) <= 1,
    )


def _compare(query: Child, record: Child) -> Comparison:
    """With one record. What is alike to the letter is told first: most comparisons of a batch end there."""
    given, _, surnames, birth, sex, postcode, identifiers, _ = query
    same_given = given == record.given and len(given) > 0 and not is_initial(given[0])
    same_surname = surnames == record.surnames and len(surnames) == 1 and not is_initial(surnames[0])
    agreeing, conflicting = _identifiers(identifiers, record.identifiers) if identifiers else ((), ())
    return Comparison(
        _EXACT if same_given else _forename(query, record),
        _EXACT if same_surname else _surname(query, record),
        _EXACT if birth == record.birth and len(birth) == FULL else _birth(birth, record.birth),
        _EXACT if postcode and postcode == record.postcode else _postcode(postcode, record.postcode),
        _same(sex, record.sex),
        agreeing,
        conflicting,
        middle_names_differ=not same_given and _middle_names_differ(query, record),
        one_birthday=True,
    )


def _forename(query: Child, record: Child) -> Level:
    """Given and known-as names of both sides, each with each; swapped with the family name counts as close."""
    level = _MISSING
    for asked in (query.given, query.known) if query.known else (query.given,):
        for held in (record.given, record.known) if record.known else (record.given,):
            if asked and held:
                found = _given_names(asked, held)
                if found is _EXACT:
                    return _EXACT
                level = min(level, found)
    if level is _DIFFERENT and record.given and record.given[0] in query.surnames:
        return _CLOSE
    return level


def _given_names(asked: GivenNames, held: GivenNames) -> Level:
    """By the forename; middle names are `_middle_names_differ`'s. An initial is never exact."""
    first, other = asked[0], held[0]
    if is_initial(first) or is_initial(other):
        return _CLOSE if first[0] == other[0] else _DIFFERENT
    if first == other or "".join(asked) == "".join(held):
        return _EXACT
    if first in held or other in asked or sound(first) == sound(other):
        return _CLOSE
    return _CLOSE if JaroWinkler.similarity(first, other) >= _ALIKE else _DIFFERENT


def _middle_names_differ(query: Child, record: Child) -> bool:
    """Brothers named Mohammed Ali and Mohammed Hassan are two children. A missing middle name says nothing."""
    asked, held = query.given, record.given
    if len(asked) < _WITH_MIDDLE or len(held) < _WITH_MIDDLE or asked == held or asked[0] != held[0]:
        return False
    return not all(
        one == other or (1 in (len(one), len(other)) and one[0] == other[0])
        for one, other in zip(asked[1:], held[1:], strict=False)
    )


def _surname(query: Child, record: Child) -> Level:
    """Present and previous family names of both sides, each with each."""
    asked, held = query.surnames, record.surnames
    if not asked or not held:
        return _MISSING
    for name in asked:
        if name in held:
            return _CLOSE if is_initial(name) else _EXACT
    if any(_surnames_alike(one, other) for one in asked for other in held):
        return _CLOSE
    return _CLOSE if query.given and query.given[0] in held else _DIFFERENT


def _surnames_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    half = len(short) >= _HALF_A_NAME and (long.startswith(short) or long.endswith(short))
    return half or sound(one) == sound(other) or JaroWinkler.similarity(one, other) >= _ALIKE


def _birth(asked: str, held: str) -> Level:
    """Exact needs a whole date on both sides. Close: day and month swapped, one digit, or 1 January of the year."""
    if not asked or not held:
        return _MISSING
    if asked == held:
        return _EXACT if len(asked) == FULL else _PART
    if len(asked) < FULL or len(held) < FULL:
        return _PART if asked.startswith(held) or held.startswith(asked) else _DIFFERENT
    if asked[:4] == held[:4] and (asked[5:] == held[8:] + "-" + held[5:7] or "01-01" in (asked[5:], held[5:])):
        return _CLOSE
    return _CLOSE if sum(one != other for one, other in zip(asked, held, strict=True)) == 1 else _DIFFERENT


def _postcode(asked: str, held: str) -> Level:
    if not asked or not held:
        return _MISSING
    if asked == held:
        return _EXACT
    return _PART if district(asked) == district(held) else _DIFFERENT


def _same(asked: str, held: str) -> Level:
    if not asked or not held:
        return _MISSING
    return _EXACT if asked == held else _DIFFERENT


def _identifiers(
    asked: Sequence[Token], held: Sequence[Token]
) -> tuple[tuple[IdentifierKind, ...], tuple[IdentifierKind, ...]]:
    """Kinds that agree with some record, and kinds that differ from some record (a kind may do both)."""
    if not asked or not held:
        return (), ()
    agreeing = [KINDS[token[0]] for token in asked if token in held]
    if asked == held:
        return tuple(agreeing), ()
    conflicting = {KINDS[token[0]] for token in asked for other in held if token[0] == other[0] and token != other}
    return tuple(agreeing), tuple(conflicting)
