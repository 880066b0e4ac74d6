"""`hub rules decide`, as acceptance calls it."""

import json

import pytest

from tests.contract.rules_folder import AT, GIVEN, replace_in, write_rules
from tests.desk import hub


@pytest.fixture
def folder(tmp_path):
    return write_rules(tmp_path / "rules")


@pytest.fixture
def decide(folder, tmp_path):
    """Run over lines (objects or raw text); the answer is (exit status, answers, standard error)."""

    def run(*lines, rules=folder):
        file = tmp_path / "cases.jsonl"
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
        done = hub("rules", "decide", file, "--rules", rules, "--at", AT, "--json", home=tmp_path / "home")
        return done.status, [json.loads(line) for line in done.out.splitlines()], done.err

    return run


def test_the_answer_in_full(decide):
    status, (answer,), stderr = decide({"id": "case-1", "given": {**GIVEN, "tier": "urgent"}})
    assert (status, stderr) == (0, "")
    assert list(answer) == ["id", "rules_version", "decisions", "review"]
    assert answer["id"] == "case-1"
    assert answer["rules_version"].startswith("sha256:")
    assert answer["review"] == []
    (decision,) = answer["decisions"]
    assert list(decision) == ["subject", "recipient", "kind", "role", "outcome", "isp", "clause", "rule", "by", "tier",
                              "released", "withheld", "reasons"]  # fmt: skip
    reasons, withheld = decision.pop("reasons"), decision.pop("withheld")
    assert decision == {
        "subject": "1",
        "recipient": "school.glenmore-primary",
        "kind": "school",
        "role": "designated_safeguarding_lead",
        "outcome": "share",
        "isp": "ISP-POL-EDU-001@3",
        "clause": "tell-dsl",
        "rule": "da-school",
        "by": "2026-03-09T08:45:00Z",
        "tier": "urgent",
        "released": {
            "child.name": "full",
            "child.date_of_birth": "full",
            "child.voice": "full",
            "concern.summary": "full",
            "incident.reference": "full",
            "incident.occurred_at": "full",
            "incident.place": {"generalise": "postcode_district"},
        },
    }
    assert {"child.address", "person.alleged_perpetrator", "child.safe_address"} <= set(withheld)
    assert all(reason.endswith(".") for reason in reasons)


def test_lines_are_answered_in_order_and_a_bad_one_does_not_stop_the_rest(decide):
    status, answers, stderr = decide(
        {"id": "a", "given": GIVEN},
        "not json",
        {"id": "b", "given": {**GIVEN, "child": {"age": "eight"}}},
        {"given": GIVEN},
        {"id": "c"},
        "",
        "[1, 2]",
        '{"id": "d", "id": "e", "given": {}}',
        {"id": "f", "given": {**GIVEN, "source": "police.nowhere"}},
        {"id": "g", "given": {**GIVEN, "category": "neglect"}},
    )
    assert status == 1
    assert [(answer["id"], "error" in answer) for answer in answers] == [
        ("a", False), (None, True), ("b", True), (None, True), ("c", True), (None, True), (None, True), ("f", True),
        ("g", False),
    ]  # fmt: skip
    assert answers[2] == {"id": "b", "error": "child.age must be a whole number."}
    assert "7 of 9 lines" in stderr


def test_no_personal_data_in_answers_or_errors(decide):
    secret = {"name": "Isla Abercorn", "date_of_birth": "2017-09-14"}
    status, (answer,), stderr = decide({"id": "1", "given": {**GIVEN, "child": secret}})
    assert status == 1
    assert answer["error"] == "child.name is not known here."
    assert "Isla" not in stderr
    born = {**GIVEN["child"], "date_of_birth": "2017-09-14"}
    del born["age"]
    _, (answer,), _ = decide({"id": "1", "given": {**GIVEN, "child": born}})
    assert answer["decisions"][0]["outcome"] == "share"
    assert "2017" not in json.dumps(answer)


def test_several_children(decide):
    children = [{"key": "a", **GIVEN["child"]}, {"key": "b", **GIVEN["child"], "age": 2}]
    given = {name: value for name, value in GIVEN.items() if name != "child"} | {"children": children}
    _, (answer,), _ = decide({"id": "1", "given": given})
    assert [decision["subject"] for decision in answer["decisions"]] == ["a"]
    (why,) = answer["review"]
    assert why.startswith("Child b: Nobody may be told")
    assert why.endswith("own duty desk: the duty officer of police.caledon.")


def test_the_barred_lead(decide):
    people = [{"role": "alleged_perpetrator", "linked_to": "school.glenmore-primary",
               "holds": "designated_safeguarding_lead"}]  # fmt: skip
    _, (answer,), _ = decide({"id": "1", "given": {**GIVEN, "people": people}})
    assert [(one["recipient"], one["role"], one["outcome"]) for one in answer["decisions"]] == [
        ("school.glenmore-primary", "designated_safeguarding_lead", "withhold"),
        ("la.glenmore", "designated_officer", "withhold"),
    ]
    assert answer["decisions"][0]["isp"] == "ISP-POL-EDU-001@3"
    assert answer["decisions"][0]["released"] == {}
    assert answer["review"]


def test_what_is_unknown(decide):
    child = {name: value for name, value in GIVEN["child"].items() if name != "age"}
    _, (answer,), _ = decide({"id": "1", "given": {**GIVEN, "child": child}})
    assert [one["outcome"] for one in answer["decisions"]] == ["cannot_decide"]
    assert answer["review"]


def test_the_clock_is_an_argument(folder, tmp_path):
    case = json.dumps({"id": "1", "given": GIVEN})
    outcomes = []
    for at in ("2024-12-31T12:00:00Z", "2025-01-01T12:00:00Z", "2027-12-31T12:00:00+00:00", "2028-01-01T12:00:00Z"):
        done = hub("rules", "decide", "-", "--rules", folder, "--at", at, "--json", home=tmp_path, stdin=case)
        outcomes.append(json.loads(done.out)["decisions"][0]["outcome"])
    assert outcomes == ["withhold", "share", "share", "cannot_decide"]


def test_rules_that_cannot_be_used(folder, decide):
    line = replace_in(folder / "isps/police-school-domestic-abuse.yaml", "version: 3", "version: new")
    status, answers, stderr = decide({"id": "1", "given": GIVEN})
    assert (status, answers) == (1, [])
    assert f"isps/police-school-domestic-abuse.yaml:{line}: version must be a whole number" in stderr


def test_a_wrong_instant_or_folder_is_one_sentence(folder, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text("")
    done = hub("rules", "decide", file, "--rules", folder, "--at", "Saturday", "--json", home=tmp_path)
    assert done.status != 0
    assert "must be an instant with its offset" in done.err
    done = hub("rules", "decide", file, "--rules", tmp_path / "nowhere", "--json", home=tmp_path)
    assert done.status == 1
    assert "there is no such folder" in done.err


def test_a_very_long_line_and_odd_text(decide):
    status, answers, _ = decide(
        "x" * 2_000_000, '{"id": "\\ud800", "given": {}}', '{"id": "\\u0000\U0001f600"}', "{" * 9999
    )
    assert status == 1
    assert ["error" in answer for answer in answers] == [True] * 4


def test_for_people(folder, tmp_path):
    case = json.dumps({"id": "[bold]1", "given": GIVEN})
    done = hub("rules", "decide", "-", "--rules", folder, "--at", AT, home=tmp_path, stdin=case)
    assert done.status == 0
    assert "[bold]1" in done.out
    assert "incident.place (postcode_district only)" in done.out
