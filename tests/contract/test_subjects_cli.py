"""`hub subjects import` and `hub subjects match`, as acceptance calls them."""

import json
import os
from pathlib import Path

import pytest

from hub.keys.setup import hub_keys
from tests import desk

CTF = Path(__file__).parents[1] / "unit" / "matching" / "rolls" / "samples" / "ashdown.ctf.xml"
LACKING = (
    "The header lacks a needed column: local_id, date_of_birth, family_name or given_names. "
    "Values are parted by commas."
)
HEADER = "local_id,given_names,family_name,date_of_birth,nhs_number,postcode,end_date,restricted\n"
ROLL = HEADER + (
    "P-1,Maisie,Thornbury,17/05/2014,999 000 0018,ZW4 2AB,,\n"
    "P-2,Poppy,Thornbury,17/05/2014,,ZW4 2AB,,\n"
    "P-3,Oscar,Thornbury,31/02/2016,,ZW4 2AB,,\n"
    "P-4,Ruben,Castellan,2013-01-30,,ZW9 9ZZ,2020-07-20,\n"
)


@pytest.fixture
def hub(database_url, hub_home, tmp_path, monkeypatch):
    """Run the command; the answer is (exit status, standard output, standard error)."""
    organisations = tmp_path / "rules" / "organisations"
    organisations.mkdir(parents=True)
    for name, kind, title in (
        ("school.ashdown-primary", "school", "Ashdown Primary School"),
        ("school.ashdown-high", "school", "Ashdown High School"),
        ("gp.millbrook", "gp", "Millbrook Surgery"),
    ):
        (organisations / f"{name}.yaml").write_text(f"id: {name}\nname: {title}\nkinds: [{kind}]\njurisdiction: ENG\n")
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_RULES", str(organisations.parent))
    monkeypatch.chdir(tmp_path)

    def run(*arguments, check=True):
        done = desk.hub(*arguments)
        if check:
            assert done.status == 0, done.err
        return done.status, done.out, done.err

    hub_keys(hub_home / "keys", "x25519")
    return run


def written(tmp_path: Path, name: str, content: str, encoding: str = "utf-8") -> str:
    path = tmp_path / name
    path.write_text(content, encoding=encoding)
    return str(path)


def import_roll(hub, path, organisation="school.ashdown-primary", *options):
    return json.loads(hub("subjects", "import", path, "--organisation", organisation, "--json", *options)[1])


def asked(tmp_path, *queries):
    return written(
        tmp_path,
        "queries.jsonl",
        "".join((query if isinstance(query, str) else json.dumps(query)) + "\n" for query in queries),
    )


def test_a_roll_is_imported_once(hub, tmp_path):
    path = written(tmp_path, "roll.csv", ROLL)
    rejected = [{"line": 4, "reason": "date_of_birth is not a date"}]
    assert import_roll(hub, path) == {
        "rows": 4,
        "added": 3,
        "linked": 0,
        "updated": 0,
        "unchanged": 0,
        "review": 0,
        "reopened": 0,
        "ended": 0,
        "kept": 0,
        "unspoken": {},
        "rejected": rejected,
        "unused": {},
    }
    assert import_roll(hub, path) == {
        "rows": 4,
        "added": 0,
        "linked": 0,
        "updated": 0,
        "unchanged": 3,
        "review": 0,
        "reopened": 0,
        "ended": 0,
        "kept": 0,
        "unspoken": {},
        "rejected": rejected,
        "unused": {},
    }
    assert import_roll(hub, path, "gp.millbrook")["linked"] == 3


def test_a_common_transfer_file_is_imported_and_bad_pupils_are_named_by_line(hub):
    tally = import_roll(hub, str(CTF), "school.ashdown-primary", "--format", "ctf")
    assert (tally["rows"], tally["added"]) == (4, 2)
    assert tally["rejected"] == [
        {"line": 109, "reason": "UPN is missing"},
        {"line": 115, "reason": "DOB is not a date"},
    ]
    assert import_roll(hub, str(CTF), "school.ashdown-primary", "--format", "ctf")["unchanged"] == 2


TRANSFER = """<CTfile><Header><DocumentQualifier>full</DocumentQualifier>
<SourceSchool><LEA>999</LEA><Estab>2001</Estab><SchoolName>Beechfold Juniors</SchoolName></SourceSchool>
<DestSchool><LEA>999</LEA><Estab>4002</Estab></DestSchool></Header><CTFpupilData>
<Pupil><UPN>A999200125001</UPN><Surname>Quillfeather</Surname><Forename>Wren</Forename><DOB>2014-05-17</DOB>
<Address><PostCode>ZW1 2AB</PostCode></Address><SchoolHistory><School><LEA>999</LEA><Estab>2001</Estab>
<EntryDate>2021-09-01</EntryDate><LeavingDate>2026-02-27</LeavingDate><LastSchool>true</LastSchool></School>
</SchoolHistory></Pupil></CTFpupilData></CTfile>"""


