"""New record keys while the register serves, on a real PostgreSQL and keys in files."""

import os
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.bootstrap import make_register
from hub.facts.errors import KeyMissing
from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.facts.terms import Relationship
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.keys.setup import blocking_keys, hub_keys
from hub.matching.register import changes_store
from hub.matching.register.records import RegisterKeys, SourceRecord
from hub.matching.register.register import Register
from hub.matching.register.renewing import rekey, reseal
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.roll import RollRow
from hub.store.connecting import connect
from hub.store.migrate import upgrade
from tests.unit.matching.children import MAISIE
from tests.unit.matching.rolls.test_importing import family_names

ONE, TWO = "hub.register.1", "hub.register.2"
CHILDREN = [
    replace(
        MAISIE,
        given_names=name,
        family_name=name[::-1],
        date_of_birth=f"20{10 + number % 9}-{1 + number % 12:02}-{1 + number % 28:02}",
        postcode=f"ZW{1 + number % 8} {number // 8 % 10}{chr(65 + number // 80)}B",
        nhs_number=None,
    )
    for number, name in enumerate(family_names(1200))
]


@pytest.fixture
def connection(database_url):
    upgrade(database_url)
    with connect(database_url) as opened:
        yield opened


class Keys:
    """Register keys that a test rotates, and how often they were read; time stands still until it is moved."""

    def __init__(self) -> None:
        self.now, self.read, self.current = 0.0, 0, ONE
        self.records = {ONE: b"1" * 32}
        self.register = Register(self(), today=lambda: date(2026, 3, 7), read_keys=self, clock=lambda: self.now)

    def __call__(self) -> RegisterKeys:
        self.read += 1
        return RegisterKeys(b"b" * 32, self.current, dict(self.records))

    def rotate(self) -> None:
        self.current, self.records[TWO] = TWO, b"2" * 32


def rows(children=CHILDREN, organisation="school.ashdown-primary"):
    return [
        RollRow(line, SourceRecord(organisation, child.given_names, Relationship.ENROLLED, child))
        for line, child in enumerate(children, start=2)
    ]


def load(connection, register, children=CHILDREN):
    for _ in import_rows(connection, register, rows(children)):
        pass


def by_key(connection):
    found = dict(connection.execute("select key_id, count(*) from source_record group by 1").fetchall())
    connection.commit()
    return found


def matched(connection, register, children):
    found = register.match(connection, children)
    connection.commit()
    return sum(isinstance(one.outcome, Matched) for one in found)


def test_a_running_register_opens_what_another_process_sealed_under_a_newer_key(connection):
    keys, other = Keys(), Keys()
    load(connection, keys.register, CHILDREN[:2])
    other.rotate()
    other.now = 2.0
    load(connection, other.register, CHILDREN[2:4])
    assert by_key(connection) == {ONE: 2, TWO: 2}
    keys.rotate()
    assert matched(connection, keys.register, CHILDREN[:4]) == 4
    assert keys.read == 2


def test_a_key_that_is_nowhere_is_sought_once_a_second(connection):
    keys, other = Keys(), Keys()
    other.rotate()
    other.now = 2.0
    load(connection, other.register, CHILDREN[:1])
    for _ in range(3):
        with pytest.raises(KeyMissing):
            keys.register.match(connection, CHILDREN[:1])
    assert keys.read == 2
    keys.now = 1.0
    with pytest.raises(KeyMissing):
        keys.register.match(connection, CHILDREN[:1])
    assert keys.read == 4  # once because a second is over, once for the key


def test_new_records_are_sealed_under_a_newer_key_within_a_second(connection):
    keys = Keys()
    keys.rotate()
    keys.now = 0.9
    load(connection, keys.register, CHILDREN[:1])
    assert by_key(connection) == {ONE: 1}
    keys.now = 1.0
    load(connection, keys.register, CHILDREN[:2])
    assert by_key(connection) == {ONE: 1, TWO: 1}


def test_every_record_is_sealed_again_and_then_the_old_key_is_needed_no_more(connection):
    keys = Keys()
    load(connection, keys.register)
    content = connection.execute("select record_id, content_key, changed_at from source_record order by 1").fetchall()
    connection.commit()
    keys.rotate()
    keys.now = 1.0
    steps = [(done.records, done.left) for done in reseal(connection, keys.register)]
    assert steps[0] == (500, 0)
    assert steps[-1] == (1200, 0)
    assert by_key(connection) == {TWO: 1200}
    del keys.records[ONE]
    keys.now = 2.0
    fresh = Register(keys(), today=lambda: date(2026, 3, 7))
    assert matched(connection, fresh, CHILDREN) == 1200
    assert (
        connection.execute("select record_id, content_key, changed_at from source_record order by 1").fetchall()
        == content
    )
    connection.commit()
    *_, again = reseal(connection, keys.register)
    assert (again.records, again.left, again.keys) == (0, 0, {TWO: 1200})


