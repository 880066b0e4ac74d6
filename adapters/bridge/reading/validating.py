"""One JSON record held against the models of its format: the record, or a sentence for each fault of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from adapters.bridge.formats import MAX_NATIVE, Faults
from adapters.bridge.reading.faults import capped, faults_of, parse_json
from adapters.bridge.reading.fields import TODAY
from adapters.bridge.reading.records import Versioned
from hub.facts.bounds import MODIFIED, modified_out_of_bounds

AHEAD = timedelta(hours=1)
"""Of London before UTC, at most: a child born tonight was not born in the future."""
WHO = (
    "given_names",
    "family_name",
    "known_as",
    "date_of_birth",
    "nhs_number",
    "chi_number",
    "hc_number",
    "upn",
    "scn",
    "address",
    "postcode",
)
"""Fields of a child that say who it is."""

Kept = TypeVar("Kept", bound=Versioned)


@dataclass(frozen=True, slots=True)
class JsonRecord(Generic[Kept]):
    """A format of JSON records: `models` by the word in the field `kind`; any other word is read as the first of them.

    `faults_across` says what is wrong between fields of the plain JSON, to be told together with what is wrong in them.
    """

    kind: str
    models: Mapping[str, type[Kept]]
    faults_across: Callable[[dict[str, Any]], Iterable[str]]

    def read(self, raw: bytes, received_at: datetime) -> Kept | Faults:
        """The record, or every fault of it."""
        if len(raw) > MAX_NATIVE:
            return (f"notice: is larger than {MAX_NATIVE:,} bytes.",)
        parsed, unreadable = parse_json(raw)
        if unreadable:
            return unreadable
        across = tuple(self._across(parsed)) if isinstance(parsed, dict) else ()
        try:
            context = {TODAY: (received_at + AHEAD).date()}
            record = self._model(parsed).model_validate_json(raw.removeprefix(b"\xef\xbb\xbf"), context=context)
        except ValidationError as error:
            return capped(tuple(map(self._naming_each_kind, faults_of(error))) + across)
        if record.version is None and record.last_modified:
            across += (MODIFIED,) * modified_out_of_bounds(record.last_modified, received_at)
        return capped(across) if across else record

    def _model(self, parsed: Any) -> type[Kept]:
        word = parsed.get(self.kind) if isinstance(parsed, dict) else None
        first = next(iter(self.models.values()))
        return self.models.get(word, first) if isinstance(word, str) else first

    def _across(self, parsed: dict[str, Any]) -> Iterator[str]:
        if parsed.get("version") is None and parsed.get("last_modified") is None:
            yield "version: is required, or else last_modified."
        yield from self.faults_across(parsed)

    def _naming_each_kind(self, sentence: str) -> str:
        """A kind that is none is checked as the first model, which names its own alone."""
        if not sentence.startswith(f"{self.kind}: must be one of"):
            return sentence
        *others, last = (f"'{word}'" for word in self.models)
        return f"{self.kind}: must be one of {', '.join(others)} or {last}."


def faults_of_children(parsed: dict[str, Any], children: str, who: Iterable[str] = WHO) -> Iterator[str]:
    """Children of whom nothing says who they are, and people of a child that there is not, in plain JSON.

    `children` names the list of children, and in a person the positions in it; `who`, the fields that say who one is.
    """
    listed, who = as_list(parsed.get(children)), tuple(who)
    for number, child in enumerate(listed):
        if isinstance(child, dict) and not any(child.get(name) for name in who):
            yield f"{children}[{number}]: must say who the child is by a name, a date of birth, a number or a place."
    for number, person in enumerate(as_list(parsed.get("people"))):
        for place, position in enumerate(as_list(person.get(children)) if isinstance(person, dict) else ()):
            if isinstance(position, int) and position >= len(listed):
                field = f"people[{number}].{children}[{place}]"
                yield f"{field}: is not a position in {children}, which are counted from 0."


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one: what it is instead is a fault of its own."""
    return value if isinstance(value, list) else []
