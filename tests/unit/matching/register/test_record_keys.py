"""New record keys while the register serves, on a real PostgreSQL."""

import threading
from datetime import date

import pytest

from hub.facts.errors import KeyMissing
from hub.keys.setup import hub_keys
from hub.matching.register.records import RegisterKeys
from hub.matching.register.register import Register
from hub.matching.register.renewing import reseal
from hub.store.connecting import connect
from tests.unit.matching.register.many import CHILDREN, Busy, imports, load, matched, matches, register_of

ONE, TWO = "hub.register.1", "hub.register.2"


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch):
    """So that a few hundred children are several chunks of a roll."""
    monkeypatch.setattr("hub.matching.rolls.importing.CHUNK", 100)


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


def by_key(connection):
    found = dict(connection.execute("select key_id, count(*) from source_record group by 1").fetchall())
    connection.commit()
    return found


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
    steps = [(done.records, done.left) for done in reseal(connection, keys.register, batch=100)]
    assert steps[0] == (100, 0)
    assert steps[-1] == (240, 0)
    assert by_key(connection) == {TWO: 240}
    del keys.records[ONE]
    keys.now = 2.0
    fresh = Register(keys(), today=lambda: date(2026, 3, 7))
    assert matched(connection, fresh, CHILDREN) == 240
    assert (
        connection.execute("select record_id, content_key, changed_at from source_record order by 1").fetchall()
        == content
    )
    connection.commit()
    *_, again = reseal(connection, keys.register, batch=100)
    assert (again.records, again.left, again.keys) == (0, 0, {TWO: 240})


def test_sealing_again_that_was_cut_short_goes_on(connection):
    keys = Keys()
    load(connection, keys.register)
    keys.rotate()
    keys.now = 1.0
    steps = reseal(connection, keys.register, batch=100)
    next(steps)
    steps.close()
    assert by_key(connection) == {ONE: 140, TWO: 100}
    *_, done = reseal(connection, keys.register, batch=100)
    assert (done.records, done.keys) == (140, {TWO: 240})


def test_a_record_that_somebody_writes_is_passed_over_and_counted(connection, database_url):
    keys = Keys()
    load(connection, keys.register, CHILDREN[:3])
    keys.rotate()
    keys.now = 1.0
    with connect(database_url) as other, other.transaction():
        other.execute("select 1 from source_record where record_id = 2 for update")
        *_, done = reseal(connection, keys.register, batch=100)
        assert (done.records, done.left, done.keys) == (2, 1, {ONE: 1, TWO: 2})
    *_, done = reseal(connection, keys.register, batch=100)
    assert (done.records, done.left) == (1, 0)


def test_keys_rotated_amid_imports_matches_and_sealing_again_lose_nothing(database_url, tmp_path):
    """Four processes' worth of registers on one folder of keys; each reads them by itself."""
    hub_keys(tmp_path, "x25519")
    with connect(database_url) as connection:
        load(connection, register_of(tmp_path), CHILDREN[:120])
    town = Busy(database_url, tmp_path)
    threads = [threading.Thread(target=town.run, args=(work,)) for work in (imports, matches, matches, seals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert town.faults == []
    with connect(database_url) as connection:
        *_, done = reseal(connection, register_of(tmp_path))
        assert done.keys == {"hub.register.3": 240}
        assert matched(connection, register_of(tmp_path), CHILDREN) == 240


def seals(town, connection, register):
    while not town.imported.is_set():
        for _ in reseal(connection, register, batch=20):
            pass
