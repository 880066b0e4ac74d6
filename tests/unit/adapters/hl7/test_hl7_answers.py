"""What an engine is answered: AA once it is on disk, AE with the field that is wrong, AR where it may try again."""

from datetime import UTC, datetime
from uuid import UUID

import hl7
import pytest

from adapters.bridge.answers import Answer, NotRaised, Refused, Unable
from adapters.bridge.spool.store import Accepted, Full
from adapters.nhs.hl7.answering import Receiver
from hub.facts.errors import Unavailable
from tests.unit.adapters.hl7.messages import MSH, NOTE, a_message, of_kind

AT = datetime(2026, 3, 8, 9, 0, tzinfo=UTC)
EVENT = UUID("019cca90-0000-7000-8000-000000000001")


def receiver(*taken: Answer) -> Receiver:
    return Receiver(lambda _raw: taken, now=lambda: AT, new_id=lambda: EVENT)


def answered(raw: bytes, *taken: Answer) -> list[str]:
    return receiver(*taken).answer(raw).decode().split("\r")


def test_what_is_on_disk_is_accepted_under_its_own_control_id():
    assert answered(a_message(), Answer(Accepted(EVENT))) == [
        r"MSH|^~\&|HUB|HUB1|PAS|LARK1|20260308090000+0000||ACK^A01^ACK|019cca90000070008000|P|2.5.1",
        "MSA|AA|MSG-1|event 019cca90-0000-7000-8000-000000000001",
        "",
    ]


def test_an_answer_can_be_read_by_a_strangers_parser():
    parsed = hl7.parse(receiver(Answer(Refused(("PID-3[2].1: must be ten digits.",)))).answer(a_message()).decode())
    assert (parsed["MSA.F1"], parsed["MSA.F2"]) == ("AE", "MSG-1")
    assert str(parsed.segment("ERR")) == (
        "ERR||PID^1^3^2^1|102^Data type error^HL70357|E||||PID-3[2].1: must be ten digits."
    )


def test_what_repeats_is_accepted_and_what_differs_is_not():
    assert answered(a_message(), Answer(Accepted(EVENT, repeated=True)))[1].startswith("MSA|AA|MSG-1|event 019cca90")
    lines = answered(a_message(), Answer(Accepted(EVENT, repeated=True, differs=True)))
    assert lines[1].startswith("MSA|AE|MSG-1|EVN-2: a message of this time was taken in for this case before")
    assert lines[2].startswith("ERR||EVN^1^2^1|102^")


def test_what_was_left_out_and_that_a_person_will_be_asked_is_said():
    left = ("PID-13[2]: is no telephone number.", "ZPI: is not read.")
    lines = answered(a_message(), Answer(Accepted(EVENT, asks=True), left_out=left))
    assert lines[1].endswith("; a person will be asked; left out: PID-13[2], ZPI")
    assert lines[2:4] == [
        "ERR||PID^1^13^2|0^Message accepted^HL70357|I||||PID-13[2]: is no telephone number.",
        "ERR||ZPI^1|0^Message accepted^HL70357|I||||ZPI: is not read.",
    ]


def test_where_nothing_is_raised_the_engine_goes_on():
    lines = answered(a_message(), Answer(NotRaised(), left_out=("nothing raised: no code says so.",)))
    assert lines[1] == "MSA|AA|MSG-1|nothing raised: no code says so."
    assert lines[2:] == [""]


def test_every_fault_is_named_with_its_field():
    faults = (
        "PV1-19: is required: the number of the visit.",
        "ZSG-1: must be one of the codes that the mapping lists.",
    )
    lines = answered(a_message(), Answer(Refused(faults)))
    assert lines[1] == "MSA|AE|MSG-1|PV1-19: is required: the number of the visit."
    assert [line.split("|")[2:5] for line in lines[2:4]] == [
        ["PV1^1^19^1", "101^Required field missing^HL70357", "E"],
        ["ZSG^1^1^1", "103^Table value not found^HL70357", "E"],
    ]


