"""How two forenames or two family names are related: by what families, other alphabets, ears and keys make of a name.

Forenames come with lists (`data/`): what bearers of a name are called, how one name is spelt, and pairs that look alike
and are two children's names. A forename that is known is nobody's slip of the pen: twins may be called Ella and Elle.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from hub.matching.values.level import Bearers, Level
from hub.matching.values.names import fold, is_initial, sound

_REMEMBERED = 1 << 16
_ALIKE, _UNLIKE = 0.88, 0.6
"""Jaro-Winkler similarity from which names are like each other, and below which nothing else is asked."""
_SHORTEST_SLIP = 4
_KEYS = {
    letter: (row, column + row / 2)
    for row, letters in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for column, letter in enumerate(letters)
}
_BESIDE = frozenset(
    (one, other)
    for one, (row, column) in _KEYS.items()
    for other, (its_row, its_column) in _KEYS.items()
    if one != other and abs(row - its_row) <= 1 and abs(column - its_column) <= 1
)
"""Letters whose keys touch, both ways."""
_HALF_A_NAME = 3
_LONG = 8
_SHORTEST_SHORT = 3
_ONE_SOUND = tuple({*pair} for pair in ("ck", "kq", "cq", "cs", "gj", "fp"))
"""Letters that names of one sound begin with: Cian and Kian, Cyrus and Syrus, Gemma and Jemma, Philip and Filip."""
_BEFORE_NAMES = ("oluwa", "chukwu", "abdul", "abdi", "abdel")


class Lists(NamedTuple):
    """Pairs are ordered both ways."""

    same: frozenset[tuple[str, str]]
    """Nicknames and spellings."""
    own: frozenset[tuple[str, str]]
    """Those of them where both are given as names in their own right, and do not sound the same."""
    like: frozenset[tuple[str, str]]
    """Nicknames that are as often another child's name."""
    apart: frozenset[tuple[str, str]]
    """Two children's names."""
    known: frozenset[str]
    threes: frozenset[str]
    """Every three letters that follow each other in a known name, its ends marked."""


@lru_cache(_REMEMBERED)
def forenames(asked: str, held: str, bearers: Bearers = Bearers.UNTOLD) -> Level:
    """Level of two folded first names: exact, same (called or spelt otherwise), slip, akin, close or different.

    `bearers`: who else is given the name asked, where no list knows it.
    """
    if is_initial(asked) or is_initial(held):
        return Level.CLOSE if asked[0] == held[0] else Level.DIFFERENT
    if asked == held:
        return Level.EXACT
    pair, lists = (asked, held), _lists()
    if pair in lists.apart:
        return Level.CLOSE
    if pair in lists.same:
        return Level.AKIN if pair in lists.own else Level.SAME
    unknown = _of_unknown(asked, held, bearers) if asked not in lists.known else Level.DIFFERENT
    if unknown is not Level.DIFFERENT:
        return unknown
    alike = JaroWinkler.similarity(asked, held)
    like = pair in lists.like or alike >= _ALIKE or (alike >= _UNLIKE and sound(asked) == sound(held))
    return Level.CLOSE if like else Level.DIFFERENT


def _of_unknown(asked: str, held: str, bearers: Bearers) -> Level:
    """Level of a name that is in no list, beside the one held: spelt by ear, cut short, slipped, or another.

    One that is cut short or slipped may be a twin's, unless very many children are known and nobody is named so.
    """
    if _sounds_the_same(asked, held) and min(len(asked), len(held)) >= _SHORTEST_SLIP:
        return Level.SAME
    if _is_short_for(asked, held):
        return Level.SAME if bearers is Bearers.NOBODY else Level.AKIN
    if _is_slip(asked, held):
        return Level.AKIN if _may_be_a_name(asked, held, bearers) else Level.SLIP
    return Level.DIFFERENT


