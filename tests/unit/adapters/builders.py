"""Notices, agencies and bridges to test with. Every name, number and place is invented or of a test range."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.bridge.answers import Answer, Door, Taken
from adapters.bridge.formats import Faults, NativeFormat, Raised, Wrong
from adapters.bridge.intake import Intake
from adapters.bridge.spool.store import Limits, Spool
from adapters.bridge.wiring import source_keys
from adapters.police import FORMAT
from hub.facts.model import Concern
from hub.facts.shipped import shipped
from hub.keys.setup import hub_keys, organisation_keys
from hub.settings import Settings
from hub.wire.schemas import load_schemas

CALEDON = "police.caledon"
SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 15, tzinfo=UTC)
MONDAY_EVENING = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)
"""When the last of the examples was sent."""
EXAMPLES = Path(__file__).parents[3] / "adapters" / "police" / "examples"
SCHEMAS = load_schemas(shipped("schemas"))

A_CHILD = {"given_names": "Maisie", "family_name": "Thornbeck", "date_of_birth": "2017-11-02", "postcode": "ZG1 4AB"}
A_NOTICE = {
    "notice_type": "raise",
    "notice_reference": "CAL-1",
    "version": 1,
    "raised_at": "2026-03-07T23:10:00+00:00",
    "category": "domestic_abuse",
    "risk": "some",
    "officer": {"role": "response officer"},
    "children": [A_CHILD],
}


def a_notice(**changes: Any) -> dict[str, Any]:
    """A notice with the least there must be; a change of None takes the field away."""
    return {name: value for name, value in (deepcopy(A_NOTICE) | changes).items() if value is not None}


def a_child(**changes: Any) -> dict[str, Any]:
    return A_CHILD | changes


def raw(notice: Any) -> bytes:
    return notice if isinstance(notice, bytes) else json.dumps(notice, ensure_ascii=False).encode()


def ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in itertools.count(1))


def translated(notice: Any, *, received_at: datetime = SATURDAY_NIGHT) -> Concern | Faults:
    (read,) = FORMAT.translate(raw(notice), source=CALEDON, received_at=received_at, new_id=ids().__next__)
    match read:
        case Raised(concern):
            return concern
        case Wrong(faults):
            return faults


def taken(intake: Intake, notice: Any, door: Door = Door.HTTP) -> Taken:
    """What becomes of a record of one concern."""
    (answer,) = intake.take(raw(notice), door)
    assert (answer.where, answer.left_out) == ("", ())
    return answer.taken


def answered(answer: Any) -> tuple[Answer, ...]:
    """As an intake answers: `answer` is what became of the one concern, or every answer, or is raised."""
    if isinstance(answer, Exception):
        raise answer
    return answer if isinstance(answer, tuple) else (Answer(answer),)


def the_concern(notice: Any) -> Concern:
    found = translated(notice, received_at=MONDAY_EVENING)
    assert isinstance(found, Concern), found
    return found


def the_faults(notice: Any) -> Faults:
    found = translated(notice)
    assert isinstance(found, tuple), "it was accepted"
    return found


def an_agency(home: Path, *, source: str = CALEDON, kafka: str = "127.0.0.1:9") -> Settings:
    """Settings of a home in which the hub and one agency have their keys."""
    settings = Settings(home=home, kafka_bootstrap=kafka)
    hub_keys(settings.keys, settings.suite)
    organisation_keys(source, settings.agency_keys(source), settings.keys)
    return settings


@contextmanager
def an_intake(
    settings: Settings,
    limits: Limits | None = None,
    reads: Callable[[], Mapping[str, int]] = dict,
    native: NativeFormat = FORMAT,
) -> Iterator[tuple[Intake, Spool]]:
    """The way in for police.caledon, with a spool of its own."""
    keys = source_keys(settings, CALEDON)
    spool = Spool(settings.spool(CALEDON), limits)
    numbers = ids()
    try:
        yield (
            Intake(
                CALEDON,
                native,
                spool,
                SCHEMAS,
                lambda: keys,
                now=lambda: SATURDAY_NIGHT,
                new_id=numbers.__next__,
                reads=reads,
            ),
            spool,
        )
    finally:
        spool.close()
