"""The register on a real PostgreSQL."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from hub.facts.errors import KeyMissing, Unopenable
from hub.facts.model import Identity, Registration
from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.facts.terms import Flag, Relationship
from hub.matching.deciding.guards import Guard
from hub.matching.lab.loading import bulk_load
from hub.matching.register.register import Register, RegisterKeys, SourceRecord
from tests.unit.matching.children import MAISIE, OSCAR, POPPY

TODAY = date(2026, 3, 7)
KEYS = RegisterKeys(b"b" * 32, "hub.register.1", {"hub.register.1": b"1" * 32})
SCHOOL = SourceRecord("school.ashdown-primary", "P-1", Relationship.ENROLLED, MAISIE)


@pytest.fixture
def register():
    return Register(KEYS, today=lambda: TODAY)


def test_a_batch_is_answered_in_order_with_two_queries_whatever_its_size(connection, register):
    bulk_load(connection, register, [SCHOOL, replace(SCHOOL, local_id="P-2", identity=OSCAR)])
    asked = []
    connection.execute("select 1")
    with connection.cursor() as watched:
        execute = psycopg.Cursor.execute

        def counting(self, query, *args, **kwargs):
            asked.append(query)
            return execute(self, query, *args, **kwargs)

        assert watched is not None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", counting)
            found = register.match(connection, [Identity(), OSCAR, replace(POPPY, nhs_number=None), MAISIE, OSCAR])
    assert len(asked) == 2
    assert [type(one.outcome) for one in found] == [NotFound, Matched, NeedsReview, Matched, Matched]
    assert found[1] == found[4]


def test_a_match_brings_the_registers_own_facts(connection, register):
    bulk_load(connection, register, [replace(SCHOOL, end=date(2030, 7, 20))])
    (found,) = register.match(connection, [replace(MAISIE, date_of_birth="17/05/2014")])
    assert found.date_of_birth == date(2014, 5, 17)
    assert found.flags == frozenset()
    assert found.registrations == (
        Registration("school.ashdown-primary", Relationship.ENROLLED, date(2030, 7, 20), "P-1"),
    )
    assert sum(part.weight for part in found.explanation) == found.score


def test_nothing_asked_is_nothing_answered(connection, register):
    assert register.match(connection, []) == []
    assert register.match(connection, [Identity()])[0].outcome == NotFound()
    assert register.look_up(connection, [uuid4()]) == {}


def test_a_subject_that_a_person_chose_is_looked_up(connection, register):
    bulk_load(connection, register, [SCHOOL])
    subject_id = register.match(connection, [MAISIE])[0].outcome.subject_id
    assert register.look_up(connection, [subject_id])[subject_id].registrations[0].local_id == "P-1"


def test_a_restricted_child_is_reviewed_and_its_whereabouts_are_not_shown(connection, register):
    held = [replace(SCHOOL, restricted=True)]
    bulk_load(connection, register, held)
    (found,) = register.match(connection, [MAISIE])
    assert isinstance(found.outcome, NeedsReview)
    assert (found.flags, found.registrations, found.date_of_birth) == (frozenset({Flag.RESTRICTED}), (), None)
    subject_id = found.outcome.candidates[0]
    chosen = register.look_up(connection, [subject_id])[subject_id]
    assert (chosen.flags, chosen.registrations) == (frozenset({Flag.RESTRICTED}), ())


def test_an_address_cannot_be_tried_out_on_a_restricted_child(connection, register):
    """A caller who knows all but the address learns the same whether it guesses right or wrong."""
    bulk_load(connection, register, [replace(SCHOOL, restricted=True)])
    asked = replace(MAISIE, nhs_number=None, address=None)
    right, wrong = register.match(connection, [asked, replace(asked, postcode="ZW9 9ZZ")])
    assert right == wrong
    assert right.guards == (Guard.RESTRICTED,)
    assert sum(part.weight for part in right.explanation) == right.score
    assert "address" not in {part.comparison for part in right.explanation}


def test_a_house_in_the_street_of_a_restricted_child_is_no_reason_told(connection, register):
    bulk_load(connection, register, [replace(SCHOOL, restricted=True)])
    (found,) = register.match(connection, [replace(MAISIE, nhs_number=None, address="29 Sample Close")])
    assert (found.guards, found.outcome.why) == ((Guard.RESTRICTED,), Guard.RESTRICTED)


def test_of_a_restricted_child_who_is_not_proposed_nothing_is_told(connection, register):
    bulk_load(connection, register, [replace(SCHOOL, restricted=True)])
    (found,) = register.match(connection, [Identity(given_names="Maisie", postcode="ZW4 2AB")])
    assert (found.outcome, found.score, found.margin, found.explanation) == (NotFound(), 0.0, 0.0, ())


@pytest.mark.parametrize(
    ("relationship", "shown"),
    [
        (Relationship.RESPONSIBLE_AUTHORITY, True),
        (Relationship.ALLOCATED_SOCIAL_WORKER, True),
        (Relationship.HOST_AUTHORITY, False),
        (Relationship.REGISTERED_PATIENT, False),
        (Relationship.HEALTH_VISITOR, False),
        (Relationship.EXPECTED_FROM, False),
    ],
)
def test_of_a_restricted_child_only_who_answers_for_it_is_shown(connection, register, relationship, shown):
    bulk_load(connection, register, [replace(SCHOOL, relationship=relationship, restricted=True)])
    subject_id = register.match(connection, [MAISIE])[0].outcome.candidates[0]
    assert bool(register.look_up(connection, [subject_id])[subject_id].registrations) is shown


def test_enrolment_that_has_not_begun_is_expected(connection, register):
    bulk_load(connection, register, [replace(SCHOOL, start=date(2026, 8, 20))])
    assert register.match(connection, [MAISIE])[0].registrations[0].relationship is Relationship.EXPECTED_FROM


def test_another_tie_that_has_not_begun_is_none_yet(connection, register):
    bulk_load(connection, register, [replace(SCHOOL, relationship=Relationship.COLLEGE, start=date(2026, 8, 20))])
    assert register.match(connection, [MAISIE])[0].registrations == ()


def test_old_records_open_after_rotation_and_not_without_their_key(connection, register):
    bulk_load(connection, register, [SCHOOL])
    rotated = RegisterKeys(KEYS.blocking, "hub.register.2", {**KEYS.records, "hub.register.2": b"2" * 32})
    assert isinstance(Register(rotated).match(connection, [MAISIE])[0].outcome, Matched)
    with pytest.raises(KeyMissing):
        Register(replace(rotated, records={"hub.register.2": b"2" * 32})).match(connection, [MAISIE])


def test_a_record_that_somebody_moved_in_the_database_does_not_open(connection, register):
    bulk_load(connection, register, [SCHOOL])
    connection.execute("update source_record set organisation = 'school.ashdown-high'")
    with pytest.raises(Unopenable):
        register.match(connection, [MAISIE])


def test_the_database_tells_nothing_of_a_child(connection, register):
    secrets = [
        "Maisie",
        "Thornbury",
        "2014-05-17",
        "17/05/2014",
        "9990000018",
        "999 000 0018",
        "ZW4",
        "Sample Close",
        "P-1",
        "maisie",
        "thornbury",
        "Mais",
        "Oakhurst",
        "1705140017",
        "female",
        "2019-09-01",
    ]
    identity = replace(MAISIE, known_as="Mais", previous_family_names=("Oakhurst",), chi_number="1705140017")
    bulk_load(connection, register, [replace(SCHOOL, identity=identity, start=date(2019, 9, 1))])
    dumped = dump(connection)
    assert "school.ashdown-primary" in dumped  # the dump does show what is in clear
    for secret in secrets:
        assert secret not in dumped
        assert secret.encode().hex() not in dumped


def dump(connection):
    """Every column of every table of the hub, as text."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'hub'").fetchall()
    return "\n".join(
        row
        for (table,) in tables
        for (row,) in connection.execute(
            psycopg.sql.SQL("select t::text from {} as t").format(psycopg.sql.Identifier(table))
        )
    )


def test_a_slip_that_another_child_is_given_as_its_name_could_be_a_twin(connection, register):
    """A list of names has gaps; what is missing from it is told from a slip by who else bears it."""
    held = replace(MAISIE, given_names="Neyva", nhs_number=None)
    asked = replace(held, given_names="Nryva")
    elsewhere = replace(
        asked, family_name="Alderbrook", date_of_birth="2011-02-09", postcode="ZW9 9AA", address="1 Other Row"
    )
    bulk_load(connection, register, [replace(SCHOOL, identity=held)])
    assert isinstance(register.match(connection, [asked])[0].outcome, Matched)
    bulk_load(connection, register, [replace(SCHOOL, local_id="P-2", identity=elsewhere)])
    found, own = register.match(connection, [asked, held])
    assert isinstance(found.outcome, NeedsReview)
    assert found.guards == (Guard.FORENAME_AKIN.value,)
    (beside,) = register.side_by_side(connection, asked, found.outcome.candidates)
    assert beside.guards == found.guards
    assert isinstance(own.outcome, Matched)
