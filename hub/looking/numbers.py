"""Telephone numbers, identifiers and postcodes in a text, however they are spaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hub.facts.model import Repeat
from hub.facts.postcodes import postcode
from hub.looking.held import Address, Number

Span = tuple[int, int, Repeat]
_LEAST = 5
"""Letters and digits below which a number is no number that could tell anything."""
_WITH_AREA, _LOCAL = re.compile(r"01\d{9}"), 6
"""A number of a town: people there leave out the first five figures."""
_CODE = 8
"""Letters before a number in which a country's code may stand."""
_GAP = re.compile(r"[\W_]+")
_POSTCODE = re.compile(r"([A-Za-z]{1,2}[0-9][0-9A-Za-z]?)[\s.\u2010-\u2015-]{0,3}[0-9][A-Za-z]{2}(?![A-Za-z0-9])")
_INWARD = re.compile(r"[0-9][ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?![A-Za-z0-9])")
"""An inward half; letters that look like others are in none. What stands before it is looked at where there is one."""
_LONGEST_OUTWARD = len("SW1A - ")
_ORDINAL = re.compile("(?:1st|2nd|3rd|[4-90]th)$")
_NO_LETTERS = str.maketrans(dict.fromkeys((chr(code) for code in range(128) if not chr(code).isalnum()), None))


class Numbers:
    """What an event holds of numbers and postcodes, as letters and digits alone."""

    def __init__(self, numbers: Sequence[Number], addresses: Sequence[Address]) -> None:
        self._wanted: dict[str, list[Repeat]] = {}
        for number in numbers:
            for text in _forms(number.text):
                self._wanted.setdefault(text, []).append(number.repeats)
        for address in addresses:
            code = postcode(address.postcode).lower()
            if code:
                self._wanted.setdefault(code, []).append(address.repeats)

    def find(self, text: str) -> Iterator[Span]:
        """Every place where one of them stands whole, whatever stands between its letters and digits."""
        lowered = text.lower()
        packed = lowered.translate(_NO_LETTERS) if lowered.isascii() else _GAP.sub("", lowered)
        near = [wanted for wanted in self._wanted if wanted in packed]
        if not near:
            return
        if len(lowered) != len(
            text
        ):  # a letter that is two when made small: places are those of capitals and small ones
            lowered = "".join(letter.lower()[:1] for letter in text)
            packed = _GAP.sub("", lowered)
        places = [at for at, letter in enumerate(lowered) if not _GAP.match(letter)]
        for wanted in near:
            at = packed.find(wanted)
            while at >= 0:
                start, end = places[at], places[at + len(wanted) - 1] + 1
                if _whole(wanted, lowered, start, end):
                    for repeats in self._wanted[wanted]:
                        yield start, end, repeats
                at = packed.find(wanted, at + 1)


def _whole(wanted: str, text: str, start: int, end: int) -> bool:
    """Whether it is not a piece of a longer number or word. A country's code may stand before a telephone number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if after.isdigit() or (after.isalpha() and not wanted[-1].isdigit()):
        return False
    if wanted[0].isdigit():
        return not before.isdigit() or text[max(0, start - _CODE) : start].rstrip().endswith(("0", "44"))
    return not before.isalnum()


def _forms(written: str) -> Iterator[str]:
    """`1632960152` and `960152` of `+44 1632 960152`: without the country's code, and without the area's."""
    packed = _GAP.sub("", written.lower())
    if len(packed) < _LEAST:
        return
    if not packed.isdigit():
        yield packed
        return
    national = re.sub("^(?:00)?44(?:0)?(?=[12378])", "0", packed) if written.strip().startswith(("+", "00")) else packed
    yield national.removeprefix("0") if len(national) > _LOCAL + 3 and national.startswith("0") else national
    if _WITH_AREA.fullmatch(national):
        yield national[-_LOCAL:]


def postcodes_in(text: str) -> Iterator[tuple[int, int]]:
    """Whatever is a whole postcode, whosever it is. `4th` in `M1 4th` is none."""
    for inward in _INWARD.finditer(text):
        if _ORDINAL.match(inward[0]):
            continue
        before = max(0, inward.start() - _LONGEST_OUTWARD)
        for match in _POSTCODE.finditer(text, before, inward.end()):
            if match.end() == inward.end() and not text[match.start() - 1 : match.start()].isalnum():
                yield match.span()
