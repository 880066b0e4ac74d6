"""Full rolls and lists of changes: who leaves, who comes back, and what is refused. On a real PostgreSQL."""

import threading
from dataclasses import dataclass, replace
from datetime import date

import pytest

from hub.facts.errors import UserError
from hub.facts.model import Identity
from hub.facts.outcome import Matched, NeedsReview
from hub.facts.terms import Flag, Relationship
from hub.matching.register.register import Register
from hub.matching.rolls.importing import import_roll
from hub.matching.rolls.leaving import Allowance
from hub.matching.rolls.roll import open_roll
from hub.store.connecting import connect
from tests.unit.matching.rolls.test_importing import DOCTOR, REGISTER, SCHOOL, contents, family_names, who_is

HEADER = "local_id,given_names,family_name,date_of_birth,postcode,relationship,end_date\n"
USUALLY = Allowance()
TODAY, YESTERDAY = date(2026, 3, 7), date(2026, 3, 6)
NAMES = family_names(60)


@dataclass
class Books:
    """The register, and an organisation's rolls imported into it."""

    connection: object
    folder: object
    register: Register = REGISTER

    def roll(self, *lines, organisation=SCHOOL, allowance=USUALLY, patience=5_000, header=HEADER):
        path = self.folder / "roll.csv"
        path.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        for tally in import_roll(
            self.connection,
            self.register,
            open_roll(path),
            organisation,
            Relationship.ENROLLED,
            allowance,
            patience,
        ):
            last = tally
        assert last.added + last.linked + last.updated + last.unchanged + last.review + len(last.rejected) == last.rows
        return last

    def changes(self, *lines, **how):
        return self.roll(*lines, allowance=None, **how)

    def ends(self, organisation=SCHOOL):
        """Last days of the organisation's relationships, those first that go on."""
        rows = self.connection.execute(
            "select end_date from source_record where organisation = %s order by end_date nulls first, record_id",
            (organisation,),
        ).fetchall()
        self.connection.commit()
        return [end for (end,) in rows]


@pytest.fixture
def books(connection, tmp_path):
    return Books(connection, tmp_path)


def child(number, relationship="", end=""):
    """A row of a roll: no two children are alike."""
    day = f"20{10 + number % 9}-03-{1 + number % 28:02}"
    return f"P-{number},{NAMES[number]},Thornbury,{day},ZW4 2AB,{relationship},{end}"


def children(*numbers):
    return [child(number) for number in numbers]


def test_whoever_a_full_roll_does_not_list_left_the_day_before(books):
    books.roll(*children(0, 1, 2, 3))
    tally = books.roll(*children(0, 1, 2))
    assert (tally.unchanged, tally.ended, tally.updated) == (3, 1, 0)
    assert books.ends() == [None, None, None, YESTERDAY]


def test_the_same_roll_again_changes_nothing(books):
    books.roll(*children(0, 1, 2, 3))
    books.roll(*children(0, 1, 2))
    before = contents(books.connection)
    books.connection.commit()
    tally = books.roll(*children(0, 1, 2))
    assert (tally.unchanged, tally.ended, tally.reopened) == (3, 0, 0)
    assert contents(books.connection) == before


def test_a_list_of_changes_ends_nobody(books):
    books.roll(*children(0, 1, 2, 3))
    tally = books.changes(child(2, end="2026-02-13"), child(4))
    assert (tally.added, tally.updated, tally.ended) == (1, 1, 0)
    assert books.ends() == [None, None, None, None, date(2026, 2, 13)]


def test_a_leaver_who_comes_back_is_reopened_in_the_same_subject(books):
    books.roll(*children(0, 1, 2, 3))
    books.roll(*children(0, 1, 2))
    tally = books.roll(*children(0, 1, 2, 3))
    assert (tally.unchanged, tally.updated, tally.reopened, tally.ended, tally.review) == (3, 1, 1, 0, 0)
    assert books.ends() == [None] * 4
    books.roll(*children(0, 1, 2))
    assert books.changes(child(3)).reopened == 1


