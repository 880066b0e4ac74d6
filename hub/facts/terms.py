"""Every closed list of the model, in the field's own words. Avro and YAML carry the members as strings.

A word from outside becomes a member at the edge, once; one that is not on its list is refused there.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Tier(StrEnum):
    """Urgency, most urgent first."""

    IMMEDIATE = "immediate"
    URGENT = "urgent"
    ROUTINE = "routine"


class EventKind(StrEnum):
    """What happened at the source. The last four arrive with later adapters; rules may already speak of them."""

    RAISED = "concern.raised"
    UPDATED = "concern.updated"
    RETRACTED = "concern.retracted"
    PLAN_SHARED = "plan.shared"
    PLAN_QUERY = "plan.query"
    ATTENDANCE = "attendance.notified"
    SUBJECT_ACCESS = "subject.access_request"


CONNECTION_TESTED = "connection.tested"
"""Kind of an adapter's test: about no child, so that no rule speaks of it."""


class Category(StrEnum):
    """What the concern is about."""

    DOMESTIC_ABUSE = "domestic_abuse"
    NEGLECT = "neglect"
    PHYSICAL_ABUSE = "physical_abuse"
    EMOTIONAL_ABUSE = "emotional_abuse"
    SEXUAL_ABUSE = "sexual_abuse"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    CRIMINAL_EXPLOITATION = "criminal_exploitation"
    FGM = "fgm"
    MISSING = "missing"
    MENTAL_HEALTH = "mental_health"
    SELF_HARM = "self_harm"
    SUBSTANCE_MISUSE = "substance_misuse"
    YOUNG_CARER = "young_carer"
    BEREAVEMENT = "bereavement"
    WELLBEING = "wellbeing"
    ATTENDANCE = "attendance"
    FIRE_RISK = "fire_risk"
    ONLINE_HARM = "online_harm"


class Risk(StrEnum):
    """The source's own grading."""

    NONE = "none"
    SOME = "some"
    SIGNIFICANT_HARM = "significant_harm"
    LIFE_AT_RISK = "life_at_risk"


class Consent(StrEnum):
    """What the family said about sharing."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    UNSAFE_TO_ASK = "unsafe_to_ask"


class Capacity(StrEnum):
    """Whether the child can decide for themself (Gillick / age of legal capacity)."""

    COMPETENT = "competent"
    NOT_COMPETENT = "not_competent"


class Flag(StrEnum):
    """Standing facts about a child that rules may ask for."""

    HOME_EDUCATED = "home_educated"
    LOOKED_AFTER = "looked_after"
    CHILD_PROTECTION_PLAN = "child_protection_plan"
    PLAN_ENDED = "plan_ended"
    NOT_IN_SCHOOL = "not_in_school"
    NURSERY = "nursery"
    RESTRICTED = "restricted"
    UNBORN = "unborn"


LATER_FLAGS = frozenset({Flag.UNBORN})
"""Flags whose words came after the first: on the wire they have a field of their own, for older hubs read the first."""


class Caveat(StrEnum):
    """How what a source tells is to be handled; each travels with everything that is disclosed."""

    DO_NOT_RAISE_WITH_PARENTS = "do_not_raise_with_parents"
    NOT_IN_FAMILY_RECORD = "not_in_family_record"
    """Not for a record that the family can read online."""
    DELETE_BY = "delete_by"
    """By the day that the concern names."""
    TELEPHONE_ONLY = "telephone_only"


class PersonRole(StrEnum):
    """Who a person is in the concern."""

    ALLEGED_PERPETRATOR = "alleged_perpetrator"
    PARENT = "parent"
    VICTIM = "victim"
    HOUSEHOLD = "household"
    WITNESS = "witness"
    PRACTITIONER = "practitioner"


class Relationship(StrEnum):
    """What a registration says of a child and an organisation."""

    ENROLLED = "enrolled"
    DUAL_ENROLLED = "dual_enrolled"
    EXPECTED_FROM = "expected_from"
    COLLEGE = "college"
    REGISTERED_PATIENT = "registered_patient"
    HEALTH_VISITOR = "health_visitor"
    SCHOOL_NURSE = "school_nurse"
    NAMED_PERSON = "named_person"
    RESPONSIBLE_AUTHORITY = "responsible_authority"
    HOST_AUTHORITY = "host_authority"
    ALLOCATED_SOCIAL_WORKER = "allocated_social_worker"
    SUPPORT_SERVICE = "support_service"


class OrganisationKind(StrEnum):
    """What an organisation is; one may be several."""

    POLICE = "police"
    NHS_HOSPITAL = "nhs_hospital"
    NHS_COMMUNITY = "nhs_community"
    GP = "gp"
    LOCAL_AUTHORITY = "local_authority"
    SCHOOL = "school"
    NURSERY = "nursery"
    FIRE = "fire"
    THIRD_SECTOR = "third_sector"


class Role(StrEnum):
    """Who reads at a recipient."""

    DESIGNATED_SAFEGUARDING_LEAD = "designated_safeguarding_lead"
    NAMED_PERSON = "named_person"
    HEAD_TEACHER = "head_teacher"
    CHAIR_OF_GOVERNORS = "chair_of_governors"
    FRONT_DOOR = "front_door"
    ALLOCATED_SOCIAL_WORKER = "allocated_social_worker"
    EDUCATION_WELFARE = "education_welfare"
    DESIGNATED_OFFICER = "designated_officer"
    VIRTUAL_SCHOOL = "virtual_school"
    DUTY_OFFICER = "duty_officer"
    CHILD_ABUSE_UNIT = "child_abuse_unit"
    SCHOOL_NURSE = "school_nurse"
    HEALTH_VISITOR = "health_visitor"
    MIDWIFE = "midwife"
    EMERGENCY_CLINICIAN = "emergency_clinician"
    SAFEGUARDING_NURSE = "safeguarding_nurse"
    MENTAL_HEALTH_TEAM = "mental_health_team"
    GP = "gp"
    COMMUNITY_SAFETY = "community_safety"
    SUPPORT_WORKER = "support_worker"
    SUBJECT_ACCESS_OFFICER = "subject_access_officer"


class Outcome(StrEnum):
    """What became of a concern event. The first three are said of each child too, the most certain first."""

    MATCHED = "matched"
    REVIEW = "review"
    NOT_FOUND = "not_found"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"
    DUPLICATE = "duplicate"
    DEAD_LETTER = "dead_letter"


_CERTAINTY = (Outcome.MATCHED, Outcome.REVIEW, Outcome.NOT_FOUND)


def least_certain(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of an event, of those of its children."""
    return max(outcomes, key=_CERTAINTY.index)


