"""The register and a reviewer's hands on it, for tests on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from hub.facts.act import act, typed
from hub.facts.model import Identity
from hub.facts.terms import Relationship
from hub.keys.evidence import Evidence
from hub.keys.files import FileKeys
from hub.keys.setup import hub_keys
from hub.matching.register.records import SourceRecord
from hub.matching.register.register import Register, RegisterKeys
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.roll import RollRow
from hub.people.desk import Desk
from hub.people.register import Clerk

SCHOOL, DOCTOR, HEALTH = "school.ashdown-primary", "gp.millbrook", "nhs.westshire-community"
NOW = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
KEYS = RegisterKeys(b"b" * 32, "hub.register.1", {"hub.register.1": b"1" * 32})
WHO = ("Morag Reviewer", "the school rang")
ACT = act(typed(WHO[0]), WHO[1], NOW)
TABLES = ("source_record", "blocking_key", "subject_review")


class Hands:
    """A connection, the register behind it and a clerk; names in, subject ids out."""

    def __init__(self, connection, folder) -> None:
        self.connection = connection
        self.register = Register(KEYS, today=lambda: date(2026, 3, 7))
        hub_keys(folder, "x25519")
        self.evidence = Evidence(FileKeys(folder))

    def enrol(self, identity: Identity, local_id: str = "P-1", organisation: str = SCHOOL, **fields):
        """Import one row; its subject."""
        row = RollRow(2, SourceRecord(organisation, local_id, Relationship.ENROLLED, identity, **fields))
        (self.tally,) = import_rows(self.connection, self.register, [row])
        return self.subject(local_id, organisation)

    def subject(self, local_id: str, organisation: str = SCHOOL) -> UUID:
        """Whose record this is."""
        return self.value(
            "select subject_id from source_record where local_key = %s",
            self.register.local_keys(organisation, local_id)[0],
        )

    def ask(self, identity: Identity):
        """What the matcher says."""
        (found,) = self.register.match(self.connection, [identity])
        self.connection.commit()
        return found

    def clerk(self, connection=None) -> Clerk:
        """A clerk at the desk of this connection, or of another."""
        return Clerk(Desk(connection or self.connection, self.evidence), self.register)

    def do(self, verb: str, *arguments, **options):
        """A change by the clerk, in a transaction of its own; all are told who and why."""
        with self.connection.transaction():
            return getattr(self.clerk(), verb)(*arguments, ACT, **options)

    def judge(self, identity: Identity, *subjects: UUID, chosen: UUID | None = None) -> int:
        """Keep that this child is none of these."""
        with self.connection.transaction():
            return self.register.judge_apart(self.connection, identity, subjects, NOW, chosen)

    def value(self, query: str, *parameters):
        """One value."""
        found = self.connection.execute(query.encode(), parameters).fetchone()
        self.connection.commit()
        return found[0] if found else None

    def rows(self, query: str, *parameters):
        """Rows."""
        found = self.connection.execute(query.encode(), parameters).fetchall()
        self.connection.commit()
        return found

    def state(self):
        """Who is whose, what is open, and who is judged apart: what a change and its undoing must leave as it was."""
        return [
            self.rows(query)
            for query in (
                "select record_id, subject_id, organisation, content_key from source_record order by 1",
                "select key, record_id from blocking_key order by 1, 2",
                "select review_id, candidates, status from subject_review order by 1",
                "select asked, record_key from judged_apart where withdrawn_by is null order by 1, 2",
            )
        ]
