"""Rolls into the register, on a real PostgreSQL."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier

from hub.facts.outcome import Matched, NeedsReview
from hub.facts.terms import Relationship
from hub.matching.deciding.child import child_of
from hub.matching.deciding.guards import Guard
from hub.matching.register.register import Register, RegisterKeys, SourceRecord
from hub.matching.register.store import lock
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.row import Rejected, RollRow
from hub.store.connecting import connect
from tests.unit.matching.children import MAISIE, OSCAR, POPPY

REGISTER = Register(
    RegisterKeys(b"b" * 32, "hub.register.1", {"hub.register.1": b"1" * 32}), today=lambda: date(2026, 3, 7)
)
SCHOOL, DOCTOR, HEALTH = "school.ashdown-primary", "gp.millbrook", "nhs.westshire-community"
NO_NUMBER = replace(MAISIE, nhs_number=None)


def a_row(identity, local_id="P-1", organisation=SCHOOL, line=2, **fields):
    return RollRow(line, SourceRecord(organisation, local_id, Relationship.ENROLLED, identity, **fields))


def imported(connection, *rows):
    """Counts of one import: added, linked, updated, unchanged, review, rejected."""
    for tally in import_rows(connection, REGISTER, rows):
        last = tally
    assert last.rows == len(rows)
    counts = (last.added, last.linked, last.updated, last.unchanged, last.review, len(last.rejected))
    assert sum(counts) == last.rows
    return counts


def who_is(connection, identity):
    (found,) = REGISTER.match(connection, [identity])
    connection.commit()
    return found


def reviews(connection):
    return connection.execute("select why from subject_review order by review_id").fetchall()


def contents(connection):
    return [
        connection.execute(SQL("select t::text from {} as t order by 1").format(Identifier(table))).fetchall()
        for table in ("source_record", "blocking_key", "subject_join", "subject_review")
    ]


def test_a_roll_makes_subjects_and_importing_it_again_writes_nothing(connection):
    rows = [a_row(MAISIE), a_row(POPPY, "P-2", line=3), a_row(OSCAR, "P-3", line=4)]
    assert imported(connection, *rows) == (3, 0, 0, 0, 0, 0)
    before = contents(connection)
    assert imported(connection, *rows) == (0, 0, 0, 3, 0, 0)
    assert contents(connection) == before
    assert reviews(connection) == []


def test_records_of_one_child_join(connection):
    imported(connection, a_row(NO_NUMBER))
    assert imported(connection, a_row(MAISIE, "D-9", DOCTOR)) == (0, 1, 0, 0, 0, 0)
    assert imported(connection, a_row(replace(MAISIE, postcode="ZW9 9ZZ"), "H-5", HEALTH)) == (0, 1, 0, 0, 0, 0)
    found = who_is(connection, NO_NUMBER)
    assert isinstance(found.outcome, Matched)
    assert [(one.organisation, one.local_id) for one in found.registrations] == [
        (DOCTOR, "D-9"),
        (HEALTH, "H-5"),
        (SCHOOL, "P-1"),
    ]
    assert connection.execute("select rule, version from subject_join order by join_id").fetchall() == [
        ("name", 5),
        ("identifier", 5),
    ]


def test_an_uncertain_join_is_a_subject_of_its_own_with_a_review(connection):
    imported(connection, a_row(NO_NUMBER))
    assert imported(connection, a_row(replace(NO_NUMBER, postcode="ZW9 9ZZ"), "D-9", DOCTOR)) == (0, 0, 0, 0, 1, 0)
    assert len(reviews(connection)) == 1
    assert connection.execute("select count(distinct subject_id) from source_record").fetchone() == (2,)


def test_a_record_under_what_another_child_is_named_joins_nobody(connection):
    held = replace(NO_NUMBER, given_names="Neyva")
    fennimore = replace(
        held, family_name="Fennimore", date_of_birth="2012-08-19", postcode="ZW7 7GH", address="3 A Road"
    )
    slipped, also_slipped = (replace(one, given_names="Nryva") for one in (held, fennimore))
    other = replace(
        slipped, family_name="Alderbrook", date_of_birth="2011-02-09", postcode="ZW9 9AA", address="1 B Row"
    )
    assert imported(connection, a_row(held, "P-9"), a_row(fennimore, "P-8")) == (2, 0, 0, 0, 0, 0)
    assert imported(connection, a_row(also_slipped, "D-1", HEALTH)) == (0, 1, 0, 0, 0, 0)
    assert imported(connection, a_row(other, "P-7")) == (1, 0, 0, 0, 0, 0)
    assert imported(connection, a_row(slipped, "D-2", DOCTOR)) == (0, 0, 0, 0, 1, 0)
    assert reviews(connection) == [([Guard.FORENAME_AKIN.value],)]


def test_twins_of_one_roll_are_not_worth_a_review_and_an_absent_twin_elsewhere_is(connection):
    assert imported(connection, a_row(NO_NUMBER), a_row(replace(POPPY, nhs_number=None), "P-2")) == (2, 0, 0, 0, 0, 0)
    absent = replace(NO_NUMBER, given_names="Edith")
    assert imported(connection, a_row(absent, "D-3", DOCTOR)) == (0, 0, 0, 0, 1, 0)


def test_one_roll_that_lists_a_child_twice_is_never_joined_and_asked_about_for_ever(connection):
    assert imported(connection, a_row(NO_NUMBER), a_row(NO_NUMBER, "P-2", line=3)) == (1, 0, 0, 0, 1, 0)
    assert reviews(connection) == [([Guard.SAME_ROLL.value],)]
    assert isinstance(who_is(connection, NO_NUMBER).outcome, NeedsReview)
    assert imported(connection, a_row(NO_NUMBER, "D-9", DOCTOR)) == (0, 0, 0, 0, 1, 0)
    assert isinstance(who_is(connection, NO_NUMBER).outcome, NeedsReview)


def test_siblings_with_one_number_in_a_roll_are_asked_about(connection):
    shared = replace(OSCAR, nhs_number=MAISIE.nhs_number)
    assert imported(connection, a_row(MAISIE), a_row(shared, "P-2", line=3)) == (1, 0, 0, 0, 1, 0)
    assert isinstance(who_is(connection, MAISIE).outcome, Matched)
    assert isinstance(who_is(connection, replace(MAISIE, postcode=None, address=None)).outcome, NeedsReview)


def test_a_restricted_record_joins_nothing_and_nothing_joins_it(connection):
    imported(connection, a_row(MAISIE))
    assert imported(connection, a_row(MAISIE, "D-9", DOCTOR, restricted=True)) == (0, 0, 0, 0, 1, 0)
    assert imported(connection, a_row(MAISIE, "H-5", HEALTH)) == (0, 0, 0, 0, 1, 0)
    assert connection.execute("select count(distinct subject_id) from source_record").fetchone() == (3,)


def test_a_restricted_record_is_never_tied_to_an_old_identity(connection):
    imported(connection, a_row(MAISIE))
    new_identity = replace(MAISIE, given_names="Edith", family_name="Oakhurst", postcode="ZW9 9ZZ")
    assert imported(connection, a_row(new_identity, "D-9", DOCTOR, restricted=True)) == (1, 0, 0, 0, 0, 0)
    assert imported(connection, a_row(replace(new_identity, nhs_number=None, given_names="Ada"), "H-5", HEALTH)) == (
        1,
        0,
        0,
        0,
        0,
        0,
    )
    assert reviews(connection) == []


def test_a_child_who_moves_is_found_at_the_new_address_only(connection):
    imported(connection, a_row(NO_NUMBER))
    moved = replace(NO_NUMBER, postcode="ZW9 9ZZ")
    assert imported(connection, a_row(moved)) == (0, 0, 1, 0, 0, 0)
    assert isinstance(who_is(connection, moved).outcome, Matched)
    assert isinstance(who_is(connection, NO_NUMBER).outcome, NeedsReview)
    assert connection.execute("select count(*) from source_record").fetchone() == (1,)
    keys = connection.execute("select count(*) from blocking_key").fetchone()
    assert imported(connection, a_row(NO_NUMBER)) == (0, 0, 1, 0, 0, 0)
    assert connection.execute("select count(*) from blocking_key").fetchone() == keys


def test_a_move_keeps_a_join_and_a_correction_keeps_the_subject(connection):
    imported(connection, a_row(MAISIE))
    imported(connection, a_row(MAISIE, "D-9", DOCTOR))
    before = who_is(connection, MAISIE).outcome
    assert imported(connection, a_row(replace(MAISIE, postcode="ZW9 9ZZ"))) == (0, 0, 1, 0, 0, 0)
    assert who_is(connection, MAISIE).outcome == before
    imported(connection, a_row(OSCAR, "P-3"))
    oscar = who_is(connection, OSCAR).outcome
    assert imported(connection, a_row(replace(OSCAR, date_of_birth="2016-11-03"), "P-3")) == (0, 0, 1, 0, 0, 0)
    assert who_is(connection, replace(OSCAR, date_of_birth="2016-11-03")).outcome == oscar


def test_a_local_id_used_again_for_another_child_leaves_the_first_ones_subject(connection):
    edith = replace(
        MAISIE,
        given_names="Edith",
        family_name="Oakhurst",
        date_of_birth="2015-01-30",
        nhs_number="9990000034",
        postcode="ZW9 9ZZ",
    )
    imported(connection, a_row(MAISIE))
    imported(connection, a_row(MAISIE, "D-9", DOCTOR))
    maisie = who_is(connection, MAISIE)
    assert imported(connection, a_row(edith)) == (0, 0, 0, 0, 1, 0)
    now = who_is(connection, MAISIE)
    assert now.outcome == maisie.outcome
    assert [one.organisation for one in now.registrations] == [DOCTOR]
    assert who_is(connection, edith).outcome != maisie.outcome
    assert reviews(connection)[0][0][0] == Guard.CHANGED.value


def test_a_local_id_used_again_where_it_stood_alone_is_another_subject(connection):
    edith = replace(MAISIE, given_names="Edith", family_name="Oakhurst", date_of_birth="2015-01-30", nhs_number=None)
    imported(connection, a_row(MAISIE))
    maisie = who_is(connection, MAISIE).outcome
    assert imported(connection, a_row(edith)) == (0, 0, 0, 0, 1, 0)
    assert isinstance(who_is(connection, edith).outcome, Matched)
    assert who_is(connection, edith).outcome != maisie


@pytest.mark.parametrize(
    ("changed", "stays"),
    [
        ({"family_name": "Okafor", "date_of_birth": "2018-09-30"}, False),
        ({"given_names": "Daisy", "family_name": "Okafor", "date_of_birth": "2018-09-30"}, False),
        ({"family_name": "Okafor"}, True),  # a parent married
        ({"date_of_birth": "2018-09-30"}, True),  # a corrected date
        ({"family_name": "Okafor", "date_of_birth": "2014-05-18"}, True),  # and one digit
        ({"family_name": "Okafor", "date_of_birth": "2018-09-30", "upn": "W999200125001"}, True),
    ],
)
def test_a_local_id_used_again_for_a_child_of_the_same_forename_is_another_subject(connection, changed, stays):
    """Else whoever was told of Maisie Thornbury would hear on of Maisie Okafor."""
    maisie = replace(NO_NUMBER, upn=changed.get("upn"))
    imported(connection, a_row(maisie))
    before = connection.execute("select subject_id from source_record").fetchone()
    imported(connection, a_row(replace(maisie, **changed)))
    after = connection.execute("select subject_id from source_record").fetchone()
    assert (after == before) is stays


def test_a_record_that_comes_to_look_like_another_child_is_asked_about(connection):
    imported(connection, a_row(MAISIE))
    imported(connection, a_row(OSCAR, "D-9", DOCTOR))
    assert imported(connection, a_row(MAISIE, "D-9", DOCTOR)) == (0, 0, 0, 0, 1, 0)
    assert connection.execute("select count(distinct subject_id) from source_record").fetchone() == (2,)


def test_a_leaver_is_known_with_the_day_it_left(connection):
    imported(connection, a_row(MAISIE))
    assert imported(connection, a_row(MAISIE, end=date(2026, 2, 1))) == (0, 0, 1, 0, 0, 0)
    assert who_is(connection, MAISIE).registrations[0].until == date(2026, 2, 1)


def test_a_local_id_that_comes_twice_is_rejected_with_both_lines(connection):
    (*_, tally) = import_rows(
        connection, REGISTER, [a_row(MAISIE), Rejected(3, "local_id is missing"), a_row(OSCAR, line=4)]
    )
    assert tally.rejected == [Rejected(3, "local_id is missing"), Rejected(4, "local_id was used before, on line 2")]
    assert tally.added == 1


def test_twins_with_one_number_in_a_file_of_one_line_cost_nobody_else(connection):
    """A Common Transfer File without line breaks, the twins' UPN, which is the local id, written twice."""
    rows = [a_row(MAISIE, line=1), a_row(POPPY, line=1), a_row(OSCAR, "P-3", line=1)]
    assert imported(connection, *rows) == (2, 0, 0, 0, 0, 1)
    assert isinstance(who_is(connection, OSCAR).outcome, Matched)


