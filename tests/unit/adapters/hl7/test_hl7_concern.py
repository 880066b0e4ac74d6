"""What makes a message a concern, which case it is of, where it stands in it, and what it tells."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from adapters.bridge.formats import Raised, Wrong
from adapters.nhs.documents import BROKEN, TEXT_TOO_LONG, TOO_LARGE, Extracted, extract
from adapters.nhs.hl7.mapping import CodeMapping, load_mapping
from adapters.nhs.hl7.translate import translate
from hub.facts.errors import UserError
from hub.facts.terms import Category, Consent, EventKind, Flag, Risk, Tier
from tests.unit.adapters.hl7.messages import (
    DG1,
    HOSPITAL,
    MSH,
    NOTE,
    PID,
    PV1,
    SUNDAY,
    a_message,
    concern_of,
    faults_of,
    items_of,
    left_out_of,
    of_kind,
    read,
    why_nothing,
)

OWN = """\
systems: {local: 99SAFE, snomed: http://snomed.info/sct}
categories:
  - {system: local, code: "SG1", display: "Neglect seen", is: neglect}
  - {system: snomed, code: "95922009", display: "Child neglect", is: neglect}
risks:
  - {system: local, code: "HIGH", display: "High", is: significant_harm}
flags:
  - {system: local, code: "CPP", display: "On a plan", is: child_protection_plan}
observations:
  - {system: local, code: "VOICE", display: "What the child said", is: child.voice}
fields:
  - {field: ZSG-1, display: "Kind of concern", gives: category, codes: {"PA": physical_abuse, "N": nothing}}
  - {field: ZSG-2, display: "Grade", gives: risk, codes: {"1": life_at_risk, "3": some}}
  - {field: ZSG-3, display: "Asked", gives: consent, codes: {"NO": not_asked}}
  - {field: ZSG-4, display: "Standing", gives: flag, codes: {"LAC": looked_after}}
  - {field: ZSG-5, display: "In words", gives: concern.summary}
  - {field: ZSG-6, display: "How soon", gives: urgency, codes: {"NOW": immediate}}
messages: {REF: wellbeing}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> CodeMapping:
    path = tmp_path_factory.mktemp("mapping") / "own.yaml"
    path.write_text(OWN)
    return load_mapping(path)


def test_an_attendance_with_a_diagnosis_of_abuse_is_a_concern():
    concern = concern_of(a_message(NOTE))
    assert (concern.kind, concern.category, concern.tier, concern.risk) == (
        EventKind.RAISED, Category.PHYSICAL_ABUSE, Tier.URGENT, None,
    )  # fmt: skip
    assert (concern.source, concern.reference, concern.home_district) == (HOSPITAL, "visit V-1", "ZG1")
    assert concern.raised_at == datetime(2026, 3, 7, 23, 14, 55, tzinfo=UTC)
    items = items_of(a_message(NOTE))
    assert items["health.attendance"] == "emergency, ED, LARK1, from 2026-03-07 22:10"
    assert items["health.condition"] == "Physical abuse"
    assert items["concern.detail"] == "Safeguarding note: Bruises on both arms."


def test_an_admission_without_such_a_code_raises_nothing_whatever_else_it_lacks():
    said = "nothing raised: no code or field of this message says safeguarding."
    assert why_nothing(a_message(DG1="DG1|1||J45.9^Asthma^I10")) == said
    assert why_nothing(a_message(EVN="", PID="", PV1="", DG1="")) == said


@pytest.mark.parametrize(
    "code",
    [
        "T74.1^x^I10",
        "T741^x^ICD10",
        "T74.1D",
        "^x^L^T74.1^Physical abuse^I10",
        "t74.1^x^http://hl7.org/fhir/sid/icd-10",
    ],
)
def test_a_code_is_known_however_it_is_written(code):
    assert concern_of(a_message(DG1=f"DG1|1|I10|{code}")).category is Category.PHYSICAL_ABUSE


@pytest.mark.parametrize(
    ("segment", "category"),
    [
        ("OBX|1|CWE|8^Finding^L||T74.0^Neglect^I10||||||F", Category.NEGLECT),
        ("OBX|1|TX|T74.2^Sexual abuse^I10||Said so.||||||F", Category.SEXUAL_ABUSE),
        ("PV2|||T74.3^Psychological abuse^I10", Category.EMOTIONAL_ABUSE),
        ("PRB|AD|20260307|T74.0^Neglect^I10", Category.NEGLECT),
    ],
)
def test_a_code_counts_wherever_messages_have_one(segment, category):
    assert concern_of(a_message(segment, DG1="")).category is category


@pytest.mark.parametrize(
    "withdrawn",
    ["OBX|1|CWE|8^Finding||T74.0^Neglect^I10||||||W", "OBX|1|CWE|8||T74.0^Neglect^I10||||||D", f"{DG1}{'|' * 18}D"],
)
def test_what_its_sender_withdrew_counts_no_more(withdrawn):
    assert why_nothing(a_message(withdrawn, DG1=""))


def test_fields_of_ones_own_say_what_the_mapping_lists(own):
    concern = concern_of(a_message("ZSG|PA|1~3|NO|LAC|Seen & heard ^ here|NOW", DG1=""), mapping=own)
    assert (concern.category, concern.risk, concern.consent, concern.tier) == (
        Category.PHYSICAL_ABUSE, Risk.LIFE_AT_RISK, Consent.NOT_ASKED, Tier.IMMEDIATE,
    )  # fmt: skip
    assert concern.subjects[0].flags == frozenset({Flag.LOOKED_AFTER})
    assert {part.item: part.value for part in concern.content}["concern.summary"] == "Seen & heard ^ here"


def test_a_code_that_the_mapping_does_not_list_is_refused_and_one_that_says_nothing_is_nothing(own):
    assert faults_of(a_message("ZSG|XX", DG1=""), mapping=own) == (
        "ZSG-1: must be one of the codes that the mapping lists.",
    )
    assert why_nothing(a_message("ZSG|N", DG1=""), mapping=own)


def test_what_is_empty_is_not_known_and_what_is_deleted_is_known_to_be_none(own):
    assert concern_of(a_message("ZSG|PA", DG1=""), mapping=own).subjects[0].flags is None
    assert concern_of(a_message('ZSG|PA|||""', DG1=""), mapping=own).subjects[0].flags == frozenset()


def test_local_codes_grade_flag_and_name_texts(own):
    observed = ("OBX|1|CWE|HIGH^High^99SAFE||SG1^Neglect seen^99SAFE", "OBX|2|CWE|1||CPP^On a plan^99SAFE")
    concern = concern_of(a_message(*observed, "OBX|3|TX|VOICE^Voice^99SAFE||I am cold.", DG1=""), mapping=own)
    assert (concern.category, concern.risk, concern.tier) == (Category.NEGLECT, Risk.SIGNIFICANT_HARM, Tier.URGENT)
    assert concern.subjects[0].flags == frozenset({Flag.CHILD_PROTECTION_PLAN})
    items = {part.item: part.value for part in concern.content}
    assert items["child.voice"] == "I am cold."
    assert items["concern.indicators"] == ["Neglect seen", "On a plan"]


@pytest.mark.parametrize("system", ["SCT", "SNOMED-CT", "2.16.840.1.113883.6.96", ""])
def test_snomed_is_known_by_its_names(own, system):
    assert concern_of(a_message(DG1=f"DG1|1||95922009^x^{system}"), mapping=own).category is Category.NEGLECT


def test_a_local_code_under_another_name_is_another_code(own):
    assert why_nothing(a_message(DG1="DG1|1||SG1^x^L"), mapping=own)


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ("category: []", "own.yaml:2: category is not known here"),
        ('categories:\n  - {system: other, code: "1", display: d, is: neglect}', "own.yaml:3: 'other' is neither"),
        ('categories:\n  - {system: a, code: "1", display: d, is: neglekt}', "own.yaml:3: "),
        ('risks:\n  - {system: a, code: "1", display: d, is: some}\n  - {system: a, code: "1", display: d, is: some}',
         "own.yaml:4: this code stands twice"),
        ('fields:\n  - {field: ZSG, display: d, gives: risk, codes: {"1": some}}', "own.yaml:3: "),
        ("fields:\n  - {field: ZSG-1, display: d, gives: risk}", "own.yaml:3: codes must say what each code"),
        ('fields:\n  - {field: ZSG-1, display: d, gives: risk, codes: {"1": bad}}', "own.yaml:3: 'bad' is not one of"),
        ('fields:\n  - {field: ZSG-1, display: d, gives: child.voice, codes: {"1": x}}', "own.yaml:3: a text has no"),
        ("messages: {ADT: neglect}", "own.yaml:2: "),
    ],
)  # fmt: skip
def test_a_mistake_in_the_mapping_is_told_by_its_line(tmp_path, mistake, told):
    path = tmp_path / "own.yaml"
    path.write_text(f"systems: {{a: A}}\n{mistake}\n")
    with pytest.raises(UserError) as raised:
        load_mapping(path)
    assert told in str(raised.value)


