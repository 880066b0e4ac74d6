"""Nobody claims an event id by coming first: each source's event of it is routed, and told of under its own id."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

import pytest

from hub.facts.model import DELIVERY_NAMESPACE, Concern
from hub.facts.terms import EventKind
from hub.keys.files import FileKeys
from hub.people.operating.why import why
from hub.wire.news import Read, read_news
from tests.builders import FINLAY, ISLA, a_concern
from tests.town import ACADEMY, NOW, PRIMARY, TWIN, Town

CALEDON, WESTSHIRE = "police.caledon", "police.westshire"


def of_westshire(event_id: UUID, reference: str = "WES-1") -> Concern:
    return a_concern(source=WESTSHIRE, event_id=event_id, reference=reference).about(FINLAY).made()


def of_caledon(event_id: UUID, reference: str = "CAL-1") -> Concern:
    return a_concern(source=CALEDON, event_id=event_id, reference=reference).about(ISLA).made()


def apart(town: Town, event_id: UUID) -> UUID:
    """What the second source's event of this id is kept under."""
    [(found,)] = town.query("select event_id from event where sent_as = %s", event_id)
    assert isinstance(found, UUID)
    return found


def heard(town: Town, source: str) -> list[Read]:
    own = FileKeys(town.settings.agency_keys(source))
    values = town.query("select value from outbox where topic = %s order by seq", f"receipts.{source}")
    found = [read_news(value, town.parts.schemas, town.parts.keys.public, own.unseal) for (value,) in values]
    return [one for one in found if one is not None]


def recipients(town: Town, event_id: UUID) -> dict[str, str]:
    found = town.query(
        "select recipient, purpose from delivery where event_id = %s and status <> 'cancelled'", event_id
    )
    return dict(found)


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one after the other"])
def test_both_sources_events_of_one_id_are_decided_and_each_hears_of_its_own(town: Town, *, together: bool) -> None:
    event_id = uuid4()
    first, second = of_westshire(event_id), of_caledon(event_id)
    for batch in ([first, second],) if together else ([first], [second]):
        town.send(*batch)
    assert town.dead() == []
    assert ACADEMY in {made["recipient"] for made in town.story(event_id)["decisions"]}
    assert recipients(town, apart(town, event_id)) == {PRIMARY: "disclose"}
    assert town.query("select source from event where event_id = %s", event_id) == [(WESTSHIRE,)]
    for source in (WESTSHIRE, CALEDON):
        [news] = heard(town, source)
        assert (news.about.event_id, news.about.source, news.said.outcome) == (event_id, source, "matched")
    assert town.query("select count(*) from source_standing") == [(0,)]


def test_the_second_one_again_is_a_repeat_and_with_other_content_a_conflict(town: Town) -> None:
    event_id = uuid4()
    second = town.record(*town.sealed(of_caledon(event_id)))
    town.send(of_westshire(event_id))
    town.route([second])
    town.route([replace(second, offset=900), replace(second, offset=901)])
    assert town.query("select count(*) from event") == [(2,)]
    assert town.dead() == []
    town.send(of_caledon(event_id, reference="CAL-2"))
    assert town.dead() == ["conflicting_event"]
    [letter] = town.story(apart(town, event_id))["dead_letters"]
    assert (letter["source"], letter["reason"]) == (CALEDON, "conflicting_event")
    assert town.story(event_id)["dead_letters"] == []
    assert heard(town, CALEDON)[-1].about.event_id == event_id
    assert len(heard(town, WESTSHIRE)) == 1


def test_the_first_one_again_stays_what_it_was(town: Town) -> None:
    event_id = uuid4()
    first = town.record(*town.sealed(of_westshire(event_id)))
    town.route([first])
    town.send(of_caledon(event_id))
    town.route([replace(first, offset=900)])
    assert town.query("select count(*) from event") == [(2,)]
    assert town.dead() == []


def test_updates_and_a_retraction_of_the_second_ones_case_reach_whom_it_told(town: Town) -> None:
    event_id = uuid4()
    town.send(of_westshire(event_id), of_caledon(event_id))
    kept, before = apart(town, event_id), recipients(town, event_id)
    town.change("update delivery set status = 'accepted' where event_id = %s", kept)
    town.send(a_concern(kind=EventKind.RETRACTED, reference="CAL-1", sequence=2).made())
    [(retraction,)] = town.query("select event_id from event where source = %s and sequence = 2", CALEDON)
    assert recipients(town, retraction) == {PRIMARY: "recall"}
    assert recipients(town, event_id) == before
    assert [past["event_id"] for past in town.story(retraction)["history"]] == [kept]


def test_the_second_one_is_decided_anew_as_itself(town: Town) -> None:
    event_id = uuid4()
    town.send(of_westshire(event_id), replace(of_caledon(event_id), subjects=a_concern().about(TWIN).made().subjects))
    kept = apart(town, event_id)
    town.change(
        "insert into resumption (event_id, subject, cause, requested_at) values (%s, '1', 'recheck', %s)", kept, NOW
    )
    assert town.decide_anew() == 1
    assert [made["revision"] for made in town.story(kept)["revisions"]] == [2]
    assert town.story(event_id)["revisions"] == []
    assert {news.about.event_id for news in heard(town, CALEDON)} == {event_id}


def test_a_dead_letter_of_the_release_before_is_routed_when_it_is_replayed(town: Town) -> None:
    event_id = uuid4()
    town.send(of_westshire(event_id))
    second = of_caledon(event_id)
    town.send(second)  # as it comes back from its dead letter: the very record
    assert recipients(town, apart(town, event_id)) == {PRIMARY: "disclose"}


def test_what_one_source_is_told_of_a_dead_letter_silences_no_other_of_the_same_id(town: Town) -> None:
    event_id = uuid4()
    town.send(replace(of_westshire(event_id), subjects=()), replace(of_caledon(event_id), subjects=()))
    assert town.dead() == ["invalid_fact", "invalid_fact"]
    assert [news.about.event_id for source in (CALEDON, WESTSHIRE) for news in heard(town, source)] == [event_id] * 2
    assert sorted(town.query("select source, bad_count from source_standing")) == [(CALEDON, 1), (WESTSHIRE, 1)]


def test_an_id_that_the_hub_would_give_a_dead_letter_claims_nothing(town: Town) -> None:
    key, value = town.sealed(replace(of_caledon(uuid4()), subjects=()))
    bad = replace(town.record(key, value), offset=700)
    name = f"dead|{bad.topic}|{bad.partition}|{bad.offset}|{hashlib.sha256(value).hexdigest()}"
    town.send(of_westshire(uuid5(DELIVERY_NAMESPACE, name)))
    town.route([bad])
    assert town.dead() == ["invalid_fact"]
    assert town.query("select count(*) from event where kind = 'dead_letter'") == [(1,)]


def test_its_story_and_why_name_the_other_of_the_same_id(town: Town) -> None:
    event_id = uuid4()
    town.send(of_westshire(event_id), of_caledon(event_id))
    kept = apart(town, event_id)
    first, second = town.story(event_id), town.story(kept)
    assert (second["event_id"], second["sent_as"], second["source"]) == (kept, event_id, CALEDON)
    assert second["same_id"] == [{"event_id": event_id, "source": WESTSHIRE}]
    assert first["same_id"] == [{"event_id": kept, "source": CALEDON}]
    with town.parts.desk() as desk:
        assert str(kept) in str(why(desk, str(event_id))["sentence"])
