"""What can go wrong between the hub and its database, as one closed answer; and a store that is held in spite of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

import psycopg
from psycopg import errors

from hub.facts.errors import HubError, KeyMissing, Unavailable, UserError
from hub.log import fault, logger

ATTEMPTS = 5
"""Times that a piece of work is tried when another transaction is in its way."""


class Trouble(Enum):
    """What is to be done about an error: nothing of the work was committed."""

    AGAIN = "another transaction was in the way: try the same again at once"
    SMALLER = "it took longer than it may: try less at once"
    AWAY = "a part does not answer: wait, and try the same again"
    UNFIT = "the database is not as this release needs it: wait for somebody to put it right"
    LACKING = "a key, schema or rule is missing: wait for somebody to put it there"
    DEFECT = "the hub itself failed on what it was given"


@dataclass(frozen=True, slots=True)
class Failed:
    """Work that came to nothing."""

    trouble: Trouble
    error: Exception

    def unavailable(self) -> Unavailable:
        """For whoever can only wait; the error stays its cause."""
        raised = Unavailable(_WAITING[self.trouble])
        raised.__cause__ = self.error
        return raised


_AT_ONCE = (
    errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation, errors.LockNotAvailable,
)  # fmt: skip
_TOO_LONG = (errors.QueryCanceled, errors.IdleInTransactionSessionTimeout)
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction, Unavailable)
_UNFIT = (psycopg.ProgrammingError, psycopg.InternalError)
_LACKING = (KeyMissing, UserError)
_ORDER: tuple[tuple[tuple[type[Exception], ...], Trouble], ...] = (
    (_AT_ONCE, Trouble.AGAIN), (_TOO_LONG, Trouble.SMALLER), (_AWAY, Trouble.AWAY), (_UNFIT, Trouble.UNFIT),
    (_LACKING, Trouble.LACKING),
)  # fmt: skip
_WAITING = {
    Trouble.AGAIN: "Other transactions stay in the way: tried again soon.",
    Trouble.SMALLER: "PostgreSQL takes longer than a step may take: tried again soon.",
    Trouble.AWAY: "PostgreSQL does not answer, or takes no changes: tried again until it does.",
    Trouble.UNFIT: "The database is not as this release needs it: run `hub db upgrade`.",
    Trouble.LACKING: "A key, schema or rule of the hub is missing: put it there.",
    Trouble.DEFECT: "The hub itself failed: its operators must look.",
}


def judge(error: Exception) -> Trouble:
    """The one answer to an error; what belongs to no list is a defect of ours."""
    return next((trouble for kinds, trouble in _ORDER if isinstance(error, kinds)), Trouble.DEFECT)


class Store(Protocol):
    """What works on a connection of its own."""

    connection: psycopg.Connection[Any]


S = TypeVar("S", bound=Store)
T = TypeVar("T")


@dataclass(slots=True)
class Holding(Generic[S]):
    """A store on a connection of its own: opened when first needed, given back where it serves no more."""

    open: Callable[[], S]
    passing: tuple[type[HubError], ...] = ()
    """Errors by which the work itself speaks to its caller: they are not judged."""
    _store: S | None = field(default=None)

    def attempt(self, work: Callable[[S], T]) -> T | Failed:
        """Do the work, in a transaction that it begins and ends itself; again at once while others are in its way."""
        for attempt in count(1):
            try:
                return work(self._opened())
            except self.passing:
                raise
            except Exception as error:  # noqa: BLE001 - every error gets its answer here
                trouble = judge(error)
                if trouble is not Trouble.AGAIN or attempt == ATTEMPTS:
                    return self._failed(trouble, error)
                logger().info("in_conflict", attempt=attempt, fault=fault(error))
        raise AssertionError("counting has no end")

    def close(self) -> None:
        """Give the connection back; the next work opens a new one."""
        store, self._store = self._store, None
        if store is not None:
            store.connection.close()

    def _opened(self) -> S:
        self._store = self._store or self.open()
        return self._store

    def _failed(self, trouble: Trouble, error: Exception) -> Failed:
        if trouble is Trouble.AGAIN:  # one row that is always there already is a fault of ours, not of the moment's
            trouble = Trouble.DEFECT if isinstance(error, errors.UniqueViolation) else Trouble.SMALLER
        if trouble not in {Trouble.DEFECT, Trouble.LACKING}:
            self.close()
        return Failed(trouble, error)
