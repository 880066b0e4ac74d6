"""`hub rules check` and `hub isp sign`, as acceptance calls them."""

import json

import pytest

from hub.facts.shipped import shipped
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.keys.setup import organisation_keys
from tests.contract.rules_folder import AT, GIVEN, replace_in, write_rules
from tests.desk import hub

ISP = "isps/police-school-domestic-abuse.yaml"


@pytest.fixture
def folder(tmp_path):
    return write_rules(tmp_path / "rules")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def check(folder, home, *options):
    done = hub("rules", "check", folder, "--json", "--at", AT, *options, home=home)
    return done.status, json.loads(done.out)


def test_a_sound_folder(folder, home):
    status, report = check(folder, home)
    assert status == 0
    assert report["ok"] is True
    assert report["rules_version"].startswith("sha256:")
    assert report["scenarios"] == {"passed": 1, "failed": 0}
    assert {finding["level"] for finding in report["findings"]} <= {"warning", "notice"}


def test_the_shipped_rules_are_sound(home):
    status, report = check(shipped("routing_rules"), home)
    assert status == 0
    assert report["scenarios"]["failed"] == 0
    assert report["scenarios"]["passed"] >= 8
    assert not [finding for finding in report["findings"] if finding["level"] == "error"]


def test_the_shipped_rules_are_the_default(home):
    done = hub("rules", "check", "--json", "--at", AT, home=home)
    assert json.loads(done.out) == check(shipped("routing_rules"), home)[1]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (ISP, "child.name: full", "child.nmae: full"),
        (ISP, "version: 3", "version: new"),
        (ISP, "expires: 2027-12-31", "expires: never"),
        (ISP, "organisation: police.caledon", "organisation: police.calledon"),
        (ISP, "schools.glenmore,", "schools.glenmor,"),
        (ISP, "role: designated_safeguarding_lead", "role: safeguarding_lead"),
        (ISP, "{from: 4, to: 17}", "{from: 17, to: 4}"),
        (ISP, "child.voice: full", "child.voice: [full"),
        ("rules/domestic-abuse.yaml", "kind: local_authority", "kind: council"),
        ("rules/domestic-abuse.yaml", "if: home_educated", "if: home_schooled"),
        ("rules/domestic-abuse.yaml", "by: before_next_school_day", "by: tomorrow"),
        ("organisations/la.glenmore.yaml", "jurisdiction: SCT", "jurisdiction: SCOTLAND"),
        ("organisations/school.glenmore-primary.yaml", "authority: la.glenmore", "authority: la.glenmoor"),
        ("groups.yaml", "school.glenmore-primary", "school.glenmore-primry"),
        ("scenarios/da-school.yaml", "T08:45+00:00", "T09:45+00:00"),
        ("scenarios/da-school.yaml", "withheld: [child.address]", "withheld: [child.name]"),
    ],
)
def test_a_mistake_is_an_error_at_its_line(folder, home, file, old, new):
    line = replace_in(folder / file, old, new)
    status, report = check(folder, home)
    assert status == 1
    assert report["ok"] is False
    errors = [finding for finding in report["findings"] if finding["level"] == "error"]
    assert any(finding["file"] == file and abs(finding["line"] - line) <= 1 for finding in errors), errors
    assert all(finding["message"] for finding in errors)


def test_every_mistake_is_told_at_once(folder, home):
    replace_in(folder / ISP, "version: 3", "version: new")
    replace_in(folder / ISP, "child.name: full", "child.nmae: full")
    replace_in(folder / "rules/domestic-abuse.yaml", "kind: school", "kind: skool")
    _, report = check(folder, home)
    assert len([finding for finding in report["findings"] if finding["level"] == "error"]) == 3


def test_what_a_person_reads(folder, home):
    line = replace_in(folder / ISP, "child.name: full", "child.nmae: full")
    done = hub("rules", "check", folder, "--at", AT, home=home)
    assert done.status == 1
    assert f"{ISP}:{line}" in done.out.replace("\n", "")
    assert "did you mean 'child.name'?" in done.out


def test_a_folder_that_is_not_there(home, tmp_path):
    status, report = check(tmp_path / "nowhere", home)
    assert (status, report["ok"]) == (1, False)


def test_an_expired_isp_is_said(folder, home):
    done = hub("rules", "check", folder, "--json", "--at", "2028-01-01T00:00:00Z", home=home)
    assert any(finding["code"] == "expired" for finding in json.loads(done.out)["findings"])


def test_the_version_does_not_depend_on_the_path(folder, home, tmp_path):
    other = write_rules(tmp_path / "elsewhere" / "rules")
    assert check(folder, home)[1]["rules_version"] == check(other, home)[1]["rules_version"]
    replace_in(other / ISP, "version: 3", "version: 4")
    assert check(folder, home)[1]["rules_version"] != check(other, home)[1]["rules_version"]


# --- sign-off ---------------------------------------------------------------------------------------------------------


def decide(folder, home, case):
    done = hub("rules", "decide", "-", "--rules", folder, "--at", AT, "--json", "--signatures", home=home, stdin=case)
    return json.loads(done.out)["decisions"][0]


