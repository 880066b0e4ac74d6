"""`hub deadletters`: records that could not be used, their reason, their owner, and replay after a fix."""

from __future__ import annotations

from uuid import UUID

import click
from psycopg.rows import dict_row

from hub.bootstrap import open_store
from hub.cli.output import document, lines, stop, table
from hub.facts.clock import utc_now
from hub.facts.errors import EXPLANATIONS, Reason
from hub.settings import read_settings

_COLUMNS = (
    "dead_letter_id, status, reason, owner, owner_role, source, event_id, topic, partition, "
    "record_offset as offset, opened_at, due_by"
)


@click.group()
def deadletters() -> None:
    """Records that could not be used."""


@deadletters.command(name="list")
@click.option("--status", type=click.Choice(["open", "replayed", "escalated"]), default=None)
@click.option("--limit", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(*, status: str | None, limit: int, as_json: bool) -> None:
    """List dead letters, oldest first."""
    with open_store(read_settings()) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(
                f"select {_COLUMNS} from dead_letter where %(status)s::text is null or status = %(status)s "  # noqa: S608 - constant columns
                "order by opened_at limit %(limit)s",
                {"status": status, "limit": limit},
            )
            .fetchall()
        )
    if as_json:
        lines(found)
        return
    table(
        "Dead letters",
        ["id", "status", "reason", "owner", "opened (UTC)", "due (UTC)"],
        [
            [
                r["dead_letter_id"],
                r["status"],
                r["reason"],
                f"{r['owner']} ({r['owner_role']})",
                r["opened_at"],
                r["due_by"],
            ]
            for r in found
        ],
        empty="No dead letters.",
    )


@deadletters.command()
@click.argument("dead_letter_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(dead_letter_id: UUID, *, as_json: bool) -> None:
    """Show one dead letter; its body stays sealed."""
    with open_store(read_settings()) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(
                f"select {_COLUMNS}, octet_length(body) as bytes from dead_letter where dead_letter_id = %s",  # noqa: S608 - constant columns
                (dead_letter_id,),
            )
            .fetchone()
        )
    if found is None:
        stop("There is no dead letter with this id: `hub deadletters list` shows them.")
    found["explanation"] = EXPLANATIONS[Reason(found["reason"])]
    if as_json:
        document(found)
        return
    table(f"Dead letter {dead_letter_id}", ["what", "value"], found.items(), empty="")


@deadletters.command()
@click.argument("dead_letter_ids", type=click.UUID, nargs=-1)
@click.option(
    "--reason", type=click.Choice([reason.value for reason in Reason]), help="All of this reason not yet replayed."
)
@click.option("--source", help="With --reason: only those of this source.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def replay(dead_letter_ids: tuple[UUID, ...], *, reason: str | None, source: str | None, as_json: bool) -> None:
    """Put dead letters back on their topic, as they came, to be decided anew."""
    if bool(dead_letter_ids) == bool(reason):
        stop("Name dead letters by id, or a --reason: one of the two.")
    with open_store(read_settings()) as connection, connection.transaction():
        found = connection.execute(
            "update dead_letter set status = 'replayed' where status <> 'replayed' and body is not null and "
            "(dead_letter_id = any(%(ids)s) or (reason = %(reason)s and (%(source)s::text is null or "
            "source = %(source)s))) returning dead_letter_id, topic, record_key, body",
            {"ids": list(dead_letter_ids), "reason": reason, "source": source},
        ).fetchall()
        connection.cursor().executemany(
            "insert into outbox (topic, record_key, value, created_at) values (%s, %s, %s, %s)",
            [(topic, key, body, utc_now()) for _, topic, key, body in found],
        )
    replayed = [str(row[0]) for row in found]
    if as_json:
        document({"replayed": replayed})
    else:
        click.echo(f"{len(replayed)} put back on their topics.")
    if dead_letter_ids and len(replayed) != len(set(dead_letter_ids)):
        stop("Some of these are unknown or were replayed already: `hub deadletters list` shows each one's status.")
