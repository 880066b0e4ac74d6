"""Whatever a file holds, it is read or refused, never a crash; and what is refused quotes nothing of it."""

from __future__ import annotations

import io
import json
import zipfile
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.bridge.formats import Wrong
from adapters.table.compiling import compile_mapping
from adapters.table.mapping import TableMapping
from hub.written.document import read_document
from tests.unit.adapters.table.builders import HEADINGS, PLAIN, a_mapping, a_row, an_export, read_all

CSV = a_mapping()
DETECTED = a_mapping(a="mapping: plain\n=>mapping: plain\nfile: {encoding: detect}\n")
XLSX = a_mapping(a="mapping: plain\n=>mapping: plain\nfile: {format: xlsx}\n")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MARK = "Zqxj"
"""What no sentence of the adapter holds."""


@settings(max_examples=60)
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for mapping in (CSV, DETECTED, XLSX):
        for content in (raw, an_export(a_row()) + raw, b"PK\x03\x04" + raw):
            assert read_all(content, mapping)


@settings(max_examples=150)
@given(column=st.sampled_from(HEADINGS), text=TEXT)
def test_any_text_may_stand_in_any_column_and_is_never_quoted(column: str, text: str) -> None:
    for one in read_all(an_export(a_row(), a_row() | {"REF": "CAL-2", column: f"{MARK}{text}"})):
        if isinstance(one, Wrong):
            assert MARK not in str(one)


@settings(max_examples=30)
@given(xml=st.binary(max_size=200))
def test_any_part_of_a_workbook_may_be_anything(xml: bytes) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, xml)
    assert read_all(made.getvalue(), XLSX)


PLACES = [("file",), ("dates",), ("rows",), ("rows", "codes"), ("rows", "codes", "V"), ("columns",), ("otherwise",),
          ("columns", "TYPE"), ("columns", "TYPE", "codes"), ("columns", "TYPE", "codes", "DA"), ("columns", "RAISED"),
          ("columns", "DASH"), ("incident",), ("incident", "key"), ("people",), ("lists",), ("left_out",),
          ("unknown",)]  # fmt: skip
WORDS = st.sampled_from(["child.flags", "notice.risk", "dash", "people.x.name", "child", "to", "codes", "is", "DD/MM"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | WORDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value_may_stand_in_any_place_of_a_mapping(place: tuple[str, ...], value: object) -> None:
    whole: Any = deepcopy(read_document("plain.yaml", PLAIN.encode()).data)
    inside = whole
    for step in place[:-1]:
        inside[step] = inside[step] if isinstance(inside[step], dict) else {"to": inside[step]}
        inside = inside[step]
    inside[place[-1]] = value
    made = compile_mapping("plain.yaml", json.dumps(whole).encode())
    assert isinstance(made, TableMapping) or made
