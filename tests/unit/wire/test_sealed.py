"""A sealed event opens to what was sealed; whatever is changed, swapped or forged is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.facts.errors import BadRecord, Reason
from hub.facts.shipped import shipped
from hub.keys.hpke import HYBRID, X25519
from hub.wire import records, sealed
from hub.wire.schemas import load_schemas
from tests.builders import FATHER, FINLAY, ISLA, a_concern
from tests.keyring import Keyring

SCHEMAS = load_schemas(shipped("schemas"))


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.made(tmp_path_factory.mktemp("keys"), "police.caledon", "police.westshire")


def sealed_siblings(keyring: Keyring) -> tuple[bytes, bytes]:
    concern = a_concern(people=(FATHER,)).about(ISLA).about(FINLAY).saying("concern.summary", "Seen and well.", "1")
    return sealed.seal(concern.made(), SCHEMAS, keyring.source("police.caledon"))


def refusal(keyring: Keyring, key: bytes | None, value: bytes | None) -> Reason:
    with pytest.raises(BadRecord) as caught:
        sealed.check(value, key, SCHEMAS, keyring.hub.public)
    return caught.value.reason


def rewritten(value: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    record = SCHEMAS.decode("SealedConcern", value)
    change(record)
    return SCHEMAS.encode("SealedConcern", record)


@pytest.mark.parametrize("suite", [HYBRID, X25519])
def test_each_part_opens_to_what_was_sealed_under_either_suite(tmp_path: Path, suite: str) -> None:
    keyring = Keyring.made(tmp_path, "police.caledon", suite=suite)
    key, value = sealed_siblings(keyring)
    event = sealed.check(value, key, SCHEMAS, keyring.hub.public)
    facts = sealed.open_part(event, 0, "Facts", SCHEMAS, keyring.hub.unseal)
    assert facts["reference"] == "VPD-2026-000123"
    assert [s["key"] for s in facts["subjects"]] == ["1", "2"]
    first, second = (
        sealed.open_part(event, s["identity_part"], "Identity", SCHEMAS, keyring.hub.unseal) for s in facts["subjects"]
    )
    assert records.identity_from(first) == ISLA
    assert records.identity_from(second) == FINLAY
    part = facts["content"][0]["part"]
    assert sealed.open_content(event, [part], SCHEMAS, keyring.hub.unseal)[part]["concern_summary"] == "Seen and well."


def test_nothing_personal_lies_in_clear(keyring: Keyring) -> None:
    key, value = sealed_siblings(keyring)
    for word in (b"Isla", b"Finlay", b"Abercorn", b"Gregor", b"2017", b"VPD-2026", b"ZG1", b"Seen", b"domestic"):
        assert word not in value
        assert word not in key


def test_one_case_has_one_key_and_two_cases_two(keyring: Keyring) -> None:
    source = keyring.source("police.caledon")
    first, update = (sealed.seal(a_concern(sequence=n).about(ISLA).made(), SCHEMAS, source)[0] for n in (1, 2))
    other = sealed.seal(a_concern(reference="VPD-2026-000124").about(ISLA).made(), SCHEMAS, source)[0]
    assert first == update
    assert first != other


def test_a_changed_header_is_a_bad_signature(keyring: Keyring) -> None:
    key, value = sealed_siblings(keyring)

    def raise_tier(record: dict[str, Any]) -> None:
        header = SCHEMAS.decode("ConcernHeader", record["header"])
        record["header"] = SCHEMAS.encode("ConcernHeader", header | {"tier": "immediate"})

    assert refusal(keyring, key, rewritten(value, raise_tier)) is Reason.BAD_SIGNATURE


def test_a_changed_swapped_missing_or_added_part_is_a_part_mismatch(keyring: Keyring) -> None:
    key, value = sealed_siblings(keyring)
    changes: list[Callable[[dict[str, Any]], None]] = [
        lambda r: r["parts"].__setitem__(2, r["parts"][2][:-1] + b"\0"),
        lambda r: r["parts"].reverse(),
        lambda r: r["parts"].pop(),
        lambda r: r["parts"].append(b"more"),
    ]
    assert {refusal(keyring, key, rewritten(value, change)) for change in changes} == {Reason.PART_MISMATCH}


def test_a_source_that_claims_anothers_identity_is_refused(keyring: Keyring) -> None:
    concern = a_concern(source="police.caledon").about(ISLA).made()
    key, value = sealed.seal(concern, SCHEMAS, keyring.source("police.westshire"))
    assert refusal(keyring, key, value) is Reason.SOURCE_MISMATCH


def test_an_unknown_signer_is_refused(keyring: Keyring) -> None:
    source = replace(keyring.source("police.caledon"), signing_key="police.nowhere.sign.1")
    key, value = sealed.seal(a_concern().about(ISLA).made(), SCHEMAS, source)
    assert refusal(keyring, key, value) is Reason.UNKNOWN_SIGNER


def test_a_key_of_another_use_signs_nothing(keyring: Keyring) -> None:
    source = replace(keyring.source("police.caledon"), signing_key=keyring.source("police.caledon").matching.key_id)
    key, value = sealed.seal(a_concern().about(ISLA).made(), SCHEMAS, source)
    assert refusal(keyring, key, value) is Reason.UNKNOWN_SIGNER


def test_another_record_key_than_the_case_key_is_refused(keyring: Keyring) -> None:
    _, value = sealed_siblings(keyring)
    assert refusal(keyring, b"x" * 32, value) is Reason.CASE_KEY_MISMATCH
    assert refusal(keyring, None, value) is Reason.CASE_KEY_MISMATCH


def test_a_part_of_one_event_does_not_open_in_another(keyring: Keyring) -> None:
    key, value = sealed_siblings(keyring)
    other_key, other_value = sealed_siblings(keyring)
    event = sealed.check(value, key, SCHEMAS, keyring.hub.public)
    other = sealed.check(other_value, other_key, SCHEMAS, keyring.hub.public)
    with pytest.raises(BadRecord) as caught:
        sealed.open_part(replace(event, parts=other.parts), 0, "Facts", SCHEMAS, keyring.hub.unseal)
    assert caught.value.reason is Reason.UNOPENABLE


def test_facts_sealed_to_a_key_of_another_use_are_not_opened(keyring: Keyring) -> None:
    source = keyring.source("police.caledon")
    key, value = sealed.seal(a_concern().about(ISLA).made(), SCHEMAS, replace(source, deciding=source.matching))
    event = sealed.check(value, key, SCHEMAS, keyring.hub.public)
    with pytest.raises(BadRecord) as caught:
        sealed.open_part(event, 0, "Facts", SCHEMAS, keyring.hub.unseal)
    assert caught.value.reason is Reason.UNKNOWN_KEY


def test_old_keys_open_after_rotation(tmp_path: Path) -> None:
    keyring = Keyring.made(tmp_path, "police.caledon")
    key, value = sealed_siblings(keyring)
    from hub.keys.provider import Use

    for use in (Use.DECIDING, Use.MATCHING, Use.RELEASE):
        keyring.hub.make("hub", use)
    newer_key, newer = sealed_siblings(keyring)
    for record_key, record in ((key, value), (newer_key, newer)):
        event = sealed.check(record, record_key, SCHEMAS, keyring.hub.public)
        sealed.open_part(event, 0, "Facts", SCHEMAS, keyring.hub.unseal)
    assert {h.key_id for h in event.headers} >= {"hub.deciding.2", "hub.release.2", "hub.matching.2"}


@given(st.binary(max_size=400))
def test_whatever_bytes_come_the_refusal_is_of_the_closed_list(keyring: Keyring, value: bytes) -> None:
    assert refusal(keyring, b"k", value) in {Reason.NOT_FRAMED, Reason.UNKNOWN_SCHEMA, Reason.UNDECODABLE}


@given(st.data())
def test_no_change_of_any_byte_goes_unseen(keyring: Keyring, data: st.DataObject) -> None:
    key, value = sealed_siblings(keyring)
    place = data.draw(st.integers(0, len(value) - 1))
    flipped = bytes([value[place] ^ data.draw(st.integers(1, 255))])
    with pytest.raises(BadRecord):
        sealed.check(value[:place] + flipped + value[place + 1 :], key, SCHEMAS, keyring.hub.public)
