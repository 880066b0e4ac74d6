"""Which parts are opened for whom, with siblings in one event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.facts.model import Decision, Recipient
from hub.facts.outcome import FLAGGED, FULL, Generalisation, Share, Treatment, TreatmentKind, Withhold, less_revealing
from hub.facts.shipped import shipped
from hub.facts.terms import Ground, OrganisationKind, Role, Tier
from hub.redaction.parts import Release, narrow, show
from hub.wire.schemas import catalogue, load_schemas
from hub.wire.source_facts import ContentFacts, SourceFacts, SubjectFacts
from tests.builders import FINLAY, ISLA, SATURDAY_NIGHT

ITEMS = catalogue(load_schemas(shipped("schemas")))
PRIMARY = Recipient("school.glenmore-primary", Role.DESIGNATED_SAFEGUARDING_LEAD)
ACADEMY = Recipient("school.glenmore-academy", Role.DESIGNATED_SAFEGUARDING_LEAD)
FRONT_DOOR = Recipient("la.glenmore", Role.FRONT_DOOR)
DISTRICT = Treatment(TreatmentKind.GENERALISE, Generalisation.POSTCODE_DISTRICT)
IDENTITIES = {"1": ISLA, "2": FINLAY}


def share(subject: str, recipient: Recipient, **released: Treatment) -> Decision:
    named = {item.replace("__", "."): treatment for item, treatment in released.items()}
    return Decision(
        subject,
        recipient,
        OrganisationKind.SCHOOL,
        Share("ISP@1", "clause", named),
        "rule",
        None,
        Tier.URGENT,
        reasons=("A rule asks for it.",),
    )


def facts(*content: ContentFacts) -> SourceFacts:
    return SourceFacts(
        "VPD-1",
        None,
        None,
        None,
        None,
        "ZG1",
        "ZG1",
        (SubjectFacts("1", 2, None, None), SubjectFacts("2", 3, None, None)),
        (),
        None,
        content,
    )


OF_ISLA = ContentFacts(4, "concern.summary", ("1",))
OF_FINLAY = ContentFacts(5, "concern.summary", ("2",))
OF_BOTH = ContentFacts(6, "concern.detail", ("1", "2"))


def narrowed(decisions: list[Decision], *content: ContentFacts) -> list[Release]:
    return narrow(decisions, facts(*content), IDENTITIES, ITEMS)


def test_each_school_is_given_its_own_childs_narrative_and_no_other() -> None:
    decisions = [share("1", PRIMARY, concern__summary=FULL), share("2", ACADEMY, concern__summary=FULL)]
    first, second = narrowed(decisions, OF_ISLA, OF_FINLAY)
    assert list(first.parts) == [4]
    assert list(second.parts) == [5]


def test_a_part_about_both_is_withheld_from_a_school_that_may_hear_of_one() -> None:
    decisions = [share("1", PRIMARY, concern__detail=FULL), share("2", ACADEMY, concern__detail=FULL)]
    for release in narrowed(decisions, OF_BOTH):
        assert release.parts == {}
        assert release.decision.withheld == ("concern.detail",)
        assert any("another child" in reason for reason in release.decision.reasons)


def test_a_part_about_both_is_released_to_a_desk_that_may_hear_of_both_under_the_stricter_treatment() -> None:
    decisions = [share("1", FRONT_DOOR, concern__detail=FULL), share("2", FRONT_DOOR, concern__detail=FLAGGED)]
    first, second = narrowed(decisions, OF_BOTH)
    assert first.parts == second.parts == {6: FLAGGED}


def test_a_part_about_both_stays_closed_where_the_other_child_is_withheld_from_the_same_desk() -> None:
    withheld = Decision("2", FRONT_DOOR, OrganisationKind.LOCAL_AUTHORITY, Withhold())
    assert narrowed([share("1", FRONT_DOOR, concern__detail=FULL), withheld], OF_BOTH)[0].parts == {}


def test_an_item_that_the_event_does_not_hold_is_neither_released_nor_withheld() -> None:
    decision = narrowed([share("1", PRIMARY, child__voice=FULL, child__name=FULL, concern__risk=FULL)])[0].decision
    assert isinstance(decision.ruling, Share)
    assert set(decision.ruling.released) == {"child.name"}
    assert decision.withheld == ()


def shown(
    decision: Decision, *content: ContentFacts, opened: dict[int, dict[str, object]] | None = None
) -> dict[str, object]:
    release = narrowed([decision], *content)[0]
    return show(release, facts(*content), IDENTITIES[decision.subject], opened or {}, ITEMS, on=SATURDAY_NIGHT.date())[
        1
    ]


def test_the_child_who_was_matched_is_the_child_who_is_named() -> None:
    assert shown(share("2", ACADEMY, child__name=FULL, child__date_of_birth=FULL, incident__reference=FULL)) == {
        "child.name": {"given_names": "Finlay", "family_name": "Abercorn"},
        "child.date_of_birth": "2012-02-03",
        "incident.reference": "VPD-1",
    }


def test_an_address_is_shown_as_its_district_where_the_isp_says_so() -> None:
    assert shown(share("1", PRIMARY, child__address=DISTRICT)) == {"child.address": "ZG1"}


def test_what_cannot_be_reduced_moves_to_the_withheld_items_with_its_reason() -> None:
    release = narrowed([share("1", PRIMARY, concern__summary=DISTRICT)], OF_ISLA)[0]
    after, values = show(
        release, facts(OF_ISLA), ISLA, {4: {"concern_summary": "no postcode at all"}}, ITEMS, on=SATURDAY_NIGHT.date()
    )
    assert values == {}
    assert after.decision.withheld == ("concern.summary",)
    assert any("cannot be reduced" in reason for reason in after.decision.reasons)
    assert after.decision.ruling == Withhold("ISP@1", "clause", Ground.NOTHING_LEFT)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2"]),
            st.sampled_from([PRIMARY, ACADEMY, FRONT_DOOR]),
            st.sets(st.sampled_from(["concern.summary", "concern.detail", "child.voice"])),
        ),
        max_size=6,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["concern.summary", "concern.detail", "child.voice"]),
            st.sampled_from([("1",), ("2",), ("1", "2")]),
        ),
        max_size=6,
    ),
)
def test_no_part_is_opened_for_a_recipient_unless_every_child_in_it_is_released_to_them(
    decided: list[tuple[str, Recipient, set[str]]], content: list[tuple[str, tuple[str, ...]]]
) -> None:
    unique = {(subject, recipient): items for subject, recipient, items in decided}
    decisions = [
        share(subject, recipient, **{item.replace(".", "__"): FULL for item in items})
        for (subject, recipient), items in unique.items()
    ]
    parts = [ContentFacts(4 + n, item, subjects) for n, (item, subjects) in enumerate(content)]
    for release in narrowed(decisions, *parts):
        for number in release.parts:
            part = parts[number - 4]
            assert release.decision.subject in part.subjects
            assert all(
                part.item in unique.get((subject, release.decision.recipient), set()) for subject in part.subjects
            )


SECTOR = Treatment(TreatmentKind.GENERALISE, Generalisation.POSTCODE_SECTOR)
PLACE_OF_BOTH = ContentFacts(6, "incident.place", ("1", "2"))
PLACE_OF_ISLA = ContentFacts(4, "incident.place", ("1",))
ISLAS, BOTHS = {"postcode": "ZG1 4AB"}, {"postcode": "ZG2 1AA"}


def told(first: Treatment, second: Treatment, *content: ContentFacts) -> tuple[Decision, object]:
    """The decision about the first child, and the place as the front door is shown it."""
    decisions = [share("1", FRONT_DOOR, incident__place=first), share("2", FRONT_DOOR, incident__place=second)]
    opened = {4: {"incident_place": ISLAS}, 6: {"incident_place": BOTHS}}
    release = narrowed(decisions, *content)[0]
    after, values = show(release, facts(*content), ISLA, opened, ITEMS, on=SATURDAY_NIGHT.date())
    return after.decision, values.get("incident.place")


def released_as(decision: Decision) -> Treatment:
    assert isinstance(decision.ruling, Share)
    return decision.ruling.released["incident.place"]


@pytest.mark.parametrize(
    ("first", "second", "released", "shown_as"),
    [
        (FULL, FULL, FULL, BOTHS),
        (FULL, SECTOR, SECTOR, "ZG2 1"),
        (SECTOR, DISTRICT, DISTRICT, "ZG2"),
        (DISTRICT, SECTOR, DISTRICT, "ZG2"),
        (DISTRICT, FLAGGED, FLAGGED, "known"),
    ],
)
def test_what_a_decision_says_is_released_is_how_a_part_about_both_is_shown(
    first: Treatment, second: Treatment, released: Treatment, shown_as: object
) -> None:
    decision, value = told(first, second, PLACE_OF_BOTH)
    assert released_as(decision) == released
    assert value == shown_as


def test_a_part_about_the_child_alone_is_shown_as_decided_beside_one_that_another_child_narrows() -> None:
    decision, value = told(SECTOR, DISTRICT, PLACE_OF_ISLA, PLACE_OF_BOTH)
    assert released_as(decision) == SECTOR
    assert value == ["ZG1 4", "ZG2"]
    assert any("shown only as far as may be told of both" in reason for reason in decision.reasons)


def test_a_part_left_out_for_another_childs_sake_is_named_in_the_reasons() -> None:
    detail = ContentFacts(4, "concern.detail", ("1",))
    release = narrowed([share("1", PRIMARY, concern__detail=FULL)], detail, OF_BOTH)[0]
    assert list(release.parts) == [4]
    assert any("shown only as far as may be told of both" in reason for reason in release.decision.reasons)


EVERY = [FULL, SECTOR, DISTRICT, *(Treatment(TreatmentKind.GENERALISE, to) for to in
         (Generalisation.MONTH, Generalisation.AGE_BAND)), FLAGGED]  # fmt: skip
VALUES = {"concern.summary": "Seen crying.", "incident.place": ISLAS, "incident.occurred_at": SATURDAY_NIGHT}


@pytest.mark.parametrize("item", list(VALUES))
@pytest.mark.parametrize("one", EVERY, ids=str)
@pytest.mark.parametrize("other", EVERY, ids=str)
def test_two_treatments_together_never_show_the_value_where_one_of_them_would_not(
    item: str, one: Treatment, other: Treatment
) -> None:
    def told_as(treatment: Treatment) -> object:
        part = ContentFacts(4, item, ("1",))
        opened = {4: {item.replace(".", "_"): VALUES[item]}}
        return shown(share("1", PRIMARY, **{item.replace(".", "__"): treatment}), part, opened=opened).get(item)

    together = told_as(less_revealing(one, other))
    assert together in (told_as(one), told_as(other), "known", None)
    assert together != told_as(FULL) or one == other == FULL
