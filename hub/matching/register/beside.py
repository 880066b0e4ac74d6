"""A child beside subjects of the register, field by field, as the matcher compares them: what a reviewer sees. Pure.

What tells where a restricted child lives is left out: address, postcode, what they are worth, who else knows the child,
and sums from which that could be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.facts.model import Identity, Personal, Weight
from hub.matching.deciding.child import Child, child_of
from hub.matching.deciding.decision import Assessed, assess
from hub.matching.deciding.guards import Guard
from hub.matching.deciding.weights import Weights, shipped_weights
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.records import OpenedRecord
from hub.matching.register.registrations import PROTECTIVE
from hub.matching.values.level import Level

_COMPARED = {
    "given_names": "forename",
    "known_as": "forename",
    "family_name": "family_name",
    "previous_family_names": "family_name",
    "date_of_birth": "date_of_birth",
    "sex": "sex",
    "address": "address",
    "postcode": "address",
    "nhs_number": "nhs_number",
    "chi_number": "chi_number",
    "hc_number": "hc_number",
    "upn": "upn",
    "scn": "scn",
}
"""Field of an identity -> the comparison that looks at it."""
WHEREABOUTS = frozenset({"address", "postcode", "upn", "scn"})
"""A pupil's number names the authority that gave it."""
_PROTECTIVE = {relationship.value for relationship in PROTECTIVE}
_AGREES = frozenset({Level.EXACT.word, Level.MISSING.word})


@dataclass(frozen=True, slots=True, repr=False)
class FieldBeside(Personal):
    """One field: what is asked, what each record holds, how far it agrees at best. Nothing given is None."""

    name: str
    asked: str | None
    held: tuple[str | None, ...]
    level: str
    """A word of `Level`, or `fails its check`; empty where it is not shown."""
    differs: bool


@dataclass(frozen=True, slots=True, repr=False)
class RecordBeside(Personal):
    """Whose record it is; all None where that would tell where a restricted child is."""

    organisation: str | None
    local_id: str | None
    relationship: str | None
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Beside(Personal):
    """One subject. `held` of each field has one value for each of `records`, in their order."""

    subject_id: UUID
    records: tuple[RecordBeside, ...]
    fields: tuple[FieldBeside, ...]
    score: float | None
    """The sum of `explanation`; None where that would tell where a restricted child lives."""
    explanation: tuple[Weight, ...]
    rule: str | None
    guards: tuple[str, ...]
    """Sentences: what speaks against this subject."""
    restricted: bool
    judged: str
    """What a person said before: `none`, `different` of every record, or `doubted` of some."""


def lay_side_by_side(
    identity: Identity,
    pool: Pool,
    subject_ids: Sequence[UUID],
    own: Sequence[bytes],
    weights: Weights | None = None,
    *,
    restricted: bool = False,
) -> list[Beside]:
    """Beside each of these subjects that the pool holds, the likeliest first.

    `own` are the hashes of who asks; `restricted` says that who asks is a restricted record.
    """
    weights = weights or shipped_weights()
    child = pool.asking(child_of(identity))
    held = pool.held(subject_id.bytes for subject_id in subject_ids)
    judged = pool.judged(own, held)
    return [
        _beside(
            identity,
            child,
            one,
            pool.records(one.subject),
            weights,
            judged="different"
            if one.subject in judged.different
            else "doubted"
            if one.subject in judged.doubted
            else "none",
            hidden=one.restricted or restricted,
        )
        for one in assess(child, held, weights)
    ]


def _beside(
    identity: Identity,
    child: Child,
    one: Assessed,
    records: Sequence[HeldRecord],
    weights: Weights,
    *,
    judged: str,
    hidden: bool,
) -> Beside:
    parts = weights.explain(one.found, child.failed)
    levels = {part.comparison: part.level for part in parts}
    identities = [record.opened.record().identity for record in records]
    return Beside(
        UUID(bytes=one.subject),
        tuple(_of_record(record, hidden=hidden) for record in records),
        tuple(_field(name, identity, identities, levels, hidden=hidden) for name in _COMPARED),
        None if hidden else one.score,
        tuple(part for part in parts if not (hidden and part.comparison in WHEREABOUTS)),
        None if hidden or one.rule is None else one.rule.value,
        (Guard.RESTRICTED.value,) if hidden else tuple(guard.value for guard in one.guards),
        one.restricted,
        judged,
    )


def is_protective(opened: OpenedRecord) -> bool:
    """Whether whoever answers for the child holds this record, so that it may be named."""
    return opened.relationship in _PROTECTIVE


def values_of(identity: Identity) -> dict[str, str | None]:
    """An identity's fields as text, in the order in which they are shown."""
    return {name: _value(identity, name) for name in _COMPARED}


def _of_record(record: HeldRecord, *, hidden: bool) -> RecordBeside:
    opened = record.opened
    if hidden and not is_protective(opened):
        return RecordBeside(None, None, None, None, None)
    return RecordBeside(opened.organisation, opened.local_id, opened.relationship, opened.start, opened.end)


def _field(
    name: str, identity: Identity, identities: Sequence[Identity], levels: Mapping[str, str], *, hidden: bool
) -> FieldBeside:
    """Which side is the restricted one does not matter: whoever sees one side and the level knows the other."""
    asked, held = _value(identity, name), tuple(_value(one, name) for one in identities)
    if hidden and name in WHEREABOUTS:
        return FieldBeside(name, None, tuple(None for _ in held), "", differs=False)
    level = levels.get(_COMPARED[name], Level.MISSING.word)
    return FieldBeside(name, asked, held, level, differs=level not in _AGREES)


def _value(identity: Identity, name: str) -> str | None:
    value = getattr(identity, name)
    return "; ".join(value) or None if isinstance(value, tuple) else value or None
