"""Accepted, and opened by nobody: under the shipped rules a person is asked, desk after desk is told.

A concern goes the whole way, then the hub's clock is put forward while a dispatcher runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub import metrics
from hub.bootstrap.parts import Parts
from hub.facts.act import act, typed
from hub.facts.terms import Answer, Role, Tier
from hub.people.operating.why import why
from hub.settings import Settings
from hub.sharing.writing.tiers import Escalation
from hub.store.clock import set_clock
from hub.store.connecting import connect_async
from tests.builders import ISLA, a_concern
from tests.hosts import dispatch
from tests.town import NOW, PRIMARY, Town, rules_of

HOURS = timedelta(hours=1)


class Evening:
    """A hub whose clock a test moves, and what its dispatcher comes to."""

    def __init__(self, town: Town, settings: Settings) -> None:
        self.town = town
        self.parts = Parts(settings.model_copy(update={"database_url": town.settings.database_url}))
        self.parts.rules = rules_of(settings.rules)
        self.put(timedelta())

    def put(self, later: timedelta) -> None:
        """So long after the concern was delivered."""
        with self.town.parts.connect() as connection:
            set_clock(connection, NOW + later)

    def organisation(self, name: str, **changes: Any) -> None:
        rules = self.parts.rules
        found = rules.organisations[name].model_copy(update=changes)
        self.parts.rules = replace(rules, organisations={**rules.organisations, name: found})

    def chain(self, *steps: tuple[Role, str]) -> None:
        rules = self.parts.rules
        told = tuple(Escalation.model_validate({"role": role, "after": after}) for role, after in steps)
        tiers: Mapping[Tier, Any] = {
            tier: one.model_copy(update={"escalate": told}) for tier, one in rules.tiers.items()
        }
        self.parts.rules = replace(rules, tiers=tiers)

    async def dispatch(self, until: Callable[[], bool] = lambda: False, *, seconds: float = 20.0) -> None:
        """A dispatcher runs until that is so, and through one sweep at least."""
        async with await connect_async(self.parts.database_url, "test") as connection:
            await self.parts.database_clock.ask(connection)
        await dispatch(self.parts, until, seconds)

    async def disclosed(self) -> None:
        """An urgent concern about a child of the primary school was taken by its inbox."""
        self.town.send(a_concern().about(ISLA).made())
        await self.dispatch(lambda: self.count("delivery where status = 'accepted' and channel = 'inbox'") == 1)

    def count(self, what: str) -> int:
        found: int = self.town.query(f"select count(*) from {what}")[0][0]
        return found

    def told(self) -> list[tuple[str, str]]:
        """Whom notices went to, in turn."""
        return self.town.query(
            "select recipient, role from delivery where purpose = 'notify' order by created_at, role"
        )

    def asked(self) -> list[tuple[str, str, str]]:
        return self.town.query("select cause, owner, status from review_task")


def gauge(tier: str) -> float:
    """How many a scrape would show as unopened: said by the dispatcher after the rows are written, so waited for."""
    shown: float = metrics.UNCONFIRMED.labels(tier)._value.get()
    return shown


@pytest.fixture
def evening(town: Town, prepared: Settings) -> Evening:
    made = Evening(town, prepared)
    made.organisation(PRIMARY, channels=made.parts.rules.organisations["la.glenmore"].channels[-1:])
    return made


async def test_six_days_in_an_inbox_that_nobody_opens(evening: Evening) -> None:
    """The school has an inbox alone."""
    await evening.disclosed()
    evening.put(11.9 * HOURS)
    await evening.dispatch(seconds=1)
    assert (evening.asked(), evening.told()) == ([], [])

    evening.put(12.1 * HOURS)
    await evening.dispatch(lambda: evening.count("review_task") == 1 and gauge("urgent") == 1)
    assert evening.asked() == [("unconfirmed", "la.glenmore", "open")]
    assert evening.told() == []
    assert gauge("urgent") == 1

    evening.put(13.1 * HOURS)
    await evening.dispatch(lambda: len(evening.told()) == 1)
    assert evening.told() == [(PRIMARY, "head_teacher")]

    evening.put(6 * 24 * HOURS)
    await evening.dispatch(lambda: evening.count("review_task where status = 'escalated'") == 1)
    assert (PRIMARY, "head_teacher") in evening.told()
    assert ("la.glenmore", "front_door") in evening.told()
    assert evening.count("escalation") == 3, "each step once"
    with evening.town.parts.desk() as desk:
        sentence = why(desk, str(evening.town.query("select event_id from event")[0][0]))["sentence"]
    assert sentence is not None
    assert "nobody has opened it" in sentence

    [(task_id,)] = evening.town.query("select task_id from review_task where cause = 'unconfirmed'")
    with evening.parts.desk() as desk:
        rung = act(typed("D. Esk"), "the head teacher has read it", NOW)
        evening.parts.reviewing(desk).answer(task_id, Answer.DONE, [], rung)
    await evening.dispatch(
        lambda: evening.count("delivery where purpose = 'disclose' and not unconfirmed") == 1 and gauge("urgent") == 0
    )
    assert gauge("urgent") == 0


async def test_a_school_whose_system_gives_no_receipts_has_it_in_the_inbox_besides(evening: Evening) -> None:
    shipped = rules_of(evening.parts.settings.rules).organisations[PRIMARY]
    evening.organisation(PRIMARY, receipts="none", channels=shipped.channels)
    evening.town.send(a_concern().about(ISLA).made())
    await evening.dispatch(lambda: evening.count("delivery where status = 'accepted' and channel = 'inbox'") == 1)
    assert evening.town.query("select status, channel from delivery") == [("accepted", "inbox")]
    evening.put(12.1 * HOURS)
    await evening.dispatch(lambda: evening.count("review_task where cause = 'unconfirmed'") == 1)
    assert ("unconfirmed", "la.glenmore", "open") in evening.asked()


async def test_a_step_whose_role_nobody_holds_tells_the_senders_own_desk(evening: Evening) -> None:
    evening.chain((Role.SUPPORT_WORKER, "PT1H"), (Role.MIDWIFE, "PT3H"))
    await evening.disclosed()
    evening.put(13.1 * HOURS)
    await evening.dispatch(lambda: len(evening.told()) == 1)
    [(desk, role)] = evening.told()
    assert (desk, role) == ("police.caledon", "duty_officer")
    evening.put(15.2 * HOURS)
    await evening.dispatch(lambda: len(evening.told()) == 2)
    assert evening.told() == [("police.caledon", "duty_officer")] * 2, "each step is told, also to the same desk"
