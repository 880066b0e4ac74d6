"""How writing goes wrong: keys, ears, forms and hurry. Each takes its randomness and returns what was written."""

from __future__ import annotations

import unicodedata
from random import Random

from hub.matching.lab.trials.lots import happens
from hub.matching.values.names import fold

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: "".join(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    for row in _KEYBOARD
    for at, letter in enumerate(row)
}
_HEARD = (
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "y"),
    ("y", "ie"),
    ("ey", "y"),
    ("c", "k"),
    ("k", "c"),
    ("s", "z"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("ai", "ay"),
    ("ei", "ie"),
    ("ou", "u"),
    ("oo", "u"),
    ("ll", "l"),
    ("tt", "t"),
    ("nn", "n"),
    ("ss", "s"),
    ("mm", "m"),
    ("son", "sen"),
    ("wr", "r"),
    ("th", "t"),
    ("l", "ll"),
    ("n", "nn"),
    ("er", "ar"),
    ("i", "y"),
    ("mac", "mc"),
    ("mc", "mac"),
    ("w", "v"),
    ("sz", "sh"),
    ("cz", "ch"),
    ("q", "k"),
    ("u", "oo"),
    ("j", "g"),
    ("x", "ks"),
)
_SPOKEN = (
    ("Mohammed", "Muhammad"),
    ("Mohammed", "Mohamed"),
    ("Hussain", "Hussein"),
    ("Ahmed", "Ahmad"),
    ("Yusuf", "Yousuf"),
    ("Aisha", "Ayesha"),
    ("Fatima", "Fatimah"),
    ("Ibrahim", "Ebrahim"),
    ("Omar", "Umar"),
    ("Zainab", "Zaynab"),
    ("Hassan", "Hasan"),
    ("Stephen", "Steven"),
    ("Katherine", "Catherine"),
    ("Isabelle", "Isabel"),
    ("Rebecca", "Rebekah"),
    ("Sara", "Sarah"),
    ("Niamh", "Neve"),
    ("Jakub", "Jacob"),
    ("Zofia", "Sofia"),
    ("Oliwia", "Olivia"),
    ("Wiktoria", "Victoria"),
    ("Chowdhury", "Choudhury"),
    ("Sheikh", "Shaikh"),
    ("Ciara", "Keira"),
    ("Conor", "Connor"),
    ("Callum", "Calum"),
    ("Finlay", "Finley"),
    ("Seán", "Shaun"),
    ("Ciarán", "Kieran"),
    ("Ruaridh", "Rory"),
    ("Isabelle", "Isabella"),
    ("Elliot", "Elliott"),
    ("Yusuf", "Yousef"),
    ("Sofia", "Sophia"),
)
_SPELLINGS = {one: other for pair in _SPOKEN for one, other in (pair, pair[::-1])}
_ONE_NAME = {(fold(one), fold(other)) for one, other in (*_SPOKEN, *(pair[::-1] for pair in _SPOKEN))}
_SHORT = {
    "Road": "Rd",
    "Street": "St",
    "Avenue": "Ave",
    "Close": "Cl",
    "Drive": "Dr",
    "Lane": "Ln",
    "Gardens": "Gdns",
    "Court": "Ct",
    "Crescent": "Cres",
}


def one_name(one: str, other: str) -> bool:
    """Whether two first names are usual spellings of one: no family gives both to its children."""
    folded = (fold(one).replace("-", ""), fold(other).replace("-", ""))
    return folded[0] == folded[1] or folded in _ONE_NAME


def slip(chance: Random, name: str) -> str:
    """One key wrong in the first word: left out, doubled, beside, or two exchanged."""
    word, *rest = name.split(" ")
    if len(word) < 4:  # noqa: PLR2004 - too short to slip and be read
        return name
    at = 0 if happens(chance, 0.05) else chance.randrange(1, len(word) - 1)  # first letters seldom slip
    written = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice(_BESIDE.get(word[at].lower(), "e")) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join((written, *rest))


def heard(chance: Random, name: str) -> str:
    """Spelt by ear; unchanged where nothing in it can be."""
    word, *rest = name.split(" ")
    if word in _SPELLINGS and happens(chance, 0.8):  # most people write the usual other spelling
        return " ".join((_SPELLINGS[word], *rest))
    low = word.lower()
    fitting = [(one, other) for one, other in _HEARD if one in low[1:] or (low.startswith(one) and one in "ckmacmc")]
    if not fitting:
        return name
    one, other = chance.choice(fitting)
    at = low.find(one, 0 if low.startswith(one) and one in "ckmacmc" else 1)
    return " ".join(((low[:at] + other + low[at + len(one) :]).capitalize(), *rest))


def plain(name: str) -> str:
    """Without accents."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(
        str.maketrans("łŁøßđ", "lLosd")
    )


def shortened(address: str) -> str:
    """`Rd` for `Road`."""
    return " ".join(
        _SHORT.get(word.rstrip(","), word.rstrip(",")) + word[len(word.rstrip(",")) :] for word in address.split()
    )


def another_digit(chance: Random, birth: str) -> str:
    """A whole date with one digit of it wrong, still a date of a child."""
    at = chance.choice((3, 6, 8, 9))
    return birth[:at] + chance.choice("0123456789".replace(birth[at], "")) + birth[at + 1 :]


def exchanged(chance: Random, number: str) -> str:
    """Two neighbouring digits exchanged; unchanged where all are equal."""
    places = [at for at in range(3, len(number) - 1) if number[at] != number[at + 1]]
    if not places:
        return number
    at = chance.choice(places)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
