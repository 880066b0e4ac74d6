"""A FHIR bundle that is wrong is refused whole, each element named, and nothing of it quoted."""

import json

import pytest

from tests.unit.adapters.nhs.bundles import (
    EXAMPLES,
    HUB,
    NHS,
    a_bundle,
    a_communication,
    a_header,
    a_patient,
    a_request,
    coded,
    faults_of,
    outcome_of,
    raised,
)

FIRST = "Bundle.entry[0].resource"


def faults_with(patient=None, told=None, **bundle):
    return faults_of(a_bundle(patient or a_patient(), told or a_communication(), **bundle))


# --- shape and value sets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elements", "fault"),
    [
        ({"gender": "purple"}, "gender: is not a code of the value set that FHIR requires."),
        (
            {"name": [{"use": "artist", "family": "A"}]},
            "name[0].use: is not a code of the value set that FHIR requires.",
        ),
        ({"birthDate": "14/08/2018"}, "birthDate: is not a valid value of its type."),
        ({"birthDate": "2018-02-30"}, "birthDate: is not a valid value of its type."),
        ({"birthDate": "2031"}, "birthDate: lies in the future."),
        (
            {"birthDate": "1984-08-14"},
            "birthDate: makes the patient older than 25: Patients are children; send an adult as a RelatedPerson.",
        ),
        ({"name": {"family": "Ashgrove"}}, "name: is not of the type that FHIR says."),
        ({"name": [{"family": ["Ashgrove"]}]}, "name[0].family: is not of the type that FHIR says."),
        ({"name": ["Ashgrove"]}, "name[0]: is not of the type that FHIR says."),
        (
            {"deceasedBoolean": False, "deceasedDateTime": "2026-01-01"},
            "gives one thing in two ways: FHIR lets one element of a choice be given.",
        ),
        (
            {"name": [{"family": "Ash\ufffdgrove"}]},
            "name[0].family: lost a letter before it got here (U+FFFD): send it in UTF-8.",
        ),
        ({"name": [{"family": "..."}]}, "name[0].family: holds no letter."),
        ({"nickname": "Tam"}, "nickname: is not an element of this resource."),
        ({"active": "yes"}, "active: is not a valid value of its type."),
        ({"identifier": [{"system": NHS, "value": "99900002"}]}, "identifier[0].value: must be ten digits."),
        (
            {"identifier": [{"system": NHS, "value": "9990000239"}, {"system": NHS, "value": "9990000247"}]},
            "identifier[1].value: contradicts another number of this patient.",
        ),
        (
            {"modifierExtension": [{"url": "https://x.example/not", "valueBoolean": True}]},
            "modifierExtension: is changed in its meaning by an extension that this adapter does not know.",
        ),
    ],
)
def test_what_is_wrong_with_a_patient_is_named_by_its_element(elements, fault):
    [said] = faults_with(a_patient(**elements))
    assert said in {f"{FIRST}.{fault}", f"{FIRST}: {fault}"}


def test_a_patient_of_whom_nothing_is_said():
    bare = {"resourceType": "Patient", "id": "p1", "gender": "female"}
    assert faults_with(bare) == (
        f"{FIRST}: says too little: at least one of name, birthDate, identifier and address is needed.",
    )


def test_every_fault_of_a_bundle_is_named_at_once():
    told = a_communication(status="done", priority="soon")
    assert faults_with(a_patient(gender="purple"), told) == (
        f"{FIRST}.gender: is not a code of the value set that FHIR requires.",
        "Bundle.entry[1].resource.status: is not a code of the value set that FHIR requires.",
        "Bundle.entry[1].resource.priority: is not a code of the value set that FHIR requires.",
    )


def test_a_status_that_is_required_is_missed():
    assert faults_with(told=a_communication(status=None)) == ("Bundle.entry[1].resource.status: is required.",)


def test_an_empty_text_is_the_same_as_an_absent_one():
    assert raised(a_bundle(a_patient(gender="", telecom=[{"value": ""}]), a_communication())).left_out == ()
    assert faults_with(told=a_communication(status="")) == ("Bundle.entry[1].resource.status: is required.",)


def test_a_resource_of_no_type_or_of_an_unknown_one():
    nothing, strange = {"id": "x"}, {"resourceType": "Child", "id": "x"}
    assert faults_of(a_bundle(a_patient(), a_communication(), nothing, strange)) == (
        "Bundle.entry[2].resource.resourceType: is required.",
        "Bundle.entry[3].resource.resourceType: is not a resource type of FHIR R4.",
    )


# --- contradictions and references ----------------------------------------------------------------------------------


def test_two_patients_of_one_id():
    assert faults_of(a_bundle(a_patient(), a_patient(birthDate="2020-01-01"), a_communication())) == (
        "Bundle.entry[1].resource.id: is given to two resources: nobody can say which one is meant.",
    )


