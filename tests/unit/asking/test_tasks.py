"""A person is asked once for one question, and whoever is asked can be reached."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from hub.asking.desks import HUB_DESK, About, Desks
from hub.asking.tasks import EXPLANATIONS, asked, ids_of_delivery, of_anew, of_child, of_delivery
from hub.facts.model import Recipient
from hub.facts.terms import OrganisationKind, Purpose, Question, Role, Tier, Unsent
from hub.sharing import RuleSet
from hub.sharing.writing.organisations import DutyDesk
from hub.sharing.writing.tiers import DEFAULT_TIERS
from tests.unit.delivery.world import ACADEMY, DESK, DSL, POLICE, PRIMARY, SATURDAY_NIGHT, an_organisation

NAMESPACE = UUID("5b0c3a4e-6f64-5a57-9a3e-0d5f6d1c7e21")
EVENT = UUID("00000000-0000-7000-8000-00000000000e")
DELIVERY = UUID("00000000-0000-5000-8000-00000000000d")
FRONT_DOOR = DutyDesk(organisation=DESK, role=Role.FRONT_DOOR)
DESKS = Desks(
    RuleSet(
        "v",
        {
            PRIMARY: an_organisation(PRIMARY, desk=FRONT_DOOR),
            ACADEMY: an_organisation(ACADEMY),
            DESK: an_organisation(DESK, kind=OrganisationKind.LOCAL_AUTHORITY),
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
        },
        DEFAULT_TIERS,
    )
)
CASE = asked(EVENT, POLICE, Tier.URGENT, SATURDAY_NIGHT, DESKS)


def a_delivery(recipient: str = PRIMARY, source: str = POLICE, purpose: Purpose = Purpose.DISCLOSE) -> About:
    return About(DELIVERY, EVENT, "1", Recipient(recipient, DSL), purpose, Tier.URGENT, source)


@pytest.mark.parametrize(
    ("recipient", "source", "purpose", "expected"),
    [
        (PRIMARY, POLICE, Purpose.DISCLOSE, (DESK, "front_door")),
        (DESK, POLICE, Purpose.DISCLOSE, (POLICE, "duty_officer")),
        (ACADEMY, POLICE, Purpose.RECALL, (POLICE, "duty_officer")),
        (POLICE, POLICE, Purpose.DISCLOSE, ("hub", "operator")),
        (PRIMARY, POLICE, Purpose.NOTIFY, ("hub", "operator")),
    ],
)
def test_a_desk_that_can_be_reached_answers_for_a_delivery_that_cannot(
    recipient: str, source: str, purpose: Purpose, expected: tuple[str, str]
):
    task = of_delivery(a_delivery(recipient, source, purpose), None, SATURDAY_NIGHT, DESKS)
    assert (task.owner, task.owner_role) == expected


def test_a_question_about_a_child_lies_on_the_source_s_own_desk_with_the_tier_s_time():
    task = of_child(CASE, "1", Question.MATCH, ["Twins."], 1)
    assert (task.owner, task.owner_role, task.status) == (POLICE, "duty_officer", "open")
    assert task.due_by - task.opened_at == timedelta(hours=4)


def test_what_cannot_be_decided_anew_is_the_hub_operators_own():
    task = of_anew(CASE, "1", "it went in circles", 7)
    assert (task.owner, task.owner_role) == HUB_DESK == ("hub", "operator")
    assert task.why == ["This event cannot be decided anew by the hub: it went in circles."]


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (None, "delivery"),
        (Unsent.ENDPOINT_REFUSED, "delivery"),
        (Unsent.ISP_NOT_IN_FORCE, "recheck"),
        (Unsent.NO_RECIPIENT_KEY, "recheck"),
    ],
)
def test_a_question_about_a_delivery_says_whether_deciding_anew_answers_it(reason: Unsent | None, cause: str):
    task = of_delivery(a_delivery(), reason, SATURDAY_NIGHT, DESKS)
    assert (task.cause, task.delivery_id) == (cause, DELIVERY)
    assert task.task_id in ids_of_delivery(DELIVERY)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (of_child(CASE, "1", Question.MATCH, [], 1), f"review|{EVENT}|1|match||1"),
        (of_child(CASE, "2", Question.SHARING, [], 3), f"review|{EVENT}|2|sharing||3"),
        (
            of_child(CASE, "1", Question.DELIVERY, [], 1, DELIVERY),
            f"review|{EVENT}|1|delivery|{DELIVERY}|1",
        ),
        (of_anew(CASE, "1", "why", 7), f"review|{EVENT}|anew|7"),
        (of_delivery(a_delivery(), None, SATURDAY_NIGHT, DESKS), f"review|{DELIVERY}|delivery"),
        (
            of_delivery(a_delivery(), Unsent.REGISTRATION_ENDED, SATURDAY_NIGHT, DESKS),
            f"review|{DELIVERY}|recheck",
        ),
    ],
)
def test_a_question_keeps_the_id_under_which_earlier_releases_asked_it(task, name: str):
    assert task.task_id == uuid5(NAMESPACE, name)


def test_every_reason_for_not_sending_has_its_sentence():
    assert set(EXPLANATIONS) == set(Unsent)
