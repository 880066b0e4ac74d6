"""The HL7 adapter's contract: its documented examples, what they become, and what documents the format."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

import adapters
from adapters.bridge.formats import Raised, configured, describe
from hub.facts.terms import Category, EventKind

FOLDER = Path(adapters.__file__).parent / "nhs" / "hl7" / "examples"
GUIDE = Path(__file__).parents[2] / "docs" / "guide-integrators.md"
MONDAY = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)


def read(name: str) -> Raised:
    (found,) = configured("hl7").translate(
        (FOLDER / name).read_bytes(), source="nhs.caledon-infirmary", received_at=MONDAY, new_id=lambda: UUID(int=1)
    )
    assert isinstance(found, Raised), found
    return found


@pytest.mark.parametrize(
    ("name", "kind", "reference"),
    [
        ("attendance.hl7", EventKind.RAISED, "visit V-20260307-17 INFIRMARY"),
        ("update.hl7", EventKind.UPDATED, "visit V-20260307-17 INFIRMARY"),
        ("cancellation.hl7", EventKind.RETRACTED, "visit V-20260307-17 INFIRMARY"),
        ("letter.hl7", EventKind.RAISED, "document DOC-77 EDMS"),
    ],
)
def test_each_example_is_what_it_says(name, kind, reference):
    concern = read(name).concern
    assert (concern.kind, concern.reference) == (kind, reference)
    assert f"`{name}`" in GUIDE.read_text()


def test_the_events_of_the_visit_come_in_their_order():
    names = ("attendance.hl7", "update.hl7", "cancellation.hl7")
    places = [read(name).concern.sequence for name in names]
    assert places == sorted(places)


def test_the_attendance_tells_what_the_hospital_saw_and_what_was_left_out():
    found = read("attendance.hl7")
    items = {part.item: part.value for part in found.concern.content}
    assert found.concern.category is Category.PHYSICAL_ABUSE
    assert items["health.injury"] == "Fracture of shaft of humerus"
    assert items["concern.detail"] == (
        "Safeguarding note: Bruises of several ages on both upper arms.\n"
        "Mother & her new partner give different accounts."
    )
    assert found.left_out == ("ZPI: is not read.",)


def test_the_letters_text_and_the_letter_itself_go_along():
    found = read("letter.hl7")
    items = {part.item: part.value for part in found.concern.content}
    assert found.concern.subjects[0].identity.given_names == "Zo\u00eb"
    assert "nobody cooks at home" in items["concern.detail"]
    assert items["concern.document"]["media_type"] == "application/rtf"


def test_what_documents_the_format_is_a_mapping_file_to_begin_with(tmp_path):
    told = describe("hl7")
    assert isinstance(told, str)
    copy = tmp_path / "codes.yaml"
    copy.write_text(told)
    assert configured("hl7", copy).batch
