"""The last step of every way in: whose account it is, whether it holds a post, and then a session."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hub.facts.act import Act, How, Principal, act
from hub.facts.clock import local_day
from hub.facts.offices import Office, read_office
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter as write
from hub.people.accounts import posts, sessions
from hub.people.accounts.persons import add_person, new_id
from hub.people.desk import Desk
from hub.people.entering import invitations
from hub.people.entering.begun import Begun
from hub.people.entering.id_tokens import FRESH_S
from hub.people.entering.mapping import Entrant, digest
from hub.people.entering.refusals import Claimed, Refused, Why

_SEEN = timedelta(seconds=2 * FRESH_S)
"""For how long a logout token that was obeyed is known again; older ones are refused by their age."""


def enter(desk: Desk, entrant: Entrant, begun: Begun, now: datetime) -> str | Refused:
    """Let in whom a provider means: the cookie of their new session. Their posts by claim become what it shows now."""
    person_id = _whose(desk, entrant, begun, now)
    if isinstance(person_id, Refused):
        return person_id
    if entrant.offices is not None:
        _hold(desk, person_id, entrant, entrant.offices, now)
    return let_in(
        desk,
        person_id,
        How.PROVIDER,
        entrant.second_factor,
        now,
        provider=entrant.provider,
        provider_session=entrant.provider_session,
    )


def let_in(
    desk: Desk,
    person_id: UUID,
    how: How,
    second_factor: str,
    now: datetime,
    *,
    provider: str | None = None,
    provider_session: bytes | None = None,
) -> str | Refused:
    """A session for somebody who holds a post: its cookie."""
    if not posts.held_on(desk, person_id, local_day(now), how):
        return Refused(Why.NO_POST)
    return sessions.begin(
        desk,
        person_id,
        how,
        provider=provider,
        provider_session=provider_session,
        second_factor=second_factor,
        now=now,
    )


def refuse(desk: Desk, provider: str | None, refused: Refused, now: datetime) -> None:
    """Write down that nobody came in, and why; nobody is named."""
    write(desk.connection, kinds.sign_in_refused(provider, refused.why.value, Stamp(now, desk.evidence.random(16))))


def sign_out_there(desk: Desk, claimed: Claimed, now: datetime) -> int | Refused:
    """End the sessions that a provider says are over; how many. A token that was obeyed is refused."""
    token = digest(claimed.issuer, claimed.claims["jti"])
    if not desk.rows("see_logout", token=token, ends=now + _SEEN):
        return Refused(Why.REPLAYED)
    if claimed.sid is not None:
        there = digest(claimed.issuer, claimed.sid)
        return sessions.end_those(desk, provider_session=there, why="there", now=now)
    row = desk.row("whose_subject", subject=digest(claimed.issuer, claimed.sub))
    return 0 if row is None else sessions.end_those(desk, person_id=row["person_id"], why="there", now=now)


def _whose(desk: Desk, entrant: Entrant, begun: Begun, now: datetime) -> UUID | Refused:
    known = desk.row("find_subject", subject=entrant.subject)
    if known is None:
        return _new(desk, entrant, begun, now)
    if known["ended_at"] is not None:
        return Refused(Why.NO_ACCOUNT)
    if known["organisation"] != entrant.organisation:
        return Refused(Why.ORGANISATION)
    person_id: UUID = known["person_id"]
    return person_id if _keep_subject(desk, entrant, person_id, now) else Refused(Why.NO_ACCOUNT)


def _new(desk: Desk, entrant: Entrant, begun: Begun, now: datetime) -> UUID | Refused:
    """Whom an invitation brought here; or a new person, where the provider's word is enough."""
    if begun.purpose.invitation is not None:
        invited = invitations.look_by_hash(desk, begun.purpose.invitation, now)
        if isinstance(invited, Refused):
            return invited
        if invited.organisation != entrant.organisation:
            return Refused(Why.ORGANISATION)
        wrong = invitations.take(desk, invited, now)
        if wrong is not None:
            return wrong
        person_id = invited.person_id
    elif entrant.may_be_new and entrant.offices == frozenset():
        return Refused(Why.NO_POST)  # nobody is made who could do nothing
    elif entrant.may_be_new:
        person_id = add_person(desk, entrant.organisation, entrant.name, "", "", _word_of(entrant, now))
    else:
        return Refused(Why.NO_ACCOUNT)
    return person_id if _keep_subject(desk, entrant, person_id, now) else Refused(Why.NO_ACCOUNT)


def _keep_subject(desk: Desk, entrant: Entrant, person_id: UUID, now: datetime) -> bool:
    values = {"subject": entrant.subject, "person": person_id, "provider": entrant.provider, "at": now}
    return bool(desk.rows("keep_subject", **values))


def _hold(desk: Desk, person_id: UUID, entrant: Entrant, shown: frozenset[Office], now: datetime) -> None:
    """Posts of claims that the token shows no more end, and those that it newly shows begin, but what people ended."""
    today, word = local_day(now), _word_of(entrant, now)
    held: dict[Office | None, bool] = {}
    for row in desk.rows("posts_of_claims", person=person_id, day=today):
        office = read_office(row["office"])
        if row["from_claim"] and office not in shown:
            posts.end(desk, row["post_id"], word, shown=False)
        elif row["organisation"] == entrant.organisation:
            held[office] = row["from_claim"]
    ended = posts.ended_by_hand(desk, person_id)
    for office in sorted(shown - held.keys()):
        if (person_id, entrant.organisation, office.value) in ended:
            continue
        post = posts.Post(new_id(desk), entrant.organisation, office, today)
        posts.keep(desk, person_id, post, word, from_claim=True)


def _word_of(entrant: Entrant, now: datetime) -> Act:
    by = Principal(None, f"identity provider {entrant.provider}", entrant.organisation, How.PROVIDER)
    return act(by, "what its token says of somebody who signed in", now)
