"""Attached documents: their text as narrative, and the original, if it is not too large, as a part of its own."""

from __future__ import annotations

import binascii
import codecs
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adapters.bridge.reading.text import clean_line, clean_narrative
from adapters.nhs.documents import (
    MAX_DOCUMENTS,
    MAX_ORIGINAL,
    MAX_ORIGINALS,
    NO_TEXT,
    TEXT_TOO_LONG,
    TOO_LARGE,
    TOO_MANY,
    Extract,
    Extracted,
    TextReader,
)
from adapters.nhs.fhir.bundle import Bundle
from adapters.nhs.fhir.clinical import LEFT, stands
from adapters.nhs.fhir.elements import MAX_LINE, MAX_NARRATIVE, Element, Notes
from adapters.nhs.fhir.naming import resolved
from hub.facts.model import Personal

ELSEWHERE = "is not used: it lies elsewhere, and nothing is fetched."
NOT_BASE64 = "is not base64."
WRONG_HASH = "is not what its hash or size says."

_PLAIN = "text/plain"


@dataclass(frozen=True, slots=True, repr=False)
class Document(Personal):
    """One attachment: its text, where there is some, and its original, where it goes along."""

    text: str | None
    original: dict[str, Any] | None


class Attachments:
    """Reads the documents of one bundle, each once, within what all of them may take."""

    def __init__(self, bundle: Bundle, notes: Notes, text_of: Extract) -> None:
        self._bundle, self._notes, self._texts = bundle, notes, TextReader(text_of)
        self._room, self._taken = MAX_ORIGINALS, 0
        self.used: set[str] = set()
        """Places of the resources that were read."""

    def of(self, resource: Element) -> Iterator[Document]:
        """The documents of a DocumentReference, or of a Binary."""
        self.used.add(resource.at)
        if not stands(resource):
            self._notes.leave(f"{resource.at} ({resource.kind})", LEFT)
        elif resource.kind == "Binary":
            yield from self.attached(resource, None)
        else:
            title = resource.text("description")
            for content in resource.many("content"):
                if (attachment := content.one("attachment")) is not None:
                    yield from self.attached(attachment, title)

    def attached(self, attachment: Element, title: str | None) -> Iterator[Document]:
        """The document of an Attachment or a Binary."""
        self._taken += 1
        if self._taken > MAX_DOCUMENTS:
            self._notes.leave(attachment.at, TOO_MANY)
            return
        raw = self._bytes(attachment)
        if raw is None:
            return
        media_type = clean_line((attachment.text("contentType") or "").partition(";")[0]).lower()[:MAX_LINE]
        text = self._text(attachment, raw, media_type)
        original = None
        if len(raw) > min(MAX_ORIGINAL, self._room):
            self._notes.leave(attachment.at, TOO_LARGE)
        elif media_type != _PLAIN or text is None:
            self._room -= len(raw)
            said = clean_line(attachment.text("title") or title or "")[:MAX_LINE] or None
            original = {"title": said, "media_type": media_type or "application/octet-stream", "content": raw}
        yield Document(text, original)

    def _bytes(self, attachment: Element) -> bytes | None:
        """What is attached: in the attachment, or in a Binary of this bundle to which it points."""
        data = attachment.text("data")
        if data is None:
            return self._linked(attachment)
        try:
            raw = b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            self._notes.fault(f"{attachment.at}.data", NOT_BASE64)
            return None
        digest = b64encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
        size = attachment.data.get("size")
        if attachment.text("hash") not in {None, digest} or (isinstance(size, int) and size != len(raw)):
            self._notes.fault(attachment.at, WRONG_HASH)
            return None
        return raw

    def _linked(self, attachment: Element) -> bytes | None:
        url = attachment.text("url")
        if url is None:
            return None
        binary = resolved(Element(attachment.at, {"reference": url}), self._bundle, self._notes)
        if binary is None or binary.kind != "Binary":
            self._notes.leave(f"{attachment.at}.url", ELSEWHERE)
            return None
        self.used.add(binary.at)
        return self._bytes(Element(binary.at, {"data": binary.text("data") or ""}))

    def _text(self, attachment: Element, raw: bytes, media_type: str) -> str | None:
        if media_type == _PLAIN:
            found = Extracted(_decoded(raw, attachment.text("contentType") or ""))
        else:
            found = self._texts.read(raw, media_type)
        text = clean_narrative(found.text)
        why = found.why or (TEXT_TOO_LONG if len(text) > MAX_NARRATIVE else None if text else NO_TEXT)
        if why:
            self._notes.leave(attachment.at, why)
            return None
        return text


def _decoded(raw: bytes, content_type: str) -> str:
    """Plain text in its charset; in UTF-8 where it says none or is not in it; else in Windows-1252."""
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip('" ')
    for name in filter(None, (charset, "utf-8-sig")):
        try:
            return raw.decode(codecs.lookup(name).name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("cp1252", "replace")
