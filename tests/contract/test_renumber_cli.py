"""`hub subjects renumber`, as acceptance calls it."""

import json

from hub.store.connecting import connect
from tests.contract.test_subjects_cli import HEADER, hub, import_roll, written  # noqa: F401 - a fixture

WHY = ("--by", "Fergus Registrar", "--reason", "the board's monthly list")
LIST = (
    "since,new,remark,old\n"
    "2025-04-01,999 000 1014,merged,999 000 1006\n"
    "2025-04-01,9990001014,again,9990001006\n"
    "2025-04-01,9990001015,a digit,9990001006\n"
    "2025-04-01,123456780,a pupil's,9990001006\n"
)


def test_a_list_is_taken_in_by_line_and_once(hub, database_url, tmp_path):  # noqa: F811 - the fixture
    roll = HEADER + "P-1,Rowan,Ketteridge,23/09/2015,9990001006,ZW6 3QT,,\n"
    import_roll(hub, written(tmp_path, "roll.csv", roll))
    path = written(tmp_path, "numbers.csv", LIST)
    status, out, err = hub("subjects", "renumber", path, *WHY, "--json")
    assert (status, err) == (0, "hub: these columns are ignored: remark.\n")
    assert json.loads(out) == {
        "rows": 4,
        "added": 1,
        "updated": 0,
        "unchanged": 1,
        "rejected": [
            {"line": 4, "reason": "new fails the check of every kind of number, or needs a scheme to tell it"},
            {"line": 5, "reason": "old and new are numbers of two kinds, nhs_number and scn"},
        ],
        "review": 0,
        "left": 0,
        "decided_anew": 0,
        "in_doubt": 0,
        "unread": 0,
    }
    query = {"query_id": "q", "given_names": "Rowan", "family_name": "Ketteridge", "date_of_birth": "2015-09-23"}
    asked = written(tmp_path, "asked.jsonl", json.dumps(query | {"nhs_number": "9990001014"}) + "\n")
    assert json.loads(hub("subjects", "match", asked, "--json")[1])["outcome"] == "match"
    told = hub("subjects", "renumber", path, *WHY)
    assert "line 4: new fails" in told[2]
    assert "9990001" not in "".join(told[1:])
    with connect(database_url) as connection:
        rows = connection.execute("select kind, facts from ledger_entry").fetchall()
    assert [(kind, json.loads(facts)["action"]) for kind, facts in rows] == [("register", "renumbered")]
    assert b"Fergus" not in rows[0][1]


def test_what_makes_no_sense_is_refused_in_one_sentence(hub, tmp_path):  # noqa: F811 - the fixture
    path = written(tmp_path, "numbers.csv", LIST)
    assert "--reason is missing" in hub("subjects", "renumber", path, check=False)[2]
    status, out, err = hub("subjects", "renumber", written(tmp_path, "empty.csv", ""), *WHY, check=False)
    assert (status, out, err) == (1, "", "hub: The file is empty.\n")