@lru_cache(_REMEMBERED)
def surnames(asked: str, held: str) -> Level:
    """Level of two family names as compared: exact, same (spelt otherwise, half of one), slip, close or different."""
    if asked == held:
        return Level.CLOSE if is_initial(asked) else Level.EXACT
    short, long = sorted((asked, held), key=len)
    if len(short) >= _HALF_A_NAME and (long.startswith(short) or long.endswith(short)):
        return Level.SAME
    alike = JaroWinkler.similarity(asked, held)
    if alike < _UNLIKE:
        return Level.DIFFERENT
    if heard(asked) == heard(held) or _of_one_family(asked, held):
        return Level.SAME
    distance = OSA.distance(asked, held)
    if distance == 1 or (distance == 2 and len(short) >= _LONG):  # noqa: PLR2004 - two slips in a long name
        return Level.SLIP
    return Level.CLOSE if alike >= _ALIKE or sound(asked) == sound(held) else Level.DIFFERENT


@lru_cache(_REMEMBERED)
def heard(name: str) -> str:
    """What is heard of a folded name, vowels too; finer than `sound`, which only blocks. Other scripts: the name."""
    if not name.isascii():
        return name
    for written, spoken in _SPELT:
        name = written.sub(spoken, name)
    return name


def _is_short_for(asked: str, held: str) -> bool:
    """`Dami` for Damilola, `Seun` for Oluwaseun; names that are no name of their own only."""
    if len(asked) < _SHORTEST_SHORT or len(held) < len(asked) + 2:
        return False
    return held.startswith(asked) or (held.startswith(_BEFORE_NAMES) and held.endswith(asked))


def _is_slip(asked: str, held: str) -> bool:
    """One key left out, doubled, wrong, or two exchanged; not at the end, where Kamil becomes Kamila."""
    if max(len(asked), len(held)) < _SHORTEST_SLIP:
        return False
    if asked[:-1] == held or held[:-1] == asked or asked[:-1] == held[:-1]:
        return False
    return OSA.distance(asked, held) == 1


def _may_be_a_name(asked: str, held: str, bearers: Bearers) -> bool:
    """Whether what differs by a slip could be a twin's name: Qaim for Saim, but not Olkver for Oliver.

    It could where others are named so, where the names begin otherwise, as twins' do, and where no finger slips like
    that. A small register does not know who is named how: there whatever could be said is a name.
    """
    exchanged = sorted(asked) == sorted(held)
    if bearers is Bearers.OTHERS or not (exchanged or (asked[0] == held[0] and _by_a_finger(asked, held))):
        return True
    threes = _lists().threes
    return bearers is Bearers.UNTOLD and all(three in threes for three in _threes(asked))


def _by_a_finger(asked: str, held: str) -> bool:
    """Whether a key was left out, or struck beside the right one, instead of it or with it."""
    if len(asked) < len(held):
        return True
    at = next(at for at, (one, other) in enumerate(zip(asked, held, strict=False)) if one != other)
    near = held[at] if len(asked) == len(held) else asked[at - 1 : at] + asked[at + 1 : at + 2]
    return any(one == asked[at] or (one, asked[at]) in _BESIDE for one in near)


def _of_one_family(asked: str, held: str) -> bool:
    """Forms of one name for sons and daughters: Kowalski, Kowalska; Ivanov, Ivanova."""
    for son, daughter in (("ski", "ska"), ("cki", "cka"), ("ov", "ova"), ("ev", "eva"), ("in", "ina")):
        for one, other in ((asked, held), (held, asked)):
            if one.endswith(son) and other.endswith(daughter) and one[: -len(son)] == other[: -len(daughter)]:
                return True
    return False


@cache
def _lists() -> Lists:
    called, like = _nicknames()
    spellings, apart = (_groups(file) for file in ("spellings.txt", "two_names.txt"))
    apart -= called
    others: dict[str, set[str]] = defaultdict(set)
    for one, other in spellings - apart:
        others[one].add(other)
    same = called | spellings
    for name, nickname in called:
        same.update(pair for other in others[name] for pair in _both_ways(other, nickname) if other != nickname)
    same -= like | apart
    known = {name for pair in (*same, *like, *apart) for name in pair}
    for line in _lines("forenames.txt"):
        known.update(_folded(name) for name in line.split())
    own_right = {_folded(name) for line in _lines("own_right.txt") for name in line.split()}
    own = {
        pair
        for pair in same
        if ((pair in spellings and pair not in called) or pair[0] in own_right or pair[1] in own_right)
        and not _sounds_the_same(*pair, spelling=pair in spellings)
    }
    threes = frozenset(three for name in known for three in _threes(name))
    return Lists(frozenset(same), frozenset(own), frozenset(like), frozenset(apart), frozenset(known), threes)


