"""What a set of rules covers: of each kind of concern about each kind of child, who hears by what, or why nobody does.

No second reading of the rules: it asks `decide` about one child of each kind, as if every ISP were signed. Children are
of one kind where no rule and no clause can tell them apart: ages between two cut points, categories that stand in the
same lists, organisations that are parties to the same ISPs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise, product

from hub.facts.model import Decision, Given, GivenChild, Registration
from hub.facts.outcome import CannotDecide, Share
from hub.facts.terms import Category, Consent, EventKind, Flag, OrganisationKind, Relationship, Risk, Tier
from hub.sharing.checking.alike import age_cuts, categories_alike, one_of_each, probes
from hub.sharing.deciding.permission import NO_ISP
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.deciding.verdict import DUTY_DESK, decide
from hub.sharing.writing.organisations import Jurisdiction, Organisation

GROWN = 18
_TURNING = (0, 4, 5, 13, 16, GROWN)
"""Ages that matter in the field whatever the rules say: school, secondary school, college."""


class Setting(StrEnum):
    """Where a child learns."""

    SCHOOL = "school"
    TWO_SCHOOLS = "two_schools"
    COLLEGE = "college"
    NURSERY = "nursery"
    HOME = "home_educated"
    NOWHERE = "nowhere"
    ACROSS_BORDER = "school_across_border"
    UNBORN = "unborn"


class Hole(StrEnum):
    """Why nobody but a last desk hears, the first that holds."""

    NO_RULE = "no_rule"
    NO_ISP = "no_isp"
    NO_CLAUSE = "no_clause"
    NEEDS_CONSENT = "needs_consent"
    BELOW_HARM = "not_told_below_harm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """Who hears, and by what."""

    kind: str
    role: str
    rule: str
    isp: str
    clause: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of concern about one kind of child. `age`: from and to, whole years; None of an unborn child."""

    source_kind: OrganisationKind
    category: Category
    nation: Jurisdiction
    age: tuple[int, int] | None
    setting: Setting
    told: tuple[Told, ...]
    hole: Hole | None

    def as_json(self) -> dict[str, object]:
        """As `hub rules coverage --json` prints it."""
        told = [{name: getattr(one, name) for name in Told.__slots__} for one in self.told]
        age = {"from": self.age[0], "to": self.age[1]} if self.age else None
        return {
            "source_kind": self.source_kind.value, "category": self.category.value, "nation": self.nation.value,
            "age": age, "setting": self.setting.value, "told": told, "hole": self.hole.value if self.hole else None,
        }  # fmt: skip


def cover(rules: RuleSet, at: datetime) -> tuple[Cell, ...]:
    """Every cell, by kind of source, category, nation, setting and age."""
    whole = _Set(rules, at)
    found = [
        cell
        for kind in OrganisationKind
        for members in categories_alike(rules, kind)
        for nation in Jurisdiction
        for cell in whole.cells(kind, nation, members)
    ]
    return tuple(sorted(found, key=_place))


_PLACES = {kind: {one: n for n, one in enumerate(kind)} for kind in (OrganisationKind, Category, Jurisdiction, Setting)}


def _place(cell: Cell) -> tuple[int, int, int, int, tuple[int, int]]:
    parts = (cell.source_kind, cell.category, cell.nation, cell.setting)
    kind, category, nation, setting = (_PLACES[type(one)][one] for one in parts)
    return kind, category, nation, setting, cell.age or (-1, -1)


# --- kinds of children -----------------------------------------------------------------------------------------------

_SPAN: Mapping[Setting, tuple[int, int]] = {
    Setting.SCHOOL: (4, 17),
    Setting.TWO_SCHOOLS: (4, 17),
    Setting.COLLEGE: (16, 17),
    Setting.NURSERY: (0, 4),
    Setting.HOME: (5, 17),
    Setting.NOWHERE: (0, 17),
    Setting.ACROSS_BORDER: (4, 17),
}
"""Ages at which a child can be there."""
_OF_SOURCE = {
    OrganisationKind.SCHOOL: frozenset({Setting.SCHOOL, Setting.TWO_SCHOOLS, Setting.COLLEGE}),
    OrganisationKind.NURSERY: frozenset({Setting.NURSERY}),
}
"""Where the children are whom such a source speaks of; others speak of any."""


