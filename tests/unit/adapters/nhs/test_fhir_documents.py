"""Attached documents: their text is narrative, a small original goes along, and none can hurt the adapter."""

import hashlib
import time
from base64 import b64encode

import pytest

from adapters.nhs.documents import Extracted, extract
from tests.unit.adapters.nhs.bundles import (
    a_bundle,
    a_communication,
    a_patient,
    concern_of,
    content_of,
    faults_of,
    raised,
)
from tests.unit.adapters.nhs.pdfs import a_pdf, showing

AT = "Bundle.entry[2].resource.content[0].attachment"
TOO_MUCH = "is more than is read of a document (pages, size or time): its text is left out."
BROKEN = "cannot be read as the document that it says it is: its text is left out."


def base64(raw):
    return b64encode(raw).decode()


def a_document(raw=b"A letter.", kind="text/plain", **more):
    attachment = {"contentType": kind, "data": base64(raw), "title": "Letter"} | more
    return {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": {name: value for name, value in attachment.items() if value is not None}}],
    }


def with_document(document, **given):
    return raised(a_bundle(a_patient(), a_communication(), document), **given)


def told(found):
    return {
        item: value for item, _, value in content_of(found.concern) if item in {"concern.detail", "concern.document"}
    }


def reading(text="Taken out.", why=None):
    return lambda _raw, _form: Extracted(text, why)


def test_plain_text_is_narrative_and_its_original_says_no_more():
    found = with_document(a_document("Zo\u00eb was cold.".encode()))
    assert told(found) == {"concern.detail": "Zo\u00eb was cold."}
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("Zo\u00eb".encode("latin-1"), "text/plain; charset=iso-8859-1"),
        ("Zo\u00eb".encode("cp1252"), "text/plain"),
        ("Zo\u00eb".encode("utf-16"), 'text/plain; charset="utf-16"'),
        ("Zo\u00eb".encode("utf-8-sig"), "text/plain; charset=nonsense; x=y"),
    ],
)
def test_plain_text_in_its_charset(raw, kind):
    assert told(with_document(a_document(raw, kind)))["concern.detail"] == "Zo\u00eb"


@pytest.mark.parametrize(
    ("kind", "form"), [("application/pdf", "pdf"), ("text/rtf", "rtf"), ("application/rtf", "rtf")]
)
def test_pdf_and_rtf_give_their_text_and_their_original(kind, form):
    found = with_document(a_document(b"raw", kind), text_of=lambda raw, said: Extracted(f"{said} of {raw.decode()}"))
    assert told(found) == {
        "concern.detail": f"{form} of raw",
        "concern.document": {"title": "Letter", "media_type": kind, "content": b"raw"},
    }


def test_another_kind_goes_as_its_original_alone():
    found = with_document(a_document(b"\x89PNG", "image/png"))
    assert told(found) == {"concern.document": {"title": "Letter", "media_type": "image/png", "content": b"\x89PNG"}}
    assert found.left_out == (f"{AT}: is of a kind from which no text is taken.",)


def test_an_original_of_a_megabyte_goes_along_and_a_larger_one_is_left_out_and_said():
    assert (
        len(told(with_document(a_document(b"x" * 1_000_000, "image/png")))["concern.document"]["content"]) == 1_000_000
    )
    found = with_document(a_document(b"x" * 1_000_001, "application/pdf"), text_of=reading())
    assert told(found) == {"concern.detail": "Taken out."}
    assert found.left_out == (
        f"{AT}: is left out: the original is larger than 1,000,000 bytes, or too large with the others.",
    )


def test_a_text_longer_than_a_narrative_is_left_out_and_its_original_goes():
    found = with_document(a_document(b"raw", "application/pdf"), text_of=reading("x" * 20_001))
    assert list(told(found)) == ["concern.document"]
    assert found.left_out == (f"{AT}: holds more than 20,000 characters: its text is left out.",)


