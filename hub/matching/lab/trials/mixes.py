"""Questions about invented children, with the right answer: the life-like mix and the hard mix.

A question about a registered child goes wrong in one way (its kind), and is then written in a hurry like all of them:
capitals, lost accents and apostrophes, missing middle names, `Rd` for `Road`; a third bring an NHS number, one in
twelve a UPN. Questions of few facts say too little to decide by. The hard mix has every other kind in equal shares, and
as many questions again about absent children.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from hub.facts.model import Identity
from hub.matching.lab.trials import absent, registered
from hub.matching.lab.trials.lots import happens
from hub.matching.lab.trials.naming import Side
from hub.matching.lab.trials.people import Person, age_band
from hub.matching.lab.trials.slips import plain, shortened

LIFE_LIKE: Mapping[str, float] = {
    "clean": 51,
    "nickname": 8,
    "slip in surname": 6,
    "slip in forename": 5,
    "moved house": 5,
    "heard spelling": 4,
    "surname changed": 3,
    "no postcode": 3,
    "middle name as forename": 2,
    "half a double-barrelled surname": 2,
    "no date of birth": 2,
    "twin of a registered twin": 1.5,
    "names swapped": 1.5,
    "digit of the date wrong": 1.5,
    "day and month swapped": 1,
    "first of January": 1,
    "digits of the number exchanged": 1,
    "new-born": 0.5,
    "no fixed abode": 0.5,
    "number of a sibling": 0.3,
    "number of another child": 0.2,
}
"""Kinds of question about registered children, in per cent."""

_TRIES = 400
_ASKED = {**registered.KINDS, **registered.FEW_FACTS}


class Question(NamedTuple):
    """A question, and `answer`: the index of the registered child, or None where it is absent."""

    identity: Identity
    answer: int | None
    kind: str
    origin: str
    age_band: str

    def __repr__(self) -> str:
        return "<Question redacted>"


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """Registered children, by index, and who lives with whom."""

    people: Sequence[Person]
    side: Side
    at_home: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, people: Sequence[Person], side: Side) -> World:
        """Index the households."""
        at_home: dict[int, list[int]] = defaultdict(list)
        for index, person in enumerate(people):
            at_home[person.household].append(index)
        return cls(people, side, at_home)

    def siblings(self, index: int) -> list[Person]:
        """The others of the household."""
        return [self.people[other] for other in self.at_home[self.people[index].household] if other != index]


def life_like(world: World, count: int, seed: int) -> Iterator[Question]:
    """Questions as life asks them, all about registered children."""
    chance = Random(f"life|{world.side}|{seed}")  # noqa: S311 - invented people, not secrets
    kinds, shares = list(LIFE_LIKE), list(LIFE_LIKE.values())
    for _ in range(count):
        yield about_registered(chance, world, chance.choices(kinds, shares)[0])


def hard(world: World, count: int, seed: int) -> Iterator[Question]:
    """Half about registered children, every kind as often; half about absent ones, every kind as often."""
    chance = Random(f"hard|{world.side}|{seed}")  # noqa: S311 - invented people, not secrets
    kinds, missing = list(LIFE_LIKE), list(absent.KINDS)
    for number in range(count):
        if number % 2 == 0:
            yield about_registered(chance, world, kinds[number // 2 % len(kinds)])
        else:
            yield about_absent(chance, world, missing[number // 2 % len(missing)])


def few_facts(world: World, count: int, seed: int) -> Iterator[Question]:
    """Each kind in turn of questions that say too little to decide by, all about registered children."""
    chance = Random(f"few|{world.side}|{seed}")  # noqa: S311 - invented people, not secrets
    kinds = list(registered.FEW_FACTS)
    for number in range(count):
        yield about_registered(chance, world, kinds[number % len(kinds)])


def about_registered(chance: Random, world: World, kind: str) -> Question:
    """A question of this kind about some child it is possible for."""
    for _ in range(_TRIES):
        index = chance.randrange(len(world.people))
        person = world.people[index]
        scene = registered.Scene(chance, person, world.siblings(index), world.people, world.side)
        asked = _ASKED[kind](scene, in_a_hurry(chance, person.identity))
        if asked is not None:
            return Question(asked, index, kind, person.origin, age_band(person.identity))
    raise ValueError(f"no child of this world can be asked about as: {kind}")


def about_absent(chance: Random, world: World, kind: str) -> Question:
    """A question about a child who is not on the register, dangerous by its likeness to one who is."""
    for _ in range(_TRIES):
        index = chance.randrange(len(world.people))
        person = world.people[index]
        scene = registered.Scene(chance, person, world.siblings(index), world.people, world.side)
        child = absent.KINDS[kind](scene)
        if child is not None:
            return Question(
                in_a_hurry(chance, child), None, f"absent: {kind}", person.origin, age_band(person.identity)
            )
    raise ValueError(f"no absent child can be like one of this world as: {kind}")


def in_a_hurry(chance: Random, who: Identity) -> Identity:
    """As people write every day."""
    who = _fewer_facts(chance, who)
    if happens(chance, 0.5) and who.given_names:  # half leave middle names out
        who = replace(who, given_names=_first(who.given_names))
    changes: list[Callable[[str], str]] = []
    if happens(chance, 0.6):
        changes.append(plain)
    if happens(chance, 0.4):
        changes.append(lambda name: name.replace("'", "").replace("\u2019", ""))
    if happens(chance, 0.25):
        changes.append(str.upper)
    for change in changes:
        who = replace(
            who,
            given_names=change(who.given_names) if who.given_names else None,
            family_name=change(who.family_name) if who.family_name else None,
        )
    return who


def _fewer_facts(chance: Random, who: Identity) -> Identity:
    address = who.address if happens(chance, 0.85) else None
    return replace(
        who,
        nhs_number=who.nhs_number if happens(chance, 1 / 3) else None,
        chi_number=who.chi_number if happens(chance, 1 / 3) else None,
        upn=who.upn if happens(chance, 1 / 12) else None,
        known_as=None,
        previous_family_names=(),
        sex=who.sex if happens(chance, 0.85) else None,
        address=shortened(address) if address and happens(chance, 0.4) else address,
        postcode=_as_typed(chance, who.postcode) if who.postcode else None,
    )


def _as_typed(chance: Random, postcode: str) -> str:
    return postcode.replace(" ", "").lower() if happens(chance, 0.2) else postcode


def _first(given: str) -> str:
    """Without middle names; a first name in two parts stays whole."""
    return given.split(" ", maxsplit=1)[0]
