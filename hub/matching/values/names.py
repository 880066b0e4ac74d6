"""Names as the world writes them, brought to one form. Nothing here guesses: what is no name becomes nothing.

Folding keeps letters of every script; diacritics are dropped from Latin, Greek and Cyrillic letters alone, because in
other scripts (Devanagari, Thai, Arabic) marks are vowels and tell names apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_REMEMBERED = 1 << 16
_NO_DECOMPOSITION = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ŧ": "t",
        "ħ": "h",
        "ŋ": "ng",
        "ə": "e",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
    }
)
_APOSTROPHES = re.compile("['`\u00b4\u02b9\u02bb\u02bc\u02bf\u2018\u2019\u201b\u2032\uff07]")
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d-]+")
_DIACRITICS = re.compile("[\u0300-\u036f]")
_WORD_OR_NUMBER = re.compile(r"\w+")
_BABY_OF = re.compile(r"^\s*b\s*/\s*o\b\s*")
"""As maternity wards write it: B/O Karen."""
_UNNAMED = frozenset(
    (
        *("baby", "infant", "newborn", "neonate", "twin", "triplet", "boy", "girl", "male", "female", "child"),
        *("foetus", "fetus", "unborn"),
    )
)
"""What a child is called who has no name yet."""
_NO_NAME = frozenset(("unknown", "unk", "nk", "notknown", "tbc", "tba", "noname"))
_NO_FORENAME = _NO_NAME | {"unnamed", "nameless", "test"}
_NO_SURNAME = _NO_NAME | {"surname"}
PERHAPS_NAMES = frozenset(("null", "nil", "none", "na", "true", "false"))
"""Names of people, and words by which software says that there is nothing: names where both sides write them."""

GivenNames = tuple[str, ...]
"""Folded given names in order, a hyphened one as one word: `Anne-Marie Zoë` is `("annemarie", "zoe")`."""


def fold(text: str) -> str:
    """Lower case without diacritics, invisible characters or apostrophes; hyphens become `-`."""
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower())
    text = _DIACRITICS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    text = unicodedata.normalize("NFC", text.translate(_NO_DECOMPOSITION))
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return _HYPHENS.sub("-", _APOSTROPHES.sub("", text))


@lru_cache(_REMEMBERED)
def given_names(text: str) -> GivenNames:
    """Given names as compared; empty where the text is no name (`Baby of`, `Twin 1`, `not known`)."""
    words = _words(_BABY_OF.sub("baby of ", fold(text)).replace("-", ""))
    if not words or words[0] in _UNNAMED or words[0] in _NO_FORENAME or "".join(words) in _NO_FORENAME:
        return ()
    return () if _is_not_applicable(words) else words


@lru_cache(_REMEMBERED)
def unnamed(text: str) -> str:
    """What is written in place of a forename that a child has not been given: `baby of karen`, `twin 1`; else empty."""
    words = _WORD_OR_NUMBER.findall(_BABY_OF.sub("baby of ", fold(text)).replace("-", " "))
    return " ".join(words) if words and words[0] in _UNNAMED else ""


@lru_cache(_REMEMBERED)
def surname(text: str) -> str:
    """A family name as one word: `O'Neill-van der Berg` is `oneillvanderberg`; empty where the text is no name."""
    words = _words(fold(text).replace("-", " "))
    joined = "".join(words)
    return "" if joined in _NO_SURNAME or _is_not_applicable(words) else joined


def is_initial(name: str) -> bool:
    """Whether a folded name is one Latin letter, which names nobody."""
    return len(name) == 1 and name.isascii()


@lru_cache(_REMEMBERED)
def sound(name: str) -> str:
    """A coarse sound of a folded name, which spellings heard alike share. Other scripts: the first letters."""
    if not name.isascii():
        return name[:4]
    for written, heard in _SPELLINGS:
        name = name.replace(written, heard)
    heard_name = name[:1] + _VOWELS.sub("", name[1:])
    return _DOUBLED.sub(r"\1", heard_name)[:6]


_SPELLINGS = (
    ("ough", "o"),
    ("augh", "a"),
    ("ph", "f"),
    ("gh", "g"),
    ("kh", "k"),
    ("ck", "k"),
    ("sch", "s"),
    ("sh", "s"),
    ("th", "t"),
    ("dh", "d"),
    ("wr", "r"),
    ("kn", "n"),
    ("mac", "mc"),
    ("q", "k"),
    ("c", "k"),
    ("x", "ks"),
    ("z", "s"),
    ("v", "f"),
    ("w", "u"),
    ("j", "g"),
)
_VOWELS = re.compile("[aeiouyh]")
_DOUBLED = re.compile(r"(.)\1+")


def _is_not_applicable(words: tuple[str, ...]) -> bool:
    """`N/A`, which is not the name Na."""
    return words == ("n", "a")


def _words(folded: str) -> tuple[str, ...]:
    if folded.isascii() and folded.isalpha():
        return (folded,)
    kept = (letter if letter.isalpha() or unicodedata.category(letter)[0] == "M" else " " for letter in folded)
    return tuple("".join(kept).split())
