"""What the hub does with a concern, on real PostgreSQL with the shipped rules: who is told and who is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from hub.facts.model import Person, Subject
from hub.facts.terms import Category, EventKind, Flag, PersonRole, Relationship, Role, Tier
from tests.builders import FATHER, FINLAY, ISLA, SATURDAY_NIGHT, a_concern
from tests.town import ACADEMY, OTHER_TWIN, PRIMARY, STRANGER, TWIN, Town


def siblings(**changes: object):
    concern = a_concern(people=(FATHER,), **changes).about(ISLA).about(FINLAY)
    return (
        concern.saying("concern.summary", "Isla was awake on the stairs.", "1")
        .saying("concern.summary", "Finlay stood at the door.", "2")
        .saying("concern.detail", "Both children were at home throughout.")
        .saying("child.voice", "She said she was tired.", "1")
    )


def test_each_sibling_s_own_school_is_told_before_monday_s_bell_and_learns_nothing_of_the_other(town: Town) -> None:
    concern = siblings().made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose", ACADEMY: "disclose"}
    story = town.story(concern)
    assert story["outcome"] == "matched"
    assert {d["by"].isoformat() for d in story["decisions"]} == {"2026-03-09T08:45:00+00:00"}
    primary, academy = town.read(concern, PRIMARY), town.read(concern, ACADEMY)
    assert primary["items"]["child.name"] == {"given_names": "Isla", "family_name": "Abercorn"}
    assert primary["items"]["concern.summary"] == "Isla was awake on the stairs."
    assert academy["items"]["concern.summary"] == "Finlay stood at the door."
    assert "Finlay" not in str(primary)
    assert "Isla" not in str(academy)
    for shown in (primary, academy):
        assert "child.address" not in shown["items"]
        assert "Quarry Wynd" not in str(shown)
        assert "Gregor" not in str(shown)


def test_what_is_withheld_is_named_with_its_reason(town: Town) -> None:
    concern = siblings().made()
    town.send(concern)
    for decision in town.story(concern)["decisions"]:
        assert {"child.address", "concern.detail"} <= set(decision["withheld"])
        assert decision["isp"] == "ISP-POL-EDU-001@3"
        assert decision["clause"] == "tell-dsl"
        assert decision["rule"] == "da-school"


def test_a_child_whom_nobody_knows_reaches_the_front_door(town: Town) -> None:
    concern = a_concern().about(STRANGER).saying("concern.summary", "A child alone at night.").made()
    town.send(concern)
    assert town.told(concern) == {"la.glenmore": "disclose"}
    assert town.story(concern)["outcome"] == "not_found"
    assert town.read(concern, "la.glenmore")["items"]["child.name"]["given_names"] == "Wilhelmina"


def test_an_unknown_child_with_no_district_goes_back_to_the_source_s_own_desk_without_content(town: Town) -> None:
    concern = a_concern(home_district=None).about(STRANGER).made()
    town.send(concern)
    assert town.told(concern) == {"police.caledon": "notify"}
    body = town.query("select body from delivery where event_id = %s", concern.event_id)[0][0]
    assert b"not_found" in body
    assert b"Wilhelmina" not in body


def test_a_twin_s_number_under_the_other_twin_s_name_goes_to_a_person(town: Town) -> None:
    confused = replace(TWIN, given_names="Oona")
    concern = a_concern().about(confused).made()
    town.send(concern)
    story = town.story(concern)
    assert story["outcome"] == "review"
    assert [review["cause"] for review in story["reviews"]] == ["match"]
    assert town.told(concern) == {}


def test_an_immediate_concern_in_review_tells_the_source_s_desk_at_once(town: Town) -> None:
    concern = a_concern(tier=Tier.IMMEDIATE).about(replace(TWIN, given_names="Oona")).made()
    town.send(concern)
    assert town.told(concern) == {"police.caledon": "notify"}


def test_one_child_in_review_does_not_hold_back_the_other(town: Town) -> None:
    concern = a_concern().about(ISLA).about(replace(OTHER_TWIN, given_names="Orla")).made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose"}
    story = town.story(concern)
    assert story["outcome"] == "review"
    assert {s["key"]: s["outcome"] for s in story["subjects"]} == {"1": "matched", "2": "review"}


def test_a_recipient_without_an_isp_is_told_nothing_and_the_story_says_so(town: Town) -> None:
    town.enrol("third.harbour-scotland", STRANGER, relationship=Relationship.SUPPORT_SERVICE)
    concern = a_concern().about(STRANGER).made()
    town.send(concern)
    refused = [d for d in town.story(concern)["decisions"] if d["recipient"] == "third.harbour-scotland"]
    assert [d["outcome"] for d in refused] == ["withhold"]
    assert "third.harbour-scotland" not in town.told(concern)
    assert town.told(concern) == {"la.glenmore": "disclose"}, "nobody else heard, so the front door does"


def test_a_perpetrator_who_reads_at_the_school_is_never_told(town: Town) -> None:
    dsl = town.parts.rules.organisations[PRIMARY].holders[Role.DESIGNATED_SAFEGUARDING_LEAD][0]
    suspect = Person(PersonRole.ALLEGED_PERPETRATOR, name=dsl.name.upper(), contact=dsl.contact, link_known=True)
    concern = a_concern(people=(suspect,)).about(ISLA).made()
    town.send(concern)
    assert PRIMARY not in town.told(concern)
    assert town.told(concern) == {"la.glenmore": "disclose"}
    assert [d["role"] for d in town.story(concern)["deliveries"]] == ["designated_officer"]


PRIMARY_DSL = ("Fiona Lockhart", "01632 960152")


def suspect(name: str, contact: str | None, **link: object) -> Person:
    return Person(PersonRole.ALLEGED_PERPETRATOR, name=name, contact=contact, link_known=True, **link)


@pytest.mark.parametrize(
    "person",
    [
        suspect("LOCKHART, Fiona", PRIMARY_DSL[1]),
        suspect("Mrs Fiona Lockhart", "+44 1632 960152"),
        suspect(*PRIMARY_DSL, linked_to=ACADEMY, holds=Role.CHAIR_OF_GOVERNORS),
    ],
    ids=["surname first", "title and +44", "another link as the source says"],
)
def test_a_perpetrator_who_reads_at_the_school_is_barred_however_the_notice_writes_them(
    town: Town, person: Person
) -> None:
    concern = a_concern(people=(person,)).about(ISLA).made()
    town.send(concern)
    assert PRIMARY not in town.told(concern)
    assert "la.glenmore" in town.told(concern)


def test_free_text_waits_for_a_person_where_a_sibling_s_record_is_restricted(town: Town) -> None:
    hidden = Subject("2", replace(FINLAY, family_name="Hidden", nhs_number=None), flags=frozenset({Flag.RESTRICTED}))
    concern = a_concern().about(ISLA).saying("concern.summary", "Isla was at the refuge.", "1").made()
    town.send(replace(concern, subjects=(*concern.subjects, hidden)))
    assert all("concern.summary" not in d["released"] for d in town.story(concern)["decisions"])
    assert "sharing" in {review["cause"] for review in town.story(concern)["reviews"]}


def test_a_link_to_an_organisation_that_nobody_knows_is_an_unknown_link(town: Town) -> None:
    concern = a_concern(people=(suspect("Gregor Quill", None, linked_to="school.misspelt"),)).about(ISLA).made()
    town.send(concern)
    assert [review["cause"] for review in town.story(concern)["reviews"]] == ["sharing"]


@pytest.mark.parametrize(
    "person",
    [
        suspect("Fiona Lockhart", None),
        suspect("Fiona Jane Lockhart", None),
        suspect("F Lockhart", None),
        suspect("Fiona Lockheart", None),
        suspect("Fi Lockhart-Grant", "07700 900456"),
        suspect("Fiona Grant (née Lockhart)", None),
        suspect("Gregor Quill", PRIMARY_DSL[1]),
        suspect("Margaret Sim", None, linked_to=ACADEMY, holds=Role.HEAD_TEACHER),
    ],
    ids=[
        "same name alone",
        "second name",
        "initial",
        "slip",
        "short form and other half",
        "former name",
        "same telephone alone",
        "another reader, and another link as the source says",
    ],
)
def test_where_a_reader_is_like_the_perpetrator_a_person_is_asked_before_that_school_is_told(
    town: Town, person: Person
) -> None:
    concern = siblings().but(people=(person,)).made()
    town.send(concern)
    assert PRIMARY not in town.told(concern)
    assert {d["recipient"]: d["outcome"] for d in town.story(concern)["decisions"]}[PRIMARY] == "cannot_decide"
    assert ("sharing", "1") in {(review["cause"], review["subject"]) for review in town.story(concern)["reviews"]}


def test_a_likeness_at_one_school_holds_back_no_other(town: Town) -> None:
    concern = siblings().but(people=(suspect("Fiona Lockheart", None),)).made()
    town.send(concern)
    assert town.told(concern) == {ACADEMY: "disclose"}
    assert {review["subject"] for review in town.story(concern)["reviews"]} == {"1"}


def test_an_unlike_name_asks_nobody(town: Town) -> None:
    concern = a_concern(people=(suspect("Gregor Lockhart", "07700 900123"),)).about(ISLA).made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose"}
    assert town.story(concern)["reviews"] == []


def test_a_perpetrator_at_the_front_door_never_hears_of_a_child_whom_nobody_knows(town: Town) -> None:
    door = town.parts.rules.organisations["la.glenmore"].holders[Role.FRONT_DOOR][0]
    concern = a_concern(people=(suspect(door.name, door.contact),)).about(STRANGER).made()
    town.send(concern)
    assert [
        d["role"]
        for d in town.story(concern)["deliveries"]
        if d["recipient"] == "la.glenmore" and d["purpose"] == "disclose"
    ] in ([], ["designated_officer"])


def test_that_somebody_is_barred_lies_in_clear_nowhere(town: Town) -> None:
    concern = a_concern(people=(suspect(*PRIMARY_DSL),)).about(ISLA).made()
    town.send(concern)
    assert any("barred" in reason for d in town.story(concern)["decisions"] for reason in d["reasons"])
    assert "barred" not in town.dump()


def test_a_source_s_own_word_on_the_school_is_never_used(town: Town) -> None:
    from hub.facts.model import Registration

    claimed = Subject("1", STRANGER, flags=frozenset(), registrations=(Registration(ACADEMY, Relationship.ENROLLED),))
    concern = replace(a_concern().made(), subjects=(claimed,))
    town.send(concern)
    assert ACADEMY not in town.told(concern)


# --- repeats and order ----------------------------------------------------------------------------------------------


def test_the_same_event_again_is_told_once(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    record = town.sealed(concern)
    town.route([town.record(*record), town.record(*record)])
    town.route([town.record(*record)])
    assert len(town.story(concern)["deliveries"]) == 1
    assert town.dead() == []


def test_the_same_sequence_of_a_case_is_one_event_however_often_it_is_sealed(town: Town) -> None:
    concern = a_concern().about(ISLA)
    town.send(concern.made())
    town.send(concern.but().made())
    assert town.query("select count(*) from event") == [(1,)]
    assert town.query("select count(*) from delivery") == [(1,)]


def test_one_event_id_with_two_contents_is_refused_and_the_first_stands(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.send(replace(concern, sequence=2))
    assert town.dead() == ["conflicting_event"]
    assert town.told(concern) == {PRIMARY: "disclose"}


def test_an_older_event_that_arrives_late_is_held_back_from_whoever_heard_the_newer(town: Town) -> None:
    first = a_concern(sequence=1).about(ISLA).about(FINLAY)
    update = a_concern(sequence=2, kind=EventKind.UPDATED).about(ISLA)
    town.send(update.made())
    late = first.made()
    town.send(late)
    assert town.told(late) == {ACADEMY: "disclose"}
    held = next(d for d in town.story(late)["decisions"] if d["recipient"] == PRIMARY)
    assert held["outcome"] == "withhold"
    assert "newer event" in held["reasons"][0]


def test_an_event_wholly_overtaken_is_superseded(town: Town) -> None:
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(ISLA).made())
    late = a_concern(sequence=1).about(ISLA).made()
    town.send(late)
    assert town.story(late)["outcome"] == "superseded"
    assert town.told(late) == {}


def test_a_retraction_cancels_what_is_undelivered(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert [(d["status"], d["reason"]) for d in town.story(concern)["deliveries"]] == [("cancelled", "retracted")]


def test_a_retraction_tells_those_already_told_without_content(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    with town.parts.connect() as connection:
        connection.execute("update delivery set status = 'accepted', attempts = 1")
    retraction = a_concern(kind=EventKind.RETRACTED, sequence=2).made()
    town.send(retraction)
    assert town.told(retraction) == {PRIMARY: "recall"}
    body = town.query("select body from delivery where purpose = 'recall'")[0][0]
    assert str(town.story(concern)["deliveries"][0]["delivery_id"]).encode() in body
    assert b"Isla" not in body


def test_a_retraction_in_the_same_batch_cancels_too(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern, a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert town.told(concern) == {}


def test_what_comes_after_its_own_retraction_is_told_to_nobody(town: Town) -> None:
    late = a_concern(sequence=1).about(ISLA).made()
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    town.send(late)
    both = a_concern(reference="VPD-2026-000999", sequence=1).about(FINLAY).made()
    town.send(a_concern(reference="VPD-2026-000999", kind=EventKind.RETRACTED, sequence=2).made(), both)
    assert town.story(late)["outcome"] == town.story(both)["outcome"] == "retracted"
    assert town.told(late) == town.told(both) == {}


def test_renumbered_siblings_are_all_recalled(town: Town) -> None:
    first = a_concern(sequence=1, category=Category.NEGLECT).about(ISLA).about(FINLAY).made()
    update = a_concern(sequence=2, kind=EventKind.UPDATED, category=Category.NEGLECT).about(FINLAY).about(ISLA).made()
    town.send(first)
    town.send(update)
    with town.parts.connect() as connection:
        connection.execute("update delivery set status = 'accepted', attempts = 1")
    told = {row[0] for row in town.query("select delivery_id::text from delivery where purpose = 'disclose'")}
    assert len(told) == 4
    retraction = a_concern(kind=EventKind.RETRACTED, sequence=3).made()
    town.send(retraction)
    assert town.dead() == []
    bodies = [json.loads(row[0]) for row in town.query("select body from delivery where purpose = 'recall'")]
    assert {recalled for body in bodies for recalled in body["data"]["recalls"]} == told


def test_a_late_event_about_an_unknown_child_is_never_held_back_for_another_unknown_child(town: Town) -> None:
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(replace(STRANGER, given_names="Cosmo")).made())
    late = a_concern(sequence=1).about(STRANGER).made()
    town.send(late)
    assert town.told(late) == {"la.glenmore": "disclose"}


def test_each_child_s_reasons_for_a_person_stand_under_that_child(town: Town) -> None:
    concern = a_concern().about(ISLA).about(replace(TWIN, given_names="Oona")).made()
    town.send(concern)
    assert [(review["subject"], review["cause"]) for review in town.story(concern)["reviews"]] == [("2", "match")]


# --- time -----------------------------------------------------------------------------------------------------------


def test_a_raised_time_in_the_future_is_clamped_and_flagged(town: Town) -> None:
    concern = a_concern(raised_at=town.now + timedelta(days=3)).about(ISLA).made()
    town.send(concern)
    assert town.query("select raised_at, raised_ahead from event") == [(town.now, True)]


def test_the_delivery_is_due_by_the_earlier_of_rule_and_tier(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    (delivery,) = town.story(concern)["deliveries"]
    assert delivery["due_by"] == SATURDAY_NIGHT + timedelta(hours=1)


# --- what is never opened -------------------------------------------------------------------------------------------


def test_a_withheld_part_that_holds_rubbish_does_not_stop_routing(town: Town) -> None:
    from hub.wire import sealed

    concern = siblings().made()
    rubbish_part = 2 + 2 + 1 + 2  # facts, keys, two identities, one person, then two summaries; detail is next

    class Rubbish(sealed.Sealer):
        def _append(self, key_id: str, body: bytes) -> None:
            super()._append(key_id, b"rubbish" * 9 if len(self._parts) == rubbish_part else body)

    original = sealed.Sealer
    sealed.Sealer = Rubbish  # type: ignore[misc]
    try:
        record = town.sealed(concern)
    finally:
        sealed.Sealer = original  # type: ignore[misc]
    town.route([town.record(*record)])
    assert town.told(concern) == {PRIMARY: "disclose", ACADEMY: "disclose"}
    assert town.dead() == []


def test_a_released_part_that_holds_rubbish_is_a_dead_letter_and_tells_nobody(town: Town) -> None:
    from hub.wire import sealed

    concern = a_concern().about(ISLA).saying("concern.summary", "Seen and well.").made()

    class Rubbish(sealed.Sealer):
        def add_content(self, key: bytes, plaintext: bytes) -> None:
            self._append("", b"rubbish" * 9)

    original = sealed.Sealer
    sealed.Sealer = Rubbish  # type: ignore[misc]
    try:
        record = town.sealed(concern)
    finally:
        sealed.Sealer = original  # type: ignore[misc]
    town.route([town.record(*record)])
    assert town.dead() == ["unopenable"]
    assert town.query("select recipient, purpose from delivery") == [("police.caledon", "notify")]


def test_an_unusable_event_leaves_nothing_behind_on_which_another_of_its_case_rests(town: Town) -> None:
    from hub.wire import sealed

    class Rubbish(sealed.Sealer):
        def add_content(self, key: bytes, plaintext: bytes) -> None:
            self._append("", b"rubbish" * 9)

    newer = a_concern(sequence=2, kind=EventKind.UPDATED).about(ISLA).saying("concern.summary", "Worse.").made()
    older = a_concern(sequence=1).about(ISLA).saying("concern.summary", "Seen and well.").made()
    original = sealed.Sealer
    sealed.Sealer = Rubbish  # type: ignore[misc]
    try:
        unusable = town.sealed(newer)
    finally:
        sealed.Sealer = original  # type: ignore[misc]
    town.route([town.record(*unusable), town.record(*town.sealed(older))])
    assert town.dead() == ["unopenable"]
    assert town.told(older) == {PRIMARY: "disclose"}


# --- bad records ----------------------------------------------------------------------------------------------------


def test_bad_records_become_dead_letters_and_never_stop_their_batch(town: Town) -> None:
    good = [a_concern(reference=f"VPD-{n}").about(ISLA).made() for n in range(2)]
    key, value = town.sealed(a_concern(reference="VPD-other").about(FINLAY).made())
    town.route(
        [
            town.record(*town.sealed(good[0])),
            town.record(key, None),
            town.record(key, b""),
            town.record(key, b"{}"),
            town.record(key, value[:-3]),
            town.record(b"x" * 32, value),
            town.record(key, value, tier="immediate"),
            town.record(*town.sealed(good[1])),
        ]
    )
    assert town.told(good[0]) == town.told(good[1]) == {PRIMARY: "disclose"}
    assert sorted(town.dead()) == sorted(
        ["not_framed", "not_framed", "not_framed", "undecodable", "case_key_mismatch", "tier_mismatch"]
    )


def test_a_forger_silences_nobody(town: Town) -> None:
    key, value = town.sealed(a_concern().about(FINLAY).made())
    town.route([town.record(key, value[:60] + bytes([value[60] ^ 1]) + value[61:]) for _ in range(60)])
    assert town.query("select count(*) from source_standing") == [(0,)]
    concern = a_concern(reference="VPD-next").about(ISLA).made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose"}
    assert {row[0] for row in town.query("select owner from dead_letter")} == {"hub"}


def bad_facts(town: Town, number: int):
    """A signed event whose facts lie outside the closed lists: its source's own fault."""
    concern = a_concern(reference=f"BAD-{number}").about(ISLA).made()
    return replace(
        concern, content=(replace(a_concern().about(ISLA).saying("child.voice", "x").content[0], subjects=("7",)),)
    )