def test_a_leaver_keeps_all_that_is_known_and_the_day_it_left(books):
    books.roll(*children(0, 1, 2, 3))
    books.roll(*children(0, 1, 2))
    identity = open_roll_of(books, child(3)).identity
    found = who_is(books.connection, identity)
    assert isinstance(found.outcome, Matched)
    assert [(one.local_id, one.until) for one in found.registrations] == [("P-3", YESTERDAY)]


def open_roll_of(books, line):
    path = books.folder / "one.csv"
    path.write_text(HEADER + line + "\n", encoding="utf-8")
    (row,) = open_roll(path).rows(SCHOOL, Relationship.ENROLLED, TODAY)
    return row.record


def test_an_end_of_the_rows_own_stays_and_is_no_absence(books):
    books.roll(*children(0, 1, 2, 3))
    tally = books.roll(*children(0, 1, 2), child(3, end="2026-02-13"))
    assert (tally.updated, tally.ended) == (1, 0)
    tally = books.roll(*children(0, 1, 2))
    assert (tally.unchanged, tally.ended) == (3, 0)
    assert books.ends() == [None, None, None, date(2026, 2, 13)]


def test_a_last_day_to_come_is_brought_forward_by_absence(books):
    books.roll(*children(0, 1, 2), child(3, end="2026-07-20"))
    assert books.roll(*children(0, 1, 2)).ended == 1
    assert books.ends() == [None, None, None, YESTERDAY]


def test_a_roll_says_nothing_of_relationships_that_it_does_not_carry(books):
    books.roll(*children(0, 1, 2, 3))
    books.changes(child(4, "expected_from"), child(5, "expected_from"))
    assert books.roll(*children(0, 1, 2, 3)).ended == 0
    assert books.roll(*children(0, 1, 2, 3), child(4, "expected_from")).ended == 1


def test_another_organisations_children_are_left_alone(books):
    books.roll(*children(0, 1, 2, 3), organisation=DOCTOR)
    books.roll(*children(0, 1, 2, 3))
    books.roll(*children(0, 1, 2))
    assert books.ends(DOCTOR) == [None] * 4


def test_a_bad_row_of_a_child_on_the_register_is_no_absence(books):
    books.roll(*children(0, 1, 2, 3))
    tally = books.roll(*children(0, 1, 2), child(3).replace("-03-", "-13-"))
    assert (len(tally.rejected), tally.ended, tally.kept) == (1, 0, 0)


def test_while_a_row_does_not_say_whom_it_is_about_nobody_ends(books):
    books.roll(*children(0, 1, 2, 3))
    tally = books.roll(*children(0, 1, 2), child(3).removeprefix("P-3"))
    assert (len(tally.rejected), tally.ended, tally.kept) == (1, 0, 1)
    assert books.ends() == [None] * 4
    assert books.roll(*children(0, 1, 2)).ended == 1


def test_a_bad_row_before_a_good_one_of_the_same_child_does_not_cost_the_child(books):
    tally = books.roll(child(0).replace("-03-", "-13-"), child(0))
    assert (tally.added, len(tally.rejected)) == (1, 1)


@pytest.mark.parametrize(
    ("registered", "left", "sentence"),
    [
        (40, 11, "would end 11 of 40 open registrations of school.ashdown-primary, and 10 may end"),
        (10, 9, "would end 9 of 10 open registrations of school.ashdown-primary, and 5 may end"),
        (3, 2, "would end 2 of 3 open registrations of school.ashdown-primary, and 1 may end"),
    ],
)
def test_a_roll_that_would_end_too_many_is_refused_before_anything_changes(books, registered, left, sentence):
    books.roll(*children(*range(registered)))
    before = contents(books.connection)
    books.connection.commit()
    new = [*children(*range(left, registered)), child(50)]
    with pytest.raises(UserError) as refused:
        books.roll(*new)
    assert sentence in str(refused.value)
    assert contents(books.connection) == before
    books.connection.commit()
    with pytest.raises(UserError):
        books.roll(*new, allowance=Allowance(accepted=left - 1))
    tally = books.roll(*new, allowance=Allowance(accepted=left))
    assert (tally.ended, tally.added) == (left, 1)


