"""The school adapter's contract: its documented examples, what they become on the wire, and what documents them."""

import json
import re
from pathlib import Path

import pytest

from adapters.bridge.wiring import source_keys
from adapters.school.record import json_schema
from hub.keys.files import FileKeys
from hub.wire.records import content_field, identity_from
from hub.wire.schemas import catalogue
from hub.wire.sealed import check, open_content, open_part, seal
from hub.wire.source_facts import parse_facts
from tests.unit.adapters.builders import SCHEMAS, an_agency
from tests.unit.adapters.test_school_translate import EXAMPLES, PRIMARY, an_example

ROOT = Path(__file__).parents[2]
NAMES = ["brothers-without-lunch", "update", "what-a-pupil-said", "withdrawal"]


@pytest.fixture(scope="module")
def agency(tmp_path_factory):
    return an_agency(tmp_path_factory.mktemp("home"), source=PRIMARY)


def test_these_are_the_examples():
    assert sorted(path.stem for path in EXAMPLES.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name != "withdrawal"])
def test_an_example_says_the_same_once_it_is_sealed_and_opened(agency, name):
    concern = an_example(name)
    record_key, value = seal(concern, SCHEMAS, source_keys(agency, PRIMARY))
    hub = FileKeys(agency.keys)
    event = check(value, record_key, SCHEMAS, hub.public)
    facts = parse_facts(open_part(event, 0, "Facts", SCHEMAS, hub.unseal), event, catalogue(SCHEMAS))
    assert (event.source, facts.reference, facts.category) == (PRIMARY, concern.reference, concern.category)
    assert (facts.risk, facts.consent, facts.practitioner) == (concern.risk, concern.consent, concern.practitioner)
    for said, found in zip(concern.subjects, facts.subjects, strict=True):
        assert identity_from(open_part(event, found.identity_part, "Identity", SCHEMAS, hub.unseal)) == said.identity
    content = open_content(event, [part.part for part in facts.content], SCHEMAS, hub.unseal)
    assert [(part.item, part.subjects, content[part.part][content_field(part.item)]) for part in facts.content] == [
        (part.item, part.subjects, part.value) for part in concern.content
    ]


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold_nobodys_real_data(name):
    text = (EXAMPLES / f"{name}.json").read_text()
    for number in re.findall(r"\"(?:nhs|chi|hc)_number\": \"([^\"]+)\"", text):
        assert number.startswith("999")
    for telephone in re.findall(r"\"contact\": \"([0-9 ]+)\"", text):
        assert telephone.startswith(("07700 900", "01632 960")), "Ofcom's numbers for drama"
    for postcode in re.findall(r"\"postcode\": \"([^\"]+)\"", text):
        assert postcode.split()[0] in {"ZG1", "ZG2"}


def test_the_json_schema_beside_the_code_is_the_codes_own():
    kept = json.loads((ROOT / "adapters" / "school" / "record.schema.json").read_text())
    assert kept == json.loads(json.dumps(json_schema())), (
        "run: hub adapter schema school > adapters/school/record.schema.json"
    )


def test_the_integrators_guide_explains_every_field():
    guide = (ROOT / "docs" / "guide-integrators.md").read_text()
    section = guide.partition("## A school's record")[2].partition("\n## ")[0]
    for name, model in json_schema()["$defs"].items():
        for field in model.get("properties", ()):
            shared = name in {"Place", "HeldPlace", "Link", "SchoolPerson"}  # as in a notice
            assert f"`{field}`" in (guide if shared else section), f"{name}.{field} is missing from the section"
    for name in NAMES:
        assert f"{name}.json" in section
