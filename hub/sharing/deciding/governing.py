"""Which version of an ISP governs between two organisations on a day. The one home of that rule.

The newest version in effect governs, except that one not yet signed by both leaves the version before it in place. A
version that expired does not bring the one before it back. Pure; asked by the decision and by the last look before a
disclosure leaves, so that the two never disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.sharing.deciding.agreements import Agreement, AgreementIndex, Family
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.signatures import SignedBy


class Lapse(StrEnum):
    """Why a version that would govern releases nothing."""

    EXPIRED = "expired"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class InForce:
    """This version governs. `passed` says, in a sentence each, why newer ones do not."""

    version: Agreement
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lapsed:
    """This version would govern, but releases nothing; what it protects stays protected."""

    version: Agreement
    why: Lapse
    passed: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Why, for people."""
        return self.version.expired if self.why is Lapse.EXPIRED else self.version.unsigned


@dataclass(frozen=True, slots=True)
class Nothing:
    """No version is between the two, in their nations and on this day."""

    passed: tuple[str, ...] = ()


Governing = InForce | Lapsed | Nothing


def governing(
    family: Family, source: Organisation, recipient: Organisation, day: date, signed: SignedBy | None
) -> Governing:
    """The version of one ISP that governs what the source tells the recipient. `signed` None takes each as signed."""
    waiting: Agreement | None = None
    passed: list[str] = []
    for version in family:
        if source.id not in version.members or recipient.id not in version.members:
            continue
        if not {source.jurisdiction, recipient.jurisdiction} <= version.jurisdiction:
            passed.append(version.elsewhere)
        elif day < version.effective:
            passed.append(version.not_yet)
        elif not _signed_by_both(version, source, recipient, signed):
            waiting = waiting or version
        elif day <= version.expires:
            return InForce(version, (*passed, waiting.unsigned) if waiting else tuple(passed))
        elif waiting is None:
            return Lapsed(version, Lapse.EXPIRED, tuple(passed))
        else:
            break
    return Lapsed(waiting, Lapse.UNSIGNED, tuple(passed)) if waiting else Nothing(tuple(passed))


def _signed_by_both(version: Agreement, source: Organisation, recipient: Organisation, signed: SignedBy | None) -> bool:
    return signed is None or {(version.ref, source.id), (version.ref, recipient.id)} <= signed


@dataclass(frozen=True, slots=True)
class Pair:
    """Two organisations between which some clause of an ISP may release, and what governs between them."""

    source: str
    recipient: str
    governs: InForce | Lapsed


def pairs(
    index: AgreementIndex, organisations: Mapping[str, Organisation], day: date, signed: SignedBy | None
) -> Iterator[Pair]:
    """Every two organisations with an ISP in force between them, or one that lapsed; for each ISP, once."""
    for (source, kind), families in index.items():
        for family in families:
            if not any(version.clauses for version in family):
                continue
            members = {member for version in family for member in version.members if member != source}
            for recipient in sorted(members & organisations.keys()):
                if kind in organisations[recipient].kinds:
                    governs = governing(family, organisations[source], organisations[recipient], day, signed)
                    if not isinstance(governs, Nothing):
                        yield Pair(source, recipient, governs)
