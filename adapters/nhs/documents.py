"""The text of attached documents, taken out by a program of its own (`extracting`) with limits on time and memory.

A document that goes beyond them, is broken or is locked costs a fraction of a second and is told of as having no text.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.bridge.reading.fields import MAX_NARRATIVE
from adapters.nhs import extracting
from hub.facts.model import Personal

MAX_ORIGINAL = 1_000_000
"""Bytes of an original that goes along."""
MAX_ORIGINALS = 1_500_000
"""Bytes of all originals together: an event has to fit into a record of Kafka."""
MAX_DOCUMENTS = 10
WALL_SECONDS = 10
RTF, PDF = frozenset({"text/rtf", "application/rtf"}), "application/pdf"

TOO_LARGE = f"is left out: the original is larger than {MAX_ORIGINAL:,} bytes, or too large with the others."
NO_TEXT = "holds no text that could be read: its original goes without."
TEXT_TOO_LONG = f"holds more than {MAX_NARRATIVE:,} characters: its text is left out."
TOO_MUCH = "is more than is read of a document (pages, size or time): its text is left out."
NO_TIME = "is not read for its text: another document beside it took all the time that there is."
BROKEN = "cannot be read as the document that it says it is: its text is left out."
NO_READER = "is of a kind from which no text is taken."
TOO_MANY = f"is left out: at most {MAX_DOCUMENTS} documents are taken."

_SENTENCES = {extracting.NO_TEXT: NO_TEXT, extracting.TOO_MUCH: TOO_MUCH, extracting.BROKEN: BROKEN}


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


class TextReader:
    """The texts of the documents of one record: after one that took all the time, no other is read."""

    def __init__(self, text_of: Extract) -> None:
        self._text_of, self._time = text_of, True

    def read(self, document: bytes, media_type: str) -> Extracted:
        """The text of a PDF or RTF document, or why there is none."""
        if media_type != PDF and media_type not in RTF:
            return Extracted(why=NO_READER)
        if not self._time:
            return Extracted(why=NO_TIME)
        found = self._text_of(document, "pdf" if media_type == PDF else "rtf")
        self._time = found.why != TOO_MUCH
        return found
