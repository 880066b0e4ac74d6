"""What an ISP says of the law is one of the law's own grounds, and covers what it releases."""

import pytest

from hub.sharing.checking.lawful_basis import ARTICLE_6, ARTICLE_9
from tests.unit.sharing.builders import a_clause, an_isp, checked

SOUND = {"article_6": "6(1)(e)", "article_9": "9(2)(g)", "article_10": "schedule 1 para 36", "schedule_1": "para 18"}


def found(clause=None, **basis):
    isp = an_isp(clause or a_clause(), lawful_basis={**SOUND, **basis})
    return [
        (one.level.value, one.message, one.blocking)
        for one in checked(isps=[isp]).findings
        if one.code == "lawful-basis"
    ]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("article_6", "banana"),
        ("article_6", "6(1)(g)"),
        ("article_6", "9(2)(g)"),
        ("article_6", "6.1.e"),
        ("article_6", "public task"),
        ("article_9", "6(1)(e)"),
        ("article_9", "9(2)(k)"),
        ("article_9", "n/a"),
        ("article_10", "36"),
        ("article_10", "schedule 1 para 99"),
        ("schedule_1", "safeguarding"),
        ("schedule_1", "para 0"),
        ("schedule_1", "paras 18 and para 40"),
    ],
)
def test_what_the_law_does_not_know_is_an_error(field, text):
    ((level, message, blocking),) = found(**{field: text})
    assert (level, blocking) == ("error", False)
    assert message.startswith(f"{field}: '")


@pytest.mark.parametrize(
    "basis",
    [
        *({"article_6": ground} for ground in ARTICLE_6),
        *({"article_9": ground} for ground in ARTICLE_9),
        {"article_6": "Article 6(1)(c) and 6 (1) (e), public task"},
        {"article_10": "official authority"},
        {"article_10": "Schedule 1, paragraph 36"},
        {"schedule_1": "para 18 (safeguarding of children)"},
    ],
)
def test_each_ground_of_the_law_is_taken_however_it_is_written(basis):
    assert found(**basis) == []


def test_special_category_items_need_article_9():
    ((level, message, _),) = found(a_clause(release={"concern.summary": "full"}), article_9=None)
    assert level == "error"
    assert message == "ISP-POL-EDU-001@3 releases concern.summary (special category data) and names no article_9 for it"


def test_items_of_offences_need_article_10():
    ((level, message, _),) = found(a_clause(release={"offence.details": "flag"}), article_10=None)
    assert level == "error"
    assert "releases offence.details (criminal offence data) and names no article_10 for it" in message


def test_what_is_withheld_needs_no_ground():
    release = {"child.name": "full", "concern.summary": "withhold", "offence.details": "withhold"}
    assert found(a_clause(release=release), article_9=None, article_10=None) == []


def test_substantial_public_interest_needs_a_condition_of_schedule_1():
    ((level, message, _),) = found(schedule_1=None)
    assert (level, "9(2)(g) holds only with a condition of Schedule 1" in message) == ("warning", True)


def test_an_isp_that_no_longer_governs_is_left_as_it_was_signed():
    old = an_isp(version=2, lawful_basis={**SOUND, "article_6": "banana"})
    assert [one for one in checked(isps=[old, an_isp()]).findings if one.code == "lawful-basis"] == []
