"""A text that is not YAML is told by its line and in the words of those who write it."""

import pytest

from hub.written.document import read_document
from hub.written.mistakes import INDENTATION, NO_COLON, TAB


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a:\n\tb: 1\n", 2, TAB),
        ("a:\n  - x: 1\n  \ty: 2\n", 3, TAB),
        ("id: x\n\ttitle: y\n", 2, TAB),
        ("a:\tb\n", 1, TAB),
        ("id: x\n  title: y\n", 2, INDENTATION),
        ("a:\n    b: 1\n  c: 2\n", 3, INDENTATION),
        ("a:\n  - b: 1\n - c: 2\n", 3, INDENTATION),
        ("a:\n  - b: 1\n    - c: 2\n", 3, INDENTATION),
        ("a:\n  - b: 1\n     c: 2\n", 3, INDENTATION),
        ("a:\n  - b: 1\n   c: 2\n", 3, INDENTATION),
        ("a: 1\n- b\n", 2, INDENTATION),
        ("title: Note: this\n", 1, "a second ': ' stands in this line: put the value in quotes"),
        ("title:abc\nid: x\n", 1, NO_COLON),
        ("id: x\ntitle:abc\n", 2, NO_COLON),
        ("title: y\nid x\nkind: z\n", 2, NO_COLON),
        ('a: "abc\nb: 1\n', 1, "the quotation mark that opens here is not closed"),
        ("x: 1\na: 'abc\nb: 1\n", 2, "the quotation mark that opens here is not closed"),
        ("a: 'child's name'\n", 1, "inside single quotes an apostrophe is written twice"),
        ("a: [b, c\nd: 1\n", 2, "the [ of line 1 is not closed before this, or a comma is missing"),
        ("a: {b: c\nd: 1\n", 2, "the { of line 1 is not closed before this, or a comma is missing"),
        ("a: {b: 1 c: 2}\n", 1, "the { of line 1 is not closed"),
        ("a: [b]]\n", 1, "this ] closes nothing"),
        ("a: @x\n", 1, "@ has a meaning of its own at the start of a value: put the value in quotes"),
        ("a: `x`\n", 1, "` has a meaning of its own"),
        ("a: 50\nb: %x\n", 2, "% has a meaning of its own"),
        ("a: *x\n", 1, "* has a meaning of its own"),
        ("a: & x\n", 1, "& has a meaning of its own"),
        ("a: > x\n", 1, "> or | has a meaning of its own"),
        ('a: "C:\\q"\n', 1, "a backslash has a meaning of its own in double quotes"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        ("a: ,b\n", 1, "a value is missing before ,"),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", 2, "a merge that was not finished stands here"),
        ("a:\xa0b\nc: 1\n", 1, "only looks like a space"),
        ("a: 1\nb: \x07\n", 2, "a character stands here that no text has"),
    ],
)
def test_a_mistake_of_writing(text, line, said):
    (finding,) = read_document("x.yaml", text.encode()).findings
    assert (finding.line, finding.blocking) == (line, True)
    assert said in finding.message


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1\nb: \u201cSCT\u201d\n", [2]),
        ("b: [\u201cSCT\u201d, \u2018ENG\u2019]\n", [1, 1]),
        ("a: {b: \u201cone, two\u201d}\n", [1, 1]),
        ("\u201ca\u201d: b\n", [1]),
        ("a: \u201eb\u201c\n", [1]),
    ],
)
def test_curly_quotes_quote_nothing(text, lines):
    findings = read_document("x.yaml", text.encode()).findings
    assert [(one.line, one.blocking, one.code) for one in findings if one.code == "quotes"] == [
        (line, False, "quotes") for line in lines
    ]
    assert "are curly, so they are part of the text: write straight ones" in findings[0].message


@pytest.mark.parametrize(
    "text",
    [
        "a: the child\u2019s school\n",
        "a: the parents\u2019\n",
        "a: call it \u201chome\u201d or not\n",
        'a: "\u201chome\u201d"\n',
        "a: \u2019tis\n",
        "a: we call it \u201chome\u201d\n",
        "a: \u201cHome\u201d is where a child sleeps\n",
    ],
)
def test_curly_quotes_within_a_text_are_text(text):
    assert read_document("x.yaml", text.encode()).findings == []
