"""How far a field of two children agrees."""

from __future__ import annotations

from enum import Enum, IntEnum


class Bearers(Enum):
    """Who on the register is given a forename that no list of names knows. The first that any record says counts."""

    OTHERS = "others"
    """At least one, so it may be a name."""
    UNTOLD = "untold"
    """The register is too small to tell; or a list knows the name, and nobody asks."""
    NOBODY = "nobody"
    """None of very many, so it is hardly a name."""


class Level(IntEnum):
    """Best first. A subject of several records has the best level of them."""

    EXACT = 0
    SAME = 1
    """The same, written otherwise: a nickname or spelling, a date with day and month swapped, an address without its
    postcode."""
    SLIP = 2
    """One key or digit apart."""
    AKIN = 3
    """A form of the name that is a name in its own right, or a slip that could be a name: twins may be named so. Of a
    date of birth: 1 January, which stands for its year alone. Of a home: house and street without their town."""
    CLOSE = 4
    """Alike, and perhaps not the same."""
    PART = 5
    """As much as is given agrees, and one side does not give all: a year, a district."""
    DIFFERENT = 6
    MISSING = 7

    @property
    def word(self) -> str:
        """As explanations write it."""
        return _WORDS[self]


_WORDS = {
    Level.EXACT: "exact",
    Level.SAME: "same, written otherwise",
    Level.SLIP: "one slip apart",
    Level.AKIN: "akin",
    Level.CLOSE: "close",
    Level.PART: "part",
    Level.DIFFERENT: "different",
    Level.MISSING: "missing",
}