def test_two_resources_of_one_address():
    entries = [
        {"fullUrl": "urn:uuid:6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b003", "resource": resource}
        for resource in (a_patient(), a_communication())
    ]
    assert faults_of(a_bundle(entry=entries)) == (
        "Bundle.entry[1].fullUrl: is given to two resources: nobody can say which one is meant.",
    )


def test_two_patients_with_one_number():
    number = [{"system": NHS, "value": "9990000239"}]
    two = (a_patient(identifier=number), a_patient(id="p2", identifier=number))
    assert faults_of(a_bundle(*two, a_communication())) == (
        "Bundle.entry[1].resource.identifier: is given to two Patients: nobody can say whose it is.",
    )


@pytest.mark.parametrize("to", ["Patient/p9", "urn:uuid:6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b999", "#p1", "Patient?name=x"])
def test_a_reference_to_nowhere(to):
    assert faults_with(told=a_communication(subject={"reference": to})) == (
        "Bundle.entry[1].resource.subject: leads nowhere: no resource of this bundle has that address.",
    )


def test_a_practice_that_can_only_be_in_the_bundle_and_is_not():
    patient = a_patient(generalPractitioner=[{"reference": "#gp"}])
    assert faults_with(patient) == (
        f"{FIRST}.generalPractitioner[0]: leads nowhere: no resource of this bundle has that address.",
    )


def test_a_practice_elsewhere_is_left_out_and_said():
    patient = a_patient(generalPractitioner=[{"reference": "Organization/z99"}])
    assert raised(a_bundle(patient, a_communication())).left_out == (
        f"{FIRST}.generalPractitioner[0]: leads out of the bundle, and says no name.",
    )


def test_a_condition_of_nobody():
    condition = {"resourceType": "Condition", "code": {"text": "Asthma"}, "subject": {"display": "A child"}}
    assert faults_of(a_bundle(a_patient(), a_communication(), condition)) == (
        "Bundle.entry[2].resource.subject: leads nowhere: no resource of this bundle has that address.",
    )


# --- what every concern needs ---------------------------------------------------------------------------------------


def test_no_patient_no_words_no_category_no_time():
    told = a_communication(subject=None, reasonCode=None, payload=None)
    assert faults_of(a_bundle(told)) == (
        "Bundle.entry: holds no Patient: a concern is about one child at least.",
        (
            "Bundle.entry: holds no code that the mapping file gives a category: not in the reasonCode, category or "
            "code of a ServiceRequest or Communication, not in MessageHeader.event, nor in a Flag, Condition, "
            "Encounter or Observation."
        ),
        "Bundle.entry: tells nothing: a concern has a Communication, a ServiceRequest or a document with words.",
    )


def test_a_case_without_a_reference():
    assert faults_with(told=a_communication(identifier=None)) == (
        (
            "Bundle.identifier: is required, or an identifier of the ServiceRequest or Communication that the message "
            "is about: by it a later message is known to be of the same case."
        ),
    )


def test_two_references_and_nobody_says_which():
    two = (a_request(), a_request(id="s2", identifier=[{"value": "SR-2"}]))
    assert faults_of(a_bundle(a_patient(), *two)) == (
        (
            "Bundle.entry[1].resource.identifier: could be the case's reference, and so could another: name the "
            "resource that it stands in as MessageHeader.focus."
        ),
    )


def test_a_bundle_without_a_time_and_one_of_1970():
    assert faults_with(timestamp=None) == (
        "Bundle.timestamp: is required, or meta.versionId or meta.lastUpdated of what the message is about.",
    )
    assert faults_with(timestamp="1970-01-01T00:00:00Z") == (
        "Bundle.timestamp: must be a time of the last ten years, and not in the future.",
    )


@pytest.mark.parametrize("kind", ["searchset", "batch", "document", "transaction-response"])
def test_a_bundle_of_another_type(kind):
    assert faults_with(type=kind) == (
        "Bundle.type: must be message, collection or transaction: no other type tells of a concern.",
    )


def test_a_message_begins_with_its_header_and_is_no_answer():
    assert faults_with(type="message") == (
        "Bundle.entry[0].resource: must be a MessageHeader: the first resource of a message is.",
    )
    answer = a_header(response={"identifier": "1", "code": "ok"})
    assert faults_of(a_bundle(answer, a_patient(), a_communication(), type="message")) == (
        "Bundle.entry[0].resource.response: is an answer to a message, and tells of no concern.",
    )


# --- made to harm, or broken ----------------------------------------------------------------------------------------