# --- cases and their order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "event"),
    [("A01", "raised"), ("A03", "updated"), ("A04", "raised"), ("A08", "updated")],
)
def test_events_of_a_visit_are_of_its_case(kind, event):
    concern = concern_of(a_message(MSH=of_kind(f"ADT^{kind}")))
    assert (concern.reference, concern.kind) == ("visit V-1", f"concern.{event}")


def test_a_visit_is_known_by_its_number_and_whose_it_is():
    assert concern_of(a_message(PV1=PV1.replace("|V-1|", "|V-1^^^LARK1&1.2&ISO^VN|"))).reference == "visit V-1 LARK1"
    account = f"{PID}|||||ACC-7^^^LARK1"
    assert concern_of(a_message(PV1="PV1|1|E", PID=account)).reference == "visit ACC-7 LARK1"
    assert faults_of(a_message(PV1="PV1|1|E")) == ("PV1-19: is required: the number of the visit.",)


@pytest.mark.parametrize(("kind", "event"), [("A28", "raised"), ("A31", "updated")])
def test_messages_about_a_person_alone_are_of_that_persons_record(kind, event):
    concern = concern_of(a_message(MSH=of_kind(f"ADT^{kind}"), PV1=""))
    assert (concern.reference, concern.kind) == ("person 100294", f"concern.{event}")
    nameless = PID.replace("100294^^^LARK1^MR~", "")
    assert faults_of(a_message(MSH=of_kind(f"ADT^{kind}"), PV1="", PID=nameless)) == (
        "PID-3: is required: a number of your own for this person, with its type, such as MR.",
    )


