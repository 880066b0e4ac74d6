"""Texts that wait, opened because a reviewer asked: to be read, with what they tell marked, or to be sent. Pure.

Exactly the parts that wait are sent, as the clause in force shows them. Who may read them is decided anew, by rules,
agreements and register as they are now: days may lie between question and answer. What is sent goes as a supplement, by
the deadline of the disclosure that went without it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from hub.asking.notices import NewDelivery
from hub.facts.clock import local_day
from hub.facts.errors import BadRecord, Reason, Unopenable
from hub.facts.model import NO_MATCH, DeliveryKey, Match, Recipient
from hub.facts.outcome import NeedsReview, Share
from hub.facts.terms import Answer, Outcome, Purpose, Role, State, Tier, Unsent
from hub.keys.evidence import SealedWords
from hub.looking.looking import Lens
from hub.redaction.disclosure import sealed_body
from hub.redaction.parts import Release, show
from hub.redaction.passages import Mark, Passage, as_text, binding, decode_masks, masked
from hub.routing.cases import Case, Told
from hub.routing.context import Context, Record
from hub.routing.fulfilling import disclosed, handled
from hub.routing.holding import Content, Shares, registered, texts_of, things
from hub.routing.ingest import Checked, Opened, ingest, open_event
from hub.routing.planning import plan
from hub.routing.tables import WaitingText
from hub.routing.undoing import subject_id
from hub.wire.records import content_field
from hub.wire.sealed import open_content

UNKNOWN = "Who this child is, is not known for certain now."


@dataclass(frozen=True, slots=True)
class TextRequest:
    """What one row asks, and all that is known of the texts. `record` is None where the event's is not kept any more.

    `verdict` None: they are to be read. `disclosure`: the delivery that went without them, or would have. `latest`: the
    event's revision now. `known`: each child's outcome, and the subject that it is now. `marked`: digest of the marks
    in what was read.
    """

    seq: int
    task_id: UUID
    verdict: Answer | None
    masks: SealedWords | None
    attempts: int
    record: Record | None
    waits: WaitingText
    disclosure: UUID
    source: str
    tier: Tier
    latest: int
    known: Mapping[str, tuple[Outcome, UUID | None]]
    marked: bytes | None

    @property
    def recipient(self) -> Recipient:
        """Who is to read them."""
        return Recipient(self.waits.recipient, Role(self.waits.role))

    @property
    def parts(self) -> frozenset[int]:
        """The parts that wait."""
        return frozenset(map(int, self.waits.parts))

    @property
    def opens(self) -> list[int]:
        """The parts that wait, and those beside which they were looked through."""
        return sorted({*self.parts, *self.waits.beside})


@dataclass(frozen=True, slots=True)
class OpenTexts:
    """An event with the content parts that were needed."""

    checked: Checked
    opened: Opened
    content: Content


def open_texts(request: TextRequest, record: Record, context: Context) -> OpenTexts | Reason:
    """Open the parts that wait, and those beside which they were looked through. A Reason: why not."""
    checked = ingest(record, context)
    if not isinstance(checked, Checked):
        return getattr(checked, "reason", Reason.INVALID_FACT)
    checked = replace(checked, event_id=request.waits.event_id)
    opened = open_event(checked, context)
    if not isinstance(opened, Opened):
        return opened.reason
    try:
        content = open_content(checked.event, request.opens, context.schemas, context.keys.unseal)
    except BadRecord as error:
        return error.reason
    return OpenTexts(checked, opened, content)


@dataclass(frozen=True, slots=True)
class Standing:
    """How rules, agreements and register have it now: what is released to the recipient, and what the texts tell."""

    release: Release | None
    subject_id: UUID | None
    passages: Sequence[Passage]

    @property
    def marked(self) -> bytes:
        """A digest of all that is marked: it tells no word of the texts."""
        marks = [(passage.part, *mark) for passage in self.passages for mark in passage.marks]
        return sha256(json.dumps(marks).encode()).digest()

    def releases(self, parts: Collection[int]) -> bool:
        """Whether the recipient may read these parts, but for what they tell."""
        shares = self.release is not None and isinstance(self.release.decision.ruling, Share)
        return self.release is not None and shares and self.release.parts.keys() >= set(parts)


def decide_now(
    request: TextRequest, texts: OpenTexts, found: Mapping[UUID, Match], case: Case, context: Context
) -> Standing:
    """Decide the event by what is in force and known now. `found`: the register's facts of its children's subjects."""
    matches = {key: _match(outcome, subject, found) for key, (outcome, subject) in request.known.items()}
    made = plan(texts.opened, matches, case, context)
    waits = request.waits
    release = next(
        (
            one
            for one in made.releases
            if (one.decision.subject, one.decision.recipient) == (waits.subject, request.recipient)
        ),
        None,
    )
    marked = _passages(request, texts, matches, made.shares, context)
    return Standing(release, subject_id(matches[waits.subject]), marked)


def _match(outcome: Outcome, subject: UUID | None, found: Mapping[UUID, Match]) -> Match:
    if outcome is Outcome.NOT_FOUND or (outcome is Outcome.MATCHED and subject is None):
        return NO_MATCH
    known = found.get(subject) if subject is not None and outcome is Outcome.MATCHED else None
    return known or Match(NeedsReview((), UNKNOWN))


def _passages(
    request: TextRequest, texts: OpenTexts, matches: Mapping[str, Match], shares: Shares, context: Context
) -> list[Passage]:
    """Each part that waits, with every place marked that tells what its recipient may not know."""
    facts = texts.opened.facts
    lens = Lens([*things(texts.opened, texts.content), *registered(matches, context.schools)])
    found: list[Passage] = []
    for part in facts.content:
        if part.part not in request.parts:
            continue
        lines = list(texts_of(part, texts.content))
        marks: list[Mark] = []
        at = 0
        for text in lines:
            marks += [
                Mark(at + hit.start, at + hit.end, hit.repeats.item)
                for hit in lens.look(text, part.subjects)
                if not shares.may_know(hit.repeats, part, request.recipient)
            ]
            at += len(text) + 1
        digest = texts.checked.event.headers[part.part].digest.hex()
        value = texts.content[part.part][content_field(part.item)]
        text = "\n".join(lines) if isinstance(value, dict) else as_text(value)
        found.append(Passage(part.part, part.item, digest, text, tuple(dict.fromkeys(marks))))
    return found


def stands(request: TextRequest, texts: OpenTexts, case: Case) -> bool:
    """Whether what the person answered is still to be told.

    An update says anew who hears what, its own texts among it, and to whom it says nothing nothing is said any more. A
    text is of every child whom it is about: what was taken back of one of them is so of the text. Where no disclosure
    went beside it, the decision that it waits by must be the event's last.
    """
    waits, sequence = request.waits, texts.checked.event.sequence
    if case.retracted_after(sequence) or any(known > sequence for known in case.events):
        return False
    about = {key for part in texts.opened.facts.content if part.part in request.parts for key in part.subjects}
    went = [told for key in about if (told := _last_told(case, request, key)) is not None]
    if any(told.state == State.CANCELLED or case.called_back(told) for told in went):
        return False
    return waits.revision == request.latest or any(told.delivery_id == request.disclosure for told in went)


def is_held(request: TextRequest, case: Case) -> bool:
    """Whether an operator holds the disclosure that the text follows."""
    return any(
        told.delivery_id == request.disclosure and told.state == State.HELD and told.reason == Unsent.BY_OPERATOR
        for told in case.told
    )


def _last_told(case: Case, request: TextRequest, subject: str) -> Told | None:
    place = (request.waits.event_id, subject, request.recipient, Purpose.DISCLOSE)
    told = [one for one in case.told if (one.event_id, one.subject, one.recipient, one.purpose) == place]
    return max(told, key=lambda one: one.revision, default=None)


def supplement(request: TextRequest, texts: OpenTexts, standing: Standing, context: Context) -> NewDelivery | None:
    """The texts that wait, sealed to their recipient; None where nothing of them can be shown.

    Raises Unopenable where masks belong to other parts than these.
    """
    waits, facts = request.waits, texts.opened.facts
    assert standing.release is not None  # it releases them
    now = standing.release.decision.ruling
    assert isinstance(now, Share)  # as above
    parts = {number: standing.release.parts[number] for number in request.parts}
    items = {part.part: part.item for part in facts.content}
    ruling = Share(now.isp, now.clause, {items[number]: treatment for number, treatment in parts.items()})
    decision = replace(standing.release.decision, ruling=ruling, by=waits.by)
    content = _masked(request, texts, items, context)
    release, shown = show(
        Release(decision, parts),
        facts,
        texts.opened.identities[waits.subject],
        content,
        context.catalogue,
        on=local_day(texts.checked.raised_at),
    )
    if not isinstance(release.decision.ruling, Share):
        return None
    key = DeliveryKey(waits.event_id, waits.subject, request.recipient, Purpose.SUPPLEMENT, waits.revision)
    payload = disclosed(key, decision, ruling, shown, texts.checked) | handled(facts)
    payload["supplements"] = str(request.disclosure)
    at, keys = context.now(), context.recipient_keys(request.recipient)
    body = sealed_body(key.delivery_id, payload, keys, at=at, purpose=key.purpose) if keys else None
    return NewDelivery(
        key, texts.checked.tier, at, waits.due_by, body, ruling.isp, standing.subject_id, facts.caveats, decision.rule
    )


def _masked(request: TextRequest, texts: OpenTexts, items: Mapping[int, str], context: Context) -> Content:
    if request.verdict is Answer.RELEASE:
        return texts.content
    if request.masks is None:
        raise Unopenable
    headers = texts.checked.event.headers
    bound = binding(request.task_id.bytes, {number: headers[number].digest for number in request.parts})
    masks = decode_masks(context.evidence.open(*request.masks, bound))
    content: dict[int, Mapping[str, Any]] = dict(texts.content)
    for number in request.parts:
        field = content_field(items[number])
        of_part = [mask for mask in masks if mask.part == number]
        content[number] = {**content[number], field: masked(content[number][field], of_part)}
    return content
