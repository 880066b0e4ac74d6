"""A file is read as its mapping says that it is made, or refused with a sentence that quotes nothing of it."""

from __future__ import annotations

import pytest

from tests.unit.adapters.table.builders import (
    HEADINGS,
    a_mapping,
    a_row,
    an_export,
    changed,
    findings,
    names,
    raised,
    read_all,
    refused,
)

MAPPING = "mapping: plain\n"


def encoded(encoding: str) -> dict[str, str]:
    return {"a": f"{MAPPING}=>{MAPPING}file: {{encoding: {encoding}}}\n"}


@pytest.mark.parametrize(("written", "delimiter"), [('","', ","), ('";"', ";"), ("tab", "\t"), ('"|"', "|")])
def test_values_are_parted_as_the_mapping_says(written: str, delimiter: str) -> None:
    mapping = a_mapping(a=f"{MAPPING}=>{MAPPING}file: {{delimiter: {written}}}\n")
    (concern,) = raised(an_export(a_row(TEXT="At home, asleep; or | not"), delimiter=delimiter), mapping)
    assert names(concern) == ["Maisie"]


def test_semicolons_where_the_mapping_says_commas_are_refused_by_the_headings() -> None:
    ((where, faults),) = refused(an_export(a_row(), delimiter=";"))
    assert where == "file"
    assert faults[0] == (
        "heading: hardly a column of the mapping is there: look at file.delimiter, file.heading and file.sheet."
    )
    assert "heading: the mapping's column REF is not there." in faults


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    (concern,) = raised(b"\xef\xbb\xbf" + an_export(a_row(FORENAME="Siân")))
    assert names(concern) == ["Siân"]


