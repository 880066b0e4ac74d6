"""Which parts may be opened for whom, and what each recipient is shown. Pure; nothing here decrypts.

A content part lists every subject it mentions. It is released to a recipient only where the decision about each one of
them, for that same recipient, releases its item; what all their treatments allow holds. Items of identity and facts
are released from there alone, so the child who was matched is the child who is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any

from hub.facts.items import DataItem
from hub.facts.model import Decision, Identity
from hub.facts.outcome import Share, Treatment, Withhold, less_revealing
from hub.facts.terms import Ground
from hub.redaction.treatments import WITHHELD, treat
from hub.wire.records import content_field
from hub.wire.source_facts import ContentFacts, SourceFacts

OTHER_CHILD = "{item} is withheld: it also speaks of another child of this event, of whom this recipient is not told."
PARTLY = "{item}: what also speaks of another child of this event is shown only as far as may be told of both."
NOTHING = "This event holds nothing that the clause releases, so nothing is told."
NOT_REDUCIBLE = "{item} is withheld: its value cannot be reduced as the ISP asks."


@dataclass(frozen=True, slots=True)
class Release:
    """A decision, narrowed to what the event really holds, and the content parts it needs, by number."""

    decision: Decision
    parts: Mapping[int, Treatment]


def narrow(
    decisions: Sequence[Decision],
    facts: SourceFacts,
    identities: Mapping[str, Identity],
    catalogue: Mapping[str, DataItem],
) -> list[Release]:
    """Each decision with what it releases of this event's parts, in the same order."""
    shared = {(d.subject, d.recipient): d.ruling for d in decisions if isinstance(d.ruling, Share)}
    return [
        _narrow(d, d.ruling, shared, facts, identities, catalogue) if isinstance(d.ruling, Share) else Release(d, {})
        for d in decisions
    ]


def _narrow(
    decision: Decision,
    ruling: Share,
    shared: Mapping[Any, Share],
    facts: SourceFacts,
    identities: Mapping[str, Identity],
    catalogue: Mapping[str, DataItem],
) -> Release:
    released: dict[str, Treatment] = {}
    withheld, reasons = [*decision.withheld], [*decision.reasons]
    parts: dict[int, Treatment] = {}
    for item, treatment in ruling.released.items():
        if catalogue[item].schema != "Content":
            if _held(item, facts, identities.get(decision.subject), catalogue):
                released[item] = treatment
            continue
        about = [part for part in facts.content if part.item == item and decision.subject in part.subjects]
        allowed = {
            part.part: allowed for part in about if (allowed := _allowed(part, item, decision, shared)) is not None
        }
        if allowed:
            released[item], parts_shown = _as_shown(treatment, allowed)
            parts |= parts_shown
            if len(allowed) < len(about) or any(how != treatment for how in allowed.values()):
                reasons.append(PARTLY.format(item=item))
        elif about:
            withheld.append(item)
            reasons.append(OTHER_CHILD.format(item=item))
    return Release(
        _released(replace(decision, withheld=tuple(withheld), reasons=tuple(reasons)), ruling, released), parts
    )


def _as_shown(treatment: Treatment, allowed: Mapping[int, Treatment]) -> tuple[Treatment, Mapping[int, Treatment]]:
    """What the decision says of an item, and how each part of it is shown: no part more openly than the decision says.

    Where every part is narrowed for another child's sake, all are shown as what they allow together.
    """
    if treatment in allowed.values():
        return treatment, allowed
    together = reduce(less_revealing, allowed.values())
    return together, dict.fromkeys(allowed, together)


def _released(decision: Decision, ruling: Share, released: Mapping[str, Treatment]) -> Decision:
    """The decision releasing these items; one that releases nothing tells nobody."""
    if released:
        return replace(decision, ruling=Share(ruling.isp, ruling.clause, released))
    nothing = Withhold(ruling.isp, ruling.clause, Ground.NOTHING_LEFT)
    return replace(decision, ruling=nothing, reasons=(*decision.reasons, NOTHING))


def _allowed(part: ContentFacts, item: str, decision: Decision, shared: Mapping[Any, Share]) -> Treatment | None:
    """What the treatments of every subject that the part mentions allow; None where one of them is not released."""
    result: Treatment | None = None
    for subject in part.subjects:
        ruling = shared.get((subject, decision.recipient))
        if ruling is None or item not in ruling.released:
            return None
        result = ruling.released[item] if result is None else less_revealing(result, ruling.released[item])
    return result


def _held(item: str, facts: SourceFacts, identity: Identity | None, catalogue: Mapping[str, DataItem]) -> bool:
    fields = catalogue[item].fields
    if catalogue[item].schema == "Facts":
        return any(getattr(facts, name) for name in fields)
    return identity is not None and any(getattr(identity, name) for name in fields)


def show(
    release: Release,
    facts: SourceFacts,
    identity: Identity,
    opened: Mapping[int, Mapping[str, Any]],
    catalogue: Mapping[str, DataItem],
    *,
    on: date,
) -> tuple[Release, dict[str, Any]]:
    """What the recipient is shown, item by item; an item that cannot be treated moves to the withheld ones."""
    decision, ruling = release.decision, release.decision.ruling
    assert isinstance(ruling, Share)  # only shares are shown
    shown: dict[str, Any] = {}
    for item, treatment in ruling.released.items():
        values = _values(item, treatment, release, facts, identity, opened, catalogue)
        treated = [value for raw, how in values if (value := treat(raw, how, on=on)) is not WITHHELD]
        if treated:
            shown[item] = treated[0] if len(treated) == 1 else treated
    if len(shown) == len(ruling.released):
        return release, shown
    lost = [item for item in ruling.released if item not in shown]
    kept = {item: treatment for item, treatment in ruling.released.items() if item in shown}
    decision = replace(
        decision,
        withheld=(*decision.withheld, *lost),
        reasons=(*decision.reasons, *(NOT_REDUCIBLE.format(item=item) for item in lost)),
    )
    return Release(_released(decision, ruling, kept), release.parts), shown


def _values(
    item: str,
    treatment: Treatment,
    release: Release,
    facts: SourceFacts,
    identity: Identity,
    opened: Mapping[int, Mapping[str, Any]],
    catalogue: Mapping[str, DataItem],
) -> list[tuple[Any, Treatment]]:
    entry = catalogue[item]
    if entry.schema == "Content":
        field = content_field(item)
        return [
            (opened[part.part][field], release.parts[part.part])
            for part in facts.content
            if part.item == item and part.part in release.parts and opened[part.part][field] is not None
        ]
    home = facts if entry.schema == "Facts" else identity
    if len(entry.fields) == 1:
        return [(getattr(home, entry.fields[0]), treatment)]
    return [({name: value for name in entry.fields if (value := getattr(home, name))}, treatment)]
