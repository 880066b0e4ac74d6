"""A text that follows goes where the disclosure goes which it supplements; and what waits of a release."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from hub.facts.model import Decision, Match, Recipient, Repeat
from hub.facts.outcome import FLAGGED, FULL, CannotDecide, Matched, NeedsReview, Share
from hub.facts.terms import OrganisationKind, Purpose, Role, State, Unsent
from hub.redaction.parts import Release
from hub.routing.cases import Case, Told
from hub.routing.holding import LEFT, Shares, hold
from hub.routing.undoing import reconcile
from hub.wire.source_facts import ContentFacts, SourceFacts

EVENT, ISLA = uuid4(), uuid4()
PRIMARY = Recipient("school.glenmore-primary", Role.DESIGNATED_SAFEGUARDING_LEAD)
PLACE = ("1", PRIMARY)
SAME = {"1": Match(Matched(ISLA))}


def told(purpose: Purpose, state: State, reason: Unsent | None = None, child: UUID = ISLA) -> Told:
    tried = state is State.ACCEPTED
    return Told(uuid4(), EVENT, 1, "1", child, PRIMARY, purpose, state=state, reason=reason, tried=tried)


# --- decided anew ----------------------------------------------------------------------------------------------------


def test_a_text_on_its_way_stays_with_a_disclosure_that_stands() -> None:
    disclosure, text = told(Purpose.DISCLOSE, State.ACCEPTED), told(Purpose.SUPPLEMENT, State.PENDING)
    undone, standing = reconcile(Case(told=[text, disclosure]), EVENT, {PLACE}, SAME, ())
    assert (undone.cancelled, standing) == ({}, {PLACE})


def test_a_text_on_its_way_is_cancelled_with_a_disclosure_that_is_told_anew_and_does_not_stand_for_it() -> None:
    disclosure = told(Purpose.DISCLOSE, State.HELD, Unsent.RECIPIENT_KEY_CHANGED)
    text = told(Purpose.SUPPLEMENT, State.PENDING)
    undone, standing = reconcile(Case(told=[text, disclosure]), EVENT, {PLACE}, SAME, ())
    assert undone.cancelled.keys() == {disclosure.delivery_id, text.delivery_id}
    assert (undone.notices, standing) == ([], frozenset())


def test_a_text_that_arrived_is_not_taken_from_whoever_hears_of_the_same_child_anew() -> None:
    disclosure = told(Purpose.DISCLOSE, State.HELD, Unsent.RECIPIENT_KEY_CHANGED)
    text = told(Purpose.SUPPLEMENT, State.ACCEPTED)
    undone, _ = reconcile(Case(told=[disclosure, text]), EVENT, {PLACE}, SAME, ())
    assert undone.cancelled.keys() == {disclosure.delivery_id}


def test_a_text_that_arrived_about_the_wrong_child_is_called_back_with_its_disclosure() -> None:
    both = [told(Purpose.DISCLOSE, State.ACCEPTED), told(Purpose.SUPPLEMENT, State.ACCEPTED)]
    undone, standing = reconcile(Case(told=both), EVENT, set(), SAME, {"1"})
    [notice] = undone.notices
    assert (notice.purpose, set(notice.about), standing) == (Purpose.RECALL, set(both), frozenset())


def test_a_text_that_went_alone_stands_like_a_disclosure() -> None:
    text = told(Purpose.SUPPLEMENT, State.ACCEPTED)
    undone, standing = reconcile(Case(told=[text]), EVENT, {PLACE}, SAME, ())
    assert (undone.cancelled, standing) == ({}, {PLACE})


def test_a_newer_text_alone_holds_an_older_event_back() -> None:
    assert Case(told=[told(Purpose.SUPPLEMENT, State.ACCEPTED)]).newer_told(0, PRIMARY, ISLA)


# --- what waits ------------------------------------------------------------------------------------------------------

ADDRESS = Repeat.of("child.address", "1")


def release(*items: str, ruling: Share | None = None) -> tuple[Release, SourceFacts]:
    """What a school is released of one child: a content part for each item, from part 3 on."""
    content = tuple(ContentFacts(3 + n, item, ("1",)) for n, item in enumerate(items))
    shared = ruling or Share("ISP-1@1", "tell", dict.fromkeys(items, FULL))
    decision = Decision("1", PRIMARY, OrganisationKind.SCHOOL, shared)
    facts = SourceFacts("R-1", None, None, None, None, None, None, (), (), (), content)
    return Release(decision, {part.part: shared.released[part.item] for part in content}), facts


def shares(one: Release) -> Shares:
    return Shares.of([one.decision], {"child.address"})


def test_the_rest_of_a_release_is_shared_and_the_text_waits() -> None:
    one, facts = release("concern.summary", "child.voice")
    kept, held = hold(one, {3: frozenset({ADDRESS})}, shares(one), facts, {})
    assert held is not None
    assert (list(held.parts), list(kept.parts)) == ([3], [4])
    assert isinstance(kept.decision.ruling, Share)
    assert kept.decision.ruling.released.keys() == {"child.voice"}
    assert kept.decision.withheld == ("concern.summary",)


def test_where_nothing_but_the_text_is_released_a_person_decides_before_anybody_is_told() -> None:
    one, facts = release("concern.summary")
    kept, held = hold(one, {3: frozenset({ADDRESS})}, shares(one), facts, {})
    assert held is not None
    assert isinstance(kept.decision.ruling, CannotDecide)
    assert kept.decision.reasons[-1] == LEFT


def test_an_item_of_which_one_part_goes_is_not_withheld() -> None:
    one, facts = release("concern.summary", "concern.summary")
    kept, _ = hold(one, {3: frozenset({ADDRESS})}, shares(one), facts, {})
    assert (kept.decision.withheld, list(kept.parts)) == ((), [4])


@pytest.mark.parametrize(
    ("item", "treatment", "waits"),
    [("child.address", FULL, False), ("child.address", FLAGGED, True), ("child.school", FULL, True)],
)
def test_a_text_waits_unless_what_it_tells_is_released_in_full(item: str, treatment: object, waits: bool) -> None:
    ruling = Share("ISP-1@1", "tell", {"concern.summary": FULL, item: treatment})  # type: ignore[dict-item] - of the table
    one, facts = release("concern.summary", ruling=ruling)
    _, held = hold(one, {3: frozenset({ADDRESS})}, shares(one), facts, {})
    assert (held is not None) is waits


def test_a_text_of_which_only_is_told_that_it_is_known_tells_nothing() -> None:
    one, facts = release("concern.summary", ruling=Share("ISP-1@1", "tell", {"concern.summary": FLAGGED}))
    assert hold(one, {3: frozenset({ADDRESS})}, shares(one), facts, {}) == (one, None)


@pytest.mark.parametrize("media_type", ["application/pdf", "text/plain"])
def test_an_original_never_goes_without_a_person(media_type: str) -> None:
    one, facts = release("concern.document", "child.voice")
    original = {"title": "Body map", "media_type": media_type, "content": b"Nothing that the event holds."}
    kept, held = hold(one, {}, shares(one), facts, {3: {"concern_document": original}})
    assert held is not None
    assert (list(held.parts), list(kept.parts)) == ([3], [4])


def test_a_child_in_review_leaves_a_text_on_its_way_as_it_is() -> None:
    both = [told(Purpose.DISCLOSE, State.ACCEPTED), told(Purpose.SUPPLEMENT, State.ACCEPTED)]
    undone, _ = reconcile(Case(told=both), EVENT, set(), {"1": Match(NeedsReview((), "asked"))}, ())
    assert undone.cancelled == {}
