"""A mapping file's bytes to a mapping, or every mistake of it by file and line. Pure.

What nobody would notice later is refused here: a column named twice, a target that does not exist, a word that is not
on its list, a time without its hour, a field that a notice must have and no column fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from adapters.police.translate import WHO_IT_IS
from adapters.table.columns import ColumnCompiler
from adapters.table.mapping import TableMapping, same_code
from adapters.table.moments import Pattern
from adapters.table.sheets.rows import same_name
from adapters.table.targets import JOINS, Kind, Target
from adapters.table.written import CHILD, GAP, MappingEntry
from hub.facts.errors import ConfigurationError
from hub.written.document import Data, Document, Step, read_document
from hub.written.entry import place_of, read_entry
from hub.written.findings import Finding, refuse
from hub.written.vocabulary import nearest

REQUIRED = ("notice.raised_at", "notice.category", "notice.risk", "officer.role")
RANKED = ("notice.risk", "notice.urgency")
"""Of which the gravest counts, whoever says it."""


class MappingInvalid(ConfigurationError):
    """The mapping cannot be used; `findings` say where and why, and so does the message, a line each."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(map(str, self.findings)))


def compile_mapping(file: str, content: bytes) -> TableMapping | tuple[Finding, ...]:
    """The mapping that a file holds; else what is wrong with it, in the file's order."""
    document = read_document(file, content)
    findings = [*document.findings, *_gaps(document)]
    if document.is_unreadable or findings:
        return tuple(sorted(findings))
    entry = read_entry(MappingEntry, document)
    if isinstance(entry, list):
        return tuple(sorted(entry))
    compiler = ColumnCompiler(entry, document)
    made = _made(entry, compiler)
    findings = [*compiler.findings, *_Whole(entry, document, made).findings()]
    return tuple(sorted(findings)) if findings else made


def load_mapping(file: str, content: bytes) -> TableMapping:
    """The same, for whoever can do nothing without it. Raises MappingInvalid."""
    made = compile_mapping(file, content)
    if isinstance(made, tuple):
        raise MappingInvalid(made)
    return made


def _made(entry: MappingEntry, compiler: ColumnCompiler) -> TableMapping:
    incident, rows = entry.incident, entry.rows
    return TableMapping(
        name=entry.mapping,
        file=entry.file,
        zone=entry.zone,
        key=incident.key,
        version=incident.version,
        modified=incident.modified,
        modified_patterns=compiler.patterns(incident.dates, ("incident", "dates")) if incident.modified else (),
        kind_column=rows.column,
        nominal=rows.nominal,
        kinds=compiler.kinds(),
        people=entry.people,
        columns=tuple(made for name, column in entry.columns.items() for made in compiler.column(name, column)),
        otherwise=compiler.otherwise(),
        left_out=tuple(entry.left_out),
        unknown=frozenset(map(same_code, entry.unknown)),
    )


def _gaps(document: Document) -> Iterator[Finding]:
    for path, line in document.lines.items():
        if path and (path[-1] == GAP or _at(document.data, path) == GAP):
            yield refuse(document.file, line, "gap", f"{place_of(path)}: fill in what stands as {GAP}")


def _at(data: Data, path: Sequence[Step]) -> Data:
    for step in path:
        data = data[step]  # type: ignore[index]  # the path is one of this very document
    return data


