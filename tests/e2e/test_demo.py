"""`hub demo`: what it answers, and that nothing personal is in any place where it does not belong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from parts import scratch_folder
from psycopg import sql
from rich.console import Console

from hub.demo import screen
from hub.demo.play import Played, play
from hub.demo.scenes import FOLDER
from hub.demo.stage import Stage, set_up

pytestmark = pytest.mark.timeout(90)

PRIMARY, ACADEMY, ASHDOWN = "school.glenmore-primary", "school.glenmore-academy", "school.ashdown-primary"
HARBOUR, FRONT_DOOR = "third.harbour-scotland", "la.glenmore"
POLICE, COMMUNITY, GP = "police.caledon", "nhs.caledon-community", "gp.glenmore"
MONDAY_S_BELL = "2026-03-09T08:45:00Z"

# Every name, number, date of birth, address and text of the samples, by hand. References are identifiers too.
NAMES = [
    "Maisie",
    "Thornbeck",
    "Rory",
    "Roo",
    "Isla",
    "Callum",
    "Strachan-Vale",
    "Aileen",
    "Ailsa",
    "Pellow-Grant",
    "Struan",
    "Weir",
    "Tamsin",
    "Gilchrist",
    "Kestrel",
    "Vane",
    "Hamish",
    "Dunbreck",
    "Noor",
    "Haddad-Lyle",
    "Orla",
    "Finn",
    "Fenwick-Ross",
    "Catriona",
    "Gordon",
    "Peill",
    "Iona",
    "Blackadder",
    "Fiona",
    "Lockhart",
    "Effie",
    "Carmody-Bain",
    "Senga",
    "Euan",
    "Braid",
]
BIRTHS = [
    "2017-11-02",
    "2012-05-19",
    "1984-09-30",
    "2011-08-14",
    "1979-12-01",
    "2018-04-21",
    "2014-10-09",
    "2016-08-30",
    "2016-02-11",
    "2014-10-23",
    "2021-06-11",
    "2018-12-04",
]
NUMBERS = ["999 000 0018", "999 000 0026", "9990000034", "999 000 0042", "999 000 0050", "999 000 0069"]
CONTACTS = [
    "01632 960141",
    "07700 900412",
    "C1417",
    "C2206",
    "C1602",
    "W0417",
    "07700 900518",
    "01632 960171",
    "01632 960152",
    "07700 900273",
    "01632 960136",
]
ADDRESSES = [
    "Larkspur Wynd",
    "Bramblegate",
    "Weaver's Close",
    "Tansy Field",
    "Tansy Court",
    "Mill Race",
    "Caravan 6",
    "Rowan Terrace",
    "Foxglove Path",
]
POSTCODES = ["ZG1 4AB", "ZG1 6HD", "ZG2 1HJ", "ZG2 4BB", "ZG2 7QT", "ZW1 2CD", "ZG2 3PD", "ZG2 9LF", "ZG2 5RK"]
REFERENCES = [
    "CAL-PPN-2026-004417",
    "CAL-PPN-2026-004431",
    "CAL-PPN-2026-004440",
    "CAL-PPN-2026-004442",
    "CAL-PPN-2026-004450",
    "CAL-PPN-2026-004455",
    "WES-PPN-2026-118203",
    "GPS-2026-0143",
    "CI-SG-2026-0231",
]
NARRATIVES = [
    "sat on the stairs", "awake on the stairs", "anybody at the academy", "between the adults", "from a card in the",
    "her rabbit", "was asleep and woke", "friends of the family", "must reach nobody", "rather be at school",
    "called 999 herself", "broken door", "Adult arrested", "Threatening or abusive", "Vandalism", "mother's partner",
    "how old he is", "how she came by them", "flinched when a door", "grabbed me and shook", "happened to your arm",
    "round bruises in a row", "one round bruise", "Mostly Mondays", "without a coat", "stomach ache",
    "after-school club", "no other explanation", "a room with two friends", "will ring back", "caused the marks",
    "Brought in by a neighbour", "Third attendance in", "made herself noodles", "Scald of hand", "partial thickness",
    "Left hand", "Emergency medicine",
]  # fmt: skip
WORDS = NAMES + BIRTHS + NUMBERS + CONTACTS + ADDRESSES + POSTCODES + REFERENCES + NARRATIVES
UNMISTAKABLE = 6
"""Sealed bytes hold shorter words by chance; longer ones they do not."""
BESIDE = rb"[\s!-,.:;<-@\[-^`{-~]"
"""What stands beside a word in a text."""


def forms(word: str) -> set[str]:
    """A word as it may be written: without spaces or hyphens, and a date the British way round."""
    found = {word, word.replace(" ", "")}
    if word in BIRTHS:
        year, month, day = word.split("-")
        found |= {year + month + day, f"{day}/{month}/{year}"}
    return found


def personal(text: bytes) -> set[str]:
    """The words of the samples that bytes hold in clear, in any case of letters."""
    return {word for word in WORDS if any(_holds(text, form.encode()) for form in forms(word))}


def _holds(text: bytes, form: bytes) -> bool:
    if len(form) >= UNMISTAKABLE:
        return form.lower() in text.lower()
    word, size = re.escape(form), len(form)
    as_text = rb"(?:\A|(?<=%b))%b(?:\Z|(?=%b))" % (BESIDE, word, BESIDE)
    with_its_length = rb"(?:%b|%b)%b" % (re.escape(size.to_bytes(4, "big")), re.escape(bytes([2 * size])), word)
    return re.search(as_text + b"|" + with_its_length, text) is not None


def samples() -> list[Path]:
    return [*(FOLDER / "rolls").glob("*.csv"), *(FOLDER / "notices").glob("*.json")]


def test_the_list_of_words_has_whatever_the_samples_say_of_people() -> None:
    said = b"\n".join(path.read_bytes() for path in samples())
    assert personal(said) == set(WORDS), "each word is found where it stands"
    for path in (FOLDER / "rolls").glob("*.csv"):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            for column in {"given_names", "family_name", "known_as", "date_of_birth", "address", "postcode"} & set(row):
                assert not row[column] or personal(row[column].encode()), f"{column} of {row['local_id']}"
    for path in (FOLDER / "notices").glob("*.json"):
        for name, value in told_in(json.loads(path.read_text(encoding="utf-8"))):
            assert personal(value.encode()), f"{name} in {path.name}"


@pytest.mark.parametrize(
    "clear",
    [
        b"Roo",
        b'{"name": "Roo"}',
        b"\t1\tRoo\\N",
        b"called Roo, the",
        b"\x00\x00\x00\x03Roo\x00",
        b"\x8a\x06Roo\x8b",
        b"Roo\n",
    ],
)
def test_a_short_word_is_found_in_text_avro_and_postgresql_s_binary_form(clear: bytes) -> None:
    assert personal(clear) == {"Roo"}


@pytest.mark.parametrize("sealed", [b"\x8aRoo\x8b", b"\x00Roo\x00", b"aRoob", b"x/Roo+", b"\xf1Roo "])
def test_three_sealed_bytes_are_no_word(sealed: bytes) -> None:
    assert personal(sealed) == set()


TELLING = [
    "given_names",
    "family_name",
    "known_as",
    "name",
    "date_of_birth",
    "nhs_number",
    "address",
    "postcode",
    "voice",
    "narrative",
    "detail",
    "actions_taken",
    "contact",
    "shoulder_number",
    "notice_reference",
    "concern_id",
    "account",
    "observed",
    "words",
    "asked",
    "seen",
    "note",
    "what",
    "reason",
    "consent_reason",
    "said",
    "family",
    "given",
    "birthDate",
    "line",
    "postalCode",
    "contentString",
    "valueString",
    "text",
]


def told_in(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of everything in a record that tells of a person."""
    if isinstance(value, str) and field in TELLING and not re.fullmatch("[a-z_]+", value):  # else a code
        yield field, value
    for name, inner in value.items() if isinstance(value, dict) else []:
        yield from told_in(inner, name)
    for inner in value if isinstance(value, list) else []:
        yield from told_in(inner, field)


