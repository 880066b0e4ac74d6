"""Changes of subjects beside each other and beside imports: none undoes or doubles another."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from psycopg.errors import LockNotAvailable

from hub.facts.errors import UserError
from hub.matching.register import changes, store
from hub.matching.register.subjects import show_subject
from hub.matching.rolls.leaving import end
from hub.store.connecting import connect
from tests.unit.matching.children import MAISIE
from tests.unit.matching.hands import ACT, DOCTOR, HEALTH, NOW, SCHOOL, Hands

NO_NUMBER = replace(MAISIE, nhs_number=None)
MOVED = replace(NO_NUMBER, postcode="ZW9 9ZZ", address=None)
OLDER, NEWER = "hub.blocking.1", "hub.blocking.2"


def test_two_people_who_undo_one_change_at_once_undo_it_once(hands, database_url):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    made = hands.do("split", maisie, [(SCHOOL, "P-1")])
    outcomes = at_once(database_url, 4, lambda connection, _: hands.clerk(connection).undo(made.change_id, ACT))
    assert [type(one).__name__ for one in outcomes if isinstance(one, Exception)] == ["Overtaken"] * 3
    assert hands.subject("P-1") == maisie
    assert hands.value("select count(*) from subject_change where kind = 'undo'") == 1


def test_an_import_at_the_same_time_neither_undoes_nor_doubles_a_split(hands, database_url):
    children = [
        replace(MAISIE, nhs_number=None, given_names=name, date_of_birth=f"2014-05-{day:02}")
        for day, name in enumerate(("Maisie", "Poppy", "Edith", "Ada", "Orla", "Ida", "Una", "Ivy"), start=1)
    ]
    subjects = [hands.enrol(child, f"P-{number}") for number, child in enumerate(children)]
    for number, child in enumerate(children):
        assert hands.enrol(child, f"D-{number}", DOCTOR) == subjects[number]

    def work(connection, number):
        (import_again, split_all)[number](hands, connection, children)

    for outcome in at_once(database_url, 2, work, transaction=False):
        assert not isinstance(outcome, Exception), outcome
    for number, subject in enumerate(subjects):
        assert hands.subject(f"P-{number}") == subject
        assert hands.subject(f"D-{number}", DOCTOR) != subject
    assert hands.value("select count(*) from source_record") == 24
    for child in children:
        hands.ask(child)  # every record opens under its seal


def test_what_changed_while_a_change_waited_for_its_lock_is_looked_at_again(hands, database_url, monkeypatch):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    lock = store.lock

    def after_an_import(connection, keys):
        """As if the import had held the lock until now."""
        monkeypatch.setattr(store, "lock", lock)
        with connect(database_url) as other:
            others = Hands.__new__(Hands)
            others.connection, others.register = other, hands.register
            others.enrol(MAISIE, "D-9", DOCTOR, restricted=True)
        lock(connection, keys)

    monkeypatch.setattr(store, "lock", after_an_import)
    with pytest.raises(UserError, match="changed at this moment"):
        hands.do("split", maisie, [(DOCTOR, "D-9")])
    hands.do("split", maisie, [(DOCTOR, "D-9")])
    assert show_subject(hands.connection, hands.register, hands.subject("D-9", DOCTOR)).restricted
    assert not show_subject(hands.connection, hands.register, maisie).restricted


def test_a_leaver_is_not_ended_amid_a_merge_and_opens_after_both(hands, database_url, monkeypatch):
    """A seal is bound to the end and to the subject: of two who write one record, one waits."""
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    leaver = hands.rows("select record_id from source_record where organisation = %s", DOCTOR)[0]
    tie = changes.tie

    def after_an_end(*arguments, **options):
        """As if a full roll without this child came to its end just now."""
        with connect(database_url) as importing:
            importing.execute("set lock_timeout = 1")
            with pytest.raises(LockNotAvailable):
                end(importing, hands.register, leaver, NOW.date())
        tie(*arguments, **options)

    monkeypatch.setattr(changes, "tie", after_an_end)
    hands.do("merge", maisie, other)
    with hands.connection.transaction():
        assert end(hands.connection, hands.register, leaver, NOW.date()) == 1
    shown = show_subject(hands.connection, hands.register, maisie)
    assert [(one.organisation, one.end) for one in shown.records] == [(SCHOOL, None), (DOCTOR, date(2026, 3, 6))]


def import_again(hands, connection, children):
    others = Hands.__new__(Hands)
    others.connection, others.register = connection, hands.register
    for lane in ("Other Lane", "Further Lane", "Last Lane"):
        for number, child in enumerate(children):
            others.enrol(replace(child, address=lane), f"D-{number}", DOCTOR)
            others.enrol(child, f"H-{number}", HEALTH)


def split_all(hands, connection, children):
    own = Hands.__new__(Hands)
    own.connection, own.register, own.evidence = connection, hands.register, hands.evidence
    for number in range(len(children)):
        until_it_is_done(own, own.subject(f"P-{number}"), [(DOCTOR, f"D-{number}")])


def until_it_is_done(hands, *arguments):
    """As the refusal asks: look again, and run it again."""
    for _ in range(50):
        try:
            return hands.do("split", *arguments)
        except UserError as refused:
            if "changed at this moment" not in str(refused):
                raise
    raise AssertionError("it was refused again and again")


def at_once(database_url, count, work, *, transaction=True):
    """Run on a connection each, at once; results or exceptions in order."""
    outcomes = [None] * count
    start = threading.Barrier(count)

    def run(number):
        with connect(database_url) as connection:
            start.wait()
            try:
                if transaction:
                    with connection.transaction():
                        outcomes[number] = work(connection, number)
                else:
                    outcomes[number] = work(connection, number)
            except Exception as error:  # noqa: BLE001 - told to the test
                outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
