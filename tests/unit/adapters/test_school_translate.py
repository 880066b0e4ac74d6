"""A school's record becomes a concern, told so that a person can read it, or every fault of it is named."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.bridge.formats import MAX_NATIVE, Raised, Wrong
from adapters.bridge.reading.fields import TODAY
from adapters.school import FORMAT
from adapters.school.categories import CATEGORIES, GRAVEST_FIRST
from adapters.school.record import RaisedRecord
from hub.facts.model import Concern, Identity, Practitioner
from hub.facts.terms import Category, Caveat, Consent, EventKind, PersonRole, Risk, Tier
from tests.unit.adapters.builders import ids, raw

PRIMARY = "school.glenmore-primary"
EXAMPLES = Path(__file__).parents[3] / "adapters" / "school" / "examples"
TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
NO_MOMENT = "must be a day as YYYY-MM-DD, or a date and time with offset, such as 2026-03-06T09:10:00+00:00."
A_PUPIL = {"given_names": "Orla", "family_name": "Fenwick-Ross", "date_of_birth": "2014-10-23", "postcode": "ZG2 3PD"}
A_RECORD = {
    "record_type": "concern",
    "concern_id": "GPS-1",
    "version": 1,
    "raised_at": "2026-03-07T22:20:00+00:00",
    "categories": ["Physical abuse"],
    "level": "child_protection",
    "raised_by": {"role": "class teacher"},
    "pupils": [A_PUPIL],
}


def a_record(**changes):
    """A record with the least there must be; a change of None takes the field away."""
    return {name: value for name, value in (deepcopy(A_RECORD) | changes).items() if value is not None}


def a_pupil(**changes):
    return A_PUPIL | changes


def translated(record, received_at=TUESDAY):
    (read,) = FORMAT.translate(raw(record), source=PRIMARY, received_at=received_at, new_id=ids().__next__)
    match read:
        case Raised(concern):
            return concern
        case Wrong(faults):
            return faults


def the_concern(record):
    found = translated(record)
    assert isinstance(found, Concern), found
    return found


def the_faults(record):
    found = translated(record)
    assert isinstance(found, tuple), "it was accepted"
    return found


def an_example(name):
    return the_concern((EXAMPLES / f"{name}.json").read_bytes())


def values_of(concern, subject="1"):
    return {part.item: part.value for part in concern.content if subject in part.subjects}


# --- what a record says ----------------------------------------------------------------------------------------------


def test_what_a_pupil_said_becomes_a_concern_about_her():
    concern = an_example("what-a-pupil-said")
    assert (concern.kind, concern.source, concern.reference, concern.sequence) == (
        EventKind.RAISED,
        PRIMARY,
        "GPS-2026-0143",
        1,
    )
    assert (concern.category, concern.risk, concern.tier) == (
        Category.PHYSICAL_ABUSE,
        Risk.SIGNIFICANT_HARM,
        Tier.URGENT,
    )
    assert concern.consent is Consent.UNSAFE_TO_ASK
    assert concern.practitioner == Practitioner("class teacher, Primary 7")
    assert (concern.home_district, concern.incident_district) == ("ZG2", "ZG2")
    (pupil,) = concern.subjects
    assert (pupil.key, pupil.flags) == ("1", None)
    assert pupil.identity == Identity(
        given_names="Orla",
        family_name="Fenwick-Ross",
        date_of_birth="2014-10-23",
        sex="female",
        nhs_number="9990000050",
        address="6 Rowan Terrace, Glenmore",
        postcode="ZG2 3PD",
    )
    assert [(person.role, person.name, person.link_known) for person in concern.people] == [
        (PersonRole.PARENT, "Catriona Fenwick-Ross", True),
        (PersonRole.ALLEGED_PERPETRATOR, "Gordon Peill", True),
    ]


def test_her_words_stand_whole_with_when_to_whom_and_after_which_question():
    assert values_of(an_example("what-a-pupil-said"))["child.voice"] == (
        "Sat 7 Mar 2026, 21:35, to her class teacher:\n"
        "Asked: What happened to your arm?\n"
        "\u201cHe grabbed me and shook me because I dropped the plates. I don't want to go home on Sunday.\u201d"
    )


def test_who_was_there_when_she_spoke_is_said_apart():
    spoken_to = values_of(an_example("what-a-pupil-said"))["child.spoken_to"]
    assert spoken_to == {"spoken_to": True, "alone": False, "beside": "a second teacher"}


@pytest.mark.parametrize(
    ("times", "alone", "beside"),
    [
        ([{"alone": True}, {"alone": True}], True, None),
        ([{"alone": True}, {}], None, None),
        ([{}], None, None),
        ([{"alone": True}, {"alone": False}], False, None),
        ([{"beside": "her mother"}, {"alone": True}], False, "her mother"),
        ([{"beside": "a friend"}, {"beside": "her mother"}, {"beside": "a friend"}], False, "a friend; her mother"),
    ],
)
def test_a_pupil_was_alone_only_if_nobody_was_there_at_any_time(times, alone, beside):
    said = [{"words": "No.", **one} for one in times]
    values = values_of(the_concern(a_record(pupils=[a_pupil(said=said)])))
    assert values["child.spoken_to"] == {"spoken_to": True, "alone": alone, "beside": beside}


def test_of_a_pupil_whose_words_are_not_recorded_it_is_not_said_whether_anybody_spoke_with_her():
    assert "child.spoken_to" not in values_of(the_concern(a_record()))


def test_how_it_is_to_be_handled_and_why_nobody_was_asked_go_along():
    concern = an_example("what-a-pupil-said")
    assert concern.caveats == {Caveat.DO_NOT_RAISE_WITH_PARENTS}
    assert values_of(concern)["concern.consent_reason"] == "Whoever caused the marks may be at home with her mother."
    by = the_concern(a_record(caveats=["delete_by"], delete_by="2027-03-07"))
    assert (by.caveats, by.delete_by) == ({Caveat.DELETE_BY}, date(2027, 3, 7))


def test_a_caretaker_s_link_is_a_link_all_the_same():
    accused = {"role": "alleged_perpetrator", "link": {"organisation": PRIMARY, "role": "caretaker"}}
    (person,) = the_concern(a_record(people=[accused])).people
    assert (person.linked_to, person.holds, person.holds_other) == (PRIMARY, None, "caretaker")


def test_the_body_map_is_told_mark_by_mark():
    assert values_of(an_example("what-a-pupil-said"))["health.injury"] == (
        "Left upper arm, outer side: four round bruises in a row, blue, each about 1 cm "
        "(seen by class teacher, Sat 7 Mar 2026, 21:30).\n"
        "Left upper arm, inner side: one round bruise, blue, about 2 cm."
    )


def test_what_was_said_of_a_mark_stands_with_it():
    mark = {"where": "right shin", "seen": "a graze", "explanation": "She says she fell off her scooter"}
    found = values_of(the_concern(a_record(pupils=[a_pupil(body_map=[mark])])))
    assert found["health.injury"] == "Right shin: a graze. Said of it: She says she fell off her scooter."


def test_the_chronology_is_told_from_the_earliest_entry_on():
    assert values_of(an_example("what-a-pupil-said"))["concern.detail"] == (
        "Mon 24 Nov 2025, school nurse: Complained of stomach ache before going home; nothing was found.\n"
        "Mon 19 Jan 2026, class teacher: Came without a coat or a packed lunch, for the third Monday running.\n"
        "Thu 26 Feb 2026, 14:50, depute head teacher: Asked whether she could stay at after-school club until six "
        "every day."
    )


def test_what_was_decided_done_and_told_to_whom_is_one_account():
    assert values_of(an_example("what-a-pupil-said"))["concern.actions_taken"] == (
        "Decision of the designated safeguarding lead, Sat 7 Mar 2026, 22:05: child protection. The marks have no "
        "other explanation, and she would be home on Sunday afternoon.\n"
        "Done (Sat 7 Mar 2026, 22:10, class teacher): She shares a room with two friends tonight, and a teacher "
        "sleeps next door.\n"
        "Told the council's out-of-hours social work line by the designated safeguarding lead, Sat 7 Mar 2026, "
        "22:12. They asked for this record, and will ring back."
    )


def test_times_are_told_as_the_school_s_clock_showed_them():
    summer = {"who": "her father", "at": "2025-06-30T08:05:00+00:00"}
    found = values_of(the_concern(a_record(informed=[summer])))
    assert found["concern.actions_taken"] == "Told her father, Mon 30 Jun 2025, 09:05."


def test_attendance_is_told_in_half_days():
    assert values_of(an_example("what-a-pupil-said"))["school.attendance"] == (
        "86% since Mon 18 Aug 2025: came to 205 of 236 half days, 14 times late. Mostly Mondays."
    )


def test_staff_can_be_rung_back_and_a_sibling_is_one_of_the_household():
    values = values_of(an_example("what-a-pupil-said"))
    assert values["person.practitioner"] == [
        {
            "name": "Iona Blackadder",
            "relationship": "class teacher, Primary 7",
            "date_of_birth": None,
            "contact": "01632 960171",
        },
        {
            "name": "Fiona Lockhart",
            "relationship": "designated safeguarding lead",
            "date_of_birth": None,
            "contact": "01632 960152",
        },
    ]
    assert values["person.household"] == [
        {
            "name": "Finn Fenwick-Ross",
            "relationship": "brother, at Glenmore Nursery",
            "date_of_birth": "2021-06-11",
            "contact": None,
        }
    ]


def test_two_brothers_each_have_their_own_account_and_share_what_is_about_both():
    concern = an_example("brothers-without-lunch")
    assert (concern.category, concern.risk, concern.tier) == (Category.NEGLECT, Risk.SOME, Tier.ROUTINE)
    assert concern.sequence == 1_773_061_800_000  # 2026-03-09T13:10:00Z in milliseconds
    assert [(part.item, part.subjects) for part in concern.content] == [
        ("concern.actions_taken", ("1", "2")),
        ("concern.indicators", ("1", "2")),
        ("person.practitioner", ("1", "2")),
        ("person.parent", ("1", "2")),
        ("child.school", ("1",)),
        ("child.voice", ("1",)),
        ("child.spoken_to", ("1",)),
        ("concern.summary", ("1",)),
        ("school.attendance", ("1",)),
        ("child.school", ("2",)),
        ("child.disability", ("2",)),
        ("child.telephone", ("2",)),
        ("concern.summary", ("2",)),
        ("school.observations", ("2",)),
    ]
    assert values_of(concern, "2")["concern.summary"] == "Kit fell asleep in class twice today."


def test_an_update_goes_on_from_its_case_and_raises_the_tier():
    first, update = an_example("what-a-pupil-said"), an_example("update")
    assert (update.kind, update.reference, update.sequence) == (EventKind.UPDATED, first.reference, 2)
    assert (update.risk, update.tier) == (Risk.LIFE_AT_RISK, Tier.IMMEDIATE)


def test_a_withdrawal_names_nobody():
    concern = an_example("withdrawal")
    assert (concern.kind, concern.reference, concern.tier) == (EventKind.RETRACTED, "GPS-2026-0151", Tier.URGENT)
    assert (concern.subjects, concern.content, concern.people) == ((), (), None)


def test_the_lead_s_reason_for_an_emergency_is_the_lead_s_word():
    decision = {"role": "child protection coordinator", "emergency_reason": "She may be taken abroad tonight."}
    concern = the_concern(a_record(decision=decision))
    assert concern.practitioner == Practitioner("child protection coordinator", "She may be taken abroad tonight.")


@pytest.mark.parametrize(
    ("level", "risk", "tier"),
    [
        ("monitor", Risk.NONE, Tier.ROUTINE),
        ("early_help", Risk.NONE, Tier.ROUTINE),
        ("child_in_need", Risk.SOME, Tier.ROUTINE),
        ("child_protection", Risk.SIGNIFICANT_HARM, Tier.URGENT),
        ("immediate_danger", Risk.LIFE_AT_RISK, Tier.IMMEDIATE),
    ],
)
def test_the_level_is_the_risk_and_sets_the_tier(level, risk, tier):
    concern = the_concern(a_record(level=level))
    assert (concern.risk, concern.tier) == (risk, tier)
    assert FORMAT.tier_of(raw(a_record(level=level))) is tier
    assert the_concern(a_record(level=level, urgency="immediate")).tier is Tier.IMMEDIATE


# --- category words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "category"),
    [
        (["Self-Harm"], Category.SELF_HARM),
        (["self harm"], Category.SELF_HARM),
        (["CSE"], Category.SEXUAL_EXPLOITATION),
        (["Cause for Concern"], Category.WELLBEING),
        (["Operation Encompass"], Category.DOMESTIC_ABUSE),
        (["attendance", "Emotional abuse"], Category.EMOTIONAL_ABUSE),
        (["Emotional abuse", "FGM", "Neglect"], Category.FGM),
        (["Year 6 trip", "young_carer"], Category.YOUNG_CARER),
        (["Child-on-child abuse"], Category.PHYSICAL_ABUSE),
    ],
)
def test_the_gravest_of_the_school_s_own_words_is_the_category_and_all_go_along(words, category):
    concern = the_concern(a_record(categories=words))
    assert concern.category is category
    assert values_of(concern)["concern.indicators"] == words


def test_a_word_that_is_not_known_goes_along_and_the_answer_says_so():
    record = raw(a_record(categories=["Neglect", "Purple folder"]))
    (read,) = FORMAT.translate(record, source=PRIMARY, received_at=TUESDAY, new_id=ids().__next__)
    assert read.left_out == (
        "categories[1]: is no word that the adapter knows: it went along as an indicator, and decided nothing.",
    )


def test_every_category_of_the_hub_has_a_word_and_a_place_in_the_order():
    assert set(GRAVEST_FIRST) == set(Category)
    assert {meant.value.replace("_", " ") for meant in Category} <= set(CATEGORIES)


def test_words_of_which_none_is_known_are_refused():
    assert the_faults(a_record(categories=["Purple folder"])) == (
        "categories: none of them is known: write one of the hub's, or of adapters/school/categories.csv, as well.",
    )


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"record_type": "note"}, "record_type: must be one of 'concern', 'update' or 'withdrawal'."),
        ({"concern_id": " "}, "concern_id: is required."),
        ({"version": None}, "version: is required, or else last_modified."),
        ({"categories": []}, "categories: holds too few entries: at least 1."),
        ({"categories": "Neglect"}, "categories: must be a list."),
        ({"raised_at": "2026-03-07T22:20:00"}, "raised_at: must say its offset from UTC, such as Z or +01:00."),
        ({"raised_by": {"name": "A Teacher"}}, "raised_by.role: is required."),
        ({"pupils": []}, "pupils: holds too few entries: at least 1."),
        ({"pupils": [{"account": "Crying."}]},
         "pupils[0]: must say who the child is by a name, a date of birth, a number or a place."),
        ({"pupils": [A_PUPIL | {"date_of_birth": "2027-01-01"}]}, "pupils[0].date_of_birth: lies in the future."),
        ({"pupils": [A_PUPIL | {"age": 11}]}, "pupils[0].age: is not a field of this format."),
        ({"pupils": [A_PUPIL | {"body_map": [{"seen": "a bruise"}]}]}, "pupils[0].body_map[0].where: is required."),
        ({"pupils": [A_PUPIL | {"said": [{"words": "\n "}]}]}, "pupils[0].said[0].words: is required."),
        ({"pupils": [A_PUPIL | {"said": [{"words": "x", "at": "yesterday"}]}]},
         f"pupils[0].said[0].at: {NO_MOMENT}"),
        ({"pupils": [A_PUPIL | {"said": [{"words": "x", "at": "2026-03-07T22:00:00"}]}]},
         f"pupils[0].said[0].at: {NO_MOMENT}"),
        ({"pupils": [A_PUPIL | {"chronology": [{"at": "2026-13-01", "what": "x"}]}]},
         "pupils[0].chronology[0].at: must be a day as YYYY-MM-DD."),
        ({"pupils": [A_PUPIL | {"chronology": [{"at": "2026-W10-1", "what": "x"}]}]},
         f"pupils[0].chronology[0].at: {NO_MOMENT}"),
        ({"pupils": [A_PUPIL | {"chronology": [{"at": "2026-04-01", "what": "x"}]}]},
         "pupils[0].chronology[0].at: lies in the future."),
        ({"pupils": [A_PUPIL | {"chronology": [{"at": "0001-01-01T00:00:00+23:00", "what": "x"}]}]},
         f"pupils[0].chronology[0].at: {NO_MOMENT}"),
        ({"pupils": [A_PUPIL | {"attendance": {"since": "2025-08-18", "possible": 10, "attended": 11}}]},
         "pupils[0].attendance: more half days came late than came at all, or came than there were."),
        ({"pupils": [A_PUPIL | {"attendance": {"since": "2025-08-18", "possible": True, "attended": 1}}]},
         "pupils[0].attendance.possible: must be a whole number."),
        ({"people": [{"role": "parent", "pupils": [1]}]},
         "people[0].pupils[0]: is not a position in pupils, which are counted from 0."),
        ({"informed": [{"who": "mother"}]}, "informed[0].at: is required."),
        ({"actions": [{"what": "x" * 20_001}]}, "actions[0].what: is too long: at most 20,000 characters."),
        ({"decision": []}, "decision: must be an object."),
    ],
)  # fmt: skip
def test_a_fault_names_its_field_and_quotes_nothing(changes, fault):
    assert the_faults(a_record(**changes)) == (fault,)


def test_several_faults_are_told_at_once():
    record = a_record(level="urgent", pupils=[a_pupil(sex="girl"), {}])
    assert the_faults(record) == (
        "level: must be one of 'monitor', 'early_help', 'child_in_need', 'child_protection' or 'immediate_danger'.",
        "pupils[0].sex: must be one of 'female', 'male', 'other' or 'not_known'.",
        "pupils[1]: must say who the child is by a name, a date of birth, a number or a place.",
    )


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (b"", "notice: is not JSON (line 1, column 1)."),
        (b"[]", "notice: must be an object."),
        (b'{"pupils": [', "notice: is not JSON (line 1, column 13)."),
        (b'{"level": "monitor", "level": "monitor"}', "level: is given twice in one object."),
        (b'{"version": NaN}', "notice: holds a number or a depth that no notice needs."),
        (b"\xff\xfe{}", "notice: must be UTF-8 text."),
        (b"[" * 100_000, "notice: holds a number or a depth that no notice needs."),
        (b" " * (MAX_NATIVE + 1), "notice: is larger than 8,388,608 bytes."),
    ],
)
def test_what_is_no_record_is_answered_in_one_sentence(record, fault):
    assert the_faults(record) == (fault,)


def test_a_chronology_without_an_end_is_refused():
    entries = [{"at": "2026-01-19", "what": "Late."}] * 101
    assert the_faults(a_record(pupils=[a_pupil(chronology=entries)])) == (
        "pupils[0].chronology: holds too many entries: at most 100.",
    )


def test_a_record_of_an_hour_past_midnight_in_london_is_not_of_the_future():
    said = {"words": "No.", "at": "2026-07-01T00:20:00+01:00"}
    late = datetime(2026, 6, 30, 23, 25, tzinfo=UTC)
    found = translated(a_record(raised_at="2026-06-30T23:22:00+00:00", pupils=[a_pupil(said=[said])]), late)
    assert isinstance(found, Concern)
    assert values_of(found)["child.voice"].startswith("Wed 1 Jul 2026, 00:20:\n")


def test_a_record_shows_nothing_of_itself():
    record = RaisedRecord.model_validate_json(json.dumps(a_record()), context={TODAY: TUESDAY.date()})
    assert "Orla" not in f"{record!r} {record} {record.pupils!r} {record.pupils[0]}"