def test_ten_megabytes_of_extensions_are_too_large_and_seven_are_harmless():
    def padded(size):
        url = "https://x.example/" + "x" * 200
        return json.dumps(a_bundle(a_patient(extension=[{"url": url}] * (size // 230)), a_communication())).encode()

    assert faults_of(padded(10_000_000)) == ("Bundle: is larger than 8,388,608 bytes.",)
    assert raised(padded(7_000_000)).left_out == ()


def test_extensions_within_extensions_without_end():
    raw = json.dumps(a_bundle()).encode()
    deep = b'{"url":"x","extension":[' * 300 + b'{"url":"x"}' + b"]}" * 300
    assert raised(raw.replace(b'"id": "p1"', b'"id": "p1", "extension": [' + deep + b"]")).left_out == ()
    deeper = b'{"url":"x","extension":[' * 100_000
    assert faults_of(raw.replace(b'"id": "p1"', b'"id": "p1", "extension": [' + deeper)) == (
        "Bundle: holds a number or a depth that no notice needs.",
    )


def test_references_within_references_without_end():
    nested = {"value": "1"}
    for _ in range(60):
        nested = {"value": "1", "assigner": {"identifier": nested}}
    assert faults_with(a_patient(identifier=[nested])) == (f"{FIRST}: nests deeper than a resource needs.",)


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE Bundle [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">%s]>
<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><id value="%s"/></Bundle>"""


@pytest.mark.parametrize(
    ("entity", "used"), [("", "&c;"), ('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"), ("", "plain")]
)
def test_xml_entities_are_refused_unread(entity, used):
    assert faults_of((LAUGHS % (entity, used)).encode()) in (
        ("Bundle: has a DOCTYPE, which FHIR does not allow.",),
        ("Bundle: is not XML (line 3).",),
    )


def test_an_outside_dtd_is_not_fetched():
    raw = b'<!DOCTYPE Bundle SYSTEM "http://127.0.0.1:9/x.dtd"><Bundle xmlns="http://hl7.org/fhir"/>'
    assert faults_of(raw) == ("Bundle: has a DOCTYPE, which FHIR does not allow.",)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "Bundle: is not JSON (line 1, column 1)."),
        (b'{"resourceType": "Bundle", "entry": [', "Bundle: is not JSON (line 1, column 38)."),
        (b'{"resourceType": "Bundle", "id": "1", "id": "2"}', "id: is given twice in one object."),
        (b'{"resourceType": "Patient"}', "Bundle: must be a FHIR R4 Bundle, in JSON or XML."),
        (b"[]", "Bundle: must be a FHIR R4 Bundle, in JSON or XML."),
        (b"\xff\xfe{", "Bundle: must be UTF-8 text."),
        (b'<Bundle xmlns="http://hl7.org/fhir"><type', "Bundle: is not XML (line 1)."),
        (b"<Bundle/>", "Bundle: must be a FHIR R4 Bundle, in JSON or XML."),
        (
            b'<Bundle xmlns="http://hl7.org/fhir"><kind value="x"/></Bundle>',
            "Bundle: holds what is no element of Bundle.",
        ),
        (
            b'<Bundle xmlns="http://hl7.org/fhir"><type value="message"/><type value="message"/></Bundle>',
            "Bundle.type: is given twice.",
        ),
        (
            b'<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Child/></resource></entry></Bundle>',
            "Bundle.entry[0].resource: is not a resource type of FHIR R4.",
        ),
    ],
)
def test_what_is_no_bundle(raw, fault):
    assert faults_of(raw) == (fault,)


def test_half_a_character_is_refused_and_a_whole_one_written_in_halves_is_not():
    raw = json.dumps(a_bundle()).encode()
    assert faults_of(raw.replace(b"hungry", b"hungry \\ud83d")) == (
        "Bundle: holds half a character (\\ud800 to \\udfff alone).",
    )
    assert raised(raw.replace(b"hungry", b"hungry \\uD83D\\uDE00"))


@pytest.mark.parametrize("kind", ["Bundle", "Patient"])
def test_elements_of_every_wrong_type_are_refused_and_never_fail(kind):
    for value in (1, "x", [], {}, [1], [[]], [{}], None, True, 1.5, [None], {"a": {"b": []}}):
        for name in ("entry", "type", "timestamp", "meta", "identifier", "name", "birthDate", "address", "contact"):
            bundle = a_bundle()
            (bundle if kind == "Bundle" else bundle["entry"][0]["resource"])[name] = value
            outcome_of(bundle)


def test_no_fault_quotes_what_was_sent():
    secret = "Zaphyra"
    bundle = a_bundle(
        a_patient(gender=secret, birthDate=secret, **{secret: secret}),
        a_communication(subject={"reference": f"Patient/{secret}"}, status=secret),
        {"resourceType": secret},
    )
    said = faults_of(bundle)
    assert len(said) > 3
    assert secret not in " ".join(said).replace(f"{FIRST}.{secret}", "")


def test_an_example_cut_anywhere_is_refused():
    raw = (EXAMPLES / "siblings-referral.xml").read_bytes()
    for end in range(0, len(raw) - 20, 997):
        assert faults_of(raw[:end])


def test_an_unlisted_code_in_every_place_gives_no_category():
    told = a_communication(reasonCode=[coded("banana"), coded("neglect", "https://elsewhere.example")])
    assert [fault.partition(":")[0] for fault in faults_with(told=told)] == ["Bundle.entry"]
    assert HUB.startswith("https://concern-hub.example")
