"""What happened: attendance, diagnoses, and what was written (PV1, PV2, DG1, OBX, NTE). Pure.

Free text is about the child of the message; what of it names others is marked later, where everything is in clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from adapters.bridge.reading.fields import MAX_NARRATIVE
from adapters.nhs.documents import TEXT_TOO_LONG, Extract
from adapters.nhs.hl7.attached import Attached, title_of
from adapters.nhs.hl7.coded import ICD_10, codes_of
from adapters.nhs.hl7.mapping import CodeMapping, Item
from adapters.nhs.hl7.message import Message, Segment
from adapters.nhs.hl7.reading import LINE, NARRATIVE, Reading, joined
from adapters.nhs.hl7.times import instant
from adapters.nhs.hl7.words import CODED, stands
from hub.facts.clock import LONDON

_CLASSES = {
    "E": "emergency",
    "I": "inpatient",
    "O": "outpatient",
    "P": "before admission",
    "R": "recurring",
    "B": "obstetrics",
}
"""Table 0004."""
_TEXTS = {"TX", "FT", "ST"}
_VALUES = {"NM", "SN", "DT", "TS", "DTM", "TM"}
_LINES = frozenset({Item.SCHOOL, Item.DISABILITY, Item.CONDITION})
"""Items of one line; the others are narratives."""
_INJURY = re.compile(r"S\d\d|T(?!74)\d\d")
"""Chapter XIX of ICD-10, injury, poisoning and the like; but for T74, maltreatment, which is the category already."""


class Story:
    """What one message tells. Items are gathered as they are found, in the order of the message."""

    def __init__(
        self, message: Message, mapping: CodeMapping, reading: Reading, zone: tzinfo, text_of: Extract
    ) -> None:
        self._message, self._mapping, self._reading, self._zone = message, mapping, reading, zone
        self._attached = Attached(reading, text_of)
        self._texts: dict[str, list[str]] = {}
        self._documents: list[dict[str, Any]] = []
        self._written: list[tuple[str, str, str]] = []
        """Texts of documents: item, text, place."""
        self._indicators: list[str] = []

    def items(self) -> Iterator[tuple[str, Any]]:
        """Data items and their values. A document is one item each."""
        for segment in self._message.all("OBX", "NTE"):
            if segment.name == "NTE":
                self._add("concern.detail", _paragraphs(segment, 3), segment.place(3))
            else:
                self._observation(segment)
        self._add_what_documents_say()
        yield "health.attendance", self._attendance()
        yield from self._diagnoses()
        yield "concern.indicators", self._indicators
        for item, texts in self._texts.items():
            kind = LINE if item in _LINES else NARRATIVE
            yield item, self._reading.checked(kind, "\n\n".join(texts), "OBX-5")
        for document in self._documents:
            yield "concern.document", document

    def add(self, item: str, text: str) -> None:
        """A text that another part of the message gives for an item."""
        self._texts.setdefault(item, []).append(text)

    def _observation(self, segment: Segment) -> None:
        kind, place = segment.text(2).upper(), segment.place(5)
        if not stands(segment):
            self._reading.leave_out(segment.place(), "was withdrawn by its sender.")
        elif kind in _TEXTS or (not kind and segment.text(5)):
            self._add(self._item(segment), _paragraphs(segment, 5), place, title_of(segment))
        elif kind in CODED:
            said = [one.text(2) or one.text(5) or one.text(1) for one in segment.repetitions(5)]
            self._indicators += filter(None, (self._reading.checked(LINE, text, place) for text in said))
        elif kind == "ED":
            self._document(segment)
        elif kind in _VALUES:
            self._reading.leave_out(place, "is a measured value.")
        elif segment.repetitions(5):
            self._reading.leave_out(place, "is of a type that is not read.")

    def _item(self, segment: Segment) -> str:
        return self._mapping.item_of(codes_of(segment, 3)) or "concern.detail"

    def _add(self, item: str, text: str, place: str, title: str = "") -> None:
        if text and text.strip():
            self.add(item, _headed(title, text) if item == Item.DETAIL else text)
        else:
            self._reading.leave_out(place, "says nothing.")

    def _document(self, segment: Segment) -> None:
        for one in self._attached.of(segment):
            if one.text:
                self._written.append((self._item(segment), _headed(title_of(segment), one.text), segment.place(5)))
            if one.original:
                self._documents.append(one.original)

    def _add_what_documents_say(self) -> None:
        """Behind what was written in the message itself, as far as there is room: their originals go along besides."""
        for item, text, place in self._written:
            if len("\n\n".join((*self._texts.get(item, ()), text))) > MAX_NARRATIVE:
                self._reading.leave_out(place, TEXT_TOO_LONG)
            else:
                self.add(item, text)

    def _attendance(self) -> str | None:
        visit = self._message.first("PV1")
        if visit is None:
            return None
        where = joined((visit.text(3, 1, 1), visit.text(3, 4, 1)))
        reason = self._message.first("PV2")
        said = (
            _CLASSES.get(visit.text(2).upper(), visit.text(2).lower()),
            where,
            self._said(visit, 44, "from "),
            self._said(visit, 45, "until "),
            (reason.text(3, 2) or reason.text(3)) if reason else "",
        )
        return self._reading.checked(LINE, joined(said), visit.place())

    def _said(self, segment: Segment, number: int, word: str) -> str:
        at = instant(segment.text(number), self._zone)
        return f"{word}{_spoken(at)}" if at else ""

    def _diagnoses(self) -> Iterator[tuple[str, Any]]:
        found: dict[str, list[str]] = {"health.condition": [], "health.injury": []}
        for segment in filter(stands, self._message.all("DG1")):
            text = segment.text(3, 2) or segment.text(4) or segment.text(3, 1)
            injury = any(
                system == ICD_10 and _INJURY.match(code) for system, code in codes_of(segment, 3, segment.text(2))
            )
            if said := self._reading.checked(LINE, text, segment.place(3)):
                found["health.injury" if injury else "health.condition"].append(said)
        for item, texts in found.items():
            yield item, joined(dict.fromkeys(texts), "; ") or None


def _headed(title: str, text: str) -> str:
    return f"{title}: {text}" if title else text


def _spoken(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _paragraphs(segment: Segment, number: int) -> str:
    """A text, whose repetitions are its lines. It is taken whole: engines do not escape every `&` in it."""
    return "\n".join(one.whole() for one in segment.repetitions(number))