TXA = "TXA|1|SG^Safeguarding letter|TX|20260307||||||||DOC-1^LARK1|{parent}|"


def test_a_document_and_its_addendum_are_one_case(own):
    code = "OBX|1|CWE|1||SG1^Neglect seen^99SAFE"
    first = concern_of(a_message(TXA.format(parent=""), code, MSH=of_kind("MDM^T02"), DG1=""), mapping=own)
    added = TXA.format(parent="DOC-1^LARK1").replace("|DOC-1", "|DOC-2", 1)
    second = concern_of(a_message(added, code, MSH=of_kind("MDM^T06"), DG1=""), mapping=own)
    assert (first.reference, first.kind) == ("document DOC-1 LARK1", EventKind.RAISED)
    assert (second.reference, second.kind) == ("document DOC-1 LARK1", EventKind.UPDATED)


def test_a_report_is_known_by_its_order_and_a_correction_updates_it():
    order = "OBR|1|PL-1^A|FI-1^LARK1|SG^Assessment"
    report = concern_of(a_message(order, MSH=of_kind("ORU^R01"), EVN=""))
    assert (report.reference, report.kind) == ("order FI-1 LARK1", EventKind.RAISED)
    assert report.raised_at == datetime(2026, 3, 7, 23, 15, tzinfo=UTC)
    corrected = concern_of(a_message(order + "|" * 21 + "C", MSH=of_kind("ORU^R01"), EVN=""))
    assert corrected.kind is EventKind.UPDATED
    placed = concern_of(a_message("OBR|1|PL-1^A", MSH=of_kind("ORU^R01"), EVN=""))
    assert placed.reference == "order PL-1 A"


