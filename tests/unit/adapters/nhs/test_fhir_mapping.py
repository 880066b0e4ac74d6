"""The mapping file is read line by line, and each mistake in it is named by its line."""

import pytest

from adapters.bridge.formats import configured, describe
from adapters.nhs.fhir.mapping import SHIPPED, load_mapping, shipped_mapping
from hub.facts.errors import UserError
from hub.facts.terms import Category, Flag, PersonRole, Risk
from tests.unit.adapters.nhs.bundles import HUB, a_bundle, a_communication, a_patient, coded, concern_of

LOCAL = """\
systems:
  local: https://caledon-infirmary.example/codes
numbers:
  https://caledon-infirmary.example/nhs: nhs_number
categories:
  - {system: local, code: "SG3", display: Bruising in a baby, is: physical_abuse}
  - {system: local, code: "SG1", display: Not brought, is: neglect}
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "mapping.yaml"
        path.write_text(text)
        return path

    return write


def mistakes(path):
    with pytest.raises(UserError) as caught:
        load_mapping(path)
    return str(caught.value).replace(str(path), "mapping.yaml").splitlines()


def test_the_shipped_mapping_lists_every_category_flag_and_role_under_the_hubs_own_words():
    mapping = shipped_mapping()
    assert {mapping.categories[HUB, category] for category in Category} == set(Category)
    assert {mapping.roles[HUB, role] for role in PersonRole} == set(PersonRole)
    assert mapping.flags[HUB, "looked_after"] is Flag.LOOKED_AFTER
    assert mapping.risk_of([(HUB, "some"), (HUB, "life_at_risk")]) is Risk.LIFE_AT_RISK


def test_a_mapping_of_ones_own(written):
    mapping = load_mapping(written(LOCAL))
    told = a_communication(reasonCode=[coded("SG1", "https://caledon-infirmary.example/codes")])
    patient = a_patient(identifier=[{"system": "https://caledon-infirmary.example/nhs", "value": "9990000239"}])
    concern = concern_of(a_bundle(patient, told), mapping=mapping)
    assert concern.category is Category.NEGLECT
    assert concern.subjects[0].identity.nhs_number == "9990000239"


@pytest.mark.parametrize(
    ("change", "into", "mistake"),
    [
        ("is: neglect", "is: neglegt", "mapping.yaml:7: categories[2].is 'neglegt' is not one of"),
        ('code: "SG1"', "code: 1", "mapping.yaml:7: categories[2].code must be text (put it in quotes)"),
        ('code: "SG1"', 'code: "SG3"', "mapping.yaml:7: this code stands twice in this section"),
        ('{system: local, code: "SG1"', '{system: locale, code: "SG1"', "mapping.yaml:7: 'locale' is neither listed"),
        (", is: neglect", "", "mapping.yaml:7: categories[2].is is missing"),
        ("categories:", "category:", "mapping.yaml:1: categories is missing"),
        ("nhs_number", "hospital_number", "mapping.yaml:4: numbers."),
        ("  local:", "\tlocal:", "mapping.yaml:2: a tab stands here"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(written, change, into, mistake):
    assert change in LOCAL
    assert any(said.startswith(mistake) for said in mistakes(written(LOCAL.replace(change, into))))


def test_every_mistake_is_named_at_once(written):
    said = mistakes(written(LOCAL.replace("is: neglect", "is: x").replace("is: physical_abuse", "is: y")))
    assert [line.split(" ")[0] for line in said] == ["mapping.yaml:6:", "mapping.yaml:7:"]


def test_a_mapping_that_is_not_there(tmp_path):
    assert mistakes(tmp_path / "mapping.yaml") == ["mapping.yaml: cannot be read (FileNotFoundError): check --mapping."]


def test_the_format_is_made_by_a_mapping_file_or_by_the_one_that_comes_with_it(written):
    assert configured("fhir").title == configured("fhir", written(LOCAL)).title == "NHS FHIR R4 bundle"
    assert describe("fhir") == SHIPPED.read_text()
