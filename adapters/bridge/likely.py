"""Whether a concern says too little of a child for the hub to match it by itself: docs/architecture/matching.md. Pure.

It looks at what is given, never at a register: who says enough may be asked about all the same.
"""

from __future__ import annotations

from hub.facts.model import Concern, Identity
from hub.facts.postcodes import postcode_of_place
from hub.facts.terms import Flag
from hub.matching.values.addresses import words
from hub.matching.values.dates import birth_date, is_full
from hub.matching.values.identifiers import identifiers_of
from hub.matching.values.names import given_names, surname, unnamed


def asks_a_person(concern: Concern) -> bool:
    """Whether a person will be asked of one of its children at least, whatever the register holds.

    Of an unborn child nobody is asked who it is: it is on no register.
    """
    born = (subject for subject in concern.subjects if Flag.UNBORN not in (subject.flags or ()))
    return not all(_may_match(subject.identity) for subject in born)


def _may_match(child: Identity) -> bool:
    """A whole date of birth and a forename, always; and a valid number, or else a family name with a home."""
    if not is_full(birth_date(child.date_of_birth or "")):
        return False
    numbers, _ = identifiers_of(child)
    family = any(surname(name) for name in (child.family_name, *child.previous_family_names) if name)
    if not any(given_names(name) for name in (child.given_names, child.known_as) if name):
        return bool(numbers) and family and bool(unnamed(child.given_names or ""))
    return bool(numbers) or (family and _has_home(child))


def _has_home(child: Identity) -> bool:
    return bool(postcode_of_place(child.postcode or "") or words(child.address or ""))
