"""One concern from a police system to a school and back, by public commands and HTTP alone, on real parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from confluent_kafka import Consumer, TopicPartition
from parts import LocalKafka
from ruamel.yaml import YAML

from hub.facts.shipped import shipped
from hub.keys.files import FileKeys
from hub.keys.hpke import private_key, unseal
from hub.wire.news import news_info
from hub.wire.schemas import load_schemas
from tests.e2e.commands import Hub, Running, a_free_address, lasting_rules, wait_for

pytestmark = pytest.mark.timeout(150)
CALEDON, PRIMARY, ACADEMY = "police.caledon", "school.glenmore-primary", "school.glenmore-academy"
DSL = "designated_safeguarding_lead"
NOW = datetime.now(UTC).replace(microsecond=0)
BORN = f"{NOW.year - 9}-03-02"
ROLL = f"""local_id,given_names,family_name,date_of_birth,sex,address,postcode
GP-1,Maisie,Thornbeck,{BORN},female,"14 Larkspur Wynd, Glenmore",ZG1 4AB
GP-2,Tamsin,Gilchrist,{BORN},female,"3 Weaver's Close, Glenmore",ZG2 1HJ
GP-3,Nobody,,not a date,,,
"""
SAID = "Maisie was awake on the stairs and heard the argument."
PERSONAL = ["Maisie", "Thornbeck", "Tamsin", "Gilchrist", BORN, "Larkspur", "Weaver", "ZG1 4AB", "stairs", "rabbit"]


def a_notice(reference: str, child: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "notice_type": "raise",
        "notice_reference": reference,
        "version": 1,
        "raised_at": (NOW - timedelta(minutes=2)).isoformat(),
        "category": "domestic_abuse",
        "risk": "some",
        "urgency": "urgent",
        "consent": "not_asked",
        "officer": {"role": "response officer"},
        "children": [{"date_of_birth": BORN, **child}],
        "people": [],
    } | changes


MAISIE = {
    "given_names": "Maisie",
    "family_name": "Thornbeck",
    "address": "14 Larkspur Wynd, Glenmore",
    "postcode": "ZG1 4AB",
    "narrative": SAID,
}
TAMSIN = {
    "given_names": "Tamsin",
    "family_name": "Gilchrist",
    "postcode": "ZG2 1HJ",
    "narrative": "Her rabbit is well.",
}


@dataclass(frozen=True)
class Secrets:
    """API keys of the force, the child's school, and another school."""

    police: str
    school: str
    other: str


@pytest.fixture
def hub(broker: LocalKafka, empty_database_url: str, tmp_path: Path) -> Hub:
    """Nothing but an empty home, a database, a broker, and rules by which schools read in their inbox."""
    rules, yaml = lasting_rules(tmp_path / "rules"), YAML()
    for path in (rules / "organisations").glob("school.*.yaml"):
        organisation = yaml.load(path)
        organisation["channels"] = [{"inbox": {}}]
        yaml.dump(organisation, path)
    addresses = {"HUB_DATABASE_URL": empty_database_url, "HUB_KAFKA_BOOTSTRAP": broker.bootstrap}
    return Hub(tmp_path, {"HUB_HOME": str(tmp_path / "home"), "HUB_RULES": str(rules), **addresses})


@contextmanager
def an_adapter(hub: Hub, drop: Path) -> Iterator[Running]:
    address = a_free_address()
    with hub.running(
        *("adapter", "run", "police", "--source", CALEDON, "--listen", address, "--drop", str(drop)), address=address
    ) as adapter:
        wait_for(lambda: adapter.get("/readyz")[0] == 200, what="adapter ready")
        yield adapter


def a_secret(hub: Hub, organisation: str, role: str) -> str:
    return hub.json("keys", "new", "--api", "--organisation", organisation, "--role", role)["secret"]


def set_up(hub: Hub) -> None:
    """What an operator, the two parties of an ISP and a school do once."""
    hub.json("keys", "new", "--samples")
    hub.json("db", "upgrade")
    hub.json("kafka", "init")
    agreement = Path(hub.environment["HUB_RULES"]) / "isps" / "police-school-domestic-abuse.yaml"
    for party in (CALEDON, PRIMARY):
        signed = hub.json("isp", "sign", agreement, "--organisation", party)
    assert PRIMARY not in signed["missing"]
    roll = hub.folder / "roll.csv"
    roll.write_text(ROLL)
    imported = hub.json("subjects", "import", roll, "--organisation", PRIMARY)
    assert (imported["rows"], imported["added"]) == (3, 2)
    assert [one["line"] for one in imported["rejected"]] == [4]


