"""The register of ISPs: which hold today and which wait, for whom and why; and one of them as a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.people.clauses import CONSENT, conditions, duration, item_words, prohibited, released, who_to_whom
from hub.sharing import RuleSet, SignedBy
from hub.sharing.deciding.agreements import words
from hub.sharing.writing.isps import Clause, Isp, LawfulBasis, Party


class Standing(StrEnum):
    """How one version of an ISP stands on a day, what needs a person's hand first."""

    OVERDUE = "overdue"
    """In force, and its day of review has passed."""
    WAITING = "waiting"
    """Fewer than two of its parties have signed, so that nothing is shared under it."""
    EXPIRED = "expired"
    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    REPLACED = "replaced"
    """Each of its parties is bound by a newer version."""


@dataclass(frozen=True, slots=True)
class PartyTo:
    """One organisation, or each of a group, and how many of how many have signed."""

    name: str
    role: str
    coordinator: str | None
    members: tuple[str, ...]
    signed: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Members that have not signed."""
        return tuple(one for one in self.members if one not in self.signed)


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the register."""

    ref: str
    title: str
    purpose: str
    parties: tuple[PartyTo, ...]
    basis: tuple[str, ...]
    effective: date
    review_by: date
    expires: date
    standing: Standing
    sentence: str

    def concerns(self, organisation: str) -> bool:
        """Whether an organisation is a party."""
        return any(organisation in party.members for party in self.parties)


@dataclass(frozen=True, slots=True)
class ClauseInWords:
    """A clause for a reader: who tells whom, where all of `only_where` holds, how what is told."""

    id: str
    title: str | None
    who: str
    only_where: tuple[str, ...]
    consent: str
    told: tuple[tuple[str, str], ...]
    """How, and what."""


@dataclass(frozen=True, slots=True)
class SignedOff:
    """One signature that holds."""

    organisation: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """One ISP to read and to print."""

    line: Registered
    kind: str
    framework: str | None
    benefit: str | None
    nations: tuple[str, ...]
    dpia: str | None
    retention: str | None
    consent: str
    clauses: tuple[ClauseInWords, ...]
    prohibitions: tuple[str, ...]
    signatures: tuple[SignedOff, ...]


def register_of(rules: RuleSet, signed: SignedBy | None, today: date) -> tuple[Registered, ...]:
    """Every version of every ISP, those that need a hand first. `signed` None takes each as signed by all."""
    order = list(Standing)
    lines = (_line(isp, rules, signed, today) for isp in rules.isps)
    return tuple(sorted(lines, key=lambda line: (order.index(line.standing), line.review_by, line.ref)))


def document(rules: RuleSet, ref: str, signed: SignedBy | None, today: date) -> Document | None:
    """One version of an ISP, as `ISP-POL-EDU-001@3` names it; None where there is none."""
    isp = next((one for one in rules.isps if one.ref == ref), None)
    if isp is None:
        return None
    signatures = [one for one in rules.signatures if one.ref == ref and signed and (ref, one.organisation) in signed]
    return Document(
        line=_line(isp, rules, signed, today),
        kind=_KINDS[isp.kind],
        framework=isp.framework,
        benefit=isp.benefit,
        nations=tuple(_NATIONS[one] for one in sorted(isp.jurisdiction)),
        dpia=isp.dpia,
        retention=duration(isp.retention) if isp.retention else None,
        consent=CONSENT[isp.consent],
        clauses=tuple(_clause(isp, clause) for clause in isp.clauses),
        prohibitions=tuple(prohibited(one) for one in isp.prohibitions),
        signatures=tuple(
            SignedOff(one.organisation, one.role, one.signed_at)
            for one in sorted(signatures, key=lambda one: one.signed_at)
        ),
    )


_KINDS = {
    "ISP": "Information Sharing Protocol: each party may tell the others",
    "DDA": "Data Disclosure Agreement: told one way",
    "JCA": "Joint Controller Agreement",
}
_NATIONS = {"ENG": "England", "NIR": "Northern Ireland", "SCT": "Scotland", "WLS": "Wales"}
_AT_LEAST = 2
"""Parties that must have signed before anything is shared."""


