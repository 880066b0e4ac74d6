"""A sign-off that an ISP in force lost is an error; one that is not there yet is said."""

import json
from datetime import UTC, datetime

import pytest

from hub.facts.errors import KeyMissing
from hub.sharing import inspect_rules, sign_isp
from tests.unit.sharing.builders import ACADEMY, AT, COUNCIL, POLICE, PRIMARY, an_isp, files
from tests.unit.sharing.writing.test_signatures import ISP_FILE, REF, Key, Keys, signed

ALL = (POLICE, PRIMARY, ACADEMY)


@pytest.fixture
def keys():
    return Keys()


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, an_isp())
    return tmp_path


def write(folder, *isps):
    for name, content in files(isps=list(isps)).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


def found(folder, keys, at=AT):
    report = inspect_rules(folder, at, public_key_of=keys.public.__getitem__)
    return {
        (one.level.value, one.file, one.message.replace(REF, "it").partition(":")[0])
        for one in report.findings
        if one.code in {"signature", "unsigned"}
    }


def change_the_isp(folder):
    path = folder / ISP_FILE
    path.write_text(path.read_text().replace("DPIA-2024-017", "DPIA-2024-018"))


def signature(organisation, ref=REF):
    return f"signatures/{ref}.{organisation}.json"


def test_signed_by_all_is_sound(folder, keys):
    signed(folder, keys, *ALL)
    assert found(folder, keys) == set()


def test_without_a_signatures_folder_nothing_is_asked_for(folder, keys):
    assert found(folder, keys) == set()


def test_an_isp_in_force_that_was_changed_lost_every_signature(folder, keys):
    signed(folder, keys, *ALL)
    change_the_isp(folder)
    assert found(folder, keys) == {
        ("error", signature(one), f"the signature of {one} under it does not hold") for one in ALL
    }
    assert not inspect_rules(folder, AT, public_key_of=keys.public.__getitem__).ok


def test_an_isp_in_force_whose_signature_was_taken_away(folder, keys):
    signed(folder, keys, *ALL)
    (folder / signature(POLICE)).unlink()
    assert found(folder, keys) == {("error", ISP_FILE, f"it is not signed by {POLICE}")}


def test_a_signature_by_another_s_key_or_spoiled_or_of_an_unknown_key(folder, keys):
    signed(folder, keys, *ALL)
    keys.public[f"{POLICE}.sign.1"] = Key(COUNCIL, keys.public[f"{POLICE}.sign.1"].raw)
    path = folder / signature(PRIMARY)
    path.write_text(path.read_text().replace('"signatory"', '"director"'))

    def none_of_the_academy(key_id):
        if ACADEMY in key_id:
            raise KeyMissing("none")
        return keys.public[key_id]

    report = inspect_rules(folder, AT, public_key_of=none_of_the_academy)
    assert {one.message.partition(": ")[2] for one in report.findings if one.code == "signature"} == {
        f"{POLICE}.sign.1 is no signing key of {POLICE}",
        f"it was not made with {PRIMARY}.sign.1, or was changed since",
        f"the public half of {ACADEMY}.sign.1 is not among the keys here (see --keys)",
    }
    assert not report.ok


def test_a_member_of_a_group_that_never_signed_is_said(folder, keys):
    signed(folder, keys, POLICE, PRIMARY)
    assert found(folder, keys) == {("warning", ISP_FILE, f"it is not signed by {ACADEMY}")}


def test_an_isp_that_nobody_signed_yet_is_said(folder, keys):
    (folder / "signatures").mkdir()
    assert found(folder, keys) == {
        ("warning", ISP_FILE, f"it is not signed by {POLICE}"),
        ("warning", ISP_FILE, f"it is not signed by {ACADEMY}, {PRIMARY}"),
    }


def test_a_version_that_is_being_signed_beside_the_one_in_its_place_is_said(tmp_path, keys):
    write(tmp_path, an_isp())
    signed(tmp_path, keys, *ALL)
    write(tmp_path, an_isp(), an_isp(version=4))
    rules = signed(tmp_path, keys)
    newer = next(isp for isp in rules.isps if isp.version == 4)

    sign_isp(rules, newer, POLICE, keys, datetime(2026, 3, 1, tzinfo=UTC))
    file = "isps/ISP-POL-EDU-001-4.yaml"
    assert found(tmp_path, keys) == {("warning", file, f"ISP-POL-EDU-001@4 is not signed by {ACADEMY}, {PRIMARY}")}
    path = tmp_path / file
    path.write_text(path.read_text().replace("DPIA-2024-017", "DPIA-2024-018"))
    assert {level for level, _, _ in found(tmp_path, keys)} == {"warning"}


@pytest.mark.parametrize("at", ["2024-12-31", "2028-01-01"])
def test_what_is_not_in_force_by_its_dates_is_said(folder, keys, at):
    signed(folder, keys, *ALL)
    change_the_isp(folder)
    levels = {level for level, _, _ in found(folder, keys, datetime.fromisoformat(f"{at}T12:00:00+00:00"))}
    assert levels == {"warning"}


def test_a_signature_of_an_isp_that_is_not_there_or_of_no_party(folder, keys):
    signed(folder, keys, *ALL)
    said = json.loads((folder / signature(POLICE)).read_text())
    (folder / "signatures/ISP-GONE@1.json").write_text(json.dumps({**said, "isp": "ISP-GONE", "version": 1}))
    (folder / "signatures/other.json").write_text(json.dumps({**said, "organisation": COUNCIL}))
    assert found(folder, keys) == {
        ("warning", "signatures/ISP-GONE@1.json", "this signature is of no use"),
        ("warning", "signatures/other.json", f"{COUNCIL} signed it, and is no party to it"),
    }
