"""Mapping files of hospitals' formats: what codes mean here, in lines that an information governance team can read.

Each mistake in one is named by file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from hub.facts.errors import UserError
from hub.written.document import MAX_BYTES, Document, read_document
from hub.written.entry import Entry, read_entry
from hub.written.findings import Finding, refuse

Code = tuple[str, str]
"""System and code."""
TWICE = "this code stands twice in this section: it can mean one thing only"
NO_SYSTEM = "'{system}' is neither listed under systems nor an address"

Word = TypeVar("Word", bound=StrEnum)
File = TypeVar("File", bound=Entry)
Text = Annotated[str, Field(min_length=1, max_length=300)]


class Line(Entry, Generic[Word]):
    """One line: a code of a system, how it is shown, and what it means here."""

    system: Text
    code: Text
    display: Text
    means: Annotated[Word, Field(alias="is")]


def read_file(model: type[File], path: Path) -> tuple[File, Document]:
    """A mapping file and its lines; raises UserError with `FILE:LINE: what is wrong` for every mistake, a line each."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({type(error).__name__}): check --mapping.") from error
    document = read_document(str(path), content)
    findings = [finding for finding in document.findings if finding.blocking]
    read = findings or read_entry(model, document)
    if isinstance(read, list):
        raise _mistaken(read)
    return read, document


class Sections:
    """The sections of one file, their codes looked up; and what is wrong across lines.

    `system_of` gives the system that a line names, or None; `bare` a code as it is looked up.
    """

    def __init__(
        self,
        document: Document,
        system_of: Callable[[str], str | None],
        bare: Callable[[str, str], str] = lambda _system, code: code,
    ) -> None:
        self._document, self._system_of, self._bare = document, system_of, bare
        self._findings: list[Finding] = []

    def codes(self, section: str, lines: Iterable[Line[Word]]) -> dict[Code, Word]:
        """What each code of a section means, in its order."""
        found: dict[Code, Word] = {}
        for place, line in enumerate(lines):
            system = self._system_of(line.system)
            if system is None:
                self.refuse((section, place, "system"), NO_SYSTEM.format(system=line.system))
                continue
            key = (system, self._bare(system, line.code))
            if key in found:
                self.refuse((section, place), TWICE)
            found[key] = line.means
        return found

    def refuse(self, path: tuple[str | int, ...], sentence: str) -> None:
        """Note a mistake at the line of this path."""
        self._findings.append(refuse(self._document.file, self._document.line(path), "mapping", sentence))

    def check(self) -> None:
        """Raise UserError where there was a mistake."""
        if self._findings:
            raise _mistaken(self._findings)


def _mistaken(findings: Iterable[Finding]) -> UserError:
    return UserError("\n".join(map(str, sorted(findings))))
