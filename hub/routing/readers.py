"""Everyone who reads at an organisation, and which of them a person in a concern may be. Pure.

Of this name and contact: that reader. Like a reader in name, or of the same contact: their organisation is not told
before a person has looked, whatever the source says of links, for whoever checked may not have known a former name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from hub.facts.model import GivenPerson
from hub.facts.roles import role_of
from hub.facts.terms import Role
from hub.matching.values.namesakes import Namesakes
from hub.sharing import RuleSet
from hub.wire.source_facts import PersonFacts


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who reads at an organisation, as its holders list says; name and contact as compared."""

    organisation: str
    role: Role
    name: str = field(repr=False)
    contact: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Readers:
    """Everyone who may come to read, by name and by contact."""

    by_name: Namesakes[Holder] = field(repr=False)
    by_contact: Mapping[str, tuple[Holder, ...]] = field(repr=False)

    @classmethod
    def of(cls, rules: RuleSet) -> Self:
        """Everyone whom the organisation files list."""
        named = [
            (one.name, Holder(name, role, folded_name(one.name), folded_contact(one.contact)))
            for name, organisation in rules.organisations.items()
            for role, holders in organisation.holders.items()
            for one in holders
        ]
        reached: dict[str, list[Holder]] = {}
        for _, holder in named:
            reached.setdefault(holder.contact, []).append(holder)
        return cls(Namesakes(named), {contact: tuple(found) for contact, found in reached.items()})

    def like(self, name: str, contact: str) -> tuple[list[Holder], list[Holder]]:
        """(those of this very name and contact, those who are like in one of them)."""
        wanted = folded_name(name), folded_contact(contact)
        found = [*self.by_name.like(name), *(self.by_contact.get(wanted[1], ()) if wanted[1] else ())]
        same = [holder for holder in dict.fromkeys(found) if wanted[1] and (holder.name, holder.contact) == wanted]
        return same, [holder for holder in dict.fromkeys(found) if holder not in same]


def people(
    said: Iterable[PersonFacts] | None,
    names: Mapping[int, Mapping[str, Any]],
    readers: Readers,
    organisations: Collection[str],
) -> tuple[GivenPerson, ...] | None:
    """People by role and link. `names` holds the opened person parts, of those whose role a prohibition may bar.

    A link to an organisation that is none of `organisations` is an unknown link: it may be misspelt.
    """
    if said is None:
        return None
    return tuple(given for person in said for given in _links(person, names, readers, organisations))


def _links(
    person: PersonFacts,
    names: Mapping[int, Mapping[str, Any]],
    readers: Readers,
    organisations: Collection[str],
) -> list[GivenPerson]:
    known = person.link_known and (person.linked_to is None or person.linked_to in organisations)
    linked_to, holds, other = _held(person) if known else (None, None, None)
    named = names.get(person.part) if person.part is not None else None
    if named is None:
        return [GivenPerson(person.role, known, linked_to, holds, holds_other=other)]
    same, alike = readers.like(named["name"] or "", named["contact"] or "")
    told = {(linked_to, holds)}
    alike_at = frozenset(one.organisation for one in alike if (one.organisation, one.role) not in told)
    links = [GivenPerson(person.role, link_known=True, linked_to=one.organisation, holds=one.role) for one in same]
    return [GivenPerson(person.role, known, linked_to, holds, alike_at, other), *dict.fromkeys(links)]


def _held(person: PersonFacts) -> tuple[str | None, Role | None, str | None]:
    """(organisation, role of the list, another word): a word may be a role of the list that is written otherwise."""
    holds = person.holds or (role_of(person.holds_other) if person.holds_other else None)
    return person.linked_to, holds, person.holds_other if holds is None else None


_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lady", "lord"})


def folded_name(text: str) -> str:
    """A name as compared for equality: its words without case, accents or titles, in alphabetical order."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(
        letter if letter.isalnum() else "" if letter in "'\u2019" or unicodedata.combining(letter) else " "
        for letter in plain
    )
    return " ".join(sorted(word for word in kept.split() if word not in _TITLES))


def folded_contact(text: str) -> str:
    """A telephone number or address as compared: letters and digits alone, +44 as 0."""
    plain = text.strip().casefold()
    plain = "0" + plain[3:] if plain.startswith("+44") else plain
    return "".join(letter for letter in plain if letter.isalnum())
