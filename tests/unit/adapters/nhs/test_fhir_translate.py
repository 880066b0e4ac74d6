"""A FHIR bundle becomes a concern: which facts come from which elements."""

from datetime import UTC, datetime

import pytest

from hub.facts.model import Identity, Practitioner
from hub.facts.terms import Category, Caveat, EventKind, Flag, PersonRole, Risk, Tier
from tests.unit.adapters.nhs.bundles import (
    EXAMPLES,
    HUB,
    NHS,
    ROYAL,
    a_bundle,
    a_communication,
    a_header,
    a_patient,
    a_request,
    coded,
    concern_of,
    content_of,
    faults_of,
    identity_of,
    raised,
    values_of,
)

VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
SCT = "http://snomed.info/sct"
ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def test_an_attendance_with_a_safeguarding_concern():
    found = raised((EXAMPLES / "emergency-attendance.json").read_bytes())
    concern = found.concern

    assert (concern.kind, concern.source, concern.reference) == (EventKind.RAISED, ROYAL, "WR-SG-2026-0231")
    assert (concern.sequence, concern.tier, concern.category) == (1, Tier.URGENT, Category.NEGLECT)
    assert concern.raised_at == datetime(2026, 3, 7, 23, 4, tzinfo=UTC)
    assert (concern.home_district, concern.incident_district, concern.risk) == ("ZW1", None, None)
    assert concern.practitioner == Practitioner("Emergency medicine consultant")
    [child] = concern.subjects
    assert (child.key, child.flags) == ("1", None)
    assert child.identity == Identity(
        given_names="Tamsin Jo",
        family_name="Ashgrove",
        known_as="Tam",
        previous_family_names=("Penrose",),
        date_of_birth="2018-08-14",
        sex="female",
        nhs_number="9990000239",
        address="3 Fuller's Row, Westbridge",
        postcode="ZW1 3AD",
    )
    [mother] = concern.people
    assert (mother.role, mother.name, mother.contact) == (PersonRole.PARENT, "Lowenna Ashgrove", "07700 900232")
    assert (mother.link_known, mother.linked_to) == (False, None)
    assert found.left_out == (
        "Bundle.entry[8].resource (AllergyIntolerance): is of a type that this adapter does not use.",
    )


def test_what_each_resource_of_an_attendance_becomes():
    concern = concern_of((EXAMPLES / "emergency-attendance.json").read_bytes())
    assert {part.subjects for part in concern.content} == {("1",)}
    assert values_of(concern) == {
        "concern.summary": "Brought in by a neighbour with a scald to the left hand, about six hours old and not "
        "treated. Hungry and thinly dressed. Says that nobody was at home since the morning.",
        "concern.detail": "Third attendance in four months. Seen by the paediatric registrar; photographs taken. "
        "Stays on the ward tonight.",
        "concern.indicators": ["Neglect suspected", "Alert"],
        "person.practitioner": [
            {
                "name": "Anita Sood, Westshire Royal Hospital",
                "relationship": "Emergency medicine consultant",
                "date_of_birth": None,
                "contact": "01632 960103",
            }
        ],
        "person.parent": [
            {"name": "Lowenna Ashgrove", "relationship": "mother", "date_of_birth": None, "contact": "07700 900232"}
        ],
        "child.earlier_addresses": [
            {
                "address": "Flat 2, 40 Mill Lane, Westbridge",
                "postcode": "ZW2 7QP",
                "held_from": "2021-02-01",
                "held_until": "2025-09-30",
            }
        ],
        "child.telephone": ["07700 900231"],
        "child.gp": "Millbrook Surgery",
        "child.ethnicity": "White - British",
        "health.attendance": "Emergency attendance; at Westshire Royal Hospital; from 7 March 2026, 21:20; "
        "for: Scald of hand",
        "health.injury": "Scald, partial thickness; Left hand",
        "child.voice": "She said that she had made herself noodles.",
    }


def test_an_update_and_a_retraction_are_of_the_same_case_and_in_order():
    first, update, retraction = (
        concern_of((EXAMPLES / name).read_bytes())
        for name in ("emergency-attendance.json", "update.json", "retraction.json")
    )
    assert first.reference == update.reference == retraction.reference
    assert (first.sequence, update.sequence, retraction.sequence) == (1, 2, 3)
    assert (update.kind, retraction.kind) == (EventKind.UPDATED, EventKind.RETRACTED)
    assert (retraction.subjects, retraction.content, retraction.people) == ((), (), None)
    assert (retraction.tier, retraction.category) == (Tier.URGENT, Category.NEGLECT)


