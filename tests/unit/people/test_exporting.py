"""A row of CSV runs nothing in a spreadsheet, and holds every item that was told."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest

from hub.facts.model import Recipient
from hub.facts.terms import Purpose, Role, Tier
from hub.people.receiving.content import Document
from hub.people.receiving.exporting import Form, as_csv, as_documents, as_pdf, file_name
from hub.people.receiving.opening import Around

SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
DELIVERY = UUID("5f0c7a52-0000-4000-8000-000000000001")


def around() -> Around:
    return Around(
        DELIVERY,
        UUID(int=1),
        Recipient("school.x", Role.DESIGNATED_SAFEGUARDING_LEAD),
        Purpose.DISCLOSE,
        Tier.URGENT,
        "police.x",
        "concern.raised",
        SATURDAY_NIGHT,
        None,
        SATURDAY_NIGHT,
        "ISP-X@1",
        "tell",
        *(frozenset(), frozenset(), None, None),
        *((),) * 6,
    )


def row_of(items: dict[str, Any]) -> dict[str, str]:
    event = {"type": "uk.concernhub.disclosure.v1", "data": {"items": items, "raised_at": "2026-03-07T23:12:00Z"}}
    [row] = csv.DictReader(io.StringIO(as_csv(event, around()).decode("utf-8-sig")))
    return row


def test_a_row_has_each_item_in_words() -> None:
    row = row_of(
        {"child.name": {"given_names": "Isla", "family_name": "Abercorn"}, "concern.indicators": ["safe", "nurtured"]}
    )
    assert row["child.name"] == "given_names: Isla, family_name: Abercorn"
    assert row["concern.indicators"] == "safe; nurtured"
    assert row["came_at"] == "2026-03-07T23:12:00+00:00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\uff1d", " =", "\n="])
def test_no_cell_begins_as_a_formula(start: str) -> None:
    cell = row_of({"concern.summary": f"{start}cmd|' /C calc'!A0"})["concern.summary"]
    assert cell.startswith("'")


def test_a_name_of_a_file_says_nothing_of_anybody() -> None:
    assert file_name(DELIVERY, Form.CSV) == "concern-5f0c7a52.csv"


def test_documents_leave_as_they_came_under_names_that_say_nothing() -> None:
    form = Document("concern.document", "Isla Abercorn", "application/pdf", b"%PDF-1.7")
    odd = Document("plan.document", "", "chemical/x-unheard", b"x")
    with ZipFile(io.BytesIO(as_documents([form, odd]))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "document-1.pdf": b"%PDF-1.7",
            "document-2.bin": b"x",
        }


def test_what_is_made_into_pdf_fetches_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("ERROR", "weasyprint"):  # whatever a command run before in this process made of logging
        made = as_pdf('<p>x<img src="http://127.0.0.1:9/x.png"><img src="file:///etc/hostname"></p>')
    assert made.startswith(b"%PDF-")
    assert caplog.text.count("disallowed protocol") == 2
