"""Records made to stop the router: each is a dead letter, and its batch goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.routing.context import Record
from hub.wire.sealed import SourceKeys, seal
from tests.builders import ISLA, a_concern
from tests.town import PRIMARY, Town


@pytest.mark.parametrize("key_id", ["\u00e9" * 190, "a\nb", "hub.matching.1/..", "\U0001f600" * 100])
def test_a_signing_key_whose_name_no_file_can_bear_is_an_unknown_signer(town: Town, key_id: str) -> None:
    good = a_concern().about(ISLA).made()
    keys = town.keys()
    forged = seal(
        a_concern(reference="VPD-2026-000777").about(ISLA).made(),
        town.parts.schemas,
        SourceKeys(key_id, keys.sign, keys.case_secret, keys.matching, keys.deciding, keys.release),
    )
    town.route([town.record(*forged), town.record(*town.sealed(good))])
    assert town.dead() == ["unknown_signer"]
    assert town.told(good) == {PRIMARY: "disclose"}


@pytest.mark.parametrize("name", ["matching", "deciding", "release"])
def test_a_part_sealed_to_a_key_whose_name_no_file_can_bear_is_an_unknown_key(town: Town, name: str) -> None:
    good = a_concern().about(ISLA).made()
    keys = town.keys()
    key = replace(getattr(keys, name), key_id=f"hub.{name}.{'é' * 180}")
    bad = seal(
        a_concern(reference="VPD-2026-000777").about(ISLA).saying("concern.summary", "Text.").made(),
        town.parts.schemas,
        replace(keys, **{name: key}),
    )
    town.route([town.record(*bad), town.record(*town.sealed(good))])
    assert town.dead() == ["unknown_key"]
    assert town.told(good) == {PRIMARY: "disclose"}


def rubbish(town: Town, count: int, value: bytes = b"x") -> list[Record]:
    return [town.record(b"key", value) for _ in range(count)]


def test_a_flood_of_rubbish_is_a_few_dead_letters_that_say_how_many_they_are_and_the_good_one_behind_it_is_told(
    town: Town,
) -> None:
    good = a_concern().about(ISLA).made()
    for _ in range(5):
        town.route(rubbish(town, 200))
    town.route([*rubbish(town, 100), town.record(*town.sealed(good))])
    assert town.told(good) == {PRIMARY: "disclose"}
    assert town.query("select sum(records)::int, count(*) < 60, bool_and(owner = 'hub') from dead_letter") == [
        (1_100, True, True)
    ]
    assert town.query("select distinct whole from dead_letter where records > 1") == [(False,)]


def test_of_a_huge_record_that_nobody_is_proved_to_have_written_64_kib_and_its_digest_are_kept(town: Town) -> None:
    town.route([town.record(b"k" * 9_000, b"x" * 1_000_000), town.record(b"k", b"y" * 65_536)])
    assert town.query(
        "select octet_length(body), body_bytes, octet_length(record_key), whole, body_digest = sha256(%s) "
        "from dead_letter order by record_offset limit 1",
        b"x" * 1_000_000,
    ) == [(65_536, 1_000_000, 1_024, False, True)]
    assert town.query("select octet_length(body), whole from dead_letter order by record_offset desc limit 1") == [
        (65_536, True)
    ]


def test_what_a_source_is_proved_to_have_sent_is_kept_whole_however_large_so_that_it_can_be_replayed(
    town: Town,
) -> None:
    keys = town.keys()
    lost = replace(keys.deciding, key_id="hub.deciding.9")
    said = "A long account. " * 8_000
    sealed = seal(
        a_concern().about(ISLA).saying("concern.detail", said).made(), town.parts.schemas, replace(keys, deciding=lost)
    )
    assert len(sealed[1]) > 100_000
    town.route([town.record(*sealed)])
    assert town.query("select reason, body = %s, record_key = %s, whole from dead_letter", sealed[1], sealed[0]) == [
        ("unknown_key", True, True, True)
    ]


def test_copies_of_one_bad_record_are_one_notice_and_one_news(town: Town) -> None:
    keys = town.keys()
    lost = replace(keys.deciding, key_id="hub.deciding.9")
    key, value = seal(a_concern().about(ISLA).made(), town.parts.schemas, replace(keys, deciding=lost))
    for _ in range(4):
        town.route([town.record(key, value) for _ in range(50)])
    assert town.query("select count(*) from dead_letter") == [(200,)]
    assert town.query("select recipient, purpose, reason is null from delivery") == [("police.caledon", "notify", True)]
    assert town.query("select count(*) from outbox") == [(1,)]
    assert town.query("select count(*) from source_standing where quarantined_at is not null") == [(0,)]


def test_a_batch_that_cannot_be_read_is_a_dead_letter_of_the_hub_s_and_cannot_be_replayed(town: Town) -> None:
    batch = replace(town.record(None, b"compressed bytes"), unreadable=True, records=7)
    good = a_concern().about(ISLA).made()
    town.route([batch, town.record(*town.sealed(good))])
    assert town.told(good) == {PRIMARY: "disclose"}
    assert town.query("select reason, owner, records, whole, source from dead_letter") == [
        ("unreadable", "hub", 7, False, None)
    ]