def test_every_referral_of_a_feed_for_safeguarding_is_a_concern(own):
    referral = a_message("RF1|P|S|SG^Safeguarding|||REF-1^LARK1", MSH=of_kind("REF^I12"), EVN="", DG1="", PV1="")
    concern = concern_of(referral, mapping=own)
    assert (concern.reference, concern.category, concern.tier) == (
        "referral REF-1 LARK1", Category.WELLBEING, Tier.IMMEDIATE,
    )  # fmt: skip
    assert why_nothing(referral)


def test_the_same_message_under_another_time_of_sending_and_control_id_is_the_same_place():
    again = MSH.replace("20260307231500", "20260308040000").replace("MSG-1", "MSG-9")
    first, second = concern_of(a_message(NOTE)), concern_of(a_message(NOTE, MSH=again))
    assert first == second


def test_two_messages_of_one_second_have_two_places_and_the_later_step_comes_later():
    admitted = concern_of(a_message()).sequence
    changed = concern_of(a_message(NOTE, MSH=of_kind("ADT^A08"))).sequence
    other = concern_of(a_message(NOTE.replace("both", "two"), MSH=of_kind("ADT^A08"))).sequence
    left = concern_of(a_message(MSH=of_kind("ADT^A03"))).sequence
    assert admitted < min(changed, other)
    assert max(changed, other) < left
    assert changed != other
    assert {place // 1_000 for place in (admitted, changed, other, left)} == {1_772_925_295}


def test_two_messages_of_one_minute_have_two_places_too():
    minute = {"EVN": "EVN||202603072314", "PV1": PV1}
    first = concern_of(a_message(MSH=MSH.replace("20260307231500", "202603072315"), **minute)).sequence
    second = concern_of(a_message(MSH=of_kind("ADT^A03").replace("20260307231500", ""), **minute)).sequence
    assert first < second
    assert {place // 60_000 for place in (first, second)} == {1_772_925_240_000 // 60_000}


def test_a_time_to_the_thousandth_is_the_place():
    assert concern_of(a_message(EVN="EVN||20260307231455.123")).sequence == 1_772_925_295_123


@pytest.mark.parametrize(
    ("evn", "msh", "at"),
    [
        ("20260307231455+0100", "20260307231500", datetime(2026, 3, 7, 22, 14, 55, tzinfo=UTC)),
        ("20260307231455", "20260307231500-0500", datetime(2026, 3, 8, 4, 14, 55, tzinfo=UTC)),
        ("20250707231455", "20250707231500", datetime(2025, 7, 7, 22, 14, 55, tzinfo=UTC)),
        ("202603072314", "20260307231500", datetime(2026, 3, 7, 23, 15, tzinfo=UTC)),
        ("202603072314", "", datetime(2026, 3, 7, 23, 14, tzinfo=UTC)),
        ("", "20260307231500.5", datetime(2026, 3, 7, 23, 15, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_time_is_of_its_own_offset_or_the_messages_or_of_london(evn, msh, at):
    assert concern_of(a_message(EVN=f"EVN||{evn}", MSH=MSH.replace("20260307231500", msh))).raised_at == at


@pytest.mark.parametrize("written", ["20260307", "20260230231500", "yesterday", "20260307251500"])
def test_without_a_real_time_there_is_no_order(written):
    assert faults_of(a_message(EVN="", MSH=MSH.replace("20260307231500", written))) == (
        "MSH-7: is required: a real time, such as 20260307231500, here or in EVN-2.",
    )


@pytest.mark.parametrize(
    ("raw", "reference"),
    [
        (a_message(MSH=of_kind("ADT^A11"), DG1=""), "visit V-1"),
        (a_message(MSH=of_kind("ADT^A29"), DG1="", PV1=""), "person 100294"),
        (a_message(TXA.format(parent=""), MSH=of_kind("MDM^T11"), DG1=""), "document DOC-1 LARK1"),
        (a_message("RF1|X|||||REF-1", MSH=of_kind("REF^I14"), DG1="", PV1=""), "referral REF-1"),
        (a_message("OBR|1||FI-1", NOTE[:-1] + "W", MSH=of_kind("ORU^R01"), DG1=""), "order FI-1"),
    ],
    ids=["visit", "person", "document", "referral", "report"],
)  # fmt: skip
def test_a_cancellation_takes_the_case_back_and_names_nobody(raw, reference):
    found = read(raw)
    assert isinstance(found, Raised)
    assert found.only_known
    concern = found.concern
    assert (concern.kind, concern.reference, concern.tier) == (EventKind.RETRACTED, reference, Tier.URGENT)
    assert (concern.subjects, concern.content) == ((), ())


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("SIU^S12", "MSH-9.1: must be one of ADT, MDM, ORU, REF: send no others here."),
        ("ADT^A02", "MSH-9.2: must be one of A01, A03, A04, A08, A11, A28, A29, A31 for ADT: send no others here."),
        ("", "MSH-9.1: is required."),
    ],
)
def test_messages_of_other_kinds_are_refused(kind, fault):
    assert faults_of(a_message(MSH=of_kind(kind), EVN="")) == (fault,)


def test_the_event_may_stand_in_evn_alone_as_older_senders_have_it():
    assert concern_of(a_message(MSH=of_kind("ADT"), EVN="EVN|A04|20260307231455")).kind is EventKind.RAISED


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (MSH.replace("|P|", "|T|"), "MSH-11.1: must be P: messages of training or tests are not taken."),
        (MSH.replace("|2.5.1", "|3.0"), "MSH-12.1: must be 2.1 to 2.9."),
        (MSH.replace("MSG-1", ""), "MSH-10: is required."),
    ],
)
def test_what_a_header_must_say_is_refused_by_its_field(header, fault):
    assert faults_of(a_message(MSH=header)) == (fault,)


# --- what it tells --------------------------------------------------------------------------------------------------


def test_texts_of_a_message_are_one_account_in_its_order():
    raw = a_message(
        "NTE|1||First seen at nine.", NOTE, "OBX|2|FT|HX^History||Fell\\.br\\again", "OBX|3|NM|8867-4||92|/min"
    )
    assert items_of(raw)["concern.detail"] == (
        "First seen at nine.\n\nSafeguarding note: Bruises on both arms.\n\nHistory: Fell\nagain"
    )
    assert left_out_of(raw) == ("OBX[3]-5: is a measured value.",)


def test_an_account_that_is_too_long_is_refused():
    assert faults_of(a_message(NOTE.replace("both", "b" * 20_000))) == (
        "OBX-5: is too long: at most 20,000 characters.",
    )


def test_diagnoses_of_injuries_are_told_apart_from_others():
    items = items_of(a_message("DG1|2|I10|S42.3^Fracture of shaft of humerus", "DG1|3||J45.9^Asthma^I10"))
    assert items["health.injury"] == "Fracture of shaft of humerus"
    assert items["health.condition"] == "Physical abuse; Asthma"


PDF = b"%PDF-1.4 a letter\n"


@pytest.mark.parametrize(
    "value",
    [
        f"LARK1^AP^PDF^Base64^{b64encode(PDF).decode()}",
        f"^application^pdf^BASE64^{b64encode(PDF).decode()}",
        f"^^PDF^Hex^{PDF.hex().upper()}",
    ],
)
def test_a_document_goes_along_as_it_is(value):
    items = items_of(a_message(f"OBX|1|ED|LET^Letter of concern||{value}||||||F"))
    assert items["concern.document"] == {"title": "Letter of concern", "media_type": "application/pdf", "content": PDF}
    assert items["concern.detail"] == "Letter of concern: pdf of 18 bytes"


def test_the_text_of_a_letter_is_taken_out_by_the_program_that_reads_documents():
    letter = b64encode(rb"{\rtf1 Seen with {\b bruises}.}").decode()
    raw = a_message(f"OBX|1|ED|LET^Letter||^^RTF^Base64^{letter}||||||F")
    assert items_of(raw, text_of=extract)["concern.detail"] == "Letter: Seen with bruises."


def test_the_text_of_a_letter_is_left_out_where_there_is_no_room_for_it_and_the_note_stays():
    raw = a_message(NOTE, f"OBX|2|ED|LET^Letter||^^PDF^Base64^{b64encode(PDF).decode()}||||||F")
    long = {"text_of": lambda _document, _form: Extracted("x" * 19_980)}
    assert items_of(raw, **long)["concern.detail"] == "Safeguarding note: Bruises on both arms."
    assert left_out_of(raw, **long) == (f"OBX[2]-5: {TEXT_TOO_LONG}",)


def test_a_document_whose_text_cannot_be_read_goes_along_and_is_told():
    raw = a_message(f"OBX|1|ED|LET^Letter||^^PDF^Base64^{b64encode(PDF).decode()}||||||F")
    broken = {"text_of": lambda _document, _form: Extracted(why=BROKEN)}
    assert items_of(raw, **broken)["concern.document"]["content"] == PDF
    assert left_out_of(raw, **broken) == (f"OBX-5: {BROKEN}",)


def test_a_document_of_plain_text_is_part_of_the_account():
    value = b64encode("Seen by Zo\u00eb.".encode()).decode()
    items = items_of(a_message(f"OBX|1|ED|LET^Letter||^TEXT^PLAIN^Base64^{value}||||||F"))
    assert items["concern.detail"] == "Letter: Seen by Zo\u00eb."


def test_a_document_that_is_too_large_or_of_no_use_is_left_out_and_said():
    large = b64encode(b"x" * 1_000_001).decode()
    raw = a_message(
        f"OBX|1|ED|L^Letter||^^PDF^Base64^{large}||||||F",
        "OBX|2|ED|L^Sound||^^BASIC^Base64^AAAA||||||F",
        "OBX|3|RP|L^Elsewhere||file.pdf^LARK1^PDF||||||F",
    )
    assert left_out_of(raw) == (
        f"OBX-5: {TOO_LARGE}",
        "OBX[2]-5: is a document of a type that is not used.",
        "OBX[3]-5: is of a type that is not read.",
    )


def test_a_document_that_is_not_what_it_says_is_refused():
    assert faults_of(a_message("OBX|1|ED|L^Letter||^^PDF^Base64^!!!!||||||F")) == (
        "OBX-5: must be Base64 or hexadecimal data, as its fourth component says.",
    )


# --- batches --------------------------------------------------------------------------------------------------------


def several(raw: bytes) -> list[object]:
    return list(translate(raw, source=HOSPITAL, received_at=SUNDAY, new_id=lambda: UUID(int=1)))


BATCH = b"FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r%b%bBTS|2\rFTS|1\r"


def test_each_message_of_a_batch_is_read_by_itself():
    first, second = several(BATCH % (a_message(NOTE), a_message(MSH=of_kind("SIU^S12"))))
    assert isinstance(first, Raised)
    assert isinstance(second, Wrong)
    assert (first.where, second.where) == ("message 1", "message 2")


def test_messages_of_a_file_need_no_wrapping():
    found = several(a_message(NOTE).replace(b"\r", b"\r\n") + b"\r\n" + a_message(MSH=of_kind("ADT^A08")))
    assert [type(one) for one in found] == [Raised, Raised]


@pytest.mark.parametrize(
    ("batch", "fault"),
    [
        (BATCH.replace(b"BTS|2", b"BTS|3"), "BTS-1: says another number of messages than the batch holds."),
        (BATCH.replace(b"BTS|2\rFTS|1\r", b""), "FTS: is required: the file has no end."),
        (BATCH.replace(b"BTS|2\r", b""), "BTS: is required: the batch has no end."),
    ],
)
def test_a_batch_that_was_cut_off_is_refused_whole(batch, fault):
    assert several(batch % (a_message(NOTE), a_message(NOTE))) == [Wrong((fault,))]


def test_the_shipped_mapping_is_one():
    shipped = load_mapping(Path(__file__).parents[4] / "adapters" / "nhs" / "hl7" / "mapping.yaml")
    assert Category.NEGLECT in shipped.categories.values()
