"""Invented events and what police, schools and nurses write about their first child, in their several hands.

A clean text names that child, its carers and things of the day. A leaking one has a sentence more, which tells what the
event holds and the child's school may not know, in one of the ways in which people write such things.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random

from hub.facts.model import Identity, Personal
from hub.looking.held import Thing, of_content, of_identity
from hub.matching.lab.adults import Adult, an_adult
from hub.matching.lab.trials import slips
from hub.matching.lab.trials.naming import Side, nicknames, origins
from hub.matching.lab.trials.people import a_birthday, a_child, a_family, an_address

HANDS = ("police", "school", "nurse")
CHILD, SIBLING = "1", "2"
_TOWNS = ("Glenmore", "Ashdown", "Morfa", "Lagan")
_SCHOOLS = (
    "Glenmore Primary School", "Glenmore Academy", "St Ninian's RC Primary School", "Ashdown High School",
    "Ysgol Morfa Primary School", "Harbour View Primary School", "Kirkbrae Secondary School", "Lagan College",
)  # fmt: skip
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "  # noqa: SIM905 - as they are counted
    "eighteen nineteen".split()
)
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
_LEAST = 3
"""Letters of a first name that can be told from other words."""
_NTHS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


@dataclass(frozen=True, slots=True, repr=False)
class Event(Personal):
    """Two children of a home, their carer, whoever else is named, their schools; `things`: all of it, as looked for."""

    child: Identity
    sibling: Identity
    carer: Adult
    other: Adult
    phone: str
    schools: tuple[str, str]
    things: tuple[Thing, ...]


def an_event(chance: Random) -> Event:
    """One event; the other adult is the alleged perpetrator, and bears no first name of the child's."""
    side = chance.choice(tuple(Side))
    groups = origins(side)
    family = a_family(chance, chance.choices(groups, [group.share for group in groups])[0], chance.randrange(90_000))
    number = chance.randrange(900_000)
    first = a_child(chance, family, number, a_birthday(chance))
    second = a_child(chance, family, number + 1, a_birthday(chance), ((first.given_names or "").split()[0],))
    carer, other = an_adult(chance), an_adult(chance)
    own = {word.casefold() for word in [*(first.given_names or "").split()[:1], first.known_as or ""]}
    while other.first.casefold() in own or len(other.first) < _LEAST:
        other = an_adult(chance)
    while (second.given_names or "").split()[0].casefold() in own:
        second = a_child(chance, family, number + 1, a_birthday(chance))
    if chance.random() < 0.7:  # noqa: PLR2004 - most carers bear the child's name
        carer = carer._replace(family=first.family_name or carer.family)
    schools = tuple(chance.sample(_SCHOOLS, 2))
    phone = f"{chance.choice(('07700 900', '01632 960'))}{chance.randrange(1_000):03}"
    people = [
        ("person.parent", carer, {"relationship": chance.choice(("mother", "father", "carer"))}),
        (
            "person.alleged_perpetrator",
            other,
            {"contact": phone, "date_of_birth": f"19{chance.randrange(60, 99)}-05-17"},
        ),
    ]
    things = [
        *of_identity(CHILD, first),
        *of_identity(SIBLING, second),
        *of_content("child.school", [CHILD], schools[0]),
        *of_content("child.school", [SIBLING], schools[1]),
        *of_content("incident.place", [CHILD, SIBLING], {"address": first.address, "postcode": first.postcode}),
    ]
    for item, adult, more in people:
        things += of_content(item, [CHILD, SIBLING], [{"name": adult.whole, **more}])
    return Event(first, second, carer, other, phone, (schools[0], schools[1]), tuple(things))


# --- clean ----------------------------------------------------------------------------------------------------------


@cache
def _sentences(hand: str) -> tuple[str, ...]:
    text = (files("hub.bench") / "data" / "sentences.txt").read_text(encoding="utf-8")
    section = text.partition(f"\n[{hand}]\n")[2].partition("\n\n[")[0]
    return tuple(line for line in section.splitlines() if line)


def clean(event: Event, chance: Random, hand: str | None = None) -> str:
    """Three to eight sentences that tell nothing that the child's school may not know."""
    chosen = chance.sample(_sentences(hand or chance.choice(HANDS)), chance.randint(3, 8))
    text = " ".join(_filled(sentence, event, chance) for sentence in chosen)
    return text.upper() if chance.random() < 0.03 else text  # noqa: PLR2004 - some logs are written so


