"""What people hold and say here: their offices, and what they did about a concern."""

from __future__ import annotations

from enum import StrEnum

from hub.facts.terms import Role


class Duty(StrEnum):
    """What a person does for the hub besides reading at a recipient."""

    REVIEWER = "reviewer"
    IG_OFFICER = "ig_officer"
    SIGNATORY = "signatory"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    COORDINATOR = "coordinator"


Office = Role | Duty
"""What somebody's post is."""

_OFFICES: dict[str, Office] = {office.value: office for kind in (Role, Duty) for office in kind}


def read_office(word: str) -> Office | None:
    """The office that a word names; None where there is none."""
    return _OFFICES.get(word)


class Did(StrEnum):
    """What whoever heard of a concern says they did."""

    SPOKE_TO_CHILD = "spoke_to_child"
    WATCHING_OVER = "watching_over"
    TOLD_STAFF_WHO_NEED = "told_staff_who_need"
    RANG_SOURCE = "rang_source"
    RANG_SOCIAL_WORK = "rang_social_work"
    REFERRED = "referred"
    RECORDED = "recorded"
    NOTHING_MORE = "nothing_more"
    OTHER = "other"
