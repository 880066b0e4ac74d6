"""One claimed delivery: check it again, send it by its channel, decide what comes after. No database here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub import metrics
from hub.delivery.channels import INBOX, Channel, Way
from hub.delivery.claimed import Claimed, Rules
from hub.delivery.finished import OUTCOMES, Finished, Tried
from hub.delivery.reasons import Fault
from hub.delivery.recheck import Go, Recheck, Stop, sealed_to
from hub.delivery.retry import MOST_ATTEMPTS, Hold, NextAttempt, NextChannel, Schedule, Standing, next_step
from hub.delivery.states import Happening, stopping
from hub.facts.errors import HubError
from hub.facts.outcome import Attempt, Delivered, Invalid, Refused, Retry
from hub.facts.terms import DECIDABLE, Tier, Unsent
from hub.log import fault, logger

UNCHECKED_PAUSE = timedelta(minutes=1)
"""Until a delivery that could not be checked, by a fault of the hub, is looked at again."""

LEFT_PAUSE = timedelta(seconds=5)
"""Until what a dispatcher under newer rules must look at is offered again."""


@dataclass(frozen=True, slots=True)
class Route:
    """The channel to use now, and the kinds of those after it."""

    way: Way
    following: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempting:
    """One tier's way of handling a claim. `ways` are a recipient's channels in order; `chance` is random in 0 to 1.

    `at_once` says whether something lies in a recipient's inbox while their own system is tried.
    """

    ways: Callable[[str, Tier], tuple[Way, ...]]
    at_once: Callable[[str, Tier], bool]
    plan: Schedule
    channels: Mapping[str, Channel]
    recheck: Recheck
    rules_version: str
    clock: Callable[[], datetime]
    chance: Callable[[], float]

    def prepare(self, claimed: Claimed) -> Route | Finished:
        """How to send it; or an ending without an attempt: it may not leave, cannot, or goes on by another channel."""
        now = self.clock()
        try:
            return self._prepare(claimed, now)
        except Exception as error:  # noqa: BLE001 - what cannot be checked does not leave, and must not stop the lane
            logger().error("hub_fault", delivery_id=str(claimed.delivery_id), fault=fault(error))
            return _again(claimed, now, now + UNCHECKED_PAUSE)

    def _prepare(self, claimed: Claimed, now: datetime) -> Route | Finished:
        stopped = self._check(claimed, now)
        if stopped is not None:
            return stopped
        route = self._route(claimed)
        if route is None:
            ending = Finished(claimed, Happening.STOPPED, now, None, reason=Unsent.NO_CHANNEL)
            return _left(claimed, now) if claimed.decided_under is Rules.NEWER else ending
        kind = route.way.kind
        if INBOX in route.following and self.at_once(claimed.recipient.organisation, claimed.tier):
            metrics.ATTEMPTS.labels(claimed.tier, INBOX, OUTCOMES[Delivered]).inc()
            return Finished(
                claimed, Happening.TAKEN, now, INBOX, Tried(INBOX, Delivered()), again_at=now, moved=True, trying=kind
            )
        if claimed.blocked and route.following:
            return Finished(claimed, Happening.TRIED, now, route.following[0], again_at=now, moved=True)
        if claimed.channel_attempts > MOST_ATTEMPTS:
            return Finished(claimed, Happening.STOPPED, now, kind, reason=Unsent.ATTEMPTS_EXHAUSTED)
        return route

    async def send(self, claimed: Claimed, route: Route) -> tuple[Attempt, Finished]:
        """One attempt and what comes after it."""
        kind = route.way.kind
        answer = await self._send(claimed, route.way)
        outcome = OUTCOMES[type(answer)]
        metrics.ATTEMPTS.labels(claimed.tier, kind, outcome).inc()
        if claimed.attempts:
            metrics.RETRIES.labels(claimed.tier).inc()
        now = self.clock()
        if isinstance(answer, Delivered):
            return answer, Finished(claimed, Happening.TAKEN, now, kind, Tried(kind, answer))
        logger().info(
            "attempt",
            delivery_id=str(claimed.delivery_id),
            channel=kind,
            tier=claimed.tier,
            outcome=outcome,
            reason=answer.reason,
            attempt=claimed.attempts + 1,
        )
        return answer, self._after(claimed, route, answer, now)

    def _check(self, claimed: Claimed, now: datetime) -> Finished | None:
        match self.recheck(claimed, now):
            case Stop(reason=reason) if reason in DECIDABLE and claimed.decided_under is Rules.NEWER:
                return _left(claimed, now)
            case Stop(reason=reason):
                return Finished(claimed, stopping(reason), now, claimed.channel, reason=reason)
            case Go():
                return None

    def _route(self, claimed: Claimed) -> Route | None:
        """By the channels whose reader can open it: what nobody there could read must not count as delivered."""
        keys = sealed_to(claimed.body)
        known = self.ways(claimed.recipient.organisation, claimed.tier)
        ways = [way for way in known if not keys or way.opens in keys]
        if claimed.besides:
            ways = [way for way in ways if way.kind == claimed.channel]
        kinds = [way.kind for way in ways]
        place = kinds.index(claimed.channel) if claimed.channel in kinds else 0
        return Route(ways[place], tuple(kinds[place + 1 :])) if ways else None

    async def _send(self, claimed: Claimed, way: Way) -> Attempt:
        try:
            return await self.channels[way.kind].send(claimed, way)
        except HubError as error:
            logger().error("attempt_failed", delivery_id=str(claimed.delivery_id), channel=way.kind, fault=fault(error))
        except Exception as error:  # noqa: BLE001 - a defect of one channel must not stop the lane
            logger().error("hub_fault", delivery_id=str(claimed.delivery_id), channel=way.kind, fault=fault(error))
        return Retry(Fault.HUB_FAULT)

    def _after(self, claimed: Claimed, route: Route, failed: Retry | Refused | Invalid, now: datetime) -> Finished:
        kind, following = route.way.kind, next(iter(route.following), None)
        tried = Tried(kind, failed)
        standing = Standing(now, claimed.due_by, claimed.since, claimed.channel_attempts + 1, following)
        match next_step(self.plan, standing, failed, self.chance()):
            case NextAttempt(at=at, ask=ask):
                return replace(_again(claimed, now, at), channel=kind, tried=tried, ask=ask and not claimed.asked)
            case NextChannel(kind=next_kind):
                return Finished(claimed, Happening.TRIED, now, next_kind, tried, again_at=now, moved=True)
            case Hold(reason=reason):
                return Finished(claimed, Happening.STOPPED, now, kind, tried, reason=reason)


def _left(claimed: Claimed, now: datetime) -> Finished:
    """Whoever decided it knew newer rules than this process, which cannot say that they are broken."""
    return _again(claimed, now, now + LEFT_PAUSE)


def _again(claimed: Claimed, now: datetime, at: datetime) -> Finished:
    """On the same channel, which may be tried besides the one that took it."""
    trying = claimed.channel if claimed.besides else None
    return Finished(claimed, Happening.TRIED, now, claimed.channel, again_at=at, trying=trying)
