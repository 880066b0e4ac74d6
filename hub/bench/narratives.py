"""Invented events and what police, schools, nurses and others write about their first child, in their several hands.

A clean text names that child, its carers and things of the day. A leaking one (`tellings`) has a sentence more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random

from hub.facts.model import Identity, Personal
from hub.looking.held import Thing, of_content, of_identity
from hub.matching.lab.adults import Adult, an_adult
from hub.matching.lab.trials.naming import Side, origins
from hub.matching.lab.trials.people import a_birthday, a_child, a_family

HANDS = ("police", "school", "nurse", "log", "hospital", "social work", "nursery")
CHILD, SIBLING = "1", "2"
_RARE, _SOME = 0.06, 0.15
_WORDS = (
    "Will", "Mark", "Hope", "Grace", "Rose", "May", "Summer", "Dawn", "Joy", "Faith", "Bill", "Jack", "Frank", "Robin",
    "Ivy", "Daisy", "Ruby", "Sunny", "Honey", "Guy",
)  # fmt: skip
_FAMILIES = (
    "Hill", "Young", "Brown", "King", "Park", "Wood", "May", "Rose", "Winter", "Field", "Street", "Grace", "Long",
    "Short", "Bell", "Church", "Marsh", "Stone", "McAllister", "MacDonald", "O'Neill", "D'Souza", "Smith-Jones",
    "de Souza", "St John",
)  # fmt: skip
"""Names that are words too, and such as are written in several ways."""
_CARERS = (("parent", "mother"), ("parent", "father"), ("victim", "mother"), ("household", "foster carer"))
"""Role and relationship of whoever cares for both children."""
_SCHOOLS = (
    "Glenmore Primary School", "Glenmore Academy", "St Ninian's RC Primary School", "Ashdown High School",
    "Ysgol Morfa Primary School", "Harbour View Primary School", "Kirkbrae Secondary School", "Lagan College",
)  # fmt: skip
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_LEAST = 3
"""Letters of a first name that can be told from other words."""


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
    first, second, other = _with_words(chance, first, second, other)
    schools = tuple(chance.sample(_SCHOOLS, 2))
    phone = f"{chance.choice(('07700 900', '01632 960'))}{chance.randrange(1_000):03}"
    role, relationship = chance.choice(_CARERS)
    people = [
        (f"person.{role}", carer, {"relationship": relationship}),
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


def _with_words(chance: Random, first: Identity, second: Identity, other: Adult) -> tuple[Identity, Identity, Adult]:
    """The same with, now and then, names that are words, and a street that bears the family's name."""
    own = {word.casefold() for word in [*(first.given_names or "").split(), first.known_as or ""]}
    words = [word for word in _WORDS if word.casefold() not in own]
    if chance.random() < _RARE:
        other = other._replace(first=chance.choice(words), second=None)
    if chance.random() < _RARE:
        other = other._replace(family=chance.choice(_FAMILIES))
    if chance.random() < _RARE:
        second = replace(second, given_names=chance.choice(words))
    if chance.random() < _SOME:
        street = f"{chance.randint(1, 90)} {first.family_name} {chance.choice(('Street', 'Road', 'Wynd'))}, Glenmore"
        first, second = replace(first, address=street), replace(second, address=street)
    return first, second, other


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
    practitioner = an_adult(chance)
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
        "{KF}": event.carer.whole,
        "{P}": f"{chance.choice(('PC', 'Dr', 'Ms', 'Mr', 'Miss', 'Nurse'))} {practitioner.family}",
        "{PF}": f"{practitioner.first} {practitioner.family}",
        "{L}": chance.choice(
            ("the Co-op", "the bus station", "Morfa leisure centre", "High Street", "the retail park")
        ),
        "{T}": f"{chance.randrange(24):02}{chance.choice((':', '', '.'))}{chance.randrange(60):02}",
        "{D}": chance.choice(
            (f"{day:%d/%m/%Y}", f"{day.day} {MONTHS[day.month - 1]}", f"{day:%d/%m}", f"{day:%d.%m.%y}")
        ),
        "{R}": f"{chance.choice(('CAD', 'VPD', 'INC'))}{chance.randrange(10_000, 99_999)}",
        "{N}": str(chance.randint(2, 9)),
    }
    for slot, value in slots.items():
        sentence = sentence.replace(slot, value)
    return sentence
