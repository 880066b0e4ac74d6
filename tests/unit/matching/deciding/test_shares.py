"""The shipped model, and that its weights add up."""

from hub.matching.deciding.shares import shipped_model
from hub.matching.values.level import Level
from tests.unit.matching.children import MAISIE, ask


def test_the_shipped_model_ranks_the_levels_and_a_rare_name_above_a_common_one():
    model = shipped_model()
    for name in ("forename", "family_name", "date_of_birth", "address"):
        assert model.bits(name, Level.EXACT) > 5
        assert model.bits(name, Level.DIFFERENT) < -3
        assert model.bits(name, Level.MISSING) == 0
    common = max(model.terms["family_name"].items(), key=lambda term: term[1])[0]
    rare = min(model.terms["family_name"].items(), key=lambda term: term[1])[0]
    assert model.bits_of_term("family_name", rare) > model.bits_of_term("family_name", common) + 2


def test_the_parts_add_up_to_the_score_to_the_last_digit():
    verdict = ask(MAISIE, MAISIE)
    assert sum(part.weight for part in verdict.explanation) == verdict.score
