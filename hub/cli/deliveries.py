"""`hub deliveries`: operators' hands. What is shown are ids and states; bodies stay sealed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from psycopg.rows import dict_row

from hub.bootstrap import Parts, open_store
from hub.cli.acting import acting
from hub.cli.output import document, lines, stop, table
from hub.delivery.reasons import EXPLANATIONS
from hub.facts.act import Act
from hub.facts.clock import utc_now
from hub.facts.terms import Layer, Tier, Unsent
from hub.people.deliveries import Hand, handle
from hub.settings import read_settings

_COLUMNS = (
    "delivery_id, event_id, subject, recipient, role, purpose, revision, tier, isp, channel, status, reason, "
    "attempts, next_attempt_at, due_by, created_at, settled_at"
)
_STATES = ("pending", "accepted", "held", "cancelled")
_FIND = (
    f"select {_COLUMNS} from delivery where (%(status)s::text is null or status = %(status)s) "  # noqa: S608 - constant columns
    "and (%(tier)s::text is null or tier = %(tier)s) "
    "and (%(recipient)s::text is null or recipient = %(recipient)s) "
    "and (%(event)s::uuid is null or event_id = %(event)s) "
    "and (not %(late)s or (status in ('pending', 'held') and due_by < %(now)s)) "
    "order by due_by, delivery_id limit %(limit)s"
)


@click.group()
def deliveries() -> None:
    """What goes to recipients, and how far it came."""


@deliveries.command(name="list")
@click.option("--status", type=click.Choice(_STATES), default=None)
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), default=None)
@click.option("--recipient", default=None, help="An organisation's id.")
@click.option("--event", type=click.UUID, default=None, help="An event's id.")
@click.option("--late", is_flag=True, help="Only those past their deadline and not accepted.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, as_json: bool, **wanted: object) -> None:
    """List deliveries, the nearest deadline first."""
    with open_store(read_settings()) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        found = cursor.execute(_FIND, {**wanted, "now": utc_now()}).fetchall()
    if as_json:
        lines(found)
    else:
        _draw(found)


def _draw(found: list[dict[str, Any]]) -> None:
    table(
        "Deliveries",
        ["id", "status", "reason", "recipient", "tier", "channel", "attempts", "due (UTC)"],
        [
            [
                r["delivery_id"],
                r["status"],
                r["reason"],
                f"{r['recipient']} ({r['role']})",
                r["tier"],
                r["channel"],
                r["attempts"],
                r["due_by"],
            ]
            for r in found
        ],
        empty="No deliveries.",
    )


@deliveries.command()
@click.argument("delivery_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(delivery_id: UUID, *, as_json: bool) -> None:
    """Show one delivery and its receipts; its body stays sealed."""
    with open_store(read_settings()) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        found = cursor.execute(
            f"select {_COLUMNS}, octet_length(body) as bytes from delivery where delivery_id = %s",  # noqa: S608 - constant columns
            (delivery_id,),
        ).fetchone()
        if found is None:
            stop("There is no delivery with this id: `hub deliveries list` shows them.")
        receipts = cursor.execute(
            "select layer, at from receipt where delivery_id = %s order by layer", (delivery_id,)
        ).fetchall()
    found["explanation"] = EXPLANATIONS[Unsent(found["reason"])] if found["reason"] else None
    found["receipts"] = [{"layer": Layer(receipt["layer"]).word, "at": receipt["at"]} for receipt in receipts]
    if as_json:
        document(found)
        return
    found["receipts"] = "\n".join(
        f"{receipt['layer']} {receipt['at']:%Y-%m-%d %H:%M:%S}" for receipt in found["receipts"]
    )
    table(f"Delivery {delivery_id}", ["what", "value"], found.items(), empty="")


_IDS = click.argument("delivery_ids", type=click.UUID, nargs=-1)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@deliveries.command()
@_IDS
@click.option(
    "--of-reason",
    "held_for",
    type=click.Choice([reason.value for reason in Unsent]),
    help="All held for this reason.",
)
@click.option("--recipient", help="With --of-reason: only those to this organisation.")
@acting
@_JSON
def replay(
    delivery_ids: tuple[UUID, ...], *, held_for: str | None, recipient: str | None, act: Act, as_json: bool
) -> None:
    """Send held deliveries again, from their first channel. What was retracted stays so."""
    if bool(delivery_ids) == bool(held_for):
        stop("Name deliveries by id, or an --of-reason: one of the two.")
    if held_for is not None:
        with open_store(read_settings()) as connection:
            found = connection.execute(
                "select delivery_id from delivery where status = 'held' and reason = %(reason)s "
                "and (%(recipient)s::text is null or recipient = "
                "%(recipient)s)",
                {"reason": held_for, "recipient": recipient},
            ).fetchall()
        delivery_ids = tuple(delivery_id for (delivery_id,) in found)
    _apply(Hand.REPLAY, delivery_ids, act, "go out again.", as_json=as_json)


@deliveries.command()
@_IDS
@acting
@_JSON
def hold(delivery_ids: tuple[UUID, ...], *, act: Act, as_json: bool) -> None:
    """Stop pending deliveries until they are released. An attempt under way still ends."""
    _apply(Hand.HOLD, _some(delivery_ids), act, "held.", as_json=as_json)


@deliveries.command()
@_IDS
@acting
@_JSON
def release(delivery_ids: tuple[UUID, ...], *, act: Act, as_json: bool) -> None:
    """Let deliveries go on that an operator held."""
    _apply(Hand.RELEASE, _some(delivery_ids), act, "released.", as_json=as_json)


def _some(delivery_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if not delivery_ids:
        stop("Name at least one delivery by its id: `hub deliveries list` shows them.")
    return delivery_ids


def _apply(hand: Hand, delivery_ids: tuple[UUID, ...], act: Act, done: str, *, as_json: bool) -> None:
    settings = read_settings()
    with open_store(settings) as connection, connection.transaction():
        handled = handle(connection, hand, delivery_ids, act, Parts(settings).evidence)
    if as_json:
        document({"changed": handled.changed, "unchanged": handled.unchanged})
    else:
        click.echo(f"{len(handled.changed)} {done}")
    if handled.unchanged:
        stop(
            f"{len(handled.unchanged)} of these are unknown, or in a state that does not allow it: `hub deliveries "
            "list` shows each one's status."
        )