@pytest.mark.parametrize(
    ("said", "codec"),
    [
        ("windows-1252", "cp1252"),
        ("latin-1", "latin-1"),
        ("detect", "cp1252"),
        ("detect", "utf-8"),
        ("detect", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("detect", "utf-16"),
    ],
)
def test_letters_come_out_as_they_were_written(said: str, codec: str) -> None:
    raw = an_export(a_row(FORENAME="Siân", SURNAME="Muñoz")).decode().encode(codec)
    (concern,) = raised(raw, a_mapping(**encoded(said)))
    assert (names(concern), concern.subjects[0].identity.family_name) == (["Siân"], "Muñoz")


@pytest.mark.parametrize(
    ("said", "raw", "sentence"),
    [
        ("utf-8", "Siân".encode("cp1252"), "file: is not UTF-8 text (line 2): name its encoding as file.encoding."),
        ("windows-1252", "Siân".encode(), "file: is UTF-8 text, and the mapping says windows-1252: correct"),
        ("latin-1", "Siân".encode(), "file: is UTF-8 text, and the mapping says latin-1: correct file.encoding."),
        ("windows-1252", b"Si\x81n", "file: holds a byte that its encoding has no letter for (line 2)."),
        ("latin-1", b"Si\x92n", "file: holds a control character where a letter belongs (line 2): check"),
        ("detect", "Siân".encode() + b" Mu\xf1oz", "file: is UTF-8 text in one place and not in another"),
        ("detect", b"Si\x81n", "file: holds a byte that its encoding has no letter for (line 2)."),
        ("utf-8", b"Sia\0n", "file: is not text (line 2): it may be a spreadsheet, a compressed file, or damaged."),
        ("utf-16", b"Sian", "file: lacks the byte order mark that UTF-16 text begins with."),
    ],
)
def test_what_is_not_in_the_encoding_that_the_mapping_names_is_refused(said: str, raw: bytes, sentence: str) -> None:
    ((where, (fault,)),) = refused(an_export(a_row(FORENAME="@@")).replace(b"@@", raw), a_mapping(**encoded(said)))
    assert where == "file"
    assert fault.startswith(sentence)


def test_a_file_that_begins_as_utf_8_is_no_windows_1252() -> None:
    ((_, faults),) = refused(b"\xef\xbb\xbf" + an_export(a_row()), a_mapping(**encoded("windows-1252")))
    assert faults == ("file: begins as utf-8 text, and the mapping says windows-1252: correct file.encoding.",)


def test_a_quotation_mark_that_never_closes_refuses_the_file_from_its_line_on() -> None:
    raw = an_export(a_row(), a_row(REF="CAL-2", TEXT="was asleep"), a_row(REF="CAL-3")).replace(
        b"was asleep", b'"was asleep'
    )
    assert refused(raw) == [
        ("file", ("row 3: from line 3 on a quotation mark is out of place, or opens and never closes.",))
    ]


def test_two_quotation_marks_out_of_place_hide_no_row() -> None:
    """Between them lie the end of one row and the beginning of another, and the count of values comes out right."""
    raw = an_export(a_row(TEXT="@1"), a_row(REF="CAL-2"), a_row(REF="CAL-3", URN="@2"))
    raw = raw.replace(b"@1", b'"was asleep').replace(b"C,@2", b'C,N3"')
    ((where, (fault,)),) = refused(raw)
    assert where == "file"
    assert "quotation mark" in fault


def test_a_value_of_several_lines_is_one_value_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    raw = an_export(a_row(TEXT='Said "no".\r\nThen, asleep.'), a_row(REF="CAL-2", TYPE="XX"))
    (concern, wrong) = read_all(raw)
    assert {part.item: part.value for part in concern.concern.content}["concern.summary"] == (
        'Said "no".\nThen, asleep.'
    )
    assert wrong.faults == ("row 3, TYPE: is a code that the mapping does not list.",)


@pytest.mark.parametrize("cut", [5, 40, 70])
def test_a_file_that_was_cut_off_in_its_last_row_is_refused(cut: int) -> None:
    raw = an_export(a_row(), a_row(REF="CAL-2", TEXT="She was asleep in the room above."))
    (fault,) = refused(raw[:-cut].rstrip(b"\r\n") if cut > 40 else raw[: raw.index(b"CAL-2") + cut])
    assert fault == ("file", ("file: its last row is not whole, and no line end follows it: it is cut off.",))


def test_a_last_row_without_its_line_end_is_taken() -> None:
    assert len(raised(an_export(a_row()).rstrip())) == 1


@pytest.mark.parametrize("raw", [b"", b"\r\n  \r\n"])
def test_an_empty_file_is_refused(raw: bytes) -> None:
    assert refused(raw) == [("file", ("file: is empty.",))]


def test_headings_without_rows_are_no_incident() -> None:
    assert refused(an_export()) == [("file", ("file: holds no row below its headings.",))]


def test_a_column_that_the_mapping_does_not_name_refuses_the_file_and_is_not_quoted() -> None:
    raw = an_export(a_row(), headings=(*HEADINGS, "Maisie Thornbeck"))
    assert refused(raw) == [("file", ("heading: column M is neither mapped nor left out: the mapping must name it.",))]


def test_two_columns_of_one_heading_refuse_the_file() -> None:
    raw = an_export(a_row(), headings=(*HEADINGS, "@@")).replace(b"@@", b"text")
    assert refused(raw) == [("file", ("heading: columns L and M have one name.",))]


def test_a_delimiter_at_the_end_of_each_line_makes_no_column() -> None:
    lines = an_export(a_row()).splitlines()
    assert len(raised(b"".join(line + b",\r\n" for line in lines))) == 1


def test_a_column_without_a_heading_in_which_something_stands_refuses_the_file() -> None:
    first, row = an_export(a_row()).splitlines()
    assert refused(first + b",\r\n" + row + b",x\r\n") == [
        ("file", ("heading: column M has no name, and row 2 fills it.",))
    ]


def test_lines_above_the_headings_and_below_the_rows_are_left_away() -> None:
    mapping = a_mapping(a=f"{MAPPING}=>{MAPPING}file: {{heading: 3, footer: 1}}\n")
    raw = b"Daily export\r\nOFFICIAL-SENSITIVE\r\n" + an_export(a_row()) + b"Rows: 1\r\n"
    assert len(raised(raw, mapping)) == 1


def test_a_workbook_where_the_mapping_says_csv_is_refused() -> None:
    assert refused(b"PK\x03\x04rest") == [
        ("file", ("file: is a workbook or another archive, and the mapping says csv: correct file.format.",))
    ]


FIXED = changed(
    a=f"{MAPPING}=>{MAPPING}file:\n  format: fixed\n  fields:\n"
    '    REF: "1-8"\n    VER: 9\n    ROLE: 10\n    URN: "11-13"\n    RAISED: "14-29"\n    TYPE: "31-32"\n'
    '    DASH: "33-34"\n    SURNAME: "35-46"\n    FORENAME: "47-54"\n    DOB: "55-64"\n'
    '    NHS: "65-74"\n    TEXT: "75-94"\n'
)
LINE = "CAL-1   1CN1 07/03/2026 23:10 DA  Thornbeck   Maisie  02/11/20179990000018Was awake."


def test_fields_of_a_fixed_width_are_characters_and_not_bytes() -> None:
    (concern,) = raised(f"{LINE.replace('Maisie ', 'Maïsie ')}\r\n".encode(), a_mapping(FIXED))
    assert names(concern) == ["Maïsie"]
    assert concern.subjects[0].identity.nhs_number == "9990000018"


def test_a_line_whose_blank_end_was_taken_away_is_whole() -> None:
    (concern,) = raised(f"{LINE[:64]}\n".encode(), a_mapping(FIXED))
    assert concern.subjects[0].identity.date_of_birth == "2017-11-02"


def test_a_last_line_that_is_short_and_has_no_end_is_cut_off() -> None:
    assert refused(f"{LINE}\n{LINE[:58]}".encode(), a_mapping(FIXED)) == [
        ("file", ("file: its last line is shorter than its fields, and no line end follows it: it is cut off.",))
    ]


def test_what_stands_between_the_fields_is_not_read_past() -> None:
    assert refused(f"{LINE[:29]}x{LINE[30:]}\n".encode(), a_mapping(FIXED)) == [
        ("file", ("row 1: something stands at character 30, where no field is.",))
    ]


def test_fields_that_overlap_or_are_not_mapped_are_found_before_a_file_comes() -> None:
    text = FIXED.replace('URN: "11-13"', 'URN: "11-14"').replace("    VER: 9\n", '    VER: 9\n    EXTRA: "95-99"\n')
    assert findings(text) == [
        "plain.yaml:7: the column EXTRA is neither mapped nor left out",
        "plain.yaml:10: file.fields: RAISED begins within URN",
    ]
