"""What is wrong with a question about a registered child, kind by kind; None where it is not possible for this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from hub.facts.model import Identity
from hub.matching.lab.trials.lots import happens
from hub.matching.lab.trials.naming import Origin, Side, nicknames, origins
from hub.matching.lab.trials.people import Person, an_address, first_name
from hub.matching.lab.trials.slips import another_digit, exchanged, heard, plain, slip
from hub.matching.values.names import fold

_WHOLE = len("2015-03-12")
_MONTHS = 12
_HALVES, _SHORTEST_HALF = 2, 3
"""Of a double-barrelled name, and letters of the first."""
_FIRST_YEAR = "2025-03"
_PLACES = 1_000
"""Households at least, to find another postcode among."""


@dataclass(frozen=True, slots=True, repr=False)
class Scene:
    """The child asked about, its siblings, and everybody else."""

    chance: Random
    person: Person
    siblings: Sequence[Person]
    people: Sequence[Person]
    side: Side

    @property
    def held(self) -> Identity:
        """What the register holds."""
        return self.person.identity

    @property
    def origin(self) -> Origin:
        """Whose names the family uses."""
        return next(origin for origin in origins(self.side) if origin.name == self.person.origin)

    def elsewhere(self, who: Identity) -> Identity:
        """The same at an address of another postcode than the one held."""
        address, postcode = "", self.held.postcode
        while postcode == self.held.postcode:
            address, postcode = an_address(self.chance.randrange(max(len(self.people), _PLACES)), self.chance)
        return replace(who, address=address, postcode=postcode)


Kind = Callable[[Scene, Identity], Identity | None]


def _nickname(scene: Scene, asked: Identity) -> Identity | None:
    """Half by what the register has as known-as, where it has; else by a usual short form."""
    if scene.held.known_as:
        return replace(asked, given_names=scene.held.known_as)
    called = nicknames(scene.side).get(_forename(scene.held))
    return replace(asked, given_names=scene.chance.choice(called)) if called else None


def _slip_in_surname(scene: Scene, asked: Identity) -> Identity | None:
    return _changed(asked, family_name=slip(scene.chance, asked.family_name or ""))


def _slip_in_forename(scene: Scene, asked: Identity) -> Identity | None:
    return _changed(asked, given_names=slip(scene.chance, asked.given_names or ""))


def _moved(scene: Scene, asked: Identity) -> Identity | None:
    return scene.elsewhere(asked)


def _heard(scene: Scene, asked: Identity) -> Identity | None:
    if happens(scene.chance, 0.5):  # as often the one as the other
        return _changed(asked, given_names=heard(scene.chance, plain(_as_written(asked, scene.held.given_names))))
    return _changed(asked, family_name=heard(scene.chance, plain(scene.held.family_name or "")))


def _surname_changed(scene: Scene, asked: Identity) -> Identity | None:
    """Half of the time the one who asks knows the former name too."""
    new = scene.origin.surname(scene.chance)
    previous = (scene.held.family_name or "",) if happens(scene.chance, 0.5) else ()
    return _changed(asked, family_name=new, previous_family_names=previous)


def _no_postcode(scene: Scene, asked: Identity) -> Identity | None:  # noqa: ARG001 - every kind is asked alike
    return replace(asked, postcode=None)


def _middle_name(scene: Scene, asked: Identity) -> Identity | None:
    """Not where a brother or sister has it as the first name."""
    names = (scene.held.given_names or "").split()
    if len(names) > 1 and fold(names[1]) in {first_name(other.identity) for other in scene.siblings}:
        return None
    return _changed(asked, given_names=names[1]) if len(names) > 1 and names[1] not in ("Singh", "Kaur") else None


def _half_a_surname(scene: Scene, asked: Identity) -> Identity | None:
    halves = (scene.held.family_name or "").replace("-", " ").split()
    if len(halves) != _HALVES or len(halves[0]) < _SHORTEST_HALF:
        return None
    return replace(asked, family_name=scene.chance.choice(halves))


def _no_birth(scene: Scene, asked: Identity) -> Identity | None:
    year = (asked.date_of_birth or "")[:4]
    return replace(asked, date_of_birth=year if happens(scene.chance, 0.3) else None)


def _twin(scene: Scene, asked: Identity) -> Identity | None:
    born = scene.held.date_of_birth
    return asked if any(other.identity.date_of_birth == born for other in scene.siblings) else None


def _names_swapped(scene: Scene, asked: Identity) -> Identity | None:  # noqa: ARG001 - every kind is asked alike
    return replace(asked, given_names=asked.family_name, family_name=(asked.given_names or "").split()[0])


def _digit_wrong(scene: Scene, asked: Identity) -> Identity | None:
    return _changed(asked, date_of_birth=another_digit(scene.chance, asked.date_of_birth or ""))


def _swapped_date(scene: Scene, asked: Identity) -> Identity | None:  # noqa: ARG001 - every kind is asked alike
    year, month, day = (asked.date_of_birth or "").split("-")
    return _changed(asked, date_of_birth=f"{year}-{day}-{month}") if int(day) <= _MONTHS else None


def _first_of_january(scene: Scene, asked: Identity) -> Identity | None:  # noqa: ARG001 - every kind is asked alike
    return _changed(asked, date_of_birth=f"{(asked.date_of_birth or '')[:4]}-01-01")


def _number_exchanged(scene: Scene, asked: Identity) -> Identity | None:
    number = scene.held.nhs_number
    wrong = exchanged(scene.chance, number) if number else None
    return replace(asked, nhs_number=wrong) if wrong != number else None


def _new_born(scene: Scene, asked: Identity) -> Identity | None:
    """Known by its mother's name only, in its first months."""
    if (scene.held.date_of_birth or "") < "2025-09":
        return None
    called = scene.chance.choice(("Baby", "Baby of Anna", "Baby Girl", "Baby Boy", "Infant"))
    return replace(asked, given_names=called)


