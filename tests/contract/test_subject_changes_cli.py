"""`hub subjects show|split|merge|undo|reseal` and `hub keys retire`, as acceptance calls them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hub.bootstrap.register import register
from hub.matching.lab.loading import bulk_load
from hub.settings import Settings
from hub.store.connecting import connect
from tests.contract.test_subjects_cli import HEADER, hub, import_roll, written  # noqa: F401 - a fixture

MAISIE = "Maisie,Thornbury,17/05/2014,999 000 0018,ZW4 2AB,,\n"
WHY = ("--by", "Morag Reviewer", "--reason", "the school rang")
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def maisie(hub, database_url, tmp_path):  # noqa: F811 - the fixture
    """Her subject id; two records."""
    path = written(tmp_path, "roll.csv", HEADER + "P-1," + MAISIE)
    import_roll(hub, path)
    assert import_roll(hub, path, "gp.millbrook")["linked"] == 1
    with connect(database_url) as connection:
        ((subject_id,),) = connection.execute("select distinct subject_id from source_record").fetchall()
    return str(subject_id)


def run(hub, *arguments):  # noqa: F811 - the fixture
    return json.loads(hub("subjects", *arguments, "--json")[1])


def refused(hub, *arguments):  # noqa: F811 - the fixture
    status, out, err = hub(*arguments, check=False)
    assert (status, out) == (1, "")
    assert err.startswith("hub: ")
    assert err.count("\n") == 1
    return err


def test_a_subject_is_shown_without_personal_data_unless_it_is_opened(hub, maisie, database_url):  # noqa: F811
    found = run(hub, "show", maisie)
    assert (found["subject_id"], found["restricted"], found["changes"]) == (maisie, False, [])
    assert [(one["organisation"], one["relationship"]) for one in found["records"]] == [
        ("school.ashdown-primary", "enrolled"),
        ("gp.millbrook", "registered_patient"),
    ]
    assert found["records"][0]["joined"] is None
    assert found["records"][1]["joined"]["rule"] == "identifier"
    told = json.dumps(found) + "".join(hub("subjects", "show", maisie)[1:])
    for secret in ("Maisie", "Thornbury", "2014", "9990000018", "ZW4", "P-1"):
        assert secret not in told
    with connect(database_url) as connection:
        assert connection.execute("select count(*) from ledger_entry").fetchone() == (0,)
    opened = run(hub, "show", maisie, "--open", *WHY)
    assert opened["records"][0]["local_id"] == "P-1"
    assert opened["records"][0]["family_name"] == "Thornbury"
    with connect(database_url) as connection:
        ((kind, facts),) = connection.execute("select kind, facts from ledger_entry").fetchall()
    assert (kind, json.loads(facts)["action"]) == ("register", "opened")
    assert b"Morag" not in facts


def test_a_subject_is_split_merged_and_put_back(hub, maisie, database_url):  # noqa: F811
    split = run(hub, "split", maisie, "--record", "gp.millbrook", "P-1", *WHY)
    (other,) = set(split["subjects"]) - {maisie}
    assert (split["kind"], split["routed"]) == ("split", [])
    assert len(run(hub, "show", other)["records"]) == 1
    assert "two children" in refused(hub, "subjects", "merge", maisie, other, *WHY)
    merge = run(hub, "merge", maisie, other, "--anyway", *WHY)
    assert len(run(hub, "show", maisie)["records"]) == 2
    assert "no subject" in refused(hub, "subjects", "show", other)
    assert "later change" in refused(hub, "subjects", "undo", str(split["change_id"]), *WHY)
    assert run(hub, "undo", str(merge["change_id"]), *WHY)["undoes"] == merge["change_id"]
    assert run(hub, "undo", str(split["change_id"]), *WHY)["undoes"] == split["change_id"]
    assert "undone already" in refused(hub, "subjects", "undo", str(split["change_id"]), *WHY)
    changes = run(hub, "show", maisie)["changes"]
    assert [(one["kind"], one["undone"]) for one in changes] == [
        ("undo", False),
        ("undo", False),
        ("merge", True),
        ("split", True),
    ]
    assert run(hub, "show", maisie, "--open", *WHY)["changes"][0]["by"] == "Morag Reviewer"
    out = hub("subjects", "split", maisie, "--record", "gp.millbrook", "P-1", *WHY)[1]
    assert "hub subjects undo" in out


def test_two_records_of_one_roll_are_matched_in_review_only_anyway(hub, tmp_path):  # noqa: F811
    import_roll(hub, written(tmp_path, "roll.csv", HEADER + "P-1," + MAISIE + "P-2," + MAISIE))
    (review,) = map(json.loads, hub("reviews", "list", "--of", "records", "--json")[1].splitlines())
    number, (subject,) = str(review["task_id"]), review["candidates"]
    answer = ("reviews", "decide", number, "--verdict", "match", "--subject-id", subject, *WHY)
    assert "give --anyway if its roll is wrong" in refused(hub, *answer)
    assert json.loads(hub(*answer, "--anyway", "--json")[1])["closed"]
    assert len(run(hub, "show", subject)["records"]) == 2
    of_a_concern = ("reviews", "decide", NOBODY, "--verdict", "match", "--anyway", *WHY)
    assert "for the review of a record" in refused(hub, *of_a_concern)


def test_what_makes_no_sense_is_refused_in_one_sentence(hub, maisie):  # noqa: F811
    assert "no subject" in refused(hub, "subjects", "show", NOBODY)
    assert "no subject" in refused(hub, "subjects", "split", NOBODY, "--record", "gp.millbrook", "P-1", *WHY)
    both = ("--record", "gp.millbrook", "P-1", "--record", "school.ashdown-primary", "P-1")
    assert "all of the subject's" in refused(hub, "subjects", "split", maisie, *both, *WHY)
    assert "P-9" not in refused(hub, "subjects", "split", maisie, "--record", "gp.millbrook", "P-9", *WHY)
    assert "one subject already" in refused(hub, "subjects", "merge", maisie, maisie, *WHY)
    assert "no subject" in refused(hub, "subjects", "merge", maisie, NOBODY, *WHY)
    assert "no change" in refused(hub, "subjects", "undo", "77", *WHY)
    assert "Say why" in refused(hub, "subjects", "undo", "77", "--by", "Morag", "--reason", " ")


def test_a_key_is_rotated_every_record_sealed_again_and_the_old_key_retired(hub, maisie, hub_home):  # noqa: F811
    assert run(hub, "reseal") == {"resealed": 0, "left": 0, "keys": {"hub.register.1": 2}}
    assert "newest" in refused(hub, "keys", "retire", "hub.register.1", *WHY)
    hub("keys", "rotate", "register")
    assert "younger" in refused(hub, "keys", "retire", "hub.register.1", *WHY)
    os.utime(hub_home / "keys/private/hub.register.2.json", (0, 0))
    assert "2 records" in refused(hub, "keys", "retire", "hub.register.1", *WHY)
    assert run(hub, "reseal") == {"resealed": 2, "left": 0, "keys": {"hub.register.2": 2}}
    assert json.loads(hub("keys", "retire", "hub.register.1", *WHY, "--json")[1])["retired"] == "hub.register.1"
    assert not (hub_home / "keys/private/hub.register.1.json").exists()
    assert len(run(hub, "show", maisie)["records"]) == 2
    assert "Only an older key of the register" in refused(hub, "keys", "retire", "hub.evidence.1", *WHY)
    assert "not held" in refused(hub, "keys", "retire", "hub.register.1", *WHY)


def test_the_blocking_secret_is_rotated_every_hash_made_again_and_the_old_secret_retired(hub, maisie, hub_home):  # noqa: F811
    assert run(hub, "rekey") == {"rekeyed": 0, "left": 0, "secrets": {"hub.blocking.1": 2}}
    hub("keys", "rotate", "blocking")
    assert "younger than ten minutes" in refused(hub, "subjects", "rekey")
    assert "younger" in refused(hub, "keys", "retire", "hub.blocking.1", *WHY)
    os.utime(hub_home / "keys/private/hub.blocking.2.json", (0, 0))
    assert "2 records" in refused(hub, "keys", "retire", "hub.blocking.1", *WHY)
    assert run(hub, "rekey") == {"rekeyed": 2, "left": 0, "secrets": {"hub.blocking.2": 2}}
    assert json.loads(hub("keys", "retire", "hub.blocking.1", *WHY, "--json")[1])["retired"] == "hub.blocking.1"
    assert import_roll(hub, "roll.csv")["unchanged"] == 1
    assert len(run(hub, "show", maisie)["records"]) == 2


def test_sealing_again_goes_on_after_kill_9(hub, hub_home, database_url, tmp_path):  # noqa: F811
    hub("subjects", "generate", "made", "--children", "6000", "--questions", "1", "--organisation", "gp.millbrook")
    settings = Settings(home=hub_home, database_url=database_url)
    with connect(database_url) as connection:
        loaded(connection, settings, tmp_path / "made/roll.csv")
        hub("keys", "rotate", "register")
        environment = {**os.environ, "HUB_HOME": str(hub_home), "HUB_DATABASE_URL": database_url}
        command = [str(Path(sys.executable).with_name("hub")), "subjects", "reseal"]
        killed = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not under(connection, "hub.register.2"):
            assert killed.poll() is None
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        done = under(connection, "hub.register.2")
        total = done + under(connection, "hub.register.1")
        assert done % 500 == 0
        assert run(hub, "reseal") == {"resealed": total - done, "left": 0, "keys": {"hub.register.2": total}}


def loaded(connection, settings, path):
    """Children of a roll, without comparing them."""
    from datetime import date

    from hub.facts.terms import Relationship
    from hub.matching.rolls.roll import RollRow, open_roll

    rows = open_roll(path).rows("gp.millbrook", Relationship.REGISTERED_PATIENT, date(2026, 3, 7))
    with connection.transaction():
        bulk_load(connection, register(settings), [row.record for row in rows if isinstance(row, RollRow)])


def under(connection, key_id):
    (count,) = connection.execute("select count(*) from source_record where key_id = %s", (key_id,)).fetchone()
    connection.commit()
    return count
