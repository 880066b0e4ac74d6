"""Pupils out of a Common Transfer File's XML, as a stream, by expat; `ctf` says what they mean.

A document type declaration is refused, and with it every entity of the file's own. What is not wanted is passed over;
what is held at once is bounded, however long the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from hub.facts.errors import UserError
from hub.matching.rolls.row import LONGEST, cleaned

_BITE = 1 << 16
_LONGEST_TAG = 1 << 21
"""Bytes that a file may go on without anything coming to its end."""
_DEEPEST = 64
_MOST = 100
"""Values of one kind, and schools, that are kept of a pupil."""
_KEPT = LONGEST * 5 + 1
"""Characters of a value that are kept: one more than any may have."""
_PUPIL = ("CTfile", "CTFpupilData", "Pupil")
_SCHOOL = "SchoolHistory/School"
STREET = ("SAON", "PAON", "Street", "Locality", "Town", "PostTown")
LINES = tuple(f"AddressLine{number}" for number in range(1, 6))
POSTCODES = ("Address/PostCode", "Address/BS7666Address/PostCode", "Address/AddressLines/PostCode")
_BASIC = ("FormerSurname", "PreferredSurname", "PreferredForename", "MiddleNames", "EnrolStatus")
_WANTED = frozenset(
    {
        *("UPN", "Surname", "Forename", "DOB", "Gender", "Sex"),
        *(f"BasicDetails/{name}" for name in _BASIC),
        *(f"{_SCHOOL}/{name}" for name in ("LEA", "Estab", "LastSchool", "EntryDate", "LeavingDate")),
        *(f"Address/BS7666Address/{name}" for name in STREET),
        *(f"Address/AddressLines/{name}" for name in LINES),
        *POSTCODES,
    }
)
_OF_THE_FILE = frozenset(
    {
        *("Header/DocumentQualifier", "Header/SourceSchool/SchoolName"),
        *(f"Header/{school}/{part}" for school in ("SourceSchool", "DestSchool") for part in ("LEA", "Estab")),
    }
)
_CUT_OFF = frozenset(
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)

Values = dict[str, list[str]]
"""Text by path below the file, the pupil or the school."""


@dataclass(slots=True, repr=False)
class PupilElement:
    """A `Pupil` element: the line that it begins on, the file's header, its values, and the schools of its history."""

    line: int
    header: Values
    values: Values = field(default_factory=dict)
    schools: list[Values] = field(default_factory=list)


def first(values: Mapping[str, list[str]], path: str) -> str:
    """The first value of this path, or nothing."""
    return values[path][0] if path in values else ""


def read_pupils(path: Path, header: Values) -> Iterator[PupilElement]:
    """Every pupil, as its element ends; fills `header`. Raises UserError where the file is not a whole one."""
    try:
        with path.open("rb") as source:
            yield from _parse(source, _Handlers(header))
    except OSError as error:
        raise UserError(f"The file {path.name} cannot be read.") from error
    except expat.ExpatError as error:
        raise UserError(_why(error)) from None
    except (LookupError, UnicodeError):
        raise UserError("The file names an encoding that the hub does not know: export it again as UTF-8.") from None


def _parse(source: BinaryIO, handlers: _Handlers) -> Iterator[PupilElement]:
    parser, fed = handlers.parser, 0
    while bite := source.read(_BITE):
        if fed == 0 and not _may_be_xml(bite):
            raise UserError("The file is not XML: import a CSV file with --format csv.")
        fed += len(bite)
        parser.Parse(bite, False)  # noqa: FBT003 - expat takes it by position
        if fed - parser.CurrentByteIndex > _LONGEST_TAG:
            raise UserError("The file is not a Common Transfer File: a tag or a value is far too long.")
        yield from handlers.found
        handlers.found.clear()
    if fed == 0:
        raise UserError("The file is empty.")
    parser.Parse(b"", True)  # noqa: FBT003 - expat takes it by position


def _may_be_xml(start: bytes) -> bool:
    return start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<")


def _why(error: expat.ExpatError) -> str:
    if error.code in _CUT_OFF:
        return f"The file is cut off: it ends on line {error.lineno} before its last element does. Export it again."
    return (
        f"The file is not whole XML: line {error.lineno} cannot be read. It is damaged, or in another encoding than it "
        "says: export it again."
    )


class _Handlers:
    """What expat calls; `found` is emptied by whoever feeds it."""

    def __init__(self, header: Values) -> None:
        self.found: list[PupilElement] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._header = header
        self._path: list[str] = []
        self._pupil: PupilElement | None = None
        self._school: Values | None = None
        self._text: list[str] | None = None
        self._kept = 0

    def _refuse(self, *_: object) -> None:
        raise UserError("The file declares a document type, which no Common Transfer File does: it is not read.")

    def _start(self, name: str, _: object) -> None:
        path = self._path
        path.append(name.rpartition(":")[2])
        if path[0] != _PUPIL[0]:
            raise UserError("The file is XML, but not a Common Transfer File: its first element is not CTfile.")
        if len(path) > _DEEPEST:
            raise UserError("The file is not a Common Transfer File: its elements are nested too deep.")
        if self._pupil is None:
            self._text = [] if "/".join(path[1:]) in _OF_THE_FILE else None
            if tuple(path) == _PUPIL:
                self._pupil = PupilElement(self.parser.CurrentLineNumber, self._header)
        else:
            below = "/".join(path[3:])
            self._text = [] if below in _WANTED else None
            if below == _SCHOOL:
                self._school = {}
        self._kept = 0

    def _characters(self, text: str) -> None:
        if self._text is not None and self._kept < _KEPT:
            self._text.append(text[: _KEPT - self._kept])
            self._kept += len(text)

    def _end(self, _: str) -> None:
        if self._text is not None:
            self._keep(cleaned("".join(self._text)))
            self._text = None
        pupil = self._pupil
        if pupil is not None and len(self._path) == len(_PUPIL):
            self.found.append(pupil)
            self._pupil = None
        elif pupil is not None and self._school is not None and "/".join(self._path[3:]) == _SCHOOL:
            pupil.schools = [*pupil.schools, self._school][-_MOST:]
            self._school = None
        self._path.pop()

    def _keep(self, text: str) -> None:
        if self._pupil is None:
            values, path = self._header, "/".join(self._path[1:])
        elif self._school is not None:
            values, path = self._school, self._path[-1]
        else:
            values, path = self._pupil.values, "/".join(self._path[3:])
        if text and len(kept := values.setdefault(path, [])) < _MOST:
            kept.append(text)
