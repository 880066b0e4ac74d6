"""What a FHIR client is answered at the HTTP door, in JSON and in XML."""

import gzip
import json
from io import BytesIO
from uuid import UUID

import aiohttp
import pytest
from fhir.resources.R4B import get_fhir_model_class
from lxml import etree

from adapters.bridge.answers import Refused
from adapters.bridge.doors import callers
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.http import create_app
from adapters.bridge.formats import configured
from adapters.bridge.spool.store import Accepted, Full
from adapters.nhs.fhir.format import cut_off, tier_of
from hub.facts.terms import Tier
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT
from tests.unit.adapters.nhs.bundles import EXAMPLES, a_bundle, a_communication, a_patient
from tests.unit.adapters.test_http import FakeIntake, serving

MESSAGE = (EXAMPLES / "emergency-attendance.json").read_bytes()
TRANSACTION = (EXAMPLES / "siblings-referral.xml").read_bytes()
EVENT = UUID(int=7)
SPACE = {"f": "http://hl7.org/fhir"}
JSON, XML = "application/fhir+json", "application/fhir+xml"


class Door:
    def __init__(self, address, session, intake, secret):
        self.address, self.session, self.intake, self.secret = address, session, intake, secret

    async def post(self, path, body, kind=JSON, **headers):
        named = {"Authorization": f"Bearer {self.secret}", "Content-Type": kind}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(f"{self.address}{path}", data=body, headers=named) as answer:
            raw = await answer.read()
            assert answer.status == 503 or raw
            return answer.status, raw, answer.headers


@pytest.fixture
async def door(tmp_path):
    intake = FakeIntake()
    intake.answer = Accepted(EVENT)
    secret = callers.add(tmp_path / CALEDON, "engine", "system", now=SATURDAY_NIGHT, random_bytes=bytes)
    native = configured("fhir")
    app = create_app(intake, native, Callers(tmp_path), lambda: None, lambda: None, now=lambda: SATURDAY_NIGHT)
    async with serving(app) as address, aiohttp.ClientSession() as session:
        yield Door(address, session, intake, secret)


def valid(raw):
    """The resource, which the models of R4B take."""
    found = json.loads(raw)
    get_fhir_model_class(found["resourceType"]).model_validate(found)
    return found


async def test_a_message_is_answered_by_a_message_that_names_it(door):
    status, raw, headers = await door.post("/fhir/$process-message", MESSAGE)
    answer = valid(raw)
    assert (status, headers["Content-Type"]) == (200, JSON)
    assert (answer["resourceType"], answer["type"]) == ("Bundle", "message")
    assert answer["identifier"]["value"] == f"urn:uuid:{EVENT}"
    header, outcome = (entry["resource"] for entry in answer["entry"])
    assert header["response"]["identifier"] == "6f0f5d0e-2d0d-4c39-9c1a-30d6a1d3b001"
    assert header["response"]["code"] == "ok"
    assert header["response"]["details"]["reference"] == answer["entry"][1]["fullUrl"]
    assert header["destination"] == [{"endpoint": "https://ed.westshire-royal.example/fhir"}]
    assert outcome["issue"][0]["severity"] == "information"
    assert outcome["issue"][0]["details"]["text"] == f"Taken in as concern event {EVENT}."


async def test_a_header_that_xml_could_not_write_is_answered_in_xml_all_the_same(door):
    message = json.loads(MESSAGE)
    header = message["entry"][0]["resource"]
    header["eventCoding"] |= {"display": "Ne\u0000glect", "extension": [{"url": "x", "valueUrl": [{}]}]}
    header["source"]["endpoint"] = "urn:\u0001x"
    status, raw, _ = await door.post("/fhir", json.dumps(message).encode(), Accept=XML)
    assert status == 200
    assert etree.fromstring(raw).xpath("string(//f:eventCoding/f:display/@value)", namespaces=SPACE) == "Neglect"


async def test_a_transaction_in_xml_is_answered_entry_by_entry_in_xml(door):
    status, raw, headers = await door.post("/fhir", TRANSACTION, XML)
    assert (status, headers["Content-Type"]) == (200, XML)
    answer = etree.fromstring(raw)
    assert answer.xpath("string(f:type/@value)", namespaces=SPACE) == "transaction-response"
    assert answer.xpath("f:entry/f:response/f:status/@value", namespaces=SPACE) == ["202 Accepted"] * 7
    assert answer.xpath("count(f:entry[1]/f:response/f:outcome/f:OperationOutcome)", namespaces=SPACE) == 1


