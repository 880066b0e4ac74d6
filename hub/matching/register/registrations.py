"""What a subject's source records say of its ties to organisations, and which of them may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hub.facts.model import Registration
from hub.facts.terms import Relationship
from hub.matching.register.records import OpenedRecord

PROTECTIVE = frozenset({Relationship.RESPONSIBLE_AUTHORITY, Relationship.ALLOCATED_SOCIAL_WORKER})
"""All that is shown of a restricted child: whoever is answerable for it. Every other tie gives its whereabouts away."""
_BY_WORD = {relationship.value: relationship for relationship in Relationship}


def registrations_of(records: Iterable[OpenedRecord], today: date, *, restricted: bool) -> tuple[Registration, ...]:
    """Registrations in a settled order, ended ones too (`until` says so).

    Enrolment that has not begun is `expected_from`; any other tie that has not begun is none yet.
    """
    shown: list[Registration] = []
    for record in records:
        relationship = _BY_WORD[record.relationship]
        start = record.start
        if start is not None and start > today:
            if relationship is not Relationship.ENROLLED:
                continue
            relationship = Relationship.EXPECTED_FROM
        if not restricted or relationship in PROTECTIVE:
            shown.append(Registration(record.organisation, relationship, record.end, record.local_id, start))
    if len(shown) > 1:
        shown.sort(key=lambda one: (one.organisation, one.relationship, one.local_id or ""))
    return tuple(shown)
