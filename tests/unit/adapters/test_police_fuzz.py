"""Whatever JSON comes, the adapter answers with a concern or with faults; faults never hold a value of the record."""

import json
import string
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bridge.wiring import source_keys
from adapters.police.notice import Notice, NoticeChild, NoticePerson
from hub.facts.model import Concern
from hub.wire.sealed import seal
from tests.unit.adapters.builders import CALEDON, SCHEMAS, a_notice, an_agency, the_concern, translated

MARK = "\u00a7"
"""In every text that the tests make up, and in no sentence of the adapter's."""

texts = st.text(max_size=30).map(lambda text: f"{MARK}{text}".encode("utf-8", "replace").decode())
numbers = st.integers(min_value=10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.integers()
scalars = st.none() | st.booleans() | numbers | texts
FIELDS = sorted({*Notice.model_fields, *NoticeChild.model_fields, *NoticePerson.model_fields, "place", "address"})
names = st.sampled_from(FIELDS) | texts
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6))


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


def check(notice: Any) -> None:
    found = translated(json.dumps(notice).encode())
    if isinstance(found, Concern):
        return
    assert found
    for sentence in found:
        assert MARK not in sentence
        for leaf in leaves(notice):
            if isinstance(leaf, int) and abs(leaf) > 10**9:
                assert str(leaf) not in sentence


@given(anything)
def test_any_json_is_answered(value):
    check(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(value):
    found = translated(value)
    assert isinstance(found, (Concern, tuple))


@given(st.dictionaries(st.sampled_from(sorted(Notice.model_fields)), anything, max_size=4))
def test_any_field_of_a_notice_may_be_anything(changes):
    check(a_notice() | changes)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(NoticeChild.model_fields)), anything), min_size=1, max_size=3))
def test_any_child_may_be_anything(children):
    check(a_notice(children=children))


free_text = st.text(max_size=40)
good_child = st.fixed_dictionaries(
    {"family_name": st.text(string.ascii_letters, min_size=1, max_size=20)},
    optional={
        "given_names": st.text(string.ascii_letters + " '-", max_size=20).map(lambda text: "A" + text),
        "date_of_birth": st.dates(date(2002, 1, 1), date(2026, 3, 7)).map(str),
        "nhs_number": st.integers(9_990_000_000, 9_999_999_999).map(str),
        "voice": free_text,
        "narrative": free_text,
        "present": st.booleans(),
        "postcode": st.sampled_from(["ZG1 4AB", "ZG2 7QT", "ZG", ""]),
        "safe_address": st.fixed_dictionaries({}, optional={"address": free_text}),
        "flags": st.lists(st.sampled_from(["looked_after", "nursery"]), max_size=30),
    },
)
good_notice = st.fixed_dictionaries(
    {"children": st.lists(good_child, min_size=1, max_size=3), "version": st.integers(1, 10**9)},
    optional={
        "summary": free_text,
        "indicators": st.lists(free_text, max_size=3),
        "people": st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(["parent", "alleged_perpetrator", "witness"])},
                optional={
                    "name": st.sampled_from(["Isla", "", "Callum"]),
                    "contact": free_text,
                    "children": st.just([0]),
                },
            ),
            max_size=3,
        ),
    },
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return source_keys(an_agency(tmp_path_factory.mktemp("home")), CALEDON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(good_notice)
def test_every_concern_that_is_accepted_can_be_sealed(keys, notice):
    concern = the_concern(a_notice(**notice))
    record_key, value = seal(concern, SCHEMAS, keys)
    assert len(record_key) == 32
    assert len(value) > 1_000
