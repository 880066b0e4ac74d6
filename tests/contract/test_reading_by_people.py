"""A person reads one delivery at a time, says that they read it, and what they did."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from hub.facts.terms import Caveat, Layer, Role
from hub.people.inbox import Recalled
from hub.people.receipts import Receipt, Recorded, open_name
from hub.people.receiving.reader import Reader
from hub.people.recipients import Recipients
from tests.contract.receiving_world import a_person, entries, looks, reading_as, with_recipients
from tests.unit.delivery.console_world import in_inbox
from tests.unit.delivery.world import ACADEMY, DSL, PRIMARY, SECRET_STORY, World, utc_now


async def test_a_person_reads_what_came_by_their_own_system_too(world: World) -> None:
    delivery_id = in_inbox(world, channel="webhook")
    read = await with_recipients(world, lambda all_: all_.read(reading_as(a_person(world)), delivery_id))
    assert isinstance(read, dict)
    assert read["data"]["items"] == {"concern.summary": SECRET_STORY}


async def test_a_system_still_finds_what_came_by_the_inbox_alone(world: World) -> None:
    delivery_id = in_inbox(world, channel="webhook")
    assert await with_recipients(world, lambda all_: all_.read(Reader(PRIMARY, DSL, "api-x"), delivery_id)) is None


async def test_each_reading_is_in_the_ledger_and_among_the_looks_with_who_it_was(world: World) -> None:
    delivery_id, person = in_inbox(world), a_person(world)

    async def twice(recipients: Recipients) -> None:
        await recipients.read(reading_as(person), delivery_id)
        await recipients.read(Reader(PRIMARY, DSL, "api-x"), delivery_id)

    await with_recipients(world, twice)
    assert [(one["person"], one["caller"]) for one in entries(world, "read")] == [
        (str(person.person_id), None),
        (None, "api-x"),
    ]
    assert looks(world, delivery_id) == [
        ("delivery", person.person_id, None, PRIMARY),
        ("delivery", None, "api-x", PRIMARY),
    ]


async def test_another_role_or_school_reads_nothing_and_leaves_no_trace(world: World) -> None:
    delivery_id = in_inbox(world)
    head = reading_as(a_person(world, "Margaret Sim", PRIMARY, Role.HEAD_TEACHER), Role.HEAD_TEACHER)
    other = reading_as(a_person(world, "Stuart McCrae", ACADEMY))

    async def all_three(recipients: Recipients) -> list[object]:
        return [await recipients.read(one, delivery_id) for one in (head, other)] + [
            await recipients.read(head, uuid4())
        ]

    assert await with_recipients(world, all_three) == [None, None, None]
    assert looks(world, delivery_id) == []


async def test_what_was_taken_back_is_not_opened_for_a_person(world: World) -> None:
    delivery_id = in_inbox(world, recalled_at=utc_now())
    read = await with_recipients(world, lambda all_: all_.read(reading_as(a_person(world)), delivery_id))
    assert isinstance(read, Recalled)
    assert entries(world, "read") == []


async def test_a_receipt_of_a_person_names_them_by_row_and_under_seal(world: World) -> None:
    delivery_id, person = in_inbox(world, caveats=["telephone_only"]), a_person(world)
    said = Receipt(delivery_id, Layer.OPENED, utc_now(), person.name, frozenset({Caveat.TELEPHONE_ONLY}))
    taken = await with_recipients(world, lambda all_: all_.record(reading_as(person), said))
    assert taken == Recorded(Layer.OPENED, new=True)
    [(by_person, key, sealed)] = world.rows("select by_person, by_key, by_sealed from receipt where layer = 3")
    assert by_person == person.person_id
    assert open_name(world.evidence, (delivery_id, Layer.OPENED, key, bytes(sealed))) == "Fiona Lockhart"
    assert world.rows("select caveat, by_person from acknowledgement") == [("telephone_only", person.person_id)]
    assert entries(world, "receipt")[-1]["person"] == str(person.person_id)


async def test_the_furthest_that_a_person_came_stands_with_the_delivery(world: World) -> None:
    delivery_id, person = in_inbox(world, settled_at=utc_now() - timedelta(minutes=1)), a_person(world)
    for layer, reached in ((Layer.COLLECTED, 0), (Layer.OPENED, 3), (Layer.ACTED, 4), (Layer.OPENED, 4)):
        said = Receipt(delivery_id, layer, utc_now(), person.name)
        await with_recipients(world, lambda all_, said=said: all_.record(reading_as(person), said))
        assert world.rows("select reached from delivery") == [(reached,)]
