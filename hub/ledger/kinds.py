"""Every kind of entry that the ledger holds, one function each: the only place that says what is recorded of what.

Facts name events, recipients, ISPs, items, layers and keys by id; never a child. What a person did bears their words,
who and why, sealed under the evidence key (`said`, `said_key`): `hub.keys.evidence` opens them for an audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.model import DeliveryKey, Recipient
from hub.facts.terms import Layer, Purpose, RulingKind
from hub.keys.evidence import SealedWords
from hub.ledger.entry import Entry, Stamp, make


class Kind(StrEnum):
    """The closed list. A kind is never renamed: old entries bear it."""

    # what the hub did
    DECISION = "decision"
    DISCLOSURE = "disclosure"
    CORRECT = "correct"
    RECALL = "recall"
    NOTIFY = "notify"
    RECEIPT = "receipt"
    UNSENT = "unsent"
    REVIEW = "review"
    DEAD_LETTER = "dead_letter"
    ESCALATION = "escalation"
    SUPPLEMENT = "supplement"
    TEXT_OPENED = "text_opened"
    TEXT_NOT_SENT = "text_not_sent"
    # what people and their systems did
    READ = "read"
    ACKNOWLEDGED = "acknowledged"
    TEXT_ASKED = "text_asked"
    REVIEW_OPENED = "review_opened"
    REVIEW_ANSWER = "review_answer"
    WRONG_MATCH = "wrong_match"
    REGISTER = "register"
    OPERATOR = "operator"
    API_KEY = "api_key"
    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    PERSON = "person"
    POST = "post"
    BREAK_GLASS = "break_glass"
    DONE = "done"
    HANDED_OVER = "handed_over"
    ASKED_BACK = "asked_back"
    EXPORTED = "exported"
    RAISED = "raised"
    LOOKED = "looked"


_OF_PURPOSE = {
    Purpose.DISCLOSE: Kind.DISCLOSURE,
    Purpose.CORRECT: Kind.CORRECT,
    Purpose.RECALL: Kind.RECALL,
    Purpose.NOTIFY: Kind.NOTIFY,
    Purpose.SUPPLEMENT: Kind.SUPPLEMENT,
}


class Decided(NamedTuple):
    """One decision, as the ledger keeps it. `opened_parts`: the content parts that were unwrapped for it."""

    event_id: UUID
    subject: str
    recipient: Recipient
    revision: int
    outcome: RulingKind
    isp: str | None
    clause: str | None
    rule: str | None
    released: Mapping[str, Any]
    withheld: Sequence[str]
    rules_version: str
    opened_parts: Sequence[int]


def decision(made: Decided, stamp: Stamp) -> Entry:
    """One recipient may hear of one child, or may not."""
    name = f"{made.event_id}|{made.subject}|{made.recipient.organisation}|{made.recipient.role}|{made.revision}"
    facts = made._asdict() | {
        "event_id": str(made.event_id),
        "recipient": made.recipient.organisation,
        "role": made.recipient.role,
    }
    return make(Kind.DECISION, name, facts, stamp)


def delivery(key: DeliveryKey, isp: str | None, stamp: Stamp) -> Entry:
    """A delivery was made: a disclosure, or word without content."""
    delivery_id = str(key.delivery_id)
    facts = {
        "delivery_id": delivery_id,
        "event_id": str(key.event_id),
        "subject": key.subject,
        "recipient": key.recipient.organisation,
        "role": key.recipient.role,
        "purpose": key.purpose,
        "isp": isp,
    }
    return make(_OF_PURPOSE[key.purpose], delivery_id, facts, stamp)


def receipt(
    delivery_id: UUID,
    event_id: UUID,
    layer: Layer,
    told: Mapping[str, str | None],
    stamp: Stamp,
    *,
    again: bool = False,
) -> Entry:
    """A delivery came so far. `told`: by which channel, or whose word it is. `again`: by one channel more."""
    facts = {"delivery_id": str(delivery_id), "event_id": str(event_id), "layer": layer.word, **told}
    name = f"{delivery_id}|{layer:d}" + (f"|{told['channel']}" if again else "")
    return make(Kind.RECEIPT, name, facts, stamp)


def acknowledged(
    delivery_id: UUID, event_id: UUID, caveats: Sequence[str], told: Mapping[str, str | None], stamp: Stamp
) -> Entry:
    """A named person said that they know how it is to be handled: these caveats. `told`: whose word it is."""
    facts = {"delivery_id": str(delivery_id), "event_id": str(event_id), "caveats": list(caveats), **told}
    return make(Kind.ACKNOWLEDGED, f"{delivery_id}|{'|'.join(caveats)}", facts, stamp)


def unsent(delivery_id: UUID, event_id: UUID, status: str, reason: str | None, stamp: Stamp) -> Entry:
    """A delivery was held or cancelled by the hub."""
    facts = {"delivery_id": str(delivery_id), "event_id": str(event_id), "status": status, "reason": reason}
    return make(Kind.UNSENT, f"{delivery_id}|{status}|{stamp.at.isoformat()}", facts, stamp)


def review(task_id: UUID, event_id: UUID, subject: str, cause: str, stamp: Stamp) -> Entry:
    """A person was asked."""
    facts = {"event_id": str(event_id), "subject": subject, "cause": cause, "task_id": str(task_id)}
    return make(Kind.REVIEW, str(task_id), facts, stamp)


def dead_letter(dead_letter_id: UUID, event_id: UUID | None, reason: str, owner: str, stamp: Stamp) -> Entry:
    """A record could not be used."""
    facts = {
        "dead_letter_id": str(dead_letter_id),
        "reason": reason,
        "owner": owner,
        "event_id": event_id and str(event_id),
    }
    return make(Kind.DEAD_LETTER, str(dead_letter_id), facts, stamp)


def escalation(
    what: str, about: UUID, owner: tuple[str, str], stamp: Stamp, *, told: bool, step: int | None = None
) -> Entry:
    """What nobody answered in time went to a desk; `told` False: there was none to tell. `step`: of a tier's chain."""
    facts = {"what": what, "id": str(about), "owner": owner[0], "role": owner[1], "told": told}
    name = f"{about}|{stamp.at.isoformat()}"
    if step is not None:
        facts["step"], name = step, f"{about}|step|{step}"
    return make(Kind.ESCALATION, name, facts, stamp)


