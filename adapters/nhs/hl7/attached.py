"""Encapsulated data (ED): a document's text as narrative, and the original, if it is not too large, as a part."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adapters.bridge.reading.text import clean_narrative
from adapters.nhs.documents import (
    MAX_DOCUMENTS,
    MAX_ORIGINAL,
    MAX_ORIGINALS,
    NO_TEXT,
    TOO_LARGE,
    TOO_MANY,
    Extract,
    TextReader,
)
from adapters.nhs.hl7.message import Repetition, Segment
from adapters.nhs.hl7.reading import LINE, Reading, place_of
from hub.facts.model import Personal

_PLAIN = "text/plain"
_MEDIA = {
    "PDF": "application/pdf",
    "RTF": "application/rtf",
    "HTML": "text/html",
    "TEXT": _PLAIN,
    "PLAIN": _PLAIN,
    "TXT": _PLAIN,
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "DOC": "application/msword",
    "XML": "application/xml",
    "X-HL7-CDA-LEVEL-ONE": "application/xml",
}
"""Subtypes of data (ED-3, table 0291), and what engines write for them."""


@dataclass(frozen=True, slots=True, repr=False)
class Document(Personal):
    """One document: its text, where there is some, and its original, where it goes along."""

    text: str = ""
    original: dict[str, Any] | None = None


class Attached:
    """Reads the documents of one message, within what all of them may take."""

    def __init__(self, reading: Reading, text_of: Extract) -> None:
        self._reading, self._texts = reading, TextReader(text_of)
        self._room, self._taken = MAX_ORIGINALS, 0

    def of(self, segment: Segment) -> Iterator[Document]:
        """The documents of an OBX, one for each repetition of OBX-5."""
        for one in segment.repetitions(5):
            place, content = place_of(one, segment, 5), _decoded(one)
            media = _MEDIA.get(one.text(3).upper().rpartition("/")[2])
            self._taken += 1
            if content is None:
                self._reading.fault(place, "must be Base64 or hexadecimal data, as its fourth component says.")
            elif not content:
                self._reading.leave_out(place, "says nothing.")
            elif media is None:
                self._reading.leave_out(place, "is a document of a type that is not used.")
            elif self._taken > MAX_DOCUMENTS:
                self._reading.leave_out(place, TOO_MANY)
            else:
                yield self._document(content, media, segment, place)

    def _document(self, content: bytes, media: str, segment: Segment, place: str) -> Document:
        if media == _PLAIN:
            return Document(content.decode("utf-8", "replace"))
        found = self._texts.read(content, media)
        text = clean_narrative(found.text)
        if not text:
            self._reading.leave_out(place, found.why or NO_TEXT)
        if len(content) > min(MAX_ORIGINAL, self._room):
            self._reading.leave_out(place, TOO_LARGE)
            return Document(text)
        self._room -= len(content)
        title = self._reading.checked(LINE, title_of(segment), segment.place(3))
        return Document(text, {"title": title, "media_type": media, "content": content})


def title_of(segment: Segment) -> str:
    """What an observation is called."""
    return segment.text(3, 2) or segment.text(3, 1)


def _decoded(one: Repetition) -> bytes | None:
    """The data: the fourth component says how the fifth is encoded, in table 0299."""
    data = "".join(one.data(5).split())
    try:
        match one.text(4).upper():
            case "BASE64":
                return base64.b64decode(data, validate=True)
            case "HEX":
                return bytes.fromhex(data)
            case "A" | "":
                return one.text(5).encode()
    except (binascii.Error, ValueError):
        return None
    return None
