"""How a message is read: character sets, separators, escapes, line ends, and what is no message at all."""

import logging

import pytest

from tests.unit.adapters.hl7.messages import (
    DG1,
    EVN,
    MSH,
    NOTE,
    PID,
    PV1,
    a_message,
    concern_of,
    faults_of,
    items_of,
    left_out_of,
    read,
)

ZOE = PID.replace("Maisie^Ann", "Zo\u00eb^")


@pytest.mark.parametrize("declared", ["", "ASCII", "8859/1", "UNICODE UTF-8", "UNICODE"])
def test_a_name_in_utf8_is_read_whatever_most_engines_declare(declared):
    raw = a_message(MSH=f"{MSH}||||||{declared}", PID=ZOE)
    assert concern_of(raw).subjects[0].identity.given_names == "Zo\u00eb"


@pytest.mark.parametrize("declared", ["", "ASCII", "8859/1", "WINDOWS-1252", "8859/15"])
def test_a_name_in_one_byte_a_letter_is_read(declared):
    raw = a_message(MSH=f"{MSH}||||||{declared}", PID=ZOE).decode().encode("cp1252")
    assert concern_of(raw).subjects[0].identity.given_names == "Zo\u00eb"


def test_quotes_and_dashes_of_windows_are_read_where_latin_1_is_declared():
    note = NOTE.replace("Bruises on both arms.", "\u201cIt hurts\u201d \u2013 said twice")
    raw = a_message(note, MSH=f"{MSH}||||||8859/1").decode().encode("cp1252")
    assert items_of(raw)["concern.detail"] == "Safeguarding note: \u201cIt hurts\u201d \u2013 said twice"


def test_a_name_that_lost_a_letter_is_refused_and_a_text_keeps_its_place():
    latin = a_message(MSH=f"{MSH}||||||UNICODE UTF-8", PID=ZOE).decode().encode("latin-1")
    assert faults_of(latin) == ("PID-5.2: lost a letter before it got here (U+FFFD): export it again in UTF-8.",)
    note = NOTE.replace("Bruises", "Pr\u00e9vue")
    raw = a_message(note, MSH=f"{MSH}||||||UNICODE UTF-8").decode().encode("latin-1")
    assert items_of(raw)["concern.detail"] == "Safeguarding note: Pr\ufffdvue on both arms."
    assert left_out_of(raw) == ("MSH-18: names a character set in which some bytes are no letters.",)


@pytest.mark.parametrize("declared", ["UNICODE UTF-16", "ISO IR87", "GB 18030-2000", "BIG-5"])
def test_a_character_set_that_is_not_read_is_refused_by_name_of_its_field(declared):
    (fault,) = faults_of(a_message(MSH=f"{MSH}||||||{declared}"))
    assert fault.startswith("MSH-18: must be one of ASCII")


def test_other_separators_are_heeded():
    raw = a_message(NOTE.replace("both", "b\\S\\th")).decode()
    for old, new in (("|", "#"), ("^", "*"), ("~", "!"), ("\\", "/"), ("&", "%")):
        raw = raw.replace(old, new)
    concern = concern_of(raw.encode())
    assert concern.subjects[0].identity.nhs_number == "9990000018"
    assert concern.reference == "visit V-1"
    assert {part.item: part.value for part in concern.content}["concern.detail"].endswith("on b*th arms.")


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (MSH.replace("^~\\&", "^^\\&"), "MSH-2: must give four separators that differ, such as ^~\\&."),
        (MSH.replace("^~\\&", "a~\\&"), "MSH-2: must give four separators that differ, such as ^~\\&."),
        ("MSH", "MSH-2: must give four separators that differ, such as ^~\\&."),
        ("MHS|^~\\&|PAS", "MSH: is required: a message begins with this segment."),
        ("", "MSH: is required: a message begins with this segment."),
    ],
)
def test_a_header_that_is_none_is_refused(header, fault):
    assert faults_of(a_message(MSH=header)) == (fault,)


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02", b'{"resourceType": "Bundle"}']
)
def test_what_is_no_message_is_said_to_be_none(raw):
    assert faults_of(raw) == ("MSH: is required: a message begins with this segment.",)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("Mum \\T\\ Dad", "Mum & Dad"),
        ("Mum & Dad ^ all", "Mum & Dad ^ all"),
        ("a\\F\\b\\S\\c\\R\\d\\E\\e", "a|b^c~d\\e"),
        ("one\\.br\\two", "one\ntwo"),
        ("one\\.sp2\\two", "one\n\ntwo"),
        ("\\.in+4\\one\\.ce\\two", "one\ntwo"),
        ("one~two", "one\ntwo"),
        ("\\H\\loud\\N\\ still", "loud still"),
        ("\\X0D0A\\next", "next"),
        ("caf\\XC3A9\\", "caf\u00e9"),
        ("at C:\\temp\\ or and\\or", "at C:\\temp\\ or and\\or"),
        ("\\Zlocal\\here", "here"),
        ("\\C2842\\odd", "\ufffdodd"),
    ],
)
def test_escapes_mean_what_the_standard_says_and_bare_backslashes_stay(sent, meant):
    raw = a_message(NOTE.replace("Bruises on both arms.", sent))
    assert items_of(raw)["concern.detail"] == f"Safeguarding note: {meant}"


def test_bytes_that_are_escaped_are_of_the_messages_own_character_set():
    raw = a_message(NOTE.replace("arms", "caf\\XE9\\s caf\u00e9")).decode().encode("cp1252")
    assert items_of(raw)["concern.detail"].endswith("both caf\u00e9s caf\u00e9.")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_segments_that_end_as_lines_of_files_do_are_read(end):
    raw = a_message(NOTE).replace(b"\r", end.encode())
    assert items_of(raw)["concern.detail"] == "Safeguarding note: Bruises on both arms."


def test_a_line_end_within_a_note_is_part_of_it():
    raw = a_message(NOTE.replace("on both", "\r\non\nboth"))
    assert items_of(raw)["concern.detail"] == "Safeguarding note: Bruises \non\nboth arms."


def test_a_line_that_is_no_segment_and_of_no_note_is_refused():
    assert faults_of(a_message("pv2|||x")) == ("DG1: is followed by a line that is no segment.",)


def test_segments_of_the_senders_own_are_harmless():
    raw = a_message("ZPI|1^2~3|\\q\\", "ZZZ", "IN1|1|x", "SFT|Engine")
    assert left_out_of(raw) == ("ZPI: is not read.", "ZZZ: is not read.", "IN1: is not read.")


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        ("ZZZ|\r" * 2_001, "message: holds too many segments: at most 2,000."),
        ("ZZZ|" + "&" * 60_000, "message: holds too many fields and components: at most 60,000."),
    ],
)
def test_more_than_any_message_holds_is_refused(extra, fault):
    assert faults_of(a_message(extra)) == (fault,)


@pytest.mark.parametrize("where", ["DSC|123|F", "ADD|rest"])
def test_a_message_that_is_continued_in_another_is_refused(where):
    assert faults_of(a_message(where)) == ("MSH-14: says that the message is continued in another: send it whole.",)


def test_nothing_of_a_message_is_logged_or_shown(caplog):
    with caplog.at_level(logging.DEBUG):
        found = read(a_message(NOTE.replace("both", "\\Xzz\\ \\\\ \\Qua\\"), PID=PID.replace("Maisie", "M\\X9\\")))
    assert caplog.text == ""
    assert "Thornbeck" not in repr(found)


def test_the_segments_of_a_message_are_as_they_should_be():
    assert a_message(NOTE).decode().split("\r") == [MSH, EVN, PID, PV1, DG1, NOTE, ""]
