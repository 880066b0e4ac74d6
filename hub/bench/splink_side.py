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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from logging import ERROR, getLogger
from time import perf_counter
from typing import Any, NamedTuple

from hub.bench.splink_levels import filled, settings
from hub.facts.errors import UserError
from hub.facts.model import Identity
from hub.facts.postcodes import district
from hub.matching.deciding.child import Child, child_of
from hub.matching.lab.trials.mixes import Question, World, hard
from hub.matching.values.addresses import numbers, words
from hub.matching.values.alike import other_forms
from hub.matching.values.dates import is_full
from hub.matching.values.names import sound

LEARNT_BY, TUNED_BY = -101, -102
"""Seeds of the questions that Splink learns from, and of those that its threshold and margin are chosen on."""
_QUESTIONS = 20_000
"""Of each of these."""
_PAIRS = 2e7
"""Random pairs that u is estimated from."""
_SINGLES = 20
_LEAST_WEIGHT = 0
_LEAST_SHARE = 0.2
"""Of registered children, automatic: a choice that decides fewer is of no use."""
_THRESHOLDS = [step / 2 for step in range(2 * 5, 2 * 60)]
_MARGINS = (0, 2, 4, 6, 8, 10, 14, 18)


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
    linker = splink.Linker([held, learnt_by], settings(splink), log_level=None)
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
    linker = splink.Linker([held, learnt_by], filled(linker.misc.save_model_to_json()), log_level=None)
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
