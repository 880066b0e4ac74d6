"""Days of birth in a text: in figures, with the month's name, or in words; without a year where birth is spoken of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from hub.facts.model import Repeat
from hub.looking.held import Birth
from hub.looking.words import Word, has_figures, listed

Span = tuple[int, int, Repeat]
_BESIDE = listed("context.txt")
_NAMES = "january february march april may june july august september october november december"
_MONTHS = {word: number for number, month in enumerate(_NAMES.split(), start=1) for word in _BESIDE[month]}
_PARTS = r"\s?[./,|_\\\s\u2010-\u2015\u2212-]\s?"
"""What stands between day, month and year."""
_FIGURES = re.compile(
    rf"(?<![\d.])(?:(\d{{1,2}}){_PARTS}(\d{{1,2}}){_PARTS}(\d{{4}}|\d{{2}})|(\d{{2}})(\d{{2}})(\d{{4}}|\d{{2}}))(?!\d)"
)
_YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})(?:{_PARTS})?(\d{{1,2}})(?:{_PARTS})?(\d{{1,2}})(?!\d)")
_NO_YEAR = re.compile(r"(?<![\d/.-])(\d{1,2})[./-](\d{1,2})(?![\d/-])")
_ANY_FIGURES = re.compile(r"\d(?:[^\w\n]{1,3}\d|\d{5}|[ .-]?[A-Za-z]{3,9}[ .-]?\d\d)")
_TOGETHER = re.compile(r"(?<![\w])(\d{1,2})[ .-]?([a-z]{3,9})[ .-]?(\d{4}|\d{2})(?!\w)", re.IGNORECASE)
_RUN = re.compile(r"\d+")
_ONES = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "  # noqa: SIM905 - as they are counted
        "eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_NTHS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "twentieth": 20}
_ORDINALS = {f"{word}th": number for word, number in _ONES.items()} | _NTHS | {"thirtieth": 30}
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_NEAR_BEFORE, _NEAR_AFTER = 60, 25
"""Letters before and after a day without its year, in which birth is spoken of."""
_THIS_CENTURY = 100


class Day(NamedTuple):
    """A day written from `start` to `end`. `day` 0: month and year alone; `year` 0: not written."""

    start: int
    end: int
    day: int
    month: int
    year: int


class Births:
    """Days of birth of an event."""

    def __init__(self, births: Sequence[Birth]) -> None:
        self._born = [(*_parts(birth.day), birth.repeats) for birth in births]

    def may_stand(self, text: str, plain: Collection[str]) -> bool:
        """Whether a text of these words, folded, may hold a day at all."""
        if not self._born:
            return False
        in_figures = has_figures(text) and _ANY_FIGURES.search(text) is not None
        return in_figures or not _MONTHS.keys().isdisjoint(plain)

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Span]:
        """Where one of them stands."""
        if not self._born:
            return
        spoken = [word.start for word in words if word.text in _BESIDE["born"]]
        for written in (*_in_figures(text), *_with_months(words)):
            near: bool | None = None
            for year, month, day, repeats in self._born:
                if written.month != month or (written.day and written.day != day) or not _same_year(written.year, year):
                    continue
                if not written.day or not written.year:
                    near = _of_birth(written, spoken) if near is None else near
                    if not near:
                        continue
                yield written.start, written.end, repeats


def _parts(day: str) -> tuple[int, int, int]:
    year, month, of_month = map(int, day.split("-"))
    return year, month, of_month


def _same_year(written: int, year: int) -> bool:
    return not written or written == year or (written < _THIS_CENTURY and written == year % _THIS_CENTURY)


def _of_birth(day: Day, spoken: Sequence[int]) -> bool:
    """Whether birth is spoken of nearby; `spoken`: where it is spoken of, in order."""
    at = bisect_left(spoken, day.start - _NEAR_BEFORE)
    return at < len(spoken) and spoken[at] <= day.end + _NEAR_AFTER


def _in_figures(text: str) -> Iterator[Day]:
    for run in _RUN.finditer(text):
        yield from _beginning(text, run.start())


def _beginning(text: str, at: int) -> Iterator[Day]:
    """Days whose figures begin there."""
    if match := _FIGURES.match(text, at):
        day, month, year = (int(one) for one in match.groups() if one is not None)
        yield Day(*match.span(), *((day, month) if month <= 12 else (month, day)), year)  # noqa: PLR2004 - months
    if match := _YEAR_FIRST.match(text, at):
        year, month, day = map(int, match.groups())
        yield Day(*match.span(), day, month, year)
    if (match := _TOGETHER.match(text, at)) and (named := _MONTHS.get(match[2].lower())):
        yield Day(*match.span(), int(match[1]), named, int(match[3]))
    if match := _NO_YEAR.match(text, at):
        yield Day(*match.span(), int(match[1]), int(match[2]), 0)


def _with_months(words: Sequence[Word]) -> Iterator[Day]:
    for at, word in enumerate(words):
        if month := _MONTHS.get(word.text):
            day, first = _day_before(words, at)
            last = at + 1
            if not day:
                day, last = _day_after(words, at + 1)
            without, (year, last) = last, _year(words, last)
            if day and year and not words[without].joined:  # 12 June. 20:26 hrs
                yield Day(words[first].start, words[without - 1].end, day, month, 0)
            if day or year:
                yield Day(words[first].start, words[last - 1].end, day, month, year)


def _day_before(words: Sequence[Word], at: int) -> tuple[int, int]:
    """(day, the place where it begins) right before a month; day 0 where there is none."""
    last = at
    while last and words[last - 1].text in {"of", "day"}:
        last -= 1
    if not last:
        return 0, at
    word = words[last - 1].text
    if figures := _DAY.fullmatch(word):
        return int(figures[1]), last - 1
    number = _ORDINALS.get(word) or _ONES.get(word) or _TENS.get(word) or 0
    if number and number < 10 and last > 1 and (tens := _TENS.get(words[last - 2].text)):  # noqa: PLR2004 - twenty-first
        return tens + number, last - 2
    return number, last - 1 if number else at


def _day_after(words: Sequence[Word], at: int) -> tuple[int, int]:
    """(day, the place after it) right after a month: May 19th, May the nineteenth."""
    first = at + 1 if at < len(words) and words[at].text == "the" else at
    if first >= len(words):
        return 0, at
    word = words[first].text
    if figures := _DAY.fullmatch(word):
        return int(figures[1]), first + 1
    if number := _ORDINALS.get(word):
        return number, first + 1
    after = words[first + 1].text if first + 1 < len(words) else ""
    if (tens := _TENS.get(word)) and after in _ORDINALS:
        return tens + _ORDINALS[after], first + 2
    return 0, at


def _year(words: Sequence[Word], at: int) -> tuple[int, int]:
    """(year, the place after it) right after a day and month; 0 where none is written."""
    first = at
    while first < len(words) and words[first].text in {"of", "in", "the", "year"}:
        first += 1
    if first >= len(words):
        return 0, at
    word = words[first].text
    if word.isdigit() and len(word) in {2, 4}:
        return int(word), first + 1
    if word == "two" and first + 1 < len(words) and words[first + 1].text == "thousand":
        rest = first + 3 if first + 2 < len(words) and words[first + 2].text == "and" else first + 2
        more, last = _two_digits(words, rest)
        return 2_000 + more, last if more else first + 2
    if word in {"twenty", "nineteen"}:
        rest = first + 1
        while rest < len(words) and words[rest].text in {"hundred", "and"}:
            rest += 1
        more, last = _two_digits(words, rest)
        return ((1_900 if word == "nineteen" else 2_000) + more, last) if more else (0, at)
    return 0, at


def _two_digits(words: Sequence[Word], at: int) -> tuple[int, int]:
    one, two = (words[place].text if place < len(words) else "" for place in (at, at + 1))
    if one in {"oh", "o"} and two in _ONES:
        return _ONES[two], at + 2
    if one in _TENS:
        joined = _ONES.get(two, 10) < 10 and words[at + 1].joined  # noqa: PLR2004 - a figure
        return (_TENS[one] + _ONES[two], at + 2) if joined else (_TENS[one], at + 1)
    return (_ONES[one], at + 1) if one in _ONES else (0, at)
