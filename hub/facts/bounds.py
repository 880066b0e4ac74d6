"""The bounds that the facts of a concern lie within: one list for the adapter's door and for the hub's.

What an adapter accepts, its agency believes to be on its way. So an adapter refuses whatever the hub would refuse, by
this very list; and the hub is wider where a concern may change on the way, by growing old.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hub.facts.model import Concern, Identity
from hub.facts.terms import Caveat, EventKind, Flag

RAISED_WITHIN = timedelta(days=3_653)
"""A concern raised more than ten years before it came is a mistake in its date."""
ON_THE_WAY = timedelta(days=400)
"""For as long a concern may lie in a spool and on Kafka, and be replayed, before the hub holds its age against it."""
AHEAD = timedelta(days=1)
"""By so much a clock may be ahead: a notice last modified later than that would outrank every later one of its case."""

MAX_SUBJECTS = 50
MAX_PEOPLE = 200
MAX_PARTS = 1_000
MAX_RECORD = 2_097_152
"""Bytes of a record that the hub reads, and of a batch that its topics take."""
MAX_SEALED = MAX_RECORD - 16_384
"""Bytes of an event that an adapter sends: Kafka counts the key, the headers and its own frame too."""
MAX_WORD = 100
"""Letters of a word of the source's own, such as a role that is on no list."""
MAX_ORIGINAL = 1_000_000
"""Bytes of an attached original; a larger one is left out by its format, and said to be."""
SUBJECT_KEY = re.compile(r"[A-Za-z0-9_-]{1,16}")
"""A subject's key lies in clear beside decisions: an adapter makes it, and it says nothing of the child."""
LAST_VERSION = 1_000_000_000
"""A sequence beyond it is a time in milliseconds: the hub's oldest such time is far later than any version."""
MODIFIED = "last_modified: must be a time of the last ten years, and not in the future."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def modified_out_of_bounds(modified: datetime, received_at: datetime) -> bool:
    """Whether a time of last modification is a mistake, such as 1970 for none.

    It orders the notices of a case: all those that say 1970 would be one notice to us, and its updates repeats of it.
    """
    return not received_at - RAISED_WITHIN <= modified <= received_at + AHEAD


def too_old_for_the_hub(raised_at: datetime, came_at: datetime) -> bool:
    """Whether the hub refuses a concern by its date; `came_at` is the broker's time."""
    return raised_at < came_at - RAISED_WITHIN - ON_THE_WAY


def out_of_bounds(concern: Concern, received_at: datetime) -> tuple[str, ...]:
    """What an adapter refuses of a concern, a sentence each that begins with the field; none where all is well."""
    return tuple(_faults(concern, received_at))


def _faults(concern: Concern, received_at: datetime) -> Iterator[str]:
    if abs(concern.raised_at - received_at) > RAISED_WITHIN:
        yield "raised_at: lies more than ten years from now, which is a mistake in the date."
    if not 0 <= concern.sequence <= LAST_VERSION:
        modified = _EPOCH + timedelta(milliseconds=max(0, concern.sequence))
        if modified_out_of_bounds(modified, received_at):
            yield MODIFIED
    if any(len(part.value["content"]) > MAX_ORIGINAL for part in concern.content if part.item == "concern.document"):
        yield f"document: is larger than {MAX_ORIGINAL:,} bytes: leave it out."
    if (concern.delete_by is not None) != (Caveat.DELETE_BY in concern.caveats):
        yield "delete_by: is the day of the caveat of that name: both are given, or neither."
    yield from _faults_of_children(concern)
    if len(concern.people or ()) > MAX_PEOPLE:
        yield f"people: holds too many entries: at most {MAX_PEOPLE}."
    for number, person in enumerate(concern.people or ()):
        if len(person.holds_other or "") > MAX_WORD:
            yield f"people[{number}].link.role: is too long: at most {MAX_WORD} characters."
    if 2 + len(concern.subjects) + len(concern.people or ()) + len(concern.content) > MAX_PARTS:
        yield "notice: says too many things apart: send it as several."


def _faults_of_children(concern: Concern) -> Iterator[str]:
    if len(concern.subjects) > MAX_SUBJECTS:
        yield f"children: holds too many entries: at most {MAX_SUBJECTS}."
    if not concern.subjects and concern.kind in {EventKind.RAISED, EventKind.UPDATED}:
        yield "children: holds too few entries: at least 1."
    for number, subject in enumerate(concern.subjects):
        if Flag.UNBORN in (subject.flags or ()) and subject.identity != Identity():
            yield f"children[{number}]: is unborn, and so has no name, date of birth, number or home of its own."
    keys = [subject.key for subject in concern.subjects]
    if len(set(keys)) < len(keys) or not all(map(SUBJECT_KEY.fullmatch, keys)):
        yield "children: cannot be told apart by their keys: report it to whoever made the adapter."
