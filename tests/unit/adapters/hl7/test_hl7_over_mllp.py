"""A hospital's engine, by a stranger's client, over real sockets to the disk: acknowledged means spooled."""

import asyncio
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hl7.client import MLLPClient

from adapters.bridge.answers import Door, NotRaised
from adapters.bridge.doors.drop import DropFolder
from adapters.bridge.formats import configured
from adapters.bridge.intake import Intake
from adapters.bridge.spool.store import Accepted, Limits, Spool
from adapters.bridge.wiring import source_keys
from adapters.nhs.hl7 import serve_mllp
from hub.facts.terms import EventKind, Tier
from hub.kafka.topics import concern_topic
from hub.keys.files import FileKeys
from hub.serving.addresses import address_of, listening
from hub.settings import Settings
from hub.wire.sealed import check
from tests.unit.adapters.builders import SCHEMAS, an_agency, ids
from tests.unit.adapters.hl7.messages import HOSPITAL, MSH, NOTE, PID, SUNDAY, a_message, of_kind

URGENT = concern_topic(Tier.URGENT)
LETTER = rb"{\rtf1 Seen.}"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Settings:
    """Keys take a moment to make, so the tests of this module share them."""
    return an_agency(tmp_path_factory.mktemp("home"), source=HOSPITAL)


@pytest.fixture
def hospital(home, tmp_path) -> Settings:
    (tmp_path / "agencies" / HOSPITAL).mkdir(parents=True)
    (tmp_path / "agencies" / HOSPITAL / "keys").symlink_to(home.agency_keys(HOSPITAL))
    (tmp_path / "keys").symlink_to(home.keys)
    return Settings(home=tmp_path, kafka_bootstrap="127.0.0.1:9")


@contextmanager
def an_intake(hospital: Settings, limits: Limits | None = None) -> Iterator[tuple[Intake, Spool]]:
    keys, spool, numbers = source_keys(hospital, HOSPITAL), Spool(hospital.spool(HOSPITAL), limits), ids()
    try:
        yield (
            Intake(
                HOSPITAL,
                configured("hl7"),
                spool,
                SCHEMAS,
                lambda: keys,
                now=lambda: SUNDAY,
                new_id=numbers.__next__,
            ),
            spool,
        )
    finally:
        spool.close()


async def sent(intake: Intake, *messages: bytes) -> list[str]:
    """What a stranger's client is answered, on one connection."""

    def talk(address: tuple[str, int]) -> list[str]:
        with MLLPClient(*address) as client:
            return [client.send_message(message).decode() for message in messages]

    stop = asyncio.Event()
    with listening(("127.0.0.1", 0), "--mllp") as door:
        served = asyncio.create_task(serve_mllp(intake, door, stop))
        try:
            return await asyncio.to_thread(talk, address_of(door))
        finally:
            stop.set()
            await served


def code_of(answer: str) -> tuple[str, str]:
    """MSA-1 and MSA-2."""
    (msa,) = [line for line in answer.split("\r") if line.startswith("MSA")]
    return (msa.split("|")[1], msa.split("|")[2])


async def test_messages_of_one_connection_are_each_answered_and_what_is_accepted_is_spooled(hospital):
    with an_intake(hospital) as (intake, spool):
        answers = await sent(
            intake,
            a_message(NOTE),
            a_message(NOTE),
            a_message(NOTE, MSH=of_kind("ADT^A08", "MSG-2")),
            a_message(MSH=of_kind("ADT^A08", "MSG-3"), DG1=""),
            a_message(MSH=of_kind("ADT^A08", "MSG-4"), PID=PID.replace("20171102", "2/11/17")),
            a_message(MSH=of_kind("ORM^O01", "MSG-5")),
            b"no message at all",
        )
        assert [code_of(answer) for answer in answers] == [
            ("AA", "MSG-1"),
            ("AA", "MSG-1"),
            ("AA", "MSG-2"),
            ("AA", "MSG-3"),
            ("AE", "MSG-4"),
            ("AR", "MSG-5"),
            ("AE", ""),
        ]
        events = spool.waiting(URGENT, 10)
        read = [check(event.value, event.case_key, SCHEMAS, FileKeys(hospital.keys).public) for event in events]
    assert [one.kind for one in read] == [EventKind.RAISED, EventKind.UPDATED]
    assert events[0].case_key == events[1].case_key


