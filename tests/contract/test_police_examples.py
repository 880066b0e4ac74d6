"""The police adapter's contract: its documented examples, what they become on the wire, and what documents them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.bridge.wiring import source_keys
from adapters.police.notice import json_schema
from hub.facts.terms import Category, EventKind, Tier
from hub.keys.files import FileKeys
from hub.wire.records import content_field, identity_from
from hub.wire.schemas import catalogue
from hub.wire.sealed import check, open_content, open_part, seal
from hub.wire.source_facts import header_facts, parse_facts
from tests.unit.adapters.builders import CALEDON, EXAMPLES, SCHEMAS, an_agency, the_concern

ROOT = Path(__file__).parents[2]
NAMES = ["one-of-twins", "retraction", "siblings-on-saturday-night", "single-child", "unborn-sibling", "update"]


@pytest.fixture(scope="module")
def agency(tmp_path_factory):
    return an_agency(tmp_path_factory.mktemp("home"))


def an_example(name):
    return (EXAMPLES / f"{name}.json").read_bytes()


def test_these_are_the_examples():
    assert sorted(path.stem for path in EXAMPLES.glob("*.json")) == NAMES


@pytest.fixture(params=[name for name in NAMES if name != "retraction"])
def opened(request, agency):
    """An example, sealed and opened again: (concern, checked event, facts, hub's keys)."""
    concern = the_concern(an_example(request.param))
    record_key, value = seal(concern, SCHEMAS, source_keys(agency, CALEDON))
    hub = FileKeys(agency.keys)
    event = check(value, record_key, SCHEMAS, hub.public)
    record = open_part(event, 0, "Facts", SCHEMAS, hub.unseal)
    return concern, event, parse_facts(record, event, catalogue(SCHEMAS)), hub


def test_an_example_opens_to_the_same_facts(opened):
    concern, event, facts, _ = opened
    assert header_facts(event) == (concern.kind, concern.tier)
    assert (event.sent_as, event.source, event.sequence) == (concern.event_id, CALEDON, concern.sequence)
    assert event.raised_at == concern.raised_at
    assert (facts.reference, facts.category, facts.risk) == (concern.reference, concern.category, concern.risk)
    assert (facts.consent, facts.practitioner) == (concern.consent, concern.practitioner)
    assert (facts.home_district, facts.incident_district) == (concern.home_district, concern.incident_district)
    assert [(subject.key, subject.flags) for subject in facts.subjects] == [
        (subject.key, subject.flags) for subject in concern.subjects
    ]
    assert [(part.item, part.subjects) for part in facts.content] == [
        (part.item, part.subjects) for part in concern.content
    ]
    assert (facts.people is None) == (concern.people is None)
    said = ("role", "link_known", "linked_to", "holds", "holds_other")
    assert [[getattr(person, name) for name in said] for person in facts.people or ()] == [
        [getattr(person, name) for name in said] for person in concern.people or ()
    ]
    assert (facts.caveats, facts.delete_by) == (concern.caveats, concern.delete_by)


def test_each_child_of_an_example_is_who_it_was(opened):
    concern, event, facts, hub = opened
    for said, found in zip(concern.subjects, facts.subjects, strict=True):
        identity = open_part(event, found.identity_part, "Identity", SCHEMAS, hub.unseal)
        assert identity_from(identity) == said.identity


def test_each_data_item_of_an_example_says_the_same(opened):
    concern, event, facts, hub = opened
    content = open_content(event, [part.part for part in facts.content], SCHEMAS, hub.unseal)
    for said, found in zip(concern.content, facts.content, strict=True):
        assert content[found.part][content_field(found.item)] == said.value


def test_whoever_may_be_barred_can_be_recognised(opened):
    concern, event, facts, hub = opened
    for said, found in zip(concern.people or (), facts.people or (), strict=True):
        if said.role == "alleged_perpetrator":
            person = open_part(event, found.part, "PersonIdentity", SCHEMAS, hub.unseal)
            assert (person["name"], person["contact"]) == (said.name, said.contact)
        else:
            assert found.part is None


def test_the_retraction_says_all_it_has_to_in_its_signed_header(agency):
    concern = the_concern(an_example("retraction"))
    record_key, value = seal(concern, SCHEMAS, source_keys(agency, CALEDON))
    event = check(value, record_key, SCHEMAS, FileKeys(agency.keys).public)
    assert header_facts(event) == (EventKind.RETRACTED, Tier.IMMEDIATE)
    assert len(event.parts) == 2, "facts and an empty table of keys: no child, no content"


def test_the_retraction_takes_the_single_childs_notice_back():
    raised, retracted = the_concern(an_example("single-child")), the_concern(an_example("retraction"))
    assert (raised.reference, raised.kind) == (retracted.reference, EventKind.RAISED)
    assert raised.sequence < retracted.sequence
    assert (retracted.kind, retracted.tier, retracted.category) == (
        EventKind.RETRACTED,
        Tier.IMMEDIATE,
        Category.NEGLECT,
    )


def test_the_update_goes_on_from_the_siblings_notice():
    raised, updated = the_concern(an_example("siblings-on-saturday-night")), the_concern(an_example("update"))
    assert raised.reference == updated.reference
    assert raised.sequence < updated.sequence


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold_nobodys_real_data(name):
    text = an_example(name).decode()
    for number in re.findall(r"\"(?:nhs|hc)_number\": \"([^\"]+)\"", text):
        assert number.replace(" ", "").startswith("999")
    for telephone in re.findall(r"\"(?:contact|telephone)\": \[?\"([0-9 ]+)\"", text):
        assert telephone.startswith(("07700 900", "01632 960")), "Ofcom's numbers for drama"
    for address in re.findall(r"[\w.]+@[\w.]+", text):
        assert address.endswith(".example")
    for postcode in re.findall(r"\"postcode\": \"([^\"]+)\"", text):
        assert postcode.split()[0] in {"ZG1", "ZG2"}


@pytest.mark.parametrize("name", NAMES)
def test_examples_were_written_before_the_demo_clock_or_after_and_never_in_a_childs_past(name):
    notice = json.loads(an_example(name))
    for child in notice.get("children", ()):
        assert child.get("date_of_birth", "") < notice["raised_at"]
    assert datetime.fromisoformat(notice["raised_at"]).astimezone(UTC).year == 2026


def test_the_json_schema_beside_the_code_is_the_codes_own():
    kept = json.loads((ROOT / "adapters" / "police" / "notice.schema.json").read_text())
    assert kept == json.loads(json.dumps(json_schema())), (
        "run: hub adapter schema police > adapters/police/notice.schema.json"
    )


def test_the_integrators_guide_explains_every_field():
    guide = (ROOT / "docs" / "guide-integrators.md").read_text()
    for model in json_schema()["$defs"].values():
        for name in model.get("properties", ()):
            assert f"`{name}`" in guide, f"{name} is missing from docs/guide-integrators.md"
    for name in NAMES:
        assert f"{name}.json" in guide