def text_opened(
    request: int, task_id: UUID, event_id: UUID, parts: Sequence[int], verdict: str | None, stamp: Stamp
) -> Entry:
    """Content parts that wait were unwrapped: for a reviewer to read, or, by that reviewer's verdict, to be sent."""
    facts = {"task_id": str(task_id), "event_id": str(event_id), "parts": list(parts), "verdict": verdict}
    return make(Kind.TEXT_OPENED, f"{task_id}|{request}", facts, stamp)


def text_not_sent(request: int, task_id: UUID, event_id: UUID, why: str, stamp: Stamp) -> Entry:
    """A text that a reviewer released, and that something overtook before it left."""
    facts = {"task_id": str(task_id), "event_id": str(event_id), "why": why}
    return make(Kind.TEXT_NOT_SENT, f"{task_id}|{request}", facts, stamp)


# --- what people and their systems did ------------------------------------------------------------------------------


def read(delivery_id: UUID, event_id: UUID, reader: Mapping[str, str | None], stamp: Stamp) -> Entry:
    """A delivery was opened in the inbox; each reading is an entry of its own."""
    facts = {"delivery_id": str(delivery_id), "event_id": str(event_id), **reader}
    return make(Kind.READ, stamp.salt.hex(), facts, stamp)


def text_asked(task_id: UUID, event_id: UUID, subject: str, said: SealedWords, stamp: Stamp) -> Entry:
    """A reviewer asked the router to open texts that wait."""
    facts = {"task_id": str(task_id), "event_id": str(event_id), "subject": subject, **said.as_facts()}
    return make(Kind.TEXT_ASKED, stamp.salt.hex(), facts, stamp)


def review_opened(task_id: UUID, event_id: UUID, subject: str, said: SealedWords, stamp: Stamp) -> Entry:
    """Somebody looked at the child beside those proposed, or read a text that waits; each is an entry of its own."""
    facts = {"task_id": str(task_id), "event_id": str(event_id), "subject": subject, **said.as_facts()}
    return make(Kind.REVIEW_OPENED, stamp.salt.hex(), facts, stamp)


def review_answer(answer_id: UUID, facts: Mapping[str, str | None], said: SealedWords, stamp: Stamp) -> Entry:
    """A reviewer's answer. `facts`: task_id, event_id, subject, answer, subject_id."""
    return make(Kind.REVIEW_ANSWER, str(answer_id), {**facts, **said.as_facts()}, stamp)


def wrong_match(mistake_id: UUID, facts: Mapping[str, str | None], said: SealedWords, stamp: Stamp) -> Entry:
    """A child of a decided event was taken for another. `facts`: event_id, subject, was, is."""
    return make(Kind.WRONG_MATCH, str(mistake_id), {**facts, **said.as_facts()}, stamp)


def register_opened(subject_id: UUID, name: str, said: SealedWords, stamp: Stamp) -> Entry:
    """Somebody opened a subject's sealed fields; `name` is this opening's own."""
    facts = {"action": "opened", "subject_id": str(subject_id), **said.as_facts()}
    return make(Kind.REGISTER, name, facts, stamp)


def register_changed(change_id: int, facts: Mapping[str, Any], said: SealedWords, stamp: Stamp) -> Entry:
    """Subjects were split, merged or put back. `facts`: action, before, after, undoes, review_id."""
    return make(Kind.REGISTER, f"change|{change_id}", {**facts, "change_id": change_id, **said.as_facts()}, stamp)


def renumbered(name: str, facts: Mapping[str, Any], said: SealedWords, stamp: Stamp) -> Entry:
    """Superseded numbers were kept, or what was matched on them was looked at again. `facts`: ids of both."""
    return make(Kind.REGISTER, name, {"action": "renumbered", **facts, **said.as_facts()}, stamp)