def test_a_source_that_sends_many_bad_records_is_quarantined_alone_and_released_by_hand(town: Town) -> None:
    town.send(*(bad_facts(town, n) for n in range(25)))
    assert set(town.dead()) == {"invalid_fact"}
    concern = a_concern(reference="VPD-after").about(ISLA).made()
    other = a_concern(source="police.westshire", reference="WS-1").about(ISLA).made()
    town.send(concern, other)
    assert town.dead()[-1] == "quarantined"
    assert town.story(other)["outcome"] == "matched"
    with town.parts.connect() as connection:
        connection.execute("update source_standing set quarantined_at = null, bad_count = 0")
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose"}


def test_the_same_bad_records_again_count_once(town: Town) -> None:
    records = [town.record(*town.sealed(bad_facts(town, n))) for n in range(11)]
    town.route(records)
    told = town.query("select count(*) from outbox")
    town.route(records)
    assert town.query("select bad_count, quarantined_at from source_standing") == [(11, None)]
    assert town.query("select count(*) from outbox") == told
    assert len(town.dead()) == 11


def test_copies_of_one_bad_record_quarantine_nobody(town: Town) -> None:
    key, value = town.sealed(bad_facts(town, 1))
    town.route([town.record(key, value) for _ in range(40)])
    assert town.query("select bad_count from source_standing") == [(1,)]
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose"}


