"""Where a person sits down: the database within one transaction, and the envelope that who and why are sealed in.

What people do are functions that take a desk and an `Act`. Commands open one with `hub.bootstrap.open_desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from hub.facts.act import Act
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.store.sqlfiles import sql

PACKAGE = "hub.people"
Connection = psycopg.Connection[Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction: all that is done at the desk stands together, or nothing of it."""

    connection: Connection
    evidence: Evidence

    def rows(self, name: LiteralString, **values: Any) -> list[Row]:
        """Rows of `sql/<name>.sql`, by the names of their columns."""
        return self.connection.cursor(row_factory=dict_row).execute(sql(name, PACKAGE), values).fetchall()

    def row(self, name: LiteralString, **values: Any) -> Row | None:
        """The first of them."""
        return next(iter(self.rows(name, **values)), None)

    def do(self, name: LiteralString, **values: Any) -> None:
        """Run `sql/<name>.sql`, which gives no rows."""
        self.connection.execute(sql(name, PACKAGE), values)

    def now(self) -> datetime:
        """What time it is, by the clock that due times go by."""
        [(now,)] = self.connection.execute("select hub.now()").fetchall()
        return now  # type: ignore[no-any-return]  # psycopg does not know the types of columns

    def stamp(self, act: Act) -> Stamp:
        """When a ledger entry of this act is made, and a salt of its own."""
        return Stamp(act.at, self.evidence.random(16))

    def note(self, what: str, about: str, action: str, act: Act) -> None:
        """Write an operator's act into the ledger; who and why are sealed, bound to `what|about|action`."""
        said = self.evidence.seal_act(act, f"{what}|{about}|{action}".encode())
        enter(self.connection, kinds.operator(what, about, action, said, self.stamp(act)))
