"""Sign-off of a set that is being signed: what does not hold, and who has not signed.

An error is an ISP that is in force by its dates and lost a sign-off: nothing goes out under it any more. What is not in
force yet, or has another version in its place, is only said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from hub.sharing.deciding.agreements import members_of
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.reading import Book, Placed
from hub.sharing.writing.signatures import PublicKeyOf, Signature, flaw
from hub.written.findings import Finding, fault, warn

NAMED = 5
"""So many organisations are named that have not signed; of more, their number."""


@dataclass(frozen=True, slots=True)
class _Party:
    """One entry of `parties`: those it stands for, and of them whose sign-off holds, and whose lies there at all."""

    members: frozenset[str]
    signed: frozenset[str]
    lying: frozenset[str]


@dataclass(slots=True)
class _Day:
    """The versions of a set on one day, and why sign-offs of theirs do not hold."""

    today: date
    parties: dict[str, list[_Party]]
    versions: dict[str, list[Isp]] = field(default_factory=dict)

    def is_past(self, isp: Isp) -> bool:
        """Whether it has expired, or a newer one stands in its place."""
        return isp.expires < self.today or any(self._stands(one) for one in self._others(isp, newer=True))

    def lost(self, isp: Isp) -> bool:
        """Whether it ought to be in force today, was signed for that, and another version does not stand for it."""
        parties = self.parties[isp.ref]
        if isp.effective > self.today or self.is_past(isp) or not any(party.lying for party in parties):
            return False
        was_whole = all(party.lying for party in parties)
        return was_whole or not any(self._stands(one) for one in self._others(isp, newer=False))

    def _stands(self, isp: Isp) -> bool:
        return isp.effective <= self.today and all(party.signed for party in self.parties[isp.ref])

    def _others(self, isp: Isp, *, newer: bool) -> Iterator[Isp]:
        return (one for one in self.versions[isp.id] if one is not isp and (one.version > isp.version) is newer)


def lint_signatures(book: Book, today: date, public_key_of: PublicKeyOf) -> Iterator[Finding]:
    """Every sign-off that does not hold, and every party that has not signed a version in effect or to come."""
    lying: dict[str, list[tuple[Placed[Signature], str | None]]] = {ref: [] for ref in book.isps}
    for placed in book.signatures:
        why = flaw(placed.entry, book.contents, public_key_of)
        if placed.entry.ref in book.isps:
            lying[placed.entry.ref].append((placed, why))
        else:
            yield warn(placed.file, 1, "signature", f"this signature is of no use: {why}")
    day = _Day(today, {ref: _parties(isp.entry, book, lying[ref]) for ref, isp in book.isps.items()})
    for isp in book.isps.values():
        day.versions.setdefault(isp.entry.id, []).append(isp.entry)
    for ref, isp in book.isps.items():
        yield from _signatures(isp.entry, book, lying[ref], lost=day.lost(isp.entry))
        if not day.is_past(isp.entry):
            yield from _missing(isp, day)


def _parties(isp: Isp, book: Book, lying: list[tuple[Placed[Signature], str | None]]) -> list[_Party]:
    there = frozenset(placed.entry.organisation for placed, _ in lying)
    signed = frozenset(placed.entry.organisation for placed, why in lying if why is None)
    parties = []
    for party in isp.parties:
        members = frozenset({party.organisation} if party.organisation else book.groups.get(party.group or "", ()))
        parties.append(_Party(members, members & signed, members & there))
    return parties


def _signatures(
    isp: Isp, book: Book, lying: list[tuple[Placed[Signature], str | None]], *, lost: bool
) -> Iterator[Finding]:
    members = members_of(isp, book.groups)
    for placed, why in lying:
        organisation = placed.entry.organisation
        if organisation not in members:
            yield warn(placed.file, 1, "signature", f"{organisation} signed {isp.ref}, and is no party to it")
        elif why is not None:
            said = f"the signature of {organisation} under {isp.ref} does not hold: {why}"
            yield (fault if lost else warn)(placed.file, 1, "signature", said)


def _missing(placed: Placed[Isp], day: _Day) -> Iterator[Finding]:
    isp = placed.entry
    for place, party in enumerate(day.parties[isp.ref]):
        missing = sorted(party.members - party.lying)
        if missing:
            more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
            said = f"{isp.ref} is not signed by {', '.join(missing[:NAMED])}{more}: nothing goes out under it there"
            worse = fault if not party.lying and day.lost(isp) else warn
            yield worse(placed.file, placed.line("parties", place), "unsigned", said)
