"""The model from generated children: m by counting questions whose answer is known, u by counting pairs of strangers.

Trained on the training side of the names; `hub subjects train` runs it. Term frequencies are shares of a name among
the generated children, those seen often enough to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any

from hub.matching.deciding.child import Child, child_of
from hub.matching.deciding.comparison import Comparison, Level, compare
from hub.matching.deciding.shares import COMPARISONS, IDENTIFIERS, TERMS, Model
from hub.matching.lab.model_files import as_json
from hub.matching.lab.trials.mixes import World, hard, life_like
from hub.matching.lab.trials.naming import Side
from hub.matching.lab.trials.people import households
from hub.matching.values.identifiers import IdentifierKind

SEED = 4
_SEEN = 20
"""A name seen fewer times says nothing of how common it is."""
_DIGITS = 4
_UNSEEN = 1e-5
"""Share of a level that no pair has."""
_CHANCE_OF_A_NUMBER = 1e-6
"""That a stranger has one's number: a slip in somebody's records, not chance, which would be 1 in 10^9."""


def train(children: int, questions: int, seed: int = SEED) -> dict[str, Any]:
    """A model as its file holds it. The same arguments make the same model."""
    world = World.of(list(households(children, Side.TRAIN, seed)), Side.TRAIN)
    held = [child_of(person.identity) for person in world.people]
    asked = [*life_like(world, questions, seed), *hard(world, questions // 4, seed)]
    known = [(child_of(one.identity), held[one.answer]) for one in asked if one.answer is not None]
    model = _model(
        [compare(query, [record]) for query, record in known],
        [compare(query, [record]) for query, record in _strangers(known, held, seed)],
        held,
    )
    return as_json(model, {"children": children, "questions": questions, "seed": seed, "names": Side.TRAIN.value})


def _strangers(
    known: Sequence[tuple[Child, Child]], held: Sequence[Child], seed: int, each: int = 10
) -> Iterator[tuple[Child, Child]]:
    chance = Random(f"strangers|{seed}")  # noqa: S311 - invented people, not secrets
    for query, record in known:
        for other in chance.choices(held, k=each):
            if other is not record:
                yield query, other


def _model(same: Sequence[Comparison], other: Sequence[Comparison], held: Sequence[Child]) -> Model:
    shares = {
        name: shares_of_levels([_levels(one)[at] for one in same], [_levels(one)[at] for one in other])
        for at, name in enumerate(COMPARISONS)
    }
    for name in IDENTIFIERS:
        shares[name] = _shares_of_number(IdentifierKind(name), same)
    terms = {
        "forename": Counter(name for child in held for name in child.given[:1]),
        "family_name": Counter(name for child in held for name in child.surnames[:1]),
    }
    return Model(shares, {name: _frequent(terms[name], len(held)) for name in TERMS})


def _levels(found: Comparison) -> tuple[Level, ...]:
    return (found.forename, found.surname, found.birth, found.home, found.sex)


def shares_of_levels(same: Iterable[Level], other: Iterable[Level]) -> dict[Level, tuple[float, float]]:
    """Of what is given on both sides. A level that neither side has weighs nothing."""
    counted = [level for level in Level if level is not Level.MISSING]
    m, u = (_smoothed(Counter(levels), counted) for levels in (same, other))
    return {level: (m[level], u[level]) for level in counted}


def _smoothed(counts: Counter[Level], levels: Sequence[Level]) -> dict[Level, float]:
    seen = [level for level in levels if counts[level]]
    total = sum(counts[level] for level in seen)
    return {level: round(counts[level] / total if counts[level] else _UNSEEN, 8) for level in levels}


def _shares_of_number(kind: IdentifierKind, same: Sequence[Comparison]) -> dict[Level, tuple[float, float]]:
    agreeing = sum(kind in one.agreeing for one in same) + 99
    conflicting = sum(kind in one.conflicting for one in same) + 1
    m = round(agreeing / (agreeing + conflicting), _DIGITS)
    return {Level.EXACT: (m, _CHANCE_OF_A_NUMBER), Level.DIFFERENT: (round(1 - m, _DIGITS), 1 - _CHANCE_OF_A_NUMBER)}


def _frequent(counts: Counter[str], everybody: int) -> dict[str, float]:
    return {
        name: round(count / everybody, 6) for name, count in sorted(counts.items()) if count >= _SEEN and len(name) > 1
    }
