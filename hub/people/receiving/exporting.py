"""Taking one delivery out of the hub: JSON, a row of CSV, PDF, the documents that came with it. Each is noted.

What is handed out leaves the hub's care: the ledger keeps who took what, in which form, and the digest of the file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from importlib.util import find_spec
from mimetypes import guess_extension
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hub.facts.errors import UserError
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.people.accounts.persons import new_id
from hub.people.cells import guarded
from hub.people.desk import Desk
from hub.people.receiving.content import Document, Section, lay_out
from hub.people.receiving.opening import Around
from hub.people.receiving.reader import Reader

NO_PDF = (
    "This hub makes no PDF files (its extra `pdf` is not installed): print the page, or take it out as JSON or CSV."
)

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}


class Form(StrEnum):
    """What a file is."""

    PDF = "pdf"
    JSON = "json"
    CSV = "csv"
    DOCUMENTS = "zip"
    """The documents that came with it, as they came."""

    @property
    def media_type(self) -> str:
        """As browsers are told."""
        return _MEDIA_TYPES[self.value]


def file_name(delivery_id: UUID, form: Form) -> str:
    """A name that says nothing of anybody."""
    return f"concern-{str(delivery_id)[:8]}.{form.value}"


def as_json(event: Mapping[str, Any]) -> bytes:
    """The CloudEvent, opened, as the API gives it."""
    return json.dumps(event, ensure_ascii=False, indent=2, default=_plain).encode()


def as_csv(event: Mapping[str, Any], around: Around) -> bytes:
    """A line of names and a line of values: ids and times, then each item that was told, in the catalogue's order."""
    row = dict(_cells(event, around))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([row.keys(), map(guarded, row.values())])
    return ("\ufeff" + text.getvalue()).encode()


def as_documents(documents: Sequence[Document]) -> bytes:
    """A ZIP archive of them; their names within it say what kind of file each is, and nothing of what is in it."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for number, one in enumerate(documents, start=1):
            name = f"document-{number}{guess_extension(one.media_type) or '.bin'}"
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), one.content, ZIP_DEFLATED)
    return made.getvalue()


def makes_pdf() -> bool:
    """Whether this hub makes PDF files."""
    return find_spec("weasyprint") is not None


def as_pdf(page: str) -> bytes:
    """A page (HTML that holds its own style) as PDF; nothing is fetched. Raises UserError where the hub makes none."""
    if not makes_pdf():
        raise UserError(NO_PDF)
    from weasyprint import HTML, URLFetcher  # noqa: PLC0415 - an extra, and slow to load

    made: bytes = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf()
    return made


def note_export(desk: Desk, reader: Reader, delivery_id: UUID, form: Form, body: bytes, now: datetime) -> None:
    """Keep that a person took this file out of the hub, before it is handed to them."""
    assert reader.person_id is not None, "a person takes it"
    export_id, digest = new_id(desk), hashlib.sha256(body).digest()
    desk.do(
        "keep_export",
        export=export_id,
        id=delivery_id,
        person=reader.person_id,
        form=form.value,
        at=now,
        digest=digest,
    )
    facts = {"what": "delivery", "id": str(delivery_id), "form": form.value, "digest": digest.hex()}
    stamp = Stamp(now, desk.evidence.random(16))
    enter(desk.connection, kinds.exported(export_id, facts, reader.person_id, stamp))


def _cells(event: Mapping[str, Any], around: Around) -> Iterator[tuple[str, str]]:
    data = event["data"]
    yield "delivery_id", str(around.delivery_id)
    yield "event_id", str(around.event_id)
    yield "type", str(event["type"])
    yield "tier", around.tier.value
    yield "source", around.source
    yield "role", str(around.to.role)
    yield "came_at", around.came_at.isoformat()
    yield "raised_at", str(data.get("raised_at", ""))
    yield "by", around.by.isoformat() if around.by else ""
    yield "isp", around.isp or ""
    yield "clause", around.clause or ""
    yield "handling", " ".join(str(one["sentence"]) for one in data.get("handling", ()))
    laid = lay_out(data.get("items", {}))
    for section in Section:
        for told in laid.get(section, ()):
            yield (
                told.item,
                "; ".join(
                    ", ".join(f"{field.name}: {field.value}" if field.name else str(field.value) for field in entry)
                    for entry in told.entries
                ),
            )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")