def test_another_school_s_transfer_file_is_refused_and_who_comes_by_it_is_open_once_a_person_said_whose_it_is(
    hub, tmp_path
):
    path = written(tmp_path, "transfer.xml", TRANSFER)
    for school in ("school.ashdown-high", "school.ashdown-primary"):
        command = ("subjects", "import", path, "--organisation", school, "--format", "ctf")
        status, out, err = hub(*command, check=False)
        assert (status, out) == (1, "")
        assert err.startswith("hub: The file was made by another school (999/2001 for school 999/4002)")
    tally = import_roll(hub, path, "school.ashdown-high", "--format", "ctf", "--school-number", "999/4002")
    assert (tally["added"], tally["ended"]) == (1, 0)
    wren = {"query_id": 1, "given_names": "Wren", "family_name": "Quillfeather", "date_of_birth": "2014-05-17"}
    answer = json.loads(hub("subjects", "match", "--json", asked(tmp_path, wren | {"postcode": "ZW1 2AB"}))[1])
    assert [one["organisation"] for one in answer["registrations"]] == ["school.ashdown-high"]


def test_what_a_spreadsheet_did_to_numbers_is_counted_by_column_and_line(hub, tmp_path):
    spoilt = ROLL.replace("P-2,Poppy,Thornbury,17/05/2014,,", "P-2,Poppy,Thornbury,17/05/2014,9.99E+09,")
    path = written(tmp_path, "roll.csv", spoilt)
    assert import_roll(hub, path)["unused"] == {"nhs_number": {"rows": 1, "lines": [3]}}
    _, _, err = hub("subjects", "import", path, "--organisation", "school.ashdown-primary")
    assert "nhs_number: 1 row was taken without it, because it fails its check or is none (line 3)" in err
    worse = written(tmp_path, "worse.csv", spoilt.replace("999 000 0018", "9.99E+09"))
    command = ("subjects", "import", worse, "--organisation", "school.ashdown-primary", "--changes")
    status, out, err = hub(*command, check=False)
    assert (status, out) == (1, "")
    assert err.startswith("hub: Of nhs_number (2 rows, on lines 2, 3) no value passes its check")


def test_a_full_roll_ends_leavers_a_list_of_changes_does_not_and_who_comes_back_is_reopened(hub, tmp_path):
    whole = written(tmp_path, "roll.csv", ROLL)
    import_roll(hub, whole)
    less = written(
        tmp_path, "less.csv", "".join(line for line in ROLL.splitlines(keepends=True) if not line.startswith("P-2"))
    )
    assert import_roll(hub, less, "school.ashdown-primary", "--changes")["ended"] == 0
    assert import_roll(hub, less)["ended"] == 1
    assert import_roll(hub, less)["ended"] == 0
    poppy = {"query_id": 1, "given_names": "Poppy", "family_name": "Thornbury", "date_of_birth": "2014-05-17"}
    asking = asked(tmp_path, poppy | {"postcode": "ZW4 2AB"})
    answer = json.loads(hub("subjects", "match", "--json", asking)[1])
    assert (answer["outcome"], answer["registrations"]) == ("match", [])
    tally = import_roll(hub, whole)
    assert (tally["reopened"], tally["updated"], tally["unchanged"]) == (1, 1, 2)
    assert len(json.loads(hub("subjects", "match", "--json", asking)[1])["registrations"]) == 1


def test_a_roll_that_would_end_most_of_a_school_is_refused_unless_a_person_accepts_it(hub, tmp_path):
    many = HEADER + "".join(f"P-{n},Child,Of{chr(97 + n)},2014-05-{n + 1:02},,ZW{n} 2AB,,\n" for n in range(20))
    import_roll(hub, written(tmp_path, "roll.csv", many))
    few = written(tmp_path, "few.csv", "".join(many.splitlines(keepends=True)[:3]))
    status, out, err = hub("subjects", "import", few, "--organisation", "school.ashdown-primary", "--json", check=False)
    assert (status, out) == (1, "")
    assert err == (
        "hub: This full roll would end 18 of 20 open registrations of school.ashdown-primary, and 10 may end: nothing "
        "was changed. Import a list of changes with --changes; if so many have left, accept it with --accept-endings "
        "18.\n"
    )
    assert import_roll(hub, written(tmp_path, "roll.csv", many))["unchanged"] == 20
    assert import_roll(hub, few, "school.ashdown-primary", "--accept-endings", "18")["ended"] == 18


