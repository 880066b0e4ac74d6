"""Many invented children, and threads that import, match and renew beside each other."""

import threading
from dataclasses import replace

from hub.bootstrap.register import make_register
from hub.facts.outcome import Matched
from hub.facts.terms import Relationship
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.matching.register.records import SourceRecord
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.roll import RollRow
from hub.store.connecting import connect
from tests.unit.matching.children import MAISIE
from tests.unit.matching.rolls.test_importing import family_names

CHILDREN = [
    replace(
        MAISIE,
        given_names=name,
        family_name=name[::-1],
        date_of_birth=f"20{10 + number % 9}-{1 + number % 12:02}-{1 + number % 28:02}",
        postcode=f"ZW{1 + number % 8} {number // 8 % 10}{chr(65 + number // 80)}B",
        nhs_number=None,
    )
    for number, name in enumerate(family_names(240))
]


def rows(children=CHILDREN, organisation="school.ashdown-primary"):
    return [
        RollRow(line, SourceRecord(organisation, child.given_names, Relationship.ENROLLED, child))
        for line, child in enumerate(children, start=2)
    ]


def load(connection, register, children=CHILDREN):
    for _ in import_rows(connection, register, rows(children)):
        pass


def matched(connection, register, children):
    found = register.match(connection, children)
    connection.commit()
    return sum(isinstance(one.outcome, Matched) for one in found)


class Busy:
    """What the threads share."""

    def __init__(self, database_url, folder) -> None:
        self.database_url, self.folder = database_url, folder
        self.start, self.faults, self.imported = threading.Barrier(4), [], threading.Event()

    def run(self, work):
        with connect(self.database_url) as connection:
            register = register_of(self.folder)
            self.start.wait()
            try:
                work(self, connection, register)
            except Exception as error:  # noqa: BLE001 - told to the test
                self.faults.append(error)
                self.imported.set()


def imports(town, connection, register):
    """All children, and then all of them with a name more; in the midst of each, a new key."""
    for children in (CHILDREN, [replace(child, known_as="Sam") for child in CHILDREN]):
        for number, _ in enumerate(import_rows(connection, register, rows(children))):
            if number == 1:
                FileKeys(town.folder).make(HUB, Use.REGISTER)
    town.imported.set()


def matches(town, connection, register):
    while not town.imported.is_set():
        assert matched(connection, register, CHILDREN[:120:6]) == 20


def register_of(folder):
    return make_register(FileKeys(folder))
