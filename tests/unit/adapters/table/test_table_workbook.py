"""Excel: values as they are, dates as dates, and nothing that a workbook may do to a reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from adapters.table.sheets import workbook
from tests.unit.adapters.table.builders import HEADINGS, a_mapping, a_row, names, raised, read_all, refused

MAPPING = a_mapping(a="mapping: plain\n=>mapping: plain\nfile: {format: xlsx}\n")
Rows = list[dict[str, Any]]


def a_workbook(rows: Rows, change: Callable[[Any], None] = lambda _book: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([row.get(name) for name in HEADINGS])
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def excel_row(**changes: Any) -> dict[str, Any]:
    return a_row() | {"VER": 1, "RAISED": datetime(2026, 3, 7, 23, 10), "DOB": date(2017, 11, 2)} | changes  # noqa: DTZ001 - as Excel has it


def rewritten(raw: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of its archive changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return made.getvalue()


def test_excels_own_dates_and_numbers_are_what_they_are() -> None:
    (concern,) = raised(a_workbook([excel_row(NHS=9990000018)]), MAPPING)
    identity = concern.subjects[0].identity
    assert (identity.date_of_birth, identity.nhs_number, concern.sequence) == ("2017-11-02", "9990000018", 1)
    assert concern.raised_at.isoformat() == "2026-03-07T23:10:00+00:00"


def test_dates_as_text_are_read_by_the_mappings_patterns() -> None:
    (concern,) = raised(a_workbook([excel_row(DOB="02/11/2017", RAISED="07/03/2026 23:10")]), MAPPING)
    assert concern.subjects[0].identity.date_of_birth == "2017-11-02"


def test_a_day_and_a_time_in_two_columns_are_one_instant() -> None:
    mapping = a_mapping(
        a="mapping: plain\n=>mapping: plain\nfile: {format: xlsx}\n",
        b="TEXT: child.narrative=>TEXT: {to: notice.raised_at, dates: 'HH:MM'}",
        c="RAISED: notice.raised_at=>RAISED: {to: notice.raised_at, dates: DD/MM/YYYY}",
    )
    (concern,) = raised(a_workbook([excel_row(RAISED=date(2026, 3, 7), TEXT=time(23, 10))]), mapping)
    assert concern.raised_at.isoformat() == "2026-03-07T23:10:00+00:00"


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("DOB", 43041, "is a spreadsheet's number of a day: format the column as dates, and export it again."),
        ("NHS", 9.99e15 + 1, "is a number of more digits than a spreadsheet keeps: format the column as text."),
        (
            "NHS",
            "9.99E+09",
            "is a number that a spreadsheet cut short: format the column as text, and export it again.",
        ),
        ("TEXT", "=A1&B1", "holds a formula: export values."),
        ("TEXT", "#N/A", "holds a spreadsheet's error instead of a value."),
        ("SURNAME", date(2026, 3, 1), "holds a date where text belongs: format the column as text."),
        ("TYPE", date(2026, 3, 1), "holds a date where text belongs: format the column as text."),
        ("RAISED", date(2026, 3, 7), "has a day and no time."),
        ("RAISED", time(23, 10), "has a time and no day."),
        ("DOB", datetime(2017, 11, 2, 14, 30), "has a time of day, so its day may be another: export days alone."),  # noqa: DTZ001 - as Excel has it
    ],
)
def test_what_a_spreadsheet_spoilt_refuses_its_incident_and_no_other(column: str, value: object, sentence: str) -> None:
    raw = a_workbook([excel_row(), excel_row(REF="CAL-2", **{column: value})])
    found = read_all(raw, MAPPING)
    assert len(found) == 2
    assert refused(raw, MAPPING) == [("row 3", (f"row 3, {column}: {sentence}",))]


def test_a_spoilt_cell_of_a_column_that_is_left_out_spoils_nothing() -> None:
    mapping = a_mapping(
        a="mapping: plain\n=>mapping: plain\nfile: {format: xlsx}\n",
        b="  TEXT: child.narrative\n=>",
        c="otherwise:=>left_out: {TEXT: not needed}\notherwise:",
    )
    assert len(raised(a_workbook([excel_row(TEXT="=A1")]), mapping)) == 1


def test_several_sheets_need_the_name_of_one() -> None:
    raw = a_workbook([excel_row()], lambda book: book.create_sheet("Codes"))
    assert refused(raw, MAPPING) == [("file", ("file: holds 2 sheets: name one as file.sheet of the mapping.",))]
    named = a_mapping(a="mapping: plain\n=>mapping: plain\nfile: {format: xlsx, sheet: Sheet}\n")
    assert len(raised(raw, named)) == 1
    other = a_mapping(a="mapping: plain\n=>mapping: plain\nfile: {format: xlsx, sheet: Notices}\n")
    assert refused(raw, other) == [
        ("file", ("file: holds no sheet of the name that file.sheet of the mapping gives.",))
    ]


def test_merged_cells_hide_values_and_are_refused() -> None:
    raw = a_workbook([excel_row(), excel_row()], lambda book: book.active.merge_cells("A2:A3"))
    assert refused(raw, MAPPING) == [
        ("file", ("file: holds merged cells, of which all but one are empty: export it without.",))
    ]


def test_rows_beyond_the_size_that_a_sheet_states_are_read() -> None:
    raw = rewritten(
        a_workbook([excel_row(), excel_row(REF="CAL-2")]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<dimension ref="A1:L3"', b'<dimension ref="A1:L2"'),
    )
    assert len(raised(raw, MAPPING)) == 2


def test_entities_are_refused() -> None:
    raw = rewritten(
        a_workbook([excel_row()]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1),
    )
    assert refused(raw, MAPPING) == [("file", ("file: declares entities of its own, which no workbook needs.",))]


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    raw = rewritten(a_workbook([excel_row()]), "xl/styles.xml", lambda xml: xml + b" " * 1_000_000)
    assert len(raw) < 20_000
    assert refused(raw, MAPPING) == [
        ("file", ("file: unpacks to more than 1,000,000 bytes, or to more than 500 parts.",))
    ]


@pytest.mark.parametrize("raw", [b"PK\x03\x04 and no more", a_workbook([excel_row()])[:-900]])
def test_a_damaged_or_cut_off_workbook_is_refused(raw: bytes) -> None:
    assert refused(raw, MAPPING) == [
        ("file", ("file: is not an Excel workbook that can be read (.xlsx): it may be damaged, or cut off.",))
    ]


def test_an_old_or_locked_workbook_is_refused() -> None:
    assert refused(b"\xd0\xcf\x11\xe0rest", MAPPING) == [
        ("file", ("file: is an old (.xls) or a locked workbook: save it as .xlsx without a password.",))
    ]


def test_a_text_file_where_the_mapping_says_xlsx_is_refused() -> None:
    assert refused(b"REF,VER\r\n", MAPPING) == [
        ("file", ("file: is no workbook, and the mapping says xlsx: correct file.format.",))
    ]


def test_rows_in_which_nothing_stands_are_no_rows() -> None:
    (concern,) = raised(a_workbook([excel_row(), {}, {}]), MAPPING)
    assert names(concern) == ["Maisie"]
