"""By when: bells, weekends, bank holidays of each nation, summer time, terms and closed schools."""

from datetime import UTC, date, datetime

import pytest

from hub.sharing.writing.calendars import Calendar, SchoolDays, is_working_day
from hub.sharing.writing.organisations import Jurisdiction
from tests.unit.sharing.builders import (
    AT,
    COUNCIL,
    LEAD,
    PRIMARY,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    an_organisation,
    only,
    organisations,
    outcomes,
    verdict,
)

SCHOOL = f"{PRIMARY}/{LEAD}"
WELFARE = f"{COUNCIL}/education_welfare"


def instant(text):
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("raised", "bell"),
    [
        ("2026-03-07T23:10+00:00", "2026-03-09T08:45Z"),  # Saturday night
        ("2026-03-08T23:59+00:00", "2026-03-09T08:45Z"),  # Sunday night
        ("2026-03-09T07:00+00:00", "2026-03-09T08:45Z"),  # on a school day, before the bell
        ("2026-03-09T08:44+00:00", "2026-03-09T08:45Z"),
        ("2026-03-09T08:45+00:00", "2026-03-10T08:45Z"),  # at the bell: the next day's
        ("2026-03-09T15:00+00:00", "2026-03-10T08:45Z"),
        ("2026-03-13T17:00+00:00", "2026-03-16T08:45Z"),  # Friday evening
        ("2026-03-28T22:00+00:00", "2026-03-30T07:45Z"),  # the clocks go forward on Sunday
        ("2026-10-24T22:00+00:00", "2026-10-26T08:45Z"),  # and back
        ("2026-06-30T23:30+00:00", "2026-07-01T07:45Z"),  # already Wednesday in London
        ("2026-07-01T07:44+00:00", "2026-07-01T07:45Z"),
        ("2026-07-01T07:45+00:00", "2026-07-02T07:45Z"),
    ],
)
def test_the_bell_of_the_next_school_day(raised, bell):
    assert SchoolDays(Jurisdiction.SCOTLAND).next_bell(instant(raised)).at == instant(bell)


@pytest.mark.parametrize(
    ("nation", "day", "works"),
    [
        (Jurisdiction.ENGLAND, date(2026, 4, 6), False),  # Easter Monday
        (Jurisdiction.SCOTLAND, date(2026, 4, 6), True),
        (Jurisdiction.WALES, date(2026, 4, 6), False),
        (Jurisdiction.NORTHERN_IRELAND, date(2026, 3, 17), False),  # St Patrick's Day
        (Jurisdiction.ENGLAND, date(2026, 3, 17), True),
        (Jurisdiction.SCOTLAND, date(2026, 1, 2), False),
        (Jurisdiction.ENGLAND, date(2026, 1, 2), True),
        (Jurisdiction.SCOTLAND, date(2026, 8, 3), False),  # summer bank holiday
        (Jurisdiction.ENGLAND, date(2026, 8, 31), False),
        (Jurisdiction.SCOTLAND, date(2026, 8, 31), True),
        (Jurisdiction.ENGLAND, date(2026, 12, 28), False),  # Boxing Day, a Saturday
        (Jurisdiction.ENGLAND, date(2026, 3, 7), False),  # a Saturday
    ],
)
def test_bank_holidays_are_those_of_the_nation(nation, day, works):
    assert is_working_day(day, nation) is works


def a_calendar(**changes):
    terms = [{"from": "2026-01-05", "to": "2026-04-02"}, {"from": "2026-04-20", "to": "2026-06-26"},
             {"from": "2026-08-17", "to": "2026-10-09"}]  # fmt: skip
    return {"opening_bell": "09:00", "terms": terms, "in_service_days": ["2026-03-09"]} | changes


def next_bell(raised, **changes):
    days = SchoolDays(Jurisdiction.SCOTLAND, Calendar.model_validate(a_calendar(**changes)))
    return days.next_bell(instant(raised))


def test_an_in_service_day_is_no_school_day():
    assert next_bell("2026-03-07T23:10+00:00").at == instant("2026-03-10T09:00Z")
    assert not next_bell("2026-03-07T23:10+00:00").closed


def test_a_closed_school_s_deadline_is_the_next_working_day():
    summer = next_bell("2026-07-11T22:00+00:00")
    assert (summer.at, summer.closed) == (instant("2026-07-13T08:00Z"), True)
    easter = next_bell("2026-04-02T20:00+00:00")
    assert (easter.at, easter.closed) == (instant("2026-04-06T08:00Z"), True)  # Good Friday is a holiday in Scotland


