"""Links by which somebody comes in for the first time, or again once all their passkeys are lost.

A link is shown once, to whoever carries it by their own means: the hub sends no e-mail. Recovery takes two: a
coordinator starts it, and another person, who rang the one it is for, seconds it and is shown the link. Only then it
opens, for an hour; when it is used, all that let that person in before ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from hub.facts.act import HUB, Act, How, Principal
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.model import Personal
from hub.facts.offices import Duty
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.accounts import sessions
from hub.people.accounts.persons import find_person, names_of, new_id, open_named
from hub.people.accounts.posts import held_on
from hub.people.desk import Desk, Row
from hub.people.entering import passkeys
from hub.people.entering.begun import SECRET_LENGTH, digest_of, new_secret
from hub.people.entering.refusals import Refused, Why

LASTS, OPEN = timedelta(hours=72), timedelta(hours=1)
"""An invitation, or a recovery until it is seconded; and a recovery from then on."""
DEMONSTRATION = timedelta(days=7)
TRIES = 5


class Kind(StrEnum):
    """What a link is for."""

    INVITE = "invite"
    RECOVER = "recover"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True, repr=False)
class Invited(Personal):
    """Whom an open link is for."""

    invitation_id: UUID
    person_id: UUID
    kind: Kind
    name: str
    organisation: str

    def principal(self) -> Principal:
        """As what they do by the link bears them."""
        how = How.DEMONSTRATION if self.kind is Kind.DEMONSTRATION else How.PASSKEY
        return Principal(self.person_id, self.name, self.organisation, how)


@dataclass(frozen=True, slots=True, repr=False)
class Waiting(Personal):
    """A recovery that nobody seconded yet."""

    invitation_id: UUID
    person_id: UUID
    name: str
    organisation: str
    made_at: datetime
    ends_at: datetime


def invite(desk: Desk, person_id: UUID, act: Act) -> str:
    """The path of a link for somebody who never had a way in; what was open for them before opens no more.

    Raises UserError where they had one: whoever makes the link alone could come in by it as them.
    """
    _not_for_oneself(person_id, act)
    if desk.rows("lock_person", person=person_id) and had_a_way_in(desk, person_id):
        raise UserError("They have, or had, a way in: start their recovery, which a second person confirms.")
    secret = new_secret(desk)
    _keep(desk, person_id, Kind.INVITE, secret, act.at, act.at + LASTS, act.by.person_id)
    _note(desk, person_id, "invited", act)
    return _path(secret)


def had_a_way_in(desk: Desk, person_id: UUID) -> bool:
    """Whether somebody ever had a passkey, ended ones too, or is known by a provider's account."""
    return desk.row("way_in", person=person_id) is not None


def recover(desk: Desk, person_id: UUID, act: Act) -> UUID:
    """Start somebody's recovery: its id, for the second person. Nothing opens and nothing ends until then."""
    _not_for_oneself(person_id, act)
    if act.by.person_id is None:
        raise UserError("A recovery is started by a coordinator who is signed in.")
    secret = new_secret(desk)  # nobody sees it: the second person's takes its place
    invitation_id = _keep(desk, person_id, Kind.RECOVER, secret, act.at, act.at + LASTS, act.by.person_id)
    _note(desk, person_id, "recovery_started", act)
    return invitation_id


def second(desk: Desk, invitation_id: UUID, act: Act) -> str:
    """Second a recovery, after ringing the person it is for; the path of the link. Raises UserError."""
    row = desk.row("find_recovery", invitation=invitation_id, at=act.at)
    if row is None:
        raise UserError("No such recovery waits for a second person.")
    by = act.by
    if by.person_id is None or by.how is How.BREAK_GLASS or by.person_id in {row["made_by"], row["person_id"]}:
        raise UserError("The second person is neither who started the recovery nor who it is for, and is signed in.")
    _check_seconds(desk, by.person_id, row, act)
    secret = new_secret(desk)
    desk.do(
        "second_recovery",
        invitation=invitation_id,
        by=by.person_id,
        hash=digest_of(secret),
        at=act.at,
        ends=act.at + OPEN,
    )
    _note(desk, row["person_id"], "recovery_seconded", act)
    return _path(secret)


def recoveries_waiting(desk: Desk, organisation: str | None, now: datetime, limit: int) -> list[Waiting]:
    """Those of an organisation, or of all, that wait for a second person; the oldest first."""
    rows = desk.rows("recoveries_waiting", organisation=organisation, at=now, limit=limit)
    names = names_of(desk, [row["person_id"] for row in rows])
    kept = ("invitation_id", "person_id", "organisation", "made_at", "ends_at")
    return [Waiting(name=names[row["person_id"]], **{one: row[one] for one in kept}) for row in rows]


