"""The FHIR adapter's contract: its documented examples, what they become on the wire, and what documents them."""

import re
from pathlib import Path

import pytest

from adapters.bridge.wiring import source_keys
from adapters.nhs.fhir import mapping
from adapters.nhs.fhir.bundle import READ
from hub.keys.files import FileKeys
from hub.wire.records import content_field, identity_from
from hub.wire.schemas import catalogue
from hub.wire.sealed import check, open_content, open_part, seal
from hub.wire.source_facts import parse_facts
from tests.unit.adapters.builders import SCHEMAS, an_agency
from tests.unit.adapters.nhs.bundles import EXAMPLES, ROYAL, concern_of

ROOT = Path(__file__).parents[2]
NAMES = ["emergency-attendance.json", "retraction.json", "siblings-referral.xml", "update.json"]


@pytest.fixture(scope="module")
def agency(tmp_path_factory):
    return an_agency(tmp_path_factory.mktemp("home"), source=ROYAL)


def test_these_are_the_examples():
    assert sorted(path.name for path in EXAMPLES.iterdir()) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name != "retraction.json"])
def test_an_example_says_the_same_once_it_is_sealed_and_opened(agency, name):
    concern = concern_of((EXAMPLES / name).read_bytes())
    record_key, value = seal(concern, SCHEMAS, source_keys(agency, ROYAL))
    hub = FileKeys(agency.keys)
    event = check(value, record_key, SCHEMAS, hub.public)
    facts = parse_facts(open_part(event, 0, "Facts", SCHEMAS, hub.unseal), event, catalogue(SCHEMAS))
    assert (facts.reference, facts.category, facts.risk) == (concern.reference, concern.category, concern.risk)
    for said, found in zip(concern.subjects, facts.subjects, strict=True):
        assert found.flags == said.flags
        assert identity_from(open_part(event, found.identity_part, "Identity", SCHEMAS, hub.unseal)) == said.identity
    content = open_content(event, [part.part for part in facts.content], SCHEMAS, hub.unseal)
    for said, found in zip(concern.content, facts.content, strict=True):
        assert (found.item, found.subjects) == (said.item, said.subjects)
        assert content[found.part][content_field(found.item)] == said.value


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold_nobodys_real_data(name):
    text = (EXAMPLES / name).read_text()
    for number in re.findall(r"(?<![\d-])\d{3} ?\d{3} ?\d{4}(?!\d)", text):
        assert number.replace(" ", "").startswith("999")
    for telephone in re.findall(r"\b0\d{4} \d{6}\b", text):
        assert telephone.startswith(("07700 900", "01632 960")), "Ofcom's numbers for drama"
    for postcode in re.findall(r"\b[A-Z]{2}\d \d[A-Z]{2}\b", text):
        assert postcode.split()[0] in {"ZG1", "ZG2", "ZW1", "ZW2"}
    for host in re.findall(r"https?://([\w.-]+)", text):
        assert host.endswith((".example", "nhs.uk", "hl7.org.uk", "hl7.org", "snomed.info"))


def test_the_integrators_guide_names_every_resource_that_is_read_and_every_section_of_the_mapping_file():
    guide = (ROOT / "docs" / "guide-integrators.md").read_text()
    for name in (*READ, *mapping.MappingFile.model_fields, *NAMES):
        assert f"`{name}`" in guide, f"{name} is missing from docs/guide-integrators.md"
