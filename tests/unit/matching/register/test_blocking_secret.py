"""A new blocking secret while the register serves, on a real PostgreSQL."""

import os
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.facts.outcome import NeedsReview, NotFound
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.keys.setup import blocking_keys, hub_keys
from hub.matching.register import changes_store
from hub.matching.register.records import RegisterKeys
from hub.matching.register.register import Register
from hub.matching.register.renewing import rekey
from hub.matching.rolls.importing import import_rows
from hub.store.connecting import connect
from tests.unit.matching.children import MAISIE
from tests.unit.matching.register.many import CHILDREN, Busy, load, matched, matches, register_of, rows

OLD, NEW = "hub.blocking.1", "hub.blocking.2"
RECORDS = "hub.register.1"
SECRETS = {OLD: b"b" * 32, NEW: b"c" * 32}


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch):
    """So that a few hundred children are several chunks of a roll."""
    monkeypatch.setattr("hub.matching.rolls.importing.CHUNK", 100)


def hashing(written, *others):
    """A register that writes under one secret, and asks under the others too."""
    keys = RegisterKeys(SECRETS[written], RECORDS, {RECORDS: b"1" * 32}, written, {one: SECRETS[one] for one in others})
    return Register(keys, today=lambda: date(2026, 3, 7))


def last(connection, register, some):
    *_, tally = import_rows(connection, register, some)
    return tally.added, tally.linked, tally.updated, tally.unchanged, tally.review


def test_a_record_is_found_whichever_of_two_secrets_made_its_hashes(connection):
    load(connection, hashing(OLD), CHILDREN[:10])
    both = hashing(NEW, OLD)
    assert last(connection, both, rows(CHILDREN[:20])) == (10, 0, 0, 10, 0)
    assert dict(connection.execute("select blocking_key_id, count(*) from source_record group by 1").fetchall()) == {
        OLD: 10,
        NEW: 10,
    }
    for register in (both, hashing(OLD, NEW)):
        assert matched(connection, register, CHILDREN[:20]) == 20
        assert last(connection, register, rows(CHILDREN[:20])) == (0, 0, 0, 20, 0)
    changed = [replace(child, known_as="Sam") for child in CHILDREN[:20]]
    assert last(connection, hashing(OLD, NEW), rows(changed)) == (0, 0, 20, 0, 0)
    assert last(connection, both, rows(changed)) == (0, 0, 0, 20, 0)
    assert last(connection, both, rows(CHILDREN[:20], "gp.millbrook")) == (0, 20, 0, 0, 0)
    assert matched(connection, both, CHILDREN[:20]) == 20


def test_who_is_given_a_name_is_told_by_the_hashes_of_both_secrets(connection):
    thomas = replace(MAISIE, given_names="Thomas", nhs_number=None)
    mistyped = replace(thomas, given_names="Thonas")
    both = hashing(NEW, OLD)
    load(connection, hashing(OLD), [thomas])
    assert matched(connection, both, [mistyped]) == 0  # a small register does not tell whether it is a name
    connection.execute("alter table source_record alter column record_id restart with 20000")
    load(connection, both, [CHILDREN[0]])
    assert matched(connection, both, [mistyped]) == 1
    elsewhere = replace(mistyped, family_name="Alderbrook", date_of_birth="2011-02-09", postcode="ZW9 9AA")
    load(connection, hashing(OLD), [elsewhere])
    assert matched(connection, both, [mistyped]) == 0


def test_every_hash_is_made_again_and_then_the_old_secret_is_needed_no_more(connection):
    both, alone = hashing(NEW, OLD), hashing(NEW)
    load(connection, hashing(OLD))
    connection.execute("update source_record set blocking_key_id = null where record_id <= 40")  # an earlier release's
    connection.commit()
    assert matched(connection, alone, CHILDREN) == 0
    *_, done = rekey(connection, both, batch=100)
    assert (done.records, done.left, done.keys) == (240, 0, {NEW: 240})
    assert matched(connection, alone, CHILDREN) == 240
    assert last(connection, alone, rows()) == (0, 0, 0, 240, 0)
    made_again = connection.execute("select key, record_id from blocking_key order by 1, 2").fetchall()
    connection.execute("truncate blocking_key, source_record restart identity")
    connection.commit()
    load(connection, alone)
    assert connection.execute("select key, record_id from blocking_key order by 1, 2").fetchall() == made_again
    connection.commit()
    *_, again = rekey(connection, alone, batch=100)
    assert again.records == 0


