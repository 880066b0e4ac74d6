"""Each rules set that decides is kept, sealed, so that the same answer can be given a year later."""

from __future__ import annotations

from hub.keys.evidence import Evidence
from hub.routing.kept_rules import keep_rules, kept_rules
from tests.town import PRIMARY, Town


def test_a_set_is_kept_whole_and_names_no_holder_in_clear(town: Town) -> None:
    rules, evidence = town.parts.rules, Evidence(town.parts.keys)
    with town.parts.connect() as connection:
        keep_rules(connection, rules, evidence, town.now)
        keep_rules(connection, rules, evidence, town.now)
        files = kept_rules(connection, rules.version, evidence)
        assert kept_rules(connection, "sha256:none", evidence) is None
    assert files is not None
    assert "Fiona Lockhart" in files[f"organisations/{PRIMARY}.yaml"]
    assert any(path.startswith("signatures/") for path in files)
    assert "Lockhart" not in town.dump()
