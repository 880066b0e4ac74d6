"""`hub deliveries`: operators' hands. What is shown are ids and states; bodies stay sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import acting
from hub.cli.ids import Id, find_all
from hub.cli.output import details, document, lines, stop, table
from hub.facts.act import Act
from hub.facts.terms import Tier, Unsent
from hub.people.accounts.permissions import Doing
from hub.people.ids import Thing, find
from hub.people.operating.deliveries import Hand, Handled, Wanted, handle, held_for, list_deliveries, show_delivery
from hub.settings import read_settings

_STATES = ("pending", "accepted", "held", "cancelled")
_IDS = click.argument("delivery_ids", type=Id(), nargs=-1)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def deliveries() -> None:
    """What goes to recipients, and how far it came."""


@deliveries.command(name="list")
@click.option("--status", type=click.Choice(_STATES), default=None)
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), default=None)
@click.option("--recipient", default=None, help="An organisation's id.")
@click.option("--event", type=Id(), default=None, help="An event's id.")
@click.option("--late", is_flag=True, help="Only those past their deadline and not accepted.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, event: str | None, as_json: bool, **wanted: Any) -> None:
    """List deliveries, the nearest deadline first."""
    with open_desk(read_settings()) as desk:
        of_event = find(desk, Thing.EVENT, event) if event else None
        found = list_deliveries(desk, Wanted(event=of_event, **wanted))
    if as_json:
        lines(found)
        return
    columns = ["id", "status", "reason", "recipient", "tier", "channel", "attempts", "due (UTC)"]
    rows = [
        [
            row["delivery_id"],
            row["status"],
            row["reason"],
            f"{row['recipient']} ({row['role']})",
            row["tier"],
            row["channel"],
            row["attempts"],
            row["due_by"],
        ]
        for row in found
    ]
    table("Deliveries", columns, rows, empty="No deliveries.")


@deliveries.command()
@click.argument("delivery_id", type=Id())
@_JSON
def show(delivery_id: str, *, as_json: bool) -> None:
    """Show one delivery and its receipts; its body stays sealed."""
    with open_desk(read_settings()) as desk:
        found = show_delivery(desk, find(desk, Thing.DELIVERY, delivery_id))
    if found is None:
        stop("There is no delivery with this id: `hub deliveries list` shows them.")
    if as_json:
        document(found)
        return
    receipts = [f"{receipt['layer']} {receipt['at']:%Y-%m-%d %H:%M:%S}" for receipt in found["receipts"]]
    details("Delivery", found | {"receipts": receipts})


@deliveries.command()
@_IDS
@click.option(
    "--of-reason", type=click.Choice([reason.value for reason in Unsent]), help="All that are held for this reason."
)
@click.option("--recipient", help="With --of-reason: only those to this organisation.")
@acting(Doing.OPERATE)
@_JSON
def replay(
    delivery_ids: Sequence[str], *, of_reason: str | None, recipient: str | None, act: Act, as_json: bool
) -> None:
    """Send held deliveries again, from their first channel. What was retracted stays so."""
    if bool(delivery_ids) == bool(of_reason):
        stop("Name deliveries by id, or an --of-reason: one of the two.")
    with open_desk(read_settings()) as desk:
        wanted = (
            held_for(desk, Unsent(of_reason), recipient) if of_reason else find_all(desk, Thing.DELIVERY, delivery_ids)
        )
        handled = handle(desk, Hand.REPLAY, wanted, act)
    _tell(handled, "go out again.", as_json=as_json)


@deliveries.command()
@_IDS
@acting(Doing.OPERATE)
@_JSON
def hold(delivery_ids: Sequence[str], *, act: Act, as_json: bool) -> None:
    """Stop pending deliveries until they are released. An attempt under way still ends."""
    _tell(_by_hand(Hand.HOLD, delivery_ids, act), "held.", as_json=as_json)


@deliveries.command()
@_IDS
@acting(Doing.OPERATE)
@_JSON
def release(delivery_ids: Sequence[str], *, act: Act, as_json: bool) -> None:
    """Let deliveries go on that an operator held."""
    _tell(_by_hand(Hand.RELEASE, delivery_ids, act), "released.", as_json=as_json)


def _by_hand(hand: Hand, delivery_ids: Sequence[str], act: Act) -> Handled:
    if not delivery_ids:
        stop("Name at least one delivery by its id: `hub deliveries list` shows them.")
    with open_desk(read_settings()) as desk:
        return handle(desk, hand, find_all(desk, Thing.DELIVERY, delivery_ids), act)


def _tell(handled: Handled, done: str, *, as_json: bool) -> None:
    if as_json:
        document({"changed": handled.changed, "unchanged": handled.unchanged})
    else:
        click.echo(f"{len(handled.changed)} {done}")
    if handled.unchanged:
        stop(
            f"{len(handled.unchanged)} of these are unknown, or in a state that does not allow it: `hub deliveries "
            "list` shows each one's status."
        )
