"""FHIR bundles to test with. Every name, number and place is invented or of a test range."""

import itertools
import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from adapters.bridge.formats import Raised, Wrong
from adapters.nhs.documents import Extracted
from adapters.nhs.fhir.mapping import shipped_mapping
from adapters.nhs.fhir.translate import read

ROYAL = "nhs.westshire-royal"
MONDAY_EVENING = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[4] / "adapters" / "nhs" / "fhir" / "examples"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
HUB = "https://concern-hub.example/fhir/CodeSystem/concern"


def coded(code, system=HUB, **more):
    return {"coding": [{"system": system, "code": code, **more}]}


def a_patient(**changes):
    return _changed(
        {
            "resourceType": "Patient",
            "id": "p1",
            "name": [{"use": "official", "family": "Ashgrove", "given": ["Tamsin"]}],
            "birthDate": "2018-08-14",
        },
        changes,
    )


def a_communication(**changes):
    return _changed(
        {
            "resourceType": "Communication",
            "id": "c1",
            "identifier": [{"value": "WR-1"}],
            "status": "completed",
            "sent": "2026-03-07T23:04:00Z",
            "subject": {"reference": "Patient/p1"},
            "reasonCode": [coded("neglect")],
            "payload": [{"contentString": "Was hungry and thinly dressed."}],
        },
        changes,
    )


def a_request(**changes):
    return _changed(
        {
            "resourceType": "ServiceRequest",
            "id": "s1",
            "identifier": [{"value": "SR-1"}],
            "status": "active",
            "intent": "order",
            "authoredOn": "2026-03-07T22:00:00Z",
            "subject": {"reference": "Patient/p1"},
            "reasonCode": [coded("neglect")],
            "note": [{"text": "Please see this family."}],
        },
        changes,
    )


def a_header(**changes):
    return _changed(
        {
            "resourceType": "MessageHeader",
            "id": "h1",
            "eventCoding": {"system": HUB, "code": "neglect"},
            "source": {"endpoint": "https://ed.westshire-royal.example/fhir"},
            "focus": [{"reference": "Communication/c1"}],
        },
        changes,
    )


def a_bundle(*resources, **changes):
    """A collection of these resources; without any, of a patient and a communication."""
    entries = [{"resource": deepcopy(each)} for each in resources or (a_patient(), a_communication())]
    return _changed(
        {"resourceType": "Bundle", "type": "collection", "timestamp": "2026-03-07T23:05:00Z", "entry": entries}, changes
    )


def _changed(resource, changes):
    """A change of None takes the element away."""
    return {name: value for name, value in (deepcopy(resource) | changes).items() if value is not None}


def no_text(_document, _form):
    return Extracted(why="is not read in this test.")


def outcome_of(bundle, *, mapping=None, received_at=MONDAY_EVENING, text_of=no_text):
    raw = bundle if isinstance(bundle, bytes) else json.dumps(bundle, ensure_ascii=False).encode()
    new_id = (UUID(int=number) for number in itertools.count(1)).__next__
    return read(
        raw,
        source=ROYAL,
        received_at=received_at,
        new_id=new_id,
        mapping=mapping or shipped_mapping(),
        text_of=text_of,
    )


def raised(bundle, **given):
    found = outcome_of(bundle, **given)
    assert isinstance(found, Raised), found.faults
    return found


def concern_of(bundle, **given):
    return raised(bundle, **given).concern


def faults_of(bundle, **given):
    found = outcome_of(bundle, **given)
    assert isinstance(found, Wrong), "it was accepted"
    return found.faults


def content_of(concern):
    return [(part.item, part.subjects, part.value) for part in concern.content]


def values_of(concern):
    return {part.item: part.value for part in concern.content}


def identity_of(**changes):
    """Who a patient with these elements is."""
    return concern_of(a_bundle(a_patient(**changes), a_communication())).subjects[0].identity
