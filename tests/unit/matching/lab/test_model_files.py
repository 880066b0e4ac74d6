"""Model files, ours and Splink's, and what training makes."""

import json
from math import log2

import pytest

from hub.facts.errors import UserError
from hub.matching.deciding.child import child_of
from hub.matching.deciding.comparison import compare
from hub.matching.deciding.weights import Weights
from hub.matching.lab.model_files import load_model
from hub.matching.lab.training import train
from hub.matching.values.level import Level
from tests.unit.matching.children import MAISIE

SPLINK = {
    "link_type": "link_only",
    "probability_two_random_records_match": 0.0001,
    "comparisons": [
        {
            "output_column_name": "first_name",
            "comparison_levels": [
                {"sql_condition": "first_name_l IS NULL", "label_for_charts": "Null", "is_null_level": True},
                {"sql_condition": "first_name_l = first_name_r", "m_probability": 0.8, "u_probability": 0.01},
                {"sql_condition": "jaro_winkler > 0.9", "m_probability": 0.15, "u_probability": 0.03},
                {"sql_condition": "ELSE", "m_probability": 0.05, "u_probability": 0.96},
            ],
        },
        *(
            {
                "output_column_name": name,
                "comparison_levels": [
                    {"sql_condition": "=", "m_probability": 0.5, "u_probability": 0.25},
                    {"sql_condition": "ELSE", "m_probability": 0.5, "u_probability": 0.75},
                ],
            }
            for name in ("surname", "dob", "favourite_colour")
        ),
    ],
}


def test_a_splink_model_is_read(tmp_path):
    path = tmp_path / "splink.json"
    path.write_text(json.dumps(SPLINK))
    model = load_model(path)
    assert set(model.shares) == {"forename", "family_name", "date_of_birth"}
    assert model.bits("forename", Level.EXACT) == pytest.approx(log2(80), abs=1 / 64)
    assert model.bits("forename", Level.SLIP) == pytest.approx(log2(5), abs=1 / 64)
    assert model.bits("forename", Level.DIFFERENT) == pytest.approx(log2(0.05 / 0.96), abs=1 / 64)
    assert model.bits("family_name", Level.EXACT) == 1
    assert Weights(model).explain(ask_found(), ())[3].weight == 0


@pytest.mark.parametrize(("count", "bits"), [(1, 4), (2, 3), (3, 2), (4, 2)])
def test_akin_names_weigh_in_a_splink_model_as_close_ones_do(tmp_path, count, bits):
    shares = [(0.7, 0.001), *((0.16 / 2**at, 0.01) for at in range(count)), (0.05, 0.9)]
    levels = [{"m_probability": m, "u_probability": u} for m, u in shares]
    names = ("first_name", "surname", "dob")
    path = tmp_path / "splink.json"
    path.write_text(
        json.dumps({"comparisons": [{"output_column_name": n, "comparison_levels": levels} for n in names]})
    )
    model = load_model(path)
    assert model.bits("forename", Level.AKIN) == model.bits("forename", Level.CLOSE) == bits
    worth = [model.bits("forename", level) for level in Level if level is not Level.MISSING]
    assert worth == sorted(worth, reverse=True)


def ask_found():
    return compare(child_of(MAISIE), [child_of(MAISIE)])


@pytest.mark.parametrize("text", ["", "[]", "{}", "7", '{"form": 9}', '{"form": 1, "comparisons": {"sex": {}}}'])
def test_what_is_no_model_is_refused_in_one_sentence(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(UserError, match="is neither a model"):
        load_model(path)


def test_training_is_repeatable_and_its_model_decides():
    made = train(2_000, 1_000, seed=9)
    assert made == train(2_000, 1_000, seed=9)
    assert made["trained"] == {"children": 2_000, "questions": 1_000, "seed": 9, "names": "train"}
