"""Names that point at something which must exist in this set.

What makes decisions unsound (a party that is nobody) blocks the set; what leaves them sound is an error of the check.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.facts.terms import OrganisationKind
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.reading import Book, Placed
from hub.sharing.writing.rules import Rule
from hub.sharing.writing.scenarios import Scenario
from hub.sharing.writing.when import When
from hub.written.document import Step
from hub.written.findings import Finding, fault, refuse, warn
from hub.written.vocabulary import nearest


def check_references(book: Book) -> Iterator[Finding]:
    """Every name of a set that points nowhere."""
    for organisation in book.organisations.values():
        yield from _organisation(organisation, book)
    yield from _groups(book)
    for isp in book.isps.values():
        yield from _isp(isp, book)
    for rule in book.rules.values():
        yield from _rule(rule, book)
    for scenario in book.scenarios:
        yield from _scenario(scenario, book)


def _is_known(name: str, book: Book) -> bool:
    return name in book.organisations or name in book.unread


def _unknown(name: str, book: Book) -> str:
    return f"there is no organisation {name} in this set{nearest(name, book.organisations)}"


def _organisation(placed: Placed[Organisation], book: Book) -> Iterator[Finding]:
    entry = placed.entry
    if entry.authority is not None:
        authority = book.organisations.get(entry.authority)
        if authority is None and entry.authority not in book.unread:
            yield fault(placed.file, placed.line("authority"), "reference", _unknown(entry.authority, book))
        elif authority and OrganisationKind.LOCAL_AUTHORITY not in authority.entry.kinds:
            yield fault(placed.file, placed.line("authority"), "reference", f"{entry.authority} is no local authority")
    if entry.duty_desk is not None and not _is_known(entry.duty_desk.organisation, book):
        yield fault(
            placed.file,
            placed.line("duty_desk", "organisation"),
            "reference",
            _unknown(entry.duty_desk.organisation, book),
        )
    if entry.calendar is not None and entry.calendar not in book.calendars:
        yield warn(
            placed.file,
            placed.line("calendar"),
            "calendar",
            f"there is no calendars/{entry.calendar}.yaml, so weekdays that are no bank holidays count as school "
            "days, with the bell at 08:45",
        )


def _groups(book: Book) -> Iterator[Finding]:
    document = book.groups_document
    if document is None:
        return
    for group, members in book.groups.items():
        if group in book.organisations:
            yield fault(
                document.file,
                document.line((group,)),
                "duplicate",
                f"the group {group} has the name of an organisation",
            )
        if not members:
            yield warn(document.file, document.line((group,)), "empty-group", f"the group {group} has no members")
        listed = document.data[group] if isinstance(document.data, dict) else []
        for place, member in enumerate(listed if isinstance(listed, list) else []):
            if not _is_known(str(member), book):
                yield fault(document.file, document.line((group, place)), "reference", _unknown(str(member), book))


def _isp(placed: Placed[Isp], book: Book) -> Iterator[Finding]:
    entry = placed.entry
    for place, party in enumerate(entry.parties):
        if party.organisation is not None and not _is_known(party.organisation, book):
            yield refuse(
                placed.file,
                placed.line("parties", place, "organisation"),
                "reference",
                _unknown(party.organisation, book),
            )
        if party.group is not None and party.group not in book.groups:
            yield refuse(
                placed.file,
                placed.line("parties", place, "group"),
                "reference",
                f"there is no group {party.group} in groups.yaml{nearest(party.group, book.groups)}",
            )
    for place, clause in enumerate(entry.clauses):
        yield from _when(clause.when, placed, ("clauses", place, "when"), book)
    for place, prohibition in enumerate(entry.prohibitions):
        yield from _when(prohibition.when, placed, ("prohibitions", place, "when"), book)
        part = "bar" if prohibition.bar else "to"
        for name in (prohibition.bar or prohibition.to).organisation or ():
            if not _is_known(name, book):
                yield refuse(
                    placed.file,
                    placed.line("prohibitions", place, part, "organisation"),
                    "reference",
                    _unknown(name, book),
                )


def _rule(placed: Placed[Rule], book: Book) -> Iterator[Finding]:
    yield from _when(placed.entry.when, placed, ("when",), book)
    for place, tell in enumerate(placed.entry.tell):
        if tell.if_ is not None:
            yield from _when(tell.if_, placed, ("tell", place, "if"), book)


def _when(when: When, placed: Placed[Isp] | Placed[Rule], path: tuple[Step, ...], book: Book) -> Iterator[Finding]:
    for name in sorted(when.source or ()):
        if not _is_known(name, book):
            yield refuse(placed.file, placed.line(*path, "source"), "reference", _unknown(name, book))


def _scenario(placed: Placed[Scenario], book: Book) -> Iterator[Finding]:
    entry = placed.entry
    if not _is_known(entry.given.source, book):
        yield fault(placed.file, placed.line("given", "source"), "reference", _unknown(entry.given.source, book))
    for place, expected in enumerate(entry.expect):
        if not _is_known(expected.tell, book):
            yield fault(placed.file, placed.line("expect", place, "tell"), "reference", _unknown(expected.tell, book))
        if expected.rule not in {None, "duty-desk", *book.rules}:
            yield fault(
                placed.file,
                placed.line("expect", place, "rule"),
                "reference",
                f"there is no rule {expected.rule} in this set",
            )
