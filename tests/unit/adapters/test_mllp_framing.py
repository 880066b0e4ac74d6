"""Frames of MLLP out of a stream: whole ones, broken ones, and what is none."""

import pytest

from adapters.bridge.doors.framing import HEAD, Frame, Framer, Stray, TooLong

A, B = b"MSH|^~\\&|A\r", b"MSH|^~\\&|B\r"


def framed(carries: bytes) -> bytes:
    return b"\x0b" + carries + b"\x1c\r"


def found(*chunks: bytes, longest: int = 1_000) -> list[Frame | TooLong | Stray]:
    framer = Framer(longest)
    return [one for chunk in chunks for one in framer.feed(chunk)]


def test_several_frames_of_one_read_are_told_apart():
    assert found(framed(A) + framed(B)) == [Frame(A), Frame(B)]


def test_a_frame_is_whole_however_it_arrives():
    stream = framed(A) + framed(B)
    assert found(*(stream[at : at + 1] for at in range(len(stream)))) == [Frame(A), Frame(B)]


def test_blanks_between_frames_are_passed_over():
    assert found(b"\r\n\0 " + framed(A) + b"\n" + framed(B) + b"\r\n") == [Frame(A), Frame(B)]


def test_half_a_frame_is_nothing_yet():
    framer = Framer(1_000)
    assert not framer.is_within
    assert list(framer.feed(framed(A)[:-1])) == []
    assert framer.is_within
    assert framer.head == A + b"\x1c"


def test_an_end_without_a_line_end_is_part_of_the_text():
    assert found(b"\x0b" + b"a\x1cb" + b"\x1c\r") == [Frame(b"a\x1cb")]


@pytest.mark.parametrize("begins", [b"MSH|", b"FHS|", b"BHS|", b"\r\nMSH|"])
def test_a_sender_that_broke_off_and_began_anew_is_read_from_where_it_began(begins):
    assert found(framed(A + b"\x0b" + begins)) == [Frame(begins.lstrip(), broken_off=True)]


def test_a_vertical_tab_in_a_text_is_part_of_it():
    note = A + b"OBX|1|TX|||one\x0btwo\r"
    assert found(framed(note)) == [Frame(note)]


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00", A, framed(A)[1:]])
def test_bytes_in_no_frame_are_said_to_be_none(sent):
    assert found(sent) == [Stray(sent)]


def test_a_frame_that_is_too_long_is_told_at_its_end_and_the_next_is_in_order():
    long = A + b"x" * 5_000
    assert found(framed(long) + framed(B)) == [TooLong(long[:HEAD], ended=True), Frame(B)]
    chunks = [framed(long)[at : at + 700] for at in range(0, len(long) + 3, 700)]
    assert found(*chunks, framed(B)) == [TooLong(long[:HEAD], ended=True), Frame(B)]


def test_a_frame_without_an_end_is_given_up_and_never_kept_whole():
    framer = Framer(10_000)
    told = []
    for _ in range(50):
        told += framer.feed(b"\x0b" + b"x" * 9_999 if not told and not framer.is_within else b"x" * 10_000)
        assert len(framer._kept) < 30_000
        if told:
            break
    assert told == [TooLong(b"x" * HEAD, ended=False)]


def test_an_end_that_is_cut_between_two_reads_of_what_is_too_long_is_seen():
    assert found(b"\x0b" + b"x" * 6_000 + b"\x1c", b"\r" + framed(B)) == [TooLong(b"x" * HEAD, ended=True), Frame(B)]


def test_frames_hide_what_they_carry():
    assert "MSH" not in repr(found(framed(A) + b"MSH"))
