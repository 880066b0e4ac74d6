"""Messages as hospitals' engines send them. Every name, number and place is invented or of a test range."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from adapters.bridge.formats import Nothing, Raised, Read, Wrong
from adapters.nhs.documents import Extracted
from adapters.nhs.hl7.translate import translate
from hub.facts.model import Concern

HOSPITAL = "nhs.larkhill"
SUNDAY = datetime(2026, 3, 8, 9, 0, tzinfo=UTC)

MSH = r"MSH|^~\&|PAS|LARK1|HUB|HUB1|20260307231500||ADT^A01^ADT_A01|MSG-1|P|2.5.1"
EVN = "EVN||20260307231455"
PID = (
    "PID|1||100294^^^LARK1^MR~9990000018^^^NHS^NH||Thornbeck^Maisie^Ann^^Miss^^L||20171102|F|||"
    "14 Larkspur Wynd^^Glenmore^^ZG1 4AB^GBR^H||07700900123^PRN^PH"
)
PV1 = "PV1|1|E|ED^^^LARK1||||C123^Lockhart^Fiona^^^Dr||||||||||||V-1|||||||||||||||||||||||||20260307221000"
DG1 = "DG1|1||T74.1^Physical abuse^I10"
NOTE = "OBX|1|TX|SG^Safeguarding note||Bruises on both arms.||||||F"


def a_message(*segments: str, **changed: str) -> bytes:
    """An admission with a diagnosis of abuse; `changed` takes the place of a segment, such as PID, or takes it away."""
    named = {"MSH": MSH, "EVN": EVN, "PID": PID, "PV1": PV1, "DG1": DG1} | changed
    return "".join(f"{segment}\r" for segment in (*named.values(), *segments) if segment).encode()


def of_kind(kind: str, control_id: str = "MSG-1") -> str:
    """The header of another kind of message, such as ADT^A08."""
    return MSH.replace("ADT^A01^ADT_A01", kind).replace("MSG-1", control_id)


def said(document: bytes, form: str) -> Extracted:
    """Instead of the program that takes text out of documents."""
    return Extracted(f"{form} of {len(document)} bytes")


def read(raw: bytes, **options: Any) -> Read:
    options = {"text_of": said} | options
    (found,) = translate(raw, source=HOSPITAL, received_at=SUNDAY, new_id=lambda: UUID(int=1), **options)
    return found


def concern_of(raw: bytes, **options: Any) -> Concern:
    found = read(raw, **options)
    assert isinstance(found, Raised), found
    return found.concern


def left_out_of(raw: bytes, **options: Any) -> tuple[str, ...]:
    found = read(raw, **options)
    assert isinstance(found, Raised), found
    return found.left_out


def faults_of(raw: bytes, **options: Any) -> tuple[str, ...]:
    found = read(raw, **options)
    assert isinstance(found, Wrong), found
    return found.faults


def why_nothing(raw: bytes, **options: Any) -> str:
    found = read(raw, **options)
    assert isinstance(found, Nothing), found
    return found.why


def items_of(raw: bytes, **options: Any) -> dict[str, Any]:
    """Data items and their values; of one that stands twice, the last."""
    return {part.item: part.value for part in concern_of(raw, **options).content}