def test_hashing_again_that_was_cut_short_goes_on(connection):
    load(connection, hashing(OLD))
    both = hashing(NEW, OLD)
    steps = rekey(connection, both, batch=100)
    next(steps)
    steps.close()
    assert matched(connection, both, CHILDREN) == 240
    *_, done = rekey(connection, both, batch=100)
    assert (done.records, done.left) == (140, 0)


def test_who_was_judged_apart_stays_so_when_the_secret_is_changed(connection):
    old, both, alone = hashing(OLD), hashing(NEW, OLD), hashing(NEW)
    load(connection, old, CHILDREN[:2])
    question = replace(CHILDREN[0], postcode=None, address=None)
    (found,) = old.match(connection, [question])
    now = datetime(2026, 3, 7, tzinfo=UTC)
    old.judge_apart(connection, question, found.outcome.candidates, now)
    one, other = (row[0] for row in connection.execute("select local_key from source_record order by 1"))
    changes_store.judge_apart(connection, [(one, other), (other, one)], 1, now)
    connection.commit()
    for _ in rekey(connection, both, batch=100):
        pass
    assert both.match(connection, [question])[0].outcome == NotFound()
    (shown,) = both.side_by_side(connection, question, found.outcome.candidates)
    assert shown.judged == "different"
    keys = {row[0] for row in connection.execute("select local_key from source_record")}
    pairs = {tuple(row) for row in connection.execute("select asked, record_key from judged_apart where change_id = 1")}
    assert pairs == {tuple(keys), tuple(keys)[::-1]}
    assert isinstance(alone.match(connection, [question])[0].outcome, NeedsReview)  # so `hub keys retire` warns


def test_a_secret_is_written_under_ten_minutes_after_it_was_made(tmp_path):
    hub_keys(tmp_path, "x25519")
    keys = FileKeys(tmp_path)
    made = keys.made_at(OLD)
    assert blocking_keys(keys, made) == [OLD]
    keys.make(HUB, Use.BLOCKING)
    assert blocking_keys(keys, keys.made_at(NEW) + 599) == [OLD, NEW]
    assert blocking_keys(keys, keys.made_at(NEW) + 600) == [NEW, OLD]


def test_the_secret_changed_amid_imports_and_matches_loses_nothing(database_url, tmp_path):
    hub_keys(tmp_path, "x25519")
    with connect(database_url) as connection:
        load(connection, register_of(tmp_path), CHILDREN[:120])
    FileKeys(tmp_path).make(HUB, Use.BLOCKING)
    town = Busy(database_url, tmp_path)
    threads = [
        threading.Thread(target=town.run, args=(work,)) for work in (imports_under_two, matches, matches, hashes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert town.faults == []
    with connect(database_url) as connection:
        *_, done = rekey(connection, register_of(tmp_path))
        assert done.keys == {NEW: 240}
        FileKeys(tmp_path).retire(OLD)
        assert matched(connection, register_of(tmp_path), CHILDREN) == 240
        changed = [replace(child, known_as="Sam") for child in CHILDREN]
        assert last(connection, register_of(tmp_path), rows(changed)) == (0, 0, 0, 240, 0)


def imports_under_two(town, connection, register):
    """All children, and then all of them with a name more; amid the first, the new secret comes of age."""
    for children in (CHILDREN, [replace(child, known_as="Sam") for child in CHILDREN]):
        for _ in import_rows(connection, register, rows(children)):
            os.utime(town.folder / f"private/{NEW}.json", (0, 0))
    town.imported.set()


def hashes(town, connection, register):
    while not town.imported.is_set():
        for _ in rekey(connection, register, batch=20):
            pass