def test_the_source_s_duty_desk_hears_at_once_of_an_event_that_could_not_be_used(town: Town) -> None:
    concern = replace(bad_facts(town, 1), tier=Tier.IMMEDIATE)
    town.send(concern)
    ((recipient, role, purpose, due, body),) = town.query("select recipient, role, purpose, due_by, body from delivery")
    assert (recipient, role, purpose) == ("police.caledon", "duty_officer", "notify")
    assert due == town.now + timedelta(minutes=5)
    assert str(concern.event_id) in str(body)
    assert town.query("select due_by from dead_letter") == [(town.now + timedelta(minutes=30),)]


@pytest.mark.parametrize("key", ["Isla Abercorn", "", "a\0b", "x" * 40, "1;2"])
def test_a_subject_key_that_could_say_something_of_the_child_is_refused(town: Town, key: str) -> None:
    from hub.facts.model import Subject

    town.send(replace(a_concern().made(), subjects=(Subject(key, ISLA),)))
    assert town.dead() == ["invalid_fact"]


def test_a_good_copy_in_the_batch_of_a_bad_one_is_decided(town: Town) -> None:
    from hub.wire import sealed

    class Rubbish(sealed.Sealer):
        def add_content(self, key: bytes, plaintext: bytes) -> None:
            self._append("", b"rubbish" * 9)

    concern = a_concern().about(ISLA).saying("concern.summary", "Seen and well.")
    original = sealed.Sealer
    sealed.Sealer = Rubbish  # type: ignore[misc]
    try:
        bad = town.sealed(concern.made())
    finally:
        sealed.Sealer = original  # type: ignore[misc]
    good = concern.but().made()
    town.route([town.record(*bad), town.record(*town.sealed(good))])
    assert town.dead() == ["unopenable"]
    assert town.told(good) == {PRIMARY: "disclose"}