def told(hub: Hub, event_id: str) -> dict[str, Any] | None:
    """The event's story once its delivery lies in the inbox."""
    done = json.loads(hub.run("concern", "show", event_id, "--json").out)
    return done if any(d["status"] == "accepted" for d in done["deliveries"]) else None


def news(broker: LocalKafka, home: Path) -> list[dict[str, Any]]:
    """What the police force reads of its events, opened with its own key."""
    schemas, keys = load_schemas(shipped("schemas")), FileKeys(home / "agencies" / CALEDON / "keys")
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "its-own", "log_level": 0})
    place = TopicPartition(f"receipts.{CALEDON}", 0, 0)
    try:
        consumer.assign([place])
        end, values = consumer.get_watermark_offsets(place, timeout=10)[1], []
        wait_for(lambda: values.extend(consumer.consume(100, timeout=0.5)) or len(values) >= end, what="news", every=0)
    finally:
        consumer.close()
    found = []
    for record in values:
        sealed = schemas.decode("SealedNews", record.value())
        key = private_key("x25519", keys.private_raw(sealed["key_id"]))
        opened = unseal("x25519", key, sealed["sealed"], news_info(UUID(bytes=sealed["event_id"]), CALEDON))
        found.append(schemas.decode("News", opened))
    return found


def test_a_concern_goes_from_a_police_system_to_a_school_and_word_of_it_comes_back(
    hub: Hub, broker: LocalKafka, tmp_path: Path
) -> None:
    set_up(hub)
    secrets = Secrets(a_secret(hub, CALEDON, "duty_officer"), a_secret(hub, PRIMARY, DSL), a_secret(hub, ACADEMY, DSL))
    drop = tmp_path / "drop"
    drop.mkdir()
    with hub.serving() as serve, an_adapter(hub, drop) as adapter:
        event_id = the_force_posts_and_only_it_may(adapter, secrets)
        delivery_id = the_school_is_told(hub, serve, event_id, secrets)
        its_lead_reads_what_may_be_read_and_nobody_else_does(serve, delivery_id, secrets)
        receipts_are_seen_in_the_story_and_told_to_the_force(hub, serve, broker, event_id, delivery_id, secrets)
        dropped_files_go_the_same_way_or_are_put_aside_with_the_reason(drop, serve, secrets)
        the_force_is_told_by_its_adapter(hub, adapter, drop, event_id, secrets)
        assert hub.json_lines("deadletters", "list") == []
        assert hub.json("ledger", "verify")["ok"]
        assert "hub_concerns_total" in serve.get("/metrics")[1]
        adapter.stop()
        serve.stop()
    for process in (serve, adapter):
        assert process.logged(), "it logs"
        assert not [word for word in PERSONAL if word in process.log.read_text()]


def the_force_posts_and_only_it_may(adapter: Running, secrets: Secrets) -> str:
    notice = a_notice("CAL-1", MAISIE)
    assert adapter.get("/v1/concerns", posting=notice)[0] == 401
    assert adapter.get("/v1/concerns", posting=notice, bearer="no such secret")[0] == 401
    assert adapter.get("/v1/concerns", posting=notice, bearer=secrets.school)[0] == 403
    wrong = a_notice("CAL-2", MAISIE, version=None, category="weather")
    status, refused = adapter.get("/v1/concerns", posting=wrong, bearer=secrets.police)
    assert (status, [fault.partition(":")[0] for fault in refused["faults"]]) == (422, ["category", "version"])
    status, accepted = adapter.get("/v1/concerns", posting=notice, bearer=secrets.police)
    assert (status, accepted["repeated"]) == (202, False)
    status, again = adapter.get("/v1/concerns", posting=notice, bearer=secrets.police)
    assert (status, again["event_id"], again["repeated"]) == (202, accepted["event_id"], True)
    return accepted["event_id"]


def the_school_is_told(hub: Hub, serve: Running, event_id: str, secrets: Secrets) -> str:
    wait_for(lambda: serve.get("/v1/inbox", bearer=secrets.school)[1]["deliveries"], what="something in the inbox")
    story = wait_for(lambda: told(hub, event_id), what="delivered")
    assert (story["outcome"], story["source"], story["adapter"]) == ("matched", CALEDON, "police")
    (decision,), (delivery,) = story["decisions"], story["deliveries"]
    assert (decision["recipient"], decision["outcome"], decision["isp"]) == (PRIMARY, "share", "ISP-POL-EDU-001@3")
    assert (delivery["recipient"], delivery["channel"]) == (PRIMARY, "inbox")
    assert not [word for word in PERSONAL if word in json.dumps(story)]
    return delivery["delivery_id"]


