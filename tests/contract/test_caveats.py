"""How a source wants what it tells to be handled: said with all of it, and open until somebody acknowledges it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from hub.cli import cli
from hub.facts.model import Concern
from hub.facts.terms import Caveat, EventKind
from tests.builders import FINLAY, ISLA, ConcernBuilder, a_concern
from tests.town import PRIMARY, Town

KEEP = frozenset({Caveat.DO_NOT_RAISE_WITH_PARENTS, Caveat.DELETE_BY})
TO_THE_SCHOOL = f"{PRIMARY} (designated_safeguarding_lead)"
HANDLING = [
    {
        "code": "do_not_raise_with_parents",
        "sentence": "Do not raise this with the child's parents or carers.",
    },
    {"code": "delete_by", "sentence": "Delete this by 6 March 2027."},
]


def with_caveats(concern: Concern) -> Concern:
    return replace(concern, caveats=KEEP, delete_by=date(2027, 3, 6))


def test_a_disclosure_says_how_it_is_to_be_handled(town: Town) -> None:
    concern = with_caveats(a_concern().about(ISLA).saying("concern.summary", "Hid on the stairs.").made())
    town.send(concern)
    assert town.read(concern, PRIMARY)["handling"] == HANDLING


def test_a_disclosure_without_caveats_is_as_it_always_was(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    assert "handling" not in town.read(concern, PRIMARY)


def test_a_correction_says_it_too(town: Town) -> None:
    town.send(a_concern().about(ISLA).made())
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    update = a_concern(kind=EventKind.UPDATED, sequence=2).about(FINLAY).made()
    town.send(with_caveats(update))
    [(body, caveats)] = town.query("select body, caveats from delivery where purpose = 'correct'")
    assert json.loads(body)["data"]["handling"] == HANDLING
    assert caveats == ["delete_by", "do_not_raise_with_parents"]


@pytest.mark.parametrize(
    ("taken_back", "purpose"),
    [
        (a_concern(kind=EventKind.UPDATED, sequence=2).about(FINLAY), "correct"),
        (a_concern(kind=EventKind.RETRACTED, sequence=2), "recall"),
    ],
)
def test_what_takes_back_a_disclosure_with_caveats_says_how_that_was_to_be_handled(
    taken_back: ConcernBuilder, purpose: str, town: Town
) -> None:
    town.send(with_caveats(a_concern().about(ISLA).made()))
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    town.send(taken_back.but().made())
    [(body, caveats)] = town.query("select body, caveats from delivery where purpose = %s", purpose)
    assert json.loads(body)["data"]["handling"] == HANDLING[:1]
    assert caveats == ["do_not_raise_with_parents"]


def run(town: Town, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    for name, value in (("DATABASE_URL", town.settings.database_url), ("HOME", town.settings.home)):
        monkeypatch.setenv(f"HUB_{name}", str(value))
    result = CliRunner().invoke(cli, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


def why(town: Town, thing: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(town, monkeypatch, "why", thing, "--json"))
    return found


def opened(town: Town) -> tuple[UUID, UUID]:
    """(an event with caveats, its one delivery), which somebody at the school opened."""
    concern = with_caveats(a_concern().about(ISLA).made())
    town.send(concern)
    [(delivery_id,)] = town.query("select delivery_id from delivery")
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    town.change(
        "insert into receipt (delivery_id, layer, at, received_at) select %s, layer, now(), now()"
        " from unnest(array[1, 4]) as layer",
        delivery_id,
    )
    return concern.event_id, delivery_id


def acknowledge(town: Town, delivery_id: UUID, *codes: Caveat) -> None:
    for code in codes:
        town.change("insert into acknowledgement values (%s, %s, now(), 'hub.evidence.1', '')", delivery_id, code)


def test_caveats_that_nobody_acknowledged_are_told_of_though_somebody_acted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id, delivery_id = opened(town)
    acknowledge(town, delivery_id, Caveat.DELETE_BY)
    standing = why(town, delivery_id, monkeypatch)
    assert (standing["state"], standing["waits_for"]) == ("accepted", TO_THE_SCHOOL)
    unsaid = "nobody there has acknowledged how to handle it: do_not_raise_with_parents."
    assert standing["sentence"] == f"{TO_THE_SCHOOL} has it (acted), and {unsaid}"
    assert why(town, event_id, monkeypatch)["waits_for"] == TO_THE_SCHOOL
    [delivery] = town.story(event_id)["deliveries"]
    assert delivery["caveats"] == ["delete_by", "do_not_raise_with_parents"]
    assert delivery["unacknowledged"] == ["do_not_raise_with_parents"]
    shown = run(town, monkeypatch, "concern", "show", event_id)
    assert "handling not acknowledged: do not raise with parents" in " ".join(shown.split())


def test_once_all_are_acknowledged_nothing_is_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    event_id, delivery_id = opened(town)
    acknowledge(town, delivery_id, *KEEP)
    assert why(town, delivery_id, monkeypatch)["waits_for"] is None
    assert town.story(event_id)["deliveries"][0]["unacknowledged"] == []