def demonstration_link(desk: Desk, person_id: UUID, now: datetime) -> str:
    """The path of a link that signs a person of the demonstration in, as often as it is used.

    Made by `hub demo` alone; pages take it only where the hub is reached on the very machine that it runs on.
    """
    secret = new_secret(desk)
    _keep(desk, person_id, Kind.DEMONSTRATION, secret, now, now + DEMONSTRATION, None)
    return _path(secret)


def look(desk: Desk, secret: str, now: datetime) -> Invited | Refused:
    """Whom a link is for, where it is open. Changes nothing: scanners of e-mail follow links too."""
    if len(secret) != SECRET_LENGTH or not secret.isascii():
        return Refused(Why.INVITATION)
    return look_by_hash(desk, digest_of(secret), now)


def look_by_hash(desk: Desk, secret_hash: bytes, now: datetime) -> Invited | Refused:
    """The same, by what is kept of its secret."""
    row = desk.row("find_invitation", hash=secret_hash, at=now, tries=TRIES)
    if row is None:
        return Refused(Why.INVITATION)
    name = open_named(desk, row).name
    return Invited(row["invitation_id"], row["person_id"], Kind(row["kind"]), name, row["organisation"])


def try_once(desk: Desk, secret_hash: bytes) -> None:
    """Count that somebody began to come in by a link: it opens no more after so many times."""
    desk.do("try_invitation", hash=secret_hash)


def take(desk: Desk, invited: Invited, now: datetime) -> Refused | None:
    """Use a link up, before the new way in is kept. A recovery ends all that let the person in before.

    An invitation opens no more once its person has come in by another way.
    """
    if invited.kind is Kind.DEMONSTRATION:
        return None
    desk.do("lock_person", person=invited.person_id)
    if invited.kind is Kind.INVITE and had_a_way_in(desk, invited.person_id):
        return Refused(Why.INVITATION)
    if not desk.rows("use_invitation", invitation=invited.invitation_id, at=now):
        return Refused(Why.INVITATION)
    if invited.kind is Kind.RECOVER:
        passkeys.end_all(desk, invited.person_id, "recovered", now)
        sessions.end_those(desk, person_id=invited.person_id, why="recovered", now=now)
        desk.do("forget_ways_in", person=invited.person_id)
    return None


def _keep(desk: Desk, person_id: UUID, kind: Kind, secret: str, now: datetime, ends: datetime, by: UUID | None) -> UUID:
    person = find_person(desk, person_id)
    if person is None or person.ended_at is not None or not desk.rows("lock_person", person=person_id):
        raise UserError("No such person is known, or they have ended.")
    desk.do("replace_invitations", person=person_id, at=now)
    invitation_id = new_id(desk)
    values: dict[str, Any] = {"person": person_id, "kind": kind.value, "by": by, "at": now, "ends": ends}
    desk.do("keep_invitation", invitation=invitation_id, hash=digest_of(secret), **values)
    return invitation_id


def _not_for_oneself(person_id: UUID, act: Act) -> None:
    if act.by.person_id == person_id:
        raise UserError("Nobody makes a link for themselves: ask another coordinator.")


def _check_seconds(desk: Desk, person_id: UUID, recovery: Row, act: Act) -> None:
    """Coordinators hold their post by the word of two; one whom the starter made or granted it could be invented."""
    held = [
        post.post_id
        for post in held_on(desk, person_id, local_day(act.at), act.by.how).posts
        if post.office is Duty.COORDINATOR and post.organisation in {recovery["organisation"], HUB}
    ]
    if not held:
        raise UserError("A recovery is seconded by a coordinator of their organisation, or by one of the hub's.")
    if not desk.rows("owes_nothing", posts=held, other=recovery["made_by"]):
        raise UserError(
            "The second person owes nothing to who started it, neither account nor post: start it yourself, and have "
            "them second it."
        )


def _path(secret: str) -> str:
    return f"/sign-in/invitation/{secret}"


def _note(desk: Desk, person_id: UUID, action: str, act: Act) -> None:
    said = desk.evidence.seal_act(act, f"{person_id}|{action}".encode())
    enter(desk.connection, kinds.person(person_id, action, {}, said, desk.stamp(act)))
