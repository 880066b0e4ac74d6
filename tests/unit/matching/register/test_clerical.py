"""Reviews of source records: listed, shown side by side, decided; on a real PostgreSQL."""

from dataclasses import replace
from uuid import uuid4

import pytest

from hub.facts.errors import UserError
from hub.facts.outcome import Matched, NeedsReview
from hub.matching.deciding.guards import Guard
from hub.matching.register.record_reviews import Answer, list_reviews, show
from tests.unit.matching.children import MAISIE
from tests.unit.matching.hands import ACT, DOCTOR, HEALTH, NOW, SCHOOL, WHO
from tests.unit.matching.register.test_changes_at_once import at_once

NO_NUMBER = replace(MAISIE, nhs_number=None)
MOVED = replace(NO_NUMBER, postcode="ZW9 9ZZ", address="1 Other Lane")


def decide(hands, review, answer, *subjects, **options):
    with hands.connection.transaction():
        return hands.clerk().decide(review, answer, subjects, ACT, **options)


def reviews(hands, status="open"):
    found = list_reviews(hands.connection, hands.register, status=status)
    hands.connection.commit()
    return found


def test_reviews_are_listed_by_age_without_personal_data(hands):
    maisie = hands.enrol(NO_NUMBER)
    other = hands.enrol(MOVED, "D-9", DOCTOR)
    third = hands.enrol(replace(MOVED, postcode="ZW8 8AA"), "H-5", HEALTH)
    first, second = reviews(hands)
    assert (first.organisation, first.subject_id, first.candidates) == (DOCTOR, other, (maisie,))
    assert (second.organisation, second.subject_id, set(second.candidates)) == (HEALTH, third, {maisie, other})
    assert first.score > 20
    assert "Maisie" not in repr((first, second))


def test_as_many_decided_reviews_are_listed_as_were_asked_for_however_many_older_ones_are_open(hands):
    maisie = hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    hands.enrol(replace(MOVED, postcode="ZW8 8AA"), "H-5", HEALTH)
    decide(hands, 2, Answer.MATCH, maisie)
    (found,) = list_reviews(hands.connection, hands.register, status="decided", limit=1)
    assert (found.review_id, found.status) == (2, "matched")
    hands.connection.commit()
    assert [one.review_id for one in reviews(hands)] == [1]
    assert [one.review_id for one in reviews(hands, None)] == [1, 2]


def test_a_review_shows_the_record_beside_each_candidate(hands):
    maisie = hands.enrol(NO_NUMBER)
    hands.enrol(NO_NUMBER, "H-5", HEALTH)
    hands.enrol(MOVED, "D-9", DOCTOR)
    shown = show(hands.connection, hands.register, reviews(hands)[0].review_id)
    assert shown.record.local_id == "D-9"
    (beside,) = shown.beside
    assert beside.subject_id == maisie
    assert [(one.organisation, one.local_id) for one in beside.records] == [(SCHOOL, "P-1"), (HEALTH, "H-5")]
    postcode = next(one for one in beside.fields if one.name == "postcode")
    assert (postcode.asked, postcode.held, postcode.level) == ("ZW99ZZ", ("ZW42AB", "ZW42AB"), "different")
    assert [one.name for one in beside.fields if one.differs] == ["address", "postcode"]
    assert beside.score == pytest.approx(shown.review.score)
    assert repr(shown) == "<Shown redacted>"
    assert show(hands.connection, hands.register, 99) is None


def test_a_match_joins_the_record_and_gives_its_own_subject_up(hands):
    maisie = hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    before = hands.state()
    made = decide(hands, 1, Answer.MATCH, maisie)
    assert hands.subject("D-9", DOCTOR) == maisie
    assert hands.rows("select status from subject_review") == [("matched",)]
    assert hands.ask(MOVED).outcome == hands.ask(NO_NUMBER).outcome == Matched(maisie)
    (said,) = hands.clerk().history(1)
    assert (said.kind, said.by, said.reason) == ("join", *WHO)
    assert hands.rows("select kind, at from ledger_entry") == [("register", NOW)]
    hands.do("undo", made.change_id)
    assert hands.state() == before