# --- the command -----------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What the command printed."""

    status: int
    out: str
    err: str

    @property
    def concerns(self) -> list[dict[str, Any]]:
        """In the order of the scenes."""
        return json.loads(self.out)["concerns"]


@pytest.fixture(scope="module")
def answer() -> Answer:
    """One run, with every log line that there is."""
    done = subprocess.run(
        [sys.executable, "-c", "from hub.cli import main; main()", "demo", "--json"],
        env=os.environ | {"HUB_LOG_LEVEL": "debug"},
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def test_it_answers_with_every_concern_as_the_design_says(answer: Answer) -> None:
    assert answer.status == 0, answer.err
    document = json.loads(answer.out)
    assert set(document) == {"concerns", "seconds"}
    assert 0 < document["seconds"] < 60
    assert [one["outcome"] for one in answer.concerns] == [
        "matched",
        "matched",
        "matched",
        "not_found",
        "dead_letter",
        "matched",
        "review",
        "matched",
        "matched",
        "retracted",
    ]
    assert [one["adapter"] for one in answer.concerns] == [*["police"] * 7, "school", "nhs", "police"]
    for one in answer.concerns:
        assert {"event_id", "source", "adapter", "kind", "tier", "category", "outcome"} <= set(one)
        assert {"decisions", "deliveries", "subjects"} <= set(one)
        assert one["tier"] == "urgent"
        for decision in one["decisions"]:
            assert {"subject", "recipient", "kind", "role", "outcome", "isp", "clause", "rule", "by"} <= set(decision)
            assert {"tier", "released", "withheld", "reasons"} <= set(decision)
        for delivery in one["deliveries"]:
            assert {"delivery_id", "recipient", "channel", "status", "due_by", "receipts"} <= set(delivery)
            assert all(set(receipt) == {"layer", "at"} for receipt in delivery["receipts"])
    assert len({one["event_id"] for one in answer.concerns}) == 10


def layers(delivery: dict[str, Any]) -> list[str]:
    return [receipt["layer"] for receipt in delivery["receipts"]]


def test_each_sibling_s_own_school_is_told_and_acts(answer: Answer) -> None:
    siblings = answer.concerns[0]
    assert siblings["subjects"] == [{"key": "1", "outcome": "matched"}, {"key": "2", "outcome": "matched"}]
    assert [(d["subject"], d["recipient"], d["outcome"], d["by"]) for d in siblings["decisions"]] == [
        ("1", PRIMARY, "share", MONDAY_S_BELL),
        ("2", ACADEMY, "share", MONDAY_S_BELL),
    ]
    for decision in siblings["decisions"]:
        assert decision["released"]["concern.summary"] == "full"
        assert "child.address" not in decision["released"]
        assert "child.address" in decision["withheld"]
    assert [(d["subject"], d["recipient"], d["purpose"], d["status"]) for d in siblings["deliveries"]] == [
        ("1", PRIMARY, "disclose", "accepted"),
        ("2", ACADEMY, "disclose", "accepted"),
    ]
    assert [layers(d) for d in siblings["deliveries"]] == [["accepted", "opened", "acted"]] * 2


def test_a_child_who_is_not_certain_waits_for_a_person_and_nobody_is_told(answer: Answer) -> None:
    boy = answer.concerns[6]
    assert (boy["decisions"], boy["deliveries"]) == ([], [])
    assert [(r["cause"], r["status"], r["owner"], r["owner_role"]) for r in boy["reviews"]] == [
        ("match", "open", "police.caledon", "duty_officer")
    ]


def test_a_twin_goes_to_a_reviewer_is_decided_and_resumed_before_monday_s_bell(answer: Answer) -> None:
    twin = answer.concerns[1]
    assert [(r["cause"], r["status"]) for r in twin["reviews"]] == [("match", "decided")]
    assert [(r["revision"], r["cause"], r["outcome"]) for r in twin["revisions"]] == [(2, "review", "matched")]
    assert [(d["recipient"], d["outcome"], d["by"]) for d in twin["decisions"]] == [(ACADEMY, "share", MONDAY_S_BELL)]
    assert [(d["recipient"], d["purpose"], layers(d)) for d in twin["deliveries"]] == [
        (ACADEMY, "disclose", ["accepted", "opened", "acted"])
    ]


def test_a_recipient_without_an_isp_is_told_nothing(answer: Answer) -> None:
    third = answer.concerns[2]
    assert {d["recipient"]: d["outcome"] for d in third["decisions"]} == {PRIMARY: "share", HARBOUR: "withhold"}
    withheld = next(d for d in third["decisions"] if d["recipient"] == HARBOUR)
    assert (withheld["released"], withheld["isp"]) == ({}, None)
    assert [d["recipient"] for d in third["deliveries"]] == [PRIMARY]


def test_a_child_nobody_knows_reaches_the_front_door(answer: Answer) -> None:
    unknown = answer.concerns[3]
    assert [(d["recipient"], d["role"], layers(d)) for d in unknown["deliveries"]] == [
        (FRONT_DOOR, "front_door", ["accepted", "opened", "acted"])
    ]


def test_a_tampered_message_reaches_nobody_but_the_hub_s_operators(answer: Answer) -> None:
    tampered = answer.concerns[4]
    assert (tampered["decisions"], tampered["deliveries"]) == ([], [])
    dead = tampered["dead_letter"]
    assert (dead["reason"], dead["owner"], dead["status"]) == ("bad_signature", "hub", "open")


def test_a_school_that_was_down_is_tried_again_and_told_once(answer: Answer) -> None:
    (delivery,) = answer.concerns[5]["deliveries"]
    assert (delivery["recipient"], delivery["status"]) == (ASHDOWN, "accepted")
    assert delivery["attempts"] >= 2
    assert layers(delivery) == ["accepted", "opened", "acted"]


def test_a_school_s_own_concern_reaches_social_work_police_and_the_nurse_each_their_part(answer: Answer) -> None:
    own = answer.concerns[7]
    assert (own["source"], own["category"]) == (PRIMARY, "physical_abuse")
    assert [(d["recipient"], d["role"], d["isp"], d["by"]) for d in own["decisions"]] == [
        (FRONT_DOOR, "front_door", "ISP-EDU-001@1", "2026-03-07T23:20:00Z"),
        (COMMUNITY, "school_nurse", "ISP-EDU-001@1", MONDAY_S_BELL),
        (POLICE, "child_abuse_unit", "ISP-EDU-001@1", "2026-03-07T23:20:00Z"),
    ]
    shown = {decision["recipient"]: set(decision["released"]) for decision in own["decisions"]}
    assert {"child.voice", "concern.detail", "school.observations", "school.attendance"} <= shown[FRONT_DOOR]
    assert {"child.voice", "health.injury", "school.observations"} <= shown[POLICE]
    assert shown[POLICE].isdisjoint({"concern.detail", "school.attendance", "child.identifiers"})
    assert shown[COMMUNITY] == {
        "child.name", "child.date_of_birth", "child.identifiers", "concern.category", "concern.risk",
        "concern.summary", "health.injury", "incident.reference", "person.practitioner",
    }  # fmt: skip
    assert [layers(d) for d in own["deliveries"]] == [["accepted", "opened", "acted"]] * 3


def test_a_hospital_s_attendance_reaches_who_protects_and_who_goes_on_caring_and_not_the_police(answer: Answer) -> None:
    attendance = answer.concerns[8]
    assert (attendance["source"], attendance["category"]) == ("nhs.caledon-infirmary", "neglect")
    assert [(d["recipient"], d["role"], d["isp"], d["by"]) for d in attendance["decisions"]] == [
        (GP, "gp", "ISP-NHS-001@1", "2026-03-08T23:04:00Z"),
        (FRONT_DOOR, "front_door", "ISP-NHS-001@1", "2026-03-08T00:04:00Z"),
        (COMMUNITY, "school_nurse", "ISP-NHS-001@1", MONDAY_S_BELL),
    ]
    shown = {decision["recipient"]: decision["released"] for decision in attendance["decisions"]}
    assert {"child.address", "child.voice", "concern.detail", "person.parent"} <= set(shown[FRONT_DOOR])
    for carer in (GP, COMMUNITY):
        assert set(shown[carer]) == {
            "child.name", "child.date_of_birth", "child.identifiers", "concern.category", "concern.risk",
            "concern.summary", "health.attendance", "health.injury", "incident.reference", "person.practitioner",
        }  # fmt: skip
    assert (shown[GP]["health.attendance"], shown[COMMUNITY]["health.attendance"]) == ("full", "flag")
    assert [layers(d) for d in attendance["deliveries"]] == [["accepted", "opened", "acted"]] * 3


def test_a_retraction_recalls_what_was_told_and_the_concern_says_so(answer: Answer) -> None:
    third, retraction = answer.concerns[2], answer.concerns[-1]
    assert (retraction["kind"], retraction["decisions"]) == ("concern.retracted", [])
    assert [(d["recipient"], d["purpose"], layers(d)) for d in retraction["deliveries"]] == [
        (PRIMARY, "recall", ["accepted", "opened"])
    ]
    assert third["case"] == {"sequence": 1, "superseded_by": retraction["event_id"]}


def test_nothing_personal_is_printed_or_logged(answer: Answer) -> None:
    lines = answer.err.splitlines()
    assert len([line for line in lines if '"event": "accepted"' in line]) == 9, "it was to log"
    for line in lines:
        json.loads(line)  # every line is a log line; a traceback would not be
        assert not personal(line.encode())
    assert not personal(answer.out.encode())


# --- what lies in its stores -----------------------------------------------------------------------------------------


@dataclass
class Left:
    """All that the demonstration left behind while it still ran."""

    tables: dict[str, bytes]
    metrics: bytes
    records: list[tuple[str, bytes]]
    screen: str


@pytest.fixture
async def left() -> Left:
    """Play it in this process, and look into everything."""
    with scratch_folder() as home:
        home.chmod(0o711)
        stage = set_up(home)
        found: list[Left] = []

        async def after(played: list[Played]) -> None:
            shown = Console(file=io.StringIO(), width=200)
            screen.opening(shown)
            names = {key: one.name for key, one in stage.parts.rules.organisations.items()}
            screen.closing(shown, played, await stage.seen(), names, 1.0)
            found.append(Left(tables(stage), await metrics(stage), await records(stage), shown.file.getvalue()))

        await play(stage, lambda _: None, after=after)
        return found[0]


def tables(stage: Stage) -> dict[str, bytes]:
    """Each table of the hub as text and in PostgreSQL's binary form, which holds sealed columns as they are."""
    found = {}
    with psycopg.connect(stage.parts.database_url) as connection, connection.cursor() as cursor:
        names = cursor.execute("select tablename from pg_tables where schemaname = 'hub'").fetchall()
        for (name,) in names:
            for form in ("text", "binary"):
                command = sql.SQL("copy hub.{} to stdout (format {})").format(sql.Identifier(name), sql.SQL(form))
                with cursor.copy(command) as copy:
                    found[f"{name} as {form}"] = b"".join(bytes(block) for block in copy)
    return found


async def metrics(stage: Stage) -> bytes:
    url = f"http://{stage.settings.console_address}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as got:
        assert got.status == 200
        return await got.read()


async def records(stage: Stage) -> list[tuple[str, bytes]]:
    """(topic, key, headers and value) of every record of every topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stage.settings.kafka(), enable_auto_commit=False)
    await consumer.start()
    found: list[tuple[str, bytes]] = []
    try:
        places = [
            TopicPartition(topic, number)
            for topic, about in stage.broker.list_topics(timeout=10).topics.items()
            for number in about.partitions
        ]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        for _ in range(100):
            for place, batch in (await consumer.getmany(timeout_ms=200)).items():
                for record in batch:
                    headers = b"".join(name.encode() + value for name, value in record.headers)
                    found.append((place.topic, b"\n".join([record.key or b"", headers, record.value or b""])))
            if len(found) >= sum(ends.values()):  # news of receipts may still come
                return found
    finally:
        await consumer.stop()
    raise AssertionError("Kafka did not give all that it has")


async def test_nothing_personal_is_in_clear_in_the_database_kafka_metrics_or_on_the_screen(left: Left) -> None:
    assert len(left.tables["delivery as text"].splitlines()) == 13
    assert len(left.tables["source_record as text"].splitlines()) == 13
    for name, dumped in left.tables.items():
        assert not personal(dumped), name
    topics = [topic for topic, _ in left.records]
    assert topics.count("concern.urgent") == 10
    assert topics.count("receipts.police.caledon") >= 6
    assert topics.count(f"receipts.{PRIMARY}") >= 1
    for topic, record in left.records:
        assert not personal(record), topic
    assert b"hub_concerns_total" in left.metrics
    assert not personal(left.metrics)
    assert "10 concerns" in left.screen
    assert not personal(left.screen.encode())
