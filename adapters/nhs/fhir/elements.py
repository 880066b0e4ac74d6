"""FHIR elements as they are read: a place in the bundle, and what stands there. What is not of its type is not there.

A place is a simple FHIRPath, such as `Bundle.entry[2].resource.name[0].family`: OperationOutcome names elements so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.bridge.reading.text import clean_line, clean_name, clean_narrative
from hub.facts.model import Personal

MAX_NAME = 200
MAX_LINE = 200
MAX_ADDRESS = 500
MAX_NARRATIVE = 20_000
MAX_SAID = 200
"""Faults, and things left out, that are told of one bundle."""


@dataclass(frozen=True, slots=True, repr=False)
class Element(Personal):
    """A complex element: `at` is its place, `data` its JSON object."""

    at: str
    data: Mapping[str, Any]

    def one(self, name: str) -> Element | None:
        """The complex element of this name, where there is exactly one."""
        found = self.data.get(name)
        return Element(f"{self.at}.{name}", found) if isinstance(found, dict) else None

    def many(self, name: str) -> list[Element]:
        """The complex elements of this name, which repeats."""
        found = self.data.get(name)
        if not isinstance(found, list):
            return []
        return [Element(f"{self.at}.{name}[{n}]", each) for n, each in enumerate(found) if isinstance(each, dict)]

    def text(self, name: str) -> str | None:
        """A primitive that is text, as written; None where it is absent or empty."""
        found = self.data.get(name)
        return found if isinstance(found, str) and found.strip() else None

    def texts(self, name: str) -> list[str]:
        """Primitives that are text, of an element that repeats."""
        found = self.data.get(name)
        return [each for each in found if isinstance(each, str) and each.strip()] if isinstance(found, list) else []

    def yes(self, name: str) -> bool | None:
        """A primitive that is true or false."""
        found = self.data.get(name)
        return found if isinstance(found, bool) else None

    def extension(self, url: str) -> Element | None:
        """The first extension of this url; of others nothing is read."""
        return next((each for each in self.many("extension") if each.text("url") == url), None)

    @property
    def kind(self) -> str:
        """The resource's type; empty for what is no resource."""
        return self.text("resourceType") or ""


@dataclass(slots=True)
class Notes:
    """What is wrong with a bundle, and what of it is not used: a place and a sentence each, never a value."""

    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def fault(self, at: str, sentence: str) -> None:
        self.faults.append(f"{at}: {sentence}")

    def leave(self, at: str, sentence: str) -> None:
        self.left_out.append(f"{at}: {sentence}")

    def line(self, element: Element, name: str) -> str | None:
        """A line of text, cleaned."""
        return self._cleaned(element, name, clean_line, MAX_LINE)

    def name(self, element: Element, name: str) -> str | None:
        """Part of a person's name, cleaned."""
        return self.cleaned_name(f"{element.at}.{name}", element.text(name))

    def cleaned_name(self, at: str, text: str | None) -> str | None:
        """A person's name, cleaned; a fault where a letter of it was lost or none is left."""
        if not text:
            return None
        if "\ufffd" in text:
            self.fault(at, LOST_A_LETTER)
        cleaned = self.limited(at, clean_name(text), MAX_NAME)
        if cleaned is not None and not any(letter.isalnum() for letter in cleaned):
            self.fault(at, NO_LETTER)
        return cleaned

    def narrative(self, element: Element, name: str) -> str | None:
        """Free text, cleaned."""
        return self._cleaned(element, name, clean_narrative, MAX_NARRATIVE)

    def limited(self, at: str, text: str, limit: int) -> str | None:
        """The text where it is no longer than the limit, and a fault where it is; None for an empty one."""
        if len(text) > limit:
            self.fault(at, f"is too long: at most {limit:,} characters.")
        return text or None

    def _cleaned(self, element: Element, name: str, clean: Callable[[str], str], limit: int) -> str | None:
        text = element.text(name)
        return self.limited(f"{element.at}.{name}", clean(text), limit) if text else None


LOST_A_LETTER = "lost a letter before it got here (U+FFFD): send it in UTF-8."
NO_LETTER = "holds no letter."
REQUIRED = "is required."


def codings(concept: Element | None) -> Iterator[tuple[str, str]]:
    """The system and code of each coding of a CodeableConcept."""
    for coding in concept.many("coding") if concept else ():
        if code := coding.text("code"):
            yield coding.text("system") or "", code


def words(concept: Element | None) -> str | None:
    """What a CodeableConcept says to a reader: its text, else a display, else a code and its system. Cut to a line."""
    if concept is None:
        return None
    shown = [coding.text("display") for coding in concept.many("coding")]
    bare = (f"{code} ({system})" if system else code for system, code in codings(concept))
    said = concept.text("text") or next((each for each in shown if each), None) or next(bare, None)
    return clean_line(said)[:MAX_LINE] or None if said else None
