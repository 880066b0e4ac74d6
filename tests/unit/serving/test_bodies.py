"""Bodies in another encoding are taken, or named; never misread, and never larger than allowed."""

from __future__ import annotations

import gzip
import zlib

import pytest

from hub.serving.bodies import NotTaken, plain_body

BODY = b'{"notice_reference": "REP-1"}'
PACKED = gzip.compress(BODY)


@pytest.mark.parametrize("encoding", [None, "", "identity", "Identity", " identity , identity"])
def test_a_plain_body_is_what_it_is(encoding: str | None) -> None:
    assert plain_body(BODY, encoding, 100) == BODY
    assert plain_body(b"", encoding, 100) == b""


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_a_body_compressed_with_gzip_is_taken(encoding: str) -> None:
    assert plain_body(gzip.compress(BODY), encoding, 100) == BODY
    assert plain_body(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), encoding, 100) == BODY


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "compress", "gzip, gzip", "gzip, br", "mystery"])
def test_any_other_encoding_is_not_taken_and_is_not_called_a_fault_of_the_notice(encoding: str) -> None:
    refused = plain_body(zlib.compress(BODY), encoding, 100)
    assert isinstance(refused, NotTaken)
    assert refused.status == 415
    assert "gzip" in refused.sentence
    assert encoding not in refused.sentence or encoding == "gzip"


@pytest.mark.parametrize(
    "raw",
    [BODY, b"", PACKED[:-3], PACKED + b"rest", b"\x1f\x8b"],
    ids=["in clear", "empty", "cut off", "with a rest", "two bytes"],
)
def test_what_is_said_to_be_gzip_and_is_not_is_named(raw: bytes) -> None:
    refused = plain_body(raw, "gzip", 100)
    assert isinstance(refused, NotTaken)
    assert refused.status == 400


@pytest.mark.parametrize(
    "raw",
    [gzip.compress(bytes(101)), gzip.compress(bytes(50_000_000)), gzip.compress(bytes(60)) * 2],
    ids=["a byte more", "a bomb", "two members"],
)
def test_more_than_allowed_is_never_unpacked(raw: bytes) -> None:
    refused = plain_body(raw, "gzip", 100)
    assert isinstance(refused, NotTaken)
    assert refused.status == 413
    assert plain_body(bytes(101), None, 100) == refused