def test_siblings_in_xml_each_with_what_is_about_them():
    letter = "Letter of the paediatric ward."
    found = raised(
        (EXAMPLES / "siblings-referral.xml").read_bytes(), text_of=lambda _raw, form: _Text(f"{form}: {letter}")
    )
    concern = found.concern
    assert (concern.reference, concern.sequence) == ("CI-CP-2026-0114", 1773055812500)  # 11:30:12.500 in milliseconds
    assert (concern.tier, concern.category) == (Tier.ROUTINE, Category.WELLBEING)
    ewan, isla = concern.subjects
    assert (ewan.identity.nhs_number, ewan.identity.given_names, ewan.flags) == ("9990000263", "Ewan", None)
    assert (isla.identity.given_names, isla.identity.known_as) == ("Isla Mairi", "Mairi")
    assert (isla.identity.date_of_birth, isla.flags) == ("2019-04", frozenset({Flag.LOOKED_AFTER}))
    about = {(item, subjects): value for item, subjects, value in content_of(concern)}
    assert about["concern.detail", ("1",)] == (
        "Ewan missed three asthma reviews. He says that his room is too cold to sleep in."
    )
    assert about["concern.detail", ("1", "2")] == f"rtf: {letter}"
    document = about["concern.document", ("1", "2")]
    assert (document["title"], document["media_type"]) == ("Ward letter", "text/rtf")
    assert document["content"].startswith(b"{\\rtf1")
    assert about["person.parent", ("1",)][0]["name"] == "Catriona Rannoch"
    assert found.left_out == ()


class _Text:
    def __init__(self, text):
        self.text, self.why = text, None


# --- which case, in which order, how urgent -------------------------------------------------------------------------


def test_the_reference_is_the_focus_then_the_request_then_the_communication_then_the_bundle():
    both = (a_patient(), a_communication(), a_request())
    assert concern_of(a_bundle(*both)).reference == "SR-1"
    assert concern_of(a_bundle(a_header(), *both, type="message")).reference == "WR-1"
    assert concern_of(a_bundle(a_patient(), a_communication())).reference == "WR-1"
    unnamed = a_bundle(a_patient(), a_communication(identifier=None), identifier={"value": "B-7"})
    assert concern_of(unnamed).reference == "B-7"
    old = [{"use": "old", "value": "WR-0"}, {"value": "WR-2"}]
    assert concern_of(a_bundle(a_patient(), a_communication(identifier=old))).reference == "WR-2"


@pytest.mark.parametrize(
    ("meta", "bundle", "sequence"),
    [
        ({"versionId": "7", "lastUpdated": "2026-03-07T23:00:00Z"}, {}, 7),
        ({"versionId": "a7", "lastUpdated": "2026-03-07T23:00:00Z"}, {}, 1772924400000),
        ({"lastUpdated": "2026-03-07T23:00:00.250+01:00"}, {}, 1772920800250),
        (None, {}, 1772924700000),
        (None, {"timestamp": None, "meta": {"lastUpdated": "2026-03-07T23:00:00Z"}}, 1772924400000),
    ],
)
def test_the_sequence_is_the_version_else_the_last_change_else_when_the_bundle_was_made(meta, bundle, sequence):
    assert concern_of(a_bundle(a_patient(), a_communication(meta=meta), **bundle)).sequence == sequence


@pytest.mark.parametrize(
    ("priority", "tier"),
    [
        ("stat", Tier.IMMEDIATE),
        ("asap", Tier.URGENT),
        ("urgent", Tier.URGENT),
        ("routine", Tier.ROUTINE),
        (None, Tier.URGENT),
    ],
)
def test_the_priority_is_the_tier_and_what_nobody_graded_is_urgent(priority, tier):
    assert concern_of(a_bundle(a_patient(), a_communication(priority=priority))).tier is tier


def test_of_several_priorities_the_most_urgent_counts():
    both = a_bundle(a_patient(), a_communication(priority="routine"), a_request(priority="stat"))
    assert concern_of(both).tier is Tier.IMMEDIATE


def test_it_was_raised_when_it_was_sent_and_a_mere_day_is_no_such_time():
    assert concern_of(a_bundle()).raised_at == datetime(2026, 3, 7, 23, 4, tzinfo=UTC)
    day = a_bundle(a_patient(), a_communication(sent="2026-03-07"))
    assert concern_of(day).raised_at == datetime(2026, 3, 7, 23, 5, tzinfo=UTC)


