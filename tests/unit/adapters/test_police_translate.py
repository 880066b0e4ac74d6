"""A public protection notice becomes a concern, or every fault of it is named."""

import json
from datetime import UTC, date, datetime

import pytest

from hub.facts.model import Identity, Practitioner
from hub.facts.terms import Category, Caveat, Consent, EventKind, Flag, PersonRole, Risk, Role, Tier
from tests.unit.adapters.builders import CALEDON, EXAMPLES, a_child, a_notice, the_concern, the_faults, translated


def content_of(concern):
    return [(part.item, part.subjects, part.value) for part in concern.content]


def test_the_siblings_of_saturday_night():
    concern = the_concern((EXAMPLES / "siblings-on-saturday-night.json").read_bytes())

    assert concern.kind is EventKind.RAISED
    assert (concern.source, concern.reference, concern.sequence) == (CALEDON, "CAL-PPN-2026-004417", 1)
    assert (concern.tier, concern.category, concern.risk) == (Tier.URGENT, Category.DOMESTIC_ABUSE, Risk.SOME)
    assert concern.raised_at == datetime(2026, 3, 7, 23, 10, tzinfo=UTC)
    assert (concern.home_district, concern.incident_district) == ("ZG1", "ZG1")
    assert concern.consent is Consent.NOT_ASKED
    assert concern.practitioner == Practitioner("response officer")
    assert [subject.key for subject in concern.subjects] == ["1", "2"]
    assert concern.subjects[0].identity == Identity(
        given_names="Maisie",
        family_name="Thornbeck",
        date_of_birth="2017-11-02",
        sex="female",
        nhs_number="9990000018",
        address="14 Larkspur Wynd, Glenmore",
        postcode="ZG1 4AB",
    )
    assert concern.subjects[1].identity.known_as == "Roo"
    assert [(person.role, person.name, person.link_known, person.linked_to) for person in concern.people] == [
        (PersonRole.PARENT, "Isla Thornbeck", True, None),
        (PersonRole.ALLEGED_PERPETRATOR, "Callum Strachan-Vale", True, None),
    ]


def test_what_is_said_of_one_child_is_about_that_child_and_the_rest_about_all():
    concern = the_concern((EXAMPLES / "siblings-on-saturday-night.json").read_bytes())
    both = ("1", "2")
    assert [(item, subjects) for item, subjects, _ in content_of(concern)] == [
        ("concern.detail", both),
        ("concern.actions_taken", both),
        ("concern.indicators", both),
        ("offence.details", both),
        ("person.practitioner", both),
        ("person.parent", both),
        ("person.alleged_perpetrator", both),
        ("incident.type", ("1",)),
        ("incident.occurred_at", ("1",)),
        ("incident.place", ("1",)),
        ("incident.attended_by", ("1",)),
        ("child.school", ("1",)),
        ("child.present", ("1",)),
        ("child.voice", ("1",)),
        ("concern.summary", ("1",)),
        ("incident.type", ("2",)),
        ("incident.occurred_at", ("2",)),
        ("incident.place", ("2",)),
        ("incident.attended_by", ("2",)),
        ("child.school", ("2",)),
        ("child.present", ("2",)),
        ("child.voice", ("2",)),
        ("concern.summary", ("2",)),
    ]
    values = {(item, subjects): value for item, subjects, value in content_of(concern)}
    assert values["concern.summary", ("2",)] == (
        "Rory stood between the adults when officers arrived. He was not hurt."
    )
    assert values["incident.place", ("1",)] == {"address": "14 Larkspur Wynd, Glenmore", "postcode": "ZG1 4AB"}
    assert values["incident.occurred_at", ("2",)] == datetime(2026, 3, 7, 21, 40, tzinfo=UTC)
    assert values["offence.details", both] == "Threatening or abusive behaviour; Vandalism"
    assert values["person.practitioner", both] == [
        {"name": "C1417", "relationship": "response officer", "date_of_birth": None, "contact": "01632 960141"}
    ]


