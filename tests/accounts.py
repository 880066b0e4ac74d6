"""People with accounts, for tests: a desk over real PostgreSQL, persons, the posts that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from hub.facts.act import Act, How, Principal, act, typed
from hub.facts.clock import local_day
from hub.facts.offices import Office
from hub.keys.evidence import Evidence
from hub.keys.files import FileKeys
from hub.people.accounts import persons, posts
from hub.people.desk import Desk
from hub.settings import Settings
from hub.store.connecting import Work, connect

MONDAY = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
PRIMARY = "school.glenmore-primary"


@contextmanager
def a_desk(prepared: Settings, database_url: str) -> Iterator[Desk]:
    """A desk of the hub whose keys are prepared; what is done at it is undone in the end."""
    with (
        connect(database_url, autocommit=True, work=Work.STEP) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield Desk(connection, Evidence(FileKeys(prepared.keys)))


def by(name: str, at: datetime = MONDAY, why: str = "she starts on Monday") -> Act:
    """An act of somebody whose name was typed."""
    return act(typed(name), why, at)


def by_person(desk: Desk, person_id: UUID, at: datetime = MONDAY, how: How = How.PASSKEY) -> Act:
    """An act of a person of the hub's."""
    found = persons.find_person(desk, person_id)
    assert found is not None
    return act(Principal(person_id, found.named.name, found.organisation, how), "she asked me to", at)


def a_person(desk: Desk, name: str = "Morag Sim", organisation: str = PRIMARY) -> UUID:
    """Somebody of an organisation, who holds nothing yet."""
    return persons.add_person(desk, organisation, name, "07700 900123", "", by("A. Grantor"))


def holding(desk: Desk, person_id: UUID, office: Office, organisation: str = PRIMARY, **days: date | None) -> UUID:
    """Give a person a post at once, from the day of `MONDAY` on; returns its id."""
    since = days.pop("since", None) or local_day(MONDAY)
    post = posts.Post(uuid4(), organisation, office, since, **days)
    posts.keep(desk, person_id, post, by("A. Grantor"), waits=False)
    return post.post_id
