"""Order and repeats within a case, as the field tells them."""

from uuid import UUID, uuid4, uuid5

import pytest

from hub.facts.model import Recipient
from hub.facts.terms import Purpose, Role, State, Unsent
from hub.routing.cases import Case, Cases, Repeat, Told
from hub.routing.undoing import Undone, retract
from hub.wire.sealed import SealedEvent
from tests.builders import SATURDAY_NIGHT

PRIMARY = Recipient("school.glenmore-primary", Role.DESIGNATED_SAFEGUARDING_LEAD)
ACADEMY = Recipient("school.glenmore-academy", Role.DESIGNATED_SAFEGUARDING_LEAD)
ISLA, FINLAY = uuid4(), uuid4()


def told(
    recipient: Recipient = PRIMARY,
    *,
    sequence: int = 1,
    child: UUID | None = ISLA,
    state: State = State.ACCEPTED,
    reason: Unsent | None = None,
    tried: bool = False,
    purpose: Purpose = Purpose.DISCLOSE,
) -> Told:
    return Told(uuid4(), uuid4(), sequence, "1", child, recipient, purpose, state=state, reason=reason, tried=tried)


@pytest.mark.parametrize(
    ("state", "reason", "tried", "follows"),
    [
        (State.PENDING, None, False, {"untouched", "live", "standing"}),
        (State.PENDING, None, True, {"live", "standing"}),
        (State.ACCEPTED, None, True, {"live", "standing"}),
        (State.ACCEPTED, None, False, {"live", "standing"}),
        (State.HELD, Unsent.ENDPOINT_REFUSED, True, {"live", "standing"}),
        (State.HELD, Unsent.BY_OPERATOR, False, {"standing"}),
        (State.HELD, Unsent.ISP_NOT_IN_FORCE, False, {"stopped"}),
        (State.HELD, Unsent.NO_RECIPIENT_KEY, False, {"stopped"}),
        (State.CANCELLED, Unsent.RETRACTED, False, set()),
        (State.CANCELLED, Unsent.RETRACTED, True, {"live"}),
        (State.CANCELLED, Unsent.CORRECTED, False, {"corrected"}),
    ],
)
def test_what_follows_from_where_a_delivery_stands(
    state: State, reason: Unsent | None, tried: bool, follows: set[str]
) -> None:
    one = told(state=state, reason=reason, tried=tried)
    words = ("untouched", "live", "stopped", "standing", "corrected")
    assert {word for word in words if getattr(one, word)} == follows


def test_an_older_event_is_held_back_only_from_those_told_by_a_newer_one_of_the_same_child() -> None:
    case = Case(told=[told(sequence=5)])
    assert case.newer_told(3, PRIMARY, ISLA)
    assert not case.newer_told(6, PRIMARY, ISLA)
    assert not case.newer_told(3, ACADEMY, ISLA)
    assert not case.newer_told(3, PRIMARY, FINLAY)


def test_a_cancelled_newer_delivery_holds_nothing_back() -> None:
    assert not Case(told=[told(sequence=5, state=State.CANCELLED)]).newer_told(3, PRIMARY, ISLA)


def test_a_retraction_cancels_what_was_not_accepted_and_tells_everyone_who_may_have_it_once() -> None:
    waiting, sent, again = (
        told(state=State.PENDING),
        told(ACADEMY, child=FINLAY),
        told(ACADEMY, child=FINLAY, sequence=2),
    )
    case = Case(told=[waiting, sent, again])
    undone = retract(case, 3)
    assert set(undone.cancelled) == {waiting.delivery_id, sent.delivery_id, again.delivery_id}
    assert [(notice.purpose, notice.about) for notice in undone.notices] == [(Purpose.RECALL, (sent, again))]


def test_a_retraction_does_not_reach_back_over_newer_events_or_notices() -> None:
    case = Case(told=[told(sequence=9), told(purpose=Purpose.NOTIFY)])
    assert retract(case, 3) == Undone()


def test_an_event_older_than_the_retraction_comes_too_late_and_a_newer_one_does_not() -> None:
    case = Case()
    case.retract(3)
    assert case.retracted_after(2)
    assert not case.retracted_after(4)


def an_event(
    sequence: int = 1, *, event_id: UUID | None = None, source: str = "police.caledon", digest: bytes = b"digest"
) -> SealedEvent:
    return SealedEvent(
        event_id or uuid4(), "concern.raised", source, "urgent", SATURDAY_NIGHT, b"case", sequence, (), (), digest
    )


def known(*events: SealedEvent, retraction: bool = False) -> Cases:
    cases = Cases()
    for event in events:
        cases.remember(event, retraction=retraction)
    return cases


def test_an_update_whose_first_event_never_came_counts_as_the_first() -> None:
    case = known(an_event(4)).of("police.caledon", b"case")
    assert case.first(4)
    assert not case.first(5)


def test_the_same_event_again_is_a_repeat_and_other_content_under_its_id_a_conflict() -> None:
    first = an_event()
    cases = known(first)
    assert cases.repeat(first, retraction=False) is Repeat.REPEATED
    assert cases.repeat(an_event(event_id=first.sent_as, digest=b"other"), retraction=False) is Repeat.CONFLICTING
    assert cases.repeat(an_event(digest=b"sealed again"), retraction=False) is Repeat.REPEATED
    assert cases.repeat(an_event(2), retraction=False) is Repeat.NEW
    assert cases.repeat(an_event(source="police.westshire"), retraction=False) is Repeat.NEW


def test_an_event_whose_id_another_source_used_first_is_new_under_an_id_of_its_own_each_time_the_same() -> None:
    first = an_event()
    second = an_event(event_id=first.sent_as, source="police.westshire")
    cases = known(first)
    assert cases.repeat(second, retraction=False) is Repeat.NEW
    apart = cases.id_of(second)
    assert apart not in {first.sent_as, cases.id_of(first)}
    assert cases.id_of(first) == first.sent_as
    cases.remember(second, retraction=False)
    assert cases.id_of(second) == apart
    assert cases.repeat(second, retraction=False) is Repeat.REPEATED
    other = an_event(2, event_id=first.sent_as, source="police.westshire", digest=b"other")
    assert cases.repeat(other, retraction=False) is Repeat.CONFLICTING


def test_an_id_that_only_the_hub_makes_is_claimed_by_no_source() -> None:
    event = an_event(event_id=uuid5(UUID(int=1), "what the next dead letter will be called"))
    assert Cases().id_of(event) != event.sent_as
    assert known(event).repeat(event, retraction=False) is Repeat.REPEATED


def test_who_claims_the_second_id_too_silences_nobody() -> None:
    first = an_event()
    wanted = known(first).id_of(an_event(event_id=first.sent_as, source="police.westshire"))
    cases = known(first)
    cases.known[wanted] = ("police.lagan", b"d")
    assert cases.id_of(an_event(event_id=first.sent_as, source="police.westshire")) not in {first.sent_as, wanted}


def test_a_retraction_under_the_sequence_of_what_it_retracts_is_never_passed_over() -> None:
    assert known(an_event(7)).repeat(an_event(7), retraction=True) is Repeat.CONFLICTING
