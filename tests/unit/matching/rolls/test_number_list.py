"""Lists of superseded numbers: what is read, what is refused, and by which words."""

from datetime import date

import pytest

from hub.facts.errors import UserError
from hub.matching.rolls.number_list import Superseded, open_number_list
from hub.matching.rolls.row import Rejected

TODAY = date(2026, 3, 7)


def rows(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "numbers.csv"
    path.write_text(text, encoding=encoding)
    return list(open_number_list(path).rows(TODAY))


def reason(tmp_path, row: str, header: str = "old,new,since") -> str:
    (found,) = rows(tmp_path, f"{header}\n{row}\n")
    assert isinstance(found, Rejected), "the row was taken"
    assert found.line == 2
    return found.reason


def tokens(tmp_path, row: str, header: str = "old,new,since") -> tuple[str, str, date]:
    (found,) = rows(tmp_path, f"{header}\n{row}\n")
    assert isinstance(found, Superseded), found
    return found.old, found.new, found.since


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("999 000 1006", "999-000-1014", ("n9990001006", "n9990001014")),
        ("0102161232", "0102161240", ("c0102161232", "c0102161240")),
        ("3200001003", "3200001011", ("h3200001003", "h3200001011")),
        ("a000000000001", "A000000000001", None),
        ("123456780", "123456781", ("s123456780", "s123456781")),
    ],
)
def test_the_kind_is_told_by_the_form(tmp_path, old: str, new: str, expected) -> None:
    if expected is None:
        assert "fails the check of every kind" in reason(tmp_path, f"{old},{new},2025-01-31")
    else:
        assert tokens(tmp_path, f"{old},{new},2025-01-31") == (*expected, date(2025, 1, 31))


def test_pupils_numbers_are_told_by_their_letter(tmp_path) -> None:
    old, new, _ = tokens(tmp_path, "H801200001001,X801200001002,01/02/2025")
    assert (old[0], new[0]) == ("u", "u")


def test_columns_come_in_any_order_and_others_are_ignored(tmp_path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("\ufeffSince,remark,New,Old\n31/01/2025,merged,9990001014,9990001006\n", encoding="utf-8")
    found = open_number_list(path)
    assert (found.count, found.unknown_columns) == (1, ("remark",))
    assert list(found.rows(TODAY)) == [Superseded(2, "n9990001006", "n9990001014", date(2025, 1, 31))]


def test_a_scheme_says_what_a_form_cannot(tmp_path) -> None:
    header = "scheme,old,new,since"
    assert tokens(tmp_path, "H&C number,9990001006,9990001014,2025-01-31", header)[:2] == ("h9990001006", "h9990001014")
    assert tokens(tmp_path, "SCN,102161232,102161240,2025-01-31", header)[:2] == ("s102161232", "s102161240")
    assert "needs a scheme" in reason(tmp_path, "102161232,102161240,2025-01-31")  # as a CHI without its nought
    assert "scheme is none of nhs_number," in reason(tmp_path, "passport,9990001006,9990001014,2025-01-31", header)
    assert "old fails its check as upn" in reason(tmp_path, "UPN,9990001006,9990001014,2025-01-31", header)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",9990001014,2025-01-31", "old is missing"),
        ("9990001006,,2025-01-31", "new is missing"),
        ("9990001006,9990001014,", "since is missing"),
        ("9990001007,9990001014,2025-01-31", "old fails the check"),
        ("9990001006,9990001015,2025-01-31", "new fails the check"),
        ("9990001006,123456780,2025-01-31", "two kinds, nhs_number and scn"),
        ("9990001006,999 000 1006,2025-01-31", "old and new are one number"),
        ("9990001006,9990001014,2026-03-08", "since lies in the future"),
        ("9990001006,9990001014,2025", "since is not a date"),
        ("9.99E+09,9990001014,2025-01-31", "old is a number that a spreadsheet cut short"),
        ("9990001006,#REF!,2025-01-31", "new holds a spreadsheet's error"),
        ("=A1,9990001014,2025-01-31", "old holds a formula"),
        ("9990001006,9990001014", "the row has 2 values where the header has 3 columns"),
        (f"{'9' * 300},9990001014,2025-01-31", "old is longer"),
    ],
)
def test_a_bad_row_is_refused_by_its_line_and_without_its_value(tmp_path, row: str, words: str) -> None:
    told = reason(tmp_path, row)
    assert words in told
    assert "999000" not in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty"),
        ("old,new,since\n", "no rows"),
        ("old,since\n9990001006,2025-01-31\n", "lacks a needed column: new"),
        ("old;new;since\n1;2;3\n", "parted by commas"),
        ("old,new,since,old\n1,2,3,4\n", "names a column twice: old"),
        ("old,new,since\n9990001006,9990001014,01/31/2025\n", "month before the day"),
        ('old,new,since\n"9990001006,9990001014,2025-01-31\n', "not a whole CSV file"),
        ("old,new,since\n9990001006,9990001014,2025-01-31\n9990001022,99", "cut off"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(tmp_path, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        rows(tmp_path, text)


def test_another_encoding_is_refused(tmp_path) -> None:
    with pytest.raises(UserError, match="not UTF-8"):
        rows(tmp_path, "old,new,since,näme\n", "latin-1")
