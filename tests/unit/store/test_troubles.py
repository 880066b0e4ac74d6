"""Whatever can go wrong with the database has one closed answer, and work that fails is done again as it says."""

from __future__ import annotations

from dataclasses import dataclass
from unittest.mock import Mock

import psycopg
import pytest
from psycopg import errors

from hub.facts.errors import ConfigurationError, HubError, KeyMissing, Unavailable
from hub.store.troubles import Failed, Holding, Trouble, judge


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (errors.DeadlockDetected(), Trouble.AGAIN),
        (errors.SerializationFailure(), Trouble.AGAIN),
        (errors.UniqueViolation(), Trouble.AGAIN),
        (errors.LockNotAvailable(), Trouble.AGAIN),
        (errors.QueryCanceled(), Trouble.SMALLER),
        (errors.IdleInTransactionSessionTimeout(), Trouble.SMALLER),
        (errors.AdminShutdown(), Trouble.AWAY),
        (errors.TooManyConnections(), Trouble.AWAY),
        (errors.DiskFull(), Trouble.AWAY),
        (errors.ReadOnlySqlTransaction(), Trouble.AWAY),
        (psycopg.OperationalError(), Trouble.AWAY),
        (psycopg.InterfaceError(), Trouble.AWAY),
        (Unavailable("no keys"), Trouble.AWAY),
        (errors.UndefinedTable(), Trouble.UNFIT),
        (psycopg.InternalError(), Trouble.UNFIT),
        (KeyMissing("none"), Trouble.LACKING),
        (ConfigurationError("none"), Trouble.LACKING),
        (psycopg.DataError(), Trouble.DEFECT),
        (ZeroDivisionError(), Trouble.DEFECT),
    ],
    ids=lambda one: one.name if isinstance(one, Trouble) else type(one).__name__,
)
def test_each_error_has_its_one_answer(error: Exception, answer: Trouble) -> None:
    assert judge(error) is answer


@dataclass
class AStore:
    connection: Mock


class Spoken(HubError):
    """By which the work speaks to its caller."""


class Work:
    """Fails with these errors, one a time, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.stores = list(failures), []

    def __call__(self, store: AStore) -> str:
        self.stores.append(store)
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.fixture
def holding() -> Holding[AStore]:
    return Holding(lambda: AStore(Mock()), (Spoken,))


def test_a_conflict_is_tried_again_at_once_on_the_same_connection(holding: Holding[AStore]) -> None:
    work = Work(errors.DeadlockDetected(), errors.UniqueViolation())
    assert holding.attempt(work) == "done"
    assert len({id(store) for store in work.stores}) == 1


@pytest.mark.parametrize(
    ("error", "answer"),
    [(errors.LockNotAvailable(), Trouble.SMALLER), (errors.UniqueViolation(), Trouble.DEFECT)],
    ids=["a lock that is never free", "a row that is always there"],
)
def test_a_conflict_that_never_ends_is_given_another_answer(
    holding: Holding[AStore], error: Exception, answer: Trouble
) -> None:
    work = Work(*[error] * 5)
    assert holding.attempt(work) == Failed(answer, error)


@pytest.mark.parametrize("error", [psycopg.OperationalError(), errors.QueryCanceled(), errors.UndefinedTable()])
def test_a_connection_that_may_be_gone_is_given_back(holding: Holding[AStore], error: Exception) -> None:
    work = Work(error)
    failed = holding.attempt(work)
    assert isinstance(failed, Failed)
    assert failed.unavailable().__cause__ is error
    work.stores[0].connection.close.assert_called_once()
    assert holding.attempt(work) == "done"
    assert work.stores[1] is not work.stores[0]


def test_a_defect_keeps_the_connection_and_what_the_work_says_itself_is_passed_on(holding: Holding[AStore]) -> None:
    work = Work(ZeroDivisionError(), Spoken())
    assert holding.attempt(work).trouble is Trouble.DEFECT
    with pytest.raises(Spoken):
        holding.attempt(work)
    assert work.stores[0] is work.stores[1]
