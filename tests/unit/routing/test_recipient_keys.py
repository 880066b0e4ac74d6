"""To which keys a disclosure may be sealed: the recipient's own alone, whatever its file names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.facts.model import Recipient
from hub.facts.terms import Role
from hub.sharing.writing.organisations import Keys
from tests.town import ACADEMY, PRIMARY, Town

RECEIVE, INBOX, OTHER = f"{PRIMARY}.receive.1", f"{PRIMARY}.inbox.1", f"{ACADEMY}.receive.1"


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        (Keys(receive=RECEIVE, inbox=INBOX), [RECEIVE, INBOX]),
        (Keys(receive=OTHER, inbox=INBOX), [INBOX]),
        (Keys(receive=f"{PRIMARY}.sign.1", inbox=INBOX), [INBOX]),
        (Keys(receive=INBOX, inbox=RECEIVE), []),
        (Keys(receive="hub.matching.1", inbox=None), []),
        (Keys(receive=f"{PRIMARY}.receive.9"), []),
    ],
    ids=["its own", "another organisation's", "of another use", "the two mixed up", "the hub's", "one nobody has"],
)
def test_only_a_key_of_the_recipient_s_own_and_for_that_use_is_sealed_to(
    town: Town, named: Keys, kept: list[str]
) -> None:
    rules = town.parts.rules
    school = rules.organisations[PRIMARY].model_copy(update={"keys": named})
    context = replace(town.parts.context, rules=replace(rules, organisations={**rules.organisations, PRIMARY: school}))
    found = context.recipient_keys(Recipient(PRIMARY, Role.DESIGNATED_SAFEGUARDING_LEAD))
    assert [key_id for key_id, _ in found] == kept
