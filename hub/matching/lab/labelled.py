"""Labelled questions: a query line with its right answer, read for `hub subjects evaluate` and written for trials.

Beside the query's fields a line has `answer`: null where the child is not on the register, else the source record that
is the child's, `{"organisation": ..., "local_id": ...}`, or its local id alone. Alone it stands for that id in any
organisation: where two use one id, a wrong child would count as right. `kind`, `origin` and `age_band`, where given,
are what the figures are told apart by.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from hub.facts.model import Identity
from hub.facts.outcome import Matched
from hub.matching.deciding.blocking import Key
from hub.matching.deciding.decision import Verdict
from hub.matching.lab.evaluating import Evaluation, Judged
from hub.matching.lab.trials.mixes import Question
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.query_lines import QueryFault, parse_query
from hub.matching.register.register import Register
from hub.matching.register.store import Connection

GROUPINGS = ("kind", "origin", "age_band")
"""What a labelled question may be counted by."""


class Labelled(NamedTuple):
    """A question with its answer: (organisation or None for any, local id), or None for a child who is absent."""

    identity: Identity
    answer: tuple[str | None, str] | None
    groups: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "<Labelled redacted>"


def parse_labelled(line: bytes) -> Labelled:
    """Raises QueryFault for what is no query, or has no `answer`."""
    query_id, identity = parse_query(line)
    found = json.loads(line)
    if "answer" not in found:
        raise QueryFault(query_id, "answer is missing: null for a child who is not on the register")
    groups = tuple((name, found[name]) for name in GROUPINGS if isinstance(found.get(name), str))
    return Labelled(identity, _answer(query_id, found["answer"]), groups)


def as_line(query_id: int, question: Question, organisation: str) -> str:
    """A generated question as a line. Its child's local id is its index."""
    who = {name.name: value for name in fields(Identity) if (value := getattr(question.identity, name.name))}
    answer = None if question.answer is None else {"organisation": organisation, "local_id": str(question.answer)}
    labels = {"kind": question.kind, "origin": question.origin, "age_band": question.age_band}
    return json.dumps({"query_id": query_id, **who, "answer": answer, **labels}, ensure_ascii=False)


def evaluate(connection: Connection, register: Register, questions: Sequence[Labelled], into: Evaluation) -> None:
    """Ask one batch, and count the answers."""
    verdicts, pool, keys = register.judge(connection, [question.identity for question in questions])
    for question, verdict, asked in zip(questions, verdicts, keys, strict=True):
        into.add(_judge(question, verdict, pool, asked), question.groups)


def _judge(question: Labelled, verdict: Verdict, pool: Pool, keys: Sequence[Key]) -> Judged:
    answer = question.answer
    fits = verdict.rule is not None and not verdict.guards
    if answer is None:
        return Judged(
            registered=False, outcome=verdict.outcome, right=False, offered=False, score=verdict.score, fits=fits
        )
    shown = [_is_of(answer, pool.records(subject.bytes)) for subject in verdict.candidates]
    return Judged(
        registered=True,
        outcome=verdict.outcome,
        right=any(shown) and isinstance(verdict.outcome, Matched),
        offered=any(shown),
        blocked=any(_is_of(answer, pool.records(subject)) for subject in pool.candidates(keys)),
        score=verdict.score,
        fits=fits,
        likeliest_right=any(shown[:1]),
    )


def _is_of(answer: tuple[str | None, str], records: Iterable[HeldRecord]) -> bool:
    organisation, local_id = answer
    return any(
        record.opened.local_id == local_id and organisation in (None, record.opened.organisation) for record in records
    )


def _answer(query_id: str | int, value: Any) -> tuple[str | None, str] | None:
    match value:
        case None:
            return None
        case str() if value:
            return None, value
        case {"organisation": str(organisation), "local_id": str(local_id)}:
            return organisation, local_id
        case _:
            raise QueryFault(query_id, "answer is neither null, nor a local id, nor an organisation with one")
