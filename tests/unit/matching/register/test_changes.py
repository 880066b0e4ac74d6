"""Subjects split, merged and put back by people, on a real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.facts.act import act, typed
from hub.facts.errors import UserError
from hub.facts.outcome import Matched, NeedsReview
from hub.matching.deciding.guards import Guard
from hub.matching.register.register import Register, RegisterKeys
from tests.unit.matching.children import MAISIE
from tests.unit.matching.hands import DOCTOR, HEALTH, KEYS, NOW, SCHOOL, WHO

NO_NUMBER = replace(MAISIE, nhs_number=None)
MOVED = replace(NO_NUMBER, postcode="ZW9 9ZZ", address=None)
OLDER, NEWER = "hub.blocking.1", "hub.blocking.2"


def test_a_split_makes_two_subjects_that_are_never_joined_or_proposed_to_each_other_again(hands):
    maisie = hands.enrol(MAISIE)
    assert hands.enrol(MAISIE, "D-9", DOCTOR) == maisie
    made = hands.do("split", maisie, [(DOCTOR, "D-9")])
    other = hands.subject("D-9", DOCTOR)
    assert (hands.subject("P-1"), other != maisie) == (maisie, True)
    assert made.change.before == {str(maisie): [1, 2]}
    assert made.change.after == {str(maisie): [1], str(other): [2]}
    assert isinstance(hands.ask(MAISIE).outcome, NeedsReview)
    # the same row again, a row that moved house, and one that is new
    assert (hands.enrol(MAISIE, "D-9", DOCTOR), hands.tally.unchanged) == (other, 1)
    assert (hands.enrol(replace(MAISIE, postcode="ZW4 2AA"), "D-9", DOCTOR), hands.tally.updated) == (other, 1)
    assert (hands.enrol(MAISIE, "D-9", DOCTOR), hands.tally.updated) == (other, 1)
    assert hands.enrol(MAISIE, "H-5", HEALTH) not in {maisie, other}
    assert hands.rows("select candidates from subject_review") == [([maisie, other],)] or hands.rows(
        "select candidates from subject_review"
    ) == [([other, maisie],)]


def test_a_split_record_that_changes_is_not_proposed_for_the_subject_it_was_parted_from(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    hands.do("split", maisie, [(DOCTOR, "D-9")])
    hands.enrol(replace(MAISIE, given_names="Maisie Rose"), "D-9", DOCTOR)
    assert (hands.tally.updated, hands.tally.review) == (1, 0)
    hands.enrol(replace(MAISIE, given_names="Maisie Ann"))
    assert (hands.tally.updated, hands.tally.review) == (1, 0)


def test_a_split_undone_is_as_if_it_had_not_been(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    before, answer = hands.state(), hands.ask(MAISIE)
    made = hands.do("split", maisie, [(SCHOOL, "P-1")])
    undone = hands.do("undo", made.change_id)
    assert hands.state() == before
    assert hands.ask(MAISIE) == answer
    assert undone.change.undoes == made.change_id
    assert hands.rows("select kind, undoes from subject_change order by change_id") == [
        ("split", None),
        ("undo", made.change_id),
    ]


def test_a_merge_puts_two_subjects_under_the_first_one_s_id_and_is_undone(hands):
    maisie = hands.enrol(NO_NUMBER)
    other = hands.enrol(MOVED, "D-9", DOCTOR)
    assert hands.rows("select candidates, status from subject_review") == [([maisie], "open")]
    before = hands.state()
    made = hands.do("merge", maisie, other)
    assert hands.subject("D-9", DOCTOR) == maisie
    assert hands.rows("select candidates, status from subject_review") == [([], "settled")]
    assert isinstance(hands.ask(NO_NUMBER).outcome, Matched)
    assert made.routed == ()
    hands.do("undo", made.change_id)
    assert hands.state() == before


def test_who_joined_a_merged_subject_in_the_meantime_is_asked_about_when_it_is_divided(hands):
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    made = hands.do("merge", maisie, other)
    assert hands.enrol(NO_NUMBER, "H-5", HEALTH) == maisie
    undone = hands.do("undo", made.change_id)
    assert undone.change.asked == 1
    assert hands.rows("select candidates, why from subject_review where status = 'open' order by review_id desc")[
        0
    ] == (
        [other],
        [Guard.DIVIDED.value],
    )


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ([(SCHOOL, "P-1"), (DOCTOR, "D-9")], "all of the subject's records"),
        ([(SCHOOL, "P-2")], "not this subject's"),
        ([(SCHOOL, "P-1"), (SCHOOL, "P-2")], "not this subject's"),
        ([], "not this subject's"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused_and_changes_nothing(hands, named, sentence):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    before = hands.state()
    with pytest.raises(UserError, match=sentence) as refused:
        hands.do("split", maisie, named)
    assert "P-" not in str(refused.value)
    assert hands.state() == before
    assert hands.value("select count(*) from subject_change") == 0


def test_what_is_not_there_cannot_be_changed(hands):
    maisie = hands.enrol(MAISIE)
    for verb, arguments in (
        ("split", (uuid4(), [(SCHOOL, "P-1")])),
        ("merge", (maisie, maisie)),
        ("merge", (maisie, uuid4())),
        ("undo", (99,)),
    ):
        with pytest.raises(UserError):
            hands.do(verb, *arguments)
    with pytest.raises(UserError, match="Say who"):
        act(typed(" "), "because", NOW)
    with pytest.raises(UserError, match="Say why"):
        act(typed("Morag"), "x" * 2_001, NOW)


def test_nothing_is_undone_twice_and_an_undo_is_not_undone(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    made = hands.do("split", maisie, [(SCHOOL, "P-1")])
    undone = hands.do("undo", made.change_id)
    with pytest.raises(UserError, match="undone already"):
        hands.do("undo", made.change_id)
    with pytest.raises(UserError, match="nothing to undo"):
        hands.do("undo", undone.change_id)


def test_a_change_under_a_later_one_is_not_undone(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    split = hands.do("split", maisie, [(DOCTOR, "D-9")])
    merge = hands.do("merge", hands.subject("D-9", DOCTOR), maisie, anyway=True)
    with pytest.raises(UserError, match="later change"):
        hands.do("undo", split.change_id)
    hands.do("undo", merge.change_id)
    hands.do("undo", split.change_id)
    assert hands.subject("P-1") == hands.subject("D-9", DOCTOR) == maisie


def test_what_was_judged_apart_is_merged_only_anyway_and_is_apart_again_when_that_is_undone(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    hands.do("split", maisie, [(DOCTOR, "D-9")])
    other, before = hands.subject("D-9", DOCTOR), hands.state()
    with pytest.raises(UserError, match="two children"):
        hands.do("merge", maisie, other)
    made = hands.do("merge", maisie, other, anyway=True)
    assert hands.state()[3] == []
    hands.do("undo", made.change_id)
    assert hands.state() == before


def test_one_roll_s_two_children_are_merged_only_anyway(hands):
    first, second = hands.enrol(NO_NUMBER), hands.enrol(NO_NUMBER, "P-2")
    with pytest.raises(UserError, match="One organisation lists"):
        hands.do("merge", first, second)
    hands.do("merge", first, second, anyway=True)
    assert isinstance(hands.ask(NO_NUMBER).outcome, Matched)


def test_a_restricted_record_is_tied_to_nothing_whatever_a_reviewer_says(hands):
    maisie = hands.enrol(MAISIE)
    other = hands.enrol(replace(MAISIE, given_names="Edith", nhs_number=None), "D-9", DOCTOR, restricted=True)
    for into, gone in ((maisie, other), (other, maisie)):
        with pytest.raises(UserError, match="restricted"):
            hands.do("merge", into, gone, anyway=True)


def test_a_split_is_not_undone_where_a_record_was_restricted_since(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    made = hands.do("split", maisie, [(DOCTOR, "D-9")])
    hands.enrol(MAISIE, "D-9", DOCTOR, restricted=True)
    with pytest.raises(UserError, match="restricted now"):
        hands.do("undo", made.change_id)


def test_a_mistaken_split_of_a_restricted_child_is_undone(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    hands.enrol(MAISIE, "D-9", DOCTOR, restricted=True)
    made = hands.do("split", maisie, [(DOCTOR, "D-9")])
    hands.do("undo", made.change_id)
    assert hands.subject("D-9", DOCTOR) == maisie


def test_a_split_of_a_restricted_child_is_undone_after_the_secret_was_changed(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    hands.enrol(MAISIE, "D-9", DOCTOR, restricted=True)
    made = hands.do("split", maisie, [(DOCTOR, "D-9")])
    both = RegisterKeys(b"c" * 32, KEYS.current, KEYS.records, NEWER, {OLDER: KEYS.blocking})
    hands.register = Register(both, today=hands.register.today)
    hands.do("undo", made.change_id)
    assert hands.rows("select distinct subject_id from source_record") == [(maisie,)]


def test_changes_are_only_added_to_and_what_was_said_is_sealed(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    made = hands.do("split", maisie, [(DOCTOR, "D-9")])
    for statement in (
        "delete from subject_change",
        "update subject_change set kind = 'merge'",
        "truncate subject_change cascade",
    ):
        with pytest.raises(Exception, match="only added to"), hands.connection.transaction():
            hands.connection.execute(statement)
    dumped = "\n".join(str(hands.rows(f"select t::text from {name} t")) for name in ("subject_change", "ledger_entry"))
    assert WHO[0] not in dumped
    assert WHO[1] not in dumped
    (said,) = hands.clerk().history_of_records([1])
    assert (said.change_id, said.kind, said.undone, said.at, said.by, said.reason) == (
        made.change_id,
        "split",
        False,
        NOW,
        *WHO,
    )
    assert hands.rows("select kind from ledger_entry") == [("register",)]


def an_event(hands, subject_id, key="1", at=NOW):
    event_id = uuid4()
    hands.connection.execute(
        "insert into event (event_id, source, kind, tier, case_key, sequence, digest, raised_at, raised_ahead, "
        "broker_at, decided_at, topic, partition, record_offset, outcome, rules_version, evidence_key, evidence) "
        "values (%s, 'police.caledon', 'concern.raised', 'urgent', %s, 1, '', %s, false, %s, %s, 't', 0, 0, "
        "'matched', 'v', 'k', '')",
        (event_id, event_id.bytes, at, at, at),
    )
    hands.connection.execute("insert into event_subject values (%s, %s, 'matched', %s)", (event_id, key, subject_id))
    hands.connection.commit()
    return event_id


def a_delivery(hands, event_id, subject_id, key="1"):
    delivery_id = uuid4()
    hands.connection.execute(
        "insert into delivery (delivery_id, event_id, subject, recipient, role, purpose, revision, tier, subject_id, "
        "status, next_attempt_at, due_by, created_at) values (%s, %s, %s, 'school.ashdown-primary', 'head_teacher', "
        "'disclose', 1, 'urgent', %s, 'pending', now(), now(), now())",
        (delivery_id, event_id, key, subject_id),
    )
    hands.connection.commit()
    return delivery_id


def test_what_was_routed_by_a_wrong_join_is_listed_for_recall(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    first, second = an_event(hands, maisie, at=NOW - timedelta(days=2)), an_event(hands, maisie, "b")
    an_event(hands, uuid4())
    made = hands.do("split", maisie, [(DOCTOR, "D-9")])
    assert made.routed == ((second, "b"), (first, "1"))


def test_of_a_merge_that_is_undone_only_what_came_after_it_is_listed(hands):
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    an_event(hands, maisie, at=NOW - timedelta(days=2))
    made = hands.do("merge", maisie, other)
    after = an_event(hands, maisie, at=NOW + timedelta(hours=1))
    assert made.routed == ()
    assert hands.do("undo", made.change_id).routed == ((after, "1"),)


def test_a_delivery_under_way_goes_by_the_ties_of_the_subject_that_was_kept(hands):
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    delivery = a_delivery(hands, an_event(hands, other), other)
    made = hands.do("merge", maisie, other)
    assert hands.value("select subject_id from delivery where delivery_id = %s", delivery) == maisie
    hands.do("undo", made.change_id)
    assert hands.value("select subject_id from delivery where delivery_id = %s", delivery) == other


# --- what must hold whatever people do ------------------------------------------------------------------------------


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6))
def test_any_changes_undone_from_the_last_to_the_first_leave_all_as_it_was(hands, steps):
    names = [
        (SCHOOL, "P-1"),
        (DOCTOR, "D-1"),
        (HEALTH, "H-1"),
        ("la.westshire", "L-1"),
        ("gp.other", "G-1"),
        ("third.x", "T-1"),
    ]
    for organisation, local_id in names:
        hands.enrol(MAISIE, local_id, organisation)
    before, done = hands.state(), []
    for splits, one, other in steps:
        here, there = hands.subject(*names[one][::-1]), hands.subject(*names[other][::-1])
        try:
            done.append(
                hands.do("split", here, [names[one]]) if splits else hands.do("merge", here, there, anyway=True)
            )
        except UserError:
            continue
        assert len({row[0] for row in hands.rows("select record_id from source_record")}) == len(names)
    for made in reversed(done):
        hands.do("undo", made.change_id)
    assert hands.state() == before