def test_an_older_sender_gets_the_error_segment_of_its_version():
    old = a_message(MSH=MSH.replace("|2.5.1", "|2.3"))
    lines = answered(old, Answer(Refused(("PID-7: lies in the future.", "OBX[2]-5: is too long."))))
    assert lines[0].split("|")[8] == "ACK^A01"
    assert lines[2] == "ERR|PID^1^7^102&Data type error&HL70357~OBX^2^5^102&Data type error&HL70357"
    assert answered(old, Answer(Accepted(EVENT), left_out=("ZPI: is not read.",)))[2:] == [""]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("MSH-9.1: must be one of ADT.", "200^Unsupported message type"),
        ("MSH-9.2: must be one of A01.", "201^Unsupported event code"),
        ("MSH-11.1: must be P.", "202^Unsupported processing id"),
        ("MSH-12.1: must be 2.1 to 2.9.", "203^Unsupported version id"),
        ("message: is larger than 2 bytes.", "207^Application internal error"),
    ],
)
def test_kinds_that_are_not_taken_are_rejected(fault, code):
    lines = answered(a_message(), Answer(Refused((fault,))))
    assert lines[1] == f"MSA|AR|MSG-1|{fault}"
    assert code in lines[2]


@pytest.mark.parametrize("taken", [Full(), Full(disk=True), Unable("The disk does not answer.")])
def test_what_cannot_be_taken_now_is_rejected_to_be_sent_again(taken):
    assert answered(a_message(), Answer(taken))[1].startswith("MSA|AR|MSG-1|message: ")


@pytest.mark.parametrize("error", [Unavailable("The disk does not answer."), ZeroDivisionError("Thornbeck")])
def test_whatever_fails_is_answered_without_a_word_of_the_message(error, capsys):
    def fail(_raw: bytes) -> tuple[Answer, ...]:
        raise error

    answer = Receiver(fail, now=lambda: AT, new_id=lambda: EVENT).answer(a_message()).decode()
    assert "MSA|AR|MSG-1|message: cannot be taken in now: send it again later." in answer
    assert "Thornbeck" not in answer + str(capsys.readouterr())


def test_a_second_message_of_one_frame_is_refused_with_the_first_and_neither_is_taken():
    def take(_raw: bytes) -> tuple[Answer, ...]:
        raise AssertionError("it was taken in")

    two = a_message() + a_message(MSH=of_kind("ADT^A08", "MSG-2"))
    answer = Receiver(take, now=lambda: AT, new_id=lambda: EVENT).answer(two).decode()
    assert answer.count("MSA|") == 1
    assert "MSA|AR|MSG-1|MSH[2]: begins a second message of one frame" in answer


def test_a_batch_is_answered_by_a_batch():
    raw = b"BHS|^~\\&\r" + a_message(NOTE) + a_message(MSH=of_kind("SIU^S12", "MSG-2")) + b"BTS|2\r"
    taken = (Answer(Accepted(EVENT)), Answer(Refused(("MSH-9.1: must be one of ADT.",))))
    lines = answered(raw, *taken)
    assert lines[0].startswith("BHS|^~\\&|")
    assert [line[:12] for line in lines if line.startswith("MSA")] == ["MSA|AA|MSG-1", "MSA|AR|MSG-2"]
    assert lines[-2:] == ["BTS|2", ""]


def test_a_batch_that_is_refused_whole_is_answered_once():
    raw = b"BHS|^~\\&\r" + a_message(NOTE) + a_message()
    lines = answered(raw, Answer(Refused(("BTS: is required: the batch has no end.",))))
    assert [line[:14] for line in lines if line.startswith("MSA")] == ["MSA|AE|MSG-1|B"]


def test_the_answer_is_in_the_senders_separators_and_character_set():
    raw = a_message(MSH=f"{MSH}||||||8859/1".replace("PAS", "P\u00c4S")).decode().replace("|", "#").encode("latin-1")
    answer = receiver(Answer(Refused(("PID-5.2: a | and # and ^ sign.",)))).answer(raw)
    header, *_rest = answer.split(b"\r")
    assert header.startswith(b"MSH#^~\\&#HUB#HUB1#P\xc4S#LARK1#")
    assert b"a | and \\F\\ and \\S\\ sign." in answer


def test_what_cannot_be_read_at_all_is_still_answered():
    lines = answered(b"GET / HTTP/1.1", Answer(Refused(("MSH: is required: a message begins with this segment.",))))
    assert lines[0].startswith("MSH|^~\\&|||||20260308090000+0000||ACK|")
    assert lines[1] == "MSA|AE||MSH: is required: a message begins with this segment."


def test_an_answer_never_repeats_what_a_patient_is_called():
    for taken in (Accepted(EVENT), Refused(("PID-5: is required.",)), Full(), NotRaised()):
        answer = receiver(Answer(taken, left_out=("OBX: x.",))).answer(a_message(NOTE))
        assert not [word for word in (b"Thornbeck", b"Maisie", b"9990000018", b"Bruises") if word in answer]
