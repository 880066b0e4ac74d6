"""How alike a query and a subject are, field by field. Pure; knows nothing of weights or of what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from hub.facts.postcodes import district
from hub.matching.deciding.child import Child
from hub.matching.values import addresses, alike
from hub.matching.values.dates import FULL
from hub.matching.values.identifiers import KINDS, IdentifierKind, Token
from hub.matching.values.level import Bearers, Level
from hub.matching.values.names import PERHAPS_NAMES, GivenNames, is_initial

__all__ = ["Comparison", "Level", "compare"]

_WITH_MIDDLE = 2
_OF_SLIPS = {1: Level.SLIP, 2: Level.CLOSE}
"""Level of a whole date of birth by how many slips it is away."""
_EXACT, _SAME, _SLIP, _AKIN, _CLOSE, _PART, _DIFFERENT, _MISSING = Level
_Kinds = tuple[IdentifierKind, ...]
_NO_NUMBERS: tuple[_Kinds, _Kinds, _Kinds, _Kinds] = ((), (), (), ())


class Comparison(NamedTuple):
    """A query beside one subject of the register."""

    forename: Level
    surname: Level
    birth: Level
    home: Level
    """Exact: one postcode. Same: one address with its town, where a postcode is missing or mistyped. Akin: one house of
    one street, and a side does not name the town. Slip: a postcode mistyped."""
    sex: Level
    forename_term: str
    """The forename that agrees exactly, if one does."""
    surname_term: str
    agreeing: tuple[IdentifierKind, ...]
    """Valid identifiers that are the same."""
    conflicting: tuple[IdentifierKind, ...]
    """Valid on both sides, of one kind, and not the same."""
    middle_names_differ: bool
    """Some record has the same forename with other middle names, or is known by another name."""
    one_birthday: bool
    """The subject's records agree on the date of birth."""
    houses_differ: bool
    """One postcode and another house, in every record of that postcode."""
    addresses_given: bool
    """Both sides give an address line, so that two houses of one postcode could be told apart."""
    swapped: bool
    """Forename and family name stand in each other's place, and are exact there."""
    unnamed_alike: bool
    """Neither has a forename yet, and the same stands in its place to the letter: `twin 1`."""
    renumbered: tuple[IdentifierKind, ...] = ()
    """Of those that agree: one took the other's place, and they are not the same to the letter."""
    doubtful: tuple[IdentifierKind, ...] = ()
    """Of kinds that do not agree: the identifiers may be one child's, and tell nothing."""


def compare(query: Child, records: Sequence[Child]) -> Comparison:
    """Compare with all source records of one subject (at least one): any record's name, address or number counts."""
    if len(records) == 1:
        return _compare(query, records[0])
    each = [_compare(query, record) for record in records]
    agreeing, conflicting, renumbered, doubtful = _identifiers(
        query, [token for record in records for token in record.identifiers]
    )
    home = min(one.home for one in each)
    return Comparison(
        min(one.forename for one in each),
        min(one.surname for one in each),
        min(one.birth for one in each),
        home,
        min(one.sex for one in each),
        next((one.forename_term for one in each if one.forename_term), ""),
        next((one.surname_term for one in each if one.surname_term), ""),
        agreeing,
        conflicting,
        any(one.middle_names_differ for one in each),
        len({record.birth for record in records if record.birth}) <= 1,
        all(one.houses_differ for one in each if one.home is home),
        any(one.addresses_given for one in each),
        any(one.swapped for one in each),
        any(one.unnamed_alike for one in each),
        renumbered,
        doubtful,
    )


