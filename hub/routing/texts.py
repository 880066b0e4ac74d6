"""Texts that wait, opened because a reviewer asked: to be read, with what they tell marked, or to be sent. Pure.

Exactly the parts that wait are sent, as the clause that released them would show them: nothing is decided here. What is
sent goes as a supplement, under the ISP, clause and deadline of the disclosure that went without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from hub.asking.notices import NewDelivery
from hub.facts.clock import local_day
from hub.facts.errors import BadRecord, Reason, Unopenable
from hub.facts.model import Decision, DeliveryKey, Match, Recipient
from hub.facts.outcome import Share, Treatment
from hub.facts.terms import Answer, OrganisationKind, Purpose, Role, State, Tier, Unsent
from hub.keys.evidence import SealedWords
from hub.looking.looking import Lens
from hub.redaction.disclosure import sealed_body
from hub.redaction.parts import Release, show
from hub.redaction.passages import Mark, Passage, as_text, binding, decode_masks, masked
from hub.routing.assembling import present_items
from hub.routing.cases import Case, Told
from hub.routing.context import Context, Record
from hub.routing.fulfilling import disclosed, handled
from hub.routing.holding import Content, Shares, registered, texts_of, things
from hub.routing.ingest import Checked, Opened, ingest, open_event
from hub.routing.tables import WaitingText
from hub.wire.records import content_field
from hub.wire.sealed import open_content


@dataclass(frozen=True, slots=True)
class TextRequest:
    """What one row asks, and all that is known of the texts. `record` is None where the event's is not kept any more.

    `verdict` None: they are to be read. `disclosure`: the delivery that went without them, or would have. `latest`: the
    event's revision now. `decided`: what the waiting revision released, in full or not, by child and recipient.
    `still`: the children of whom the event's last revision releases anything to this recipient.
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
    kind: OrganisationKind
    tier: Tier
    latest: int
    subjects: Mapping[str, UUID | None]
    decided: Sequence[Decision]
    still: frozenset[str]

    @property
    def recipient(self) -> Recipient:
        """Who is to read them."""
        return Recipient(self.waits.recipient, Role(self.waits.role))

    @property
    def parts(self) -> dict[int, Treatment]:
        """How each part that waits would be shown."""
        return {int(number): Treatment.from_json(said) for number, said in self.waits.parts.items()}


@dataclass(frozen=True, slots=True)
class OpenTexts:
    """An event with the content parts that were needed."""

    checked: Checked
    opened: Opened
    content: Content


def open_texts(request: TextRequest, record: Record, context: Context) -> OpenTexts | Reason:
    """Open the parts that wait; to be read, also those beside which they were looked through. A Reason: why not."""
    checked = ingest(record, context)
    if not isinstance(checked, Checked):
        return getattr(checked, "reason", Reason.INVALID_FACT)
    checked = replace(checked, event_id=request.waits.event_id)
    opened = open_event(checked, context)
    if not isinstance(opened, Opened):
        return opened.reason
    wanted = {*request.parts, *(request.waits.beside if request.verdict is None else ())}
    try:
        content = open_content(checked.event, sorted(wanted), context.schemas, context.keys.unseal)
    except BadRecord as error:
        return error.reason
    return OpenTexts(checked, opened, content)


def passages(request: TextRequest, texts: OpenTexts, matches: Mapping[str, Match], context: Context) -> list[Passage]:
    """Each part that waits, with every place marked that tells what its recipient may not know."""
    facts, identities = texts.opened.facts, texts.opened.identities
    lens = Lens([*things(texts.opened, texts.content), *registered(matches, context.schools)])
    shares = Shares.of(request.decided, present_items(facts, identities.values(), context.catalogue))
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
    text is of every child whom it is about: what was taken back of one of them, or is not released of them now, is so
    of the text. Where no disclosure went beside it, the decision that it waits by must be the event's last.
    """
    waits, sequence = request.waits, texts.checked.event.sequence
    if case.retracted_after(sequence) or any(known > sequence for known in case.events):
        return False
    about = {key for part in texts.opened.facts.content if part.part in request.parts for key in part.subjects}
    if waits.revision != request.latest and not about <= request.still:
        return False
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


def supplement(request: TextRequest, texts: OpenTexts, context: Context) -> NewDelivery | None:
    """The texts that wait, sealed to their recipient; None where nothing of them can be shown.

    Raises Unopenable where masks belong to other parts than these.
    """
    waits, facts = request.waits, texts.opened.facts
    parts = request.parts
    items = {part.part: part.item for part in facts.content}
    released = {items[number]: treatment for number, treatment in parts.items()}
    ruling = Share(waits.isp, waits.clause, released)
    decision = Decision(waits.subject, request.recipient, request.kind, ruling, by=waits.by, tier=request.tier)
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
    now, keys = context.now(), context.recipient_keys(request.recipient)
    body = sealed_body(key.delivery_id, payload, keys, at=now, purpose=key.purpose) if keys else None
    return NewDelivery(key, texts.checked.tier, now, waits.due_by, body, waits.isp, waits.subject_id, facts.caveats)


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