def test_different_keeps_them_apart_for_ever(hands):
    maisie = hands.enrol(NO_NUMBER)
    other = hands.enrol(MOVED, "D-9", DOCTOR)
    before = hands.state()
    made = decide(hands, 1, Answer.DIFFERENT)
    assert hands.rows("select status from subject_review") == [("different",)]
    hands.enrol(NO_NUMBER, "D-9", DOCTOR)  # moves in next door: still two children
    assert (hands.tally.updated, hands.tally.review, hands.subject("D-9", DOCTOR)) == (1, 0, other)
    hands.enrol(replace(NO_NUMBER, given_names="Maisie Rose"))
    assert (hands.tally.updated, hands.tally.review, hands.subject("P-1")) == (1, 0, maisie)
    hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    hands.do("undo", made.change_id)
    assert [one[:3] for one in hands.state()[2:3]] == [one[:3] for one in before[2:3]]
    assert hands.state()[3] == []
    assert hands.rows("select status from subject_review") == [("open",)]


def test_different_from_one_of_two_leaves_the_other_to_be_decided(hands):
    first = hands.enrol(NO_NUMBER)
    second = hands.enrol(NO_NUMBER, "P-2")
    hands.enrol(NO_NUMBER, "D-9", DOCTOR)
    review = reviews(hands)[-1]
    decide(hands, review.review_id, Answer.DIFFERENT, first)
    assert reviews(hands)[-1].candidates == (second,)
    decide(hands, review.review_id, Answer.MATCH, second)
    assert hands.subject("D-9", DOCTOR) == second


def test_need_more_is_noted_and_leaves_it_open(hands):
    hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    before = hands.state()
    made = decide(hands, 1, Answer.NEED_MORE)
    assert hands.state() == before
    assert [one.kind for one in hands.clerk().history(1)] == ["need_more"]
    with pytest.raises(UserError, match="nothing to undo"):
        hands.do("undo", made.change_id)


@pytest.mark.parametrize(
    ("answer", "count", "sentence"),
    [(Answer.MATCH, 0, "name the one"), (Answer.MATCH, 2, "not among those"), (Answer.DIFFERENT, 2, "not among those")],
)
def test_an_answer_that_makes_no_sense_is_refused(hands, answer, count, sentence):
    maisie = hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    with pytest.raises(UserError, match=sentence):
        decide(hands, 1, answer, *[maisie, uuid4()][:count])
    with pytest.raises(UserError, match="no review"):
        decide(hands, 99, answer)
    assert hands.value("select count(*) from subject_change") == 0


def test_a_record_does_not_join_its_own_subject(hands):
    hands.enrol(NO_NUMBER)
    own = hands.enrol(MOVED, "D-9", DOCTOR)
    with pytest.raises(UserError, match="not among those"):
        decide(hands, 1, Answer.MATCH, own)


