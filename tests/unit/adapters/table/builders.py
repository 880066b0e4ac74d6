"""Exports and mappings to test with. Every name, number and place is invented or of a test range."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.bridge.formats import Raised, Read, Wrong
from adapters.table.compiling import compile_mapping
from adapters.table.mapping import TableMapping
from adapters.table.reading import read
from hub.facts.model import Concern

CALEDON = "police.caledon"
MONDAY = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[4] / "adapters" / "table" / "examples"

PLAIN = """\
mapping: plain
incident: {key: REF, version: VER}
rows:
  column: ROLE
  nominal: URN
  codes: {C: child, P: parent, S: alleged_perpetrator, V: {is: victim, child_under: 18}, O: officer, I: incident}
columns:
  RAISED: notice.raised_at
  TYPE: {to: notice.category, codes: {DA: domestic_abuse, NG: neglect}}
  DASH: {codes: dash}
  SURNAME: nominal.family_name
  FORENAME: nominal.given_names
  DOB: nominal.date_of_birth
  NHS: nominal.nhs_number
  TEXT: child.narrative
otherwise: {notice.risk: some, officer.role: response officer}
"""
HEADINGS = ("REF", "VER", "ROLE", "URN", "RAISED", "TYPE", "DASH", "SURNAME", "FORENAME", "DOB", "NHS", "TEXT")
A_ROW = {
    "REF": "CAL-1", "VER": "1", "ROLE": "C", "URN": "N1", "RAISED": "07/03/2026 23:10", "TYPE": "DA",
    "SURNAME": "Thornbeck", "FORENAME": "Maisie", "DOB": "02/11/2017",
}  # fmt: skip


def a_row(**changes: str) -> dict[str, str]:
    return A_ROW | changes


def an_export(*rows: Mapping[str, str], delimiter: str = ",", headings: Sequence[str] = HEADINGS) -> bytes:
    made = io.StringIO()
    writer = csv.DictWriter(made, headings, restval="", delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


def a_mapping(text: str = PLAIN, **changes: str) -> TableMapping:
    """The plain mapping, with parts of its text replaced: what stands before `=>` by what stands behind it."""
    made = compile_mapping("plain.yaml", changed(text, **changes).encode())
    assert isinstance(made, TableMapping), "\n".join(map(str, made))
    return made


def changed(text: str = PLAIN, **changes: str) -> str:
    for change in changes.values():
        before, _, after = change.partition("=>")
        assert before in text, before
        text = text.replace(before, after)
    return text


def findings(text: str) -> list[str]:
    """What is wrong with a mapping's text."""
    made = compile_mapping("plain.yaml", text.encode())
    assert isinstance(made, tuple), "it is sound"
    return [str(one) for one in made]


def read_all(raw: bytes, mapping: TableMapping | None = None) -> list[Read]:
    numbers = itertools.count(1)
    found = read(
        raw, mapping or a_mapping(), source=CALEDON, received_at=MONDAY, new_id=lambda: UUID(int=next(numbers))
    )
    return list(found)


def raised(raw: bytes, mapping: TableMapping | None = None) -> list[Concern]:
    """Every concern of a file of which nothing is refused."""
    found = read_all(raw, mapping)
    assert all(isinstance(one, Raised) for one in found), found
    return [one.concern for one in found if isinstance(one, Raised)]


def refused(raw: bytes, mapping: TableMapping | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """Where and why, of what is refused."""
    return [(one.where, one.faults) for one in read_all(raw, mapping) if isinstance(one, Wrong)]


def names(concern: Concern) -> list[str | None]:
    return [subject.identity.given_names for subject in concern.subjects]


def content_of(concern: Concern) -> dict[tuple[str, tuple[str, ...]], Any]:
    return {(part.item, part.subjects): part.value for part in concern.content}