def test_a_single_child_with_a_safe_address_and_a_linked_person():
    concern = the_concern((EXAMPLES / "single-child.json").read_bytes())
    child = concern.subjects[0]
    assert concern.sequence == 1773066728250  # 2026-03-09T14:32:08.250Z in milliseconds
    assert concern.tier is Tier.URGENT
    assert concern.practitioner.override_reason == "Child may go back to the address this evening."
    assert child.identity.given_names == "Wren \u00c9ilidh"
    assert child.identity.previous_family_names == ("Quill",)
    assert (child.identity.date_of_birth, child.identity.sex, child.identity.chi_number) == ("2019-01", None, None)
    assert child.flags == frozenset()
    accused, witness = concern.people
    assert (accused.link_known, accused.linked_to) == (True, "school.glenmore-primary")
    assert accused.holds is Role.DESIGNATED_SAFEGUARDING_LEAD
    assert (witness.link_known, witness.linked_to) == (False, None)
    values = {item: value for item, _, value in content_of(concern)}
    assert values["child.safe_address"] == {"address": "c/o 21 Harebell Row, Glenmore", "postcode": "ZG1 9XY"}
    assert values["health.injury"] == "Old bruise on the left forearm, seen by a paramedic."
    assert values["concern.summary"] == "A child of seven was alone in a cold flat with no food in the kitchen."


def test_an_update_has_the_same_reference_and_a_later_version():
    concern = the_concern((EXAMPLES / "update.json").read_bytes())
    assert (concern.kind, concern.reference, concern.sequence) == (EventKind.UPDATED, "CAL-PPN-2026-004417", 2)
    friends_parent = next(part for part in concern.content if part.item == "person.household")
    assert friends_parent.subjects == ("2",)


def test_a_retraction_names_nobody():
    concern = the_concern((EXAMPLES / "retraction.json").read_bytes())
    assert (concern.kind, concern.reference) == (EventKind.RETRACTED, "CAL-PPN-2026-004420")
    assert (concern.subjects, concern.content, concern.people) == ((), (), None)
    assert concern.tier is Tier.IMMEDIATE


def test_a_retraction_is_urgent_unless_it_is_more():
    retraction = json.loads((EXAMPLES / "retraction.json").read_text())
    del retraction["urgency"]
    assert the_concern(retraction).tier is Tier.URGENT
    assert the_concern(retraction | {"urgency": "routine"}).tier is Tier.URGENT


@pytest.mark.parametrize(
    ("risk", "urgency", "tier"),
    [
        ("life_at_risk", None, Tier.IMMEDIATE),
        ("life_at_risk", "routine", Tier.IMMEDIATE),
        ("significant_harm", None, Tier.URGENT),
        ("significant_harm", "immediate", Tier.IMMEDIATE),
        ("some", None, Tier.ROUTINE),
        ("some", "urgent", Tier.URGENT),
        ("none", None, Tier.ROUTINE),
    ],
)
def test_urgency_raises_the_tier_of_the_risk_and_never_lowers_it(risk, urgency, tier):
    assert the_concern(a_notice(risk=risk, urgency=urgency)).tier is tier


def test_unknown_is_not_none():
    silent = the_concern(a_notice())
    assert (silent.people, silent.consent, silent.subjects[0].flags) == (None, None, None)
    told = the_concern(a_notice(people=[], children=[a_child(flags=["looked_after"], capacity="competent")]))
    assert told.people == ()
    assert told.subjects[0].flags == {Flag.LOOKED_AFTER}


@pytest.mark.parametrize(
    ("postcodes", "district"),
    [
        (["ZG1 4AB", "zg1 9xy"], "ZG1"),
        (["ZG1 4AB", "ZG2 7QT"], None),
        (["ZG1 4AB", ""], "ZG1"),
        (["ZG1", "?"], None),
        (["ZZ99 3VZ", ""], None),
    ],
)
def test_the_home_district_is_one_that_the_children_share(postcodes, district):
    assert the_concern(a_notice(children=[a_child(postcode=text) for text in postcodes])).home_district == district


def test_the_version_counts_before_the_time_of_change():
    assert the_concern(a_notice(version=7, last_modified="2026-03-07T23:11:00Z")).sequence == 7