def test_a_case_that_was_entered_in_error_is_retracted():
    concern = concern_of(a_bundle(a_patient(), a_communication(status="entered-in-error", priority="stat")))
    assert (concern.kind, concern.tier, concern.subjects) == (EventKind.RETRACTED, Tier.IMMEDIATE, ())
    revoked = a_bundle(a_patient(), a_request(status="revoked"))
    assert concern_of(revoked).kind is EventKind.RETRACTED


def test_the_risk_raises_the_tier_and_never_lowers_it():
    def tier(priority, risk):
        return concern_of(a_bundle(a_patient(), a_communication(priority=priority), a_flag(risk))).tier

    assert tier("routine", "life_at_risk") is Tier.IMMEDIATE
    assert tier("stat", "some") is Tier.IMMEDIATE
    assert tier(None, "some") is Tier.ROUTINE


# --- category, risk, flags ------------------------------------------------------------------------------------------


def a_condition(code, system=SCT, **more):
    return {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": coded(code, system), **more}


def test_the_senders_reason_goes_before_what_the_record_holds():
    record = a_condition("82313006")
    assert concern_of(a_bundle(a_patient(), a_communication(), record)).category is Category.NEGLECT
    silent = a_communication(reasonCode=None)
    assert concern_of(a_bundle(a_patient(), silent, record)).category is Category.SELF_HARM
    header = a_header(eventCoding={"system": HUB, "code": "fgm"})
    assert concern_of(a_bundle(header, a_patient(), silent, record, type="message")).category is Category.FGM


def test_of_several_reasons_the_first_of_the_mapping_file_counts():
    two = a_communication(reasonCode=[coded("wellbeing"), coded("domestic_abuse")])
    assert concern_of(a_bundle(a_patient(), two)).category is Category.DOMESTIC_ABUSE


def a_flag(code, **more):
    said = {"resourceType": "Flag", "status": "active", "code": coded(code), "subject": {"reference": "Patient/p1"}}
    return said | more


def test_active_flags_are_standing_facts_and_no_flag_is_no_answer():
    flags = (a_flag("looked_after"), a_flag("child_protection_plan"), a_flag("restricted", status="inactive"))
    found = raised(a_bundle(a_patient(), a_communication(), *flags))
    [child] = found.concern.subjects
    assert child.flags == frozenset({Flag.LOOKED_AFTER, Flag.CHILD_PROTECTION_PLAN})
    assert found.left_out == (
        (
            "Bundle.entry[4].resource (Flag): is not used: its status says that it did not happen, was a mistake, or "
            "holds no longer."
        ),
    )
    assert concern_of(a_bundle()).subjects[0].flags is None


def test_the_gravest_risk_counts():
    both = (a_flag("some"), a_flag("significant_harm"))
    assert concern_of(a_bundle(a_patient(), a_communication(), *both)).risk is Risk.SIGNIFICANT_HARM


# --- who the child is -----------------------------------------------------------------------------------------------


def test_the_official_name_the_usual_one_and_earlier_ones():
    names = [
        {"use": "maiden", "family": "Quill"},
        {"use": "usual", "family": "Ashgrove", "given": ["Jo"]},
        {"use": "official", "family": "Ashgrove", "given": ["Tamsin", "Jo"]},
        {"family": "Penrose", "given": ["Tamsin"], "period": {"end": "2020-01-01"}},
    ]
    child = identity_of(name=names)
    assert (child.given_names, child.family_name, child.known_as) == ("Tamsin Jo", "Ashgrove", "Jo")
    assert child.previous_family_names == ("Quill", "Penrose")


def test_a_hidden_or_unstructured_name_is_left_out_and_said():
    names = [{"use": "anonymous", "text": "Patient X"}, {"text": "ASHGROVE Tamsin"}]
    found = raised(a_bundle(a_patient(name=names), a_communication()))
    assert found.concern.subjects[0].identity.given_names is None
    assert found.left_out == (
        "Bundle.entry[0].resource.name[0]: is not used: it hides who the patient is.",
        "Bundle.entry[0].resource.name[1].text: is not used: give the name by family and given.",
    )


@pytest.mark.parametrize("born", ["2018", "2018-08", "2018-08-14"])
def test_as_much_of_a_birth_date_as_is_known(born):
    assert identity_of(birthDate=born).date_of_birth == born


def test_a_sex_that_is_unknown_is_none():
    assert identity_of(gender="unknown").sex is None
    assert identity_of(gender="other").sex == "other"


def a_number(value, status=None, system=NHS):
    said = {"system": system, "value": value}
    if status:
        said["extension"] = [{"url": VERIFICATION, "valueCodeableConcept": coded(status)}]
    return said


def test_the_numbers_of_three_nations():
    numbers = [
        a_number("999 000 0239", "01"),
        a_number("1705140017", system="https://fhir.nhs.uk/Id/chi-number"),
        a_number("9990000301", system="https://fhir.nhs.uk/Id/hc-number"),
    ]
    child = identity_of(identifier=numbers)
    assert (child.nhs_number, child.chi_number, child.hc_number) == ("9990000239", "1705140017", "9990000301")


@pytest.mark.parametrize("status", ["04", "05", "trace-attempted", "trace-needs-to-be-resolved"])
def test_a_number_that_may_be_anothers_is_not_used(status):
    found = raised(a_bundle(a_patient(identifier=[a_number("9990000239", status)]), a_communication()))
    assert found.concern.subjects[0].identity.nhs_number is None
    assert found.left_out == (
        (
            "Bundle.entry[0].resource.identifier[0].value: is not used: its verification status says that it may be "
            "another patient's."
        ),
    )


def test_a_wrong_check_digit_is_kept_as_evidence_and_said():
    found = raised(a_bundle(a_patient(identifier=[a_number("9990000230")]), a_communication()))
    assert found.concern.subjects[0].identity.nhs_number == "9990000230"
    assert found.left_out == (
        (
            "Bundle.entry[0].resource.identifier[0].value: fails its check digit: it is kept, as evidence, and matches "
            "nobody."
        ),
    )


def test_the_address_now_and_those_before_with_their_periods():
    places = [
        {"use": "old", "line": ["1 First Row"], "postalCode": "zw1 1aa", "period": {"start": "2019", "end": "2020-05"}},
        {"line": ["2 Second Row", "Flat 3"], "city": "Westbridge", "period": {"start": "2020-06-01T09:00:00Z"}},
        {"line": ["4 Fourth Row"], "period": {"start": "2025-01-01"}},
        {"use": "temp", "text": "Care of\n5 Fifth Row", "period": {"start": "2026-03-01"}},
        {"use": "work", "line": ["A shop"]},
    ]
    found = raised(a_bundle(a_patient(address=places), a_communication()))
    child = found.concern.subjects[0].identity
    assert (child.address, child.postcode) == ("4 Fourth Row", None)
    assert values_of(found.concern)["child.earlier_addresses"] == [
        {"address": "1 First Row", "postcode": "ZW1 1AA", "held_from": "2019", "held_until": "2020-05"},
        {
            "address": "2 Second Row, Flat 3, Westbridge",
            "postcode": None,
            "held_from": "2020-06-01",
            "held_until": None,
        },
        {"address": "Care of, 5 Fifth Row", "postcode": None, "held_from": "2026-03-01", "held_until": None},
    ]
    assert found.left_out == ("Bundle.entry[0].resource.address[4]: is not used: nobody lives there.",)


def test_languages_and_whether_an_interpreter_is_needed():
    patient = a_patient(
        communication=[{"language": {"text": "Polish"}}], extension=[{"url": INTERPRETER, "valueBoolean": True}]
    )
    assert values_of(concern_of(a_bundle(patient, a_communication())))["child.language"] == "Polish; interpreter needed"


def test_a_record_that_was_replaced_is_followed_to_the_one_that_stands():
    old = a_patient(
        id="p0", link=[{"type": "replaced-by", "other": {"reference": "Patient/p1"}}], birthDate="2018-01-01"
    )
    about_old = a_communication(subject={"reference": "Patient/p0"})
    found = raised(a_bundle(old, about_old, a_patient()))
    assert [child.identity.date_of_birth for child in found.concern.subjects] == ["2018-08-14"]
    assert found.concern.content[0].subjects == ("1",)
    assert found.left_out == (
        "Bundle.entry[0].resource (Patient): was replaced by another Patient of this bundle, which is used.",
    )


# --- references -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        ("https://ed.example/fhir/Patient/p1", {"reference": "https://ed.example/fhir/Patient/p1"}),
        ("https://ed.example/fhir/Patient/p1", {"reference": "https://ed.example/fhir/Patient/p1/_history/4"}),
        ("https://ed.example/fhir/Patient/p1", {"reference": "Patient/p1"}),
        (
            "urn:uuid:6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b003",
            {"reference": "urn:uuid:6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b003"},
        ),
        (None, {"reference": "Patient/p1"}),
        (None, {"identifier": {"system": NHS, "value": "9990000239"}}),
        (None, {"reference": f"Patient?identifier={NHS}|9990000239"}),
    ],
)
def test_every_way_of_naming_a_patient_leads_to_it_in_any_order(full_url, reference):
    patient = {"resource": a_patient(identifier=[a_number("9990000239")])}
    if full_url:
        patient["fullUrl"] = full_url
    sibling = {"resource": a_patient(id="p2", birthDate="2020-01-01")}
    told = {"resource": a_communication(subject=reference)}
    for entries in ([told, sibling, patient], [sibling, patient, told]):
        concern = concern_of(a_bundle(entry=entries))
        assert concern.content[0].subjects == ("2",)


