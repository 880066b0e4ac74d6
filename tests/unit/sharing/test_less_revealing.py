"""Of two treatments of one item, what both allow: one table for the decision and for what a recipient is shown."""

from __future__ import annotations

from itertools import product

import pytest

from hub.facts.outcome import FLAGGED, FULL, WITHHELD, Generalisation, Treatment, TreatmentKind, less_revealing

SECTOR, DISTRICT, MONTH, BAND = (
    Treatment(TreatmentKind.GENERALISE, to)
    for to in (
        Generalisation.POSTCODE_SECTOR,
        Generalisation.POSTCODE_DISTRICT,
        Generalisation.MONTH,
        Generalisation.AGE_BAND,
    )
)
WORDS = {
    "full": FULL, "sector": SECTOR, "district": DISTRICT, "month": MONTH, "band": BAND, "flag": FLAGGED,
    "withhold": WITHHELD,
}  # fmt: skip
TABLE = """
             full      sector    district  month     band      flag      withhold
    full     full      sector    district  month     band      flag      withhold
    sector   sector    sector    district  flag      flag      flag      withhold
    district district  district  district  flag      flag      flag      withhold
    month    month     flag      flag      month     flag      flag      withhold
    band     band      flag      flag      flag      band      flag      withhold
    flag     flag      flag      flag      flag      flag      flag      withhold
    withhold withhold  withhold  withhold  withhold  withhold  withhold  withhold
"""


def table():
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    for first, *cells in rows:
        yield from ((first, other, cell) for other, cell in zip(head, cells, strict=True))


def test_the_table_speaks_of_every_treatment_there_is():
    kinds = [kind for kind in TreatmentKind if kind is not TreatmentKind.GENERALISE]
    every = {*map(Treatment, kinds), *(Treatment(TreatmentKind.GENERALISE, to) for to in Generalisation)}
    assert set(WORDS.values()) == every
    assert len(list(table())) == 49


@pytest.mark.parametrize(("one", "other", "both"), list(table()))
def test_what_two_treatments_both_allow(one, other, both):
    assert less_revealing(WORDS[one], WORDS[other]) == WORDS[both]


@pytest.mark.parametrize(("one", "other"), list(product(WORDS, repeat=2)))
def test_the_order_in_which_clauses_are_read_does_not_matter(one, other):
    here, there = WORDS[one], WORDS[other]
    assert less_revealing(here, there) == less_revealing(there, here)
    assert less_revealing(here, here) == here
    for third in WORDS.values():
        assert less_revealing(less_revealing(here, there), third) == less_revealing(here, less_revealing(there, third))


@pytest.mark.parametrize(("one", "other"), list(product(WORDS, repeat=2)))
def test_what_two_treatments_allow_is_below_each_of_them(one, other):
    both = less_revealing(WORDS[one], WORDS[other])
    assert less_revealing(both, WORDS[one]) == less_revealing(both, WORDS[other]) == both