class _Whole:
    """What is wrong between the parts of a mapping."""

    def __init__(self, entry: MappingEntry, document: Document, made: TableMapping) -> None:
        self._entry, self._document, self._made = entry, document, made

    def findings(self) -> Iterator[Finding]:
        """Each mistake."""
        return chain(
            self._file(), self._order(), self._named_twice(), self._fields(), self._rows(), self._shared(),
            self._times(), self._missing(), self._people(),
        )  # fmt: skip

    def _say(self, path: Sequence[Step], sentence: str) -> Finding:
        return refuse(self._document.file, self._document.line(path), "mapping", sentence)

    def _file(self) -> Iterator[Finding]:
        file = self._entry.file
        for key, kind in (("fields", "fixed"), ("sheet", "xlsx"), ("delimiter", "csv")):
            if ("file", key) in self._document.lines and file.format != kind:
                yield self._say(("file", key), f"file.{key} is for format {kind}, and this one is {file.format}")
        if ("file", "encoding") in self._document.lines and file.format == "xlsx":
            yield self._say(("file", "encoding"), "file.encoding is for text files: a workbook says its own")
        if file.format == "fixed" and not file.fields:
            yield self._say(
                ("file",), "file.fields is missing: say for each field from which character to which it goes"
            )
        if file.format != "fixed" and file.heading == 0:
            yield self._say(("file", "heading"), "file.heading must be at least 1: columns are known by their headings")
        before = ("", 0)
        for name, (first, last) in sorted((file.fields or {}).items(), key=lambda field: field[1]):
            if first <= before[1]:
                yield self._say(("file", "fields", name), f"file.fields: {name} begins within {before[0]}")
            before = (name, last)

    def _order(self) -> Iterator[Finding]:
        incident = self._entry.incident
        said = [one for one in (incident.version, incident.modified, incident.without_version) if one]
        if len(said) != 1:
            yield self._say(
                ("incident",),
                "incident must say what orders its versions, by one of: version (a column of whole numbers), modified "
                "(a column of times), without_version (why there is neither)",
            )

    def _named(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        incident, rows = self._entry.incident, self._entry.rows
        yield from ((name, ("incident", "key")) for name in incident.key)
        for name, path in (
            (incident.version, ("incident", "version")), (incident.modified, ("incident", "modified")),
            (rows.column, ("rows", "column")), (rows.nominal, ("rows", "nominal")),
        ):  # fmt: skip
            if name:
                yield name, path
        for part, names in (("columns", self._entry.columns), ("left_out", self._entry.left_out)):
            yield from ((name, (part, name)) for name in names)

    def _named_twice(self) -> Iterator[Finding]:
        first: dict[str, tuple[Step, ...]] = {}
        for name, path in self._named():
            before = first.setdefault(same_name(name), path)
            if before is not path:
                line = self._document.line(before)
                yield self._say(path, f"the column {name} is named twice: in line {line} too")

    def _fields(self) -> Iterator[Finding]:
        """Of a file whose columns the mapping itself names: each is mapped or left out, and no other is."""
        if self._entry.file.format != "fixed" or not self._entry.file.fields:
            return
        there = {same_name(name): name for name in self._entry.file.fields}
        named = {same_name(name): path for name, path in self._named()}
        for name, path in self._named():
            if same_name(name) not in there:
                yield self._say(path, f"{name} is not one of file.fields{nearest(name, there.values())}")
        for same, name in there.items():
            if same not in named:
                yield self._say(("file", "fields", name), f"the column {name} is neither mapped nor left out")

    def _rows(self) -> Iterator[Finding]:
        rows = self._entry.rows
        if bool(rows.column) != bool(rows.codes):
            yield self._say(
                ("rows",), "rows needs both column and codes: which column says whom a row is about, and how"
            )
        if rows.codes and not any(kind.is_ == CHILD or kind.child_under for kind in rows.codes.values()):
            yield self._say(("rows", "codes"), "no code of rows.codes says that a row is about a child")

    def _reached(self) -> Iterator[tuple[str, Target]]:
        """Each column with each target that it may go to."""
        for column in self._made.columns:
            meant = chain.from_iterable((column.codes or {}).values())
            one = [column.target] if column.target else []
            yield from ((column.name, target) for target in dict.fromkeys([*one, *(target for target, _ in meant)]))

    def _shared(self) -> Iterator[Finding]:
        first: dict[Target, str] = {}
        for name, target in self._reached():
            before = first.setdefault(target, name)
            several = target.kind in JOINS or target.kind in {Kind.LIST, Kind.INSTANT} or str(target) in RANKED
            if before != name and not several:
                yield self._say(
                    ("columns", name), f"{name} goes to {target} as {before} does, and that takes one column"
                )

    def _times(self) -> Iterator[Finding]:
        """A time has a day and an hour, from one column or from two."""
        parts: dict[Target, list[tuple[str, Sequence[Pattern], bool]]] = {}
        for column in self._made.columns:
            if column.target and column.target.kind is Kind.INSTANT:
                parts.setdefault(column.target, []).append((column.name, column.patterns, column.at is not None))
        for target, columns in parts.items():
            path = ("columns", columns[-1][0])
            days = [name for name, patterns, _ in columns if any(one.has_day for one in patterns)]
            hours = [name for name, patterns, at in columns if at or any(one.has_time for one in patterns)]
            if len(days) != 1:
                yield self._say(path, f"{target} takes the day from one column: give each column of it its own dates")
            elif not hours:
                yield self._say(
                    path, f"{target} needs a time of day: a pattern with HH, a second column, or at: the time to take"
                )

    def _missing(self) -> Iterator[Finding]:
        reached = {str(target) for _, target in self._reached()} | {str(target) for target, _ in self._made.otherwise}
        for name in REQUIRED:
            if name not in reached:
                yield self._say(
                    ("columns",),
                    f"no column goes to {name}, which each notice says: name one, or give it under otherwise",
                )
        said = {tuple(name.split(".")[:2]) for name in reached}
        if said.isdisjoint((record, name) for record in (CHILD, "nominal") for name in WHO_IT_IS):
            yield self._say(("columns",), "no column says who a child is: a name, a date of birth, a number or a place")

    def _people(self) -> Iterator[Finding]:
        used = {target.steps[0] for _, target in self._reached() if target.record == "people"}
        for label in self._entry.people:
            if label not in used:
                yield self._say(("people", label), f"people.{label} is named, and no column goes to it")
