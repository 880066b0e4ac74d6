"""Records made to stop the router: each is a dead letter, and its batch goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.wire.sealed import SourceKeys, seal
from tests.builders import ISLA, a_concern
from tests.town import PRIMARY, Town


@pytest.mark.parametrize("key_id", ["\u00e9" * 190, "a\nb", "hub.matching.1/..", "\U0001f600" * 100])
def test_a_signing_key_whose_name_no_file_can_bear_is_an_unknown_signer(town: Town, key_id: str) -> None:
    good = a_concern().about(ISLA).made()
    keys = town.keys()
    forged = seal(
        a_concern(reference="VPD-2026-000777").about(ISLA).made(),
        town.parts.schemas,
        SourceKeys(key_id, keys.sign, keys.case_secret, keys.matching, keys.deciding, keys.release),
    )
    town.route([town.record(*forged), town.record(*town.sealed(good))])
    assert town.dead() == ["unknown_signer"]
    assert town.told(good) == {PRIMARY: "disclose"}


@pytest.mark.parametrize("name", ["matching", "deciding", "release"])
def test_a_part_sealed_to_a_key_whose_name_no_file_can_bear_is_an_unknown_key(town: Town, name: str) -> None:
    good = a_concern().about(ISLA).made()
    keys = town.keys()
    key = replace(getattr(keys, name), key_id=f"hub.{name}.{'é' * 180}")
    bad = seal(
        a_concern(reference="VPD-2026-000777").about(ISLA).saying("concern.summary", "Text.").made(),
        town.parts.schemas,
        replace(keys, **{name: key}),
    )
    town.route([town.record(*bad), town.record(*town.sealed(good))])
    assert town.dead() == ["unknown_key"]
    assert town.told(good) == {PRIMARY: "disclose"}
