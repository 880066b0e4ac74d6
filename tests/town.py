"""A whole small town for tests: keys, the shipped rules signed by all, two families on the school rolls, a database."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from hub.bootstrap.parts import Parts
from hub.demo.samples import prepare
from hub.facts.model import Concern, Identity
from hub.facts.shipped import shipped
from hub.facts.terms import Relationship
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.matching.lab.loading import bulk_load
from hub.matching.register.records import SourceRecord
from hub.people.story import tell
from hub.redaction import jwe
from hub.routing.context import Record
from hub.settings import Settings
from hub.sharing import RuleSet, load_rules
from hub.wire.sealed import SourceKeys, seal
from tests.builders import FINLAY, ISLA, SATURDAY_NIGHT
from tests.keyring import Keyring

PRIMARY, ACADEMY = "school.glenmore-primary", "school.glenmore-academy"
NOW = SATURDAY_NIGHT + timedelta(minutes=2)
TWIN = Identity(
    given_names="Orla",
    family_name="Brannock",
    date_of_birth="2015-06-01",
    sex="female",
    nhs_number="9990000018",
    address="9 Mill Lade",
    postcode="ZG2 5CD",
)
OTHER_TWIN = Identity(
    given_names="Oona",
    family_name="Brannock",
    date_of_birth="2015-06-01",
    sex="female",
    nhs_number="9990000026",
    address="9 Mill Lade",
    postcode="ZG2 5CD",
)
STRANGER = Identity(given_names="Wilhelmina", family_name="Unlisted", date_of_birth="2016-01-05", postcode="ZG1 9ZZ")


def keep_keys(folder: Path) -> Settings:
    """Keys and signed rules, made once and copied to each town."""
    shutil.copytree(shipped("routing_rules"), folder / "routing_rules")
    settings = Settings(home=folder, rules=folder / "routing_rules")
    prepare(settings, at=datetime(2026, 1, 5, tzinfo=UTC))
    return settings


def rules_of(folder: Path) -> RuleSet:
    """The rules of a folder, read once while nothing in it changes: YAML is most of a town's making."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return _read(folder, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@cache
def _read(folder: Path, _: tuple[tuple[Path, int, int], ...]) -> RuleSet:
    return load_rules(folder)


class Town:
    """Settings, parts and a router on a database of its own. Time stands at `now` until a test moves it."""

    def __init__(self, prepared: Settings, database_url: str) -> None:
        self.now = NOW
        self.settings = prepared.model_copy(update={"database_url": database_url})
        self.parts = Parts(self.settings, given_clock=lambda: self.now)
        self.parts.rules = rules_of(self.settings.rules)
        self.router = self.parts.router()
        self.anew_loop = self.parts.anew_loop()
        self.text_loop = self.parts.text_loop()
        self.offset = 0

    def enrol(self, organisation: str, *children: Identity, relationship: Relationship = Relationship.ENROLLED) -> None:
        """Put children on an organisation's roll."""
        rows = [
            SourceRecord(organisation, f"{organisation}-{n}-{child.given_names}", relationship, child)
            for n, child in enumerate(children)
        ]
        with self.parts.connect() as connection, connection.transaction():
            bulk_load(connection, self.parts.register, rows)

    def enrol_everyone(self) -> None:
        """The two Abercorns at their schools, and the Brannock twins."""
        self.enrol(PRIMARY, ISLA, TWIN, OTHER_TWIN)
        self.enrol(ACADEMY, FINLAY)

    def keys(self, source: str = "police.caledon") -> SourceKeys:
        """What a source seals with."""
        return Keyring(self.settings.home).source(source)

    def sealed(self, concern: Concern) -> tuple[bytes, bytes]:
        """(record key, value) of a concern."""
        return seal(concern, self.parts.schemas, self.keys(concern.source))

    def record(self, key: bytes | None, value: bytes | None, tier: str = "urgent") -> Record:
        """As it would come from Kafka, at the next offset."""
        self.offset += 1
        return Record(f"concern.{tier}", 0, self.offset, key, value, self.now)

    def send(self, *concerns: Concern) -> None:
        """Route these concerns as one batch."""
        self.route([self.record(*self.sealed(concern), tier=concern.tier) for concern in concerns])

    def route(self, records: Sequence[Record]) -> None:
        """Route raw records as one batch."""
        self.router.process(records)

    def decide_anew(self) -> int:
        """Decide anew whatever waits for it and is in nobody's hand; how many events that was."""
        count = 0
        for _ in range(100):
            count += self.anew_loop.once()
            if self.query("select count(*) from resumption where done_at is null") == [(0,)]:
                break
        return count

    def open_texts(self) -> None:
        """Do whatever reviewers asked of texts that wait."""
        while self.text_loop.once():
            pass

    def close(self) -> None:
        """Give its connections back."""
        for one in (self.router, self.anew_loop, self.text_loop):
            one.close()

    def change(self, text: str, *parameters: Any) -> None:
        """Change rows, as another process would."""
        with self.parts.connect() as connection:
            connection.execute(text.encode(), parameters)

    def story(self, concern: Concern | UUID) -> dict[str, Any]:
        """What `hub concern show` tells of it."""
        event_id = concern if isinstance(concern, UUID) else concern.event_id
        with self.parts.desk() as desk:
            found = tell(desk, event_id)
        assert found is not None, "the hub does not know this event"
        return found

    def told(self, concern: Concern) -> dict[str, str]:
        """Recipient organisation -> purpose of its delivery that is still to be made or was made."""
        return {d["recipient"]: d["purpose"] for d in self.story(concern)["deliveries"] if d["status"] != "cancelled"}

    def read(self, concern: Concern, organisation: str) -> dict[str, Any]:
        """What an organisation reads of it, opened with its own key."""
        import json

        row = self.query(
            "select body from delivery where event_id = %s and recipient = %s and purpose = 'disclose'",
            concern.event_id,
            organisation,
        )[0]
        keys = FileKeys(self.settings.agency_keys(organisation))
        key_id = keys.current(organisation, Use.RECEIVE)
        opened: dict[str, Any] = json.loads(jwe.unseal(json.loads(row[0])["data"], key_id, keys.private_raw(key_id)))
        return opened

    def dead(self) -> list[str]:
        """Reason of each dead letter, in order."""
        return [row[0] for row in self.query("select reason from dead_letter order by record_offset")]

    def dump(self) -> str:
        """Every row of every table, as text."""
        with self.parts.connect() as connection:
            tables = [
                row[0]
                for row in connection.execute(
                    "select table_name from information_schema.tables where table_schema = 'hub'"
                )
            ]
            return "\n".join(
                str(row) for table in tables for row in connection.execute(f'select * from hub."{table}"'.encode())
            )

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with self.parts.connect() as connection:
            return connection.execute(text.encode(), parameters).fetchall()
