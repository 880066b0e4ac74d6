from dataclasses import replace
from datetime import date

import pytest

from hub.facts.errors import KeyMissing, Unopenable
from hub.facts.model import Identity
from hub.facts.terms import Relationship
from hub.matching.deciding.child import child_of
from hub.matching.register.records import OpenedRecord, RegisterKeys, Sealer, SourceRecord, binding, decode, encode
from tests.unit.matching.children import MAISIE

KEYS = RegisterKeys(b"b" * 32, "hub.register.1", {"hub.register.1": b"1" * 32, "hub.register.2": b"2" * 32})
SUBJECT = bytes(range(16))
BOUND = binding(SUBJECT, "school.ashdown-primary", "enrolled", None)
FULL = SourceRecord(
    "school.ashdown-primary",
    "P-1",
    Relationship.ENROLLED,
    replace(
        MAISIE,
        known_as="Mais",
        previous_family_names=("Oakhurst", "van Dyck"),
        chi_number="1705140017",
        upn="A801200001001",
        scn="123456780",
        address="7 Sample Close, Ashdown",
    ),
    start=date(2019, 9, 1),
    end=date(2025, 7, 20),
    restricted=True,
)


def opened(record):
    fields = decode(encode(record, child_of(record.identity)))
    return OpenedRecord(record.organisation, record.relationship.value, record.end, fields)


def test_a_record_comes_back_with_dates_and_numbers_in_canonical_form():
    back = opened(FULL).record()
    assert back == replace(FULL, identity=replace(FULL.identity, nhs_number="9990000018", postcode="ZW42AB"))


def test_the_child_of_a_stored_record_is_the_child_of_the_row():
    assert opened(FULL).child() == child_of(FULL.identity)._replace(failed=())


def test_what_is_no_postcode_is_kept_for_people_and_not_compared():
    record = replace(FULL, identity=replace(FULL.identity, postcode="no fixed abode"))
    assert opened(record).record().identity.postcode == "no fixed abode"
    assert opened(record).child().postcode == ""


def test_an_empty_record_survives():
    record = SourceRecord("gp.glenmore", "1", Relationship.REGISTERED_PATIENT, Identity())
    assert opened(record).record() == record


def test_control_characters_cannot_forge_a_field():
    record = replace(FULL, identity=replace(FULL.identity, family_name="Thorn\x1fbury\x1e"), local_id="P\x1f-1")
    assert opened(record).record().identity.family_name == "Thornbury"
    assert opened(record).local_id == "P-1"


def test_sealing_hides_and_opens():
    sealer = Sealer(KEYS)
    sealed = sealer.seal(b"1\x1fThornbury" + b"\x1f" * 12, BOUND, b"n" * 12)
    assert b"Thornbury" not in sealed
    assert sealer.open("hub.register.1", sealed, BOUND)[1] == "Thornbury"


@pytest.mark.parametrize(
    "bound",
    [
        binding(bytes(16), "school.ashdown-primary", "enrolled", None),
        binding(SUBJECT, "school.ashdown-high", "enrolled", None),
        binding(SUBJECT, "school.ashdown-primary", "named_person", None),
        binding(SUBJECT, "school.ashdown-primary", "enrolled", date(2030, 1, 1)),
    ],
)
def test_a_record_moved_to_another_child_or_roll_does_not_open(bound):
    sealer = Sealer(KEYS)
    with pytest.raises(Unopenable):
        sealer.open("hub.register.1", sealer.seal(b"1", BOUND, b"n" * 12), bound)


def test_a_changed_record_or_another_key_does_not_open():
    sealer = Sealer(KEYS)
    sealed = sealer.seal(b"1" + b"\x1f" * 13, BOUND, b"n" * 12)
    with pytest.raises(Unopenable):
        sealer.open("hub.register.1", sealed[:-1] + bytes([sealed[-1] ^ 1]), BOUND)
    with pytest.raises(Unopenable):
        sealer.open("hub.register.2", sealed, BOUND)
    with pytest.raises(KeyMissing):
        sealer.open("hub.register.9", sealed, BOUND)


def test_the_current_key_must_be_held():
    with pytest.raises(KeyMissing):
        Sealer(replace(KEYS, current="hub.register.9"))


def test_nothing_personal_shows_in_a_repr():
    shown = repr([FULL, opened(FULL), child_of(FULL.identity), KEYS])
    for secret in ("Maisie", "Thornbury", "2014", "9990000018", "P-1", "bbbb", "1111"):
        assert secret not in shown
