"""Names in a text: whole, the first name or a short form alone, initials with the family name, a title with it.

What the reader knows anyway is no hit: names of the children that the text is about, and of their carers. A word that
names one of them as well as another (a family name, mostly) names nobody else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from hub.facts.model import Repeat
from hub.looking.forms import Phrase, doubtful_forms, family_forms, given_forms
from hub.looking.held import Name
from hub.looking.meant import Entry, Form, Found, family_alone, names_alone
from hub.looking.words import Word, folded_words, listed, with_s
from hub.matching.values.names import fold

_WORDS, _BESIDE = listed("words.txt"), listed("context.txt")
_BETWEEN = 2
"""Words that may stand between first and family name."""
_REMEMBERED = 1 << 12


Span = tuple[int, int, Repeat]


class Names:
    """Everyone whom an event names, by the first words of what they may be called."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._names = tuple(names)
        self._begins = [tuple(_begins(name)) for name in names]
        self._entries: dict[str, list[Entry]] = {}
        """By their first words, of those whom a text may have named yet, as few do."""
        self._unnamed = set(range(len(names)))

    @property
    def begins(self) -> Iterator[frozenset[str]]:
        """Words without which a text names nobody, in sets that are made once for all of the same name."""
        return chain.from_iterable(self._begins)

    def _add_entries(self, seen: Collection[str]) -> None:
        for who in [who for who in self._unnamed if not all(one.isdisjoint(seen) for one in self._begins[who])]:
            self._unnamed.remove(who)
            for phrase, form in _phrases_of(self._names[who]):
                self._entries.setdefault(phrase[0], []).append(Entry(phrase, form, who))

    def find(self, words: Sequence[Word], about: Collection[str]) -> Iterator[Span]:
        """Where the text names somebody else than the children it is about and their carers."""
        reader = _Reader(self._names, about)
        self._add_entries({word.text for word in words})
        found = list(self._phrases(words))
        families = [one for one in found if one.entry.form is Form.FAMILY]
        of_each: dict[int, list[Found]] = {}
        for one in families:
            of_each.setdefault(one.entry.who, []).append(one)
        taken: set[int] = set()
        """Words of family names that stand beside a first name."""
        for one in found:
            if one.entry.form is Form.FAMILY:
                continue
            beside = _family_beside(one, of_each.get(one.entry.who, ()), words)
            if beside is not None and one.entry.form is not Form.DOUBTFUL:
                taken |= {*range(beside.first, beside.last)}
            if one.entry.who not in reader.others:
                continue
            if beside is not None and not reader.bears(one.entry.phrase, beside.entry.phrase):
                yield self._span(min(one.first, beside.first), max(one.last, beside.last), one, words)
            elif beside is None and not reader.is_called(one.entry) and self._is_named(one, words):
                yield self._span(one.first, one.last, one, words)
        for one in families:
            if one.entry.who in reader.others and not taken.issuperset(range(one.first, one.last)):
                yield from self._by_family(one, words, reader)

    def _is_named(self, one: Found, words: Sequence[Word]) -> bool:
        """Whether a first name without its family name names somebody, alone or with the family's initial."""
        family = fold(self._names[one.entry.who].family)
        after = words[one.last] if one.last < len(words) and words[one.last].joined else None
        if after and family and after.initials and after.text == family[0] and one.entry.form is not Form.DOUBTFUL:
            return words[one.first].capital
        return names_alone(one, words)

    def _phrases(self, words: Sequence[Word]) -> Iterator[Found]:
        for at, word in enumerate(words):
            entries = self._entries.get(word.text, [])
            if word.text.endswith("s"):
                entries = [*entries, *self._entries.get(_without_s(word.text), ())]
            for entry in entries:
                if _stands(entry.phrase, words, at):
                    yield Found(at, at + len(entry.phrase), entry)

    def _by_family(self, one: Found, words: Sequence[Word], reader: _Reader) -> Iterator[Span]:
        """A family name without a first name: with initials, with a title, or alone."""
        name, phrase = self._names[one.entry.who], one.entry.phrase
        before, after = _initials(words, one)
        if before or after:
            if reader.may_be(name, before + after):
                yield self._span(one.first - len(before), one.last + len(after), one, words)
            return
        title = words[one.first - 1].text if one.first and _near(words, one.first) else ""
        if title in _BESIDE["titles"]:
            if _fits(name, title) and not reader.knows_as(phrase, title):
                yield self._span(one.first - 1, one.last, one, words)
        elif phrase not in reader.families and family_alone(one, words):
            yield self._span(one.first, one.last, one, words)

    def _span(self, first: int, last: int, one: Found, words: Sequence[Word]) -> Span:
        return words[first].start, words[last - 1].end, self._names[one.entry.who].repeats


