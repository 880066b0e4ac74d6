"""What is left of a value under each treatment; what cannot be reduced is not shown at all."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.facts.clock import years_between
from hub.facts.outcome import FLAGGED, WITHHELD, Generalisation, Treatment, TreatmentKind
from hub.redaction import treatments
from hub.redaction.treatments import treat

DAY = date(2026, 3, 7)
PLACE = {"address": "4 Quarry Wynd, Glenmore", "postcode": "zg1 4ab"}


def generalise(to: Generalisation) -> Treatment:
    return Treatment(TreatmentKind.GENERALISE, to)


@pytest.mark.parametrize(
    ("value", "to", "shown"),
    [
        (PLACE, Generalisation.POSTCODE_DISTRICT, "ZG1"),
        (PLACE, Generalisation.POSTCODE_SECTOR, "ZG1 4"),
        ("ZZ99 3VZ", Generalisation.POSTCODE_DISTRICT, "ZZ99"),
        ("2017-09-14", Generalisation.MONTH, "2017-09"),
        (datetime(2026, 3, 7, 22, 40, tzinfo=UTC), Generalisation.MONTH, "2026-03"),
        ("2017-09-14", Generalisation.AGE_BAND, "5 to 11"),
        ("2025-06-01", Generalisation.AGE_BAND, "under 1"),
        ("2008-03-08", Generalisation.AGE_BAND, "16 to 17"),
    ],
)
def test_a_generalised_value_keeps_only_its_coarse_part(value: object, to: Generalisation, shown: str) -> None:
    assert treat(value, generalise(to), on=DAY) == shown


@pytest.mark.parametrize(
    ("value", "to"),
    [
        ({"address": "4 Quarry Wynd", "postcode": None}, Generalisation.POSTCODE_DISTRICT),
        ({"address": "4 Quarry Wynd"}, Generalisation.POSTCODE_DISTRICT),
        ("4 Quarry Wynd, Glenmore", Generalisation.POSTCODE_SECTOR),
        ("about Easter", Generalisation.MONTH),
        ("2017", Generalisation.AGE_BAND),
        ("2008-03-07", Generalisation.AGE_BAND),
        (None, Generalisation.MONTH),
    ],
)
def test_a_value_that_cannot_be_reduced_is_withheld_not_shown_whole(value: object, to: Generalisation) -> None:
    assert treat(value, generalise(to), on=DAY) is treatments.WITHHELD


def test_a_flag_says_only_that_it_is_known() -> None:
    assert treat("asthma, uses an inhaler", FLAGGED, on=DAY) == "known"


def test_withheld_is_withheld() -> None:
    assert treat("anything", WITHHELD, on=DAY) is treatments.WITHHELD


@pytest.mark.parametrize("text", ["Room 101", "Flat 2 1A", "Mill 123", "ZG1", "ZG14 4ABC", "the flat"])
@pytest.mark.parametrize("to", [Generalisation.POSTCODE_DISTRICT, Generalisation.POSTCODE_SECTOR])
def test_what_is_no_postcode_is_withheld_and_never_shown_in_part(text: str, to: Generalisation) -> None:
    assert treat({"address": None, "postcode": text}, generalise(to), on=DAY) is treatments.WITHHELD
    assert treat(text, generalise(to), on=DAY) is treatments.WITHHELD


@given(st.text(max_size=40), st.sampled_from([Generalisation.POSTCODE_DISTRICT, Generalisation.POSTCODE_SECTOR]))
def test_no_postcode_treatment_shows_the_unit(text: str, to: Generalisation) -> None:
    shown = treat({"address": text, "postcode": text}, generalise(to), on=DAY)
    packed = "".join(letter for letter in text.upper() if letter.isalnum())
    assert shown is treatments.WITHHELD or (
        packed.startswith(shown.replace(" ", "")) and len(packed) - 2 >= len(shown.replace(" ", ""))
    )


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2017, 3, 7), date(2026, 3, 7), 9),
        (date(2017, 3, 8), date(2026, 3, 7), 8),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
    ],
)
def test_age_is_in_whole_years_on_the_day(born: date, on: date, age: int) -> None:
    assert years_between(born, on) == age