def test_a_contained_patient_is_the_child():
    told = a_communication(contained=[a_patient(id="kid")], subject={"reference": "#kid"})
    concern = concern_of(a_bundle(told))
    assert concern.subjects[0].identity.given_names == "Tamsin"
    assert concern.content[0].subjects == ("1",)


def test_a_communication_about_nobody_is_about_all_of_them():
    concern = concern_of(a_bundle(a_patient(), a_patient(id="p2"), a_communication(subject=None)))
    assert concern.content[0].subjects == ("1", "2")


# --- people ---------------------------------------------------------------------------------------------------------


def a_related(code="MTH", system=ROLES, **more):
    said = {
        "resourceType": "RelatedPerson",
        "patient": {"reference": "Patient/p1"},
        "relationship": [coded(code, system, display="as told")],
        "name": [{"text": "Lowenna Ashgrove"}],
    }
    return said | more


@pytest.mark.parametrize(
    ("code", "system", "role"),
    [
        ("FTH", ROLES, PersonRole.PARENT),
        ("alleged_perpetrator", HUB, PersonRole.ALLEGED_PERPETRATOR),
        ("AUNT", ROLES, PersonRole.HOUSEHOLD),
    ],
)
def test_a_relationship_is_a_role_by_the_mapping_file_else_household(code, system, role):
    [person] = concern_of(a_bundle(a_patient(), a_communication(), a_related(code, system))).people
    assert (person.role, person.name) == (role, "Lowenna Ashgrove")