def _line(isp: Isp, rules: RuleSet, signed: SignedBy | None, today: date) -> Registered:
    standing, sentence = _standing(isp, rules, signed, today)
    return Registered(
        ref=isp.ref,
        title=isp.title or isp.purpose,
        purpose=isp.purpose,
        parties=tuple(_party(party, isp, rules, signed) for party in isp.parties),
        basis=tuple(_basis(isp.lawful_basis)),
        effective=isp.effective,
        review_by=isp.review_by,
        expires=isp.expires,
        standing=standing,
        sentence=sentence,
    )


def _standing(isp: Isp, rules: RuleSet, signed: SignedBy | None, today: date) -> tuple[Standing, str]:
    """How it stands, and in a sentence what that means for sharing."""
    members = rules.parties(isp)
    lacking = members - _signers(isp, members, signed)
    if today < isp.effective:
        return Standing.NOT_YET, f"It is in effect from {isp.effective:%-d %B %Y}, and releases nothing before."
    newer = _replaced_by(isp, rules, signed, today)
    if newer is not None:
        return Standing.REPLACED, f"{newer.ref} holds between all its parties now."
    if len(members) - len(lacking) < _AT_LEAST:
        waits = "Nothing is shared under it before two of its parties have signed, and then between those alone."
        return Standing.WAITING, waits
    if today > isp.expires:
        return Standing.EXPIRED, f"It expired on {isp.expires:%-d %B %Y}: it releases nothing until it is renewed."
    some = (
        f" {len(lacking)} of its {len(members)} parties have not signed: nothing is shared with them under it."
        if lacking
        else ""
    )
    if today > isp.review_by:
        late = f"It should have been reviewed by {isp.review_by:%-d %B %Y}, and still shares until it expires."
        return Standing.OVERDUE, late + some
    return Standing.IN_FORCE, f"It holds between all {'that' if lacking else 'its parties, who'} have signed it.{some}"


def _signers(isp: Isp, members: frozenset[str], signed: SignedBy | None) -> frozenset[str]:
    return members if signed is None else frozenset(one for one in members if (isp.ref, one) in signed)


def _replaced_by(isp: Isp, rules: RuleSet, signed: SignedBy | None, today: date) -> Isp | None:
    """A newer version in effect that every party of this one has signed, in every nation of this one."""
    members = rules.parties(isp)
    for other in rules.isps:
        newer = other.id == isp.id and other.version > isp.version and other.effective <= today
        if newer and isp.jurisdiction <= other.jurisdiction:
            bound = rules.parties(other)
            if members <= _signers(other, bound, signed):
                return other
    return None


def _party(party: Party, isp: Isp, rules: RuleSet, signed: SignedBy | None) -> PartyTo:
    members = {party.organisation} if party.organisation else rules.groups.get(party.group or "", frozenset())
    there = tuple(sorted(member for member in members if member))
    names = [rules.organisations[one].name for one in there if one in rules.organisations]
    return PartyTo(
        name=names[0] if party.organisation and names else (party.organisation or party.group or ""),
        role=words(party.role),
        coordinator=party.coordinator,
        members=there,
        signed=tuple(sorted(_signers(isp, frozenset(there), signed))),
    )


def _basis(basis: LawfulBasis) -> list[str]:
    said = [
        ("UK GDPR Article", basis.article_6),
        ("UK GDPR Article", basis.article_9),
        ("UK GDPR Article 10 and Data Protection Act 2018,", basis.article_10),
        ("Data Protection Act 2018, Schedule 1,", basis.schedule_1),
        ("Statutory duty:", basis.statutory_duty),
    ]
    found = [f"{law} {text}" for law, text in said if text]
    return [*found, "Data Protection Act 2018, Part 3 (law enforcement)"] if basis.part_3 else found


def _clause(isp: Isp, clause: Clause) -> ClauseInWords:
    return ClauseInWords(
        id=clause.id,
        title=clause.title,
        who=who_to_whom(clause),
        only_where=conditions(clause.when),
        consent=CONSENT[clause.consent or isp.consent],
        told=tuple((how, item_words(items)) for how, items in released(clause)),
    )
