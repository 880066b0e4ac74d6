"""Records that could not be used, and operators' hands on them: put back, or closed. Bodies stay sealed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hub.facts.act import Act
from hub.facts.errors import EXPLANATIONS, Reason
from hub.people.desk import Desk, Row

UNKNOWN = "A newer release of the hub says why: `hub deadletters show` of that one explains it."


def list_dead_letters(desk: Desk, status: str | None, limit: int) -> list[Row]:
    """Ids and states, the oldest first."""
    return desk.rows("list_dead_letters", status=status, limit=limit)


def show_dead_letter(desk: Desk, dead_letter_id: UUID) -> Row | None:
    """One dead letter, with its reason in a sentence and the length of its body."""
    found = desk.row("show_dead_letter", id=dead_letter_id)
    return found and found | {"explanation": explained(found["reason"])}


def explained(reason: str) -> str:
    """Why a record could not be used, in a sentence."""
    return EXPLANATIONS[Reason(reason)] if reason in set(Reason) else UNKNOWN


def not_replayed(desk: Desk, reason: Reason, source: str | None) -> list[UUID]:
    """Ids of those of a reason that wait, of one source or of all."""
    return [row["dead_letter_id"] for row in desk.rows("not_replayed", reason=reason, source=source)]


def replay(desk: Desk, dead_letter_ids: Sequence[UUID], act: Act) -> list[UUID]:
    """Put those that wait back on their topics, as they came, to be decided anew; which were."""
    return _end(desk, "replay_dead_letters", dead_letter_ids, "replay", act)


def close(desk: Desk, dead_letter_ids: Sequence[UUID], act: Act) -> list[UUID]:
    """Say that nothing more is to come of those that wait; which were closed."""
    return _end(desk, "close_dead_letters", dead_letter_ids, "close", act)


def _end(desk: Desk, statement: str, dead_letter_ids: Sequence[UUID], action: str, act: Act) -> list[UUID]:
    ended: list[UUID] = [row["dead_letter_id"] for row in desk.rows(statement, ids=list(dead_letter_ids), now=act.at)]
    for dead_letter_id in ended:
        desk.note("dead_letter", str(dead_letter_id), action, act)
    return ended