def _no_fixed_abode(scene: Scene, asked: Identity) -> Identity | None:  # noqa: ARG001 - every kind is asked alike
    return replace(asked, address="No fixed abode", postcode="ZZ99 3VZ")


def _number_of_a_sibling(scene: Scene, asked: Identity) -> Identity | None:
    numbers = [other.identity.nhs_number for other in scene.siblings if other.identity.nhs_number]
    return replace(asked, nhs_number=scene.chance.choice(numbers)) if numbers else None


def _number_of_another(scene: Scene, asked: Identity) -> Identity | None:
    other = scene.chance.choice(scene.people)
    if other.household == scene.person.household or not other.identity.nhs_number:
        return None
    return replace(asked, nhs_number=other.identity.nhs_number)


def _name_and_year(scene: Scene, asked: Identity) -> Identity | None:
    """All that an officer had: no home, no number, no sex. A third know no middle name."""
    held = scene.held
    given = (held.given_names or "").split(" ")
    names = " ".join(given[:1] if happens(scene.chance, 1 / 3) else given)
    return Identity(given_names=names, family_name=asked.family_name, date_of_birth=(held.date_of_birth or "")[:4])


def _baby_of_its_mother(scene: Scene, asked: Identity) -> Identity | None:
    """A child in its first year, as a ward writes one: half without a home, a quarter by the mother's own name."""
    if (scene.held.date_of_birth or "") < _FIRST_YEAR:
        return None
    mother = scene.origin.forename(scene.chance, "female")
    called = scene.chance.choice((f"Baby of {mother}", f"BABY OF {mother}", "Baby", "Baby girl", "Baby Boy", "Infant"))
    made = replace(asked, given_names=called, sex=None, nhs_number=None, chi_number=None, upn=None)
    by_the_mothers_name = happens(scene.chance, 1 / 4)
    if by_the_mothers_name:
        return replace(made, family_name=scene.origin.surname(scene.chance))
    return replace(made, address=None, postcode=None) if happens(scene.chance, 2 / 3) else made


KINDS: Mapping[str, Kind] = {
    "clean": lambda _, asked: asked,
    "nickname": _nickname,
    "slip in surname": _slip_in_surname,
    "slip in forename": _slip_in_forename,
    "moved house": _moved,
    "heard spelling": _heard,
    "surname changed": _surname_changed,
    "no postcode": _no_postcode,
    "middle name as forename": _middle_name,
    "half a double-barrelled surname": _half_a_surname,
    "no date of birth": _no_birth,
    "twin of a registered twin": _twin,
    "names swapped": _names_swapped,
    "digit of the date wrong": _digit_wrong,
    "day and month swapped": _swapped_date,
    "first of January": _first_of_january,
    "digits of the number exchanged": _number_exchanged,
    "new-born": _new_born,
    "no fixed abode": _no_fixed_abode,
    "number of a sibling": _number_of_a_sibling,
    "number of another child": _number_of_another,
}

FEW_FACTS: Mapping[str, Kind] = {
    "name and year only": _name_and_year,
    "baby of its mother": _baby_of_its_mother,
}
"""Too little to decide by, and enough for a person to look. No mix has them: they are asked for by themselves."""


def _changed(asked: Identity, **changes: object) -> Identity | None:
    """With these values; None where nothing is changed by them, or a date is none."""
    made = replace(asked, **changes)  # type: ignore[arg-type]  # field by field, as the callers above say
    unchanged = all(fold(str(getattr(asked, name))) == fold(str(value)) for name, value in changes.items())
    birth = made.date_of_birth or ""
    return None if unchanged or (len(birth) == _WHOLE and not _is_childs(birth)) else made


def _is_childs(birth: str) -> bool:
    day, month, year = int(birth[8:]), int(birth[5:7]), int(birth[:4])
    return 1 <= month <= _MONTHS and 1 <= day <= 28 and 2000 <= year <= 2026  # noqa: PLR2004 - every month has 28


def _forename(who: Identity) -> str:
    return (who.given_names or "").split(" ")[0]


def _as_written(asked: Identity, held: str | None) -> str:
    """The register's spelling, with as many names as were asked."""
    return " ".join((held or "").split(" ")[: len((asked.given_names or "").split(" "))])
