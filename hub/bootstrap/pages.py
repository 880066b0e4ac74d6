"""What the console's pages are made of."""

from __future__ import annotations

from hub.bootstrap.entering import make_ways
from hub.bootstrap.parts import Parts
from hub.console.pages.frame.front import Front
from hub.people.office import make_office
from hub.people.raising.handing import Raising
from hub.people.recipients import Recipients


def make_front(parts: Parts, recipients: Recipients, raising: Raising | None = None) -> Front:
    """Over a process's parts; its desks open with the console."""
    return Front(
        make_office(parts.database_url, parts.evidence),
        recipients,
        parts.rules,
        parts.signed,
        parts.keys,
        parts.clock,
        parts.settings.public_url.rstrip("/"),
        parts.reviewing,
        parts.clerk,
        parts.texts,
        make_ways(parts),
        raising,
    )
