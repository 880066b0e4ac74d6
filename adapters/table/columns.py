"""One column of a mapping file to what it goes to: its target, codes and dates, each mistake with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time

from pydantic_core import PydanticCustomError

from adapters.table.codes import LISTS, Word
from adapters.table.mapping import Column, Meant, same_code
from adapters.table.moments import Pattern, PatternFault, read_pattern
from adapters.table.synonyms import guess
from adapters.table.targets import Kind, Target, people_targets, targets
from adapters.table.written import EARLIER, MAX_CODES, NO_ADULT, ColumnEntry, MappingEntry, RowKind
from hub.written.document import Document, Step
from hub.written.entry import place_of, read_bell
from hub.written.findings import Finding, refuse
from hub.written.vocabulary import nearest

Path = tuple[Step, ...]
_CODED = frozenset((Kind.WORD, Kind.TRUTH))
"""What no export says in the hub's own words."""
_DATED = frozenset((Kind.DAY, Kind.INSTANT))


class ColumnCompiler:
    """Compiles the columns of one mapping; what is wrong is in `findings`."""

    def __init__(self, entry: MappingEntry, document: Document) -> None:
        self.findings: list[Finding] = []
        self._entry = entry
        self._document = document
        self._targets = dict(targets())
        for label in entry.people:
            self._targets.update(people_targets(label))

    def column(self, name: str, entry: ColumnEntry) -> Iterator[Column]:
        """One column for each of its targets, as far as it can be made out."""
        path: Path = ("columns", name)
        if not entry.to and entry.codes is None:
            self._say(path, f"{name} goes nowhere: give its target as to, or name it under left_out")
        for to in entry.to:
            target = self.target(to, (*path, "to"))
            if target is not None:
                yield self._aimed(name, entry, target)
        if not entry.to:
            yield self._aimed(name, entry, None)

    def _aimed(self, name: str, entry: ColumnEntry, target: Target | None) -> Column:
        path: Path = ("columns", name)
        codes = self._codes(entry.codes, target, (*path, "codes"))
        if target and target.kind in _CODED and entry.codes is None:
            one_of = f" (to {', '.join(target.words)})" if target.words else " (to true or false)"
            self._say(path, f"{name} needs codes, for {target} is {target.kind}{one_of}")
        dated = target is not None and target.kind in _DATED
        if not dated and (entry.dates or entry.at):
            self._say(path, f"{name} has dates or at, and goes to no day or time")
        patterns = self.patterns(entry.dates, (*path, "dates")) if dated else ()
        unknown = frozenset(map(same_code, (*self._entry.unknown, *entry.unknown)))
        return Column(name, target, codes, patterns, self._bell(entry.at, path), unknown)

    def kinds(self) -> Mapping[str, RowKind]:
        """Whom a row is about, by its code."""
        found: dict[str, RowKind] = {}
        for code, kind in self._entry.rows.codes.items():
            path: Path = ("rows", "codes", code)
            if same_code(code) in found:
                self._say(path, f"rows.codes: {code} is given twice, for capitals and blanks make no other code")
            if (kind.is_ is None) == (kind.left_out is None):
                self._say(
                    path, f"rows.codes.{code} must say whom the row is about (is), or why it is left out (left_out)"
                )
            if kind.child_under and kind.is_ in NO_ADULT:
                self._say(path, f"rows.codes.{code}: child_under is for adults who may be children")
            if kind.is_ == EARLIER and self._entry.rows.nominal is None:
                self._say(path, f"rows.codes.{code} needs rows.nominal: whose earlier address it is")
            found[same_code(code)] = kind
        return found

    def otherwise(self) -> Meant:
        """What is said where no column says it."""
        found = []
        for name, word in self._entry.otherwise.items():
            path: Path = ("otherwise", name)
            if (target := self.target(name, path)) is not None:
                if target.kind in _DATED:
                    self._say(path, f"{target} differs from incident to incident: a column must say it")
                found += [(target, made)] if (made := self._word(word, target, path)) is not None else []
        return tuple(found)

    def patterns(self, own: Sequence[str], path: Path) -> tuple[Pattern, ...]:
        """How days and times are written: as the column says, else as the mapping says for all."""
        found = []
        for text in own or self._entry.dates:
            try:
                found.append(read_pattern(text))
            except PatternFault as fault:
                self._say(path if own else ("dates",), f"'{text[:40]}' {fault}")
        return tuple(found)

    def target(self, name: str, path: Path) -> Target | None:
        """The target of this name."""
        if name in self._targets:
            return self._targets[name]
        label = name.split(".")[1:2]
        if name.startswith("people.") and label and label[0] not in self._entry.people:
            meant = nearest(label[0], self._entry.people)
            self._say(path, f"people.{label[0]} is not named under people, with its role{meant}")
        else:
            self._say(path, f"'{name[:60]}' is no target{_meant(name, self._targets)}")
        return None

    def _codes(self, written: object, target: Target | None, path: Path) -> Mapping[str, Meant] | None:
        if written is None:
            return None
        listed, path = self._list(written, path)
        if listed is None:
            return None
        if target and target.kind in _DATED:
            self._say(path, f"{target} takes no codes: give dates")
            return None
        found: dict[str, Meant] = {}
        for code, meaning in listed.items():
            if same_code(code) in found:
                self._say((*path, code), f"{code} is given twice, for capitals and blanks make no other code")
            found[same_code(code)] = self._meaning(meaning, target, (*path, code))
        return found

    def _list(self, written: object, path: Path) -> tuple[Mapping[str, object] | None, Path]:
        """The codes, and where they are written: here, under `lists`, or nowhere, for the hub brings them."""
        if isinstance(written, str):
            if written in self._entry.lists:
                listed = self._entry.lists[written]
                return self._list(listed, ("lists", written)) if not isinstance(listed, str) else (None, path)
            if written not in LISTS:
                known = (*self._entry.lists, *LISTS)
                self._say(path, f"there is no list '{written[:60]}'{nearest(written, known)}")
                return None, path
            return LISTS[written], path
        if not isinstance(written, dict) or not 0 < len(written) <= MAX_CODES:
            self._say(path, f"{place_of(path)} must name a list, or be one: each code with what it means")
            return None, path
        return written, path

    def _meaning(self, meaning: object, target: Target | None, path: Path) -> Meant:
        if meaning is None:
            return ()
        if isinstance(meaning, Mapping):
            pairs = [(self.target(name, (*path, name)), word, (*path, name)) for name, word in meaning.items()]
        elif target is None:
            self._say(
                path, f"{place_of(path)}: say what it goes to, as {{notice.risk: some}}, or give the column a target"
            )
            return ()
        else:
            pairs = [(target, meaning, path)]
        found = []
        for one, word, place in pairs:
            if one is not None and (made := self._word(word, one, place)) is not None:
                found.append((one, made))
        return tuple(found)

    def _word(self, word: object, target: Target, path: Path) -> Word:
        """A word that this target takes; None, with a finding, for another."""
        if target.words:
            if isinstance(word, str) and word in target.words:
                return word
            self._say(
                path, f"'{str(word)[:60]}' is not one of {', '.join(target.words)}{nearest(str(word), target.words)}"
            )
        elif target.kind is Kind.TRUTH:
            if isinstance(word, bool):
                return word
            self._say(path, f"{place_of(path)} must be true or false, as {target} is")
        elif target.kind is Kind.WHOLE:
            if isinstance(word, int) and not isinstance(word, bool):
                return word
            self._say(path, f"{place_of(path)} must be a whole number, as {target} is")
        elif isinstance(word, str) and word.strip():
            return word
        else:
            self._say(path, f"{place_of(path)} must be text (put it in quotes), as {target} is")
        return None

    def _bell(self, text: str | None, path: Path) -> time | None:
        try:
            return None if text is None else read_bell(text)
        except PydanticCustomError as error:
            self._say((*path, "at"), f"at {error.message()}")
            return None

    def _say(self, path: Path, sentence: str) -> None:
        self.findings.append(refuse(self._document.file, self._document.line(path), "mapping", sentence))


def _meant(name: str, known: Mapping[str, Target]) -> str:
    """Who gives a field without its record or in other words, as headings do, means the one that there is."""
    record, _, field = name.rpartition(".")
    records = (record, "nominal", "notice", "incident", "incident.place", "officer", "child")
    called = guess(field)
    said = [
        f"{one}.{word}" for one in records for word in (field, *([called.what.partition(".")[2]] if called else []))
    ]
    return next((f"; did you mean '{one}'?" for one in said if one in known), nearest(name, known))