def test_a_relation_that_is_over_and_an_adults_address_are_left_out_and_said():
    past = a_related(period={"end": "2024-01-01"})
    living = a_related(address=[{"line": ["9 Ninth Row"]}])
    found = raised(a_bundle(a_patient(), a_communication(), past, living))
    assert len(found.concern.people) == 1
    assert [said.partition(":")[0] for said in found.left_out] == [
        "Bundle.entry[2].resource (RelatedPerson)",
        "Bundle.entry[3].resource.address",
    ]


def test_a_bundle_that_names_no_adult_says_that_nobody_knows_of_any():
    assert concern_of(a_bundle()).people is None


# --- what is not used is said ---------------------------------------------------------------------------------------


def test_what_has_no_place_is_listed_by_resource():
    weight = {
        "resourceType": "Observation",
        "status": "final",
        "code": coded("27113001", SCT),
        "subject": {"reference": "Patient/p1"},
    }
    refuted = a_condition("417746004", verificationStatus=coded("refuted"))
    found = raised(a_bundle(a_patient(), a_communication(), weight, refuted, {"resourceType": "Immunization"}))
    assert [said.partition(":")[0] for said in found.left_out] == [
        "Bundle.entry[4].resource (Immunization)",
        "Bundle.entry[3].resource (Condition)",
        "Bundle.entry[2].resource (Observation)",
    ]


def test_unknown_extensions_are_harmless():
    strange = [{"url": "https://somewhere.example/x", "valueReference": {"reference": "#nowhere"}}]
    patient = a_patient(extension=strange, _birthDate={"extension": strange})
    patient["name"][0]["extension"] = strange
    assert raised(a_bundle(patient, a_communication(extension=strange))).left_out == ()


def test_an_observation_of_nobody_is_nobodys():
    said = {"resourceType": "Observation", "status": "final", "code": coded("child.voice"), "valueString": "Tired."}
    assert raised(a_bundle(a_patient(), a_communication(), said)).left_out == (
        "Bundle.entry[2].resource (Observation): is not used: it does not say which Patient's it is.",
    )


