"""Batches as a broker sends them: read where they can be, one record where they cannot, and never an error."""

from __future__ import annotations

import gzip
import struct

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from hub.kafka.batches import MOST, MOST_RECORDS, Batches, Unreadable, read_safely

CHECK_CRC = True
NONE, GZIP, SNAPPY, LZ4, ZSTD = range(5)


def a_batch(*values: bytes, codec: int = NONE, first: int = 0) -> bytes:
    built = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec if codec == GZIP else NONE,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 28,
    )
    for delta, value in enumerate(values):
        built.append(delta, timestamp=1_700_000_000_000 + delta, key=b"k", value=value, headers=[])
    raw = bytearray(built.build())
    struct.pack_into(">q", raw, 0, first)
    if codec != GZIP:
        return signed(with_codec(raw, codec))
    return bytes(raw)


def with_codec(raw: bytearray, codec: int) -> bytearray:
    """The same bytes, said to be compressed in another way."""
    struct.pack_into(">h", raw, 21, codec)
    return raw


def signed(raw: bytearray) -> bytes:
    struct.pack_into(">I", raw, 17, calc_crc32c(bytes(raw[21:])))
    return bytes(raw)


def read(data: bytes, fetched_from: int = 0):
    """(offset, value) of each record, by aiokafka's own reading of an answer; and where it stands then."""
    records = fetcher.PartitionRecords(
        TopicPartition("concern.urgent", 0), Batches(data), [], fetched_from, None, None, CHECK_CRC, 0
    )
    found = [(record.offset, record.value) for record in records]
    return found, records.next_fetch_offset


def test_what_is_not_compressed_and_what_gzip_compressed_is_read() -> None:
    data = a_batch(b"one", b"two") + a_batch(b"three", codec=GZIP, first=2)
    assert read(data) == ([(0, b"one"), (1, b"two"), (2, b"three")], 3)
    assert read(data, fetched_from=1) == ([(1, b"two"), (2, b"three")], 3)


@pytest.mark.parametrize("codec", [SNAPPY, LZ4, ZSTD, 5, 7])
def test_a_batch_that_cannot_be_unpacked_is_one_record_and_those_beside_it_are_read(codec: int) -> None:
    data = a_batch(b"before") + a_batch(b"x", b"y", b"z", codec=codec, first=1) + a_batch(b"behind", first=4)
    (first, stand_in, last), position = read(data)
    assert (first, last, position) == ((0, b"before"), (4, b"behind"), 5)
    assert stand_in[0] == 3, "the last offset that it takes up, so that all of it counts as read"
    assert isinstance(stand_in[1], Unreadable)
    assert stand_in[1].records == 3


def test_it_is_read_so_also_from_its_midst() -> None:
    data = a_batch(b"x", b"y", b"z", codec=LZ4, first=10)
    found, position = read(data, fetched_from=11)
    assert ([offset for offset, _ in found], position) == ([12], 13)


def test_a_batch_that_unpacks_to_more_than_it_may_is_never_unpacked_whole() -> None:
    bomb = a_batch(bytes(MOST + 1), codec=GZIP)
    assert len(bomb) < 50_000
    [(offset, value)], position = read(bomb)
    assert (offset, position, type(value)) == (0, 1, Unreadable)
    [(_, value)], _ = read(a_batch(bytes(MOST)))
    assert isinstance(value, Unreadable), "nor is one that is so large as it is"
    [(_, value)], _ = read(a_batch(bytes(MOST // 2), codec=GZIP))
    assert value == bytes(MOST // 2)


def test_nor_is_one_that_hides_what_it_unpacks_to_behind_a_small_beginning() -> None:
    bomb = bytearray(a_batch(b"small", codec=GZIP) + gzip.compress(bytes(MOST + 1)))
    struct.pack_into(">i", bomb, 8, len(bomb) - 12)
    [(offset, value), behind], position = read(signed(bomb) + a_batch(b"behind", first=1))
    assert (offset, type(value)) == (0, Unreadable)
    assert (behind, position) == ((1, b"behind"), 2)


def test_a_batch_of_more_records_than_events_fit_into_is_one_record() -> None:
    [(offset, value)], _ = read(a_batch(*[b"x"] * (MOST_RECORDS + 1)))
    assert (offset, type(value), value.records) == (MOST_RECORDS, Unreadable, MOST_RECORDS + 1)


def test_a_damaged_batch_is_one_record() -> None:
    whole = a_batch(b"one", b"two")
    for at in (17, 30, 61, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        found, _ = read(bytes(damaged) + a_batch(b"behind", first=500))
        assert isinstance(found[0][1], Unreadable)
        assert found[-1] == (500, b"behind")


def test_the_rest_of_an_answer_that_was_cut_off_is_fetched_again() -> None:
    whole = a_batch(b"one")
    assert read(whole + a_batch(b"two", first=1)[:40]) == ([(0, b"one")], 1)
    cut = Batches(whole[:40])
    assert (cut.has_next(), cut.size_in_bytes(), cut.next_batch()) == (False, 40, None)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_at_all_raise_or_go_on_for_ever(noise: bytes, at: int) -> None:
    whole = a_batch(b"one", b"two")
    for data in (noise, whole[:at] + noise, whole + noise):
        batches, read_batches = Batches(data), 0
        while batches.has_next():
            batch = batches.next_batch()
            assert batch is not None
            list(batch) if not batch.is_control_batch else None
            read_batches += 1
        assert read_batches <= len(data)


def test_every_consumer_of_the_process_reads_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", object)
    read_safely()
    assert fetcher.MemoryRecords is Batches