@pytest.mark.parametrize("relationship", ["", "dual_enrolled", "expected_from"])
def test_last_days_in_the_rows_count_as_absence_does(books, relationship):
    books.roll(*children(*range(40)))
    before = contents(books.connection)
    books.connection.commit()
    over = [child(number, relationship, end="2020-01-01") for number in range(40)]
    with pytest.raises(UserError, match="would end 40 of 40 open registrations of school"):
        books.roll(*over)
    assert contents(books.connection) == before
    books.connection.commit()
    assert books.roll(*over, allowance=Allowance(accepted=40)).updated == 40
    assert books.ends() == [date(2020, 1, 1)] * 40
    assert books.roll(*over).unchanged == 40, "who has ended is not ended again"


def test_last_days_and_absence_are_counted_together_and_days_to_come_not_at_all(books):
    books.roll(*children(*range(40)))
    stay = children(*range(6, 34))
    leave = [child(number, end="2026-03-06") for number in range(6)]
    with pytest.raises(UserError, match="would end 12 of 40"):
        books.roll(*leave, *stay)
    later = [child(number, end="2026-03-07") for number in range(6)]
    tally = books.roll(*later, *stay)
    assert (tally.updated, tally.ended) == (6, 6)


def test_enrolled_and_dual_enrolled_as_two_full_rolls_end_nobody_of_the_other(books):
    enrolled, dual = children(0, 1, 2, 3, 4), [child(number, "dual_enrolled") for number in (5, 6)]
    books.roll(*enrolled)
    assert books.roll(*dual).ended == 0
    again = books.roll(*enrolled)
    assert (again.ended, again.unspoken) == (0, {"dual_enrolled": 2})
    assert books.roll(*dual).unspoken == {"enrolled": 5}
    assert books.ends() == [None] * 7
    assert books.roll(*dual[:1]).ended == 1


def test_the_last_of_the_dual_enrolled_leaves_where_the_import_says_that_there_is_none(books):
    books.roll(*children(0, 1, 2), child(3, "dual_enrolled"))
    assert books.roll(*children(0, 1, 2)).unspoken == {"dual_enrolled": 1}
    assert books.roll(*children(0, 1), child(2, "dual_enrolled"), child(3, "dual_enrolled")).unspoken == {}
    assert books.roll(*children(0, 1, 2), child(3, "dual_enrolled")).unspoken == {}
    assert books.ends() == [None] * 4
    nobody = Allowance(nobody=frozenset({Relationship.DUAL_ENROLLED}))
    tally = books.roll(*children(0, 1, 2), allowance=nobody)
    assert (tally.ended, tally.unspoken) == (1, {})


def test_a_roll_of_the_dual_enrolled_alone_ends_no_other_pupil(books):
    books.roll(*children(0, 1, 2), child(3, "dual_enrolled"))
    assert books.roll(child(3, "dual_enrolled")).ended == 0


@pytest.mark.parametrize(
    ("registrations", "share", "most"),
    [(1, 0.1, 0), (2, 0.1, 1), (4, 0.1, 2), (19, 0.1, 9), (30, 0.1, 10), (500, 0.1, 50), (500, 0, 10), (9, 0.9, 8)],
)
def test_how_many_may_end_unasked(registrations, share, most):
    assert Allowance(share).most(registrations) == most


def test_a_first_roll_and_one_that_only_adds_need_no_leave(books):
    assert books.roll(*children(0)).added == 1
    assert books.roll(*children(0, 1, 2)).ended == 0


