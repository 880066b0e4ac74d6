"""How an event ends, and why somebody is told nothing: closed values, whatever the sentences beside them say."""

import pytest

from hub.facts.model import Decision, Recipient
from hub.facts.outcome import CannotDecide, Share, Withhold
from hub.facts.terms import Ground, OrganisationKind, Outcome, Role, RulingKind, least_certain
from hub.routing.planning import HELD_BACK, superseded

PRIMARY = Recipient("school.glenmore-primary", Role.DESIGNATED_SAFEGUARDING_LEAD)


def decided(ruling: Share | Withhold | CannotDecide, *reasons: str) -> Decision:
    return Decision("1", PRIMARY, OrganisationKind.SCHOOL, ruling, reasons=reasons)


@pytest.mark.parametrize("ground", [Ground.NO_PERMISSION, Ground.NOTHING_LEFT, Ground.BARRED])
def test_a_decision_is_overtaken_by_its_ground_and_not_by_what_its_reasons_say(ground: Ground) -> None:
    assert superseded(decided(Withhold(ground=Ground.SUPERSEDED), "In other words."))
    assert not superseded(decided(Withhold(ground=ground), HELD_BACK))
    assert not superseded(decided(CannotDecide(), HELD_BACK))


@pytest.mark.parametrize(
    ("children", "event"),
    [
        ([Outcome.MATCHED], Outcome.MATCHED),
        ([Outcome.MATCHED, Outcome.REVIEW], Outcome.REVIEW),
        ([Outcome.REVIEW, Outcome.NOT_FOUND, Outcome.MATCHED], Outcome.NOT_FOUND),
        ([Outcome.NOT_FOUND, Outcome.MATCHED], Outcome.NOT_FOUND),
    ],
)
def test_an_events_outcome_is_its_least_certain_childs(children: list[Outcome], event: Outcome) -> None:
    assert least_certain(children) is event


def test_the_words_that_rows_news_and_metrics_carry_stay_as_they_are() -> None:
    assert [*Outcome] == ["matched", "review", "not_found", "superseded", "retracted", "duplicate", "dead_letter"]
    assert [*RulingKind] == ["share", "withhold", "cannot_decide"]
    assert [one.kind for one in (Share("ISP@1", "c", {}), Withhold(), CannotDecide())] == [*RulingKind]
