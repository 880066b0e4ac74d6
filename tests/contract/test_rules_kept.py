"""Each rules set that decides is kept, sealed, so that the same answer can be given a year later."""

from __future__ import annotations

from hub.bootstrap.parts import Parts
from hub.facts.shipped import shipped
from hub.keys.evidence import Evidence
from hub.routing.kept_rules import UNSIGNED, keep_rules, kept_rules
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


def test_a_process_on_rules_of_which_no_sign_off_verifies_says_so(town: Town) -> None:
    unsigned = Parts(town.settings.model_copy(update={"rules": shipped("routing_rules")}))
    assert UNSIGNED in unsigned.warnings()
    assert UNSIGNED not in town.parts.warnings()