def test_an_import_cut_short_before_the_ends_finishes_them_when_it_is_run_again(books):
    books.roll(*children(*range(20)))
    path = books.folder / "roll.csv"
    path.write_text(HEADER + "\n".join(children(*range(18), 50)) + "\n", encoding="utf-8")
    cut_short = import_roll(
        books.connection, REGISTER, open_roll(path), SCHOOL, Relationship.ENROLLED, Allowance(), 5_000
    )
    assert next(cut_short).added == 1
    cut_short.close()
    assert books.ends() == [None] * 21
    tally = books.roll(*children(*range(18), 50))
    assert (tally.unchanged, tally.ended) == (19, 2)


def test_an_organisation_imports_one_roll_at_a_time(books, database_url):
    books.roll(*children(0, 1, 2, 3))
    path = books.folder / "first.csv"
    path.write_text(HEADER + "\n".join(children(0, 1, 2)) + "\n", encoding="utf-8")
    first = import_roll(books.connection, REGISTER, open_roll(path), SCHOOL, Relationship.ENROLLED, Allowance())
    next(first)
    with connect(database_url) as another:
        second = replace(books, connection=another)
        with pytest.raises(UserError) as refused:
            second.roll(*children(0, 1, 2, 3), patience=1)
        assert "A roll of school.ashdown-primary is being imported just now" in str(refused.value)
        assert second.roll(*children(5), organisation=DOCTOR).added == 1, "another organisation's does not wait"
        assert list(first)[-1].ended == 1
        assert second.roll(*children(0, 1, 2, 3)).reopened == 1, "the first let go"


def test_two_full_rolls_of_an_organisation_at_once_take_turns(books, database_url):
    books.roll(*children(*range(30)))
    start = threading.Barrier(2)

    def run(name, numbers):
        path = books.folder / f"{name}.csv"
        path.write_text(HEADER + "\n".join(children(*numbers)) + "\n", encoding="utf-8")
        roll = open_roll(path)
        with connect(database_url) as connection:
            start.wait()
            for _ in import_roll(connection, REGISTER, roll, SCHOOL, Relationship.ENROLLED, Allowance(), 60_000):
                pass

    threads = [threading.Thread(target=run, args=args) for args in (("a", range(2, 32)), ("b", range(2, 32)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert books.ends() == [None] * 30 + [YESTERDAY] * 2


def test_a_roll_without_the_column_leaves_a_restricted_child_restricted(books):
    """A column that is missing is unknown, not a no: else the next export would tell where the child goes to school."""
    books.roll(child(0) + ",yes", header=HEADER.replace("end_date", "end_date,restricted"))
    assert books.roll(child(0)).unchanged == 1
    assert books.roll(child(0).replace("ZW4 2AB", "ZW9 9ZZ")).updated == 1
    assert books.roll(child(0).replace("ZW4 2AB", "ZW9 9ZZ")).unchanged == 1
    asked = Identity(given_names=NAMES[0], family_name="Thornbury", date_of_birth="2010-03-01", postcode="ZW9 9ZZ")
    found = who_is(books.connection, asked)
    assert isinstance(found.outcome, NeedsReview)
    assert (found.flags, found.registrations) == ({Flag.RESTRICTED}, ())


def test_a_roll_that_says_no_or_nothing_in_the_column_lifts_a_restriction(books):
    header = HEADER.replace("end_date", "end_date,restricted")
    for number, word in enumerate(("no", "")):
        assert books.changes(f"{child(number)},yes", header=header).added == 1
        assert books.changes(f"{child(number)},{word}", header=header).updated == 1
        asked = Identity(
            given_names=NAMES[number],
            family_name="Thornbury",
            date_of_birth=f"201{number}-03-0{number + 1}",
            postcode="ZW4 2AB",
        )
        assert isinstance(who_is(books.connection, asked).outcome, Matched)
