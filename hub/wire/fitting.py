"""What of a concern a hub reads that knows older schemas than this adapter. Pure.

Nothing that was said is dropped in silence: what may be missing is left out and named, what may not is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hub.facts.model import Concern, Personal
from hub.facts.terms import LATER_FLAGS
from hub.wire.records import content_field
from hub.wire.schemas import Schemas

_NOT_YET = "the hub does not read it yet"
_MUST = f"{_NOT_YET}: tell by telephone, and ask the hub to be upgraded."


@dataclass(frozen=True, slots=True, repr=False)
class Fitted(Personal):
    """The concern as the hub reads it. `left_out` names each field that it does not read, and never a value."""

    concern: Concern
    left_out: tuple[str, ...] = ()


def fit(concern: Concern, schemas: Schemas) -> Fitted | tuple[str, ...]:
    """The concern under the versions of these schemas, or a sentence for each thing that must not go missing."""
    fitted = _fit_content(concern, schemas)
    if "caveats" in schemas.fields("Facts"):
        return fitted
    if faults := tuple(_indispensable(concern)):
        return faults
    return _without_other_roles(fitted)


def _fit_content(concern: Concern, schemas: Schemas) -> Fitted:
    fields = schemas.fields("Content")
    unread = {part.item for part in concern.content if content_field(part.item) not in fields}
    if not unread:
        return Fitted(concern)
    kept = tuple(part for part in concern.content if part.item not in unread)
    return Fitted(
        replace(concern, content=kept), tuple(f"{item}: is left out, for {_NOT_YET}." for item in sorted(unread))
    )


def _indispensable(concern: Concern) -> Iterator[str]:
    """What is refused to a hub that does not read it: who is told without it may do harm."""
    if concern.caveats:
        yield f"caveats: cannot travel, for {_MUST}"
    for number, subject in enumerate(concern.subjects):
        if LATER_FLAGS & (subject.flags or frozenset()):
            yield f"children[{number}]: is unborn, and {_MUST}"


def _without_other_roles(fitted: Fitted) -> Fitted:
    """A link to a role that is on no list is a link all the same."""
    people = fitted.concern.people or ()
    said = tuple(
        f"people[{number}].link.role: is left out, for {_NOT_YET}; the link stands."
        for number, person in enumerate(people)
        if person.holds_other is not None
    )
    if not said:
        return fitted
    plain = tuple(replace(person, holds_other=None) for person in people)
    return Fitted(replace(fitted.concern, people=plain), fitted.left_out + said)
