"""A database that the release before filled opens under this one, and everything in it goes on.

release_before/ holds what that release wrote, row by row, and the keys of its invented home: two siblings told, a
delivery held by an operator, a child in review, one whose review was answered just before, a stranger, a dead letter.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg.sql import SQL, Identifier

from hub.demo.samples import prepare
from hub.facts.shipped import shipped
from hub.facts.terms import EventKind
from hub.ledger.verify import verify
from hub.people.callers import find_caller, read_token
from hub.settings import Settings
from hub.store import migrate
from hub.store.connecting import connect, connect_async
from tests.builders import FINLAY, ISLA, a_concern
from tests.town import ACADEMY, PRIMARY, Town

FOLDER = Path(__file__).with_name("release_before")
LAST_MIGRATION = "0007_narrow_keys.sql"
"""The newest that the release before had."""
DIGESTS = {
    "0001_hub.sql": "982e7cd99944b679431eabe9ce2d62a9ca0eb372d960b0badadc99ad9ee437bd",
    "0002_register.sql": "0342ca1c2c93a42135c80be47c5a986a3420b072ddcaf0bb0ec7a3a25308c218",
    "0003_delivery.sql": "3370c668b741839ac09cd9a963647f7acb302518b9cc57d2d75981367fe645ce",
    "0004_anew.sql": "5484066bccd496446050b1b4ec9fa61d868421df4b60551429c111f40ef8c8d1",
    "0006_changes.sql": "5516ffafc606e4ff6064f06286b2ecd03077b5b9fc4d5f8707b3fa3ec2539c18",
    "0007_narrow_keys.sql": "d9acceacdca70944a3fa666179ba9ddc16efd3a287b86dbcc545dbc95c388d23",
    "0008_offsets.sql": "135de5f48d75c99ff5115538a109deab2bd7a80b649d9c342839f2ba900acb67",
    "0010_scopes_and_lookups.sql": "d9c538f1893f892acf4729d121175fe7200e8cb182cfbafbd1478795f0660165",
    "0011_escalation.sql": "d85da27017bc592087b2206fd3d03d2951669921c3bc58daebdae1c73dad0b00",
    "0012_clock.sql": "37419b56856dce51cc00901bf38b88dce4dabbae541c699ecb047869989dc87e",
    "0013_rules_use.sql": "2af3929ed4578bd04bf9f63c317dcef282942a02f06d28cfc6514c236de98b31",
    "0014_waiting_texts.sql": "2de3b2f4e6634a420a40aba94c17e1e9bf38ad1867c81c0cf054e6fd1348824a",
    "0015_sent_as.sql": "4b09fa525b7d5403bd178f1839f7cbef03e037e05746a000592838eca33fe0b0",
    "0016_text_requests.sql": "bbedbc229513e5fe0047964bfbc24b404ffdf993c7d2a630eb035310f46a7d82",
    "0017_caveats.sql": "d60592593badfcd4ec69ed13b3484d3d098bdfd050332c99cc4fb6c1aad8d3d3",
    "0018_renumbered.sql": "681eb3dabc1c171582bd55e1335009163e3df09048d49bf3fed1d83a06b1e3bc",
    "0019_texts_anew.sql": "bbeada51a3219e57b52c7ad1fbff44f0b59c000b96e6a537daaf21be6bf3e0c3",
    "0020_accounts.sql": "48787404f2d44e71b1c67fb8963ac75fa8cfc57d8518622ac08eb149145bd9dc",
    "0021_entering.sql": "ba168cc04323f3eaaabf5e8b350db442c79dae9a90ce19cd200a097d80c4ee80",
    "0023_looks.sql": "c30ae4c87e86417efca458c38949eadc77bed70f517b08ab436c5766479d616e",
    "0022_receiving.sql": "06339b0f7f33fd14b35ecf71e0ffb287cc8d07801927fb3db4a3803bd306c871",
    "0024_raising.sql": "11650a5e1e93277c39d99cbf85bf545d0b4fd86a3a433c3fb3a5cca3f832b64c",
    "0025_before_receiving.sql": "15e3fe9950a71d0b4ed381f045d16239873eba6d21553177093e5bf5447c4a84",
    "0026_receiving_indexes.sql": "8eccfd78a3480f0c8660c4d2011736ce7b5b2bc6a25e250de8ee6fa3c5328c65",
}
"""SHA-256 of each migration that databases out there have applied."""

_READ = """
insert into receipt (delivery_id, layer, at, received_at)
select delivery_id, layer, now(), now() from (select * from delivery limit 1) as one, generate_series(3, 4) as layer;
insert into ledger_entry (entry_id, at, kind, leaf, salt, facts)
select gen_random_uuid(), now(), 'read', '', '', convert_to('{"delivery_id": "d"}', 'UTF8')"""
"""A delivery that was read and acted upon, and a reading in the ledger, from before there were looks."""
_TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = 'hub'::regnamespace"
_HELD = """
select relname from pg_locks join pg_class on relation = pg_class.oid where pid = pg_backend_pid()
   and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"""
_WROTE = "select relname from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0"


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "database.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def old_town(kept: dict[str, Any], empty_database_url: str, tmp_path: Path) -> Iterator[Town]:
    """A town of this release on the database and the keys of the one before."""
    for name, key in json.loads((FOLDER / "keys.json").read_text(encoding="utf-8")).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(key), encoding="utf-8")
        path.chmod(0o600)
    settings = Settings(home=tmp_path, rules=shutil.copytree(shipped("routing_rules"), tmp_path / "routing_rules"))
    prepare(settings, at=datetime.fromisoformat("2026-01-05T00:00:00+00:00"))
    fill(empty_database_url, kept)
    migrate.upgrade(empty_database_url)
    town = Town(settings, empty_database_url)
    town.now = datetime.fromisoformat(kept["now"])
    yield town
    town.close()


def fill(database_url: str, kept: dict[str, Any]) -> None:
    """The tables as the release before made them, and its rows."""
    old = [(name, text) for name, text in migrate.migrations() if name <= LAST_MIGRATION]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.store.migrate.migrations", lambda: old)
        migrate.upgrade(database_url)
    with connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")  # rows come in the order of their tables' names
        for table, rows in kept["tables"].items():
            columns = SQL(", ").join(map(Identifier, rows["columns"]))
            with connection.cursor().copy(SQL("copy {} ({}) from stdin").format(Identifier(table), columns)) as copy:
                copy.write("".join(f"{row}\n" for row in rows["copy"]))
        for name, value in kept["sequences"]:
            connection.execute("select setval(%s::regclass, %s)", (f"hub.{name}", value))


def test_applied_migrations_are_never_changed() -> None:
    texts = dict(migrate.migrations())
    assert {name: hashlib.sha256(texts[name].encode()).hexdigest() for name in DIGESTS} == DIGESTS


def test_no_migration_writes_rows_while_it_holds_a_table_that_others_wait_for(
    empty_database_url: str, kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(empty_database_url, kept)
    known = migrate.migrations()
    with monkeypatch.context() as patch:
        patch.setattr("hub.store.migrate.migrations", lambda: [one for one in known if one[0] < "0022"])
        migrate.upgrade(empty_database_url)
    with connect(empty_database_url) as connection:
        connection.execute(_READ)
    written = set()
    for name, text in known:
        if name >= "0022":
            with connect(empty_database_url) as connection:
                there = {table for (table,) in connection.execute(_TABLES)}
                connection.execute(text.encode())
                held = {table for (table,) in connection.execute(_HELD)} & there
                wrote = {table for (table,) in connection.execute(_WROTE)} & there
            assert not (held and wrote), name
            written |= wrote
    assert written == {"delivery", "look"}
    with connect(empty_database_url) as connection:
        assert connection.execute("select reached from delivery where reached > 0").fetchall() == [(4,)]


def test_every_story_of_the_release_before_is_told_with_its_reasons(old_town: Town, kept: dict[str, Any]) -> None:
    ids = kept["ids"]
    siblings = old_town.story(UUID(ids["siblings"]))
    assert siblings["outcome"] == "matched"
    assert {d["recipient"] for d in siblings["decisions"] if d["outcome"] == "share"} >= {PRIMARY, ACADEMY}
    assert all(decision["reasons"] for decision in siblings["decisions"])
    assert old_town.story(UUID(ids["stranger"]))["outcome"] == "not_found"
    assert old_town.story(UUID(ids["waits"]))["reviews"][0]["status"] == "open"


def test_its_ledger_holds_what_it_committed_to(old_town: Town) -> None:
    with old_town.parts.connect() as connection, connection.transaction():
        found = verify(connection)
    assert (found.entries, found.wrong) == (14, [])


def test_an_answer_given_before_the_upgrade_is_carried_out_after_it(old_town: Town, kept: dict[str, Any]) -> None:
    assert old_town.decide_anew() == 1
    story = old_town.story(UUID(kept["ids"]["answered"]))
    assert story["outcome"] == "matched"
    assert {d["recipient"]: d["status"] for d in story["deliveries"] if d["purpose"] == "disclose"}[
        PRIMARY
    ] == "pending"


def test_an_update_of_a_case_of_the_release_before_is_in_order(old_town: Town, kept: dict[str, Any]) -> None:
    update = a_concern(kind=EventKind.UPDATED, reference="VPD-1", sequence=2).about(ISLA).about(FINLAY).made()
    old_town.send(update)
    assert [past["event_id"] for past in old_town.story(update)["history"]] == [UUID(kept["ids"]["siblings"])]


def test_a_retraction_of_it_cancels_what_had_not_left(old_town: Town, kept: dict[str, Any]) -> None:
    old_town.send(a_concern(kind=EventKind.RETRACTED, reference="VPD-1", sequence=2).made())
    statuses = {d["status"] for d in old_town.story(UUID(kept["ids"]["siblings"]))["deliveries"]}
    assert statuses == {"cancelled"}


async def test_an_api_key_of_the_release_before_still_opens_the_inbox(old_town: Town, kept: dict[str, Any]) -> None:
    token = read_token(kept["api_secret"])
    assert token is not None
    async with await connect_async(old_town.parts.database_url, "tests") as connection:
        caller = await find_caller(connection, token)
    assert caller is not None
    assert caller.organisation == PRIMARY