@pytest.mark.parametrize("format_", ["csv", "ctf"])
def test_a_roll_that_cannot_be_read_twice_is_refused(hub, tmp_path, format_):
    os.mkfifo(tmp_path / "pipe")
    for path in ("pipe", "/dev/null"):
        command = ("subjects", "import", path, "--organisation", "school.ashdown-primary", "--format", format_)
        status, out, err = hub(*command, check=False)
        assert (status, out) == (1, "")
        assert err == "hub: The roll is read twice, and a pipe only once: save it as a file and import that.\n"


def test_a_row_without_local_id_keeps_those_absent_and_says_so(hub, tmp_path):
    import_roll(hub, written(tmp_path, "roll.csv", ROLL))
    nameless = written(tmp_path, "roll.csv", ROLL.replace("P-2,", ","))
    status, out, err = hub("subjects", "import", nameless, "--organisation", "school.ashdown-primary", "--json")
    tally = json.loads(out)
    assert (status, tally["ended"], tally["kept"]) == (0, 0, 1)
    assert err == (
        "hub: 1 absent from the roll were not ended, because a row that does not say whom it is about may be theirs: "
        "put those rows right and import again.\n"
    )


def test_each_line_is_answered_in_order(hub, tmp_path):
    import_roll(hub, written(tmp_path, "roll.csv", ROLL))
    _, out, _ = hub(
        "subjects",
        "match",
        "--json",
        asked(
            tmp_path,
            {
                "query_id": "q1",
                "given_names": "Maisie",
                "family_name": "THORNBURY",
                "date_of_birth": "2014-05-17",
                "postcode": "zw42ab",
            },
            {
                "query_id": "q2",
                "given_names": "Edith",
                "family_name": "Thornbury",
                "date_of_birth": "2014-05-17",
                "postcode": "ZW4 2AB",
            },
            {"query_id": "q3", "given_names": "Nobody", "family_name": "Known", "date_of_birth": "2012"},
            {
                "query_id": "q4",
                "given_names": "Ruben",
                "family_name": "Castellan",
                "date_of_birth": "2013-01-30",
                "postcode": "ZW9 9ZZ",
            },
        ),
    )
    first, second, third, fourth = (json.loads(line) for line in out.splitlines())
    assert [one["query_id"] for one in (first, second, third, fourth)] == ["q1", "q2", "q3", "q4"]
    assert first["outcome"] == "match"
    assert first["registrations"] == [
        {"organisation": "school.ashdown-primary", "local_id": "P-1", "relationship": "enrolled"}
    ]
    assert set(first) == {
        "query_id",
        "outcome",
        "subject_id",
        "registrations",
        "score",
        "margin",
        "guards",
        "explanation",
    }
    assert sum(part["weight"] for part in first["explanation"]) == first["score"]
    assert (second["outcome"], second["subject_id"], second["registrations"]) == ("review", None, [])
    assert any("twin" in guard for guard in second["guards"])
    assert (third["outcome"], third["subject_id"]) == ("none", None)
    assert (fourth["outcome"], fourth["registrations"]) == ("match", [])  # he left in 2020


def test_a_bad_line_is_answered_and_makes_the_status_1(hub, tmp_path):
    import_roll(hub, written(tmp_path, "roll.csv", ROLL))
    status, out, err = hub(
        "subjects",
        "match",
        "--json",
        asked(
            tmp_path,
            "{",
            {"query_id": "q2", "given_names": 1.5},
            {
                "query_id": "q3",
                "given_names": "Maisie",
                "family_name": "Thornbury",
                "date_of_birth": "2014-05-17",
                "nhs_number": "9990000018",
            },
        ),
        check=False,
    )
    assert status == 1
    first, second, third = (json.loads(line) for line in out.splitlines())
    assert first == {"query_id": None, "error": "the line is not JSON in UTF-8"}
    assert second == {"query_id": "q2", "error": "given_names is not text"}
    assert third["outcome"] == "match"
    assert err == "hub: 2 lines are not a query; the rest was answered.\n"


