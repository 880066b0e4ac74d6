"""A child beside its candidates and a subject's records, as people are shown them."""

from dataclasses import replace
from uuid import uuid4

from hub.matching.deciding.guards import Guard
from hub.matching.register.reviews_after_changes import proposals
from hub.matching.register.subjects import show_subject
from tests.unit.matching.children import MAISIE, OSCAR
from tests.unit.matching.hands import SCHOOL

NO_NUMBER = replace(MAISIE, nhs_number=None)
MOVED = replace(NO_NUMBER, postcode="ZW9 9ZZ", address=None)
OLDER, NEWER = "hub.blocking.1", "hub.blocking.2"


def test_a_child_beside_its_candidates(hands):
    maisie, oscar = hands.enrol(MAISIE), hands.enrol(OSCAR, "P-3")
    asked = replace(MAISIE, given_names="Maisey", postcode="ZW9 9ZZ", address=None)
    hands.judge(asked, oscar)
    first, second = hands.register.side_by_side(hands.connection, asked, [oscar, maisie, uuid4()])
    assert (first.subject_id, first.judged, second.subject_id, second.judged) == (maisie, "none", oscar, "different")
    fields = {one.name: one for one in first.fields}
    assert (fields["given_names"].asked, fields["given_names"].held, fields["given_names"].level) == (
        "Maisey",
        ("Maisie",),
        "same, written otherwise",
    )
    assert [one.name for one in first.fields if one.differs] == ["given_names", "known_as", "address", "postcode"]
    assert fields["nhs_number"].level == "exact"
    assert first.score == sum(part.weight for part in first.explanation)
    assert Guard.FORENAME_DIFFERS.value in second.guards
    assert repr(first) == "<Beside redacted>"
    assert repr(fields["given_names"]) == "<FieldBeside redacted>"


def test_beside_a_restricted_child_nothing_tells_where_it_lives(hands):
    maisie = hands.enrol(replace(MAISIE, upn="A123456789012"), restricted=True)
    (one,) = hands.register.side_by_side(hands.connection, MAISIE, [maisie])
    assert one.restricted
    assert (one.score, one.rule, one.guards) == (None, None, (Guard.RESTRICTED.value,))
    assert one.records[0].organisation is None
    shown = {field.name: (field.asked, field.held, field.level, field.differs) for field in one.fields}
    assert shown["postcode"] == shown["address"] == shown["upn"] == (None, (None,), "", False)
    assert shown["family_name"] == ("Thornbury", ("Thornbury",), "exact", False)
    assert "address" not in {part.comparison for part in one.explanation}


def test_of_a_restricted_subject_only_who_answers_for_the_child_is_shown(hands):
    maisie = hands.enrol(replace(MAISIE, upn="A123456789012"), restricted=True)
    shown = show_subject(hands.connection, hands.register, maisie)
    assert shown.restricted
    (record,) = shown.records
    assert (record.organisation, record.relationship, record.local_id) == (None, None, None)
    assert (record.fields["family_name"], record.fields["postcode"], record.fields["upn"]) == ("Thornbury", None, None)
    assert repr(shown) == "<SubjectShown redacted>"
    hands.enrol(OSCAR, "P-3")
    open_one = show_subject(hands.connection, hands.register, hands.subject("P-3"))
    assert (open_one.records[0].organisation, open_one.records[0].fields["postcode"]) == (SCHOOL, "ZW42AB")


def test_a_review_proposes_where_records_went_and_never_what_is_gone_or_the_record_s_own():
    a, b, c, d = (uuid4() for _ in range(4))
    assert proposals([a], [(1, a, b)], {a, b}, c) == [a, b]
    assert proposals([a, d], [(1, a, b)], {b, d}, c) == [d, b]
    assert proposals([a, c], [], {a, c}, c) == [a]
    assert proposals([a], [(1, a, c)], {c}, c) == []