def _compare(query: Child, record: Child) -> Comparison:
    """With one record. What is alike to the letter is told first: most comparisons of a batch end there."""
    given, _, surnames, birth, sex, postcode, identifiers, _, address, _, unnamed, _, _ = query
    same_given = given == record.given and len(given) > 0 and not is_initial(given[0])
    same_surname = surnames == record.surnames and len(surnames) == 1 and not is_initial(surnames[0])
    agreeing, conflicting, renumbered, doubtful = (
        _identifiers(query, record.identifiers) if identifiers else _NO_NUMBERS
    )
    forename, forename_term = (_EXACT, given[0]) if same_given else _forename(query, record)
    surname, surname_term = (_EXACT, surnames[0]) if same_surname else _surname(query, record)
    swapped = forename >= _CLOSE and surname >= _CLOSE and _swapped(query, record)
    if swapped:
        forename = surname = _SAME
    same_postcode = bool(postcode) and postcode == record.postcode
    same_birth = birth == record.birth and len(birth) == FULL
    return Comparison(
        forename,
        surname,
        _EXACT if same_birth else births(birth, record.birth),
        _EXACT if same_postcode else _home(query, record),
        _same(sex, record.sex),
        forename_term,
        surname_term,
        agreeing,
        conflicting,
        _known_otherwise(query, record) or (not same_given and _middle_names_differ(query, record)),
        one_birthday=True,
        houses_differ=same_postcode and address != record.address and addresses.houses_differ(address, record.address),
        addresses_given=bool(address and record.address),
        swapped=swapped,
        unnamed_alike=bool(unnamed) and unnamed == record.unnamed,
        renumbered=renumbered,
        doubtful=doubtful,
    )


def _forename(query: Child, record: Child) -> tuple[Level, str]:
    """Given names, then known-as names, of both sides; and the one that agrees exactly.

    A known-as name counts to the letter or is only close: a nickname of a nickname may be a brother's name.
    """
    level = _given_names(query.given, record.given, query.bearers) if query.given and record.given else _MISSING
    if level is _EXACT:
        return _EXACT, query.given[0]
    for asked, held in ((query.known, record.given), (query.given, record.known), (query.known, record.known)):
        if asked and held:
            found = _given_names(asked, held)
            if found is _EXACT:
                return _EXACT, asked[0]
            level = min(level, max(found, _CLOSE))
    if level is _DIFFERENT and record.given and any(name.startswith(record.given[0]) for name in query.surnames):
        return _CLOSE, ""
    return level, ""


def _given_names(asked: GivenNames, held: GivenNames, bearers: Bearers = Bearers.UNTOLD) -> Level:
    """By the forename; middle names are `_middle_names_differ`'s. An initial is never exact.

    What may be a word for nothing is the name where both write it, and says nothing where one does.
    """
    if asked[0] in PERHAPS_NAMES or held[0] in PERHAPS_NAMES:
        return _EXACT if asked[0] == held[0] else _MISSING
    level = alike.forenames(asked[0], held[0], bearers)
    if level is _EXACT:
        return level
    if _written_together(asked, held) or _written_together(held, asked):
        return _EXACT
    return _CLOSE if level is _DIFFERENT and (asked[0] in held or held[0] in asked) else level


def _written_together(one: GivenNames, other: GivenNames) -> bool:
    """Whether a name's first words are the other's first: Mary Jane, Mary-Jane Truly. Initials make no name."""
    words = range(2, len(one) + 1)
    return any("".join(one[:at]) == other[0] and not any(map(is_initial, one[:at])) for at in words)


def _middle_names_differ(query: Child, record: Child) -> bool:
    """Brothers named Mohammed Ali and Mohammed Hassan are two children. A missing middle name says nothing."""
    asked, held = query.given, record.given
    if len(asked) < _WITH_MIDDLE or len(held) < _WITH_MIDDLE or asked == held:
        return False
    if alike.forenames(asked[0], held[0]) > _AKIN:
        return False
    return not all(
        one == other
        or (1 in (len(one), len(other)) and one[0] == other[0])
        or (len(one) > 1 and len(other) > 1 and alike.forenames(one, other) <= _SLIP)
        for one, other in zip(asked[1:], held[1:], strict=False)
    )


def _known_otherwise(query: Child, record: Child) -> bool:
    """Brothers who are both Muhammad and are called Ali and Omar are two children, where no name of one is the other's.

    Two pet forms of the forename, or a middle name in use, are one child's.
    """
    if not (query.known and record.known and query.given and record.given):
        return False
    asked, held = query.known[0], record.known[0]
    if is_initial(asked) or is_initial(held) or alike.forenames(asked, held) <= _AKIN:
        return False
    if asked in record.given or held in query.given:
        return False
    return any(
        alike.forenames(known, given) > _CLOSE for known, given in ((asked, query.given[0]), (held, record.given[0]))
    )


