"""Children who are not on the register and are like one who is: the questions that must never be a match."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from hub.facts.model import Identity
from hub.matching.lab.trials.lots import happens
from hub.matching.lab.trials.people import TODAY, Family, a_birthday, a_child, a_family, first_name, nhs_number
from hub.matching.lab.trials.registered import Scene
from hub.matching.lab.trials.slips import one_name
from hub.matching.values.names import fold

_SPARE = 900_000
"""Identifiers from here on belong to nobody who is registered (where fewer are)."""


def _of_the_family(scene: Scene, born: date) -> Identity | None:
    """A brother or sister; one in five with the registered child's number, as forms are filled in together.

    No family gives a child the name that it calls another by: whoever wrote that could not be understood by anybody.
    """
    held = scene.held
    family = Family(scene.origin, held.family_name or "", held.address or "", held.postcode or "")
    taken = (*(_forename(other.identity) for other in scene.siblings), _forename(held))
    child = a_child(scene.chance, family, _spare(scene), born, taken)
    family_members = (held, *(other.identity for other in scene.siblings))
    taken_names = {first_name(one) for one in family_members} | {fold(one.known_as or "") for one in family_members}
    if any(one_name(first_name(child), name) for name in taken_names):
        return None
    if happens(scene.chance, 0.2):
        return replace(child, nhs_number=held.nhs_number, chi_number=held.chi_number)
    return replace(child, nhs_number=nhs_number(_spare(scene)))


def _twin(scene: Scene) -> Identity | None:
    return _of_the_family(scene, date.fromisoformat(scene.held.date_of_birth or ""))


def _sibling(scene: Scene) -> Identity | None:
    apart = scene.chance.choice((-1, 1)) * timedelta(days=scene.chance.randrange(330, 2_500))
    born = date.fromisoformat(scene.held.date_of_birth or "") + apart
    return _of_the_family(scene, born) if born < TODAY else None


def _namesake(scene: Scene) -> Identity | None:
    """The same name and birthday at another address."""
    return scene.elsewhere(_unnumbered(scene.held))


def _namesake_of_another_day(scene: Scene) -> Identity | None:
    """The same name and another birthday, half of them next door."""
    made = replace(_unnumbered(scene.held), date_of_birth=a_birthday(scene.chance).isoformat())
    if made.date_of_birth == scene.held.date_of_birth:
        return None
    if happens(scene.chance, 0.5):
        return scene.elsewhere(made)
    return replace(made, address=re.sub(r"\d+(?= [A-Z])", lambda house: str(int(house[0]) + 2), made.address or ""))


def _parent(scene: Scene) -> Identity | None:
    """A parent at the child's address; half bear the child's own name, one in five was given the child's number."""
    held = scene.held
    born = date.fromisoformat(held.date_of_birth or "") - timedelta(days=scene.chance.randrange(6_600, 14_000))
    given = held.given_names if happens(scene.chance, 0.5) else scene.origin.forename(scene.chance, held.sex or "male")
    number = held.nhs_number if happens(scene.chance, 0.2) else None
    return replace(_unnumbered(held), given_names=given, date_of_birth=born.isoformat(), nhs_number=number)


def _name_and_year(scene: Scene) -> Identity | None:
    held = scene.held
    return Identity(
        given_names=held.given_names, family_name=held.family_name, date_of_birth=(held.date_of_birth or "")[:4]
    )


def _no_fixed_abode(scene: Scene) -> Identity | None:
    """Half of them bear the name and birthday of a registered child."""
    if happens(scene.chance, 0.5):
        return _away(_unnumbered(scene.held))
    made = _unrelated(scene)
    return _away(made) if made else None


def _unrelated(scene: Scene) -> Identity | None:
    family = a_family(scene.chance, scene.origin, len(scene.people) + scene.chance.randrange(1 << 20))
    child = a_child(scene.chance, family, _spare(scene), a_birthday(scene.chance))
    return replace(child, nhs_number=nhs_number(_spare(scene)))


KINDS: Mapping[str, Callable[[Scene], Identity | None]] = {
    "twin": _twin,
    "sibling": _sibling,
    "same name and birthday elsewhere": _namesake,
    "same name, another birthday": _namesake_of_another_day,
    "parent": _parent,
    "name and year only": _name_and_year,
    "no fixed abode": _no_fixed_abode,
    "unrelated": _unrelated,
}


def _away(who: Identity) -> Identity:
    return replace(who, address="No fixed abode", postcode="ZZ99 3VZ")


def _spare(scene: Scene) -> int:
    """A number that no registered child has."""
    return max(_SPARE, len(scene.people)) + scene.chance.randrange(90_000)


def _unnumbered(who: Identity) -> Identity:
    return replace(who, nhs_number=None, chi_number=None, upn=None)


def _forename(who: Identity) -> str:
    return (who.given_names or "").split(" ")[0]
