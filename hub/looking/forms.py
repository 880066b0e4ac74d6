"""How a name, an address or a school may be written in a text: as sequences of folded words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hub.looking.words import folded_words, listed
from hub.matching.values.addresses import one_form
from hub.matching.values.alike import names_called
from hub.matching.values.full_names import BESIDE, TITLES
from hub.matching.values.names import fold

Phrase = tuple[str, ...]
_REMEMBERED = 1 << 12
_PARTICLES = listed("names.txt")["particles"]
_FIRST_OF_SEVERAL = listed("names.txt")["first_of_several"]


def _also_called() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in sorted(listed("names.txt")["abbreviations"] | listed("names.txt")["called"]):
        one, other = pair.split("=")
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


_ALSO = _also_called()
_SHORTENED = 3
"""Letters that a name is cut down to, at least, where no list knows its short form."""
_APART = 4
"""Letters of what follows Mac, at least."""
_PET = ("", "y", "ie", "i", "ey", "o", "s")
_VOWELS = frozenset("aeiou")
_LEAST_OF_A_NAME = 3


@lru_cache(_REMEMBERED)
def given_forms(given: str) -> tuple[tuple[Phrase, bool], ...]:
    """How bearers of these given names are called; True where it is the name itself, as first name or called by it."""
    written = given.split()
    if not written:
        return ()
    first, *others = [folded_words(word) for word in written]
    found: dict[Phrase, bool] = dict.fromkeys((first, ("".join(first),)), True)
    if others and first[0] in _FIRST_OF_SEVERAL:
        found[others[0]] = True
        found |= {(short,): False for short in _short_forms("".join(others[0]))}
    if others:
        found[("".join((*first, *others[0])),)] = True
    if len(first) > 1:
        found |= {(half,): False for half in first if len(half) >= _LEAST_OF_A_NAME}
    for short in _short_forms("".join(first)):
        found.setdefault((short,), False)
    return tuple((phrase, exact) for phrase, exact in found.items() if phrase and all(phrase))


def _short_forms(name: str) -> Iterator[str]:
    yield from names_called(name)
    yield from _ALSO.get(name, ())


@lru_cache(_REMEMBERED)
def doubtful_forms(given: str) -> frozenset[Phrase]:
    """Second names, by which some are called, and a first name with its end cut off: Greg of Gregor, Stewie, Donny."""
    first, *others = [folded_words(word) for word in given.split()] or [()]
    name = "".join(first)
    cut = {(form,) for end in range(_SHORTENED, len(name) + 1) for form in _pet_forms(name[:end])} - {(name,)}
    return frozenset(cut | {second for second in others if len("".join(second)) >= _LEAST_OF_A_NAME})


def _pet_forms(stem: str) -> Iterator[str]:
    """What is made of the beginning of a name; one that ends in a vowel is cut down alone."""
    if stem[-1] in _VOWELS:
        yield from (stem,) if len(stem) > _SHORTENED else ()
        return
    for ending in _PET:
        yield stem + ending
        if ending and ending != "s":
            yield stem + stem[-1] + ending
    if len(stem) == _SHORTENED and stem[-1] in "rlsn":
        yield from (f"{stem[:-1]}z", f"{stem[:-1]}zza")


@lru_cache(_REMEMBERED)
def family_forms(family: str) -> tuple[Phrase, ...]:
    """A family name whole, written as one word, and each half of it; `mac` and `o` apart and together."""
    words = folded_words(family)
    if not words:
        return ()
    found = [words, ("".join(words),), *((word,) for word in words if word not in _PARTICLES)]
    for word in ("".join(words), *words):
        found.extend(_apart(word))
    return tuple(dict.fromkeys(found))


def _apart(word: str) -> Iterator[Phrase]:
    """`o neill` of `oneill`; `mc donald`, `mac donald` and `mcdonald` of `macdonald`."""
    for begin, others in (("mac", ("mac", "mc", "m")), ("mc", ("mac", "mc", "m")), ("o", ("o",))):
        rest = word.removeprefix(begin)
        if rest != word and len(rest) >= _APART and (begin != "o" or rest[:1] not in "aeiou"):
            for other in others:
                yield (other, rest)
                yield (other + rest,)
            return


def named_in(line: str) -> str:
    """What of a line is a name, where it says besides, or instead, who somebody is: `A neighbour`, `Gran (Jean Muir)`.

    Whose friend or parent somebody is, is not their name.
    """
    words = [word.strip("().;:/") for word in line.split()]
    kept = [word for at, word in enumerate(words) if word and not _describes(word, first=not at)]
    named = kept if len(kept) == len(words) else [word for word in kept if word[0].isupper()]
    if all(fold(word.strip(",")) in _DESCRIBING_SMALL for word in named):
        return ""
    return line if named == words else " ".join(named)


def _describes(word: str, *, first: bool) -> bool:
    stem = fold(word.strip(","))
    if _OWNS.search(word) or stem in _DESCRIBING:
        return True
    return (stem in _DESCRIBING_SMALL and word.islower()) or (first and stem == "a")


_OWNS = re.compile("['\u2019][sS]?$")
_DESCRIBING, _DESCRIBING_SMALL = listed("names.txt")["describing"], listed("names.txt")["describing_small"]


@lru_cache(_REMEMBERED)
def whole_names(line: str) -> tuple[tuple[str, str], ...]:
    """(given names, family name) of an adult's name in one line, and of each former one that stands beside it."""
    main, *others = [found for part in BESIDE.split(line) if any(found := _parted(named_in(part)))] or [("", "")]
    return (main, *((given or main[0], family) for given, family in others))


