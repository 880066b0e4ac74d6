"""Whatever JSON comes as a school's record, it is a concern or has faults; faults never hold a value of the record."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.bridge.wiring import source_keys
from adapters.school.record import Entry, Mark, Pupil, RaisedRecord, Words
from hub.facts.model import Concern
from hub.wire.sealed import seal
from tests.unit.adapters.builders import SCHEMAS, an_agency
from tests.unit.adapters.test_police_fuzz import MARK, leaves, scalars, texts
from tests.unit.adapters.test_school_translate import PRIMARY, a_pupil, a_record, the_concern, translated

FIELDS = sorted({name for model in (RaisedRecord, Pupil, Words, Mark, Entry) for name in model.model_fields})
names = st.sampled_from(FIELDS) | texts
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6))


def check(record: Any) -> None:
    found = translated(json.dumps(record).encode())
    if isinstance(found, Concern):
        return
    assert found
    for sentence in found:
        assert MARK not in sentence
        for leaf in leaves(record):
            assert not (isinstance(leaf, int) and abs(leaf) > 10**9 and str(leaf) in sentence)


few = settings(max_examples=40)  # what is shared by formats is tried more on the police's


@few
@given(st.dictionaries(st.sampled_from(sorted(RaisedRecord.model_fields)), anything, max_size=4))
def test_any_field_of_a_record_may_be_anything(changes):
    check(a_record() | changes)


@few
@given(st.dictionaries(st.sampled_from(sorted(Pupil.model_fields)), anything))
def test_any_pupil_may_be_anything(changes):
    check(a_record(pupils=[changes]))


moments = st.sampled_from(["2026-03-06", "2026-03-06T09:10:00+00:00", "2025-07-01T00:20:00+01:00"])
said = st.fixed_dictionaries(
    {"words": texts}, optional={"at": moments, "to": texts, "asked": texts, "alone": st.booleans()}
)
marks = st.fixed_dictionaries({"where": texts, "seen": texts}, optional={"seen_at": moments, "explanation": texts})
entries = st.fixed_dictionaries({"at": moments, "what": texts}, optional={"by": texts})


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return source_keys(an_agency(tmp_path_factory.mktemp("home"), source=PRIMARY), PRIMARY)


@few
@given(st.lists(said, max_size=3), st.lists(marks, max_size=3), st.lists(entries, max_size=4))
def test_whatever_is_accepted_can_be_sealed_and_loses_no_text(keys, words, body_map, chronology):
    pupil = a_pupil(said=words, body_map=body_map, chronology=chronology)
    concern = the_concern(a_record(pupils=[pupil]))
    held = {part.item: part.value for part in concern.content}
    for one in words:
        assert one["words"].count(MARK) <= held["child.voice"].count(MARK)
    assert held.get("concern.detail", "").count(MARK) == sum(str(one).count(MARK) for one in chronology)
    assert held.get("health.injury", "").count(MARK) == sum(str(one).count(MARK) for one in body_map)
    record_key, _ = seal(concern, SCHEMAS, keys)
    assert len(record_key) == 32
