"""Every way in which a narrative tells what an event holds, and the child's school may not know.

What is planted is known to who plants it: nothing here asks the scanner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random

from hub.bench.narratives import MONTHS, Event, clean
from hub.facts.model import Identity
from hub.matching.lab.trials import slips
from hub.matching.lab.trials.naming import Side, nicknames
from hub.matching.lab.trials.people import an_address

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "  # noqa: SIM905 - as they are counted
    "eighteen nineteen".split()
)
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
_NTHS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def leaks(event: Event, chance: Random) -> Iterator[tuple[str, str]]:
    """(kind, text) of every way in which this event's other child, adult, home, birthday and numbers may be told."""
    own = {word.casefold() for word in [*(event.child.given_names or "").split(), event.child.known_as or ""]}
    for kind, telling in _tellings(event, chance, own):
        sentences = clean(event, chance).split(". ")
        at = chance.randint(0, len(sentences))
        yield kind, ". ".join((*sentences[:at], telling, *sentences[at:]))


def _tellings(event: Event, chance: Random, own: Collection[str]) -> Iterator[tuple[str, str]]:
    for whom, names in (("a child", _of_sibling(event, chance)), ("an adult", _of_adult(event, chance))):
        for kind, name in names:
            if name.split()[0].casefold() not in own:  # whoever is called as the child itself cannot be told apart
                yield f"{whom}, {kind}", _of_somebody(name, chance)
    yield from ((f"home, {kind}", f"They are at {place} now") for kind, place in _of_home(event.child, chance))
    born = date.fromisoformat(event.sibling.date_of_birth or "")
    yield from ((f"birthday, {kind}", f"The other child was born on {day}") for kind, day in _of_birth(born, chance))
    yield from ((f"number, {kind}", f"Can be reached on {number}") for kind, number in _of_phone(event.phone))
    for number in (event.child.nhs_number, event.child.chi_number):
        if number:
            yield "number, verbatim", f"Health number {number}"
            yield "number, with blanks", f"Health number {number[:3]} {number[3:6]} {number[6:]}"
            yield "number, with blanks", f"CHI/NHS no: {number[:6]} {number[6:]}"
            yield "number, with hyphens", f"NHS No.{number[:3]}-{number[3:6]}-{number[6:]}"
            yield "number, with blanks", "No. " + " ".join(number)
    yield from ((f"school, {kind}", f"The other child goes to {name}") for kind, name in _of_school(event.schools[1]))


def _of_somebody(name: str, chance: Random) -> str:
    sentence = chance.choice(_ABOUT_SOMEBODY)
    return sentence.replace("{X}", name).replace("{N}", str(chance.randint(2, 4)))


_ABOUT_SOMEBODY = (
    "It is said that {X} was hit",
    "{X} was there as well",
    "Seen with {X} at the door",
    "Asked about {X}",
    "Told {X} to leave the house",
    "Ran outside after {X} hit the door",
    "Spoke to {X} by phone",
    "Also in the home: {X}",
    "Says that {X}'s room is next door",
    "Frightened of {X} since the summer",
    "Police had removed {X} before",
    "{X} refused to speak to officers",
    "Says {X} shouted at everybody",
    "There are {N} adults besides {X} on the tenancy",
    "Worried about {X}, who has not eaten",
    "Present were mum, {X} and a neighbour",
    "Half brother/sister ({X}) attends another school",
    "Visited by {X}; left at once",
    "\n{X}\n",
)