def test_what_supports_a_request_from_elsewhere_is_left_out_and_said():
    request = a_request(supportingInfo=[{"reference": "DiagnosticReport/9"}])
    assert raised(a_bundle(a_patient(), request)).left_out == (
        "Bundle.entry[1].resource.supportingInfo[0]: is not used: it lies elsewhere, and nothing is fetched.",
    )


# --- unborn children, and how it is to be handled -------------------------------------------------------------------


def test_an_unborn_child_is_known_by_its_mother_and_matched_to_nobody():
    baby = {"resourceType": "Patient", "id": "p1", "birthDate": "2026-06", "name": [{"family": "Baby Ashgrove"}]}
    mother = a_related(
        "NMTH",
        birthDate="1999-02-11",
        identifier=[a_number("999 000 0042")],
        address=[{"line": ["8 Quay Street"], "city": "Westbridge", "postalCode": "ZW1 2CD"}],
        telecom=[{"system": "phone", "value": "07700 900417"}],
    )
    found = raised(a_bundle(baby, a_communication(), mother, a_flag("unborn")))
    [child] = found.concern.subjects
    assert (child.identity, child.flags) == (Identity(), frozenset({Flag.UNBORN}))
    assert values_of(found.concern)["child.unborn"] == {
        "due_date": "2026-06",
        "mother": "Lowenna Ashgrove",
        "mother_date_of_birth": "1999-02-11",
        "mother_nhs_number": "9990000042",
        "mother_address": "8 Quay Street, Westbridge",
        "mother_postcode": "ZW1 2CD",
        "mother_telephone": "07700 900417",
    }
    [left] = found.left_out
    assert left.startswith("Bundle.entry[0].resource (Patient): is not used but for the day")


def test_security_labels_and_flags_say_how_it_is_to_be_handled():
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}
    told = a_communication(meta={"security": [label]})
    concern = concern_of(a_bundle(a_patient(), told, a_flag("do_not_raise_with_parents")))
    assert concern.caveats == frozenset({Caveat.NOT_IN_FAMILY_RECORD, Caveat.DO_NOT_RAISE_WITH_PARENTS})
    assert concern_of(a_bundle()).caveats == frozenset()


def test_a_condition_by_its_code_alone_is_not_lost_and_one_without_any_word_is_said():
    bare, empty = a_condition("195967001"), a_condition("x") | {"code": {"id": "c"}}
    found = raised(a_bundle(a_patient(), a_communication(), bare, empty))
    assert values_of(found.concern)["health.condition"] == "195967001 (http://snomed.info/sct)"
    assert found.left_out == ("Bundle.entry[3].resource (Condition): is not used: it holds no words.",)


def test_a_condition_of_a_group_is_no_childs_and_said():
    group = {"resourceType": "Group", "id": "g1", "type": "person", "actual": True}
    found = raised(a_bundle(a_patient(), a_communication(), group, a_condition("1", subject={"reference": "Group/g1"})))
    assert [said.partition(":")[0] for said in found.left_out] == [
        "Bundle.entry[2].resource (Group)",
        "Bundle.entry[3].resource (Condition)",
    ]


def test_records_that_were_replaced_twice_are_followed_to_the_last():
    def replaced(number, by):
        return a_patient(id=f"p{number}", link=[{"type": "replaced-by", "other": {"reference": f"Patient/p{by}"}}])

    told = a_communication(subject={"reference": "Patient/p3"})
    concern = concern_of(a_bundle(replaced(3, 2), replaced(2, 1), a_patient(), a_patient(id="p9"), told))
    assert concern.content[0].subjects == ("1",)


@pytest.mark.parametrize("status", ["not-done", "preparation"])
def test_what_was_never_sent_is_neither_told_nor_taken_back(status):
    unsent = a_communication(id="c2", status=status, identifier=None, payload=[{"contentString": "A draft."}])
    found = raised(a_bundle(a_patient(), a_communication(), unsent))
    assert values_of(found.concern)["concern.summary"] == "Was hungry and thinly dressed."
    assert found.left_out[0].startswith("Bundle.entry[2].resource (Communication): is not used: its status")
    assert faults_of(a_bundle(a_patient(), a_communication(status=status)))[-1].startswith(
        "Bundle.entry: tells nothing"
    )


def test_a_flag_that_is_over_says_nothing():
    over = a_flag("looked_after", period={"end": "2025-12-31"})
    found = raised(a_bundle(a_patient(), a_communication(), over))
    assert found.concern.subjects[0].flags is None
    assert found.left_out == ("Bundle.entry[2].resource (Flag): is not used: it is over.",)
