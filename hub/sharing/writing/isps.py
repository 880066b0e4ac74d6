"""An Information Sharing Protocol as its file says it: parties, lawful basis, dates, clauses and prohibitions.

Sources: WASPI templates (ISP, DDA, JCA), ICO data sharing code, UK GDPR Articles 6, 9 and 10, DPA 2018 Schedule 1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator, StrictBool, StrictInt, model_validator

from hub.facts.outcome import FLAGGED, FULL, WITHHELD, Generalisation, Treatment, TreatmentKind
from hub.facts.terms import OrganisationKind, PersonRole, Relationship, Role
from hub.sharing.writing.organisations import Jurisdiction
from hub.sharing.writing.when import ALWAYS, When
from hub.written.entry import Day, Entry, Identifier, Item, Many, Sentence, wrong


class AgreementKind(StrEnum):
    """WASPI's three: reciprocal, one-way, joint controllers."""

    ISP = "ISP"
    DDA = "DDA"
    JCA = "JCA"


class ControllerRole(StrEnum):
    """What a party is under UK GDPR Article 4."""

    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint_controller"
    PROCESSOR = "processor"


class ConsentModel(StrEnum):
    """Whether sharing waits for consent. `must_not_be_asked`: asking would put the child at risk."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"
    MUST_NOT_BE_ASKED = "must_not_be_asked"


class Party(Entry):
    """One signatory, or each member of a group."""

    organisation: Identifier | None = None
    group: Identifier | None = None
    role: ControllerRole = ControllerRole.CONTROLLER
    coordinator: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _one(self) -> Party:
        if (self.organisation is None) == (self.group is None):
            raise ValueError("must name either an organisation or a group")
        return self


class LawfulBasis(Entry):
    """Why the law allows it, as the DPIA says it."""

    article_6: Sentence
    article_9: Sentence | None = None
    article_10: Sentence | None = None
    schedule_1: Sentence | None = None
    part_3: StrictBool = False
    statutory_duty: Sentence | None = None


class Origin(Entry):
    """Whom a clause lets share."""

    kind: Many[frozenset[OrganisationKind]] = Field(min_length=1)


class Target(Entry):
    """Who may hear under a clause. A relationship, if named, must be the child's with the recipient itself."""

    kind: OrganisationKind
    role: Many[frozenset[Role]] | None = Field(default=None, min_length=1)
    relationship: Many[frozenset[Relationship]] | None = Field(default=None, min_length=1)


def read_treatment(value: object) -> Treatment:
    """`full`, `withhold`, `flag`, or `{generalise: postcode_district | postcode_sector | month | age_band}`."""
    plain = {"full": FULL, "withhold": WITHHELD, "flag": FLAGGED}
    if isinstance(value, str) and value in plain:
        return plain[value]
    if isinstance(value, dict) and list(value) == ["generalise"]:
        steps = [step.value for step in Generalisation]
        if value["generalise"] in steps:
            return Treatment(TreatmentKind.GENERALISE, Generalisation(value["generalise"]))
        raise wrong(f"can be generalised to {', '.join(steps)} only")
    raise wrong("must be full, withhold, flag, or {generalise: postcode_district, postcode_sector, month or age_band}")


class Clause(Entry):
    """Releases data items from one kind of organisation to one kind and role, under conditions."""

    id: Identifier
    title: Sentence | None = None
    from_: Origin = Field(alias="from")
    to: Target
    when: When = ALWAYS
    consent: ConsentModel | None = None
    release: Annotated[dict[Item, Annotated[Treatment, PlainValidator(read_treatment)]], Field(min_length=1)]


class ProhibitedTo(Entry):
    """Recipients that a prohibition of items is about; all, if nothing is named."""

    linked_to: PersonRole | None = None
    organisation: Many[frozenset[Identifier]] | None = Field(default=None, min_length=1)
    kind: Many[frozenset[OrganisationKind]] | None = Field(default=None, min_length=1)
    role: Many[frozenset[Role]] | None = Field(default=None, min_length=1)


class Barred(Entry):
    """A recipient who must not hear: one whose role a person of the event holds, or one that is named."""

    person: PersonRole | None = None
    organisation: Many[frozenset[Identifier]] | None = Field(default=None, min_length=1)
    kind: Many[frozenset[OrganisationKind]] | None = Field(default=None, min_length=1)
    role: Many[frozenset[Role]] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _some(self) -> Barred:
        if not self.model_fields_set:
            raise ValueError("must say who is barred")
        return self


class TurnTo(Entry):
    """Who is told in place of a barred recipient: found by area, or another role of the same organisation."""

    kind: OrganisationKind
    role: Role


class Prohibition(Entry):
    """Wins over every clause of every ISP between the same two organisations."""

    id: Identifier | None = None
    title: Sentence | None = None
    items: Annotated[frozenset[Item], Field(min_length=1)] | None = None
    to: ProhibitedTo = ProhibitedTo()
    bar: Barred | None = None
    turn_to: TurnTo | None = None
    when: When = ALWAYS

    @model_validator(mode="after")
    def _one(self) -> Prohibition:
        if (self.items is None) == (self.bar is None):
            raise ValueError("must either withhold items or bar a recipient")
        if self.bar is None and self.turn_to is not None:
            raise ValueError("names where to turn instead, which only goes with 'bar'")
        if self.bar is not None and "to" in self.model_fields_set:
            raise ValueError("says whom it bars in 'bar', so 'to' has no place here")
        return self


class Isp(Entry):
    """One ISP file. `review_by` and `expires` are the last days on which it is in order and in force."""

    id: Identifier
    title: Sentence | None = None
    version: Annotated[StrictInt, Field(ge=1)]
    kind: AgreementKind
    framework: Sentence | None = None
    jurisdiction: Many[frozenset[Jurisdiction]] = Field(min_length=1)
    parties: Annotated[tuple[Party, ...], Field(min_length=1)]
    purpose: Sentence
    benefit: Sentence | None = None
    lawful_basis: LawfulBasis
    consent: ConsentModel
    dpia: Sentence | None = None
    effective: Day
    review_by: Day
    expires: Day
    retention: Annotated[str, Field(pattern=r"^P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$")] | None = None
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]
    prohibitions: tuple[Prohibition, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Isp:
        if self.expires < self.effective:
            raise ValueError("can never apply: it expires before it is effective")
        return self

    @property
    def ref(self) -> str:
        """As decisions name it: `ISP-POL-EDU-001@3`."""
        return f"{self.id}@{self.version}"