@cache
def _called() -> dict[str, list[str]]:
    """Name to what its bearers are called, as somebody else would list them than whose list is looked through by."""
    text = (files("hub.bench") / "data" / "called.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: called.split() for name, _, called in lines}


def _of_sibling(event: Event, chance: Random) -> Iterator[tuple[str, str]]:
    sibling = event.sibling
    first, family = (sibling.given_names or "").split()[0], sibling.family_name or ""
    yield from _written(first, family, chance)
    if sibling.known_as:
        yield "known-as", sibling.known_as


def _of_adult(event: Event, chance: Random) -> Iterator[tuple[str, str]]:
    yield from _written(event.other.first, event.other.family, chance)
    yield "verbatim", event.other.whole


def _written(first: str, family: str, chance: Random) -> Iterator[tuple[str, str]]:
    yield "verbatim", f"{first} {family}"
    yield "verbatim", first
    yield "other case", first.upper()
    yield "other case", f"{first} {family}".lower()
    yield "spacing", f"{first}  {family}"
    yield "spacing", f"{first}\n{family}"
    yield "spacing", " ".join(first.upper()) if first.isalpha() else first
    yield "spacing", f"{first}{family}" if first.isalpha() else first
    yield "turned round", f"{family.upper()}, {first}"
    yield "initials with surname", f"{first[0]} {family}"
    yield "initials with surname", f"{first[0]}. {family}"
    yield "initials with surname", f"{first[0]}.J. {family}"
    yield "initials with surname", f"{family} {first[0]}"
    yield "initials with surname", f"{first[0]}.{family}"
    yield "initials with surname", f"{family.upper()}, {first[0]}."
    yield "initials with surname", f"{first} {family[0]}"
    yield "at the end of a line", f"{first} {family[:2]}-\n{family[2:]}" if family.isalpha() else f"{first}\n{family}"
    yield "in brackets", f"({first.upper()})"
    yield "without accents", slips.plain(first)
    for called in {**nicknames(Side.JUDGE), **nicknames(Side.TRAIN), **_called()}.get(first, ()):
        yield "short form", called
        yield "short form", f"{called} {family}"
    yield "verbatim", f"{first}{chance.choice((chr(39), chr(0x2019)))}s bag"


def _of_home(child: Identity, chance: Random) -> Iterator[tuple[str, str]]:
    address, postcode = child.address or "", child.postcode or ""
    street = address.split(", ")[-2]
    yield "verbatim", address
    yield "verbatim", f"{address} {postcode}"
    yield "verbatim", street
    yield "other case", street.upper()
    yield "other case", street.lower()
    yield "spacing", street.replace(" ", "  ")
    yield "spacing", street.replace(" ", ", ", 1)
    yield "abbreviation", slips.shortened(street)
    yield "abbreviation", slips.shortened(street).lower() + "."
    yield "abbreviation", f"No {slips.shortened(street)}"
    yield "abbreviation", f"{slips.shortened(street).upper()}, {address.rpartition(', ')[2].upper()}"
    yield "abbreviation", f"Apt 2/1, {slips.shortened(street)}"
    yield "abbreviation", f"flat 3 {street}"
    yield "spacing", street.replace(" ", "\n", 1)
    yield "the street alone", street.partition(" ")[2]
    yield "the street alone", slips.shortened(street.partition(" ")[2])
    yield "postcode", postcode
    yield "postcode", postcode.replace(" ", "")
    yield "postcode", postcode.lower().replace(" ", "  ")
    yield "postcode", postcode.replace(" ", "\n")
    yield "postcode", postcode.replace(" ", "-").lower()
    place, code = an_address(chance.randrange(90_000, 99_000), chance)
    yield "another place", f"{place} {code}"
    yield "another place", code.replace(" ", "")


def _of_birth(born: date, chance: Random) -> Iterator[tuple[str, str]]:
    month = MONTHS[born.month - 1]
    nth = f"{born.day}{'th' if 10 < born.day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(born.day % 10, 'th')}"  # noqa: PLR2004
    yield "in figures", chance.choice((f"{born:%d/%m/%Y}", f"{born.day}.{born.month}.{born:%y}", f"{born:%d-%m-%Y}"))
    yield "in figures", chance.choice((f"{born:%Y-%m-%d}", f"{born:%d%m%Y}", f"{born:%d%m%y}", f"{born:%d %m %Y}"))
    yield "with its month", chance.choice((f"{born.day} {month} {born.year}", f"{nth} of {month} {born.year}"))
    yield "with its month", chance.choice((f"{born.day} {month[:3]} '{born:%y}", f"{month} {nth}, {born.year}"))
    yield "in words", f"the {_nth(born.day)} of {month} {_year(born.year, chance)}"
    yield "in words", f"{month} the {_nth(born.day)} {_year(born.year, chance)}".lower()
    yield "in words", f"the {_nth(born.day)} of {month}"
    yield "in words", f"the {nth} day of {month} {born.year}"
    yield (
        "with its month",
        f"{born.day}{chance.choice((' ', '-', ''))}{month[:3].upper()}{chance.choice((' ', '-', ''))}{born.year}",
    )
    yield (
        "without its year",
        chance.choice((f"{born.day} {month}", f"{nth} {month}", f"{month} {nth}", f"{nth} of {month}")),
    )
    yield "without its year", f"{born.day}/{born.month}"


def _of_phone(phone: str) -> Iterator[tuple[str, str]]:
    area, local = phone.split(" ")
    yield "verbatim", phone
    yield "without blanks", area + local
    yield "with blanks", f"{area[:3]} {area[3:]} {local[:3]} {local[3:]}"
    yield "with hyphens", f"{area}-{local[:3]}-{local[3:]}"
    yield "from abroad", f"+44 {area[1:]} {local}"
    yield "from abroad", f"+44(0){area[1:]}{local}"
    yield "from abroad", f"0044 {area[1:]}.{local[:3]}.{local[3:]}"
    yield "with blanks", " ".join(area + local)
    yield "with blanks", f"({area}) {local[:2]} {local[2:4]} {local[4:]}"


def _of_school(school: str) -> Iterator[tuple[str, str]]:
    yield "verbatim", school
    yield "other case", school.upper()
    yield "spacing", school.replace(" ", "  ")
    yield "spacing", school.replace(" ", "\n")
    yield "abbreviation", school.replace("Primary School", "PS").replace("High School", "HS").replace("Academy", "Acad")
    yield "abbreviation", school.removesuffix(" School")


def _nth(day: int) -> str:
    tens, _, last = _words(day).rpartition("-")
    nth = _NTHS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{tens}-{nth}" if tens else nth


def _words(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def _year(year: int, chance: Random) -> str:
    rest = year - 2_000
    long = f"two thousand and {_words(rest)}" if rest else "two thousand"
    return long if rest < 10 or chance.random() < 0.5 else f"twenty {_words(rest)}"  # noqa: PLR2004 - nobody says twenty six
