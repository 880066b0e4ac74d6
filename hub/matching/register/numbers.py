"""Identifiers followed to those that took their place, as a question to the register needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hub.matching.deciding.blocking import KEY_BYTES, Key
from hub.matching.deciding.child import Child
from hub.matching.deciding.renumbered import Number
from hub.matching.values.identifiers import Token

NumberKeys = Callable[[Token], list[Number]]
"""What stands for an identifier, under every secret."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Of each identifier of a batch of which something is known, the numbers that are or may be the same child's."""

    by_token: Mapping[Token, Mapping[Number, bool]] = field(repr=False, default_factory=dict)

    def keys(self, child: Child) -> list[Key]:
        """Keys to ask by besides the child's own."""
        if not self.by_token:
            return []
        return [number[:KEY_BYTES] for token in child.identifiers for number in self.by_token.get(token, ())]

    def applied(self, child: Child, held: Mapping[Number, Token], number_keys: NumberKeys) -> Child:
        """The child with those identifiers of the register, by number, that are or may be its own."""
        renumbered: list[Token] = []
        doubtful: list[Token] = []
        for token in child.identifiers:
            found = self.by_token.get(token, {})
            if found and not all(found.get(number, True) for number in number_keys(token)):
                doubtful.append(token)
            for number, certain in found.items():
                if (other := held.get(number)) is not None and other != token:
                    (renumbered if certain else doubtful).append(other)
        return child._replace(renumbered=tuple(renumbered), doubtful=tuple(doubtful))


NOTHING_FOLLOWED = Followed()