def test_what_is_decided_already_is_a_repeat_also_in_quarantine(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    record = town.record(*town.sealed(concern))
    town.route([record])
    with town.parts.connect() as connection:
        connection.execute("insert into source_standing values ('police.caledon', now(), 30, now())")
    town.route([record])
    assert town.dead() == []


def test_another_record_at_the_same_coordinates_is_another_dead_letter(town: Town) -> None:
    town.route([replace(town.record(b"k", b"one"), offset=1)])
    town.route([replace(town.record(b"k", b"two"), offset=1)])
    assert town.dead() == ["not_framed", "not_framed"]


def test_a_retraction_answers_what_a_person_was_asked(town: Town) -> None:
    concern = a_concern().about(replace(TWIN, given_names="Oona")).made()
    town.send(concern)
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert [review["status"] for review in town.story(concern)["reviews"]] == ["decided"]


def test_a_concern_raised_centuries_ago_is_a_mistake_in_its_date(town: Town) -> None:
    for number in range(25):
        town.send(a_concern(raised_at=SATURDAY_NIGHT.replace(year=1726), reference=f"OLD-{number}").about(ISLA).made())
    assert town.dead() == ["out_of_bounds"] * 25
    sound = a_concern().about(ISLA).made()
    town.send(sound)
    assert town.told(sound) == {PRIMARY: "disclose"}, "an adapter that let such dates pass is no reason for quarantine"


def test_two_recipients_without_keys_hold_back_only_themselves(town: Town, monkeypatch) -> None:
    from hub.routing.context import Context

    honest = Context.recipient_keys
    monkeypatch.setattr(Context, "recipient_keys", lambda self, r: honest(self, r) if r.organisation == ACADEMY else [])
    concern = a_concern(category=Category.MISSING).about(ISLA).about(FINLAY).made()
    town.send(concern)
    assert town.dead() == []
    assert [d["recipient"] for d in town.story(concern)["deliveries"] if d["status"] == "pending"] == [ACADEMY]


def test_a_few_bad_records_quarantine_nobody(town: Town) -> None:
    town.send(*(bad_facts(town, n) for n in range(5)))
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    assert town.told(concern) == {PRIMARY: "disclose"}


def test_a_record_on_which_the_hub_itself_fails_is_buried_alone(town: Town, monkeypatch) -> None:
    from hub.routing import pipeline

    poison = a_concern(reference="VPD-poison").about(FINLAY).made()
    honest = pipeline.plan

    def failing(opened, *rest):
        if opened.checked.event_id == poison.event_id:
            raise ZeroDivisionError
        return honest(opened, *rest)

    monkeypatch.setattr(pipeline, "plan", failing)
    good = [a_concern(reference=f"VPD-{n}").about(ISLA).made() for n in range(4)]
    town.send(good[0], good[1], poison, good[2], good[3])
    assert town.dead() == ["hub_fault"]
    assert all(town.told(concern) == {PRIMARY: "disclose"} for concern in good)


def test_a_row_the_database_refuses_is_found_by_bisection(town: Town, monkeypatch) -> None:
    from hub.routing import pipeline

    honest = pipeline.record_event
    bad = a_concern(reference="VPD-bad").about(FINLAY).made()

    def refused(routed, context):
        rows = honest(routed, context)
        if rows.event.event_id == bad.event_id:
            rows.decisions = [row._replace(rule="a\0b") for row in rows.decisions]
        return rows

    monkeypatch.setattr(pipeline, "record_event", refused)
    good = [a_concern(reference=f"VPD-{n}").about(ISLA).made() for n in range(3)]
    town.send(good[0], bad, good[1], good[2])
    assert town.dead() == ["store_refused"]
    assert all(town.told(concern) == {PRIMARY: "disclose"} for concern in good)
    assert town.query("select count(*) from event where event_id = %s", bad.event_id) == [(0,)]


# --- proof ----------------------------------------------------------------------------------------------------------


def test_every_decision_delivery_and_dead_letter_is_in_the_ledger_which_only_grows(town: Town) -> None:
    import psycopg

    concern = siblings().made()
    town.send(concern)
    town.route([town.record(b"k", b"rubbish")])
    kinds = [row[0] for row in town.query("select kind from ledger_entry order by seq")]
    assert sorted(kinds) == ["dead_letter", "decision", "decision", "disclosure", "disclosure"]
    for statement in ("update ledger_entry set kind = 'x'", "delete from ledger_entry", "truncate ledger_entry"):
        with pytest.raises(psycopg.errors.RaiseException):
            town.query(statement)


def test_the_given_is_kept_encrypted_and_gives_the_same_decision_again(town: Town) -> None:
    from hub.routing.recording import open_evidence
    from hub.sharing import decide
    from hub.sharing.writing.given import read_given

    concern = siblings().made()
    town.send(concern)
    ((event_id, key_id, sealed),) = town.query("select event_id, evidence_key, evidence from event")
    kept = open_evidence(town.parts.evidence, key_id, sealed, event_id)["given"]
    again = decide(read_given(kept, town.now), town.parts.rules, town.now, signed=None)
    assert {(d.subject, d.recipient.organisation) for d in again.decisions} == {("1", PRIMARY), ("2", ACADEMY)}
    assert b"Abercorn" not in sealed
    assert b"domestic" not in sealed


def test_nothing_personal_lies_in_plain_text_in_any_table(town: Town) -> None:
    town.send(siblings().made(), a_concern(reference="VPD-9").about(STRANGER).made())
    dump = town.dump()
    for word in (
        "Isla",
        "Finlay",
        "Abercorn",
        "Wilhelmina",
        "2017-09-14",
        "1409179988",
        "Quarry",
        "ZG1 4AB",
        "stairs",
        "Gregor",
        "VPD-2026",
    ):
        assert word not in dump, f"a word that must not be there, of length {len(word)}"


def test_unused_category_does_not_reach_the_school(town: Town) -> None:
    concern = a_concern(category=Category.FIRE_RISK).about(ISLA).made()
    town.send(concern)
    assert PRIMARY not in town.told(concern)


def test_an_event_id_is_told_to_the_sender_with_counts_and_never_with_names(town: Town) -> None:
    from hub.keys.hpke import private_key, unseal
    from hub.wire.news import news_info

    concern = siblings(event_id=uuid4()).made()
    town.send(concern)
    ((topic, value),) = town.query("select topic, value from outbox")
    assert topic == "receipts.police.caledon"
    news = town.parts.schemas.decode("SealedNews", value)
    from hub.keys.files import FileKeys

    raw = FileKeys(town.settings.agency_keys("police.caledon")).private_raw(news["key_id"])
    opened = town.parts.schemas.decode(
        "News",
        unseal("x25519", private_key("x25519", raw), news["sealed"], news_info(concern.event_id, "police.caledon")),
    )
    assert (opened["outcome"], opened["told"]) == ("matched", 2)