ST_ANDREWS = {"terms": [{"from": "2026-10-19", "to": "2026-12-18"}], "in_service_days": ["2026-11-16"],
              "opening_bell": "08:45"}  # fmt: skip


def test_a_list_of_holidays_is_complete_so_a_bank_holiday_that_it_leaves_out_is_a_school_day():
    listed = next_bell("2026-11-29T20:00+00:00", **ST_ANDREWS, holidays=["2026-11-13"])
    assert (listed.at, listed.closed) == (instant("2026-11-30T08:45Z"), False)
    assert next_bell("2026-11-29T20:00+00:00", **ST_ANDREWS, holidays=[]).at == instant("2026-11-30T08:45Z")
    assert next_bell("2026-11-29T20:00+00:00", **ST_ANDREWS).at == instant("2026-12-01T08:45Z")
    named = next_bell("2026-11-29T20:00+00:00", **ST_ANDREWS, holidays=["2026-11-30"])
    assert named.at == instant("2026-12-01T08:45Z")


def test_a_list_of_holidays_says_nothing_of_days_outside_the_terms_or_of_weekends():
    outside = {"terms": [{"from": "2025-08-18", "to": "2025-12-19"}], "holidays": []}
    assert next_bell("2026-11-29T20:00+00:00", **outside).at == instant("2026-12-01T09:00Z")
    assert next_bell("2026-11-29T20:00+00:00", terms=[], holidays=["2026-12-01"]).at == instant("2026-12-02T09:00Z")
    assert next_bell("2026-11-27T20:00+00:00", **ST_ANDREWS, holidays=[]).at == instant("2026-11-30T08:45Z")


def test_an_in_service_day_on_a_bank_holiday_is_no_school_day_either():
    on_it = ST_ANDREWS | {"in_service_days": ["2026-11-30"], "holidays": []}
    assert next_bell("2026-11-29T20:00+00:00", **on_it).at == instant("2026-12-01T08:45Z")


ENGLAND, SCOTLAND, WALES, ULSTER = Jurisdiction
SPRING = [{"from": "2026-02-23", "to": "2026-05-22"}]


@pytest.mark.parametrize(
    ("nation", "calendar", "raised", "bell", "closed"),
    [
        # Easter: Good Friday to Easter Monday are four days without school, whenever the concern is raised
        (ENGLAND, {"terms": SPRING}, "2026-04-02T20:00+01:00", "2026-04-07T08:45+01:00", False),
        (ENGLAND, {"terms": SPRING}, "2026-04-03T00:30+01:00", "2026-04-07T08:45+01:00", False),
        (ENGLAND, {"terms": SPRING}, "2026-04-03T09:30+01:00", "2026-04-07T08:45+01:00", False),
        (WALES, {"terms": SPRING}, "2026-04-02T20:00+01:00", "2026-04-07T08:45+01:00", False),
        (ULSTER, {"terms": SPRING}, "2026-04-02T20:00+01:00", "2026-04-07T08:45+01:00", False),
        (SCOTLAND, {"terms": SPRING}, "2026-04-02T20:00+01:00", "2026-04-06T08:45+01:00", False),
        # an in-service day beside it makes five: closed, on the evening before and after midnight alike
        (ENGLAND, {"terms": SPRING, "in_service_days": ["2026-04-07"]}, "2026-04-02T20:00+01:00",
         "2026-04-07T08:45+01:00", True),
        (ENGLAND, {"terms": SPRING, "in_service_days": ["2026-04-07"]}, "2026-04-03T00:30+01:00",
         "2026-04-07T08:45+01:00", True),
        # an in-service day on a bank holiday is one day, not two
        (ENGLAND, {"terms": SPRING, "in_service_days": ["2026-04-06"]}, "2026-04-02T20:00+01:00",
         "2026-04-07T08:45+01:00", False),
        # Christmas on a weekend, with a term that goes on: four days
        (ENGLAND, {"terms": [{"from": "2026-11-02", "to": "2026-12-24"}, {"from": "2026-12-29", "to": "2027-02-12"}]},
         "2026-12-24T20:00+00:00", "2026-12-29T08:45+00:00", False),
        (ENGLAND, {"terms": [{"from": "2026-11-02", "to": "2026-12-18"}, {"from": "2027-01-04", "to": "2027-02-12"}]},
         "2026-12-18T20:00+00:00", "2026-12-21T08:45+00:00", True),
        (ENGLAND, {"terms": [{"from": "2026-11-02", "to": "2026-12-18"}, {"from": "2027-01-04", "to": "2027-02-12"}]},
         "2026-12-24T20:00+00:00", "2026-12-29T08:45+00:00", True),
        # a term that begins on a Friday: the evening before and the small hours wait for it alike
        (ENGLAND, {"terms": [{"from": "2026-09-04", "to": "2026-10-23"}, {"from": "2025-09-03", "to": "2026-07-21"}]},
         "2026-09-03T20:00+01:00", "2026-09-04T08:45+01:00", False),
        (ENGLAND, {"terms": [{"from": "2026-09-04", "to": "2026-10-23"}, {"from": "2025-09-03", "to": "2026-07-21"}]},
         "2026-09-04T00:30+01:00", "2026-09-04T08:45+01:00", False),
        (ENGLAND, {"terms": [{"from": "2026-09-04", "to": "2026-10-23"}, {"from": "2025-09-03", "to": "2026-07-21"}]},
         "2026-08-30T20:00+01:00", "2026-09-01T08:45+01:00", True),
    ],
)  # fmt: skip
def test_a_school_is_closed_by_the_days_without_school_and_not_by_the_hour_of_the_concern(
    nation, calendar, raised, bell, closed
):
    found = SchoolDays(nation, Calendar.model_validate(calendar)).next_bell(instant(raised))
    assert (found.at, found.closed) == (instant(bell), closed)


