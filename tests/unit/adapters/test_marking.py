"""Texts are marked at the agency: what they tell of other items lies sealed among the facts, to decide by."""

from dataclasses import replace

import pytest

from adapters.bridge.answers import Door
from adapters.bridge.intake import identify
from adapters.bridge.marking import mark
from hub.facts.errors import BadRecord
from hub.facts.model import Repeat
from hub.keys.files import FileKeys
from hub.wire.schemas import catalogue
from hub.wire.sealed import check, open_part
from hub.wire.source_facts import parse_facts
from tests.unit.adapters.builders import SCHEMAS, a_child, a_notice, an_intake, raw, the_concern

RORY = {
    "given_names": "Rory",
    "family_name": "Thornbeck",
    "date_of_birth": "2012-05-19",
    "school_as_told": "Ashdown High",
}
FATHER = {"role": "alleged_perpetrator", "name": "Gregor Abercorn", "contact": "07700 900123"}


def siblings(narrative, **changes):
    return a_notice(children=[a_child(narrative=narrative, voice="I was asleep."), RORY], people=[FATHER], **changes)


def marks(concern, item="concern.summary"):
    return next(part.repeats for part in mark(concern).content if part.item == item)


def test_a_text_is_marked_with_whom_and_what_it_tells_about():
    told = marks(the_concern(siblings("Hid while Rory (born 19 May 2012, of Ashdown High) was hit by Gregor.")))
    assert told == {
        Repeat.of("child.name", "2"),
        Repeat.of("child.date_of_birth", "2"),
        Repeat.of("child.school", "2"),
        Repeat.of("person.alleged_perpetrator", "1", "2"),
    }


def test_a_text_that_tells_nothing_was_looked_through_and_what_is_no_text_was_not():
    concern = the_concern(siblings("Maisie sat on the stairs."))
    assert marks(concern) == frozenset()
    assert marks(concern, "child.voice") == frozenset()
    assert marks(concern, "child.school") is None
    assert marks(concern, "person.alleged_perpetrator") is None


def test_every_line_of_a_list_of_texts_is_looked_through():
    concern = the_concern(siblings("Asleep.", indicators=["withdrawn", "rings 07700900123 at night"]))
    assert marks(concern, "concern.indicators") == {Repeat.of("person.alleged_perpetrator", "1", "2")}


def test_an_adult_whom_no_content_names_is_looked_for_all_the_same():
    concern = the_concern(siblings("Hid while Gregor shouted."))
    content = tuple(part for part in concern.content if not part.item.startswith("person."))
    assert marks(replace(concern, content=content)) == {Repeat.of("person.alleged_perpetrator", "1", "2")}


def sealed_facts(agency, notice, **reads):
    with an_intake(agency, **reads) as (intake, spool):
        intake.take(raw(notice), Door.HTTP)
        [event] = spool.waiting("concern.routine", 10)
    keys = FileKeys(agency.keys)
    checked = check(event.value, event.case_key, SCHEMAS, keys.public)
    written = open_part(checked, 0, "Facts", SCHEMAS, keys.unseal)
    return event.value, parse_facts(written, checked, catalogue(SCHEMAS)), written, checked


def test_marks_arrive_as_facts_and_lie_in_clear_nowhere(agency):
    value, facts, _, _ = sealed_facts(agency, siblings("Hid while Rory was hit."))
    told = {part.item: part.repeats for part in facts.content if part.subjects == ("1",)}
    assert told["concern.summary"] == {Repeat.of("child.name", "2")}
    assert told["child.voice"] == frozenset()
    assert b"child.name" not in value


def test_a_hub_that_reads_no_marks_is_sent_none(agency):
    _, facts, _, _ = sealed_facts(agency, siblings("Hid while Rory was hit."), reads=lambda: {"Facts": 1})
    assert {part.repeats for part in facts.content} == {None}


@pytest.mark.parametrize(
    "mark",
    [
        {"item": "child.name", "subjects": ["3"]},
        {"item": "child.name", "subjects": []},
        {"item": "Rory was hit", "subjects": ["1"]},
    ],
    ids=["a child that the event does not hold", "about nobody", "no data item"],
)
def test_a_mark_outside_the_closed_lists_is_refused(agency, mark):
    _, _, written, checked = sealed_facts(agency, siblings("Asleep."))
    written["content"][0]["repeats"] = [mark]
    with pytest.raises(BadRecord):
        parse_facts(written, checked, catalogue(SCHEMAS))


def test_a_notice_that_an_adapter_without_marks_took_is_known_again():
    concern = the_concern(a_notice(summary="Seen and well.", children=[a_child(narrative="Hid with Rory.")]))
    known = "ad7159b2065c7b37bdc45db86522b3661993e1e82c2f335a308b50ff9a39985c"  # as the release before marks had it
    assert identify(concern, b"s" * 32).facts_mac.hex() == known
    assert identify(mark(concern), b"s" * 32).facts_mac.hex() == known