def test_a_message_that_says_everything_is_sealed_with_all_of_it(hospital):
    earlier = "2 Old Road^^Glenmore^^ZG2 1AA^^H^^^^^20150101&20200131"
    raw = a_message(
        "PD1|||Glenmore Surgery|G1^Gregg^Iona^^^Dr||||||||Y",
        "NK1|1|Thornbeck^Karen|MTH||07700900124|||||||||||19860412",
        "DG1|2|I10|J45.9^Asthma",
        "OBX|1|CWE|1^Finding||2^Withdrawn^L||||||F",
        f"OBX|2|ED|L^Letter||^^RTF^Base64^{b64encode(LETTER).decode()}||||||F",
        NOTE,
        PID=PID.replace("GBR^H|", f"GBR^H~{earlier}|") + "||en^English" + "|" * 7 + "A^White British",
    )
    with an_intake(hospital) as (intake, spool):
        (answer,) = intake.take(raw, Door.COMMAND)
        assert isinstance(answer.taken, Accepted)
        assert answer.left_out == ()
        assert len(spool.waiting(URGENT, 10)) == 1


async def test_a_cancellation_takes_back_what_was_raised_and_is_nothing_otherwise(hospital):
    cancelled = a_message(MSH=of_kind("ADT^A11", "MSG-2"), DG1="")
    with an_intake(hospital) as (intake, spool):
        before, raised, after = await sent(intake, cancelled, a_message(), cancelled)
        kinds = [
            check(event.value, event.case_key, SCHEMAS, FileKeys(hospital.keys).public).kind
            for event in spool.waiting(URGENT, 10)
        ]
    assert "MSA|AA|MSG-2|nothing raised: it takes back what was never raised here." in before
    assert "MSA|AA|MSG-1|event " in raised
    assert "MSA|AA|MSG-2|event " in after
    assert kinds == [EventKind.RAISED, EventKind.RETRACTED]


async def test_a_change_under_the_very_time_of_another_is_refused_and_the_first_stands(hospital):
    exact = "EVN||20260307231455.5"
    with an_intake(hospital) as (intake, spool):
        answers = await sent(intake, a_message(EVN=exact), a_message(NOTE, EVN=exact))
        assert len(spool.waiting(URGENT, 10)) == 1
    assert [code_of(answer)[0] for answer in answers] == ["AA", "AE"]


async def test_a_full_spool_is_answered_so_that_the_engine_keeps_the_message(hospital):
    with an_intake(hospital, Limits(events=1)) as (intake, _):
        answers = await sent(intake, a_message(), a_message(NOTE, MSH=of_kind("ADT^A08", "MSG-2")))
    assert [code_of(answer) for answer in answers] == [("AA", "MSG-1"), ("AR", "MSG-2")]


def test_a_file_of_several_messages_is_filed_with_what_became_of_each(hospital, tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    wrong = a_message(MSH=MSH.replace("MSG-1", "MSG-3"), PID=PID.replace("20171102", "2/11/17"))
    (folder / "a.hl7").write_bytes(a_message(NOTE) + a_message(DG1=""))
    (folder / "b.hl7").write_bytes(a_message(MSH=of_kind("ADT^A08")) + wrong)
    with an_intake(hospital) as (intake, spool):
        clock = [0.0]
        drop = DropFolder(folder, intake, configured("hl7"), monotonic=lambda: clock[0])
        drop.finished()
        clock[0] = 2.0
        for name in sorted(drop.finished()):
            drop.take(name)
        assert len(spool.waiting(URGENT, 10)) == 2
    states = (folder / "accepted" / "a.hl7.result.jsonl").read_text()
    assert '"where": "message 1", "state": "accepted"' in states
    assert '"where": "message 2", "state": "nothing"' in states
    assert "message 2: PID-7: must be a date" in (folder / "rejected" / "b.hl7.reason.txt").read_text()


def test_a_record_that_raises_nothing_is_counted_as_that(hospital):
    with an_intake(hospital) as (intake, _):
        (answer,) = intake.take(a_message(DG1=""), Door.MLLP)
        (taken,) = intake.take(a_message(), Door.MLLP)
    assert answer.taken == NotRaised()
    assert isinstance(taken.taken, Accepted)


SERVER = """
import asyncio, sys
from pathlib import Path
from tests.unit.adapters.hl7.test_hl7_over_mllp import *
settings = Settings(home=Path(sys.argv[1]), kafka_bootstrap="127.0.0.1:9")
async def main():
    with an_intake(settings) as (intake, _), listening(("127.0.0.1", 0), "--mllp") as door:
        print(address_of(door)[1], flush=True)
        await serve_mllp(intake, door, asyncio.Event())
asyncio.run(main())
"""


def test_what_was_acknowledged_is_there_after_kill_9(hospital):
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(hospital.home)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert server.stdout is not None
    with server, MLLPClient("127.0.0.1", int(server.stdout.readline())) as client:
        visits = (a_message(PV1=f"PV1|1|E{'|' * 17}V-{number}") for number in range(5))
        acknowledged = [code_of(client.send_message(visit).decode()) for visit in visits]
        server.send_signal(signal.SIGKILL)
    assert acknowledged == [("AA", "MSG-1")] * 5
    spool = Spool(hospital.spool(HOSPITAL))
    assert len(spool.waiting(URGENT, 10)) == 5
    spool.close()
