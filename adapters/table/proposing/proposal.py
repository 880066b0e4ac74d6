"""A sample's headings to a mapping file, with a gap wherever only a person can know, which is no mapping yet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.table.compiling import REQUIRED
from adapters.table.mapping import same_code
from adapters.table.proposing.sampling import Sample, pattern_of
from adapters.table.sheets.rows import Cell
from adapters.table.synonyms import KEY, KIND, MODIFIED, NOMINAL, PEOPLE, VERSION, guess, why_left_out
from adapters.table.targets import JOINS, Kind, Target, people_targets, targets
from adapters.table.written import GAP

MOST_CODES = 40
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ ]*")
_NO_TEXT = frozenset(("null", "true", "false", "yes", "no", "y", "n", "on", "off"))
_LISTS = {"sex": "sex", "ethnicity": "ethnicity_16_1"}
_FLAGS = {
    "marac": "{to: notice.actions_taken, codes: {Y: Referred to MARAC., N: }}",
    "encompass": "{to: notice.indicators, codes: {Y: Operation Encompass, N: }}",
    "dash": "{codes: dash}                # settle with your IG team what risk and tier each grade is",
}
"""Fields that a force has and a notice has not: where they go."""
_USUAL = {"notice.risk": "some"}


@dataclass(slots=True)
class Proposal:
    """The mapping file's text, and the columns that have nowhere to go."""

    text: str
    nowhere: tuple[str, ...]


@dataclass(slots=True)
class _Columns:
    """Headings by what they are taken for."""

    special: dict[str, list[str]] = field(default_factory=dict)
    mapped: dict[str, str] = field(default_factory=dict)
    labels: dict[str, None] = field(default_factory=dict)
    nowhere: list[str] = field(default_factory=list)


def propose(name: str, sample: Sample, *, opened: bool = False) -> Proposal:
    """A mapping of this name. `opened`: with the codes that stand in the sample; else no value of it is shown."""
    columns = _columns(sample)
    lines = [
        f"# Proposed from the headings of a sample. Fill in each {GAP}, then try it:",
        "# hub adapter mapping try FILE --mapping THIS",
        f"mapping: {name}",
        *_file(sample),
        "",
        *_incident(columns, sample),
        *_rows(columns, sample, opened),
        *_people(columns),
        "",
        "columns:",
        *(line for heading, what in columns.mapped.items() for line in _column(heading, what, sample, opened)),
        *_otherwise(columns),
        *_left_out(columns),
    ]
    return Proposal("\n".join(lines) + "\n", tuple(columns.nowhere))


def _columns(sample: Sample) -> _Columns:
    """Each heading's place. What takes one column takes the first."""
    found, taken = _Columns(), set()
    for heading in sample.table.headings:
        guessed = guess(heading)
        what = guessed.what if guessed else None
        if what in {KEY, VERSION, MODIFIED, KIND, NOMINAL} and (what == KEY or what not in found.special):
            found.special.setdefault(what, []).append(heading)
        elif what is None or (what in taken and not _joins(what)) or what in {KEY, VERSION, MODIFIED, KIND, NOMINAL}:
            found.nowhere.append(heading)
        else:
            taken.add(what)
            found.mapped[heading] = what
            if guessed and guessed.label:
                found.labels[guessed.label] = None
    for extra in found.special.get(KEY, [])[1:]:
        found.nowhere.append(extra)
    return found


def _target(what: str) -> Target | None:
    label = what.split(".")[1] if what.startswith("people.") else ""
    return people_targets(label).get(what) if label else targets().get(what)


def _joins(what: str) -> bool:
    target = _target(what)
    return target is not None and (target.kind in JOINS or target.kind in {Kind.LIST, Kind.INSTANT})


def _file(sample: Sample) -> Iterator[str]:
    file = sample.file
    said: dict[str, str] = {"format": file.format}
    if file.format != "xlsx":
        said["encoding"] = file.encoding.value
    if file.format == "csv":
        said["delimiter"] = "tab" if file.delimiter == "\t" else json.dumps(file.delimiter)
    if file.heading is not None:
        said["heading"] = str(file.heading)
    yield "file:"
    yield from (f"  {key}: {value}" for key, value in said.items())
    if file.fields:
        yield "  fields:                         # from where each heading stands: check every one"
        yield from (f'    {_name(name)}: "{first}-{last}"' for name, (first, last) in file.fields.items())


