"""Reading the batches of records that a broker sends, so that none of them can stop its partition or fill the memory.

aiokafka raises on a batch that it cannot read (compressed by a codec that is not installed, damaged) and unpacks a
compressed one without a limit. Its error names no partition, comes again at each fetch, and takes with it what the same
fetch held of other partitions. Here such a batch is one record, `Unreadable`, which becomes a dead letter; and what is
compressed is unpacked within a limit. Topics are made with `compression.type=uncompressed`, by which the broker itself
unpacks and refuses what is too large; this is for what was written before, or to a topic that somebody else made.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka.consumer import fetcher
from aiokafka.record.memory_records import MemoryRecords

from hub.kafka.topics import MAX_MESSAGE

MOST = 4 * MAX_MESSAGE
"""Bytes of a batch once it is unpacked: several times of what the broker takes of one that is not compressed."""
MOST_RECORDS = 50_000
"""Of one batch: an event has two kilobytes and more, so that its topics' batches never hold so many."""
_OVERHEAD = 12  # base offset and length, before what the length counts
_HEADER = 61  # of a batch in the format of Kafka 0.11 and since (magic 2)
_MAGIC, _ATTRIBUTES, _LAST_DELTA, _MAX_TIMESTAMP, _COUNT = 16, 21, 23, 35, 57
_NEWEST = 2
_CODEC, _GZIP = 0x07, 1


class Unreadable(bytes):
    """The value of the one record that stands for a batch which cannot be read: the batch as it came."""

    records: int = 1
    """How many offsets the batch takes up; the record's own is the last of them."""


class Batch(Protocol):
    """What the fetcher asks of a batch."""

    next_offset: int
    is_control_batch: bool

    def validate_crc(self) -> bool: ...

    def __iter__(self) -> Iterator[Any]: ...


class Batches:
    """In place of aiokafka's MemoryRecords: the whole batches of one answer, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = bytes(data), 0

    def size_in_bytes(self) -> int:
        """Of the answer; a batch that was cut off at its end is not among those that `has_next` tells of."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether another batch is there, whole."""
        return self._end() > self._at

    def next_batch(self) -> Batch | None:
        """The next one, which raises nothing when it is read."""
        raw, self._at = self._data[self._at : self._end()], self._end()
        return _read(raw) if raw else None

    def _end(self) -> int:
        if len(self._data) < self._at + _OVERHEAD:
            return self._at
        (length,) = struct.unpack_from(">i", self._data, self._at + 8)
        end = self._at + _OVERHEAD + max(0, int(length))
        return end if end <= len(self._data) else self._at


@dataclass(slots=True)
class _Whole:
    """A batch whose records were read already."""

    records: list[Any]
    next_offset: int
    is_control_batch: bool = False
    is_transactional: bool = False
    producer_id: int | None = None
    base_offset: int = 0

    def validate_crc(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self.records)


@dataclass(frozen=True, slots=True)
class _Record:
    """As aiokafka reads one."""

    offset: int
    timestamp: int
    value: Unreadable
    timestamp_type: int = 1
    key: None = None
    checksum: None = None
    headers: tuple[()] = ()


def read_safely() -> None:
    """Every consumer of this process reads batches so from now on."""
    fetcher.MemoryRecords = Batches


def _read(raw: bytes) -> Batch:
    try:
        batch = MemoryRecords(raw).next_batch()
        if batch is None or not _unpacks(raw) or not batch.validate_crc():
            return _stand_in(raw)
        if batch.is_control_batch:
            return batch  # type: ignore[no-any-return]  # aiokafka is untyped here
        return _Whole(list(batch), batch.next_offset)
    except Exception:  # noqa: BLE001 - whatever reading a batch raises, the batch is what cannot be read
        return _stand_in(raw)


def _unpacks(raw: bytes) -> bool:
    """Whether the batch is not compressed, or by gzip and to no more than it may be; and holds no flood of records."""
    if len(raw) > MOST:
        return False
    if raw[_MAGIC] < _NEWEST:
        return not raw[_MAGIC + 1] & _CODEC
    if struct.unpack_from(">i", raw, _COUNT)[0] > MOST_RECORDS:
        return False
    codec = struct.unpack_from(">h", raw, _ATTRIBUTES)[0] & _CODEC
    if codec != _GZIP:
        return bool(codec == 0)
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    size = len(unpacking.decompress(raw[_HEADER:], MOST + 1))
    return size <= MOST and unpacking.eof and not unpacking.unused_data  # a second member may be what is too large


def _stand_in(raw: bytes) -> Batch:
    (first,) = struct.unpack_from(">q", raw)
    delta, timestamp = 0, 0
    if len(raw) >= _HEADER and raw[_MAGIC] >= _NEWEST:
        (delta,) = struct.unpack_from(">i", raw, _LAST_DELTA)
        (timestamp,) = struct.unpack_from(">q", raw, _MAX_TIMESTAMP)
    last = first + max(0, delta)
    value = Unreadable(raw)
    value.records = last - first + 1
    return _Whole([_Record(last, timestamp, value)], last + 1)