def test_sealing_again_that_was_cut_short_goes_on(connection):
    keys = Keys()
    load(connection, keys.register)
    keys.rotate()
    keys.now = 1.0
    steps = reseal(connection, keys.register)
    next(steps)
    steps.close()
    assert by_key(connection) == {ONE: 700, TWO: 500}
    *_, done = reseal(connection, keys.register)
    assert (done.records, done.keys) == (700, {TWO: 1200})


def test_a_record_that_somebody_writes_is_passed_over_and_counted(connection, database_url):
    keys = Keys()
    load(connection, keys.register, CHILDREN[:3])
    keys.rotate()
    keys.now = 1.0
    with connect(database_url) as other, other.transaction():
        other.execute("select 1 from source_record where record_id = 2 for update")
        *_, done = reseal(connection, keys.register)
        assert (done.records, done.left, done.keys) == (2, 1, {ONE: 1, TWO: 2})
    *_, done = reseal(connection, keys.register)
    assert (done.records, done.left) == (1, 0)


def test_keys_rotated_amid_imports_matches_and_sealing_again_lose_nothing(database_url, tmp_path):
    """Four processes' worth of registers on one folder of keys; each reads them by itself."""
    upgrade(database_url)
    hub_keys(tmp_path, "x25519")
    with connect(database_url) as connection:
        load(connection, register_of(tmp_path), CHILDREN[:600])
    town = Busy(database_url, tmp_path)
    threads = [threading.Thread(target=town.run, args=(work,)) for work in (imports, matches, matches, seals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert town.faults == []
    with connect(database_url) as connection:
        *_, done = reseal(connection, register_of(tmp_path))
        assert done.keys == {"hub.register.3": 1200}
        assert matched(connection, register_of(tmp_path), CHILDREN) == 1200


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
        assert matched(connection, register, CHILDREN[:600:6]) == 100


def seals(town, connection, register):
    while not town.imported.is_set():
        for _ in reseal(connection, register, batch=50):
            pass


def register_of(folder):
    return make_register(FileKeys(folder))


# --- the blocking secret --------------------------------------------------------------------------------------------

OLD, NEW = "hub.blocking.1", "hub.blocking.2"
SECRETS = {OLD: b"b" * 32, NEW: b"c" * 32}


def hashing(written, *others):
    """A register that writes under one secret, and asks under the others too."""
    keys = RegisterKeys(SECRETS[written], ONE, {ONE: b"1" * 32}, written, {one: SECRETS[one] for one in others})
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
    connection.execute("update source_record set blocking_key_id = null where record_id <= 100")  # an earlier release's
    connection.commit()
    assert matched(connection, alone, CHILDREN) == 0
    *_, done = rekey(connection, both)
    assert (done.records, done.left, done.keys) == (1200, 0, {NEW: 1200})
    assert matched(connection, alone, CHILDREN) == 1200
    assert last(connection, alone, rows()) == (0, 0, 0, 1200, 0)
    made_again = connection.execute("select key, record_id from blocking_key order by 1, 2").fetchall()
    connection.execute("truncate blocking_key, source_record restart identity")
    connection.commit()
    load(connection, alone)
    assert connection.execute("select key, record_id from blocking_key order by 1, 2").fetchall() == made_again
    connection.commit()
    *_, again = rekey(connection, alone)
    assert again.records == 0


def test_hashing_again_that_was_cut_short_goes_on(connection):
    load(connection, hashing(OLD))
    both = hashing(NEW, OLD)
    steps = rekey(connection, both)
    next(steps)
    steps.close()
    assert matched(connection, both, CHILDREN) == 1200
    *_, done = rekey(connection, both)
    assert (done.records, done.left) == (700, 0)


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
    for _ in rekey(connection, both):
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
    upgrade(database_url)
    hub_keys(tmp_path, "x25519")
    with connect(database_url) as connection:
        load(connection, register_of(tmp_path), CHILDREN[:600])
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
        assert done.keys == {NEW: 1200}
        FileKeys(tmp_path).retire(OLD)
        assert matched(connection, register_of(tmp_path), CHILDREN) == 1200
        changed = [replace(child, known_as="Sam") for child in CHILDREN]
        assert last(connection, register_of(tmp_path), rows(changed)) == (0, 0, 0, 1200, 0)


def imports_under_two(town, connection, register):
    """All children, and then all of them with a name more; amid the first, the new secret comes of age."""
    for children in (CHILDREN, [replace(child, known_as="Sam") for child in CHILDREN]):
        for _ in import_rows(connection, register, rows(children)):
            os.utime(town.folder / f"private/{NEW}.json", (0, 0))
    town.imported.set()


def hashes(town, connection, register):
    while not town.imported.is_set():
        for _ in rekey(connection, register, batch=50):
            pass
