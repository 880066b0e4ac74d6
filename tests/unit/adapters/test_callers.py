"""Who may post."""

import json

import pytest

from adapters.bridge.doors import callers
from adapters.bridge.doors.callers import Callers
from hub.facts.errors import ConfigurationError, UserError
from tests.unit.adapters.builders import SATURDAY_NIGHT


def add(agencies, source, name, *, role="system", byte=b"s"):
    return callers.add(agencies / source, name, role, now=SATURDAY_NIGHT, random_bytes=lambda n: byte * n)


def test_a_secret_is_shown_once_and_only_its_hash_is_kept(tmp_path):
    secret = add(tmp_path, "police.caledon", "ivpd")
    assert secret == "hub_c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M"
    path = tmp_path / "police.caledon" / "callers.json"
    assert secret not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    found = Callers(tmp_path).find(secret)
    assert (found.name, found.source, found.role) == ("ivpd", "police.caledon", "system")
    assert found.sha256 not in repr(found)


def test_a_caller_is_found_among_all_agencies_until_it_is_removed(tmp_path):
    known = Callers(tmp_path)
    ours = add(tmp_path, "police.caledon", "ivpd", byte=b"a")
    theirs = add(tmp_path, "police.westshire", "niche", byte=b"b")
    assert known.find(ours).source == "police.caledon"
    assert known.find(theirs).source == "police.westshire"
    assert known.find("hub_wrong") is None
    assert known.find("") is None
    assert known.find("x" * 100_000) is None
    callers.remove(tmp_path / "police.caledon", "ivpd")
    assert known.find(ours) is None
    assert callers.read(tmp_path / "police.caledon") == []


def test_a_name_is_given_once_and_to_no_more_callers_than_allowed(tmp_path, monkeypatch):
    add(tmp_path, "police.caledon", "ivpd")
    with pytest.raises(UserError, match="already"):
        add(tmp_path, "police.caledon", "ivpd")
    with pytest.raises(UserError, match="up to 64 letters"):
        add(tmp_path, "police.caledon", "a name")
    monkeypatch.setattr(callers, "MAX_CALLERS", 1)
    with pytest.raises(UserError, match="as many as it may"):
        add(tmp_path, "police.caledon", "other")


def test_who_is_not_there_cannot_be_removed(tmp_path):
    with pytest.raises(UserError, match="no caller of that name"):
        callers.remove(tmp_path / "police.caledon", "ivpd")


@pytest.mark.parametrize("text", ["", "{}", '{"callers": [{"name": "ivpd"}]}', "[]"])
def test_a_damaged_file_is_said_and_lets_nobody_in(tmp_path, text):
    (tmp_path / "police.caledon").mkdir()
    (tmp_path / "police.caledon" / "callers.json").write_text(text)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Callers(tmp_path).find("hub_x")


def test_who_answers_access_requests_may_not_post():
    assert "system" in callers.ROLES
    assert "duty_officer" in callers.ROLES
    assert "subject_access_officer" not in callers.ROLES
    assert json.loads(json.dumps(callers.ROLES))