def _parted(name: str) -> tuple[str, str]:
    """Given names before the family name; it is last, before a comma, or alone in capitals."""
    family, comma, given = name.partition(",")
    if comma and given.strip():
        return given.strip(), family.strip()
    words = family.split()
    while len(words) > 1 and fold(words[0]).strip(".") in TITLES:
        del words[0]
    loud = [word for word in words if len(word) > 1 and word.isupper()]
    if loud and len(loud) < sum(len(word.strip(".")) > 1 for word in words):
        return " ".join(word for word in words if word not in loud), " ".join(loud)
    begins = len(words) - 1
    while begins > 1 and fold(words[begins - 1]) in _PARTICLES:
        begins -= 1
    return " ".join(words[:begins]), " ".join(words[begins:])


@lru_cache(_REMEMBERED)
def street_forms(line: str) -> tuple[Phrase, ...]:
    """What of an address line says where it is: number and street, street alone, or the name of a house."""
    found: list[Phrase] = []
    segments = [tuple(map(one_form, folded_words(segment))) for segment in line.split(",")]
    for place, words in enumerate(segments):
        numbers = [at for at, word in enumerate(words) if word[:1].isdigit()]
        street = tuple(word for word in words[numbers[-1] + 1 if numbers else 0 :] if word not in {"the", "no", "flat"})
        if not street:
            continue
        number = words[numbers[-1]] if numbers else _number_before(segments, place)
        if number:
            found += [(number, street[0]), (number + "".join(street),)]
        if len(street) > 1 and (number or street[-1] in _STREETS or street[-1] in _BUILDINGS):
            found += [street, ("".join(street),)]
    return tuple(dict.fromkeys(found))


def _number_before(segments: list[Phrase], place: int) -> str:
    """The number of a house that a comma parts from its street: `14, Larkspur Wynd`."""
    before = segments[place - 1] if place else ()
    return before[-1] if before and before[-1][:1].isdigit() else ""


_STREETS, _BUILDINGS = listed("context.txt")["streets"], listed("context.txt")["buildings"]


@lru_cache(_REMEMBERED)
def school_forms(name: str) -> tuple[Phrase, frozenset[str], frozenset[str]]:
    """(the words that are this school's own, the kinds of school that it calls itself, both with blanks left out).

    Left out: `glenmoreacademy`, `stninians`.
    """
    words = folded_words(name)
    plain = tuple(map(school_word, words))
    own = tuple(word for word in plain if word not in SCHOOLS)
    together = {"".join(words)} | ({"".join(own)} if len(own) > 1 else set())
    return own, frozenset(plain) & SCHOOLS, frozenset(together)


def school_word(word: str) -> str:
    """A word of a school's name in one form: `primary` for `ps`, `st` for `saint`."""
    if word in {"st", "saint"}:
        return "st"
    return _SCHOOL_WORDS.get(word) or one_form(word)


_SCHOOL_WORDS = {
    short: name
    for line in listed("names.txt")["schools"]
    for name, _, shorts in [line.partition("=")]
    for short in shorts.split("/")
}
SCHOOLS = frozenset(_SCHOOL_WORDS.values()) | {"rc", "ce", "the", "of", "and", "c", "e"}
