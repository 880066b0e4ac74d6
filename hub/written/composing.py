"""YAML text -> its nodes, each with its line. Two ways to one answer.

ruamel.yaml says what YAML 1.2 is and what is wrong with a text, and is slow. libyaml (through PyYAML) is ten times as
fast, but speaks YAML 1.1, so it is given only what both read alike: lists, mappings, plain and quoted words, comments.
What it does not take goes the slow way, which alone refuses; and what a word is (a number, true, nothing) ruamel's own
resolver says on both ways.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from itertools import islice

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver

SLOW_MARKS, SLOW_CHARACTERS = 15_000, 200_000
"""So much of a text goes the slow way: a second or two."""
LONGEST_LINE = 1000
"""Characters; a key may not be much longer."""
MAX_LEVELS = 100
"""Nodes within nodes that the fast way takes; what is deeper is refused after the slow one."""

MARKS = re.compile(r"[\[\]{},\n]|[-:?](?=\s)")
"""Brackets, commas, colons, dashes and lines: what a parser's time goes by."""

_ODD = re.compile(r"[^\n\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Tabs, other ends of line, controls."""
_COMMENT = re.compile(r"^ *#.*$", re.MULTILINE)
_APART = re.compile(
    r"""
      ^(?:---|\.\.\.)                   # several documents
    | (?:^|[\[\]{},:?\s-])[&*!%|>?@`]   # anchors, aliases, tags, directives, blocks of text, mappings as keys
    | [:?-][\[\]{},]                    # a mark that touches a bracket or comma
    | [\[\]{},]\#
    | ["']:\S                           # "key":value
    """,
    re.VERBOSE | re.MULTILINE,
)
_WORDS = VersionedResolver(loadumper=YAML(typ="safe", pure=True))


class TooMuch(YAMLError):
    """More than the slow way takes in a moment."""


def compose(text: str) -> Node | None:
    """The root, or None of an empty text. Raises ruamel's `YAMLError` and what else its parser raises."""
    text = text.replace("\r\n", "\n")
    if _reads_alike(text):
        try:
            return _compose_fast(text)
        except yaml.MarkedYAMLError as error:
            if _is_large(text):
                raise MarkedYAMLError(error.context, error.context_mark, error.problem, error.problem_mark) from None
        except yaml.YAMLError:
            pass  # only the slow way says what is wrong
    if _is_large(text):
        raise TooMuch
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
    return root


def _reads_alike(text: str) -> bool:
    if _ODD.search(text) or max(map(len, text.split("\n"))) >= LONGEST_LINE:
        return False
    return _APART.search(_COMMENT.sub("", text)) is None


def _is_large(text: str) -> bool:
    return len(text) > SLOW_CHARACTERS or outnumber(MARKS, text, SLOW_MARKS)


def outnumber(pattern: re.Pattern[str], text: str, most: int) -> bool:
    """Whether there are more than so many; counting ends there."""
    return next(islice(pattern.finditer(text), most, None), None) is not None


def _compose_fast(text: str) -> Node | None:
    """From libyaml's events, without recursion. Raises PyYAML's `YAMLError`."""
    root: list[Node] = []
    open_: list[list[Node]] = [root]
    begun: list[yaml.Event] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.ScalarEvent):
            tag = _tag_of(event.value) if event.implicit[0] else _WORDS.DEFAULT_SCALAR_TAG
            open_[-1].append(ScalarNode(tag, event.value, event.start_mark, event.end_mark, event.style or None))
        elif isinstance(event, yaml.CollectionStartEvent):
            begun.append(event)
            open_.append([])
            if len(open_) > MAX_LEVELS:
                raise yaml.YAMLError
        elif isinstance(event, yaml.CollectionEndEvent):
            inside = open_.pop()
            open_[-1].append(_collection(begun.pop(), inside, event))
        elif isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError
    return root[0] if root else None


def _collection(start: yaml.Event, inside: list[Node], end: yaml.Event) -> Node:
    if isinstance(start, yaml.MappingStartEvent):
        entries = list(zip(inside[::2], inside[1::2], strict=True))
        return MappingNode(_WORDS.DEFAULT_MAPPING_TAG, entries, start.start_mark, end.end_mark)
    return SequenceNode(_WORDS.DEFAULT_SEQUENCE_TAG, inside, start.start_mark, end.end_mark)


@lru_cache(maxsize=4096)
def _tag_of(word: str) -> object:
    return _WORDS.resolve(ScalarNode, word, (True, False))