@pytest.mark.parametrize(
    ("content", "encoding", "sentence", "options"),
    [
        ("", "utf-8", "The file is empty.", ()),
        (ROLL, "utf-16", "The file is not UTF-8 text: save it as CSV UTF-8 and import it again.", ()),
        ("name,dob\nMaisie,2014\n", "utf-8", LACKING, ()),
        (ROLL[:100], "utf-8", "The file is cut off: its last row is not whole. Export it again.", ()),
        (
            CTF.read_text(encoding="utf-8"),
            "utf-8",
            "The file is XML, not CSV: import it with --format ctf if it is a Common Transfer File.",
            (),
        ),
        (ROLL, "utf-8", "The file is not XML: import a CSV file with --format csv.", ("--format", "ctf")),
        (
            CTF.read_text(encoding="utf-8")[:2_000],
            "utf-8",
            "The file is cut off: it ends on line 62 before its last element does. Export it again.",
            ("--format", "ctf"),
        ),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence_before_anything_changes(
    hub, tmp_path, content, encoding, sentence, options
):
    path = written(tmp_path, "roll.csv", content, encoding)
    status, out, err = hub(
        "subjects", "import", path, "--organisation", "school.ashdown-primary", "--json", *options, check=False
    )
    assert (status, out, err) == (1, "", f"hub: {sentence}\n")


def test_an_unknown_organisation_is_refused(hub, tmp_path):
    path = written(tmp_path, "roll.csv", ROLL)
    status, _, err = hub("subjects", "import", path, "--organisation", "school.nowhere", check=False)
    assert status == 1
    assert err == (
        "hub: There is no organisation school.nowhere in the rules folder: see routing_rules/organisations/.\n"
    )


def test_people_see_a_table_and_reasons_without_personal_data(hub, tmp_path):
    _, out, err = hub(
        "subjects", "import", written(tmp_path, "roll.csv", ROLL), "--organisation", "school.ashdown-primary"
    )
    assert "subjects of their own" in out
    assert err == "line 4: date_of_birth is not a date\n"
    assert "Thornbury" not in out + err


def test_labelled_queries_are_judged_by_kind(hub, tmp_path):
    import_roll(hub, written(tmp_path, "roll.csv", ROLL))
    maisie = {"given_names": "Maisie", "family_name": "Thornbury", "date_of_birth": "2014-05-17"}
    answer = {"organisation": "school.ashdown-primary", "local_id": "P-1"}
    path = asked(
        tmp_path,
        {"query_id": 1, **maisie, "postcode": "ZW4 2AB", "answer": answer, "kind": "clean", "origin": "english"},
        {"query_id": 2, **maisie, "answer": "P-1", "kind": "no postcode"},
        {"query_id": 3, **maisie, "postcode": "ZW4 2AB", "answer": None, "kind": "clean"},
        {"query_id": 4, **maisie},
    )
    status, out, err = hub("subjects", "evaluate", path, "--json", "--chart", "chart.svg", check=False)
    found = json.loads(out)
    assert (status, "1 line is not a labelled query" in err, found["faults"]) == (1, True, 1)
    assert (found["questions"], found["registered"], found["automatic"], found["wrong_automatic"]) == (3, 2, 2, 1)
    assert (found["automatic_rate"], found["review"], found["missed"], found["not_offered"]) == (0.5, 1, 0, 0)
    assert (found["kind"]["no postcode"]["review"], found["blocking_recall"], found["compared"]) == (1, 1.0, {})
    assert found["origin"]["english"]["wrong_automatic"] == 0
    picture = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "1 of 2 answers wrong" in picture
    assert "Maisie" not in out + err + picture


def test_generated_children_are_imported_and_judged(hub):
    hub("subjects", "generate", "made", "--children", "400", "--questions", "100", "--organisation", "gp.millbrook")
    tally = import_roll(hub, "made/roll.csv", "gp.millbrook")
    assert tally["rows"] == 400
    assert tally["rejected"] == []
    for mix, registered in (("life", 100), ("hard", 50)):
        found = json.loads(hub("subjects", "evaluate", f"made/{mix}.jsonl", "--json")[1])
        assert (found["questions"], found["registered"], found["wrong_automatic"]) == (100, registered, 0)
        assert found["automatic_rate"] > 0.5


def test_a_model_is_trained_and_weighed_with(hub, tmp_path):
    hub("subjects", "train", "model.json", "--children", "2000", "--questions", "1000")
    path = asked(tmp_path, {"query_id": 1, "given_names": "Nobody", "answer": None})
    assert json.loads(hub("subjects", "evaluate", path, "--model", "model.json", "--json")[1])["questions"] == 1
    status, _, err = hub("subjects", "evaluate", path, "--model", path, check=False)
    assert status != 0
    assert "neither a model of the hub nor a Splink model" in err
