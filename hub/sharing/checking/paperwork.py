"""An ISP's dates, and what its file should say besides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hub.sharing.writing.isps import AgreementKind, Isp
from hub.sharing.writing.reading import Placed
from hub.written.findings import Finding, note, warn

NOTICE_DAYS = (7, 30, 90)
PAPERWORK = ("title", "framework", "benefit", "dpia", "retention")


def lint_dates(placed: Placed[Isp], today: date) -> Iterator[Finding]:
    """What is near or past of a version that governs somewhere, or will."""
    isp = placed.entry
    for part, last, past in (
        (
            "expires",
            isp.expires,
            f"{isp.ref} has expired on {isp.expires}: nothing is shared under it, and a person is asked each time",
        ),
        ("review_by", isp.review_by, f"{isp.ref} is overdue for review since {isp.review_by}; it still shares"),
    ):
        if today > last:
            yield warn(placed.file, placed.line(part), "expired" if part == "expires" else "overdue", past)
            return
        left = (last - today).days
        for days in NOTICE_DAYS:
            if left <= days:
                what = "expires" if part == "expires" else "must be reviewed"
                yield note(placed.file, placed.line(part), "due", f"{isp.ref} {what} within {days} days, by {last}")
                break
    if today < isp.effective:
        yield note(
            placed.file, placed.line("effective"), "not-yet", f"{isp.ref} is not in effect before {isp.effective}"
        )
    if isp.review_by > isp.expires:
        yield warn(placed.file, placed.line("review_by"), "dates", f"{isp.ref} expires before it must be reviewed")


def lint_paperwork(placed: Placed[Isp]) -> Iterator[Finding]:
    """What its file leaves out, or says against its own kind."""
    isp = placed.entry
    lacking = [name for name in PAPERWORK if getattr(isp, name) is None]
    if lacking:
        yield note(placed.file, placed.line(), "paperwork", f"{isp.ref} does not say its {', '.join(lacking)}")
    for place, party in enumerate(isp.parties):
        if party.coordinator is None:
            who = party.organisation or party.group
            yield note(
                placed.file, placed.line("parties", place), "paperwork", f"{isp.ref} names no coordinator of {who}"
            )
    for place, prohibition in enumerate(isp.prohibitions):
        if prohibition.bar is not None and prohibition.turn_to is None:
            yield warn(
                placed.file,
                placed.line("prohibitions", place),
                "turn-to",
                "this bars a recipient without saying where to turn instead",
            )
    yield from _direction(placed)


def _direction(placed: Placed[Isp]) -> Iterator[Finding]:
    isp = placed.entry
    ways = {(kind, clause.to.kind) for clause in isp.clauses for kind in clause.from_.kind}
    if isp.kind is AgreementKind.DDA and any((there, here) in ways and here != there for here, there in ways):
        yield warn(
            placed.file, placed.line("kind"), "direction", f"{isp.ref} is a one-way DDA, but shares in both directions"
        )
