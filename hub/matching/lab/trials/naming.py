"""Names of invented children, by the habits of their families' origin.

`origins.txt` holds the lists. Each name belongs to one side, by a hash of its folded form, so that no name is both
trained on and judged by, in whichever lists it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import accumulate, product
from random import Random
from zlib import crc32

from hub.matching.lab.trials.lots import happens
from hub.matching.values.names import surname as folded

_DOUBLE = 0.06
_MIDDLE = 0.7
_BROTHERS_IN_NAME = 0.3
_ARABIC_FIRST = ("Mohammed", "Muhammad", "Mohamed", "Syed", "Abdul")


class Side(StrEnum):
    """Which half of the names is drawn from."""

    TRAIN = "train"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Popular:
    """Names with how often they are drawn: the nth about as 1 in n + 4."""

    names: tuple[str, ...]
    reach: tuple[float, ...]

    def draw(self, chance: Random) -> str:
        """One of them."""
        return chance.choices(self.names, cum_weights=self.reach)[0]


@dataclass(frozen=True, slots=True)
class Origin:
    """One group's names on one side."""

    name: str
    share: float
    habit: str
    girls: Popular
    boys: Popular
    middle: Popular | None
    family: Popular
    compound: tuple[str, ...]
    """Rarer family names, all as rare."""

    def forename(self, chance: Random, sex: str) -> str:
        """A first given name."""
        return (self.girls if sex == "female" else self.boys).draw(chance)

    def given(self, chance: Random, sex: str, forename: str) -> str:
        """All given names of a child with this forename."""
        if self.habit == "sikh":
            return f"{forename} {'Kaur' if sex == 'female' else 'Singh'}" if happens(chance, _MIDDLE) else forename
        if self.habit == "chinese" and self.middle is not None:
            return f"{forename} {self.middle.draw(chance)}" if happens(chance, _BROTHERS_IN_NAME) else forename
        if not happens(chance, _MIDDLE):
            return forename
        middle = self.middle.draw(chance) if self.middle is not None else self.forename(chance, sex)
        return forename if middle == forename else f"{forename} {middle}"

    def surname(self, chance: Random) -> str:
        """A household's family name, in the form of its sons where forms differ."""
        if self.habit == "iberian":
            return f"{self._single(chance)} {self._single(chance)}"
        name = self._single(chance)
        if self.habit == "western" and happens(chance, _DOUBLE):
            return f"{name}-{self._single(chance)}"
        return name

    def _single(self, chance: Random) -> str:
        if self.compound and happens(chance, 0.4):  # rare names together are two in five
            return chance.choice(self.compound)
        return self.family.draw(chance)


def of_sex(surname: str, sex: str, habit: str) -> str:
    """The family name as a daughter bears it: Kowalska, not Kowalski."""
    if habit == "slavic" and sex == "female" and surname.endswith("ski"):
        return surname[:-1] + "a"
    return surname


def brothers_name(forename: str) -> bool:
    """Whether several sons of one family may bear it as their first name, told apart by the second."""
    return forename in _ARABIC_FIRST


def side_of(name: str) -> Side:
    """The side that a name belongs to."""
    return Side.TRAIN if crc32(folded(name).encode()) & 1 else Side.JUDGE


@cache
def origins(side: Side) -> tuple[Origin, ...]:
    """Every origin, with this side's names."""
    text = (files(__package__) / "origins.txt").read_text(encoding="utf-8")
    sections = [section for section in text.split("\n[")[1:] if section]
    return tuple(_origin(section, side) for section in sections)


@cache
def nicknames(side: Side) -> dict[str, tuple[str, ...]]:
    """Forename -> what families call its bearers; forenames of this side."""
    text = (files(__package__) / "nicknames.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        name, _, called = line.partition(":")
        if called and not line.startswith("#") and side_of(name) is side:
            found[name] = tuple(called.split())
    return found


def _origin(section: str, side: Side) -> Origin:
    name, _, body = section.partition("]\n")
    fields = dict(line.split(": ", 1) for line in body.splitlines() if ": " in line)
    compound = [
        "".join(pair) for pair in product(*(fields.get(part, "").split() for part in ("beginnings", "endings")))
    ]
    return Origin(
        name,
        float(fields["share"]),
        fields["habit"],
        _popular(fields["girls"], side),
        _popular(fields["boys"], side),
        _popular(fields["middle"], side) if "middle" in fields else None,
        _popular(fields["family"], side),
        tuple(_of_side(compound, side)),
    )


def _popular(names: str, side: Side) -> Popular:
    kept = tuple(_of_side(list(dict.fromkeys(names.split())), side))
    return Popular(kept, tuple(accumulate(1 / (rank + 4) for rank in range(len(kept)))))


def _of_side(names: Sequence[str], side: Side) -> list[str]:
    return [name for name in names if side_of(name) is side]
