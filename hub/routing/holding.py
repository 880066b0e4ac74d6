"""Texts that tell more than their recipient may know: they wait for a person, and the rest goes at once. Pure.

What a text tells is marked at the agency, where everything is in clear, so that a part which nobody may see stays
sealed; and looked for again here, when a text is opened for release, among whatever else of the event is open. An item
that a text tells is released only where each child whom it is about releases it to that recipient in full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from hub.facts.items import ELSEWHERE
from hub.facts.model import Decision, Match, Recipient, Repeat
from hub.facts.outcome import FULL, CannotDecide, Matched, Share, Treatment, TreatmentKind
from hub.looking.held import ADDRESSES, TEXTS, Address, School, Thing, of_content, of_identity, of_person, texts_in
from hub.looking.looking import Lens
from hub.redaction.parts import Release
from hub.routing.ingest import Opened
from hub.wire.records import content_field
from hub.wire.source_facts import ContentFacts, SourceFacts

Content = Mapping[int, Mapping[str, Any]]
Told = Mapping[int, frozenset[Repeat]]
"""What each text part tells, by its number."""
NOBODY = ""
"""The key of no child: what is about them nobody is released."""
NAMES = frozenset({"child.name", "child.known_as"})
WAITS = "{item} waits for a person: its text tells {told}, which this recipient may not know by it."
UNREADABLE = "{item} waits for a person: it is no text that the hub can look through."
LEFT = "What is left may only go after a person has looked, so nothing is shared yet."
_ELSEWHERE = "an address or postcode that the event does not hold"


@dataclass(frozen=True, slots=True)
class Held:
    """What of one release waits: the text parts and how they would be shown, and why, in sentences without content."""

    decision: Decision
    ruling: Share
    parts: Mapping[int, Treatment]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """What every recipient of an event is released of each child, by rules and ISPs alone."""

    rulings: Mapping[tuple[str, Recipient], Share]
    held: frozenset[str]
    """Data items that the event holds."""

    @classmethod
    def of(cls, decisions: Iterable[Decision], items: Iterable[str]) -> Self:
        """Of one event's decisions."""
        rulings = {(d.subject, d.recipient): d.ruling for d in decisions if isinstance(d.ruling, Share)}
        return cls(rulings, frozenset(items))

    def may_know(self, repeats: Repeat, part: ContentFacts, recipient: Recipient) -> bool:
        """Whether the recipient is released what a text part of theirs tells; of another child, that text as well."""
        also = {part.item} if repeats.item in NAMES else set()
        wanted = {repeats.item} | also if repeats.item != ELSEWHERE else ADDRESSES & self.held
        return bool(wanted) and all(
            ruling is not None and all(ruling.released.get(item) == FULL for item in wanted)
            for ruling in (self.rulings.get((subject, recipient)) for subject in repeats.subjects)
        )


NOTHING_SHARED = Shares({}, frozenset())


def marked(facts: SourceFacts) -> dict[int, frozenset[Repeat]]:
    """What the source says of its texts."""
    return {part.part: part.repeats for part in facts.content if part.repeats}


def looked(opened: Opened, content: Content, register: Iterable[Thing] = ()) -> dict[int, frozenset[Repeat]]:
    """What the source says of its texts, and what is found in those that are open; none found is nothing told.

    `register`: what the register adds to look for.
    """
    told = marked(opened.facts)
    texts = [(part, text) for part in opened.facts.content for text in texts_of(part, content)]
    if texts:
        lens = Lens([*things(opened, content), *register])
        for part, text in texts:
            found = {hit.repeats for hit in lens.look(text, part.subjects)}
            told[part.part] = told.get(part.part, frozenset()) | found
    return told


def texts_of(part: ContentFacts, content: Content) -> Iterator[str]:
    """The texts of an open part; none of what is not somebody's own words."""
    yield from texts_in(part.item, content.get(part.part, {}).get(content_field(part.item)))


