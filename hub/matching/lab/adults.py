"""Invented adults, how their names get written, and how often names that are not one person's are taken for it.

Two figures: of names written otherwise, how many are not found alike; and of events with two unrelated adults, how many
ask a person about one of an organisation's readers for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from hub.matching.lab.trials import slips
from hub.matching.lab.trials.naming import Origin, Side, nicknames, of_sex, origins
from hub.matching.values.namesakes import Namesakes

READERS, NAMED = 30, 2
"""Readers of the organisations that an event may reach, and adults named in it."""
_COMMON = {"english": 0.2, "scottish": 0.4, "welsh": 0.6, "irish": 0.4}
"""Share of adults with one of the hundred commonest family names of their nation, as its registers count them."""
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Prof")


Pair = tuple[str, str]


class Adult(NamedTuple):
    """An invented adult; never shown in a repr."""

    first: str
    second: str | None
    family: str
    other_family: str
    """A former family name, or the other half of a double-barrelled one."""
    called: str | None

    def __repr__(self) -> str:
        return "<Adult redacted>"

    @property
    def name(self) -> str:
        """First and family name."""
        return f"{self.first} {self.family}"

    @property
    def whole(self) -> str:
        """With the second name, where there is one."""
        return " ".join(word for word in (self.first, self.second, self.family) if word)


def an_adult(chance: Random) -> Adult:
    """With names as frequent as they are in the United Kingdom, by origin."""
    side = chance.choice(tuple(Side))
    groups = origins(side)
    origin = chance.choices(groups, [group.share for group in groups])[0]
    sex = chance.choice(("female", "male"))
    first = origin.forename(chance, sex)
    _, _, second = origin.given(chance, sex, first).partition(" ")
    families = [of_sex(_family(chance, origin), sex, origin.habit) for _ in range(2)]
    called = nicknames(side).get(first)
    return Adult(first, second or None, families[0], families[1], chance.choice(called) if called else None)


def _family(chance: Random, origin: Origin) -> str:
    if origin.name in _COMMON and origin.compound and chance.random() > _COMMON[origin.name]:
        return chance.choice(origin.compound)
    return origin.surname(chance)


def _doubled(one: Adult) -> str | None:
    """First name and both family names, with a hyphen; of names that are two words already nobody makes four."""
    return None if " " in one.family + one.other_family else f"{one.first} {one.family}-{one.other_family}"


def _with_both(_: Random, one: Adult) -> Pair | None:
    doubled = _doubled(one)
    return (one.name, doubled) if doubled else None


def _with_one(_: Random, one: Adult) -> Pair | None:
    doubled = _doubled(one)
    return (doubled, one.name) if doubled else None


WRITTEN: Mapping[str, Callable[[Random, Adult], Pair | None]] = {
    "in capitals": lambda _, one: (one.name, one.name.upper()),
    "without accents": lambda _, one: (one.name, slips.plain(one.name)),
    "with a title": lambda chance, one: (one.name, f"{chance.choice(_TITLES)} {one.name}"),
    "family name first": lambda _, one: (one.name, f"{one.family} {one.first}"),
    "family name first, a comma": lambda _, one: (one.name, f"{one.family.upper()}, {one.first}"),
    "with the second name": lambda _, one: (one.name, one.whole) if one.second else None,
    "by the second name": lambda _, one: (one.whole, f"{one.second} {one.family}") if one.second else None,
    "an initial": lambda _, one: (one.name, f"{one.first[0]} {one.family}"),
    "two initials": lambda _, one: (one.name, f"{one.first[0]}.{(one.second or 'J')[0]}. {one.family}"),
    "initials without a gap": lambda _, one: (one.name, f"{one.first[0]}{(one.second or 'J')[0]} {one.family}"),
    "an initial after": lambda _, one: (one.name, f"{one.family} {one.first[0]}"),
    "a short form": lambda _, one: (one.name, f"{one.called} {one.family}") if one.called else None,
    "a slip in the first name": lambda chance, one: (one.name, f"{slips.slip(chance, one.first)} {one.family}"),
    "a slip in the family name": lambda chance, one: (one.name, f"{one.first} {slips.slip(chance, one.family)}"),
    "a slip in each": lambda chance, one: (
        one.name,
        f"{slips.slip(chance, one.first)} {slips.slip(chance, one.family)}",
    ),
    "the other half as well": _with_both,
    "one half alone": _with_one,
    "halves without a hyphen": lambda _, one: (one.name, f"{one.first} {one.other_family} {one.family}"),
    "with a former name": lambda _, one: (one.name, f"{one.first} {one.other_family} (née {one.family})"),
    "by the family name alone": lambda chance, one: (one.name, f"{chance.choice(_TITLES)} {one.family}"),
}
"""How a reader's name (first) may stand in a notice (second); None where it cannot."""


def missed(pairs: int, seed: int) -> dict[str, tuple[int, int]]:
    """Of each way of writing, (not found alike, asked)."""
    chance = Random(seed)  # noqa: S311 - invented people, not secrets
    found: dict[str, tuple[int, int]] = {}
    for _ in range(pairs):
        one = an_adult(chance)
        for kind, write in WRITTEN.items():
            pair = write(chance, one)
            if pair:
                held, written = pair
                unlike, asked = found.get(kind, (0, 0))
                found[kind] = (unlike + (not Namesakes([(held, None)]).like(written)), asked + 1)
    return found


def asked_for_nothing(readers: int, adults: int, seed: int) -> float:
    """Of events that name two unrelated adults and may reach 30 readers, the share that asks about one, at most.

    Every adult is compared with every reader, so that a few thousand of each tell as much as a hundred thousand events.
    """
    chance = Random(seed)  # noqa: S311 - as above
    held = Namesakes((an_adult(chance).whole, None) for _ in range(readers))
    pairs = sum(len(held.like(an_adult(chance).whole)) for _ in range(adults))
    return pairs / (readers * adults) * READERS * NAMED
