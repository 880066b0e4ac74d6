"""The fast way reads what the slow one reads, word for word and line for line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from hub.facts.shipped import shipped
from hub.written import composing
from hub.written.composing import compose
from hub.written.document import read_document

FILES = sorted(shipped("routing_rules").rglob("*.yaml"))
PIECES = [
    "a", "b: ", "- ", "  ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", ",", ": ", ":", "#", " # c", "'",
    '"', "''", "x y", "1", "1.5", "yes", "true", "null", "~", "0o7", "010", "1:30", "2026-01-01", "23:10+00:00",
    "<<", "=", ".", "-", "?", "\\", "é", "\u2019", "\u201c", "\n- ", "\na: ", "\n\n", "e+", "1_000", ".inf",
    "0x1F", "\r\n", "\t", "&a ", "*a", "!t ", "| ", "> ", "\u2028", "\x85", "\xa0", "%", "---\n", "...\n", "? ",
]  # fmt: skip


def slowly(text):
    return YAML(typ="safe", pure=True).compose(text.replace("\r\n", "\n"))


def told(way, text):
    """Everything that is read on of a text, or that it is refused. An empty entry has no line of its own."""
    try:
        return tree(way(text))
    except Exception as error:  # noqa: BLE001 - whatever the parser raises, both ways must raise it
        return type(error)


def tree(node):
    if node is None:
        return None
    if isinstance(node, MappingNode):
        inside = [(tree(key), tree(value)) for key, value in node.value]
    elif isinstance(node, SequenceNode):
        inside = [tree(value) for value in node.value]
    else:
        inside = (node.value, node.style is None)
    return (type(node).__name__, str(node.tag), node.value and node.start_mark.line, inside)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_shipped_file_is_read_alike(path):
    text = path.read_text(encoding="utf-8")
    assert tree(compose(text)) == tree(slowly(text))


def test_most_shipped_files_go_the_fast_way():
    apart = [path.name for path in FILES if composing._APART.search(path.read_text(encoding="utf-8"))]
    assert len(apart) < len(FILES) / 5


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_whatever_is_written_is_read_alike(text):
    assert told(compose, text) == told(slowly, text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("true", True), ("False", False), ("null", None),
        ("~", None), ("", None), ("12", 12), ("010", 10), ("0o10", "0o10"), ("0x1F", "0x1F"), ("1_000", "1_000"),
        ("1.5", 1.5), ("1:30", "1:30"), ("2026-03-09", "2026-03-09"), ("2026-03-09T08:45:00Z", "2026-03-09T08:45:00Z"),
        ("'12'", "12"), ('"true"', "true"), ("a#b", "a#b"), ("a # b", "a"), ("a: b", {"a": "b"}),
    ],
)  # fmt: skip
def test_what_a_word_is(written, read):
    in_a_list = read_document("x.yaml", f"- {written}\n".encode())
    assert (in_a_list.data, in_a_list.findings) == ([read], [])


@pytest.mark.parametrize(
    "nesting", ["- " * 3000 + "a", "[" * 39 + "]" * 39, "\n".join(" " * n + "a:" for n in range(2000))]
)
def test_what_is_deep_overflows_nothing(nesting):
    read_document("x.yaml", nesting.encode())