async def test_a_collection_is_answered_by_an_outcome_and_a_repeat_is_said_to_be_one(door):
    door.intake.answer = Accepted(EVENT, repeated=True)
    status, raw, _ = await door.post("/fhir", json.dumps(a_bundle()).encode())
    assert status == 202
    assert valid(raw)["issue"][0]["details"]["text"] == f"Taken in as concern event {EVENT}, as it was before."


async def test_a_client_may_ask_for_the_other_form(door):
    assert (await door.post("/fhir", MESSAGE, Accept="application/fhir+xml;q=1.0"))[2]["Content-Type"] == XML
    assert (await door.post("/fhir", TRANSACTION, XML, Accept="application/json"))[2]["Content-Type"] == JSON
    assert (await door.post("/fhir", TRANSACTION, XML, Accept="*/*"))[2]["Content-Type"] == XML


async def test_a_fault_is_an_issue_that_names_its_element(door):
    door.intake.answer = Refused(
        (
            "Bundle.entry[0].resource.gender: is not a code of the value set that FHIR requires.",
            "Bundle.entry[1].resource.subject: leads nowhere: no resource of this bundle has that address.",
            "raised_at: lies more than ten years from now, which is a mistake in the date.",
        )
    )
    status, raw, _ = await door.post("/fhir/$process-message", MESSAGE)
    assert status == 422
    assert [(each["severity"], each["code"], each.get("expression")) for each in valid(raw)["issue"]] == [
        ("error", "code-invalid", ["Bundle.entry[0].resource.gender"]),
        ("error", "not-found", ["Bundle.entry[1].resource.subject"]),
        ("error", "invalid", None),
    ]


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (Refused(("Bundle: is not XML (line 3).",)), 400, "invalid"),
        (Refused(("Bundle: is larger than 8,388,608 bytes.",)), 413, "too-long"),
        (Accepted(EVENT, repeated=True, differs=True), 409, "conflict"),
        (Full(), 503, "transient"),
    ],
)
async def test_whatever_else_stops_it_is_an_outcome_too(door, answer, status, code):
    door.intake.answer = answer
    found, raw, headers = await door.post("/fhir", MESSAGE)
    assert (found, valid(raw)["issue"][0]["code"]) == (status, code)
    assert ("Retry-After" in headers) == (status == 503)


async def test_strangers_encodings_and_sizes_are_answered_in_fhirs_manner(door):
    status, raw, _ = await door.post("/fhir", MESSAGE, Authorization="Bearer no")
    assert (status, valid(raw)["issue"][0]["code"]) == (401, "login")
    status, raw, headers = await door.post("/fhir", MESSAGE, Content_Encoding="br")
    assert (status, valid(raw)["issue"][0]["code"]) == (415, "not-supported")
    assert headers["Accept-Encoding"] == "gzip, identity"
    assert (await door.post("/fhir", gzip.compress(MESSAGE), Content_Encoding="gzip"))[0] == 200
    status, raw, _ = await door.post("/fhir", BytesIO(b"x" * 8_388_609))
    assert (status, valid(raw)["issue"][0]["code"]) == (413, "too-long")


async def test_the_capability_statement_is_told_to_anybody_and_to_a_browser(door):
    async with door.session.get(f"{door.address}/fhir/metadata") as answer:
        statement = valid(await answer.read())
    assert (statement["kind"], statement["fhirVersion"]) == ("instance", "4.0.1")
    assert statement["rest"][0]["operation"][0]["name"] == "process-message"
    async with door.session.get(f"{door.address}/fhir/metadata", headers={"Accept": XML}) as answer:
        assert etree.fromstring(await answer.read()).tag == "{http://hl7.org/fhir}CapabilityStatement"


# --- what a glance tells --------------------------------------------------------------------------------------------


def test_how_urgent_a_record_is_by_a_glance():
    assert tier_of(MESSAGE) is Tier.URGENT
    assert tier_of(TRANSACTION) is Tier.ROUTINE
    assert tier_of(json.dumps(a_bundle(a_patient(), a_communication(priority="stat"))).encode()) is Tier.IMMEDIATE
    assert tier_of(json.dumps(a_bundle()).encode()) is None


@pytest.mark.parametrize("record", [MESSAGE, TRANSACTION])
def test_whether_a_record_lacks_its_end(record):
    assert not cut_off(record)
    assert not cut_off(record + b"\n\n")
    assert cut_off(record[:-20])