def operator(what: str, about: str, action: str, said: SealedWords, stamp: Stamp) -> Entry:
    """An operator's hand on a delivery, a dead letter or a source: `what`, its id, and what was done."""
    name = f"{what}|{about}|{action}|{stamp.at.isoformat()}"
    return make(Kind.OPERATOR, name, {"what": what, "id": about, "action": action, **said.as_facts()}, stamp)


def api_key(key_id: str, what: str, facts: Mapping[str, str], said: SealedWords, stamp: Stamp) -> Entry:
    """An API key was made or revoked."""
    return make(Kind.API_KEY, f"{key_id}|{what}", {"key_id": key_id, "what": what, **facts, **said.as_facts()}, stamp)


# --- people, by account ----------------------------------------------------------------------------------------------


def sign_in(session_id: UUID, person_id: UUID, how: str, stamp: Stamp) -> Entry:
    """Somebody signed in; `how` is one of hub.facts.act.How."""
    facts = {"session_id": str(session_id), "person_id": str(person_id), "how": how}
    return make(Kind.SIGN_IN, str(session_id), facts, stamp)


def sign_in_refused(provider: str | None, why: str, stamp: Stamp) -> Entry:
    """Somebody could not sign in; `why` is a code, and nobody is named. `provider` None: by a passkey or link."""
    return make(Kind.SIGN_IN_REFUSED, stamp.salt.hex(), {"provider": provider, "why": why}, stamp)


def sign_out(session_id: UUID, person_id: UUID, why: str, stamp: Stamp) -> Entry:
    """A session ended; `why` is a code of the table's."""
    facts = {"session_id": str(session_id), "person_id": str(person_id), "why": why}
    return make(Kind.SIGN_OUT, str(session_id), facts, stamp)


def person(person_id: UUID, action: str, facts: Mapping[str, Any], said: SealedWords, stamp: Stamp) -> Entry:
    """A person's row was made, changed or ended, or how they sign in was."""
    name = f"{person_id}|{action}|{stamp.at.isoformat()}"
    return make(Kind.PERSON, name, {"person_id": str(person_id), "action": action, **facts, **said.as_facts()}, stamp)


def post(post_id: UUID, action: str, facts: Mapping[str, Any], said: SealedWords, stamp: Stamp) -> Entry:
    """A post was granted or ended, or its leave, cover or training changed."""
    name = f"{post_id}|{action}|{stamp.at.isoformat()}"
    return make(Kind.POST, name, {"post_id": str(post_id), "action": action, **facts, **said.as_facts()}, stamp)


def break_glass(said: SealedWords, stamp: Stamp) -> Entry:
    """Somebody acted at the hub's own machine by a name alone, though the hub knows its people."""
    return make(Kind.BREAK_GLASS, stamp.salt.hex(), said.as_facts(), stamp)


def done(done_id: UUID, delivery_id: UUID, person_id: UUID, did: Sequence[str], stamp: Stamp) -> Entry:
    """Whoever read a delivery said what they did: codes of hub.facts.offices.Did."""
    facts = {"delivery_id": str(delivery_id), "person_id": str(person_id), "did": list(did)}
    return make(Kind.DONE, str(done_id), facts, stamp)


def handed_over(handover_id: UUID, delivery_id: UUID, between: tuple[UUID, UUID], stamp: Stamp) -> Entry:
    """One person asked another of the same post to take a delivery over."""
    facts = {"delivery_id": str(delivery_id), "from": str(between[0]), "to": str(between[1])}
    return make(Kind.HANDED_OVER, str(handover_id), facts, stamp)


def asked_back(ask_id: UUID, delivery_id: UUID, kind: str, person_id: UUID, stamp: Stamp) -> Entry:
    """Whoever read a delivery asked its source (`not_ours`, `more`), or the source `answered`."""
    facts = {"ask_id": str(ask_id), "delivery_id": str(delivery_id), "kind": kind, "person_id": str(person_id)}
    return make(Kind.ASKED_BACK, f"{ask_id}|{kind}", facts, stamp)


def exported(export_id: UUID, facts: Mapping[str, Any], person_id: UUID, stamp: Stamp) -> Entry:
    """Something left the hub's care in a file. `facts`: what, its id, its form, its digest."""
    return make(Kind.EXPORTED, str(export_id), {**facts, "person_id": str(person_id)}, stamp)


def raised(event_id: UUID, organisation: str, person_id: UUID, stamp: Stamp) -> Entry:
    """Somebody raised a concern from a page, under a key that the hub holds for their organisation."""
    facts = {"event_id": str(event_id), "organisation": organisation, "person_id": str(person_id)}
    return make(Kind.RAISED, str(event_id), facts, stamp)


def looked(
    what: str, about: str, reader: Mapping[str, str | None], stamp: Stamp, said: SealedWords | None = None
) -> Entry:
    """Somebody looked at something that is no delivery, review or text: a story, people, a list of looks.

    `said`: who and why, bound to `what|about`, where they were asked.
    """
    words = said.as_facts() if said else {}
    return make(Kind.LOOKED, stamp.salt.hex(), {"what": what, "about": about, **reader, **words}, stamp)
