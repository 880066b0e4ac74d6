"""Invented children for the matching tests, and a register that holds them without a database."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hub.facts.model import Identity
from hub.facts.outcome import Matched, NeedsReview
from hub.matching.deciding.child import child_of
from hub.matching.deciding.decision import Candidate, Verdict, decide
from hub.matching.deciding.guards import Guard

MAISIE = Identity(
    given_names="Maisie",
    family_name="Thornbury",
    date_of_birth="2014-05-17",
    sex="female",
    nhs_number="999 000 0018",
    postcode="ZW4 2AB",
    address="7 Sample Close",
)
POPPY = replace(MAISIE, given_names="Poppy", nhs_number="9990000026")
"""Maisie's twin."""
OSCAR = replace(MAISIE, given_names="Oscar", date_of_birth="2016-11-02", sex="male", nhs_number=None)
"""Their brother."""

NO_NUMBER = replace(MAISIE, nhs_number=None)
MARGARET = replace(NO_NUMBER, given_names="Margaret Rose", address="7 Sample Close, Ashdown")
"""Whose name has many forms."""

MAISIES_ID = UUID("00000000-0000-4000-8000-000000000001")
ANOTHER_ID = UUID("00000000-0000-4000-8000-000000000002")


def ask(query: Identity, *register: Identity | tuple[Identity, ...], restricted: int | None = None) -> Verdict:
    """Decide against subjects numbered from 1; a tuple is a subject of several records."""
    candidates = {}
    for number, held in enumerate(register, start=1):
        records = held if isinstance(held, tuple) else (held,)
        candidates[UUID(int=MAISIES_ID.int - 1 + number).bytes] = Candidate(
            tuple(child_of(record) for record in records), restricted=number == restricted
        )
    return decide(child_of(query), candidates)


IT_IS_MAISIE = Matched(MAISIES_ID)
"""The first of the register, whoever that is."""


def is_reviewed(verdict: Verdict, *guards: Guard) -> bool:
    """Whether a person decides, for these reasons among others."""
    return isinstance(verdict.outcome, NeedsReview) and set(guards) <= set(verdict.guards)