def test_a_document_in_a_payload_or_beside_a_request_is_about_whom_that_is_about():
    told_of = a_communication(
        payload=[
            {"contentString": "See the letter."},
            {"contentReference": {"reference": "DocumentReference/d1"}},
            {"contentAttachment": {"contentType": "text/plain", "data": base64(b"And this.")}},
        ]
    )
    document = a_document()
    del document["subject"]
    concern = concern_of(a_bundle(a_patient(), a_patient(id="p2"), told_of, document))
    assert ("concern.detail", ("1",), "And this.\n\nA letter.") in content_of(concern)


def test_an_attachment_that_points_to_a_binary_of_the_bundle_is_followed():
    document = a_document(data=None, url="urn:uuid:6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b00b")
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": base64(b"From a binary.")}
    entries = [{"resource": each} for each in (a_patient(), a_communication(), document)]
    entries.append({"fullUrl": "urn:uuid:6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b00b", "resource": binary})
    assert told(raised(a_bundle(entry=entries))) == {"concern.detail": "From a binary."}


def test_an_attachment_elsewhere_is_not_fetched_and_said():
    found = with_document(a_document(data=None, url="https://files.example/letter.pdf"))
    assert told(found) == {}
    assert found.left_out == (f"{AT}.url: is not used: it lies elsewhere, and nothing is fetched.",)


def test_a_document_that_was_replaced_is_left_out():
    found = with_document(a_document() | {"status": "superseded"})
    assert told(found) == {}
    assert found.left_out[0].startswith("Bundle.entry[2].resource (DocumentReference): is not used: its status")


def test_a_document_that_is_not_what_its_hash_or_size_says_is_refused():
    digest = b64encode(hashlib.sha1(b"A letter.", usedforsecurity=False).digest()).decode()
    assert told(with_document(a_document(hash=digest, size=9)))
    for wrong in ({"hash": base64(b"x" * 20)}, {"size": 8}):
        assert faults_of(a_bundle(a_patient(), a_communication(), a_document(**wrong))) == (
            f"{AT}: is not what its hash or size says.",
        )


def test_data_that_is_not_base64():
    assert faults_of(a_bundle(a_patient(), a_communication(), a_document(data="QUJD*"))) == (
        f"{AT}.data: is not base64.",
    )


def test_ten_documents_are_taken_and_after_one_that_took_all_the_time_no_more_text():
    many = [a_document(b"raw", "text/rtf") | {"id": f"d{number}"} for number in range(11)]
    found = raised(a_bundle(a_patient(), a_communication(), *many), text_of=reading(why=TOO_MUCH))
    assert found.left_out[0] == f"{AT}: {TOO_MUCH}"
    assert found.left_out[1] == (
        f"{AT.replace('[2]', '[3]', 1)}: is not read for its text: another document beside it took all the time "
        "that there is."
    )
    assert found.left_out[-1] == f"{AT.replace('[2]', '[12]', 1)}: is left out: at most 10 documents are taken."
    assert sum(item == "concern.document" for item, _, _ in content_of(found.concern)) == 10


# --- the program that takes text out --------------------------------------------------------------------------------


def test_the_text_of_a_pdf_and_of_an_rtf():
    assert extract(a_pdf(showing(b"A scald of the left hand.")), "pdf") == Extracted("A scald of the left hand.")
    rtf = rb"{\rtf1\ansi\ansicpg1252 Fell on the stairs. \u8217?s caf\'e9\par Seen.}"
    assert extract(rtf, "rtf").text.strip() == "Fell on the stairs. \u2019s caf\u00e9\nSeen."


def test_what_is_no_such_document():
    assert extract(b"hello", "pdf").why == BROKEN


@pytest.mark.parametrize(
    "bomb",
    [
        a_pdf(b"\0" * 300_000_000),
        a_pdf(b"BT /F1 12 Tf 10 10 Td " + b"(A scald) Tj " * 300_000 + b"ET"),
        a_pdf(showing(b"x"), pages=1_000),
    ],
    ids=["unpacks to 300 MB", "300,000 words", "1,000 pages"],
)
def test_a_pdf_bomb_costs_seconds_at_most_and_gives_no_text(bomb):
    began = time.monotonic()
    assert extract(bomb, "pdf").why == TOO_MUCH
    assert time.monotonic() - began < 15