def _spans(rules: RuleSet, kind: OrganisationKind) -> Iterator[tuple[int, int]]:
    cuts = sorted({*_TURNING, *(cut for cut in age_cuts(rules, kind) if 0 <= cut < GROWN)})
    return ((first, after - 1) for first, after in pairwise(cuts))


@dataclass(slots=True)
class _Set:
    """One set of rules, with what is asked of it again and again."""

    rules: RuleSet
    at: datetime
    spans: dict[OrganisationKind, list[tuple[int, int]]] = field(init=False)
    alike: dict[tuple[OrganisationKind, Jurisdiction], list[Organisation]] = field(init=False)

    def __post_init__(self) -> None:
        self.spans = {kind: list(_spans(self.rules, kind)) for kind in OrganisationKind}
        self.alike = {
            (kind, nation): one_of_each(self.rules, kind, nation)
            for kind, nation in product(OrganisationKind, Jurisdiction)
        }

    def cells(self, kind: OrganisationKind, nation: Jurisdiction, members: tuple[Category, ...]) -> Iterator[Cell]:
        """Of one kind of source in one nation, about categories that no condition tells apart."""
        sources = self.alike[kind, nation]
        asked = probes(self.rules, kind, members[0])
        for setting, age in self._kinds_of_children(kind) if sources else ():
            children = [(source, child) for source in sources for child in self._children(source, nation, setting, age)]
            if not children:
                continue
            answers = [_Answer.of(self, source, child, members[0], asked) for source, child in children]
            told = tuple(sorted({one for answer in answers for one in answer.told}))
            hole = next((answer.hole for answer in answers if answer.hole), None)
            for category in members:
                yield Cell(kind, category, nation, age, setting, told, hole)

    def _kinds_of_children(self, kind: OrganisationKind) -> Iterator[tuple[Setting, tuple[int, int] | None]]:
        for setting in Setting:
            if setting not in _OF_SOURCE.get(kind, frozenset(Setting)):
                continue
            if setting is Setting.UNBORN:
                yield setting, None
                continue
            first, last = _SPAN[setting]
            yield from ((setting, span) for span in self.spans[kind] if first <= span[0] and span[1] <= last)

    def _children(
        self, source: Organisation, nation: Jurisdiction, setting: Setting, age: tuple[int, int] | None
    ) -> Iterator[tuple[GivenChild, str | None]]:
        """One of each kind with the district of its home; none where the nation has no such place."""
        councils = self.alike[OrganisationKind.LOCAL_AUTHORITY, nation]
        homes = [min(one.area) for one in councils if one.area]
        for home, learns in product(homes or (None,), self._learning(source, nation, setting)):
            held = (*learns, *self._health(nation, age))
            yield _child(setting, age, held), home

    def _learning(
        self, source: Organisation, nation: Jurisdiction, setting: Setting
    ) -> Iterator[tuple[Registration, ...]]:
        schools = [source] if setting in _OF_SOURCE.get(_kind(source), ()) else self._places(nation, setting)
        match setting:
            case Setting.HOME | Setting.NOWHERE | Setting.UNBORN:
                yield ()
            case Setting.COLLEGE:
                yield from ((_held(one, Relationship.COLLEGE),) for one in schools)
            case Setting.TWO_SCHOOLS:
                for one in schools:
                    other = next((other for other in self._schools(nation) if other is not one), None)
                    if other is not None:
                        yield _held(one, _IN), _held(other, Relationship.DUAL_ENROLLED)
            case Setting.SCHOOL if nation is Jurisdiction.SCOTLAND:
                yield from ((_held(one, _IN), _held(one, Relationship.NAMED_PERSON)) for one in schools)
            case _:
                yield from ((_held(one, _IN),) for one in schools)

    def _places(self, nation: Jurisdiction, setting: Setting) -> list[Organisation]:
        kind = OrganisationKind.NURSERY if setting is Setting.NURSERY else OrganisationKind.SCHOOL
        if setting is Setting.ACROSS_BORDER:
            return [one for other in Jurisdiction if other is not nation for one in self.alike[kind, other]]
        return self.alike[kind, nation]

    def _schools(self, nation: Jurisdiction) -> Iterator[Organisation]:
        """One of each kind, then every other."""
        yield from self.alike[OrganisationKind.SCHOOL, nation]
        for one in self.rules.organisations.values():
            if OrganisationKind.SCHOOL in one.kinds and one.jurisdiction is nation:
                yield one

    def _health(self, nation: Jurisdiction, age: tuple[int, int] | None) -> Iterator[Registration]:
        """Its doctor, and whoever of the community's nurses has a child of its age."""
        if age is None:
            return
        nurse = Relationship.HEALTH_VISITOR if age[1] < 5 else Relationship.SCHOOL_NURSE  # noqa: PLR2004 - starts school
        for kind, relationship in (
            (OrganisationKind.GP, Relationship.REGISTERED_PATIENT),
            (OrganisationKind.NHS_COMMUNITY, nurse),
        ):
            yield from (_held(one, relationship) for one in self.alike[kind, nation][:1])