def _sounds_the_same(one: str, other: str, *, spelling: bool = False) -> bool:
    """Whether names begin alike and are heard alike. Nearly so is enough for two spellings of one: Yusuf, Yousef."""
    if one[0] != other[0] and {one[0], other[0]} not in _ONE_SOUND:
        return False
    if spelling and (sound(one) == sound(other) or JaroWinkler.similarity(one, other) >= _ALIKE):
        return True
    return heard(one) == heard(other)


def _threes(name: str) -> Iterator[str]:
    marked = f"^{name}$"
    return (marked[at : at + 3] for at in range(len(marked) - 2))


def _nicknames() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs that are one child's, and pairs that are only like."""
    called: set[tuple[str, str]] = set()
    like: set[tuple[str, str]] = set()
    for line in _lines("nicknames.txt"):
        name, _, nicknames = line.removeprefix("~").partition(":")
        pairs = like if line.startswith("~") else called
        for nickname in nicknames.replace(",", " ").split():
            pairs.update(_both_ways(_folded(name), _folded(nickname)))
    return called - like, like


def _groups(file: str) -> set[tuple[str, str]]:
    """Every ordered pair of two names of one line."""
    pairs: set[tuple[str, str]] = set()
    for line in _lines(file):
        names = {_folded(name) for name in line.split()}
        pairs.update((one, other) for one in names for other in names if one != other)
    return pairs


def is_known(forename: str) -> bool:
    """Whether a folded forename is in use."""
    return forename in _lists().known


def is_like(one: str, other: str) -> bool:
    """Whether one is a nickname of the other that is as often another's name: Jack and John."""
    return (one, other) in _lists().like


def other_forms(forename: str) -> frozenset[str]:
    """Nicknames and spellings of a folded forename."""
    return _forms().get(forename, frozenset())


def names_called(forename: str) -> frozenset[str]:
    """Whatever bearers of a folded forename may be called or written as, however often it is another's name.

    Also what those are called who are called so: Billy, of a Will.
    """
    called = _called()
    own = called.get(forename, frozenset())
    return own.union(*(called[name] for name in _whole_names().get(forename, ()))) - {forename}


@cache
def _called() -> dict[str, frozenset[str]]:
    called, like = _nicknames()
    spelt = {pair for pair in _groups("spellings.txt") if _sounds_the_same(*pair, spelling=True)}
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in (*_lists().same, *called, *like, *spelt):
        found[one].add(other)
    return {name: frozenset(forms) for name, forms in found.items()}


@cache
def _whole_names() -> dict[str, frozenset[str]]:
    """Nickname to the names that it is of."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("nicknames.txt"):
        name, _, nicknames = line.removeprefix("~").partition(":")
        for nickname in nicknames.replace(",", " ").split():
            found[_folded(nickname)].add(_folded(name))
    return {nickname: frozenset(names) for nickname, names in found.items()}


@cache
def _forms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in _lists().same:
        found[one].add(other)
    return {name: frozenset(forms) for name, forms in found.items()}


def _both_ways(one: str, other: str) -> Iterator[tuple[str, str]]:
    yield one, other
    yield other, one


def _lines(file: str) -> Iterator[str]:
    text = (files("hub.matching.values") / "data" / file).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _folded(name: str) -> str:
    return fold(name).replace("-", "").strip()


_SPELT = tuple(
    (re.compile(written), spoken)
    for written, spoken in (
        ("^mac(?=[^eiy])", "mc"),
        ("ph", "f"),
        ("ck|q|kh", "k"),
        ("sch|sz|sh", "S"),
        ("cz|tch|ch", "C"),
        ("^wr", "r"),
        ("^kn", "n"),
        ("gh", "g"),
        ("[td]h", "t"),
        ("x", "ks"),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("g(?=[eiy])", "j"),
        ("z", "s"),
        ("w", "v"),
        ("e$", ""),
        ("ee|ea|ie|ei|ey|y", "i"),
        ("oo|ou|u|ow", "o"),
        ("[ae][iy]?[ae]?", "a"),
        ("(?<=.)h", ""),
        (r"(.)\1+", r"\1"),
    )
)
