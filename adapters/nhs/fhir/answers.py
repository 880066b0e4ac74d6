"""What a FHIR client is answered: OperationOutcome, the answer to a message or a transaction, the CapabilityStatement.

Pure: what became of a bundle in, bytes out. No answer repeats anything that was posted but a message's own id and
endpoint, which its sender needs to know the answer by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from fhir.resources.R4B import get_fhir_model_class

from adapters.bridge.answers import ASKS, Answer, State, faults, state
from adapters.bridge.doors.admitting import later
from adapters.bridge.doors.routes import Asked, Reply, Turned
from adapters.bridge.formats import MAX_NATIVE
from adapters.bridge.reading.text import clean_line
from adapters.bridge.spool.store import Accepted
from adapters.nhs.fhir import bundle, documents, elements, heading, patients, reading, validating

JSON, XML = "application/fhir+json", "application/fhir+xml"
_JSON_TYPES = frozenset({JSON, "application/json", "text/json", "json"})
_XML_TYPES = frozenset({XML, "application/xml", "text/xml", "xml"})
PROCESS_MESSAGE = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"
RECEIVER = "urn:concern-hub:adapter"
_STATUSES = {401: "login", 403: "forbidden", 408: "timeout", 413: "too-long", 415: "not-supported"}
_URN = "urn:ietf:rfc:3986"
_ANSWERS = UUID("6d6a7b6e-1f0b-5f0c-8c87-8b1f5c2f4a11")

_ISSUE_TYPES = {
    elements.REQUIRED: "required",
    bundle.NOWHERE: "not-found",
    bundle.TWICE: "duplicate",
    bundle.NOT_TAKEN: "not-supported",
    bundle.HEADER_FIRST: "structure",
    patients.SHARED: "duplicate",
    patients.SECOND_NUMBER: "conflict",
    patients.TEN_DIGITS: "value",
    patients.FUTURE: "value",
    patients.TOO_OLD: "business-rule",
    patients.NOBODY: "required",
    heading.SEVERAL: "conflict",
    heading.ANSWER: "not-supported",
    documents.WRONG_HASH: "conflict",
    documents.NOT_BASE64: "value",
    reading.UNKNOWN_TYPE: "structure",
    reading.TOO_DEEP: "too-costly",
    validating.NOT_IN_SET: "code-invalid",
    validating.NOT_AN_ELEMENT: "structure",
    validating.WRONG_TYPE: "structure",
    validating.NOT_VALID: "value",
    validating.MODIFIED: "extension",
    validating.ONE_CHOICE: "structure",
}
_BEGINNINGS = (("is too long", "too-long"), ("is larger", "too-long"), ("holds too", "too-costly"))
_PLACE = re.compile(r"(Bundle(?:\.[A-Za-z]+(?:\[\d+\])?)*)(?: \([A-Za-z]+\))?: (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Posted:
    """What of a posted bundle its answer needs: its type, how many entries, its header's id, event and endpoint."""

    type: str | None
    entries: int
    header: dict[str, Any] | None


def posted(raw: bytes) -> Posted:
    """What the answer to this record needs to know of it; what cannot be read is of no type."""
    data, faults = reading.read_bundle(raw)
    root = elements.Element("Bundle", {} if faults else data)
    resources = [entry.one("resource") for entry in root.many("entry")]
    header = next((each.data for each in resources if each is not None and each.kind == "MessageHeader"), None)
    return Posted(root.text("type"), len(resources), None if header is None else dict(header))


def wants_xml(asked: Asked) -> bool:
    """Whether the answer is to be XML: as `Accept` says, else as what was posted is."""
    for said in (*asked.accept.lower().split(","), asked.content_type.lower()):
        media_type = said.partition(";")[0].strip()
        if media_type in _XML_TYPES:
            return True
        if media_type in _JSON_TYPES:
            return False
    return False


def taken(asked: Asked, raw: bytes, became: Sequence[Answer]) -> Reply:
    """The answer to a bundle: a bundle is one concern, so that there is one answer to it."""
    answer, xml = became[0], wants_xml(asked)
    match state(answer), answer.taken:
        case State.ACCEPTED | State.REPEATED, Accepted(event_id, repeated, asks=asks):
            return _written(
                *_accepted(posted(raw), event_id, _said(event_id, repeated, asks), answer, asked.at), xml=xml
            )
        case State.REFUSED, Accepted():
            return _written(409, _outcome([_issue("error", "conflict", each) for each in faults(answer)]), xml=xml)
        case State.REFUSED, _:
            return _refused(faults(answer), xml=xml)
        case _:
            return turned(asked, later(*faults(answer)))


def turned(asked: Asked, why: Turned) -> Reply:
    """Whatever else stops a request: who asks, what it is written in, no room for it now."""
    kind = _STATUSES.get(why.status) or ("transient" if why.status >= 500 else "invalid")  # noqa: PLR2004 - HTTP's own
    outcome = _outcome([_issue("error", kind, each) for each in why.faults])
    return _written(why.status, outcome, xml=wants_xml(asked), headers=why.headers)