_IN = Relationship.ENROLLED


def _child(setting: Setting, age: tuple[int, int] | None, held: tuple[Registration, ...]) -> GivenChild:
    flags = {Setting.HOME: Flag.HOME_EDUCATED, Setting.NOWHERE: Flag.NOT_IN_SCHOOL, Setting.UNBORN: Flag.UNBORN}
    known = frozenset({flags[setting]} if setting in flags else ())
    return GivenChild("1", age[0] if age else None, flags=known, registrations=held)


def _held(organisation: Organisation, relationship: Relationship) -> Registration:
    return Registration(organisation.id, relationship)


def _kind(source: Organisation) -> OrganisationKind:
    return next((kind for kind in _OF_SOURCE if kind in source.kinds), OrganisationKind.POLICE)


# --- what the rules say of one of them -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """Who hears of one child, under whatever probe; and why nobody does, under the first where that is so."""

    told: frozenset[Told]
    hole: Hole | None

    @classmethod
    def of(
        cls,
        whole: _Set,
        source: Organisation,
        child: tuple[GivenChild, str | None],
        category: Category,
        asked: list[tuple[Risk, Consent]],
    ) -> _Answer:
        found: list[tuple[Risk, Consent, frozenset[Told], Hole | None]] = []
        for risk, consent in asked:
            given = Given(
                event=EventKind.RAISED, source=source.id, children=(child[0],), category=category, raised_at=whole.at,
                tier=Tier.URGENT, risk=risk, consent=consent, people=(), history=(), home_district=child[1],
            )  # fmt: skip
            decisions = decide(given, whole.rules, whole.at, signed=None).decisions
            told = frozenset(map(_told, filter(_is_told, decisions)))
            by_rule = any(one.rule != DUTY_DESK for one in told)
            found.append((risk, consent, told, None if by_rule else _why(decisions)))
        return cls(frozenset(one for _, _, told, _ in found for one in told), _first_hole(found))


def _first_hole(found: list[tuple[Risk, Consent, frozenset[Told], Hole | None]]) -> Hole | None:
    """Where somebody hears under another probe, what that one has and this has not is the reason."""
    holes = [(risk, consent, hole) for risk, consent, _, hole in found if hole]
    if not holes:
        return None
    if len(holes) == len(found):
        return holes[0][2]
    if all(consent is Consent.REFUSED for _, consent, _ in holes):
        return Hole.NEEDS_CONSENT
    return Hole.BELOW_HARM if all(risk is Risk.NONE for risk, _, _ in holes) else holes[0][2]


def _is_told(decision: Decision) -> bool:
    return isinstance(decision.ruling, Share)


def _told(decision: Decision) -> Told:
    ruling = decision.ruling
    return Told(
        decision.kind, decision.recipient.role, decision.rule or DUTY_DESK, ruling.isp or "", ruling.clause or ""
    )


def _why(decisions: Iterable[Decision]) -> Hole:
    asked = [one for one in decisions if one.rule != DUTY_DESK]
    if not asked:
        return Hole.NO_RULE
    if any(isinstance(one.ruling, CannotDecide) for one in asked):
        return Hole.UNKNOWN
    return Hole.NO_ISP if all(NO_ISP in one.reasons for one in asked) else Hole.NO_CLAUSE
