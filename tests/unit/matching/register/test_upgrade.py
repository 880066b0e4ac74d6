"""A register that an earlier release filled."""

from hashlib import blake2b

from hub.facts.outcome import Matched
from hub.facts.terms import Relationship
from hub.matching.deciding.child import child_of
from hub.matching.lab.loading import bulk_load
from hub.matching.register.register import Register, RegisterKeys, SourceRecord
from hub.store.connecting import connect
from hub.store.migrate import migrations, upgrade
from tests.unit.matching.children import MAISIE

SECRET = b"b" * 32
NARROW = "0007_narrow_keys.sql"


def test_keys_of_eight_bytes_become_the_first_four_of_them(empty_database_url, monkeypatch):
    later = [name for name, _ in migrations() if name >= NARROW]
    earlier = [(name, text) for name, text in migrations() if name < NARROW]
    with monkeypatch.context() as patch:
        patch.setattr("hub.store.migrate.migrations", lambda: earlier)
        upgrade(empty_database_url)
    register = Register(RegisterKeys(SECRET, "hub.register.1", {"hub.register.1": b"1" * 32}))
    child = child_of(MAISIE)
    values = [f"id|{child.identifiers[0]}", f"bp|{child.birth}|{child.postcode}", "bs|2014-05-17|tnbr"]
    hashes = [blake2b(value.encode(), digest_size=8, key=SECRET).digest() for value in values]
    hashes.append(hashes[0][:4] + b"2nd.")  # another hash that begins alike
    with connect(empty_database_url) as connection:
        connection.cursor().executemany(
            "insert into blocking_key (key, record_id) values (%s, 77)",
            [(int.from_bytes(one, signed=True),) for one in hashes],
        )
        connection.commit()
        assert upgrade(empty_database_url) == later
        kept = connection.execute("select int4send(key), record_id from blocking_key").fetchall()
        assert sorted(kept) == sorted((one[:4], 77) for one in hashes[:3])
        asked = register.blocker.query_keys(child)
        assert hashes[0][:4] in asked
        assert hashes[1][:4] in asked
        record = SourceRecord("school.ashdown-primary", "P-1", Relationship.ENROLLED, MAISIE)
        assert bulk_load(connection, register, [record]) == 1
        assert isinstance(register.match(connection, [MAISIE])[0].outcome, Matched)