@pytest.mark.parametrize(
    "answers", [(Answer.MATCH, Answer.MATCH), (Answer.MATCH, Answer.DIFFERENT), (Answer.DIFFERENT,) * 2]
)
def test_of_two_reviewers_at_once_one_decides(hands, database_url, answers):
    maisie = hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    outcomes = at_once(
        database_url,
        2,
        lambda connection, number: hands.clerk(connection).decide(1, answers[number], [maisie], ACT),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Made", "Overtaken"]
    assert hands.value("select count(*) from subject_change") == 1
    joined = hands.subject("D-9", DOCTOR) == maisie
    assert joined is (hands.value("select count(*) from judged_apart") == 0)


def test_a_restricted_record_that_would_have_joined_is_decided_by_a_person_without_its_whereabouts(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(replace(MAISIE, address="9 Safe House"), "D-9", DOCTOR, restricted=True)
    (review,) = reviews(hands)
    assert (review.organisation, review.score) == (None, None)
    shown = show(hands.connection, hands.register, review.review_id)
    assert shown.record is None
    told = {one.name: (one.asked, one.held) for one in shown.beside[0].fields}
    assert told["address"] == told["postcode"] == (None, (None,))
    assert told["family_name"] == ("Thornbury", ("Thornbury",))
    decide(hands, review.review_id, Answer.MATCH, maisie)
    found = hands.ask(MAISIE)
    assert isinstance(found.outcome, NeedsReview)
    assert found.registrations == ()


def test_a_record_restricted_since_the_review_was_opened_is_not_joined(hands):
    maisie = hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    hands.enrol(MOVED, "D-9", DOCTOR, restricted=True)
    with pytest.raises(UserError, match="restricted"):
        decide(hands, 1, Answer.MATCH, maisie)


def test_reviews_do_not_say_whose_roll_lists_a_child_who_is_restricted_since(hands):
    hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    (open_to_all,) = reviews(hands)
    assert open_to_all.organisation == DOCTOR
    hands.enrol(MOVED, "D-9", DOCTOR, restricted=True)
    assert [(one.organisation, one.score, one.why) for one in reviews(hands)] == [(None, None, (Guard.RESTRICTED,))]
    shown = show(hands.connection, hands.register, open_to_all.review_id).review
    assert (shown.organisation, shown.score) == (None, None)


def test_reviews_do_not_say_whose_roll_lists_a_child_who_may_be_a_restricted_one(hands):
    hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    hands.enrol(NO_NUMBER, restricted=True)
    assert [(one.organisation, one.score) for one in reviews(hands)] == [(None, None)]


def test_a_restricted_record_that_several_fit_is_not_told_of(hands):
    hands.enrol(NO_NUMBER, "D-1", DOCTOR)
    hands.enrol(NO_NUMBER, "D-2", DOCTOR)
    hands.enrol(NO_NUMBER, "P-1", SCHOOL, restricted=True)
    assert [one.organisation for one in reviews(hands)] == [DOCTOR, None]


def test_a_child_with_a_new_identity_leaves_the_old_one_without_a_word(hands):
    """Adoption: the school has the new name, the doctor still the old one; no reviewer is shown them side by side."""
    old = hands.enrol(MAISIE)
    assert hands.enrol(MAISIE, "D-9", DOCTOR) == old
    new = replace(NO_NUMBER, given_names="Edith", family_name="Oakhurst")
    assert hands.enrol(new, restricted=True) != old
    assert reviews(hands) == []


def test_reviews_follow_subjects_that_are_split_and_merged(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "H-5", HEALTH)
    own = hands.enrol(MOVED, "D-9", DOCTOR)
    hands.do("split", maisie, [(HEALTH, "H-5")])
    other = hands.subject("H-5", HEALTH)
    assert reviews(hands)[0].candidates == (maisie, other)
    hands.do("merge", other, maisie, anyway=True)
    assert reviews(hands)[0].candidates == (other,)
    hands.do("merge", other, own)
    assert reviews(hands) == []


def test_a_local_id_used_again_is_parted_for_good_from_whom_it_left(hands):
    hands.enrol(MAISIE)
    maisie = hands.enrol(MAISIE, "D-9", DOCTOR)
    edith = replace(MAISIE, given_names="Edith", family_name="Oakhurst", date_of_birth="2015-01-30", nhs_number=None)
    hands.enrol(edith)
    (review,) = reviews(hands)
    assert review.why[0] == Guard.CHANGED.value
    decide(hands, review.review_id, Answer.DIFFERENT)
    assert hands.subject("P-1") != maisie
    hands.enrol(MAISIE)
    assert hands.subject("P-1") != maisie
    assert all(maisie not in one.candidates for one in reviews(hands))


def test_a_review_whose_record_is_gone_tells_nothing_of_a_candidate_who_is_restricted_by_now(hands):
    hands.enrol(NO_NUMBER)
    hands.enrol(MOVED, "D-9", DOCTOR)
    with hands.connection.transaction():
        hands.connection.execute("delete from source_record where organisation = %s", (DOCTOR,))
        assert show(hands.connection, hands.register, 1).review.score > 20
    hands.enrol(NO_NUMBER, restricted=True)
    (listed,) = reviews(hands)
    shown = show(hands.connection, hands.register, 1)
    for review in (listed, shown.review):
        assert (review.score, review.organisation, review.why) == (None, None, (Guard.RESTRICTED.value,))
    assert (shown.record, shown.beside) == (None, ())


def test_a_child_whose_row_changes_again_and_again_is_asked_about_once_while_that_is_open(hands):
    hands.enrol(MAISIE)
    twin = replace(MAISIE, nhs_number=None)
    hands.enrol(twin, "P-2")
    for called in ("Maisie Rose", "Maisie", "Maisie Rose", "Maisie"):
        hands.enrol(replace(twin, given_names=called), "P-2")
    asked = hands.rows("select record_id, candidates, why from subject_review where status = 'open'")
    assert len(asked) == len({str(one) for one in asked}) >= 1
