"""Superseded numbers on a real PostgreSQL: who is found by them, what a person is asked, and what stays apart."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from time import sleep

import pytest

from hub.facts.model import Identity
from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.matching.deciding.guards import Guard
from hub.matching.register import numbers_store
from hub.matching.register.register import Register
from hub.matching.register.renewing import rekey
from hub.matching.rolls.number_list import Superseded
from hub.matching.rolls.renumbering import Kept, chunks, hold, keep, settle
from hub.store.connecting import connect
from tests.unit.matching.hands import DOCTOR, HEALTH, KEYS, NOW, SCHOOL, Hands

OLD, NEW, NEWER, OTHER = "9990001006", "9990001014", "9990001022", "9990001030"
Y2024, Y2025 = date(2024, 4, 1), date(2025, 4, 1)
ROWAN = Identity(
    given_names="Rowan",
    family_name="Ketteridge",
    date_of_birth="2015-09-23",
    sex="male",
    nhs_number=OLD,
    postcode="ZW6 3QT",
    address="12 Heron Way",
)
MOVED = {"postcode": "ZL9 9ZZ", "address": "1 Far Row"}
"""A home that nobody else has."""
HAZEL = Identity(
    given_names="Hazel", family_name="Ormsby", date_of_birth="2012-02-08", nhs_number=NEW, postcode="ZX1 1AA"
)


def with_number(child: Identity, number: str | None, **fields) -> Identity:
    return replace(child, nhs_number=number, **fields)


def keep_all(hands: Hands, *rows: tuple[str, str, date]) -> Kept:
    kept = Kept()
    listed = [Superseded(line, "n" + old, "n" + new, since) for line, (old, new, since) in enumerate(rows, start=2)]
    for chunk in chunks(listed, kept):
        with hands.connection.transaction():
            keep(hands.connection, hands.register, chunk, kept)
    return kept


def renumber(hands: Hands, *rows: tuple[str, str, date]) -> tuple[int, int]:
    """Take these in; how many records a person is asked about, and how many left their subject."""
    keep_all(hands, *rows)
    asked = left = 0
    with hands.connection.transaction():
        waiting = numbers_store.waiting(hands.connection, 0, 1_000)
        found = settle(hands.connection, hands.register, hold(hands.connection, hands.register, waiting))
        numbers_store.looked(hands.connection, [one.renumbering_id for one in waiting], NOW)
        asked, left = found.asked, len(found.left)
    return asked, left


def reviews(hands: Hands) -> list[tuple]:
    return hands.rows("select subject_id, candidates, why[1] from subject_review where status = 'open' order by 1")


# --- a number that was superseded finds the child --------------------------------------------------------------------


@pytest.mark.parametrize(("held", "asked"), [(OLD, NEWER), (NEWER, OLD), (NEW, OLD), (NEW, NEWER)])
def test_any_number_of_a_chain_is_evidence_for_the_child_who_holds_another(hands, held: str, asked: str) -> None:
    child = hands.enrol(with_number(ROWAN, held))
    query = with_number(ROWAN, asked, **MOVED)
    assert isinstance(hands.ask(query).outcome, NeedsReview)
    renumber(hands, (OLD, NEW, Y2024), (NEW, NEWER, Y2025))
    found = hands.ask(query)
    assert found.outcome == Matched(child)
    assert [(part.level, part.weight > 0) for part in found.explanation if part.comparison == "nhs_number"] == [
        ("the same child's, renumbered", True)
    ]


def test_a_roll_s_row_with_the_new_number_joins_the_child_of_the_old_one(hands) -> None:
    child = hands.enrol(ROWAN)
    renumber(hands, (OLD, NEW, Y2024))
    assert hands.enrol(with_number(ROWAN, NEW, **MOVED), organisation=DOCTOR) == child


def test_a_roll_that_brings_the_new_number_keeps_the_child_and_its_other_records_together(hands) -> None:
    child = hands.enrol(ROWAN)
    assert hands.enrol(ROWAN, organisation=DOCTOR) == child
    renumber(hands, (OLD, NEW, Y2024))
    assert hands.enrol(with_number(ROWAN, NEW)) == child
    assert hands.subject("P-1", DOCTOR) == child
    assert reviews(hands) == []


def test_a_number_never_bypasses_a_guard_because_it_was_followed(hands) -> None:
    hands.enrol(ROWAN)
    renumber(hands, (OLD, NEW, Y2024))
    twin = with_number(ROWAN, NEW, given_names="Linden")
    assert Guard.FORENAME_DIFFERS.value in hands.ask(twin).guards
    assert isinstance(hands.ask(twin).outcome, NeedsReview)


def test_another_kind_of_number_of_the_same_digits_is_not_followed(hands) -> None:
    hands.enrol(ROWAN)
    renumber(hands, (OLD, NEW, Y2024))
    asked = hands.ask(replace(ROWAN, nhs_number=None, hc_number=NEW, **MOVED))
    assert [part for part in asked.explanation if part.comparison == "hc_number"] == []
    assert not isinstance(asked.outcome, Matched)


# --- numbers that tell nothing ---------------------------------------------------------------------------------------


def test_a_number_issued_to_two_children_matches_nobody_by_itself_also_where_one_of_them_is_absent(hands) -> None:
    hands.enrol(with_number(ROWAN, NEW))
    query = with_number(ROWAN, OLD, **MOVED)
    renumber(hands, (OLD, NEW, Y2024), (OLD, NEWER, Y2024))
    found = hands.ask(query)
    assert isinstance(found.outcome, NeedsReview)
    assert Guard.IDENTIFIER_DOUBTFUL.value in found.guards
    assert isinstance(hands.ask(with_number(ROWAN, NEWER, **MOVED)).outcome, NeedsReview)
    assert Guard.IDENTIFIER_CONFLICTS.value in hands.ask(with_number(ROWAN, NEWER, **MOVED)).guards


def test_a_child_whose_number_tells_nothing_is_still_known_by_name_and_home(hands) -> None:
    child = hands.enrol(with_number(ROWAN, NEW))
    renumber(hands, (OLD, NEW, Y2024), (OLD, NEWER, Y2024))
    assert hands.ask(with_number(ROWAN, OLD)).outcome == Matched(child)


def test_whoever_brings_a_number_issued_to_two_children_under_another_name_is_a_person_s_question(hands) -> None:
    child = hands.enrol(with_number(ROWAN, NEW))
    renumber(hands, (OLD, NEW, Y2024), (OLD, NEWER, Y2024))
    found = hands.ask(with_number(HAZEL, OLD))
    assert isinstance(found.outcome, NeedsReview)
    assert found.outcome.candidates == (child,)


def test_two_numbers_exchanged_on_one_day_match_nobody_by_themselves(hands) -> None:
    hands.enrol(ROWAN)
    renumber(hands, (OLD, NEW, Y2024), (NEW, OLD, Y2024))
    for number in (OLD, NEW):
        found = hands.ask(with_number(ROWAN, number, **MOVED))
        assert isinstance(found.outcome, NeedsReview), number
        assert Guard.IDENTIFIER_DOUBTFUL.value in found.guards


def test_a_number_given_again_does_not_lead_to_its_first_child(hands) -> None:
    hands.enrol(with_number(ROWAN, NEW))
    renumber(hands, (OLD, NEW, Y2024), (OTHER, OLD, Y2025))
    found = hands.ask(with_number(ROWAN, OTHER, **MOVED))
    assert Guard.IDENTIFIER_CONFLICTS.value in found.guards


# --- restricted children ---------------------------------------------------------------------------------------------


def test_an_old_number_never_leads_to_a_restricted_child(hands) -> None:
    adopted = with_number(ROWAN, NEW, given_names="Ash", family_name="Winterbourne", **MOVED)
    hands.enrol(adopted, restricted=True)
    assert isinstance(hands.ask(ROWAN).outcome, NotFound)
    assert renumber(hands, (OLD, NEW, Y2024)) == (0, 0)
    assert isinstance(hands.ask(ROWAN).outcome, NotFound)


def test_a_restricted_child_and_one_under_the_old_number_are_shown_to_nobody_as_one(hands) -> None:
    first = hands.enrol(ROWAN, organisation=DOCTOR)
    second = hands.enrol(with_number(ROWAN, NEW, given_names="Ash", family_name="Winterbourne"), restricted=True)
    assert first != second
    assert renumber(hands, (OLD, NEW, Y2024)) == (0, 0)
    assert hands.ask(ROWAN).outcome == Matched(first)
    assert reviews(hands) == []


def test_a_restricted_record_that_comes_later_with_the_new_number_is_tied_to_nobody(hands) -> None:
    hands.enrol(ROWAN, organisation=DOCTOR)
    renumber(hands, (OLD, NEW, Y2024))
    adopted = with_number(ROWAN, NEW, given_names="Ash", family_name="Winterbourne", **MOVED)
    assert hands.enrol(adopted, restricted=True) != hands.subject("P-1", DOCTOR)
    assert reviews(hands) == []


# --- what the register holds already ---------------------------------------------------------------------------------


def test_one_child_who_stands_twice_is_a_person_s_question_and_is_asked_once(hands) -> None:
    first = hands.enrol(ROWAN)
    second = hands.enrol(with_number(ROWAN, NEW, **MOVED), organisation=DOCTOR)
    hands.rows("update subject_review set status = 'different' returning 1")
    assert first != second
    assert renumber(hands, (OLD, NEW, Y2024)) == (1, 0)
    assert (hands.subject("P-1"), hands.subject("P-1", DOCTOR)) == (first, second)
    ((own, candidates, why),) = reviews(hands)
    assert {own, *candidates} == {first, second}
    assert why == Guard.RENUMBERED.value
    assert renumber(hands, (OLD, NEW, Y2025)) == (0, 0)
    assert len(reviews(hands)) == 1


def test_another_child_under_the_new_number_is_a_person_s_question_too(hands) -> None:
    first, second = hands.enrol(ROWAN), hands.enrol(HAZEL, organisation=DOCTOR)
    assert renumber(hands, (OLD, NEW, Y2024)) == (1, 0)
    ((own, candidates, _),) = reviews(hands)
    assert {own, *candidates} == {first, second}


def test_children_whom_a_person_judged_to_be_two_are_not_asked_about_again(hands) -> None:
    first, second = hands.enrol(ROWAN), hands.enrol(with_number(ROWAN, NEW, **MOVED), organisation=DOCTOR)
    (number,) = hands.rows("select review_id from subject_review where status = 'open'")[0]
    hands.do("decide", number, "different", [])
    assert first != second
    assert renumber(hands, (OLD, NEW, Y2024)) == (0, 0)


def test_a_record_that_joined_by_a_number_issued_twice_stands_alone_until_a_person_has_looked(hands) -> None:
    child = hands.enrol(ROWAN)
    assert hands.enrol(replace(ROWAN, **MOVED), organisation=DOCTOR) == child  # by the number alone
    assert hands.enrol(ROWAN, organisation=HEALTH) == child  # at one home
    assert renumber(hands, (OLD, NEW, Y2024), (OLD, NEWER, Y2024)) == (1, 1)
    assert hands.subject("P-1", HEALTH) == hands.subject("P-1", SCHOOL) == child
    apart = hands.subject("P-1", DOCTOR)
    assert apart != child
    assert reviews(hands) == [(apart, [child], Guard.NUMBER_LOST.value)]


def test_numbers_of_nobody_on_the_register_change_nothing(hands) -> None:
    hands.enrol(with_number(ROWAN, OTHER))
    before = hands.state()
    assert renumber(hands, (OLD, NEW, Y2024)) == (0, 0)
    assert hands.state() == before


def test_a_roll_that_is_imported_while_a_list_is_kept_knows_it(hands, database_url) -> None:
    child = hands.enrol(ROWAN)
    rows = [Superseded(2, "n" + OLD, "n" + NEW, Y2024)]
    with connect(database_url) as other:
        keep(other, hands.register, rows, Kept())
        with ThreadPoolExecutor(1) as pool:
            row = with_number(ROWAN, NEW, **MOVED)
            enrolled = pool.submit(hands.enrol, row, organisation=DOCTOR)
            while not waits_for_a_lock(other):
                sleep(0.01)
            other.commit()
            assert enrolled.result(timeout=20) == child


def waits_for_a_lock(connection) -> bool:
    query = "select exists (select from pg_locks where not granted and locktype = 'advisory')"
    return connection.execute(query).fetchone() == (True,)


# --- the list itself -------------------------------------------------------------------------------------------------


def test_rows_are_counted_once_and_known_ones_left_alone(hands) -> None:
    kept = keep_all(hands, (OLD, NEW, Y2024), (OLD, NEW, Y2024), (NEW, NEWER, Y2025))
    assert (kept.rows, kept.added, kept.unchanged, kept.updated, kept.rejected) == (3, 2, 1, 0, [])
    kept = keep_all(hands, (OLD, NEW, Y2024), (NEW, NEWER, Y2024))
    assert (kept.added, kept.unchanged, kept.updated) == (0, 1, 1)
    assert hands.rows("select since from renumbering") == [(Y2024,), (Y2024,)]


def test_a_pair_with_two_days_in_one_list_is_refused_the_second_time(hands) -> None:
    kept = keep_all(hands, (OLD, NEW, Y2024), (OLD, NEW, Y2025))
    assert [(one.line, one.reason) for one in kept.rejected] == [
        (3, "old and new were given with another day on line 2")
    ]
    assert hands.rows("select since from renumbering") == [(Y2024,)]


def test_more_numbers_than_a_child_could_have_are_refused_by_their_line(hands) -> None:
    rows = [(f"{n:010d}", NEW, Y2024) for n in range(60)]
    kept = keep_all(hands, *rows)
    assert (kept.added, len(kept.rejected), kept.rejected[0].line) == (49, 11, 51)
    assert kept.rejected[0].reason == "its numbers are tied to more than 50 others, and no child has so many"
    assert keep_all(hands, *rows).unchanged == 49


def test_nothing_of_a_number_lies_in_the_database(hands) -> None:
    keep_all(hands, (OLD, NEW, Y2024))
    ((row,),) = hands.rows("select renumbering::text from renumbering")
    for number in (OLD, NEW):
        assert number not in row
        assert number.encode().hex() not in row


def test_a_list_taken_in_again_lies_under_the_new_secret_too_and_chains_span_both(hands) -> None:
    child = hands.enrol(ROWAN)
    renumber(hands, (OLD, NEW, Y2024))
    first, second = KEYS.blocking, b"c" * 32
    both = replace(KEYS, blocking=second, blocking_id="hub.blocking.2", others={KEYS.blocking_id: first})
    hands.register = Register(both, today=hands.register.today)
    renumber(hands, (NEW, NEWER, Y2025))
    assert hands.ask(with_number(ROWAN, NEWER, **MOVED)).outcome == Matched(child)
    assert numbers_store.only_under(hands.connection, KEYS.blocking_id) == 1
    assert keep_all(hands, (OLD, NEW, Y2024)).unchanged == 1
    assert numbers_store.only_under(hands.connection, KEYS.blocking_id) == 0
    hands.connection.commit()
    list(rekey(hands.connection, hands.register))
    numbers_store.forget(hands.connection, KEYS.blocking_id)
    hands.register = Register(replace(both, others={}), today=hands.register.today)
    assert hands.ask(with_number(ROWAN, NEWER, **MOVED)).outcome == Matched(child)