def _swapped(query: Child, record: Child) -> bool:
    """Forename, or all given names, and family name written in each other's place, to the letter."""
    if not (query.given and record.given and query.surnames and record.surnames):
        return False
    given = (record.given[0], "".join(record.given))
    return query.surnames[0] in given and "".join(query.given) in record.surnames


def _surname(query: Child, record: Child) -> tuple[Level, str]:
    """Present and previous family names of both sides, each with each; and the one that agrees exactly."""
    asked, held = query.surnames, record.surnames
    if not asked or not held:
        return _MISSING, ""
    for name in asked:
        if name in held and not is_initial(name):
            return _EXACT, name
    asked, held = (tuple(name for name in names if name not in PERHAPS_NAMES) for names in (asked, held))
    if not asked or not held:
        return _MISSING, ""
    level = min(alike.surnames(one, other) for one in asked for other in held)
    if level is _DIFFERENT and query.given and query.given[0] in held:
        return _CLOSE, ""
    return level, ""


def births(asked: str, held: str) -> Level:
    """Exact needs a whole date on both sides. Same: day and month swapped. Akin: 1 January, for the year alone."""
    if not asked or not held:
        return _MISSING
    if asked == held:
        return _EXACT if len(asked) == FULL else _PART
    if len(asked) < FULL or len(held) < FULL:
        return _PART if asked.startswith(held) or held.startswith(asked) else _DIFFERENT
    if asked[:4] == held[:4]:
        if asked[5:] == held[8:] + "-" + held[5:7]:
            return _SAME
        if "01-01" in (asked[5:], held[5:]):
            return _AKIN
    return _OF_SLIPS.get(OSA.distance(asked, held), _DIFFERENT)


def _home(query: Child, record: Child) -> Level:
    """Postcodes are not the same: by address lines, then by district."""
    asked, held = query.postcode, record.postcode
    if asked and held and (len(asked) != len(held) or OSA.distance(asked, held, score_cutoff=1) > 1):
        return _PART if district(asked) == district(held) else _DIFFERENT
    lines = addresses.lines(query.address, record.address) if query.address and record.address else _MISSING
    if lines in (_SAME, _AKIN):
        return lines
    return _SLIP if asked and held else lines


def _same(asked: str, held: str) -> Level:
    if not asked or not held:
        return _MISSING
    return _EXACT if asked == held else _DIFFERENT


def _identifiers(query: Child, held: Sequence[Token]) -> tuple[_Kinds, _Kinds, _Kinds, _Kinds]:
    """Kinds that agree with some record, that differ from some record (a kind may do both), and of `Comparison`."""
    asked = query.identifiers
    if not asked or not held:
        return _NO_NUMBERS
    if query.renumbered or query.doubtful:
        return _followed(query, held)
    agreeing = [KINDS[token[0]] for token in asked if token in held]
    if asked == held:
        return tuple(agreeing), (), (), ()
    conflicting = {KINDS[token[0]] for token in asked for other in held if token[0] == other[0] and token != other}
    return tuple(agreeing), tuple(conflicting), (), ()


def _followed(query: Child, held: Sequence[Token]) -> tuple[_Kinds, _Kinds, _Kinds, _Kinds]:
    """The same, where a number took another's place: what is doubtful neither agrees nor differs."""
    doubtful = set(query.doubtful)
    exact = set(query.identifiers) - doubtful
    same = set(query.renumbered) - doubtful
    kinds = [KINDS[token[0]] for token in query.identifiers]
    agreeing = {KINDS[token[0]] for token in held if token in exact or token in same}
    return (
        tuple(kind for kind in kinds if kind in agreeing),
        tuple({KINDS[token[0]] for token in held if token not in exact | same | doubtful} & {*kinds}),
        tuple(kind for kind in kinds if kind in agreeing - {KINDS[token[0]] for token in held if token in exact}),
        tuple(kind for kind in kinds if kind in {KINDS[token[0]] for token in held if token in doubtful} - agreeing),
    )
