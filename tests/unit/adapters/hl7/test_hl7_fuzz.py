"""Whatever bytes come, each message is a concern, faults or nothing, and is answered; nothing of it is repeated."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bridge.answers import Answer, NotRaised, Refused
from adapters.bridge.formats import Nothing, Raised, Wrong
from adapters.nhs.hl7.answering import Receiver
from adapters.nhs.hl7.batch import is_cut_off
from adapters.nhs.hl7.mapping import CodeMapping, Gives, Item, OwnField
from adapters.nhs.hl7.translate import translate
from hub.facts.bounds import out_of_bounds
from hub.facts.terms import Category, Risk
from tests.unit.adapters.hl7.messages import DG1, EVN, HOSPITAL, MSH, NOTE, PID, PV1, SUNDAY, a_message

MARK = "\u00a7"
"""In every text that the tests make up, and in no sentence of the adapter's."""
EVERYTHING = CodeMapping(
    categories={},
    fields=(OwnField("ZSG", 1, Gives.RISK, {"1": Risk.SOME}), OwnField("ZSG", 2, Item.VOICE)),
    messages={"MDM": Category.WELLBEING, "ORU": Category.WELLBEING, "REF": Category.WELLBEING},
)
KINDS = ["ADT^A01", "ADT^A11", "ADT^A28", "MDM^T02", "MDM^T06", "ORU^R01", "REF^I12", "REF^I14", "ADT^A99", ""]
SEGMENTS = [
    EVN,
    PID,
    PV1,
    DG1,
    NOTE,
    "NK1|1|A^B|MTH||0770090000",
    "TXA|1|DS|TX|||||||||D-1",
    "OBR|1||F-1",
    "RF1|P|S||||R-1",
    "ZSG|1|x",
]
texts = st.text(max_size=20).map(lambda text: f"{MARK}{text}")
dates = st.sampled_from(["20171102", "2017", "99999999", "20260307231500.5+9999", "20260307231455-0000", '""', "0", ""])
separators = st.text(alphabet="|^~\\&", max_size=6)
values = st.lists(
    texts | dates | separators | st.sampled_from(["CWE", "ED", "^^PDF^Base64^QUJD", "\\X0\\", "\\.sp99\\"]), max_size=3
).map("".join)


@st.composite
def changed_segments(draw) -> str:
    """A segment in which some fields are something else, and which may be cut short."""
    fields = draw(st.sampled_from(SEGMENTS)).split("|")
    for place in draw(st.lists(st.integers(1, len(fields)), max_size=3)):
        fields[place : place + 1] = [draw(values)]
    return "|".join(fields)


messages = st.builds(
    lambda kind, segments: a_message(
        *segments, MSH=MSH.replace("ADT^A01^ADT_A01", kind), EVN="", PID="", PV1="", DG1=""
    ),
    st.sampled_from(KINDS),
    st.lists(changed_segments(), max_size=8),
)
bytes_of_any_kind = st.binary(max_size=300) | st.binary(max_size=100).map(lambda raw: b"MSH|^~\\&|" + raw)


def check(raw: bytes) -> None:
    found = translate(raw, source=HOSPITAL, received_at=SUNDAY, new_id=lambda: UUID(int=1), mapping=EVERYTHING)
    assert found
    answers = []
    for one in found:
        assert isinstance(one, Raised | Wrong | Nothing)
        if isinstance(one, Raised):
            assert all(fault.endswith(".") for fault in out_of_bounds(one.concern, SUNDAY))
            answers.append(Answer(NotRaised(), left_out=one.left_out or ("x: y.",)))
        elif isinstance(one, Wrong):
            assert one.faults
            answers.append(Answer(Refused(one.faults)))
        else:
            answers.append(Answer(NotRaised(), left_out=(one.why,)))
    at = datetime(2026, 3, 8, 9, 0, tzinfo=UTC)
    answer = Receiver(lambda _raw: answers, now=lambda: at, new_id=lambda: UUID(int=1)).answer(raw)
    header, *rest = answer.split(b"\r")
    assert header.startswith((b"MSH", b"BHS"))
    assert MARK not in b"\r".join(rest).decode("latin-1").replace("\u00c2", "")
    is_cut_off(raw)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_a_message_in_which_anything_may_stand_is_answered(raw):
    check(raw)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(bytes_of_any_kind)
def test_bytes_of_any_kind_are_answered(raw):
    check(raw)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(a_message(NOTE))), st.binary(max_size=3))
def test_a_message_with_other_bytes_in_one_place_is_answered(place, other):
    whole = a_message(NOTE)
    check(whole[:place] + other + whole[place + 1 :])