def _filled(sentence: str, event: Event, chance: Random) -> str:
    first, family = (event.child.given_names or "").split()[0], event.child.family_name or ""
    girl = event.child.sex == "female"
    carer = chance.choice((event.carer.first, "mum", "mother", "the carer", event.carer.name))
    day = date(2026, 3, 7) - timedelta(days=chance.randrange(30))
    slots = {
        "{CF}": f"{first} {family}",
        "{CS}": f"{first[0]} {family}",
        "{C}": first if chance.random() < 0.8 else event.child.known_as or first,  # noqa: PLR2004 - mostly the first name
        "{s}": "she" if girl else "he",
        "{S}": "She" if girl else "He",
        "{h}": "her" if girl else "his",
        "{o}": "her" if girl else "him",
        "{K}": carer,
        "{T}": f"{chance.randrange(24):02}{chance.choice((':', '', '.'))}{chance.randrange(60):02}",
        "{D}": chance.choice(
            (f"{day:%d/%m/%Y}", f"{day.day} {_MONTHS[day.month - 1]}", f"{day:%d/%m}", f"{day:%d.%m.%y}")
        ),
        "{R}": f"{chance.choice(('CAD', 'VPD', 'INC'))}{chance.randrange(10_000, 99_999)}",
        "{N}": str(chance.randint(2, 9)),
    }
    for slot, value in slots.items():
        sentence = sentence.replace(slot, value)
    return sentence


# --- leaking --------------------------------------------------------------------------------------------------------


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
    yield "birthday, without its year", f"The other child's birthday is {born.day} {_MONTHS[born.month - 1]}"
    yield from ((f"number, {kind}", f"Can be reached on {number}") for kind, number in _of_phone(event.phone))
    for number in (event.child.nhs_number, event.child.chi_number):
        if number:
            yield "number, verbatim", f"Health number {number}"
            yield "number, with blanks", f"Health number {number[:3]} {number[3:6]} {number[6:]}"
    yield from ((f"school, {kind}", f"The other child goes to {name}") for kind, name in _of_school(event.schools[1]))


def _of_somebody(name: str, chance: Random) -> str:
    sentence = chance.choice(_ABOUT_SOMEBODY)
    return sentence.replace("{X}", name)


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
)


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
    yield "without accents", slips.plain(first)
    for called in {**nicknames(Side.JUDGE), **nicknames(Side.TRAIN)}.get(first, ()):
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
    yield "the street alone", street.partition(" ")[2]
    yield "postcode", postcode
    yield "postcode", postcode.replace(" ", "")
    yield "postcode", postcode.lower().replace(" ", "  ")
    yield "postcode", postcode.replace(" ", "\n")
    place, code = an_address(chance.randrange(90_000, 99_000), chance)
    yield "another place", f"{place} {code}"
    yield "another place", code.replace(" ", "")


def _of_birth(born: date, chance: Random) -> Iterator[tuple[str, str]]:
    month = _MONTHS[born.month - 1]
    nth = f"{born.day}{'th' if 10 < born.day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(born.day % 10, 'th')}"  # noqa: PLR2004
    yield "in figures", chance.choice((f"{born:%d/%m/%Y}", f"{born.day}.{born.month}.{born:%y}", f"{born:%d-%m-%Y}"))
    yield "in figures", chance.choice((f"{born:%Y-%m-%d}", f"{born:%d%m%Y}", f"{born:%d%m%y}", f"{born:%d %m %Y}"))
    yield "with its month", chance.choice((f"{born.day} {month} {born.year}", f"{nth} of {month} {born.year}"))
    yield "with its month", chance.choice((f"{born.day} {month[:3]} '{born:%y}", f"{month} {nth}, {born.year}"))
    yield "in words", f"the {_nth(born.day)} of {month} {_year(born.year, chance)}"
    yield "in words", f"{month} the {_nth(born.day)} {_year(born.year, chance)}".lower()


def _of_phone(phone: str) -> Iterator[tuple[str, str]]:
    area, local = phone.split(" ")
    yield "verbatim", phone
    yield "without blanks", area + local
    yield "with blanks", f"{area[:3]} {area[3:]} {local[:3]} {local[3:]}"
    yield "with hyphens", f"{area}-{local[:3]}-{local[3:]}"
    yield "from abroad", f"+44 {area[1:]} {local}"
    yield "from abroad", f"+44(0){area[1:]}{local}"


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