def test_an_import_cut_short_goes_on(connection, monkeypatch):
    monkeypatch.setattr("hub.matching.rolls.importing.CHUNK", 50)
    rows = [
        a_row(
            replace(MAISIE, family_name=name, nhs_number=None, date_of_birth=f"20{10 + number % 9}-05-17"),
            name,
            line=number,
        )
        for number, name in enumerate(family_names(120), start=2)
    ]
    tallies = import_rows(connection, REGISTER, rows)
    next(tallies)
    tallies.close()
    assert connection.execute("select count(*) from source_record").fetchone() == (50,)
    connection.commit()
    assert imported(connection, *rows)[3] == 50
    assert connection.execute("select count(*) from source_record").fetchone() == (120,)


def test_two_imports_at_once_make_one_subject_of_one_child(database_url):
    children = [
        replace(MAISIE, given_names=name, nhs_number=None, date_of_birth=f"20{10 + number % 9}-03-{1 + number % 28:02}")
        for number, name in enumerate(family_names(600))
    ]
    start = threading.Barrier(3)

    def run(organisation, ordered):
        with connect(database_url) as connection:
            rows = [a_row(child, child.given_names, organisation, line) for line, child in enumerate(ordered)]
            start.wait()
            for _ in import_rows(connection, REGISTER, rows):
                pass

    threads = [
        threading.Thread(target=run, args=args)
        for args in ((SCHOOL, children), (DOCTOR, children[::-1]), (HEALTH, children[300:] + children[:300]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with connect(database_url) as connection:
        records, subjects = connection.execute(
            "select count(*), count(distinct subject_id) from source_record"
        ).fetchone()
    assert (records, subjects) == (1800, 600)


def family_names(count):
    """Invented names of which no two sound alike."""
    consonants = "bdfgklmnprst"
    return [
        "".join(consonants[(number // 12**place) % 12] + "aeo"[place] for place in range(3)).title() + "n"
        for number in range(count)
    ]


@pytest.mark.parametrize(("one", "other"), [("2014-05-07", "2014-07-05"), ("2014-01-01", "2014-05-17")])
def test_of_two_imports_at_once_one_waits_where_the_date_of_birth_is_written_otherwise(database_url, one, other):
    """Day and month swapped, or 1 January for the year, may join; so neither may be placed unseen by the other."""
    child = replace(NO_NUMBER, address="7 Sample Close, Ashdown")
    first, second = (replace(child, date_of_birth=birth) for birth in (one, other))
    with connect(database_url) as importing, connect(database_url) as waiting:
        with importing.transaction():
            lock(importing, REGISTER.blocker.lock_keys(child_of(first)))
            waiting.execute("set lock_timeout = 1")
            waiting.commit()
            with pytest.raises(LockNotAvailable):
                imported(waiting, a_row(second))
        imported(waiting, a_row(first))
        assert imported(waiting, a_row(second, "D-9", DOCTOR)) == (0, 1, 0, 0, 0, 0)
