"""Splink's model of a child: its comparisons, a level for every kind of error of the trials, and its blocking rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

BLOCKS = ("birth_family", "birth_forename", "birth_postcode", "postcode_start", "nhs", "chi", "upn", "name_district")
"""Columns of blocking keys."""
_UNSEEN = 1e-4
"""Share of a level that no pair had."""


def settings(splink: Any) -> Any:
    """What Splink is asked to compare and to block by."""
    return splink.SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(name, levels) for name, levels in _LEVELS.items()],
        blocking_rules_to_generate_predictions=[splink.block_on(column) for column in BLOCKS],
        retain_matching_columns=False,
    )


def _comparison(name: str, levels: Sequence[str]) -> dict[str, Any]:
    """Levels best first; null before them and else after them; term frequency where the name itself is exact."""
    made: list[dict[str, Any]] = [
        {
            "sql_condition": f'"{name}_l" is null or "{name}_r" is null',
            "label_for_charts": "null",
            "is_null_level": True,
        }
    ]
    for level in levels:
        made.append({"sql_condition": level, "label_for_charts": level[:40]})
        if level == _exact(name) and name in ("forename", "family"):
            made[-1] |= {"tf_adjustment_column": name, "tf_adjustment_weight": 1.0}
    made.append({"sql_condition": "ELSE", "label_for_charts": "else"})
    return {"output_column_name": name, "comparison_levels": made}


def filled(model: dict[str, Any]) -> dict[str, Any]:
    """A level that no pair had is rare; Splink would let it weigh nothing, even an altogether different birthday."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = max(level.get("m_probability") or 0, _UNSEEN)
                level["u_probability"] = max(level.get("u_probability") or 0, _UNSEEN)
    return model


def _exact(name: str) -> str:
    return f'"{name}_l" = "{name}_r"'


def _similar(name: str, least: float) -> str:
    return f'jaro_winkler_similarity("{name}_l", "{name}_r") >= {least}'


def _slip(name: str) -> str:
    return f'damerau_levenshtein("{name}_l", "{name}_r") <= 1'


def _part(name: str, first: int, last: int) -> str:
    return f'substr("{name}_l", {first}, {last}) = substr("{name}_r", {first}, {last})'


def _listed(name: str, listed: str) -> str:
    """Either side's name among what the other is called besides."""
    return f'list_contains("{listed}_r", "{name}_l") or list_contains("{listed}_l", "{name}_r")'


_SWAPPED = '"forename_l" = "family_r" and "family_l" = "forename_r"'
_HALF = " or ".join(
    f'(length("family_{one}") >= 3 and {side}_with("family_{other}", "family_{one}"))'
    for one, other in (("l", "r"), ("r", "l"))
    for side in ("starts", "ends")
)
_DAY_AND_MONTH_SWAPPED = (
    f"{_part('birth', 1, 4)} and substr(birth_l, 6, 2) = substr(birth_r, 9, 2) "
    "and substr(birth_l, 9, 2) = substr(birth_r, 6, 2)"
)
_LEVELS: Mapping[str, Sequence[str]] = {
    "forename": (
        _exact("forename"),
        _listed("forename", "known"),
        _listed("forename", "forms"),
        _SWAPPED,
        _slip("forename"),
        _similar("forename", 0.9),
        _listed("forename", "middles"),
        _similar("forename", 0.75),
    ),
    "family": (
        _exact("family"),
        _listed("family", "previous"),
        _HALF,
        _SWAPPED,
        _slip("family"),
        _similar("family", 0.9),
        _similar("family", 0.75),
    ),
    "birth": (
        _exact("birth"),
        _DAY_AND_MONTH_SWAPPED,
        f"{_part('birth', 1, 4)} and (substr(birth_l, 6, 5) = '01-01' or substr(birth_r, 6, 5) = '01-01')",
        _slip("birth"),
        _part("birth", 1, 4),
    ),
    "postcode": (_exact("postcode"), _slip("postcode"), _exact("district")),
    "address": (_exact("address"), f"{_exact('house')} and {_similar('address', 0.9)}", _similar("address", 0.9)),
    "middle": (_exact("middle"), f"{_part('middle', 1, 1)} and (length(middle_l) = 1 or length(middle_r) = 1)"),
    "sex": (_exact("sex"),),
    "nhs": (_exact("nhs"),),
    "chi": (_exact("chi"),),
    "upn": (_exact("upn"),),
}
