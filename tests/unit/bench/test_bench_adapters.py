"""The adapters' bench takes each format's example in, and every adapter with an example of its own is in it."""

from hub.bench.adapters import FORMATS, POLICE, measure


def test_every_format_is_taken_into_a_spool_and_set_beside_the_police_notice(tmp_path):
    found = measure(tmp_path, records=2, rounds=1)
    assert found["checks"] == {"not_taken": 0}
    assert list(found["rates"]) == list(FORMATS) == [POLICE, "fhir", "hl7"]
    assert found["ratios"][POLICE] == 1.0
