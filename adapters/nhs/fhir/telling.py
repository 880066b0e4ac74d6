"""The narrative: what Communications, ServiceRequests and attached documents tell, and about whom."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from adapters.bridge.reading.text import clean_narrative
from adapters.nhs.fhir.bundle import NOWHERE, Bundle
from adapters.nhs.fhir.clinical import LEFT, stands
from adapters.nhs.fhir.documents import ELSEWHERE, Attachments, Document
from adapters.nhs.fhir.elements import MAX_NARRATIVE, Element, Notes, words
from adapters.nhs.fhir.naming import resolved
from adapters.nhs.fhir.subjects import Subjects
from hub.facts.model import ContentPart

SUMMARY, DETAIL, INDICATORS, DOCUMENT = "concern.summary", "concern.detail", "concern.indicators", "concern.document"
Told = tuple[str, tuple[str, ...], str]
"""Item, children, text."""


def narrative_parts(
    bundle: Bundle, subjects: Subjects, attachments: Attachments, notes: Notes
) -> Iterator[ContentPart]:
    """One part for each item and set of children, its texts one below another; originals each for itself."""
    texts: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    originals: list[ContentPart] = []
    for item, about, told in _told(bundle, subjects, attachments, notes, originals):
        texts.setdefault((item, about), []).append(told)
    for (item, about), said in texts.items():
        once = list(dict.fromkeys(said))
        if item == INDICATORS:
            yield ContentPart(item, about, once)
        elif text := notes.limited("Bundle.entry", "\n\n".join(once), MAX_NARRATIVE):
            yield ContentPart(item, about, text)
    yield from originals


def telling(bundle: Bundle) -> list[Element]:
    """The resources that say what the concern is: those that hold, requests first."""
    return [each for kind in ("ServiceRequest", "Communication") for each in bundle.of(kind) if stands(each)]


def _told(
    bundle: Bundle, subjects: Subjects, attachments: Attachments, notes: Notes, originals: list[ContentPart]
) -> Iterator[Told]:
    for each in (*bundle.of("ServiceRequest"), *bundle.of("Communication")):
        if not stands(each):
            notes.leave(f"{each.at} ({each.kind})", LEFT)
            continue
        about = subjects.of(each, "subject", "about") if each.kind == "Communication" else subjects.of(each, "subject")
        for item, text in _said(each, notes):
            yield item, about, text
        for document in _attached(each, bundle, attachments, notes):
            yield from _documented(document, about, originals)
    for kind in ("DocumentReference", "Binary"):
        for each in bundle.of(kind):
            if each.at not in attachments.used:
                about = subjects.of(each, "subject")
                for document in attachments.of(each):
                    yield from _documented(document, about, originals)


def _documented(document: Document, about: tuple[str, ...], originals: list[ContentPart]) -> Iterator[Told]:
    if document.text:
        yield DETAIL, about, document.text
    if document.original:
        originals.append(ContentPart(DOCUMENT, about, document.original))


def _said(resource: Element, notes: Notes) -> Iterator[tuple[str, str]]:
    """What a resource says in words: a payload, or a request's own text, is the account; notes go deeper."""
    texts = [(SUMMARY, notes.narrative(payload, "contentString")) for payload in resource.many("payload")]
    texts.append((DETAIL, notes.narrative(resource, "patientInstruction")))
    texts += [(DETAIL, notes.narrative(note, "text")) for note in resource.many("note")]
    texts.append((DETAIL, _additional(resource, notes)))
    concepts = [*resource.many("reasonCode"), *filter(None, [resource.one("code")]), *resource.many("category")]
    texts += [(INDICATORS, words(each)) for each in concepts]
    yield from ((item, text) for item, text in texts if text)


def _additional(resource: Element, notes: Notes) -> str | None:
    """The resource's own narrative, where its author says that it holds more than the elements do."""
    own = resource.one("text")
    if own is None or own.text("status") != "additional" or not own.text("div"):
        return None
    parser = etree.HTMLParser(no_network=True, remove_comments=True)
    div = etree.fromstring(own.text("div") or "", parser)
    text = (
        clean_narrative("\n".join(each.strip() for each in div.itertext() if each.strip())) if div is not None else ""
    )
    return notes.limited(f"{own.at}.div", text, MAX_NARRATIVE)


def _attached(resource: Element, bundle: Bundle, attachments: Attachments, notes: Notes) -> Iterator[Document]:
    """Documents in a payload, those to which a payload points, and those that support a request."""
    for payload in resource.many("payload"):
        if (attachment := payload.one("contentAttachment")) is not None:
            yield from attachments.attached(attachment, None)
    pointed = [each for each in (payload.one("contentReference") for payload in resource.many("payload")) if each]
    for reference in (*pointed, *resource.many("supportingInfo")):
        found = resolved(reference, bundle, notes)
        if found is None and reference in pointed:
            notes.fault(reference.at, NOWHERE)
        elif found is None:
            notes.leave(reference.at, ELSEWHERE)
        elif found.kind in {"DocumentReference", "Binary"} and found.at not in attachments.used:
            yield from attachments.of(found)