def test_a_wrong_check_digit_is_evidence_and_a_wrong_shape_is_a_fault():
    kept = the_concern(a_notice(children=[a_child(nhs_number="999 000-0019")]))
    assert kept.subjects[0].identity.nhs_number == "9990000019"
    wrong = a_child(nhs_number="99900", chi_number="12345678AB", upn="1", scn="12345678", hc_number="x" * 300)
    assert the_faults(a_notice(children=[wrong])) == (
        "children[0].nhs_number: must be ten digits.",
        "children[0].chi_number: must be ten digits.",
        "children[0].hc_number: must be ten digits.",
        "children[0].upn: must be a letter, eleven digits, and a digit or a letter.",
        "children[0].scn: must be nine digits.",
    )


def test_names_come_clean_of_what_no_name_holds():
    child = a_child(given_names="\u202eMai\0sie \U0001f600", family_name="Tho\u0301rnbeck", known_as="\u200b")
    dirty = translated(a_notice(children=[child]))
    assert dirty == ("children[0].known_as: holds no letter.",)
    identity = the_concern(a_notice(children=[child | {"known_as": ""}])).subjects[0].identity
    assert (identity.given_names, identity.family_name, identity.known_as) == ("Maisie", "Th\u00f3rnbeck", None)


def test_a_name_that_lost_a_letter_is_refused_and_a_narrative_is_not():
    lost = a_notice(children=[a_child(family_name="Thornb\ufffdck", narrative="She said \ufffdno\ufffd.")])
    assert the_faults(lost) == (
        "children[0].family_name: lost a letter before it got here (U+FFFD): export it again in UTF-8.",
    )


@pytest.mark.parametrize(
    ("born", "fault"),
    [
        ("2026-03-09", "lies in the future."),
        ("2027", "lies in the future."),
        ("2019-02-30", "is not a day of the calendar."),
        ("2019-13", "is not a day of the calendar."),
        ("0000-01-01", "is not a day of the calendar."),
        ("2000-03-07", "makes the person older than 25."),
        ("07/11/2017", "must be a date as YYYY-MM-DD, or a month as YYYY-MM, or a year as YYYY."),
        ("\u0662\u0660\u0661\u0667", "must be a date as YYYY-MM-DD, or a month as YYYY-MM, or a year as YYYY."),
    ],
)
def test_impossible_dates_of_birth_are_refused(born, fault):
    assert the_faults(a_notice(children=[a_child(date_of_birth=born)])) == (f"children[0].date_of_birth: {fault}",)


@pytest.mark.parametrize("born", ["2026-03-07", "2017", "2017-11", "2001-01-01"])
def test_possible_dates_of_birth_are_kept_as_given(born):
    assert the_concern(a_notice(children=[a_child(date_of_birth=born)])).subjects[0].identity.date_of_birth == born


def test_a_child_born_after_midnight_in_summer_was_not_born_in_the_future():
    just_after_midnight_in_london = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    born = a_notice(children=[a_child(date_of_birth="2026-07-01")])
    assert not isinstance(translated(born, received_at=just_after_midnight_in_london), tuple)


def test_every_fault_is_named_at_once_and_by_its_path():
    wrong = a_notice(
        version="1",
        raised_at="2026-03-07T23:10:00",
        category="theft",
        risk=None,
        badge=7,
        officer={"shoulder_number": 4},
        children=[a_child(date_of_birth="2031-01-01"), {"sex": "F"}, "Maisie", {"school": "x", "present": "yes"}],
        people=[{"role": "aunt", "link": {"organisation": "Glenmore Primary", "role": "janitor"}, "children": [9, -1]}],
    )
    roles = "'alleged_perpetrator', 'parent', 'victim', 'household', 'witness' or 'practitioner'"
    assert set(the_faults(wrong)) >= {
        "version: must be a whole number.",
        "raised_at: must say its offset from UTC, such as Z or +01:00.",
        "risk: is required.",
        "badge: is not a field of this format.",
        "officer.role: is required.",
        "officer.shoulder_number: must be text.",
        "children[0].date_of_birth: lies in the future.",
        "children[1].sex: must be one of 'female', 'male', 'other' or 'not_known'.",
        "children[1]: must say who the child is by a name, a date of birth, a number or a place.",
        "children[2]: must be an object.",
        "children[3].school: is not a field of this format.",
        "children[3].present: must be true or false.",
        f"people[0].role: must be one of {roles}.",
        "people[0].link.organisation: must be an organisation's id, such as school.glenmore-primary.",
        "people[0].children[0]: is not a position in children, which are counted from 0.",
        "people[0].children[1]: must be at least 0.",
    }
    assert any(text.startswith("category: must be one of 'domestic_abuse'") for text in the_faults(wrong))


