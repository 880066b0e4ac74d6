"""Where two people must name a child, no page lets one of them do it alone. Over real PostgreSQL."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.facts.act import How, Principal, act
from hub.facts.errors import UserError
from hub.facts.terms import Answer, Tier
from hub.people.desk import Desk
from tests.builders import FINLAY, ISLA, a_concern
from tests.contract.test_reviewing_pages import HUBS, REVIEWER, a_twin_in_review
from tests.pages import a_signed_in
from tests.town import ACADEMY, TWIN, Town


@pytest.fixture
def by_two(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town where two reviewers name the child of an immediate concern."""
    town.settings = town.settings.model_copy(update={"second_reviewer": frozenset({Tier.IMMEDIATE})})
    monkeypatch.setattr(town.parts, "settings", town.settings)
    return town


def subject_of(town: Town, child) -> UUID:
    with town.parts.connect() as connection:
        (match,) = town.parts.register.match(connection, [child])
    return match.outcome.subject_id


async def test_the_right_child_of_an_urgent_concern_is_not_named_by_whoever_says_that_it_was_the_wrong_one(
    by_two: Town,
) -> None:
    concern = a_concern(tier=Tier.IMMEDIATE).about(ISLA).made()
    by_two.send(concern)
    here, finlay = f"/wrong-child/{concern.event_id}/1", str(subject_of(by_two, FINLAY))
    async with a_signed_in(by_two, HUBS) as visitor:
        assert 'name="right"' not in (await visitor.get(here)).text
        refused = await visitor.post(here, words="it is the brother", sure="yes", right=finlay)
        assert refused.status == 422
        assert "Two reviewers name the child" in refused.text
        assert by_two.query("select count(*) from resumption") == [(0,)]
        assert (await visitor.post(here, words="it is the brother", sure="yes")).status == 303
    by_two.decide_anew()
    assert ACADEMY not in by_two.told(concern)


async def test_a_source_s_reviewer_names_nobody_who_was_not_proposed(town: Town) -> None:
    concern = a_concern(reference="VPD-2").about(ISLA).made()
    town.send(concern)
    here, finlay = f"/wrong-child/{concern.event_id}/1", str(subject_of(town, FINLAY))
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        for path, fields in (
            (here, {"words": "it is the brother", "sure": "yes", "right": finlay}),
            (f"/reviews/{task}/answer", {"answer": f"match {finlay}"}),
            (f"/reviews/{task}/answer", {"answer": f"different {finlay}"}),
        ):
            refused = await visitor.post(path, **fields)
            assert refused.status == 422
            assert "name a child who was not proposed" in refused.text
    assert town.query("select count(*) from resumption") == [(0,)]
    async with a_signed_in(town, HUBS) as visitor:
        fields = {"words": "it is the brother", "sure": "yes", "right": finlay}
        assert (await visitor.post(here, **fields)).status == 303
    town.decide_anew()
    assert town.told(concern) == {ACADEMY: "disclose"}


def test_a_name_that_was_typed_gives_neither_of_two_words(by_two: Town) -> None:
    _, task = a_twin_in_review(by_two, Tier.IMMEDIATE)
    broken = act(Principal(None, "N. Ight", "hub", How.BREAK_GLASS), "nobody else is here", by_two.now)
    twin = subject_of(by_two, TWIN)
    with by_two.parts.connect() as connection, connection.transaction():
        reviewing = by_two.parts.reviewing(Desk(connection, by_two.parts.evidence))
        with pytest.raises(UserError, match="by their accounts"):
            reviewing.answer(UUID(task), Answer.MATCH, [twin], broken)
    assert by_two.query("select count(*) from review_answer") == [(0,)]