def test_an_isp_is_in_force_once_both_have_signed(folder, home):
    case = json.dumps({"id": "1", "given": GIVEN})
    parties = ("police.caledon", "school.glenmore-primary")
    for one in parties:
        organisation_keys(one, home / "agencies" / one / "keys", home / "keys")
    assert decide(folder, home, case)["outcome"] == "cannot_decide"
    missing = []
    for one in parties:
        done = hub("isp", "sign", folder / ISP, "--organisation", one, "--rules", folder, "--json", home=home)
        assert done.status == 0, done.err
        missing.append(json.loads(done.out)["missing"])
    assert missing == [["school.glenmore-primary"], []]
    assert sorted(path.name for path in (folder / "signatures").iterdir()) == [
        "ISP-POL-EDU-001@3.police.caledon.json",
        "ISP-POL-EDU-001@3.school.glenmore-primary.json",
    ]
    assert decide(folder, home, case)["outcome"] == "share"
    assert check(folder, home, "--signatures")[1]["unsigned"] == []
    replace_in(folder / ISP, "dpia: DPIA-2024-017", "dpia: DPIA-2024-018")
    assert decide(folder, home, case)["outcome"] == "cannot_decide"
    assert len(check(folder, home, "--signatures")[1]["unsigned"]) == 2


def test_an_isp_in_force_that_lost_a_signature_fails_the_check(folder, home, tmp_path):
    for one in ("police.caledon", "school.glenmore-primary"):
        organisation_keys(one, home / "agencies" / one / "keys", home / "keys")
        hub("isp", "sign", folder / ISP, "--organisation", one, home=home)
    elsewhere = tmp_path / "elsewhere"
    keys = home / "keys"
    assert check(folder, home)[0] == 0
    assert check(folder, elsewhere)[0] == 1
    assert [check(folder, elsewhere, "--keys", at)[0] for at in (keys, keys / "public")] == [0, 0]
    (folder / "signatures/ISP-POL-EDU-001@3.police.caledon.json").unlink()
    status, report = check(folder, elsewhere, "--keys", keys)
    errors = [finding for finding in report["findings"] if finding["level"] == "error"]
    assert (status, [(one["file"], one["line"]) for one in errors]) == (1, [(ISP, 8)])
    assert "is not signed by police.caledon" in errors[0]["message"]


def test_a_signature_by_a_key_that_rotation_replaced_still_holds(folder, home):
    keys = home / "agencies" / "police.caledon" / "keys"
    for one in ("police.caledon", "school.glenmore-primary"):
        organisation_keys(one, home / "agencies" / one / "keys", home / "keys")
        hub("isp", "sign", folder / ISP, "--organisation", one, home=home)
    rotated = FileKeys(keys).make("police.caledon", Use.SIGN)
    FileKeys(keys).publish(rotated, home / "keys" / "public")
    assert decide(folder, home, json.dumps({"id": "1", "given": GIVEN}))["outcome"] == "share"


@pytest.mark.parametrize(
    ("organisation", "sentence"),
    [("la.glenmore", "is not a party"), ("police.caledon", "There is no sign key of police.caledon")],
)
def test_who_cannot_sign(folder, home, organisation, sentence):
    done = hub("isp", "sign", folder / ISP, "--organisation", organisation, home=home)
    assert done.status == 1
    assert sentence in done.err
    assert not (folder / "signatures").exists()


def test_only_an_isp_of_a_sound_folder_is_signed(folder, home, tmp_path):
    stray = tmp_path / "stray.yaml"
    stray.write_text("id: x\n")
    done = hub("isp", "sign", stray, "--organisation", "police.caledon", home=home)
    assert (done.status, "does not lie in the isps/" in done.err) == (1, True)
    replace_in(folder / ISP, "version: 3", "version: new")
    done = hub("isp", "sign", folder / ISP, "--organisation", "police.caledon", home=home)
    assert (done.status, "version must be a whole number" in done.err) == (1, True)


def test_a_secret_in_a_webhooks_address_is_refused_at_its_line_with_what_to_do_instead(folder, home):
    file = folder / "organisations/school.glenmore-primary.yaml"
    line = replace_in(file, "channels: [", "channels: [{webhook: {url: 'https://school.example/hub?token=abc'}}, ")
    status, report = check(folder, home)
    assert status == 1
    (found,) = [one for one in report["findings"] if one["code"] == "webhook-address"]
    assert (found["file"], found["line"]) == ("organisations/school.glenmore-primary.yaml", line)
    assert "hub keys new --webhook" in found["message"]
    assert "abc" not in found["message"]


def test_a_webhook_into_ones_own_network_is_refused_unless_the_setting_allows_it(folder, home, monkeypatch):
    school = "organisations/school.glenmore-primary.yaml"
    line = replace_in(folder / school, "https://receiver.example/hub", "http://127.0.0.1:8443/hub")
    status, report = check(folder, home)
    found = [one for one in report["findings"] if one["code"] == "webhook-address"]
    assert (status, [(one["file"], one["line"], one["level"]) for one in found]) == (1, [(school, line, "error")])
    monkeypatch.setenv("HUB_WEBHOOK_NETWORKS", "127.0.0.0/8")
    assert check(folder, home)[0] == 0
    monkeypatch.setenv("HUB_WEBHOOK_NETWORKS", "everywhere")
    done = hub("rules", "check", folder, home=home)
    assert (done.status, "HUB_WEBHOOK_NETWORKS is wrong" in done.err) == (1, True)
