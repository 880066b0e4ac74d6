"""An adapter's test of its connection, and news that the hub signs: on the shipped schemas and real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hub.facts.clock import utc_now
from hub.facts.errors import BadRecord, Reason
from hub.keys.files import FileKeys
from hub.keys.overlap import Overlap
from hub.keys.provider import Use
from hub.routing.testing import EVERY
from hub.wire.connection import seal_test
from hub.wire.news import About, NewsSigner, Read, Said, read_news, seal_news
from tests.builders import ISLA, a_concern
from tests.town import Town

CALEDON = "police.caledon"


def a_test(town: Town, source: str = CALEDON, **keys: object):
    """The record of a source's test, and the id of its event."""
    event_id = uuid4()
    sealed = seal_test(event_id, source, town.now, town.parts.schemas, replace(town.keys(source), **keys))
    return event_id, town.record(*sealed, tier="routine")


def heard(town: Town, source: str = CALEDON) -> list[Read]:
    """The news in the outbox as the source reads it."""
    own = FileKeys(town.settings.agency_keys(source))
    values = town.query("select value from outbox where topic = %s order by seq", f"receipts.{source}")
    found = [read_news(value, town.parts.schemas, town.parts.keys.public, own.unseal) for (value,) in values]
    return [one for one in found if one is not None]


def test_a_test_is_answered_with_what_the_hub_reads_and_leaves_nothing_else(town: Town) -> None:
    event_id, record = a_test(town)
    town.route([record])
    [news] = heard(town)
    assert (news.about.event_id, news.about.source, news.said.outcome) == (event_id, CALEDON, "connection_tested")
    assert news.said.reads["SealedNews"] == 2
    assert news.said.reads["Facts"] >= 1
    assert len(news.about.digest) == 32
    for table in ("event", "decision", "delivery", "review_task", "dead_letter", "ledger_entry"):
        assert town.query(f"select count(*) from {table}") == [(0,)], table


def test_a_sources_tests_are_answered_once_in_ten_minutes(town: Town) -> None:
    for _ in range(3):
        town.route([a_test(town)[1], a_test(town)[1]])
    assert len(heard(town)) == 1
    town.route([a_test(town, "police.westshire")[1]])
    assert len(heard(town, "police.westshire")) == 1
    town.now += EVERY + timedelta(seconds=1)
    town.route([a_test(town)[1]])
    assert len(heard(town)) == 2


def test_a_test_beside_concerns_delays_none_of_them(town: Town) -> None:
    concern = a_concern(tier="routine").about(ISLA).made()
    town.route([a_test(town)[1], town.record(*town.sealed(concern), tier="routine"), a_test(town)[1]])
    assert town.told(concern)
    assert {news.said.outcome for news in heard(town)} == {"connection_tested", "matched"}


def test_a_test_sealed_to_a_key_that_the_hub_has_not_says_why_it_failed(town: Town) -> None:
    wrong = replace(town.keys().matching, key_id="hub.matching.77")
    _, record = a_test(town, matching=wrong)
    town.route([record])
    [news] = heard(town)
    assert (news.said.outcome, news.said.reason) == ("dead_letter", "unknown_key")


def test_a_test_signed_by_a_stranger_is_answered_to_nobody(town: Town, tmp_path) -> None:
    stranger = FileKeys(tmp_path)
    key_id = stranger.make(CALEDON, Use.SIGN)
    _, record = a_test(town, sign=lambda message: stranger.sign(key_id, message))
    town.route([record])
    assert heard(town) == []
    assert town.dead() == ["bad_signature"]


# --- news ------------------------------------------------------------------------------------------------------------


def test_news_bears_the_digest_of_the_header_that_was_sent(town: Town) -> None:
    import hashlib

    concern = a_concern().about(ISLA).made()
    key, value = town.sealed(concern)
    town.route([town.record(key, value)])
    header = town.parts.schemas.decode("SealedConcern", value)["header"]
    assert [news.about for news in heard(town)] == [About(concern.event_id, CALEDON, hashlib.sha256(header).digest())]


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": b""},
        {"signature": bytes(64)},
        {"signing_key": ""},
        {"signing_key": "hub.webhook.1"},
        {"signing_key": "police.caledon.sign.1"},
        {"event_id": UUID(int=7).bytes},
        {"source": "police.westshire"},
        {"header_digest": bytes(32)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_news_that_the_hub_did_not_sign_so_is_ignored(town: Town, changes: dict[str, object]) -> None:
    own = FileKeys(town.settings.agency_keys(CALEDON))
    schemas, genuine = town.parts.schemas, signed(town)
    assert read_news(genuine, schemas, town.parts.keys.public, own.unseal) is not None
    value = schemas.encode("SealedNews", schemas.decode("SealedNews", genuine) | changes)
    assert read_news(value, schemas, town.parts.keys.public, own.unseal) is None


def signed(town: Town) -> bytes:
    key = town.parts.keys.public(f"{CALEDON}.receive.1")
    about = About(uuid4(), CALEDON, b"d" * 32)
    return seal_news(about, key, town.parts.schemas, town.parts.news_signer, at=town.now, said=Said("matched", 1))


def test_other_news_under_a_signature_that_is_genuine_is_ignored(town: Town) -> None:
    """Anybody can seal to a public key; the signature covers what is sealed."""
    schemas = town.parts.schemas
    one, other = (schemas.decode("SealedNews", signed(town)) for _ in range(2))
    own = FileKeys(town.settings.agency_keys(CALEDON))
    value = schemas.encode("SealedNews", one | {"sealed": other["sealed"]})
    assert read_news(value, schemas, town.parts.keys.public, own.unseal) is None


def test_a_hub_without_a_news_key_writes_news_that_readers_ignore(town: Town, tmp_path) -> None:
    key = town.parts.keys.public(f"{CALEDON}.receive.1")
    signer = NewsSigner(Overlap(FileKeys(tmp_path), utc_now))
    about, said = About(uuid4(), CALEDON, b""), Said("matched")
    value = seal_news(about, key, town.parts.schemas, signer, at=town.now, said=said)
    own = FileKeys(town.settings.agency_keys(CALEDON))
    assert read_news(value, town.parts.schemas, town.parts.keys.public, own.unseal) is None


def test_what_is_no_news_at_all_is_said_so(town: Town) -> None:
    own = FileKeys(town.settings.agency_keys(CALEDON))
    with pytest.raises(BadRecord) as raised:
        read_news(b"rubbish", town.parts.schemas, town.parts.keys.public, own.unseal)
    assert raised.value.reason is Reason.NOT_FRAMED