def things(opened: Opened, content: Content) -> Iterator[Thing]:
    """Whatever of the event is open, as texts are looked through for it."""
    facts = opened.facts
    everyone = [subject.key for subject in facts.subjects]
    for key, identity in opened.identities.items():
        yield from of_identity(key, identity)
    for person in opened.names.values():
        item = f"person.{person['role']}"
        about = {key for part in facts.content if part.item == item for key in part.subjects} or everyone
        yield from of_person(Repeat.of(item, *about), person)
    for part in facts.content:
        value = content.get(part.part, {}).get(content_field(part.item))
        if value is not None:
            yield from of_content(part.item, part.subjects, value)


def registered(matches: Mapping[str, Match], schools: Mapping[str, str]) -> Iterator[Thing]:
    """What the register knows of matched children: other names, addresses and numbers, schools, who lives with them.

    `schools`: organisation id -> its name. Whoever lives with a child and is no child of the event is nobody's to know.
    """
    subjects = {match.outcome.subject_id for match in matches.values() if isinstance(match.outcome, Matched)}
    for key, match in matches.items():
        for identity in match.recorded:
            yield from of_identity(key, identity)
        for registration in match.registrations:
            if name := schools.get(registration.organisation):
                yield School(Repeat.of("child.school", key), name)
        for subject_id, identity in match.home:
            if subject_id not in subjects:
                yield from (thing for thing in of_identity(NOBODY, identity) if not isinstance(thing, Address))


def hold(
    release: Release, told: Told, shares: Shares, facts: SourceFacts, content: Content
) -> tuple[Release, Held | None]:
    """The release without the texts that wait, and what of it waits."""
    ruling = release.decision.ruling
    if not isinstance(ruling, Share):
        return release, None
    why = held_parts(release, told, shares, facts)
    why |= dict.fromkeys(_unreadable(release, facts, content), UNREADABLE)
    if not why:
        return release, None
    kept = {number: treatment for number, treatment in release.parts.items() if number not in why}
    items = {part.part: part.item for part in facts.content}
    lost = {items[number] for number in why} - {items[number] for number in kept}
    sentences = tuple(dict.fromkeys(text.format(item=items[number]) for number, text in sorted(why.items())))
    left = {item: treatment for item, treatment in ruling.released.items() if item not in lost}
    decision = replace(
        release.decision,
        ruling=Share(ruling.isp, ruling.clause, left) if left else CannotDecide(ruling.isp, ruling.clause),
        withheld=(*release.decision.withheld, *sorted(lost)),
        reasons=(*release.decision.reasons, *sentences, *(() if left else (LEFT,))),
    )
    waiting = {number: release.parts[number] for number in why}
    return Release(decision, kept), Held(release.decision, ruling, waiting, sentences)


def held_parts(release: Release, told: Told, shares: Shares, facts: SourceFacts) -> dict[int, str]:
    """Why each text part waits that tells what this recipient may not know; only shown texts tell anything."""
    found: dict[int, str] = {}
    for part in facts.content:
        treatment = release.parts.get(part.part)
        if treatment is None or treatment.kind is TreatmentKind.FLAG:
            continue
        unknown = {
            repeats.item
            for repeats in told.get(part.part, ())
            if not shares.may_know(repeats, part, release.decision.recipient)
        }
        if unknown:
            named = sorted(item for item in unknown if item != ELSEWHERE)
            elsewhere = [_ELSEWHERE] if ELSEWHERE in unknown else []
            found[part.part] = WAITS.format(item="{item}", told=", ".join([*named, *elsewhere]))
    return found


def _unreadable(release: Release, facts: SourceFacts, content: Content) -> Collection[int]:
    """Parts with somebody's own words that are no text: an original is one, whatever of it can be read."""
    return [
        part.part
        for part in facts.content
        if part.part in release.parts
        and part.item in TEXTS
        and _is_original(content.get(part.part, {}).get(content_field(part.item)))
    ]


def _is_original(value: object) -> bool:
    return isinstance(value, bytes) or (isinstance(value, dict) and isinstance(value.get("content"), bytes))