class _Reader:
    """What whoever reads a text about these children knows: what they are called, and who cares for them.

    Who cares for another child too is the same carer, by the same name.
    """

    def __init__(self, names: Sequence[Name], about: Collection[str]) -> None:
        wanted = set(about)
        own = [not name.adult and not wanted.isdisjoint(name.repeats.subjects) for name in names]
        self._carers = [name for name in names if name.carer and not wanted.isdisjoint(name.repeats.subjects)]
        children = [name for name, is_own in zip(names, own, strict=True) if is_own]
        self._known = [*self._carers, *children]
        self._initials = {fold(name.given)[:1] for name in self._known}
        self._called = {phrase for name in children for phrase, exact in given_forms(name.given) if exact}
        self._seconds = {folded_words(second) for name in children for second in name.given.split()[1:]}
        self._families = {phrase for name in children for phrase in family_forms(name.family)}
        self.families = self._families | {phrase for name in self._carers for phrase in family_forms(name.family)}
        caring = {(name.given, name.family) for name in self._carers}
        self.others = {
            who
            for who, (name, is_own) in enumerate(zip(names, own, strict=True))
            if not is_own and not (name.carer and (name.given, name.family) in caring)
        }

    def is_called(self, entry: Entry) -> bool:
        """Whether a child of the text is called so itself."""
        return entry.phrase in self._called or (entry.form is Form.DOUBTFUL and entry.phrase in self._seconds)

    def bears(self, given: Phrase, family: Phrase) -> bool:
        """Whether a child of the text bears this very name."""
        return given in self._called and family in self._families

    def knows_as(self, family: Phrase, title: str) -> bool:
        """Whether the title may be that of a carer, or of a child of the text, with this family name."""
        return any(family in family_forms(name.family) and _fits(name, title) for name in self._known)

    def may_be(self, name: Name, initials: str) -> bool:
        """Whether initials beside a family name may be somebody's: the first, or a later one that no known one has."""
        first, *others = [word[0] for word in fold(name.given).split()] or [""]
        if first and first in initials:
            return True
        return bool(others) and initials[0] in others and initials[0] not in self._initials


def _phrases_of(name: Name) -> Iterator[tuple[Phrase, Form]]:
    """What somebody may be called, by each part of the name."""
    if not name.former:
        yield from _phrases_of_given(name.given)
    yield from ((phrase, Form.FAMILY) for phrase in family_forms(name.family))
    yield from (((word,), Form.GIVEN) for word in _run_together(name))


@lru_cache(_REMEMBERED)
def _phrases_of_given(given: str) -> tuple[tuple[Phrase, Form], ...]:
    called = [(phrase, Form.GIVEN if exact else Form.SHORT) for phrase, exact in given_forms(given)]
    return (*called, *((phrase, Form.DOUBTFUL) for phrase in doubtful_forms(given)))


def _begins(name: Name) -> Iterator[frozenset[str]]:
    """The first words of that, with the s that hands in haste write for `'s`."""
    if not name.former:
        yield _first_of_given(name.given)
    yield _first_of_family(name.family)
    yield with_s(_run_together(name))


@lru_cache(_REMEMBERED)
def _first_of_given(given: str) -> frozenset[str]:
    return with_s(phrase[0] for phrase, _ in _phrases_of_given(given))


@lru_cache(_REMEMBERED)
def _first_of_family(family: str) -> frozenset[str]:
    return with_s(phrase[0] for phrase in family_forms(family))


@lru_cache(_REMEMBERED)
def _first_name(given: str) -> str:
    return "".join(folded_words(given.partition(" ")[0]))


def _run_together(name: Name) -> Iterator[str]:
    """`rorythornbeck`: a blank left out."""
    first = _first_name(name.given)
    for phrase in family_forms(name.family) if first else ():
        yield first + phrase[0]
        yield phrase[-1] + first


def _fits(name: Name, title: str) -> bool:
    """Whether somebody may bear the title; children bear those of the young alone."""
    if not name.adult and title not in _BESIDE["young"]:
        return False
    if title in _BESIDE["men"]:
        return name.sex != "female"
    return not (title in _BESIDE["women"] and name.sex == "male")


def _stands(phrase: Phrase, words: Sequence[Word], at: int) -> bool:
    last = at + len(phrase) - 1
    if last >= len(words) or any(word.text != wanted for word, wanted in zip(words[at:last], phrase, strict=False)):
        return False
    return words[last].text == phrase[-1] or _without_s(words[last].text) == phrase[-1]


def _without_s(word: str) -> str:
    """`rory` of `rorys`, as hands in haste write `Rory's`; nothing of a word that means something."""
    stem = word[:-1]
    return stem if word.endswith("s") and len(stem) >= _PLURAL and stem not in _ANY_WORDS else ""


_PLURAL = 4
_ANY_WORDS = _WORDS["forenames"] | _WORDS["families"]


def _family_beside(one: Found, families: Sequence[Found], words: Sequence[Word]) -> Found | None:
    """The family name of the same person right after (a second name may stand between) or before."""
    for at in range(bisect_left(families, one.first - _LONGEST, key=_place), len(families)):
        family = families[at]
        if family.first > one.last + _BETWEEN:
            break
        between = words[one.last : family.first]
        if 0 <= family.first - one.last <= _BETWEEN and all(word.capital or word.initials for word in between):
            if all(word.joined for word in words[one.last : family.first + 1]):
                return family
        elif family.last == one.first and words[one.first].joined:
            return family
    return None


def _place(one: Found) -> int:
    return one.first


_LONGEST = 8
"""Words of a family name, at most."""


def _initials(words: Sequence[Word], one: Found) -> tuple[str, str]:
    """Letters right before and right after a family name, one a word."""
    first = one.first
    while first and words[first].joined and _is_initial(words[first - 1]):
        first -= 1
    last = one.last
    while last < len(words) and words[last].joined and words[last].initials:
        last += 1
    return "".join(w.text[0] for w in words[first : one.first]), "".join(w.text[0] for w in words[one.last : last])


def _near(words: Sequence[Word], at: int) -> bool:
    """Whether a word belongs to the one before it, or to a title with its full stop."""
    return words[at].joined or words[at].start - words[at - 1].end <= len(". ")


def _is_initial(word: Word) -> bool:
    return word.initials or (len(word.text) == 1 and word.text.isalpha() and word.text not in "ai")
