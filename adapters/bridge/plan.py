"""What one adapter process runs: formats, each of a source, with its doors. From options, or from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import RootModel

from adapters.bridge.formats import ADAPTERS, NativeFormat, configured
from adapters.bridge.wiring import is_organisation_id, organisation_id
from hub.facts.errors import UserError
from hub.serving.addresses import Address, parse_address
from hub.serving.tls import Tls
from hub.written.document import Document, read_document
from hub.written.entry import Entry, read_entry
from hub.written.findings import Finding, refuse
from hub.written.vocabulary import nearest

DROP, LISTEN, MLLP = "--drop", "--listen", "--mllp"
MAX_LINES = 50
_FILES = ("drop", "mapping", "mllp_certificate", "mllp_key", "mllp_clients")
_ADDRESSES = ("listen", "mllp")


@dataclass(frozen=True, slots=True)
class Doors:
    """By which ways the records of one format of one source come in; None is a way that is not open."""

    drop: Path | None = None
    listen: Address | None = None
    mllp: Address | None = None
    tls: Tls | None = None
    """Of `mllp`."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One format of one source."""

    name: str
    native: NativeFormat
    source: str
    doors: Doors


class Line(Entry):
    """One entry of the file, or the options of one run; paths are relative to the file's folder."""

    format: str
    source: str
    drop: str | None = None
    listen: str | None = None
    mllp: str | None = None
    mllp_certificate: str | None = None
    mllp_key: str | None = None
    mllp_clients: str | None = None
    mapping: str | None = None


class Lines(RootModel[tuple[Line, ...]]):
    """The file: a list."""


def plan(line: Line, folder: Path) -> Planned:
    """What a line asks for, checked; raises UserError. Paths are relative to the folder."""
    native = configured(line.format, _path(folder, line.mapping))
    if line.mllp and native.mllp is None:
        raise UserError(f"The adapter {line.format} does not come over MLLP: give it another door.")
    if not (line.drop or line.listen or line.mllp):
        raise UserError(f"The adapter has no door: give {DROP}, or {LISTEN}, or {MLLP}.")
    doors = Doors(
        _path(folder, line.drop),
        parse_address(line.listen, LISTEN) if line.listen else None,
        parse_address(line.mllp, MLLP) if line.mllp else None,
        _tls(line, folder),
    )
    return Planned(line.format, native, organisation_id(line.source), doors)


def _tls(line: Line, folder: Path) -> Tls | None:
    certificate, key = _path(folder, line.mllp_certificate), _path(folder, line.mllp_key)
    clients = _path(folder, line.mllp_clients)
    if certificate is None and key is None and clients is None:
        return None
    if certificate is None or key is None or not line.mllp:
        raise UserError("TLS needs an address for MLLP, a certificate and its key: name all three or none.")
    return Tls(certificate, key, clients)


def _path(folder: Path, said: str | None) -> Path | None:
    return folder / said if said else None


def read_plan(path: Path) -> list[Planned]:
    """The entries of a file; raises UserError with `FILE:LINE: what is wrong` for every mistake, a line each."""
    try:
        document = read_document(str(path), path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read ({type(error).__name__}): correct --config.") from error
    lines = None if document.is_unreadable else read_entry(Lines, document)
    if document.findings or not isinstance(lines, Lines):
        raise UserError(_said([*document.findings, *(lines if isinstance(lines, list) else ())]))
    return _checked(lines.root, document, path.parent)


def _checked(lines: Sequence[Line], document: Document, folder: Path) -> list[Planned]:
    wrong = list(_wrong_together(lines, document, folder))
    planned, others = [], []
    for at, line in enumerate(lines):
        found = list(_wrong_in(line, folder))
        wrong += [refuse(document.file, document.line((at, name)), "value", f"{name} {why}") for name, why in found]
        if not found:
            try:
                planned.append(plan(line, folder))
            except UserError as error:
                about_mapping = line.mapping and str(error).startswith(f"{folder / line.mapping}:")
                others.append(str(error) if about_mapping else f"{document.file}:{document.line((at,))}: {error}")
    if wrong or others:
        raise UserError("\n".join(filter(None, (_said(wrong), *others))))
    return planned


def _said(findings: Iterable[Finding]) -> str:
    return "\n".join(map(str, sorted(findings)))


def _wrong_in(line: Line, folder: Path) -> Iterator[tuple[str, str]]:
    """What is wrong in one line by itself: the field and a sentence."""
    if line.format not in ADAPTERS:
        yield "format", f"is {line.format}, which is no adapter{nearest(line.format, ADAPTERS)}"
    if not is_organisation_id(line.source):
        yield "source", "must be an organisation's id, such as police.caledon"
    for name in _ADDRESSES:
        if (said := getattr(line, name)) and not _is_address(said):
            yield name, "must be an address to listen on, such as 127.0.0.1:8410"
    if not (line.drop or line.listen or line.mllp):
        yield "format", "has no door: give it drop, listen or mllp"
    if line.drop and not (folder / line.drop).is_dir():
        yield "drop", "is a folder that is not there: create it, or correct its name"
    for name in _FILES[1:]:
        if (said := getattr(line, name)) and not (folder / said).is_file():
            yield name, "is a file that is not there: correct its name"


def _wrong_together(lines: Sequence[Line], document: Document, folder: Path) -> Iterator[Finding]:
    if not 0 < len(lines) <= MAX_LINES:
        yield refuse(document.file, 1, "count", f"must name at least one format, and at most {MAX_LINES}")
    taken: dict[str, int] = {}
    for at, line in enumerate(lines):
        ways = {name: said for name in _ADDRESSES if (said := getattr(line, name)) and not said.endswith(":0")}
        if line.drop:
            ways["drop"] = str((folder / line.drop).resolve())
        for name, said in ways.items():
            here = document.line((at, name))
            first = taken.setdefault(said, here)
            if first != here:
                yield refuse(document.file, here, "twice", f"{name} is that of line {first}: each needs its own")


def _is_address(said: str) -> bool:
    try:
        parse_address(said, LISTEN)
    except UserError:
        return False
    return True
