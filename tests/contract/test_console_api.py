"""The HTTP API of recipients as their software meets it: inbox, receipts, bad input. On real PostgreSQL."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.console.limits import MAX_BODY
from hub.facts.terms import Layer, Purpose, Role
from hub.people.receipts import open_name
from tests.unit.delivery.console_world import NAME, Api, in_inbox, open_news
from tests.unit.delivery.world import ACADEMY, POLICE, PRIMARY, SECRET_STORY, World, utc_now

# --- inbox -----------------------------------------------------------------------------------------------------------


async def test_the_inbox_lists_ones_own_deliveries_without_content(api: Api, world: World):
    mine = in_inbox(world)
    in_inbox(world, ACADEMY)
    in_inbox(world, role=Role.HEAD_TEACHER)
    world.deliver(PRIMARY, wake=False)
    in_inbox(world, channel="webhook")

    status, page, text = await api.get("/v1/inbox")

    assert status == 200
    assert page["next"] is None
    [item] = page["deliveries"]
    assert item["delivery_id"] == str(mine)
    assert (item["type"], item["tier"], item["layer"]) == ("uk.concernhub.disclosure.v1", "urgent", "accepted")
    assert set(item) == {"delivery_id", "type", "tier", "received_at", "due_by", "by", "layer"}
    assert SECRET_STORY not in text
    assert world.rows("select max(layer) from receipt") == [(1,)]


async def test_pages_follow_each_other_newest_first_and_miss_nothing(api: Api, world: World):
    start = utc_now()
    made = [in_inbox(world, settled_at=start + timedelta(seconds=place // 2)) for place in range(7)]

    seen, after = [], ""
    for _ in range(4):
        _, page, _ = await api.get(f"/v1/inbox?limit=2{after}")
        seen += [item["delivery_id"] for item in page["deliveries"]]
        after = f"&after={page['next']}"
        if page["next"] is None:
            break

    assert sorted(seen) == sorted(map(str, made))
    assert len(seen) == 7
    assert UUID(seen[0]) == made[6]


async def test_reading_opens_the_disclosure_marks_it_collected_and_is_audited(api: Api, world: World):
    delivery_id = in_inbox(world)

    status, event, _ = await api.get(f"/v1/inbox/{delivery_id}")

    assert status == 200
    assert event["specversion"] == "1.0"
    assert event["id"] == str(delivery_id)
    assert event["type"] == "uk.concernhub.disclosure.v1"
    assert event["datacontenttype"] == "application/json"
    assert event["data"] == {"items": {"concern.summary": SECRET_STORY}}
    assert event["dueby"] == (await api.get("/v1/inbox"))[1]["deliveries"][0]["due_by"]
    assert world.rows("select layer from receipt order by layer") == [(1,), (2,)]
    [facts] = [json.loads(facts) for (facts,) in world.rows("select facts from ledger_entry where kind = 'read'")]
    assert facts["delivery_id"] == str(delivery_id)
    assert facts["key_id"] == f"{PRIMARY}.inbox.1"
    assert facts["caller"].startswith("api-")
    assert SECRET_STORY not in str(facts)
    await api.get(f"/v1/inbox/{delivery_id}")
    assert world.rows("select count(*) from ledger_entry where kind = 'read'") == [(2,)]
    assert world.rows("select count(*) from ledger_entry where kind = 'receipt'") == [(1,)]


async def test_what_was_taken_back_is_not_shown_again(api: Api, world: World):
    delivery_id = in_inbox(world)
    with world.connect() as connection:
        connection.execute("update delivery set recalled_at = now()")
    status, answer, _ = await api.get(f"/v1/inbox/{delivery_id}")
    assert (status, answer["error"]) == (410, "recalled")
    assert SECRET_STORY not in str(answer)
    assert world.rows("select count(*) from receipt where layer > 1") == [(0,)]


async def test_a_notice_is_shown_as_it_is(api: Api, world: World):
    delivery_id = in_inbox(world, purpose=Purpose.NOTIFY)
    status, event, _ = await api.get(f"/v1/inbox/{delivery_id}")
    assert (status, event["type"], event["data"]) == (200, "uk.concernhub.notice.v1", {"reason": "test"})
    assert world.rows("select count(*) from outbox") == [(0,)]


@pytest.mark.parametrize("whose", ["another organisation", "another role", "webhook", "not there yet", "nobody"])
async def test_what_is_not_in_ones_inbox_does_not_exist(api: Api, world: World, whose: str):
    delivery_id = {
        "another organisation": lambda: in_inbox(world, ACADEMY),
        "another role": lambda: in_inbox(world, role=Role.HEAD_TEACHER),
        "webhook": lambda: in_inbox(world, channel="webhook"),
        "not there yet": lambda: world.deliver(PRIMARY, wake=False),
        "nobody": uuid4,
    }[whose]()

    status, error, _ = await api.get(f"/v1/inbox/{delivery_id}")

    assert (status, error["error"]) == (404, "not_found")
    assert str(delivery_id) not in str(error)
    assert world.rows("select count(*) from ledger_entry where kind = 'read'") == [(0,)]


async def test_an_inbox_key_that_is_not_held_is_the_hubs_trouble_and_says_no_more(api: Api, world: World):
    delivery_id = in_inbox(world)
    (world.home / "keys" / "private" / f"{PRIMARY}.inbox.1.json").unlink()
    status, error, _ = await api.get(f"/v1/inbox/{delivery_id}")
    assert (status, error["error"]) == (503, "unavailable")
    assert world.rows("select max(layer) from receipt") == [(1,)]


# --- receipts --------------------------------------------------------------------------------------------------------


async def test_a_receipt_stands_once_and_its_news_goes_to_the_sender(api: Api, world: World):
    delivery_id = in_inbox(world)

    assert (await api.post_receipt(delivery_id, "opened"))[:2] == (
        200,
        {"delivery_id": str(delivery_id), "layer": "opened", "new": True},
    )
    assert (await api.post_receipt(delivery_id, "opened", by="Somebody Else"))[1]["new"] is False

    [(topic, value)] = world.rows("select topic, value from outbox")
    assert topic == f"receipts.{POLICE}"
    news = open_news(world, value)
    assert (news["outcome"], news["told"]) == ("matched", 1)
    assert {one["layer"]: one["count"] for one in news["layers"]} == {"accepted": 1, "collected": 1, "opened": 1}
    assert world.rows("select count(*) from ledger_entry where kind = 'receipt'") == [(1,)]
    assert PRIMARY.encode() not in value


async def test_who_opened_it_is_kept_sealed(api: Api, world: World):
    delivery_id = in_inbox(world)
    await api.post_receipt(delivery_id, "acted")

    [(key_id, sealed)] = world.rows("select by_key, by_sealed from receipt where layer = 4")
    assert NAME.encode() not in sealed
    assert open_name(world.evidence, (delivery_id, Layer.ACTED, key_id, sealed)) == NAME
    assert NAME not in str(world.rows("select convert_from(facts, 'UTF8') from ledger_entry where facts is not null"))


async def test_caveats_are_acknowledged_with_a_receipt_once_by_a_named_person(api: Api, world: World):
    delivery_id = in_inbox(world, caveats=["delete_by", "telephone_only"])
    assert (await api.post_receipt(delivery_id, "opened"))[0] == 200
    assert (await api.post_receipt(delivery_id, "opened", acknowledged=["delete_by"]))[1]["new"] is False
    status, _, _ = await api.post_receipt(
        delivery_id, "acted", by="L. Other", acknowledged=["delete_by", "telephone_only"]
    )

    assert status == 200
    assert world.rows("select caveat from acknowledgement order by caveat") == [("delete_by",), ("telephone_only",)]
    told = [json.loads(facts) for (facts,) in world.rows("select facts from ledger_entry where kind = 'acknowledged'")]
    assert sorted(one["caveats"] for one in told) == [["delete_by"], ["telephone_only"]]
    assert NAME.encode() not in world.rows("select by_sealed from acknowledgement")[0][0]


@pytest.mark.parametrize("codes", [["telephone_only"], ["shout"], "delete_by", ["delete_by"] * 9])
async def test_what_is_no_caveat_of_a_delivery_cannot_be_acknowledged(api: Api, world: World, codes: Any):
    delivery_id = in_inbox(world, caveats=["delete_by"])
    status, error, _ = await api.post_receipt(delivery_id, "opened", acknowledged=codes)
    assert status == 422
    assert [fault["field"] for fault in error["faults"]] == ["acknowledged"]
    assert world.rows("select count(*) from acknowledgement") == [(0,)]


async def test_only_a_named_person_acknowledges(api: Api, world: World):
    delivery_id = in_inbox(world, caveats=["delete_by"])
    assert (await api.post_receipt(delivery_id, "collected", by=None, acknowledged=["delete_by"]))[0] == 422


async def test_a_late_lower_receipt_is_kept_and_never_lowers_the_layer(api: Api, world: World):
    delivery_id = in_inbox(world)
    await api.post_receipt(delivery_id, "acted")

    status, answer, _ = await api.post_receipt(delivery_id, "collected", by=None)

    assert (status, answer["layer"], answer["new"]) == (200, "acted", True)
    assert world.rows("select layer from receipt order by layer") == [(1,), (2,), (4,)]
    assert (await api.get("/v1/inbox"))[1]["deliveries"][0]["layer"] == "acted"


async def test_a_time_in_the_future_is_read_as_now(api: Api, world: World):
    delivery_id = in_inbox(world)
    await api.post_receipt(delivery_id, "opened", at="2199-01-01T00:00:00Z")
    [(at,)] = world.rows("select at from receipt where layer = 3")
    assert abs(at - utc_now()) < timedelta(minutes=1)


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "two hours before it came"])
async def test_nobody_acted_before_the_delivery_came(api: Api, world: World, at: str):
    delivery_id = in_inbox(world)
    said = at if at.startswith("1970") else (utc_now() - timedelta(hours=2)).isoformat()
    status, error, _ = await api.post_receipt(delivery_id, "acted", at=said)
    assert (status, error["error"]) == (422, "invalid")
    assert error["faults"] == [{"field": "at", "fault": "is before the delivery came: nobody can have seen it then"}]
    assert world.rows("select max(layer) from receipt") == [(1,)]
    assert world.rows("select count(*) from outbox") == [(0,)]


async def test_a_recipients_clock_may_be_some_minutes_behind(api: Api, world: World):
    delivery_id = in_inbox(world)
    assert (await api.post_receipt(delivery_id, "opened", at=(utc_now() - timedelta(minutes=3)).isoformat()))[0] == 200
    assert world.rows("select (select at from receipt where layer = 3) = (select at from receipt where layer = 1)") == [
        (True,)
    ]


async def test_before_its_acceptance_is_known_a_receipt_is_no_older_than_the_delivery(api: Api, world: World):
    delivery_id = world.deliver(PRIMARY, wake=False, attempts=1)
    assert (await api.post_receipt(delivery_id, at="1999-12-31T23:59:59Z"))[0] == 422
    assert (await api.post_receipt(delivery_id))[0] == 200


async def test_a_receipt_is_taken_by_whatever_channel_the_delivery_came(api: Api, world: World):
    delivery_id = in_inbox(world, channel="webhook")
    assert (await api.post_receipt(delivery_id, "acted"))[0] == 200


async def test_anothers_delivery_takes_no_receipt_and_is_not_told_of(api: Api, world: World):
    theirs = in_inbox(world, ACADEMY)
    refused = await api.post_receipt(theirs)
    assert refused[0] == 404
    assert refused[1] == (await api.post_receipt(uuid4()))[1]
    assert world.rows("select max(layer) from receipt") == [(1,)]


@pytest.mark.parametrize("state", [{"status": "held", "body": None}, {"status": "cancelled"}, {"status": "pending"}])
async def test_what_was_never_sent_takes_no_receipt(api: Api, world: World, state: dict[str, Any]):
    """Nobody can have opened it, and the sender must not hear that they did."""
    assert (await api.post_receipt(world.deliver(PRIMARY, wake=False, **state)))[0] == 404
    assert world.rows("select count(*) from receipt") == [(0,)]
    assert world.rows("select count(*) from outbox") == [(0,)]


@pytest.mark.parametrize("state", [{"attempts": 1}, {"claimed_by": 7}, {"status": "held", "attempts": 3}])
async def test_what_may_have_arrived_takes_a_receipt(api: Api, world: World, state: dict[str, Any]):
    assert (await api.post_receipt(world.deliver(PRIMARY, wake=False, **state)))[0] == 200


async def test_receipts_posted_at_the_same_time_are_written_once(api: Api, world: World):
    delivery_id = in_inbox(world)
    answers = await asyncio.gather(*(api.post_receipt(delivery_id, "acted") for _ in range(10)))
    assert sorted(answer[1]["new"] for answer in answers) == [False] * 9 + [True]
    assert world.rows("select count(*) from outbox") == [(1,)]


# --- bad input -------------------------------------------------------------------------------------------------------

SECRET = "Zebedee Quill"


@pytest.mark.parametrize(
    ("body", "field", "fault"),
    [
        (
            {"layer": SECRET, "at": "2026-03-09T08:00:00Z", "by": "x"},
            "layer",
            "must be one of collected, opened and acted",
        ),
        ({"layer": "accepted", "at": "2026-03-09T08:00:00Z"}, "layer", "must be one of collected, opened and acted"),
        ({"layer": "opened", "at": "2026-03-09T08:00:00", "by": SECRET}, "at", "must have an offset, such as Z"),
        ({"layer": "opened", "at": SECRET, "by": "x"}, "at", "must be an instant such as 2026-03-09T08:45:00Z"),
        ({"layer": "opened", "at": 17, "by": "x"}, "at", "must be text such as 2026-03-09T08:45:00Z"),
        ({"layer": "opened", "at": "2026-03-09T08:00:00Z"}, "by", "is needed: who opened it or acted"),
        (
            {"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": f"{SECRET}\x00"},
            "by",
            "must be a name: with a letter in it, and without control characters",
        ),
        (
            {"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": f"{SECRET}\u202e"},
            "by",
            "must be a name: with a letter in it, and without control characters",
        ),
        ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": SECRET * 50}, "by", "is too long"),
        (
            {"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": "   "},
            "by",
            "must be a name: with a letter in it, and without control characters",
        ),
        ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": "x", SECRET: SECRET}, "body", "is not known here"),
        (
            {"layer": "acted", "at": "2026-03-09T08:00:00Z", "by": ". 007"},
            "by",
            "must be a name: with a letter in it, and without control characters",
        ),
        ({}, "layer", "is missing"),
        (SECRET, "body", "is not valid"),
    ],
)
async def test_a_wrong_receipt_is_refused_with_the_fault_named_and_nothing_repeated(
    api: Api, world: World, body: Any, field: str, fault: str
):
    delivery_id = in_inbox(world)
    status, error, text = await api.call("POST", f"/v1/deliveries/{delivery_id}/receipts", body=body)
    assert (status, error["error"]) == (422, "invalid")
    assert {"field": field, "fault": fault} in error["faults"]
    assert SECRET not in text
    assert world.rows("select count(*) from receipt where layer > 1") == [(0,)]


@pytest.mark.parametrize("raw", [b"{", SECRET.encode(), b"\xff\xfe", b"[" * 5_000])
async def test_what_is_not_json_is_refused_and_not_repeated(api: Api, world: World, raw: bytes):
    status, error, text = await api.call("POST", f"/v1/deliveries/{in_inbox(world)}/receipts", raw=raw)
    assert (status, error["error"]) in {(422, "invalid"), (400, "invalid")}
    assert SECRET not in text


@pytest.mark.parametrize(
    "path",
    [
        "/v1/inbox?limit=0",
        "/v1/inbox?limit=201",
        f"/v1/inbox?limit={SECRET[:3]}",
        "/v1/inbox?after=Zebedee",
        "/v1/inbox/Zebedee",
    ],
)
async def test_a_wrong_address_is_refused_and_not_repeated(api: Api, path: str):
    status, error, text = await api.get(path)
    assert (status, error["error"]) == (422, "invalid")
    assert "Zeb" not in text


async def test_a_body_under_gzip_is_taken_in_clear(api: Api, world: World):
    path = f"/v1/deliveries/{in_inbox(world)}/receipts"
    body = json.dumps({"layer": "acted", "at": utc_now().isoformat(), "by": NAME}).encode()
    status, answer, _ = await api.call("POST", path, raw=gzip.compress(body), encoding="gzip")
    assert (status, answer["layer"]) == (200, "acted")


@pytest.mark.parametrize(
    ("raw", "encoding", "status", "code"),
    [
        (b"{}", "br", 415, "encoding_not_taken"),
        (b"{}", "gzip, gzip", 415, "encoding_not_taken"),
        (b"{}", "gzip", 400, "invalid"),
        (gzip.compress(b" " * 50_000_000), "gzip", 413, "too_large"),
        (gzip.compress(b" " * MAX_BODY + b"{}"), "gzip", 413, "too_large"),
    ],
    ids=["brotli", "twice", "not gzip", "a bomb", "larger in clear"],
)
async def test_a_body_in_an_encoding_that_is_not_taken_is_refused_by_that_name(
    api: Api, world: World, raw: bytes, encoding: str, status: int, code: str
):
    path = f"/v1/deliveries/{in_inbox(world)}/receipts"
    answered = await api.call("POST", path, raw=raw, encoding=encoding)
    assert (answered[0], answered[1]["error"]) == (status, code)
    if status == 415:
        assert "content-encoding" in answered[1]["message"]
        assert api.headers["accept-encoding"] == "gzip, identity"


async def test_a_body_beyond_the_limit_is_refused(api: Api, world: World):
    path = f"/v1/deliveries/{in_inbox(world)}/receipts"
    assert (await api.call("POST", path, raw=b" " * MAX_BODY + b"{}"))[0] == 413