def test_a_notice_says_its_type_and_its_place_in_the_case():
    assert the_faults(a_notice(notice_type="cancel")) == (
        "notice_type: must be one of 'raise', 'update' or 'retract'.",
    )
    assert the_faults(a_notice(version=None)) == ("version: is required, or else last_modified.",)


def test_a_retraction_with_children_is_refused():
    retraction = json.loads((EXAMPLES / "retraction.json").read_text())
    assert the_faults(retraction | {"children": [a_child()]}) == ("children: is not a field of this format.",)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "notice: is not JSON (line 1, column 1)."),
        (b"{'a': 1}", "notice: is not JSON (line 1, column 2)."),
        (b"[]", "notice: must be an object."),
        (b"\xff\xfe{", "notice: must be UTF-8 text."),
        (b'{"version": NaN}', "notice: holds a number or a depth that no notice needs."),
        (b'{"version": ' + b"9" * 5_000 + b"}", "notice: holds a number or a depth that no notice needs."),
        (b"[" * 100_000, "notice: holds a number or a depth that no notice needs."),
        (b'{"version": 1, "version": 2}', "version: is given twice in one object."),
        (b'{"Maisie Thornbeck": 1, "Maisie Thornbeck": 2}', "(another field): is given twice in one object."),
        (b" " * 8_388_609, "notice: is larger than 8,388,608 bytes."),
    ],
)
def test_what_is_no_notice_at_all_is_said_in_one_sentence(raw, fault):
    assert the_faults(raw) == (fault,)


def test_half_a_character_is_refused():
    faults = the_faults(b'{"summary": "\\ud83d"}')
    assert any("half a character" in text for text in faults)


def test_a_byte_order_mark_is_no_fault():
    assert the_concern(b"\xef\xbb\xbf" + json.dumps(a_notice()).encode()).sequence == 1


def test_a_narrative_of_five_megabytes_is_refused_and_so_is_one_of_twenty_thousand_and_one_letters():
    assert the_faults(a_notice(detail="x" * 5_000_000, risk="grave")) == (
        "risk: must be one of 'none', 'some', 'significant_harm' or 'life_at_risk'.",
        "detail: is too long: at most 20,000 characters.",
    )
    assert the_faults(a_notice(detail="x" * 20_001)) == ("detail: is too long: at most 20,000 characters.",)
    assert the_concern(a_notice(detail="x" * 20_000)).content[-1].item == "concern.detail"


def test_lists_have_limits():
    many = a_notice(children=[a_child()] * 21, people=[{"role": "parent"}] * 51, indicators=["safe"] * 31)
    assert the_faults(many) == (
        "children: holds too many entries: at most 20.",
        "people: holds too many entries: at most 50.",
        "indicators: holds too many entries: at most 30.",
    )


def test_no_more_faults_than_a_person_would_read():
    faults = the_faults(a_notice(**{f"field_{number}": 1 for number in range(500)}))
    assert len(faults) == 101
    assert faults[-1] == "notice: has 400 faults more."


def test_a_concern_and_a_notice_show_nothing_in_their_repr():
    concern = the_concern((EXAMPLES / "single-child.json").read_bytes())
    assert "Wren" not in repr(concern) + repr(concern.subjects) + repr(concern.content) + repr(concern.people)


# --- what forces record besides --------------------------------------------------------------------------------------


def of_unborn():
    return the_concern((EXAMPLES / "unborn-sibling.json").read_bytes())


