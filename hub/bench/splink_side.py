"""Splink (Ministry of Justice) beside the hub, on the same register and the same questions, tuned as well as we can.

What it is given: values normalised by the hub, the hub's list of nicknames and spellings, its blocking keys as blocking
rules, levels for every kind of error of the trials, term frequencies of both names, m from labelled questions of other
seeds, u from random pairs. What is decided: automatic where the likeliest record's weight is at least a threshold and
leads the next by a margin. Both are chosen on a second set of questions of other seeds: as many automatic as go without
a wrong one there, else with the fewest wrong. `hindsight` is what the best choice for the judged questions themselves
would have been, which nobody can make beforehand; `as_automatic` is the choice with the fewest wrong, in hindsight too,
among those that decide as many automatically as the hub.

Needs the extra `judge`: splink, with duckdb and pyarrow. They are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from logging import ERROR, getLogger
from time import perf_counter
from typing import Any, NamedTuple

from hub.facts.errors import UserError
from hub.facts.model import Identity
from hub.matching.deciding.child import Child, child_of
from hub.matching.lab.trials.mixes import Question, World, hard
from hub.matching.values.addresses import numbers, words
from hub.matching.values.alike import other_forms
from hub.matching.values.dates import is_full
from hub.matching.values.names import sound
from hub.matching.values.postcodes import district

LEARNT_BY, TUNED_BY = -101, -102
"""Seeds of the questions that Splink learns from, and of those that its threshold and margin are chosen on."""
_QUESTIONS = 20_000
"""Of each of these."""
_PAIRS = 2e7
"""Random pairs that u is estimated from."""
_UNSEEN = 1e-4
_SINGLES = 20
_LEAST_WEIGHT = 0
_LEAST_SHARE = 0.2
"""Of registered children, automatic: a choice that decides fewer is of no use."""
_THRESHOLDS = [step / 2 for step in range(2 * 5, 2 * 60)]
_MARGINS = (0, 2, 4, 6, 8, 10, 14, 18)
_BLOCKS = ("birth_family", "birth_forename", "birth_postcode", "postcode_start", "nhs", "chi", "upn", "name_district")


_LIKELIEST = """
select question, arg_max(held, match_weight), max(match_weight),
       max(match_weight) - coalesce(list_sort(list(match_weight), 'DESC')[2], 0)
  from (select if(unique_id_l[1] = 'q', unique_id_l, unique_id_r) as question,
               if(unique_id_l[1] = 'q', unique_id_r, unique_id_l) as held, match_weight from {table})
 group by question"""
"""`table` is Splink's own name of its predictions."""


class Best(NamedTuple):
    """What Splink says of one question: its likeliest record, its weight, and its lead over the next."""

    right: bool
    weight: float
    lead: float


class Outcome(NamedTuple):
    """What a threshold and a margin make of questions."""

    automatic: int
    wrong: int
    threshold: float
    margin: float


@dataclass(frozen=True, slots=True)
class Side:
    """A tuned Splink, its register in memory."""

    api: Any
    linker: Any
    register: Any
    threshold: float
    margin: float
    seconds_to_read: float
    seconds_to_learn: float


def needs_the_extra() -> None:
    """Raises UserError where Splink is not installed."""
    if any(find_spec(name) is None for name in ("splink", "duckdb", "pyarrow")):
        raise UserError("Splink is not installed here: run `make judge` first.")


def tune(world: World) -> Side:
    """Load the register, learn m and u, and choose threshold and margin."""
    needs_the_extra()
    splink = import_module("splink")
    getLogger("splink").setLevel(ERROR)
    began = perf_counter()
    api = splink.DuckDBAPI()
    api.duckdb_con.execute("set enable_progress_bar = false")  # it would stand in the JSON
    held = _table(api, "register", (_row(f"r{at}", at, one.identity) for at, one in enumerate(world.people)))
    read = perf_counter()
    learnt_by = _asked(api, "learnt", list(hard(world, _QUESTIONS, LEARNT_BY)))
    linker = splink.Linker([held, learnt_by], _settings(splink), log_level=None)
    for column in ("forename", "family"):
        linker.table_management.compute_tf_table(column)
    linker.training.estimate_probability_two_random_records_match(
        [
            "l.birth = r.birth and l.family = r.family and l.forename = r.forename",
            "l.nhs = r.nhs",
            "l.birth = r.birth and l.postcode = r.postcode and l.forename = r.forename",
        ],
        recall=0.8,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=1)
    linker.training.estimate_m_from_label_column("label")
    linker = splink.Linker([held, learnt_by], _filled(linker.misc.save_model_to_json()), log_level=None)
    for column in ("forename", "family"):
        linker.table_management.compute_tf_table(column)
    learnt = perf_counter()
    questions = list(hard(world, _QUESTIONS, TUNED_BY))
    side = Side(api, linker, held, 0, 0, read - began, learnt - read)
    registered = sum(question.answer is not None for question in questions)
    chosen = _choose(_best_of(side, "tuned", questions), _LEAST_SHARE * registered)
    return Side(api, linker, held, chosen.threshold, chosen.margin, read - began, learnt - read)


def judge(side: Side, questions: Sequence[Question], share: float) -> dict[str, Any]:
    """What it makes of these questions in bulk, and how long some take one at a time; one JSON document.

    `share` of registered children is what the hub decides automatically.
    """
    registered = sum(question.answer is not None for question in questions)
    began = perf_counter()
    bests = _best_of(side, "judged", questions)
    seconds = perf_counter() - began
    return {
        "questions": len(questions),
        **_as_json(_outcome(bests, side.threshold, side.margin), registered),
        "hindsight": _as_json(_choose(bests, _LEAST_SHARE * registered), registered),
        "as_automatic": _as_json(_choose(bests, share * registered), registered),
        "bulk_us": round(seconds / len(questions) * 1e6, 1),
        "single_ms": round(_alone(side, questions[:_SINGLES]), 1),
        "seconds_to_read": round(side.seconds_to_read, 1),
        "seconds_to_learn": round(side.seconds_to_learn, 1),
    }