class RulingKind(StrEnum):
    """How a decision about one recipient ends."""

    SHARE = "share"
    WITHHOLD = "withhold"
    CANNOT_DECIDE = "cannot_decide"


class Ground(StrEnum):
    """Why somebody who ought to hear is told nothing."""

    NO_PERMISSION = "no_permission"
    """No clause of an ISP in force lets them be told."""
    NOTHING_LEFT = "nothing_left"
    """A clause does, but nothing of what this event holds is released by it."""
    BARRED = "barred"
    VACANT = "vacant"
    """Nobody holds the role there, and somebody else is told instead."""
    SUPERSEDED = "superseded"
    """They were told of a newer event of the case already."""


class Purpose(StrEnum):
    """Why a delivery is made."""

    DISCLOSE = "disclose"
    CORRECT = "correct"
    RECALL = "recall"
    NOTIFY = "notify"
    SUPPLEMENT = "supplement"
    """A text that a person released, after the disclosure that went without it."""


DISCLOSING = frozenset({Purpose.DISCLOSE, Purpose.SUPPLEMENT})
"""What holds content: it is looked at once more before it leaves, watched until somebody opens it, and called back."""


class State(StrEnum):
    """Where a delivery stands; `hub.delivery.states` says how it comes from one to the next."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    HELD = "held"
    CANCELLED = "cancelled"


class Unsent(StrEnum):
    """Why a delivery is held, or cancelled (the last four)."""

    ENDPOINT_REFUSED = "endpoint_refused"
    MESSAGE_INVALID = "message_invalid"
    DEADLINE_MISSED = "deadline_missed"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    NO_CHANNEL = "no_channel"
    NO_RECIPIENT_KEY = "no_recipient_key"
    BY_OPERATOR = "by_operator"
    ISP_NOT_IN_FORCE = "isp_not_in_force"
    REGISTRATION_ENDED = "registration_ended"
    RECIPIENT_KEY_CHANGED = "recipient_key_changed"
    RETRACTED = "retracted"
    CORRECTED = "corrected"
    DECIDED_ANEW = "decided_anew"
    LEFT_OUT = "left_out"


DECIDABLE = frozenset(
    {Unsent.ISP_NOT_IN_FORCE, Unsent.REGISTRATION_ENDED, Unsent.RECIPIENT_KEY_CHANGED, Unsent.NO_RECIPIENT_KEY}
)
"""Why a delivery is held that deciding its event anew answers."""
CALLS_OFF = frozenset({Unsent.RETRACTED, Unsent.CORRECTED, Unsent.DECIDED_ANEW, Unsent.LEFT_OUT})
"""Why a delivery is cancelled; whatever else stops one holds it."""


class Question(StrEnum):
    """What a person is asked about a concern: the cause of a review task."""

    MATCH = "match"
    """Which child it is about."""
    SHARING = "sharing"
    """Who may hear, where the rules cannot say."""
    RECHECK = "recheck"
    """What was stopped by the last look before it left, or could not be decided anew."""
    DELIVERY = "delivery"
    """What could not be sealed, or did not arrive."""
    UNCONFIRMED = "unconfirmed"
    """What arrived, and nobody opened or acted on in time."""
    TEXT = "text"
    """Whether a recipient may read a text that tells more than it is released."""
    NOT_OURS = "not_ours"
    """Who reads it says that the child is none of theirs."""
    MORE = "more"
    """Who reads it asks the source for more."""


class Cause(StrEnum):
    """Why an event is decided anew."""

    REVIEW = "review"
    """A reviewer answered."""
    RECHECK = "recheck"
    """A delivery was stopped by the last look before it left."""
    WRONG_MATCH = "wrong_match"
    """A child of it was taken for another: by a join that was split, or by a reviewer."""
    OPERATOR = "operator"


class Answer(StrEnum):
    """What a reviewer says."""

    MATCH = "match"
    DIFFERENT = "different"
    """The child is none of those shown, or not the one named; the register is asked again."""
    NOT_ON_REGISTER = "not_on_register"
    NEED_MORE = "need_more"
    """Not to be told yet: the task stays open, and its clock runs."""
    AGAIN = "again"
    """What stood in the way is mended: decide anew under the rules in force; of a text, send what was released."""
    DONE = "done"
    """A person saw to it outside the hub."""
    RELEASE = "release"
    """The recipient may read the text as it is."""
    LEAVE_OUT = "leave_out"
    """The recipient is not to read the text."""
    MASK = "mask"
    """The recipient may read the text without the passages that are named."""


class Layer(IntEnum):
    """How far a delivery came; a higher layer is never overwritten by a lower one."""

    ACCEPTED = 1
    COLLECTED = 2
    OPENED = 3
    ACTED = 4

    @property
    def word(self) -> str:
        """As receipts write it: `accepted`, `collected`, `opened`, `acted`."""
        return self.name.lower()
