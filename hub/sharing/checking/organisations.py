"""Organisations that cannot be reached, that nothing can be sealed to, or that are never found."""

from __future__ import annotations

from collections.abc import Iterator

from hub.facts.terms import OrganisationKind, Role
from hub.facts.webhook_address import Networks, unfit_in_rules
from hub.sharing.deciding.agreements import words
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.reading import Book, Placed
from hub.written.findings import Finding, fault, note, warn


def lint_organisation(placed: Placed[Organisation], rules: RuleSet, networks: Networks) -> Iterator[Finding]:
    """What keeps concerns from it, or keeps it from being asked."""
    yield from _channels(placed, networks)
    yield from _keys(placed)
    one, line = placed.entry, placed.line("id")
    desk = one.duty_desk
    there = rules.organisations.get(desk.organisation) if desk is not None else None
    if desk is None:
        yield warn(placed.file, line, "duty-desk", f"{one.id} names no duty desk")
    elif there is not None and there.is_vacant(desk.role):
        nobody = f"the duty desk of {one.id} is the {words(desk.role)} of {there.id}, a role that nobody holds"
        yield warn(placed.file, placed.line("duty_desk"), "vacant", nobody)
    if one.coordinator is None:
        yield note(placed.file, line, "paperwork", f"{one.id} names no coordinator")
    if OrganisationKind.LOCAL_AUTHORITY in one.kinds and not one.area:
        yield warn(placed.file, line, "area", f"{one.id} serves no postcode district, so its front door is never found")


def _channels(placed: Placed[Organisation], networks: Networks) -> Iterator[Finding]:
    one = placed.entry
    kinds = {channel.kind for channel in one.channels}
    if not kinds - {"notify"}:
        yield warn(placed.file, placed.line("id"), "channels", f"{one.id} has no channel, so nothing can reach it")
    elif kinds <= {"mesh", "notify"}:
        slow = f"{one.id} can be reached by MESH only, which is too slow for an immediate concern"
        yield warn(placed.file, placed.line("channels"), "channels", slow)
    for place, channel in enumerate(one.channels):
        wrong = unfit_in_rules(channel.webhook.url, networks) if channel.webhook else None
        if wrong is not None:
            line = placed.line("channels", place, "webhook", "url")
            yield fault(placed.file, line, "webhook-address", f"channels[{place + 1}].webhook.url {wrong}")


def _keys(placed: Placed[Organisation]) -> Iterator[Finding]:
    one, keys = placed.entry, placed.entry.keys
    line = placed.line("keys") if "keys" in one.model_fields_set else placed.line("id")
    if keys.receive is None and keys.inbox is None:
        yield warn(placed.file, line, "keys", f"{one.id} has no key, so nothing can be sealed to it")
        return
    own = sorted(channel.kind for channel in one.channels if channel.kind in {"webhook", "mesh", "kafka"})
    if own and keys.receive is None:
        yield warn(placed.file, line, "keys", f"{one.id} has a {own[0]} channel, and no key to receive with")
    if any(channel.inbox for channel in one.channels) and keys.inbox is None:
        yield warn(placed.file, line, "keys", f"{one.id} has an inbox, and no key that it is opened with")


def lint_areas(book: Book, rules: RuleSet) -> Iterator[Finding]:
    """Districts whose front door is ambiguous."""
    for (kind, district), serving in sorted(rules.areas.items()):
        if kind is not OrganisationKind.LOCAL_AUTHORITY or len(serving) == 1:
            continue
        doors = [one.id for one in serving if one.holders.get(Role.FRONT_DOOR)]
        if len(doors) != 1:
            first = book.organisations[serving[0].id]
            yield warn(
                first.file,
                first.line("area"),
                "area",
                f"{district} is served by {len(serving)} local authorities, of "
                f"which {len(doors)} hold a front door: a person will be asked which one answers",
            )