def test_the_last_days_of_a_holiday_wait_for_school():
    soon = next_bell("2026-08-14T20:00+00:00")
    assert (soon.at, soon.closed) == (instant("2026-08-17T08:00Z"), False)


def test_a_calendar_that_has_run_out_counts_as_holiday_and_then_as_weekdays():
    autumn = next_bell("2026-10-12T20:00+00:00")
    assert (autumn.at, autumn.closed) == (instant("2026-10-13T08:00Z"), True)
    later = next_bell("2027-02-01T20:00+00:00")
    assert (later.at, later.closed) == (instant("2027-02-02T09:00Z"), False)


CALENDAR = {"calendars__la.glenmore": a_calendar()}
JULY = {"raised_at": "2026-07-11T22:00+00:00", "at": AT.replace(month=7, day=11, hour=22)}


def in_summer(*isps, **organisation):
    school = an_organisation(PRIMARY, "school", **{"authority": COUNCIL, "calendar": "la.glenmore"} | organisation)
    return verdict(a_set([an_isp(), *isps], orgs=organisations(school), **CALENDAR), **JULY)


def test_july_never_means_september():
    found = in_summer(a_council_isp("education_welfare"))
    assert outcomes(found) == {SCHOOL: "share", WELFARE: "share"}
    assert {one.by for one in found.decisions} == {instant("2026-07-13T08:00Z")}
    assert f"Told as well because {PRIMARY} is closed for longer than a weekend." in found.decisions[1].reasons


def test_the_front_door_hears_where_education_welfare_may_not():
    assert outcomes(in_summer(a_council_isp("front_door"))) == {SCHOOL: "share", f"{COUNCIL}/front_door": "share"}


def test_a_closed_school_whose_authority_may_not_hear_is_a_person_s_to_look_at():
    for found in (in_summer(), in_summer(authority=None)):
        assert outcomes(found) == {SCHOOL: "share"}
        assert any("closed for longer than a weekend, and no ISP" in why for why in found.review)


def test_a_school_uses_its_authority_s_calendar_if_it_has_none():
    council = an_organisation(COUNCIL, "local_authority", calendar="la.glenmore")
    found = verdict(a_set(orgs=organisations(council), **CALENDAR))
    assert only(found).by == instant("2026-03-10T09:00Z")


def test_a_duration_counts_from_when_the_concern_was_raised():
    rule = a_rule({"kind": "school", "relationship": "enrolled", "role": LEAD, "within": "PT1H30M"})
    assert only(verdict(a_set(rules=[rule]))).by == instant("2026-03-08T00:40Z")
    unknown = only(verdict(a_set(rules=[rule]), raised_at=None))
    assert unknown.by == instant("2026-03-08T00:42Z")
    assert any("counts from now" in reason for reason in unknown.reasons)


def test_a_rule_may_name_the_instant_or_leave_it_to_the_tier():
    tell = {"kind": "school", "relationship": "enrolled", "role": LEAD}
    fixed = a_rule(tell | {"by": "2026-03-08T12:00:00+01:00"})
    assert only(verdict(a_set(rules=[fixed]))).by == instant("2026-03-08T11:00Z")
    assert only(verdict(a_set(rules=[a_rule(tell)]))).by is None
