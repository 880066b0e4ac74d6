"""A Splink model JSON (versions 3 to 5: `comparisons` with `comparison_levels`) as shares of our levels.

A column is taken by its name (`first_name`, `surname`, `dob`, `postcode`, ...). Of its levels, the null level says
nothing, the first other one is exact and the last is different; those between stand, best first, for what is the
same, a slip, close and part: where Splink has fewer, the nearest worse one stands for both. Splink tells no akin names
from close ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.matching.deciding.shares import NoModel
from hub.matching.values.level import Level

_COLUMNS = {
    "forename": ("forename", "first_name", "firstname", "given_name", "given_names"),
    "family_name": ("family_name", "surname", "last_name", "lastname"),
    "date_of_birth": ("date_of_birth", "dob", "birth_date"),
    "address": ("address", "postcode", "postcode_fake", "full_address"),
    "sex": ("sex", "gender"),
    "nhs_number": ("nhs_number", "nhs"),
    "chi_number": ("chi_number", "chi"),
    "hc_number": ("hc_number",),
    "upn": ("upn",),
    "scn": ("scn",),
}
_BETWEEN = ((Level.SAME,), (Level.SLIP,), (Level.AKIN, Level.CLOSE), (Level.PART,))
_OURS = {column: name for name, columns in _COLUMNS.items() for column in columns}


def read_splink(found: Mapping[str, Any]) -> dict[str, dict[Level, tuple[float, float]]]:
    """Comparison -> level -> (m, u). Columns that the hub does not compare are passed over."""
    shares: dict[str, dict[Level, tuple[float, float]]] = {}
    for comparison in found["comparisons"]:
        name = _name_of(comparison)
        if name is not None and name not in shares:
            shares[name] = _levels(comparison["comparison_levels"])
    return shares


def _name_of(comparison: Mapping[str, Any]) -> str | None:
    column = str(comparison.get("output_column_name", "")).lower()
    return _OURS.get(column)


def _levels(levels: Sequence[Mapping[str, Any]]) -> dict[Level, tuple[float, float]]:
    given = [level for level in levels if not level.get("is_null_level")]
    if len(given) < 2:  # noqa: PLR2004 - exact and different
        raise NoModel("a comparison has fewer than two levels")
    pairs = [(float(level["m_probability"]), float(level["u_probability"])) for level in given]
    shares = {Level.EXACT: pairs[0], Level.DIFFERENT: pairs[-1]}
    between = pairs[1:-1]
    for at, ours in enumerate(_BETWEEN):
        if between:
            shares |= dict.fromkeys(ours, between[min(at, len(between) - 1)])
    return shares