def test_what_a_force_records_besides_is_an_item_each():
    told = {(item, subjects): value for item, subjects, value in content_of(of_unborn())}
    first = {item: value for (item, subjects), value in told.items() if subjects == ("1",)}
    assert first["child.whereabouts"] == "In the kitchen doorway, holding the door shut."
    assert first["child.spoken_to"] == {"spoken_to": True, "alone": False, "beside": "aunt"}
    assert first["child.earlier_addresses"] == [
        {"address": "3 Ferry Row, Glenmore", "postcode": "ZG1 1AB", "held_from": "2019", "held_until": "2025-11"}
    ]
    assert first["child.telephone"] == ["07700 900341"]
    assert first["child.language"] == "Polish; interpreter: Polish"
    assert first["child.school"] == "Glenmore College (college)"
    assert first["incident.crime_number"] == ["CAL-INC-20260308-0031", "CR/0021877/26"]
    assert first["incident.earlier"] == [
        {"reference": "CAL-INC-20251102-0340", "occurred_on": "2025-11-02", "type": "Domestic disturbance"}
    ]
    assert told["concern.consent_reason", ("1", "2", "3")] == "To ask would have told him that the child had spoken."
    assert told["child.estimated_age", ("3",)] == {"youngest": 5, "oldest": 7}
    assert told["child.description", ("3",)].startswith("Short fair hair")


def test_caveats_are_facts_with_the_day_of_deletion():
    concern = of_unborn()
    assert concern.caveats == {Caveat.DO_NOT_RAISE_WITH_PARENTS, Caveat.DELETE_BY}
    assert concern.delete_by == date(2027, 3, 8)


def test_an_unborn_child_is_a_subject_without_an_identity_and_its_mother_is_told_of_as_an_item():
    concern = of_unborn()
    assert [subject.flags for subject in concern.subjects] == [None, frozenset({Flag.UNBORN}), None]
    assert concern.subjects[1].identity == Identity()
    [told] = [part.value for part in concern.content if part.item == "child.unborn"]
    assert told == {
        "due_date": "2026-06",
        "mother": "Una Tarrant",
        "mother_date_of_birth": "1990-02-11",
        "mother_nhs_number": "9990000042",
        "mother_address": "8 Quay Street, Glenmore",
        "mother_postcode": "ZG1 2CD",
        "mother_telephone": "01632 960417",
    }
    assert concern.home_district == "ZG1"


def test_an_unborn_child_alone_lives_where_its_mother_does():
    concern = the_concern(a_notice(children=[{"unborn": {"mother": {"postcode": "ZG2 3EF"}}}]))
    assert concern.home_district == "ZG2"


def test_an_estimated_age_is_never_a_date_of_birth():
    assert of_unborn().subjects[2].identity == Identity()


@pytest.mark.parametrize(
    ("word", "holds", "other"),
    [
        ("head_teacher", Role.HEAD_TEACHER, None),
        ("Head Teacher", Role.HEAD_TEACHER, None),
        ("caretaker", None, "caretaker"),
        ("Teaching  assistant", None, "Teaching assistant"),
        ("", None, None),
    ],
)
def test_a_link_is_in_a_role_of_the_list_or_in_any_other_word(word, holds, other):
    link = {"organisation": "school.glenmore-primary", "role": word}
    [person] = the_concern(a_notice(people=[{"role": "parent", "link": link}])).people
    assert (person.linked_to, person.holds, person.holds_other) == ("school.glenmore-primary", holds, other)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"caveats": ["whisper"]}, "caveats[0]: must be one of"),
        ({"delete_by": "2027-03"}, "delete_by: must be a whole date as YYYY-MM-DD."),
        ({"delete_by": "2027-02-30"}, "delete_by: is not a day of the calendar."),
        ({"children": [a_child(estimated_age={"youngest": 7, "oldest": 5})]},
         "children[0].estimated_age: has a youngest that is above its oldest."),
        ({"children": [a_child(spoken_to={"alone": True})]}, "children[0].spoken_to.spoken_to: is required."),
        ({"children": [a_child(earlier_addresses=[{"held_from": "last year"}])]},
         "children[0].earlier_addresses[0].held_from: must be a date as YYYY-MM-DD"),
        ({"people": [{"role": "parent", "link": {"organisation": "school.glenmore-primary", "role": "x" * 61}}]},
         "people[0].link.role: is too long: at most 60 characters."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_named(changes, fault):
    [found] = the_faults(a_notice(**changes))
    assert found.startswith(fault)
