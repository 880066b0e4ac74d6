"""A waiting text as a reviewer reads it, with what it tells marked; and passages masked as the reviewer said. Pure.

Places are characters of the text from 0, the last one not included. A value of several lines is one text of as many.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from hub.facts.errors import Unopenable
from hub.facts.model import Personal

MASKED = "[withheld]"
"""Stands where a reviewer masked a passage."""
MOST_MASKS = 500
_LINE = "\n"


class Mark(NamedTuple):
    """From `start` to `end` the text tells an item."""

    start: int
    end: int
    item: str


@dataclass(frozen=True, slots=True, repr=False)
class Passage(Personal):
    """One content part to read. `digest`: of the sealed part, hex, by which a mask is bound to it."""

    part: int
    item: str
    digest: str
    text: str
    marks: tuple[Mark, ...] = ()


class Mask(NamedTuple):
    """From `start` to `end` a reviewer masks the text of a content part."""

    part: int
    start: int
    end: int


def as_text(value: Any) -> str:
    """A content part's value as one text."""
    match value:
        case str():
            return value
        case bytes():
            return value.decode(errors="replace")
        case list():
            return _LINE.join(map(str, value))
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def encode_passages(passages: Iterable[Passage]) -> str:
    """As they are sealed to be read."""
    return json.dumps([asdict(passage) for passage in passages], ensure_ascii=False)


def decode_passages(text: str) -> list[Passage]:
    """As they were sealed."""
    return [Passage(**{**one, "marks": tuple(Mark(*mark) for mark in one["marks"])}) for one in json.loads(text)]


def masked(value: Any, masks: Collection[Mask]) -> Any:
    """The value with these passages of it replaced; what is no text is replaced whole."""
    spans = sorted((mask.start, mask.end) for mask in masks)
    if not spans:
        return value
    if isinstance(value, str):
        return _mask(value, spans)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        begins = accumulate((len(line) + len(_LINE) for line in value[:-1]), initial=0)
        return [_mask(line, [(a - at, b - at) for a, b in spans]) for line, at in zip(value, begins, strict=True)]
    return MASKED


def _mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Passages that touch or lie over each other are one."""
    kept: list[str] = []
    at = 0
    for first, last in spans:
        start, end = max(first, at), min(last, len(text))
        if start < end:
            if start > at or not kept:
                kept += [text[at:start], MASKED]
            at = end
    return "".join([*kept, text[at:]])


def binding(task_id: bytes, digests: Mapping[int, bytes]) -> bytes:
    """What sealed masks are bound to: the review, and the digest of each part that it is about."""
    return task_id + b"".join(number.to_bytes(4) + digests[number] for number in sorted(digests))


def encode_masks(masks: Sequence[Mask]) -> str:
    """As they are sealed."""
    return json.dumps([list(mask) for mask in masks])


def decode_masks(text: str) -> list[Mask]:
    """As they were sealed; raises Unopenable for what is none."""
    try:
        return [Mask(*map(int, mask)) for mask in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise Unopenable("The masks of a review are in a form that this release does not know.") from error
