"""A measured world: 100,000 children on two rolls, 50 ISPs in force, and concerns of 2 kB content about those children.

Everything is invented and comes from a seed; numbers are of the reserved range.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from uuid import UUID

from ruamel.yaml import YAML

from hub.bootstrap.parts import Parts
from hub.demo.samples import prepare
from hub.facts.clock import utc_now
from hub.facts.model import Concern, ContentPart, Identity, Person, Practitioner, Subject
from hub.facts.shipped import shipped
from hub.facts.terms import Category, Consent, EventKind, PersonRole, Relationship, Risk, Tier
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.matching.lab.loading import bulk_load
from hub.matching.register.records import SourceRecord
from hub.settings import Settings
from hub.wire.sealed import SourceKeys, seal

SOURCE = "police.caledon"
SCHOOLS = ("school.glenmore-primary", "school.glenmore-academy")
RAISED = datetime(2026, 3, 7, 23, 10, tzinfo=UTC)
_CONTENT = 2_000
_FIRST = ("Isla", "Finlay", "Ava", "Callum", "Eilidh", "Rory", "Amara", "Zofia", "Yusuf", "Priya", "Mei", "Tomasz")
_LAST = ("Abercorn", "Bruntsfield", "Carstairs", "Dalziel", "Ettrick", "Fettes", "Gilmerton", "Haldane", "Inverleith")
_SYLLABLES = (
    "ba",
    "cor",
    "dun",
    "el",
    "fin",
    "gar",
    "hol",
    "is",
    "kel",
    "lor",
    "mor",
    "nes",
    "or",
    "pen",
    "ros",
    "tay",
)


@dataclass(frozen=True, slots=True)
class World:
    """Settings, parts and the children that concerns may be about."""

    parts: Parts
    children: list[Identity]
    source_keys: SourceKeys


def build(home: Path, database_url: str, records: int, isps: int, seed: int) -> World:
    """Make keys, rules and children; the register is loaded by `load`."""
    rules = home / "routing_rules"
    shutil.copytree(shipped("routing_rules"), rules)
    _more_isps(rules, isps)
    settings = Settings(home=home, database_url=database_url, rules=rules)
    prepare(settings, at=utc_now())
    return World(Parts(settings), list(children(records, seed)), _source_keys(settings))


def load(world: World) -> int:
    """Load every child as a source record of one of the schools."""
    rows = (
        SourceRecord(SCHOOLS[n % 2], f"L{n:06}", Relationship.ENROLLED, child) for n, child in enumerate(world.children)
    )
    with world.parts.connect() as connection:
        with connection.transaction():
            count = bulk_load(connection, world.parts.register, rows)
        connection.execute("analyze")
    return count


def children(count: int, seed: int) -> Iterator[Identity]:
    """Distinct children of school age."""
    chance = random.Random(seed)  # noqa: S311 - invented people, not secrets
    for number in range(count):
        first = chance.choice(_FIRST) + "".join(chance.choices(_SYLLABLES, k=1))
        last = chance.choice(_LAST) + "".join(chance.choices(_SYLLABLES, k=2))
        born = date(2009, 1, 1) + timedelta(days=chance.randrange(3_900))
        yield Identity(
            given_names=first,
            family_name=last,
            date_of_birth=born.isoformat(),
            sex=chance.choice(("female", "male")),
            nhs_number=_nhs_number(number),
            address=f"{number % 400 + 1} Quarry Wynd, Glenmore",
            postcode=_postcode(chance),
        )


def _postcode(chance: random.Random) -> str:
    """One of 36,000 of an invented area: some three children to a postcode, as a town has."""
    unit = "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
    return f"ZG{chance.randint(1, 9)} {chance.randrange(10)}{unit}"


def concern(child: Identity, number: int) -> Concern:
    """A notice about one child: 2 kB of content in four released parts and one that no ISP releases."""
    text = "The child was seen and spoken to by officers at the address. " * 40
    parts = (
        ("concern.summary", text[:1_000]),
        ("child.voice", text[:300]),
        ("concern.detail", text[: _CONTENT - 1_400]),
        ("incident.occurred_at", RAISED),
        ("incident.place", {"address": "4 Quarry Wynd", "postcode": "ZG1 4AB"}),
    )
    return Concern(
        event_id=concern_id(number),
        kind=EventKind.RAISED,
        source=SOURCE,
        reference=f"VPD-{number:08}",
        sequence=1,
        tier=Tier.URGENT,
        category=Category.DOMESTIC_ABUSE,
        raised_at=RAISED,
        subjects=(Subject("1", child, flags=frozenset()),),
        content=tuple(ContentPart(item, ("1",), value) for item, value in parts),
        risk=Risk.SOME,
        consent=Consent.NOT_ASKED,
        practitioner=Practitioner("response_officer"),
        people=(
            Person(PersonRole.ALLEGED_PERPETRATOR, name="Gregor Abercorn", contact="07700 900123", link_known=True),
        ),
        home_district="ZG1",
        incident_district="ZG1",
    )


def concern_id(number: int) -> UUID:
    """Event id of the nth concern, shaped as a UUIDv7."""
    return UUID(int=(0x0192 << 112) | (7 << 76) | (2 << 62) | number)


def sealed_concerns(world: World, count: int) -> Iterator[tuple[bytes, bytes]]:
    """(record key, record value) of concerns about the first children."""
    schemas = world.parts.schemas
    for number in range(count):
        yield seal(concern(world.children[number % len(world.children)], number), schemas, world.source_keys)


def _source_keys(settings: Settings) -> SourceKeys:
    own, hub = FileKeys(settings.agency_keys(SOURCE)), FileKeys(settings.keys)
    signer = own.current(SOURCE, Use.SIGN)
    return SourceKeys(
        signer,
        lambda message: own.sign(signer, message),
        own.secret(own.current(SOURCE, Use.CASE)),
        *(hub.public(hub.current("hub", use)) for use in (Use.MATCHING, Use.DECIDING, Use.RELEASE)),
    )


def _more_isps(rules: Path, wanted: int) -> None:
    """Copies of the shipped ISPs under other ids, each between another pair, until there are enough."""
    yaml = YAML()
    shipped_isps = sorted((rules / "isps").glob("*.yaml"))
    names = sorted(path.stem for path in (rules / "organisations").glob("*.yaml"))
    pairs = [pair for pair in permutations(names, 2) if SOURCE not in pair]
    for number in range(len(shipped_isps), wanted):
        loaded = yaml.load(shipped_isps[number % len(shipped_isps)])
        loaded["id"] = f"ISP-BENCH-{number:03}"
        loaded["parties"] = [{"organisation": name, "role": "controller"} for name in pairs[number % len(pairs)]]
        with (rules / "isps" / f"bench-{number:03}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(loaded, file)


def _nhs_number(number: int) -> str:
    """The nth number of the reserved range 999 000 0000 onwards that has a right check digit (modulus 11)."""
    base = 999_000_000 + number
    digits = [int(digit) for digit in f"{base:09}"]
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
    return f"{base}{0 if check in (10, 11) else check}"
