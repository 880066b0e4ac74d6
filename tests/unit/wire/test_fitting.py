"""What a hub of an older release is sent of newer facts: nothing goes missing in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.facts.errors import BadRecord, Reason
from hub.facts.items import ITEMS
from hub.facts.model import Concern, Identity, Person
from hub.facts.shipped import shipped
from hub.facts.terms import Caveat, Flag, PersonRole
from hub.wire.fitting import Fitted, fit
from hub.wire.schemas import Schemas, load_schemas
from hub.wire.sealed import check, open_part, seal
from hub.wire.source_facts import SourceFacts, parse_facts
from tests.builders import ISLA, ConcernBuilder, a_concern
from tests.keyring import Keyring

SCHEMAS = load_schemas(shipped("schemas"))
OLDER = SCHEMAS.as_read_by({"Content": 1, "Facts": 2})
CARETAKER = Person(
    PersonRole.ALLEGED_PERPETRATOR, link_known=True, linked_to="school.glenmore-primary", holds_other="caretaker"
)


def of_isla(**changes: Any) -> ConcernBuilder:
    return a_concern(**changes).about(ISLA).saying("child.voice", "I hid.").saying("child.telephone", ["07700 900341"])


def with_caveats(concern: Concern) -> Concern:
    return replace(concern, caveats=frozenset(Caveat), delete_by=date(2027, 3, 6))


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.made(tmp_path_factory.mktemp("keys"), "police.caledon")


def read(concern: Concern, keyring: Keyring, written_under: Schemas = SCHEMAS) -> SourceFacts:
    key, value = seal(concern, written_under, keyring.source("police.caledon"))
    event = check(value, key, SCHEMAS, keyring.hub.public)
    return parse_facts(open_part(event, 0, "Facts", SCHEMAS, keyring.hub.unseal), event, ITEMS)


def test_a_hub_of_this_release_is_sent_all_of_it() -> None:
    concern = with_caveats(of_isla(people=(CARETAKER,)).about(Identity(), flags=frozenset({Flag.UNBORN})).made())
    assert fit(concern, SCHEMAS) == Fitted(concern)


def test_an_item_that_an_older_hub_does_not_read_is_left_out_and_named() -> None:
    concern = of_isla().made()
    fitted = fit(concern, OLDER)
    assert fitted == Fitted(
        replace(concern, content=concern.content[:1]),
        ("child.telephone: is left out, for the hub does not read it yet.",),
    )


def test_a_role_outside_the_list_is_left_out_for_an_older_hub_and_the_link_stands(keyring: Keyring) -> None:
    concern = a_concern(people=(CARETAKER,)).about(ISLA).made()
    fitted = fit(concern, OLDER)
    assert isinstance(fitted, Fitted)
    assert fitted.left_out == ("people[0].link.role: is left out, for the hub does not read it yet; the link stands.",)
    people = read(fitted.concern, keyring, OLDER).people
    assert people is not None
    assert (people[0].linked_to, people[0].holds, people[0].holds_other) == ("school.glenmore-primary", None, None)


def test_caveats_are_refused_to_a_hub_that_cannot_hand_them_on() -> None:
    faults = fit(with_caveats(of_isla().made()), OLDER)
    assert faults == (
        "caveats: cannot travel, for the hub does not read it yet: tell by telephone, and ask the hub to be upgraded.",
    )


def test_an_unborn_child_is_refused_to_a_hub_that_would_take_it_for_a_born_one() -> None:
    faults = fit(of_isla().about(Identity(), flags=frozenset({Flag.UNBORN})).made(), OLDER)
    assert faults == (
        "children[1]: is unborn, and the hub does not read it yet: tell by telephone, and ask the hub to be upgraded.",
    )


def test_what_was_not_fitted_is_not_sealed(keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="do not hold all"):
        seal(of_isla().made(), OLDER, keyring.source("police.caledon"))


def test_caveats_an_unborn_child_and_a_role_outside_the_list_are_read_as_they_were_said(keyring: Keyring) -> None:
    unborn = frozenset({Flag.UNBORN, Flag.CHILD_PROTECTION_PLAN})
    facts = read(with_caveats(a_concern(people=(CARETAKER,)).about(Identity(), flags=unborn).made()), keyring)
    assert facts.subjects[0].flags == unborn
    assert facts.people is not None
    assert (facts.people[0].holds, facts.people[0].holds_other) == (None, "caretaker")
    assert (facts.caveats, facts.delete_by) == (frozenset(Caveat), date(2027, 3, 6))


@pytest.mark.parametrize("flags", [None, frozenset(), frozenset({Flag.NURSERY})])
def test_flags_that_are_unknown_none_or_some_stay_so(flags: frozenset[Flag] | None, keyring: Keyring) -> None:
    assert read(a_concern().about(ISLA, flags=flags).made(), keyring).subjects[0].flags == flags


def test_an_event_that_an_older_adapter_wrote_has_no_caveats(keyring: Keyring) -> None:
    facts = read(a_concern().about(ISLA).made(), keyring, OLDER)
    assert (facts.caveats, facts.delete_by) == (frozenset(), None)


@pytest.mark.parametrize(
    "changes",
    [{"delete_by": date(2027, 3, 6)}, {"caveats": frozenset({Caveat.DELETE_BY})}],
    ids=["a day without its caveat", "the caveat without its day"],
)
def test_a_day_of_deletion_and_its_caveat_go_together(changes: dict[str, Any], keyring: Keyring) -> None:
    with pytest.raises(BadRecord) as caught:
        read(replace(a_concern().about(ISLA).made(), **changes), keyring)
    assert caught.value.reason is Reason.INVALID_FACT
