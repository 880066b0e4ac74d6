"""The files of a rules folder -> a `Book`: every entry with its place, and what cannot be read.

Pure: `hub.sharing.loader` brings the bytes. A set kept in a store reads just as one on disk does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from pydantic import RootModel

from hub.sharing.writing.calendars import Calendar
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.rules import Rule
from hub.sharing.writing.scenarios import Scenario
from hub.sharing.writing.signatures import Signature, content_hash
from hub.sharing.writing.tiers import TierPolicies
from hub.written.document import Document, Step, read_document
from hub.written.entry import Entry, Identifier, read_entry
from hub.written.findings import Finding, refuse, warn

E = TypeVar("E", bound=Entry)

FOLDERS = ("organisations", "isps", "rules", "scenarios", "calendars")
FILES = ("groups.yaml", "tiers.yaml")
SIGNATURES = "signatures"
MAX_FILES = 20_000


@dataclass(frozen=True, slots=True)
class Placed(Generic[E]):
    """An entry and where it is written."""

    entry: E
    document: Document
    path: tuple[Step, ...] = ()

    @property
    def file(self) -> str:
        """Relative to the rules folder."""
        return self.document.file

    def line(self, *steps: Step) -> int:
        """The line of a part of the entry."""
        return self.document.line((*self.path, *steps))


class Groups(RootModel[dict[Identifier, tuple[Identifier, ...]]]):
    """groups.yaml: name -> organisation ids."""


@dataclass(slots=True)
class Book:
    """Everything that a rules folder says. `contents` maps an ISP's id@version to the hash of its file."""

    version: str
    organisations: dict[str, Placed[Organisation]] = field(default_factory=dict)
    isps: dict[str, Placed[Isp]] = field(default_factory=dict)
    rules: dict[str, Placed[Rule]] = field(default_factory=dict)
    scenarios: list[Placed[Scenario]] = field(default_factory=list)
    calendars: dict[str, Placed[Calendar]] = field(default_factory=dict)
    signatures: list[Placed[Signature]] = field(default_factory=list)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    groups_document: Document | None = None
    tiers: TierPolicies | None = None
    contents: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Ids of organisations whose entry is there but cannot be read: what points at them is not at fault."""


def rules_version(files: Mapping[str, bytes]) -> str:
    """`sha256:...` over names and contents of the set, the same on every machine; signatures are no part of it."""
    digest = sha256()
    for name in sorted(files):
        if not name.startswith(f"{SIGNATURES}/"):
            digest.update(f"{len(name)}:{name}={content_hash(files[name])}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def read_book(files: Mapping[str, bytes]) -> Book:
    """Read every file (relative posix name -> bytes). What is wrong is in `findings`."""
    book = Book(rules_version(files))
    if not any(name.startswith(("organisations/", "isps/", "rules/")) for name in files):
        book.findings.append(refuse(".", 1, "nothing", "this folder holds no organisations, ISPs or rules"))
    there: dict[str, str] = {}
    for name in sorted(files):
        kind = plain_name(name) if "/" not in name else PurePosixPath(name).parts[0]
        first = there.setdefault(kind if kind in FILES else name, name)
        if first != name:
            book.findings.append(refuse(name, 1, "duplicate", f"{first} is there too: keep one of them"))
            continue
        document = read_document(name, files[name])
        if kind == "groups.yaml" and document.is_empty:
            continue
        book.findings.extend(map(_unblocking, document.findings) if kind == SIGNATURES else document.findings)
        if not document.is_unreadable:
            _READERS[kind](document, files[name], book)
    return book


def plain_name(name: str) -> str:
    """`groups.yaml` of `groups.yml` or `groups.YAML`: a file's name in the one form in which it is known here."""
    path = PurePosixPath(name)
    return path.with_suffix(".yaml").as_posix() if path.suffix.lower() in {".yml", ".yaml"} else name


def _unblocking(finding: Finding) -> Finding:
    """A signature that cannot be read is no signature; the set stands."""
    return replace(finding, blocking=False)


