"""The invented children that training and judging use."""

from hub.matching.lab.trials import absent, registered
from hub.matching.lab.trials.mixes import LIFE_LIKE, World, few_facts, hard, life_like
from hub.matching.lab.trials.naming import Side, origins
from hub.matching.lab.trials.people import households
from hub.matching.values.identifiers import IdentifierKind, check
from hub.matching.values.names import given_names, surname

PEOPLE = list(households(3_000, Side.JUDGE, 1))
WORLD = World.of(PEOPLE, Side.JUDGE)


def names_of(side):
    found = set()
    for origin in origins(side):
        for popular in (origin.girls, origin.boys, origin.family, *([origin.middle] if origin.middle else [])):
            found.update(surname(name) for name in popular.names)
        found.update(surname(name) for name in origin.compound)
    return found


def test_training_and_judging_share_no_name():
    train, judge = names_of(Side.TRAIN), names_of(Side.JUDGE)
    assert len(train) > 1_000
    assert len(judge) > 1_000
    assert not train & judge


def test_a_seed_makes_the_same_children_and_another_makes_others():
    assert list(households(200, Side.JUDGE, 1)) == PEOPLE[:200]
    assert list(households(200, Side.JUDGE, 2)) != PEOPLE[:200]


def test_there_are_twins_siblings_and_children_of_many_origins():
    births = {}
    for person in PEOPLE:
        births.setdefault(person.household, []).append(person.identity.date_of_birth)
    assert any(len(set(days)) < len(days) for days in births.values())
    assert sum(len(days) > 1 for days in births.values()) > 500
    assert len({person.origin for person in PEOPLE}) == len(origins(Side.JUDGE))


def test_numbers_pass_their_checks_and_are_of_the_reserved_range():
    for person in PEOPLE[:300]:
        number = person.identity.nhs_number
        assert number is None or (number.startswith("999") and check(IdentifierKind.NHS_NUMBER, number))
        assert person.identity.upn is None or check(IdentifierKind.UPN, person.identity.upn)


def test_the_life_like_mix_is_the_one_agreed():
    assert sum(LIFE_LIKE.values()) == 100
    assert set(LIFE_LIKE) == set(registered.KINDS)
    asked = list(life_like(WORLD, 2_000, 1))
    assert all(question.answer is not None for question in asked)
    assert 920 < sum(question.kind == "clean" for question in asked) < 1_120
    numbered = sum(question.identity.nhs_number is not None for question in asked) / 2_000
    assert 0.25 < numbered < 0.4


def test_the_hard_mix_asks_as_often_about_absent_children():
    asked = list(hard(WORLD, 2 * 3 * len(LIFE_LIKE) * len(absent.KINDS), 1))
    assert sum(question.answer is None for question in asked) * 2 == len(asked)
    kinds = [question.kind for question in asked]
    assert {kinds.count(kind) for kind in LIFE_LIKE} == {3 * len(absent.KINDS)}


def test_questions_of_few_facts_hold_no_more_than_their_kind_says():
    asked = list(few_facts(WORLD, 200, 1))
    assert all(question.answer is not None for question in asked)
    by_kind = {kind: [one.identity for one in asked if one.kind == kind] for kind in registered.FEW_FACTS}
    assert {kind: len(some) for kind, some in by_kind.items()} == {"name and year only": 100, "baby of its mother": 100}
    for who in by_kind["name and year only"]:
        assert len(who.date_of_birth) == 4
        assert (who.postcode, who.address, who.sex, who.nhs_number, who.upn) == (None,) * 5
    for who in by_kind["baby of its mother"]:
        assert given_names(who.given_names) == ()
        assert who.nhs_number is who.chi_number is who.upn is None
    homes = sum(who.postcode is not None for who in by_kind["baby of its mother"])
    assert 30 < homes < 70
