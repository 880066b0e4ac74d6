"""Asking for events to be decided anew: a row for whoever holds the keys, in the transaction that found the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from hub.facts.terms import Answer, Cause
from hub.store.sqlfiles import sql

PACKAGE = "hub.routing"

Place = tuple[UUID, str]
"""An event, and one of its subjects by key."""


def wanted(
    cause: Cause,
    places: Sequence[Place],
    answer: tuple[Answer, UUID | None] | None = None,
    rules_version: str | None = None,
) -> dict[str, Any]:
    """Parameters of sql/ask_anew.sql. `answer`: what a person said of who the child is, and whom they chose.

    `rules_version`: no router under older rules than these decides it.
    """
    word, subject_id = answer or (None, None)
    return {
        "cause": cause,
        "answer": word,
        "subject_id": subject_id,
        "rules_version": rules_version,
        "events": [event_id for event_id, _ in places],
        "subjects": [subject for _, subject in places],
    }


def ask_anew(
    connection: psycopg.Connection[Any],
    cause: Cause,
    places: Sequence[Place],
    answer: tuple[Answer, UUID | None] | None = None,
) -> None:
    """Ask, in the caller's transaction; the router takes it up within a second."""
    connection.execute(sql("ask_anew", PACKAGE), wanted(cause, places, answer))