def _one(model: type[E], document: Document, path: tuple[Step, ...], book: Book) -> Placed[E] | None:
    entry = read_entry(model, document, path)
    if isinstance(entry, list):
        book.findings.extend(entry)
        return None
    return Placed(entry, document, path)


def _each(model: type[E], document: Document, book: Book) -> list[Placed[E]]:
    """The entries of a file that holds either one or a list of them."""
    if not isinstance(document.data, list):
        paths: list[tuple[Step, ...]] = [()]
    else:
        paths = [(place,) for place in range(len(document.data))]
    return [placed for path in paths if (placed := _one(model, document, path, book)) is not None]


def _keep(book: Book, entries: dict[str, Placed[E]], key: str, placed: Placed[E], what: str) -> None:
    if key in entries:
        first = entries[key]
        book.findings.append(
            refuse(
                placed.file,
                placed.line("id"),
                "duplicate",
                f"{what} {key} is already in {first.file}:{first.line('id')}",
            )
        )
        return
    entries[key] = placed


def _organisations(document: Document, _content: bytes, book: Book) -> None:
    read = _each(Organisation, document, book)
    for placed in read:
        _keep(book, book.organisations, placed.entry.id, placed, "organisation")
    entries = document.data if isinstance(document.data, list) else [document.data]
    if len(read) < len(entries):
        book.unread |= {str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry}


def _isps(document: Document, content: bytes, book: Book) -> None:
    """One ISP a file, because a signature covers the whole file."""
    placed = _one(Isp, document, (), book)
    if placed is None:
        return
    _keep(book, book.isps, placed.entry.ref, placed, "ISP")
    book.contents.setdefault(placed.entry.ref, content_hash(content))
    _distinct(book, placed, "clauses", [clause.id for clause in placed.entry.clauses])
    _distinct(book, placed, "prohibitions", [one.id for one in placed.entry.prohibitions])


def _distinct(book: Book, placed: Placed[Isp], part: str, ids: list[str | None]) -> None:
    for place, name in enumerate(ids):
        if name is not None and name in ids[:place]:
            book.findings.append(
                refuse(
                    placed.file,
                    placed.line(part, place, "id"),
                    "duplicate",
                    f"{part}[{place + 1}] has the id {name}, which another one here has",
                )
            )


def _rules(document: Document, _content: bytes, book: Book) -> None:
    for placed in _each(Rule, document, book):
        _keep(book, book.rules, placed.entry.id, placed, "rule")


def _scenarios(document: Document, _content: bytes, book: Book) -> None:
    titles = {placed.entry.title: placed for placed in book.scenarios}
    for placed in _each(Scenario, document, book):
        first = titles.setdefault(placed.entry.title, placed)
        if first is not placed:
            book.findings.append(
                warn(
                    placed.file,
                    placed.line("title"),
                    "duplicate",
                    f"a scenario of this title is already in {first.file}:{first.line()}",
                )
            )
        book.scenarios.append(placed)


def _calendars(document: Document, _content: bytes, book: Book) -> None:
    placed = _one(Calendar, document, (), book)
    if placed is not None:
        _keep(book, book.calendars, PurePosixPath(document.file).stem, placed, "calendar")


def _groups(document: Document, _content: bytes, book: Book) -> None:
    groups = read_entry(Groups, document)
    if isinstance(groups, list):
        book.findings.extend(groups)
        return
    book.groups_document = document
    book.groups = {name: frozenset(members) for name, members in groups.root.items()}


def _tiers(document: Document, _content: bytes, book: Book) -> None:
    placed = _one(TierPolicies, document, (), book)
    book.tiers = placed.entry if placed is not None else None


def _signatures(document: Document, _content: bytes, book: Book) -> None:
    entry = read_entry(Signature, document)
    if isinstance(entry, list):
        book.findings.extend(map(_unblocking, entry))
        return
    book.signatures.append(Placed(entry, document))


_READERS: dict[str, Callable[[Document, bytes, Book], None]] = {
    "organisations": _organisations,
    "isps": _isps,
    "rules": _rules,
    "scenarios": _scenarios,
    "calendars": _calendars,
    "groups.yaml": _groups,
    "tiers.yaml": _tiers,
    SIGNATURES: _signatures,
}
