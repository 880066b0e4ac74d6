"""What an event holds that a text of it may repeat, typed; each with the data item that it is and whom it is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.facts.items import FREE_TEXT
from hub.facts.model import Identity, Personal, Repeat
from hub.looking.forms import whole_names
from hub.looking.words import listed
from hub.matching.values.dates import birth_date, is_full
from hub.matching.values.names import fold, unnamed

IDENTIFIERS = ("nhs_number", "chi_number", "hc_number", "upn", "scn")
PLACES = frozenset({"child.safe_address", "incident.place"})
ADDRESSES = PLACES | {"child.address", "child.earlier_addresses"}
TEXTS = FREE_TEXT | {
    "child.disability",
    "child.spoken_to",
    "concern.indicators",
    "health.attendance",
    "health.condition",
    "health.injury",
}
"""Items whose value somebody wrote in their own words, a line or more."""
NUMBERS = frozenset({"child.telephone", "incident.crime_number"})
UNBORN = "child.unborn"
PERSONS = tuple(
    f"person.{role}" for role in ("parent", "victim", "alleged_perpetrator", "household", "witness", "practitioner")
)


@dataclass(frozen=True, slots=True, repr=False)
class Name(Personal):
    """A child or an adult. `sex`: female, male, or empty where unknown.

    `carer`: of the children that it is about. `former`: a family name that is not borne now.
    """

    repeats: Repeat
    given: str
    family: str
    adult: bool = False
    carer: bool = False
    sex: str = ""
    former: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Address(Personal):
    """An address in one line, its postcode, or both."""

    repeats: Repeat
    line: str
    postcode: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Birth(Personal):
    """A whole date of birth, ISO 8601."""

    repeats: Repeat
    day: str


@dataclass(frozen=True, slots=True, repr=False)
class Number(Personal):
    """A telephone number, an e-mail address or an identifier."""

    repeats: Repeat
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class School(Personal):
    """Where a child goes to school, by name."""

    repeats: Repeat
    name: str


_CARERS = frozenset({"person.household", "person.victim", "person.witness"})
"""Roles in which a mother or a grandfather is who cares for the child; who is accused is nobody's carer."""
Thing = Name | Address | Birth | Number | School

_KIN = listed("kin.txt")
_WHAT_IT_IS = re.compile(r"\s*\([^()]*\)\s*$")


def texts_in(item: str, value: Any) -> list[str]:
    """The texts of a content part that somebody wrote in their own words; none of any other."""
    return list(_texts(value)) if item in TEXTS else []


def _texts(value: Any) -> Iterator[str]:
    """Of one text, of several, or of a record: what of it is text, and the content of a text that is attached."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for text in value if isinstance(text, str))
    elif isinstance(value, dict):
        yield from (text for text in value.values() if isinstance(text, str))
        content = value.get("content")
        if isinstance(content, bytes) and value.get("media_type", "").startswith("text/"):
            yield content.decode(errors="replace")


def of_identity(key: str, identity: Identity) -> Iterator[Thing]:
    """What is known of one child, by the source or by one record of the register."""
    name, other = Repeat.of("child.name", key), Repeat.of("child.known_as", key)
    given, family = identity.given_names or "", identity.family_name or ""
    given = "" if unnamed(given) else given
    if given or family:
        yield Name(name, given, family, sex=identity.sex or "")
    if identity.known_as:
        yield Name(other, identity.known_as, family)
    for former in identity.previous_family_names:
        yield Name(other, given, former, former=True)
    if identity.address or identity.postcode:
        yield Address(Repeat.of("child.address", key), identity.address or "", identity.postcode or "")
    yield from _birth(Repeat.of("child.date_of_birth", key), identity.date_of_birth)
    for field in IDENTIFIERS:
        if number := getattr(identity, field):
            yield Number(Repeat.of("child.identifiers", key), number)


def of_content(item: str, about: Collection[str], value: Any) -> Iterator[Thing]:
    """What a content part holds that texts may repeat: places, numbers, people and so on; `value` as Content has it."""
    repeats = Repeat.of(item, *about)
    if item in PLACES:
        yield from _address(repeats, value)
    elif item == "child.earlier_addresses":
        for place in value:
            yield from _address(repeats, place)
    elif item in NUMBERS:
        yield from (Number(repeats, number) for number in value)
    elif item == "incident.earlier":
        yield from (Number(repeats, one["reference"]) for one in value if one.get("reference"))
    elif item == UNBORN:
        yield from _of_unborn(repeats, value)
    elif item == "child.school":
        yield from _schools(repeats, value)
    elif item in PERSONS:
        for person in value:
            yield from of_person(repeats, person)


def _schools(repeats: Repeat, value: str) -> Iterator[School]:
    """One line may name several, and say of each what it is: `Glenmore Primary; Little Acorns (nursery)`."""
    for name in value.split(";"):
        yield School(repeats, name)
        plain = _WHAT_IT_IS.sub("", name)
        if plain not in {name, ""}:
            yield School(repeats, plain)


def _address(
    repeats: Repeat, place: Mapping[str, Any], address: str = "address", code: str = "postcode"
) -> Iterator[Address]:
    if place.get(address) or place.get(code):
        yield Address(repeats, place.get(address) or "", place.get(code) or "")


def _of_unborn(repeats: Repeat, unborn: Mapping[str, Any]) -> Iterator[Thing]:
    """The mother of a child not yet born, and the day on which it is due."""
    told = {"name": unborn.get("mother"), "relationship": "mother", "date_of_birth": unborn.get("mother_date_of_birth")}
    yield from of_person(repeats, told | {"contact": unborn.get("mother_telephone")})
    yield from _birth(repeats, unborn.get("due_date"))
    yield from _address(repeats, unborn, "mother_address", "mother_postcode")
    if unborn.get("mother_nhs_number"):
        yield Number(repeats, unborn["mother_nhs_number"])


def of_person(repeats: Repeat, person: Mapping[str, Any]) -> Iterator[Thing]:
    """An adult, as Content's NamedPerson has them. A shoulder number is no name: every text of police has one."""
    line, kin = person.get("name") or "", set(fold(person.get("relationship") or "").split())
    sex = "female" if kin & _KIN["women"] else "male" if kin & _KIN["men"] else ""
    carer = repeats.item in {"person.parent", UNBORN} or (
        repeats.item in _CARERS and _cares(person.get("relationship") or "")
    )
    if not any(letter.isdigit() for letter in line):
        for given, family in whole_names(line):
            if given or family:
                yield Name(repeats, given, family, adult=True, carer=carer, sex=sex)
            if family and not given:
                yield Name(repeats, family, "", adult=True, carer=carer, sex=sex)
    yield from _birth(repeats, person.get("date_of_birth"))
    if person.get("contact"):
        yield Number(repeats, person["contact"])


def _cares(relationship: str) -> bool:
    """Whether a relationship is of who cares for the child: `mother`, not `friend's mother`, `friend of mother`."""
    said = re.split(r"[\s/,&]+", re.split(" (?:of|to|for) ", relationship, maxsplit=1)[0])
    owners = [word for word in said if re.search("['\u2019]s?$", word)]
    if any(word.islower() and not word.startswith("child") for word in owners):
        return False
    return not _KIN["caring"].isdisjoint(fold(word) for word in said if word not in owners)


def _birth(repeats: Repeat, written: str | None) -> Iterator[Birth]:
    day = birth_date(written or "")
    if is_full(day):
        yield Birth(repeats, day)
