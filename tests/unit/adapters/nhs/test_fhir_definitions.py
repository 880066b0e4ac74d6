"""What is found sound by the definitions, the models of fhir.resources take: they are the other opinion."""

import json
from random import Random

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from adapters.nhs.fhir.bundle import READ
from adapters.nhs.fhir.definitions import definition, is_resource_type
from adapters.nhs.fhir.elements import Element, Notes
from adapters.nhs.fhir.reading import read_bundle
from adapters.nhs.fhir.validating import validate
from tests.unit.adapters.nhs.bundles import EXAMPLES

RESOURCES = [
    entry["resource"] for path in sorted(EXAMPLES.iterdir()) for entry in read_bundle(path.read_bytes())[0]["entry"]
]
ODD = [None, "x", " ", 7, -1, 1.5, True, [], {}, "2026-02-30", "2026-13", "yes", ["x"], [{}], {"value": "x"}]


def is_sound(resource):
    notes = Notes()
    validate(Element("Patient", resource), notes)
    return not notes.faults


def the_models_take(resource):
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(json.loads(json.dumps(resource)))
    except (ValidationError, TypeError, AttributeError, KeyError):  # the library fails at some of what is wrong
        return False
    return True


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource["resourceType"])
def test_the_examples_are_sound_to_both(resource):
    assert is_sound(resource)
    assert the_models_take(resource)


def changed(resource, chance):
    """The resource with one value in it, anywhere, made odd."""
    made = json.loads(json.dumps(resource))
    at = made
    while True:
        key = chance.choice([name for name in at if name != "resourceType"] if isinstance(at, dict) else range(len(at)))
        inner = at[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
            at = inner
            continue
        at[key] = chance.choice(ODD)
        return made


def test_what_the_models_refuse_is_found_to_be_wrong_here_too():
    chance = Random(7)  # noqa: S311 - the same mistakes each time
    refused = 0
    for _ in range(400):
        made = changed(chance.choice(RESOURCES), chance)
        if "contained" in json.dumps(made) or "extension" in json.dumps(made):
            continue
        if not the_models_take(made):
            refused += 1
            assert not is_sound(made), made
    assert refused > 50


def test_every_type_that_is_read_has_a_definition():
    for name in READ:
        assert is_resource_type(name)
        assert definition(name).members["id"].type == "id"
    assert not is_resource_type("HumanName")
    assert not is_resource_type("Child")
