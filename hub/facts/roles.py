"""Roles as people write them: the one that is meant, or whether a word may mean one of the list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.facts.terms import Role

CALLED: Mapping[Role, tuple[str, ...]] = {
    Role.DESIGNATED_SAFEGUARDING_LEAD: ("dsl", "safeguarding_lead", "child_protection_officer", "cpo", "dcpo"),
    Role.HEAD_TEACHER: ("head", "headteacher", "principal"),
    Role.CHAIR_OF_GOVERNORS: ("chair", "governor"),
    Role.FRONT_DOOR: ("mash", "duty_team", "children_services", "childrens_services", "social_work"),
    Role.ALLOCATED_SOCIAL_WORKER: ("social_worker", "asw"),
    Role.EDUCATION_WELFARE: ("ewo", "education_welfare_officer", "attendance_officer"),
    Role.DESIGNATED_OFFICER: ("lado",),
    Role.DUTY_OFFICER: ("control_room", "duty_sergeant", "duty_inspector"),
    Role.SUBJECT_ACCESS_OFFICER: ("dpo", "data_protection_officer"),
}
"""What people call a role, and may not mean by it: a governor need not be the chair."""
_NAMES = tuple(map(frozenset, CALLED.values()))
_TELLING = frozenset(
    {
        "chair", "chairman", "chairperson", "chairwoman", "chief", "clinician", "coordinator", "dean", "depute",
        "deputy", "designated", "desk", "director", "doctor", "dsl", "duty", "executive", "gp", "head", "heads",
        "headmaster", "headmistress", "headteacher", "lado", "lead", "leader", "master", "midwife", "mistress", "named",
        "nurse", "ordinator", "owner", "paediatrician", "pediatrician", "physician", "principal", "proprietor",
        "protection", "rector", "safeguarding", "social", "visitor", "welfare", "wellbeing", "worker",
    }
)  # fmt: skip
"""Words of a role that few others have: `deputy head`, `child protection co-ordinator`, `rector`."""
_MARKS = re.compile(r"[\s_\-./()\u2018\u2019\u201c\u201d'\"]+")


def plain(word: str) -> str:
    """A word in small letters, its parts joined by one line each: `head_teacher` of `Head-Teacher`."""
    return _MARKS.sub("_", word.strip().lower()).strip("_")


def role_of(word: str) -> Role | None:
    """The role that is meant for sure, however it is written: `Head Teacher`."""
    written = plain(word)
    return Role(written) if written in set(Role) else None


def may_be_a_role(word: str) -> bool:
    """Whether a role of the list may be meant: by what people call one, or by a word that tells of one."""
    written = plain(word)
    together = written.replace("_", "")  # `D.S.L.`
    if role_of(word) is not None or any(not names.isdisjoint((written, together)) for names in _NAMES):
        return True
    return not _TELLING.isdisjoint((together, *written.split("_")))
