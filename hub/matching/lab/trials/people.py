"""Households of invented children, with twins, siblings, step-siblings and addresses that neighbours share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import NamedTuple

from stdnum.gb import upn

from hub.facts.model import Identity
from hub.matching.lab.trials.lots import happens
from hub.matching.lab.trials.naming import Origin, Side, brothers_name, of_sex, origins
from hub.matching.values.dates import birth_date
from hub.matching.values.names import fold

TODAY = date(2026, 3, 7)
_OLDEST, _SCHOOL_AGE = 18, 4
_YEAR = len("2015")
_SIZES, _OF_SIZE = (1, 2, 3, 4, 5), (45, 38, 12, 4, 1)
_TWINS, _STEP, _KNOWN_AS, _PREVIOUS, _HAS_NUMBER, _HAS_UPN = 0.022, 0.06, 0.03, 0.02, 0.97, 0.7
_A_POSTCODE = 15
"""Households."""
_A_DISTRICT = 200
"""Postcodes."""
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_KINDS_OF_STREET = ("Road", "Street", "Avenue", "Close", "Drive", "Lane", "Gardens", "Way", "Court", "Crescent")
_STREETS, _TOWNS = (
    tuple(line.split()) for line in (files(__package__) / "places.txt").read_text(encoding="utf-8").splitlines()
)


class Person(NamedTuple):
    """An invented child; children of one household share its number."""

    identity: Identity
    origin: str
    household: int

    def __repr__(self) -> str:
        return "<Person redacted>"


class Family(NamedTuple):
    """What children of one household share."""

    origin: Origin
    surname: str
    address: str
    postcode: str


def households(count: int, side: Side, seed: int) -> Iterator[Person]:
    """`count` children, household after household."""
    chance = Random(f"{side}|{seed}")  # noqa: S311 - invented people, not secrets
    groups = origins(side)
    shares = [group.share for group in groups]
    made = number = 0
    while made < count:
        family = a_family(chance, chance.choices(groups, shares)[0], number)
        for identity in _children(chance, family, made):
            if made < count:
                yield Person(identity, family.origin.name, number)
            made += 1
        number += 1


def a_family(chance: Random, origin: Origin, number: int) -> Family:
    """The nth household."""
    return Family(origin, origin.surname(chance), *an_address(number, chance))


def an_address(number: int, chance: Random) -> tuple[str, str]:
    """Address and postcode of the nth household; `_A_POSTCODE` neighbours share street and postcode."""
    street = number // _A_POSTCODE
    place = Random(street)  # noqa: S311 - invented streets
    name = f"{place.choice(_STREETS)} {place.choice(_KINDS_OF_STREET)}, {_TOWNS[street % len(_TOWNS)]}"
    house = (number % _A_POSTCODE) * 2 + 1
    flat = f"Flat {chance.randint(1, 9)}, " if happens(chance, 0.08) else ""  # one in twelve
    district, within = divmod(street, _A_DISTRICT)
    area = "ABCDEFGHJKLMNOPQRSTUVWXY"[district % 24]
    inward = f"{within % 10}{_INWARD[within // 10 % 20]}{_INWARD[street % 7]}"
    return f"{flat}{house} {name}", f"Z{area}{district // 24 % 99 + 1} {inward}"


def a_child(chance: Random, family: Family, number: int, born: date, taken: tuple[str, ...] = ()) -> Identity:
    """A child of this family with the nth identifiers; `taken` are forenames of its siblings."""
    sex = chance.choice(("female", "male"))
    forename = family.origin.forename(chance, sex)
    for _ in range(20):
        if forename not in taken or (brothers_name(forename) and happens(chance, 0.3)):
            break
        forename = family.origin.forename(chance, sex)
    family_name = of_sex(family.surname, sex, family.origin.habit)
    in_scotland = family.origin.name == "scottish"
    number_held = happens(chance, _HAS_NUMBER)
    return Identity(
        given_names=family.origin.given(chance, sex, forename),
        family_name=family_name,
        known_as=family.origin.forename(chance, sex) if happens(chance, _KNOWN_AS) else None,
        previous_family_names=(family.origin.surname(chance),) if happens(chance, _PREVIOUS) else (),
        date_of_birth=born.isoformat(),
        sex=sex,
        nhs_number=nhs_number(number) if number_held and not in_scotland else None,
        chi_number=chi_number(number, born) if number_held and in_scotland else None,
        upn=pupil_number(number) if _of_school_age(born) and happens(chance, _HAS_UPN) else None,
        address=family.address,
        postcode=family.postcode,
    )


def a_birthday(chance: Random) -> date:
    """Of a child under 18, on `TODAY`."""
    return TODAY - timedelta(days=chance.randrange(1, _OLDEST * 365))


def first_name(identity: Identity) -> str:
    """The first given name, folded."""
    names = fold(identity.given_names or "").split()
    return names[0] if names else ""


def age_band(identity: Identity) -> str:
    """Years of age on `TODAY`, banded as statistics do."""
    birth = birth_date(identity.date_of_birth or "")
    if not birth:
        return "unknown"
    age = TODAY.year - int(birth[:4]) - (len(birth) > _YEAR and birth[5:] > TODAY.isoformat()[5 : len(birth)])
    for band, oldest in (("0", 0), ("1-4", 4), ("5-10", 10), ("11-15", 15)):
        if age <= oldest:
            return band
    return "16 and over"


def nhs_number(number: int) -> str | None:
    """The nth of the reserved range 999 000 0000 onwards; None where it has no check digit, or the range has ended."""
    if number >= 1_000_000:  # noqa: PLR2004 - the range's size
        return None
    base = f"{999_000_000 + number:09}"
    check = _check_digit(base)
    return f"{base}{check}" if check is not None else None


def chi_number(number: int, born: date) -> str | None:
    """A number of Scotland's form for this birthday; None where it has no check digit."""
    base = f"{born:%d%m%y}{number % 1_000:03}"
    check = _check_digit(base)
    return f"{base}{check}" if check is not None else None


def pupil_number(number: int) -> str:
    """The nth UPN of an authority that does not exist."""
    base = f"{299_000_000_000 + number:012}"
    return upn.calc_check_digit(base) + base


def _check_digit(base: str) -> int | None:
    check = 11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), base, strict=True)) % 11
    return None if check == 10 else check % 11  # noqa: PLR2004 - modulus 11


def _of_school_age(born: date) -> bool:
    return (TODAY - born).days >= _SCHOOL_AGE * 365


def _children(chance: Random, family: Family, number: int) -> Iterator[Identity]:
    born = a_birthday(chance)
    taken: tuple[str, ...] = ()
    for _ in range(chance.choices(_SIZES, _OF_SIZE)[0]):
        for _ in range(2 if happens(chance, _TWINS) else 1):
            home = family._replace(surname=family.origin.surname(chance)) if happens(chance, _STEP) else family
            child = a_child(chance, home, number, born, taken)
            yield child
            taken, number = (*taken, (child.given_names or "").split()[0]), number + 1
        born += timedelta(days=chance.randrange(400, 1_800))
        if born >= TODAY:
            return
