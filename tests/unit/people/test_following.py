"""What follows from a change is shown before it is done, and nothing of it is done."""

from __future__ import annotations

import pytest

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.people.reviewing.following import what_follows
from tests.builders import ISLA, a_concern
from tests.town import PRIMARY, Town
from tests.unit.matching.hands import ACT

DOCTOR = "gp.glenmore"
OTHERS = (DOCTOR, f"{DOCTOR}-0-Isla")


@pytest.fixture
def split_of_isla(town: Town):
    """A concern about Isla, whose subject holds a record of the doctor's that is not hers."""
    town.enrol(DOCTOR, ISLA, relationship=Relationship.REGISTERED_PATIENT)
    with town.parts.desk() as desk:
        one, other = town.query("select distinct subject_id from source_record where local_key = any(%s)", _keys(town))
        town.parts.clerk(desk).merge(one[0], other[0], ACT)
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    return concern, one[0]


def _keys(town: Town) -> list[bytes]:
    return [
        town.parts.register.local_keys(organisation, f"{organisation}-0-Isla")[0] for organisation in (PRIMARY, DOCTOR)
    ]


def test_what_a_split_would_recall_is_shown_and_nothing_is_done(town: Town, split_of_isla) -> None:
    concern, subject = split_of_isla
    before = town.dump()
    with town.parts.desk() as desk:
        clerk = town.parts.clerk(desk)
        follows = what_follows(clerk, lambda: clerk.split(subject, [OTHERS], ACT))
        again = what_follows(clerk, lambda: clerk.split(subject, [OTHERS], ACT))
    assert [one.event_id for one in follows.made.routed] == [concern.event_id]
    assert {one.recipient for one in follows.stopped} == {PRIMARY}
    assert follows.called_back == ()
    assert follows.digest() == again.digest(), "the same thing twice, though the new subject's id is another"
    assert town.dump() == before


def test_what_may_have_arrived_already_is_told_apart(town: Town, split_of_isla) -> None:
    _, subject = split_of_isla
    town.change("update delivery set status = 'accepted', settled_at = hub.now()")
    with town.parts.desk() as desk:
        clerk = town.parts.clerk(desk)
        follows = what_follows(clerk, lambda: clerk.split(subject, [OTHERS], ACT))
    assert PRIMARY in {one.recipient for one in follows.called_back}
    assert follows.stopped == ()


def test_what_would_be_refused_is_refused_before_it_is_done(town: Town, split_of_isla) -> None:
    _, subject = split_of_isla
    with town.parts.desk() as desk:
        clerk = town.parts.clerk(desk)
        with pytest.raises(UserError, match="not this subject's"):
            what_follows(clerk, lambda: clerk.split(subject, [(PRIMARY, "nobody")], ACT))