def _incident(columns: _Columns, sample: Sample) -> Iterator[str]:
    yield "incident:"
    yield f"  key: {_one(columns, KEY)}{'' if KEY in columns.special else '   # which column makes an incident'}"
    if VERSION in columns.special:
        yield f"  version: {_one(columns, VERSION)}"
        columns.nowhere += columns.special.pop(MODIFIED, [])
    elif MODIFIED in columns.special:
        yield f"  modified: {_one(columns, MODIFIED)}"
        yield f'  dates: "{_pattern(columns.special[MODIFIED][0], sample)}"'
    else:
        yield f'  without_version: "{GAP}"        # or version: or modified: a column'


def _one(columns: _Columns, what: str) -> str:
    return _name(columns.special[what][0]) if what in columns.special else f'"{GAP}"'


def _rows(columns: _Columns, sample: Sample, opened: bool) -> Iterator[str]:  # noqa: FBT001 - private
    if KIND not in columns.special and NOMINAL not in columns.special:
        return
    yield "rows:"
    if NOMINAL in columns.special:
        yield f"  nominal: {_one(columns, NOMINAL)}"
    if KIND in columns.special:
        heading = columns.special[KIND][0]
        yield f"  column: {_name(heading)}"
        yield "  codes:                          # child, officer, incident, alleged_perpetrator, parent, victim, ..."
        yield from _codes(heading, sample, opened, {})


def _codes(heading: str, sample: Sample, opened: bool, known: dict[str, str]) -> Iterator[str]:  # noqa: FBT001 - as above
    """Each code of a column with a gap; without `opened` one gap for them all."""
    codes = _distinct(sample.values(sample.table.headings.index(heading)))
    if opened and len(codes) <= MOST_CODES:
        yield from (f"    {_name(code)}: {known.get(same_code(code), f'{chr(34)}{GAP}{chr(34)}')}" for code in codes)
    else:
        yield f'    "{GAP}": "{GAP}"                  # {len(codes)} codes in this sample; --open shows them'


def _distinct(values: list[Cell]) -> list[str]:
    return sorted({str(value).strip() for value in values})


def _people(columns: _Columns) -> Iterator[str]:
    if columns.labels:
        yield "people:"
    for label in columns.labels:
        role, relationship = PEOPLE[label]
        yield f"  {label}: {{role: {role}{f', relationship: {relationship}' if relationship else ''}}}"


def _column(heading: str, what: str, sample: Sample, opened: bool) -> Iterator[str]:  # noqa: FBT001 - as above
    name, target = _name(heading), _target(what)
    if target is None:
        yield f"  {name}: {_FLAGS[what]}"
    elif target.kind in {Kind.DAY, Kind.INSTANT}:
        yield f'  {name}: {{to: {what}, dates: "{_pattern(heading, sample)}"}}'
    elif target.kind is Kind.TRUTH:
        yield f"  {name}: {{to: {what}, codes: yes_no}}"
    elif target.words and target.steps[-1] in _LISTS:
        yield f"  {name}: {{to: {what}, codes: {_LISTS[str(target.steps[-1])]}}}"
    elif target.words:
        yield f"  {name}:"
        yield f"    to: {what}"
        yield f"    codes:                        # {', '.join(target.words)}"
        yield from (f"  {line}" for line in _codes(heading, sample, opened, {}))
    elif target.steps[-1] == "ethnicity":
        yield f"  {name}: {{to: {what}, codes: {_LISTS['ethnicity']}}}"
    else:
        yield f"  {name}: {what}"


def _pattern(heading: str, sample: Sample) -> str:
    return pattern_of(sample.values(sample.table.headings.index(heading))) or GAP


def _otherwise(columns: _Columns) -> Iterator[str]:
    reached = set(columns.mapped.values())
    missing = [name for name in REQUIRED if name not in reached]
    if not missing:
        return
    yield ""
    yield "otherwise:                        # what is said where no column says it"
    for name in missing:
        target = targets()[name]
        takes = f"# {', '.join(target.words)}" if target.words else "# such as response officer"
        if target.kind is Kind.INSTANT:
            yield f'  {name}: "{GAP}"           # no column says when it was raised: give one of columns this target'
        else:
            yield f"  {name}: {_USUAL.get(name) or chr(34) + GAP + chr(34)}           {takes}"


def _left_out(columns: _Columns) -> Iterator[str]:
    if not columns.nowhere:
        return
    yield ""
    yield "left_out:                         # nowhere to go: map each, or say why it is left out"
    for heading in columns.nowhere:
        yield f"  {_name(heading)}: {json.dumps(why_left_out(heading) or GAP, ensure_ascii=False)}"


def _name(text: str) -> str:
    """As YAML takes it for a text."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT and text == text.strip()
    return text if plain else json.dumps(text, ensure_ascii=False)
