"""Cleaning of text at the edge: what may travel on, in one form (Unicode NFC), and what changes no meaning is dropped.

Dropped everywhere: control characters, and the bidirectional controls of UAX #9, which can make a text read as another.
Dropped from lines and names: every other invisible format character but the joiners that scripts are spelt with.
Dropped from names: symbols and emoji, which no name is spelt with. Narrative keeps them: a child may have sent them.
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
"""What software leaves where it lost a letter."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NEWLINES = re.compile("\r\n?|\u2028|\u2029")
_JOINERS = frozenset("\u200c\u200d")
_EMOJI_PARTS = re.compile("[\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


def clean_narrative(text: str) -> str:
    """Paragraphs of free text: tabs, line ends (in one form), emoji and joiners stay."""
    text = _CONTROLS.sub("", _NEWLINES.sub("\n", text)).replace("\ufeff", "")
    return unicodedata.normalize("NFC", _BIDI.sub("", text)).strip()


def clean_line(text: str) -> str:
    """One line of text: blanks of every kind become one space."""
    return _one_line(text, dropped=_INVISIBLE)


def clean_name(text: str) -> str:
    """A person's name: as a line, without symbols and emoji."""
    return _one_line(_EMOJI_PARTS.sub("", text), dropped=_INVISIBLE | {"So"})


def _one_line(text: str, *, dropped: frozenset[str]) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = " ".join(re.sub("[\x1c-\x1f]", "", text).split())
    kept = "".join(letter for letter in spaced if letter in _JOINERS or unicodedata.category(letter) not in dropped)
    return " ".join(unicodedata.normalize("NFC", _without_stray_joiners(kept)).split())


def _without_stray_joiners(text: str) -> str:
    """Joiners stay between letters (and their marks), where they are spelling; elsewhere they join nothing."""
    if _JOINERS.isdisjoint(text):
        return text
    return "".join(
        letter
        for place, letter in enumerate(text)
        if letter not in _JOINERS or (_is_letter(text[place - 1 : place]) and _is_letter(text[place + 1 : place + 2]))
    )


def _is_letter(letter: str) -> bool:
    return letter != "" and unicodedata.category(letter)[0] in "LM"