def its_lead_reads_what_may_be_read_and_nobody_else_does(serve: Running, delivery_id: str, secrets: Secrets) -> None:
    assert serve.get("/v1/inbox")[0] == 401
    assert serve.get(f"/v1/inbox/{delivery_id}")[0] == 401
    assert serve.get(f"/v1/inbox/{delivery_id}", bearer=secrets.other)[0] == 404
    assert serve.get("/v1/inbox", bearer=secrets.other) == (200, {"deliveries": [], "next": None})
    _, page = serve.get("/v1/inbox", bearer=secrets.school)
    assert [one["delivery_id"] for one in page["deliveries"]] == [delivery_id]
    status, event = serve.get(f"/v1/inbox/{delivery_id}", bearer=secrets.school)
    assert (status, event["type"]) == (200, "uk.concernhub.disclosure.v1")
    items = event["data"]["items"]
    assert items["child.name"] == {"given_names": "Maisie", "family_name": "Thornbeck"}
    assert items["concern.summary"] == SAID
    assert "child.address" not in items
    assert "Larkspur" not in json.dumps(event)


def receipts_are_seen_in_the_story_and_told_to_the_force(
    hub: Hub, serve: Running, broker: LocalKafka, event_id: str, delivery_id: str, secrets: Secrets
) -> None:
    path = f"/v1/deliveries/{delivery_id}/receipts"
    for layer in ("opened", "acted"):
        receipt = {"layer": layer, "at": datetime.now(UTC).isoformat(), "by": "Fiona Lockhart"}
        assert serve.get(path, posting=receipt)[0] == 401
        assert serve.get(path, posting=receipt, bearer=secrets.other)[0] == 404
        assert serve.get(path, posting=receipt, bearer=secrets.school)[0] == 200
    (delivery,) = hub.json("concern", "show", event_id)["deliveries"]
    assert [one["layer"] for one in delivery["receipts"]] == ["accepted", "collected", "opened", "acted"]
    home, acted = Path(hub.environment["HUB_HOME"]), {"layer": "acted", "count": 1}
    wait_for(lambda: any(acted in one["layers"] for one in news(broker, home)), what="news that it was acted on")
    assert {(one["outcome"], one["told"]) for one in news(broker, home)} == {("connection_tested", 0), ("matched", 1)}


def the_force_is_told_by_its_adapter(hub: Hub, adapter: Running, drop: Path, event_id: str, secrets: Secrets) -> None:
    wait_for(lambda: adapter.get("/readyz")[1]["parts"]["hub"] == "ok", what="the hub answered the adapter's test")

    def acted() -> bool:
        status, fate = adapter.get(f"/v1/concerns/{event_id}", bearer=secrets.police)
        return status == 200 and fate["layers"].get("acted") == 1

    wait_for(acted, what="the adapter heard that somebody acted")
    assert adapter.get(f"/v1/concerns/{event_id}", bearer=secrets.school)[0] == 403
    (fate,) = hub.json("adapter", "news", "--event", event_id)
    assert (fate["event_id"], fate["state"], fate["outcome"], fate["told"]) == (event_id, "heard", "matched", 1)
    assert hub.json("adapter", "news", "--reference", "CAL-1") == [fate]
    receipts = drop / "accepted" / "good.json.receipts.jsonl"
    wait_for(receipts.exists, what="receipts beside the accepted file")
    assert json.loads(receipts.read_text().splitlines()[0])["outcome"] == "matched"


def dropped_files_go_the_same_way_or_are_put_aside_with_the_reason(
    drop: Path, serve: Running, secrets: Secrets
) -> None:
    (drop / "good.json").write_text(json.dumps(a_notice("CAL-3", TAMSIN)))
    (drop / "bad.json").write_text(json.dumps(a_notice("CAL-4", {"given_names": "Tamsin"}, category="weather")))
    wait_for((drop / "rejected" / "bad.json").exists, what="the bad file put aside")
    reason = (drop / "rejected" / "bad.json.reason.txt").read_text()
    assert reason.startswith("category:")
    assert "Tamsin" not in reason
    wait_for((drop / "accepted" / "good.json").exists, what="the good file taken")
    wait_for(
        lambda: len(serve.get("/v1/inbox", bearer=secrets.school)[1]["deliveries"]) == 2, what="the second in the inbox"
    )