def _as_json(found: Outcome, registered: int) -> dict[str, Any]:
    """`automatic_rate` is of questions about registered children, and right."""
    return {
        "threshold": found.threshold,
        "margin": found.margin,
        "automatic": found.automatic,
        "automatic_rate": round((found.automatic - found.wrong) / registered, 5),
        "wrong_automatic": found.wrong,
    }


def _choose(bests: Sequence[Best], least: float) -> Outcome:
    """The fewest wrong, and of those the most automatic, among those that decide so many at least."""
    outcomes = [_outcome(bests, threshold, margin) for threshold, margin in product(_THRESHOLDS, _MARGINS)]
    useful = [one for one in outcomes if one.automatic - one.wrong >= least]
    return min(useful or outcomes, key=lambda one: (one.wrong, -one.automatic))


def _outcome(bests: Iterable[Best], threshold: float, margin: float) -> Outcome:
    taken = [one.right for one in bests if one.weight >= threshold and one.lead >= margin]
    return Outcome(len(taken), taken.count(False), threshold, margin)


def _best_of(side: Side, name: str, questions: Sequence[Question]) -> list[Best]:
    """Of each question that has any candidate."""
    asked = _asked(side.api, name, questions)
    found = side.linker.inference.predict_between(asked, side.register, threshold_match_weight=_LEAST_WEIGHT)
    rows = side.api.duckdb_con.execute(_LIKELIEST.format(table=found.physical_name)).fetchall()
    return [Best(f"r{questions[int(asked[1:])].answer}" == held, weight, lead) for asked, held, weight, lead in rows]


def _alone(side: Side, questions: Sequence[Question]) -> float:
    """Milliseconds a question asked by itself, the first not counted."""
    times = []
    for at, question in enumerate(questions):
        began = perf_counter()
        _best_of(side, f"alone_{at}", [question])
        times.append(perf_counter() - began)
    return sum(times[1:]) / max(1, len(times) - 1) * 1e3


# --- the model ------------------------------------------------------------------------------------------------------


def _settings(splink: Any) -> Any:
    return splink.SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(name, levels) for name, levels in _LEVELS.items()],
        blocking_rules_to_generate_predictions=[splink.block_on(column) for column in _BLOCKS],
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


def _filled(model: dict[str, Any]) -> dict[str, Any]:
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


# --- tables ---------------------------------------------------------------------------------------------------------


def _asked(api: Any, name: str, questions: Sequence[Question]) -> Any:
    return _table(api, name, (_row(f"q{at}", one.answer, one.identity) for at, one in enumerate(questions)))


def _table(api: Any, name: str, rows: Iterable[dict[str, Any]]) -> Any:
    """Register rows with Splink; the name is their source."""
    arrow = import_module("pyarrow")
    texts, lists = arrow.string(), arrow.list_(arrow.string())
    types = {column: lists if column in ("known", "forms", "previous", "middles") else texts for column in _COLUMNS}
    listed = [row | {"source_dataset": name} for row in rows]
    table = arrow.Table.from_pylist(listed, schema=arrow.schema(types))
    return api.register(table, dataset_display_name=name)


def _row(unique_id: str, label: int | None, who: Identity) -> dict[str, Any]:
    child = child_of(who)
    forename, family = (names[0] if names else None for names in (child.given, child.surnames))
    found = {
        "unique_id": unique_id,
        "label": None if label is None else str(label),
        "forename": forename,
        "family": family,
        "birth": child.birth if is_full(child.birth) else None,
        "middle": " ".join(child.given[1:]) or None,
        "middles": list(child.given[1:]),
        "known": list(child.known),
        "forms": sorted(other_forms(forename)) if forename else [],
        "previous": list(child.surnames[1:]),
        "postcode": child.postcode or None,
        "district": district(child.postcode) or None,
        "address": " ".join(words(child.address)) or None,
        "house": next(iter(numbers(child.address)[-1:]), None),
        "sex": child.sex or None,
        **dict.fromkeys(_NUMBERS.values()),
        **{_NUMBERS[token[0]]: token[1:] for token in child.identifiers if token[0] in _NUMBERS},
    }
    return found | dict(_blocks(child))


_NUMBERS = {"n": "nhs", "c": "chi", "u": "upn"}
_MADE_BLOCKS = ("birth_family", "birth_forename", "birth_postcode", "postcode_start", "name_district")
_COLUMNS = (
    *("unique_id", "source_dataset", "label", "forename", "family", "birth", "middle", "middles", "known", "forms"),
    *("previous", "postcode", "district", "address", "house", "sex", "nhs", "chi", "upn"),
    *_MADE_BLOCKS,
)


def _blocks(child: Child) -> Iterator[tuple[str, str | None]]:
    """The hub's blocking keys in clear, of the present family name and the given forename."""
    forename, family = (names[0] if names else "" for names in (child.given, child.surnames))
    birth, code = child.birth if is_full(child.birth) else "", child.postcode
    parts = (
        (birth, sound(family)),
        (birth, sound(forename)),
        (birth, code),
        (code, forename[:3]),
        (forename, family, district(code)),
    )
    for name, values in zip(_MADE_BLOCKS, parts, strict=True):
        yield name, "|".join(values) if all(values) else None
