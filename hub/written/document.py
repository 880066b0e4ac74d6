"""YAML text -> plain data in which the line of each entry is known.

Only the plain subset that people need: mappings, lists and scalars; dates and times stay text. A key given twice, a
merge key and a tag are findings, because each of them changes what a rule means without being seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from hub.written.composing import MARKS, TooMuch, compose, outnumber
from hub.written.findings import Finding, fault, refuse
from hub.written.mistakes import explain

Step = str | int
Data = dict[str, "Data"] | list["Data"] | str | int | float | bool | None

MAX_BYTES = 1_000_000
MAX_ENTRIES = 30_000
MAX_DEPTH = 40
MAX_MARKS = 3 * MAX_ENTRIES
OPEN = f"more than {MAX_DEPTH} brackets are open at once: one is not closed, or too many"
LARGE = "a file of this size is read without tabs, blocks of text (|, >), anchors, tags and very long lines: split it"

_BRACKETS = re.compile(r"[\[\]{}]")
TOO_MUCH = f"the file holds more entries than can be meant (some {MAX_ENTRIES}), or is nested too deeply: split it"
_CURLY = re.compile(
    "[\u201c\u201e\u201f\u2033][^\u201d]*[\u201d\u201c]?$|[^\u201c\u201e]*\u201d$|[\u2018\u201a\u201b].*[\u2019\u2018]$|\u201d",
    re.DOTALL,
)
"""A value that only looks quoted, or one end of it, where a comma inside cut it in two."""
_TAG = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Document:
    """One file's data. `lines` maps the path of each entry to its line, counted from 1."""

    file: str
    data: Data = None
    lines: dict[tuple[Step, ...], int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line(self, path: Sequence[Step] = ()) -> int:
        """The line of the entry at `path`, or of the nearest entry around it."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    @property
    def is_unreadable(self) -> bool:
        """Whether something makes the whole file unusable."""
        return any(finding.blocking for finding in self.findings)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return any(finding.code == "empty" for finding in self.findings)

    def refuse(self, line: int, code: str, message: str) -> None:
        """Note an error that makes the file unusable."""
        self.findings.append(refuse(self.file, line, code, message))


def read_document(file: str, content: bytes) -> Document:
    """Parse one file. What is wrong with it is in `findings`; nothing is raised for a mistake of its author."""
    document = Document(file)
    if len(content) > MAX_BYTES:
        document.refuse(1, "too-large", f"the file is larger than {MAX_BYTES} bytes")
        return document
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.refuse(content[: error.start].count(b"\n") + 1, "encoding", "the file is not UTF-8 text")
        return document
    root = _compose(text, document)
    if root is not None:
        document.data = _plain(root, (), document)
    return document


def _compose(text: str, document: Document) -> Node | None:
    root: Node | None = None
    try:
        if _opened(text) > MAX_DEPTH:
            document.refuse(1, "too-large", OPEN)
        elif outnumber(MARKS, text, MAX_MARKS):
            document.refuse(1, "too-large", TOO_MUCH)
        else:
            root = compose(text)
            if root is None:
                document.refuse(1, "empty", "the file is empty")
    except MarkedYAMLError as error:
        line, sentence = explain(error, text)
        document.refuse(line, "yaml", sentence)
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        document.refuse(line, "yaml", "a character stands here that no text has (a control character): take it out")
    except TooMuch:
        document.refuse(1, "too-large", LARGE)
    except (YAMLError, RecursionError, ValueError):
        document.refuse(1, "yaml", "this is not YAML that can be read")
    return root


def _opened(text: str) -> int:
    """The most brackets that stand open at once."""
    most = now = 0
    for bracket in _BRACKETS.findall(text):
        now += 1 if bracket in "[{" else -1
        most = max(most, now)
    return most


def _plain(node: Node, path: tuple[Step, ...], document: Document) -> Data:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if len(document.lines) > MAX_ENTRIES or len(path) > MAX_DEPTH:
        if not any(finding.code == "too-large" for finding in document.findings):
            document.refuse(node.start_mark.line + 1, "too-large", TOO_MUCH)
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, SequenceNode):
        return [_plain(entry, (*path, place), document) for place, entry in enumerate(node.value)]
    return _scalar(node, document) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, path: tuple[Step, ...], document: Document) -> Data:
    plain: dict[str, Data] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode) or str(key.tag).endswith(("null", "merge")):
            document.refuse(line, "key", "each key must be a plain word (write a merged entry out in full)")
            continue
        if key.value in plain:
            document.refuse(line, "duplicate-key", f"'{key.value}' is given twice here")
            continue
        _look_for_curly_quotes(key, document)
        document.lines[(*path, key.value)] = line
        plain[key.value] = _plain(value, (*path, key.value), document)
    return plain


def _look_for_curly_quotes(node: ScalarNode, document: Document) -> None:
    if node.style is None and _CURLY.match(node.value):
        said = f"the quotes around {node.value[:60]} are curly, so they are part of the text: write straight ones"
        document.findings.append(fault(document.file, node.start_mark.line + 1, "quotes", said))


def _scalar(node: ScalarNode, document: Document) -> Data:
    text: str = node.value
    kind = str(node.tag).removeprefix(_TAG)
    _look_for_curly_quotes(node, document)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in {"int", "float"}:
        return _number(text, kind)
    if kind not in {"str", "timestamp"}:
        document.refuse(node.start_mark.line + 1, "tag", "tags such as '!name' are not used in these files")
    return text


def _number(text: str, kind: str) -> Data:
    """The number, or the text itself where it is written in a way that people misread (octal, underscores)."""
    if "_" in text:
        return text
    try:
        return int(text, 10) if kind == "int" else float(text)
    except ValueError:
        return text
