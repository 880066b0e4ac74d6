"""A bundle through the bridge: onto disk whole, known again, or refused whole."""

import json

import pytest

from adapters.bridge.answers import Door, Refused
from adapters.bridge.formats import configured
from adapters.bridge.parts import open_native
from adapters.bridge.spool.store import Accepted
from tests.unit.adapters.builders import an_agency
from tests.unit.adapters.nhs.bundles import EXAMPLES, MONDAY_EVENING, ROYAL, a_bundle, a_communication, a_patient

ATTENDANCE = (EXAMPLES / "emergency-attendance.json").read_bytes()
NAMELESS = {"resourceType": "Patient", "id": "p2", "gender": "female"}


@pytest.fixture
def bridge(tmp_path):
    settings = an_agency(tmp_path, source=ROYAL)
    with open_native(settings, configured("fhir"), ROYAL, clock=lambda: MONDAY_EVENING) as opened:
        yield opened


def take(bridge, bundle):
    raw = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
    [answer] = bridge.intake.take(raw, Door.HTTP)
    return answer


def waiting(bridge):
    return bridge.spool.totals().events


def test_a_bundle_is_one_event_and_says_what_was_left_out(bridge):
    first, again = take(bridge, ATTENDANCE), take(bridge, ATTENDANCE)
    assert isinstance(first.taken, Accepted)
    assert first.taken.asks is False
    assert first.left_out == (
        "Bundle.entry[8].resource (AllergyIntolerance): is of a type that this adapter does not use.",
    )
    assert (again.taken.event_id, again.taken.repeated, again.taken.differs) == (first.taken.event_id, True, False)
    assert waiting(bridge) == 1


def test_the_same_version_with_another_text_is_not_taken_in(bridge):
    take(bridge, ATTENDANCE)
    changed = json.loads(ATTENDANCE)
    changed["entry"][1]["resource"]["payload"][0]["contentString"] = "Brought in by a teacher."
    assert take(bridge, changed).taken.differs
    assert waiting(bridge) == 1


def test_of_two_children_of_whom_one_is_wrong_neither_is_taken_in(bridge):
    answer = take(bridge, a_bundle(a_patient(), NAMELESS, a_communication(subject=None)))
    assert isinstance(answer.taken, Refused)
    assert waiting(bridge) == 0


def test_no_word_of_a_bundle_lies_in_the_spool(bridge):
    take(bridge, ATTENDANCE)
    kept = b"".join(path.read_bytes() for path in bridge.folder.rglob("*") if path.is_file())
    for word in (b"Ashgrove", b"Fuller", b"scald", b"9990000239", b"WR-SG-2026"):
        assert word not in kept


def test_a_later_message_of_the_case_is_an_event_of_its_own(bridge):
    first = take(bridge, ATTENDANCE)
    update = take(bridge, (EXAMPLES / "update.json").read_bytes())
    assert update.taken.event_id != first.taken.event_id
    assert update.taken.repeated is False
    assert waiting(bridge) == 2
