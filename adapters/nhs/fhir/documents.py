"""Attached documents: their text as narrative, and the original, if it is not too large, as a part of its own.

Text is taken out by a program of its own (`extracting`) with limits on time, memory, pages and unpacking: a document
that goes beyond them, is broken or is locked costs a fraction of a second and is told of as having no text.
"""

from __future__ import annotations

import binascii
import codecs
import hashlib
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.bridge.reading.text import clean_line, clean_narrative
from adapters.nhs.fhir import extracting
from adapters.nhs.fhir.bundle import Bundle
from adapters.nhs.fhir.clinical import LEFT, stands
from adapters.nhs.fhir.elements import MAX_LINE, MAX_NARRATIVE, Element, Notes
from adapters.nhs.fhir.naming import resolved
from hub.facts.model import Personal

MAX_ORIGINAL = 1_000_000
"""Bytes of an original that goes along."""
MAX_ORIGINALS = 1_500_000
"""Bytes of all originals together: an event has to fit into a record of Kafka."""
MAX_DOCUMENTS = 10
WALL_SECONDS = 10

ELSEWHERE = "is not used: it lies elsewhere, and nothing is fetched."
NOT_BASE64 = "is not base64."
WRONG_HASH = "is not what its hash or size says."
TOO_LARGE = f"is left out: the original is larger than {MAX_ORIGINAL:,} bytes, or too large with the others."
NO_TEXT = "holds no text that could be read: its original goes without."
TEXT_TOO_LONG = f"holds more than {MAX_NARRATIVE:,} characters: its text is left out."
TOO_MUCH = "is more than is read of a document (pages, size or time): its text is left out."
NO_TIME = "is not read for its text: another document of this bundle took all the time that there is."
BROKEN = "cannot be read as the document that it says it is: its text is left out."
NO_READER = "is of a kind from which no text is taken."
TOO_MANY = f"is left out: at most {MAX_DOCUMENTS} documents are taken."

_PLAIN, _RTF, _PDF = "text/plain", frozenset({"text/rtf", "application/rtf"}), "application/pdf"
_SENTENCES = {extracting.NO_TEXT: NO_TEXT, extracting.TOO_MUCH: TOO_MUCH, extracting.BROKEN: BROKEN}


@dataclass(frozen=True, slots=True, repr=False)
class Document(Personal):
    """One attachment: its text, where there is some, and its original, where it goes along."""

    text: str | None
    original: dict[str, Any] | None


@dataclass(frozen=True, slots=True, repr=False)
class Extracted(Personal):
    """A document's text, or the sentence that says why there is none."""

    text: str = ""
    why: str | None = None


Extract = Callable[[bytes, str], Extracted]
"""(document, `pdf` or `rtf`) -> its text."""


def extract(document: bytes, form: str) -> Extracted:
    """The text of a document, taken out by a program with limits; never raises for what the document holds."""
    command = [sys.executable, "-I", str(Path(extracting.__file__)), form]
    try:
        done = subprocess.run(
            command, input=document, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WALL_SECONDS,
            check=False, cwd="/", env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Extracted(why=TOO_MUCH)
    if done.returncode:
        return Extracted(why=_SENTENCES.get(done.returncode, TOO_MUCH))
    return Extracted(done.stdout.decode("utf-8", "replace"))


class Attachments:
    """Reads the documents of one bundle, each once, within what all of them may take."""

    def __init__(self, bundle: Bundle, notes: Notes, text_of: Extract) -> None:
        self._bundle, self._notes, self._text_of = bundle, notes, text_of
        self._room, self._taken, self._time = MAX_ORIGINALS, 0, True
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
        media_type = (attachment.text("contentType") or "").partition(";")[0].strip().lower()
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
        elif media_type in _RTF or media_type == _PDF:
            found = self._text_of(raw, "pdf" if media_type == _PDF else "rtf") if self._time else Extracted(why=NO_TIME)
            self._time = self._time and found.why != TOO_MUCH
        else:
            found = Extracted(why=NO_READER)
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