def capability(asked: Asked) -> Reply:
    """The CapabilityStatement of the adapter."""
    rest = {
        "mode": "server",
        "documentation": "Takes in concerns for the well-being of a child. A Bundle of type message, collection or "
        "transaction is one concern, of as many children as it has Patients, and is taken whole or refused. This is "
        "not an emergency service: if a child is in danger now, call 999 or make a direct child-protection referral.",
        "security": {"description": "A secret of the caller as `Authorization: Bearer`."},
        "interaction": [{"code": "transaction"}],
        "operation": [{"name": "process-message", "definition": PROCESS_MESSAGE}],
    }
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": asked.at.isoformat(timespec="seconds"),
        "kind": "instance",
        "software": {"name": "Concern hub: FHIR adapter"},
        "implementation": {"description": "The adapter of one hospital to the concern hub"},
        "fhirVersion": "4.0.1",
        "format": [JSON, XML],
        "rest": [rest],
    }
    return _written(200, statement, xml=wants_xml(asked))


# --- their parts ----------------------------------------------------------------------------------------------------


def _said(event_id: UUID, repeated: bool, asks: bool) -> str:  # noqa: FBT001 - two facts, each named where it is read
    before = ", as it was before" if repeated else ""
    return f"Taken in as concern event {event_id}{before}." + (f" Likely: {ASKS}." if asks else "")


def _accepted(about: Posted, event_id: UUID, said: str, answer: Answer, at: datetime) -> tuple[int, dict[str, Any]]:
    """The status and the resource that say that a bundle is on disk, in the manner of what was posted."""
    outcome = _outcome([_issue("information", "informational", said), *_left_out(answer.left_out)])
    if about.type == "message" and about.header is not None:
        return 200, _message(about.header, event_id, outcome, at)
    if about.type == "transaction":
        return 200, _transaction(about.entries, event_id, outcome, at)
    return 202, outcome


def _refused(said: Sequence[str], *, xml: bool) -> Reply:
    """An issue for each fault, naming its element; 400 where it is no bundle, 413 where it is too large for one."""
    too_large = any(f"larger than {MAX_NATIVE:,}" in each for each in said)
    status = 413 if too_large else 400 if all(each.startswith("Bundle: ") for each in said) else 422
    return _written(status, _outcome([_fault(each) for each in said]), xml=xml)


def _message(header: dict[str, Any], event_id: UUID, outcome: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The answer to a message: its header names the one that it answers."""
    answer_id = uuid5(_ANSWERS, str(event_id))
    details = f"urn:uuid:{uuid5(answer_id, 'details')}"
    asked = elements.Element("", header)
    source, coding = asked.one("source"), asked.one("eventCoding")
    coded = {name: _plain(coding.text(name)) for name in ("system", "code", "display")} if coding else {}
    event = {name: said for name, said in coded.items() if said}
    reply: dict[str, Any] = {
        "resourceType": "MessageHeader",
        "id": str(answer_id),
        **({"eventCoding": event} if event else {"eventUri": _plain(asked.text("eventUri")) or RECEIVER}),
        "destination": [{"endpoint": (_plain(source.text("endpoint")) if source else "") or RECEIVER}],
        "source": {"endpoint": RECEIVER},
        "response": {
            "identifier": asked.text("id") or "unknown",
            "code": "ok",
            "details": {"reference": details},
        },
    }
    entries = [
        {"fullUrl": f"urn:uuid:{answer_id}", "resource": reply},
        {"fullUrl": details, "resource": outcome},
    ]
    return _bundle("message", event_id, entries, at)


def _plain(text: str | None) -> str:
    """Of what was posted, as much as both forms can write."""
    return clean_line(text or "")


def _transaction(count: int, event_id: UUID, outcome: dict[str, Any], at: datetime) -> dict[str, Any]:
    """An answer for each entry, in order; the first says what became of all of them."""
    entries: list[dict[str, Any]] = [{"response": {"status": "202 Accepted"}} for _ in range(count)]
    entries[0]["response"]["outcome"] = outcome
    return _bundle("transaction-response", event_id, entries, at)


def _bundle(kind: str, event_id: UUID, entries: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "identifier": {"system": _URN, "value": f"urn:uuid:{event_id}"},
        "type": kind,
        "timestamp": at.isoformat(timespec="milliseconds"),
        "entry": entries,
    }


def _outcome(issues: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def _issue(severity: str, kind: str, text: str, place: str | None = None) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": kind, "details": {"text": text}}
    return issue | ({"expression": [place]} if place else {})


def _fault(said: str) -> dict[str, Any]:
    found = _PLACE.fullmatch(said)
    place, sentence = found.groups() if found else (None, said)
    begun = (kind for beginning, kind in _BEGINNINGS if sentence.startswith(beginning))
    return _issue("error", _ISSUE_TYPES.get(sentence) or next(begun, "invalid"), sentence, place)


def _left_out(said: Iterable[str]) -> Iterator[dict[str, Any]]:
    for each in said:
        found = _PLACE.fullmatch(each)
        place, sentence = found.groups() if found else (None, each)
        yield _issue("information", "not-supported", sentence, place)


def _written(
    status: int, resource: dict[str, Any], *, xml: bool, headers: Mapping[str, str] = MappingProxyType({})
) -> Reply:
    if not xml:
        return Reply(status, JSON, json.dumps(resource, ensure_ascii=False).encode(), headers)
    written: Any = get_fhir_model_class(resource["resourceType"]).model_validate(resource).model_dump_xml()
    return Reply(status, XML, written, headers)
