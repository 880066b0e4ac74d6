"""Whatever a bundle holds, it is a concern within the bounds or a list of faults; nothing fails or is quoted."""

import json
from random import Random

import pytest

from adapters.bridge.formats import Raised
from adapters.nhs.fhir.reading import read_bundle
from hub.facts.bounds import out_of_bounds
from tests.unit.adapters.nhs.bundles import EXAMPLES, MONDAY_EVENING, outcome_of

SECRET = "Zaphyra"
ODD = [None, "", SECRET, f"#{SECRET}", 7, -1, 1.5, True, [], {}, "2026-02-30", "2026", [SECRET], [{}], {SECRET: SECRET}]
BUNDLES = [read_bundle(path.read_bytes())[0] for path in sorted(EXAMPLES.iterdir())]


def changed(bundle, chance):
    """The bundle with one value in it, anywhere, made odd, left away or doubled."""
    made = json.loads(json.dumps(bundle))
    at = made
    while True:
        key = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
        inner = at[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.85:
            at = inner
            continue
        match chance.randrange(3):
            case 0:
                at[key] = chance.choice(ODD)
            case 1:
                del at[key]
            case _:
                at[key] = [inner, inner] if isinstance(at, dict) else inner
        return made


@pytest.mark.parametrize("seed", range(4))
def test_a_bundle_changed_anywhere_is_a_concern_or_faults(seed):
    chance = Random(seed)  # noqa: S311 - the same changes each time
    taken = 0
    for _ in range(150):
        made = changed(changed(chance.choice(BUNDLES), chance), chance)
        found = outcome_of(made)
        if isinstance(found, Raised):
            taken += 1
            assert out_of_bounds(found.concern, MONDAY_EVENING) == ()
            assert SECRET not in " ".join(found.left_out)
        else:
            assert found.faults
            assert SECRET not in " ".join(found.faults)
    assert taken
