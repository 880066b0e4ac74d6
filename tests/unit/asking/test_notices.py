"""Word without content: ids, a reason and where to look, under an id that follows from what it is about."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from hub.asking.notices import NewDelivery, When, notice
from hub.facts.model import DeliveryKey, Recipient
from hub.facts.terms import Purpose, Role, Tier
from hub.redaction.disclosure import TYPES
from tests.builders import SATURDAY_NIGHT

NAMESPACE = UUID("5b0c3a4e-6f64-5a57-9a3e-0d5f6d1c7e21")
EVENT = UUID("00000000-0000-7000-8000-00000000000e")
CONTROL_ROOM = Recipient("police.caledon", Role.DUTY_OFFICER)
WITHIN_THE_HOUR = When(Tier.URGENT, SATURDAY_NIGHT, SATURDAY_NIGHT + timedelta(hours=1))


@pytest.mark.parametrize("purpose", [Purpose.NOTIFY, Purpose.RECALL, Purpose.CORRECT])
def test_a_notice_says_its_reason_and_ids_alone(purpose: Purpose):
    key = DeliveryKey(EVENT, "1", CONTROL_ROOM, purpose)
    made = notice(key, "not_found", {"event_id": str(EVENT)}, WITHIN_THE_HOUR)
    assert made.body is not None
    assert json.loads(made.body)["data"] == {
        "delivery_id": str(key.delivery_id),
        "role": "duty_officer",
        "reason": "not_found",
        "event_id": str(EVENT),
    }
    assert made.row().status == "pending"


def test_each_further_notice_to_a_desk_about_a_child_has_an_id_of_its_own_as_earlier_releases_made_it():
    keys = [DeliveryKey(EVENT, "1", CONTROL_ROOM, Purpose.NOTIFY, number) for number in (1, 2)]
    assert [notice(key, "not_found", {}, WITHIN_THE_HOUR).row().delivery_id for key in keys] == [
        uuid5(NAMESPACE, f"{EVENT}|1|police.caledon/duty_officer|notify|1"),
        uuid5(NAMESPACE, f"{EVENT}|1|police.caledon/duty_officer|notify|2"),
    ]


def test_what_there_is_no_key_to_seal_to_is_held_from_the_start():
    made = NewDelivery(DeliveryKey(EVENT, "1", CONTROL_ROOM), Tier.URGENT, SATURDAY_NIGHT, SATURDAY_NIGHT, None)
    assert (made.row().status, made.row().reason, made.row().body) == ("held", "no_recipient_key", None)


def test_every_purpose_has_a_cloudevents_type():
    assert set(TYPES) == set(Purpose)
