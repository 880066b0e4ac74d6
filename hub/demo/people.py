"""The people of the demonstration that is kept: who they are, what each may do, and a link that signs each in.

Links are as good as whoever holds them: they are taken only where the hub is reached on the machine that it runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from hub.facts.act import HUB, act, typed
from hub.facts.clock import local_day
from hub.facts.offices import Duty, Office
from hub.facts.terms import Role
from hub.people.accounts.persons import add_person
from hub.people.accounts.posts import Post, keep
from hub.people.desk import Desk
from hub.people.entering.invitations import demonstration_link

PRIMARY, ACADEMY, COUNCIL, POLICE = (
    "school.glenmore-primary",
    "school.glenmore-academy",
    "la.glenmore",
    "police.caledon",
)
SILENT = PRIMARY
"""Its system takes what comes and says nothing: its head teacher reads it on a page."""
HOSTED = ACADEMY
"""The hub signs for it: its people raise concerns on pages."""
GONE = "gp.glenmore"
"""Its system says that it is there no more, and it has no inbox: an operator has a delivery to see to."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the story, and what there is for them to do."""

    name: str
    organisation: str
    posts: tuple[tuple[str, Office], ...]
    does: str


PLAYERS = (
    Player(
        "Margaret Sim",
        PRIMARY,
        ((PRIMARY, Role.HEAD_TEACHER), (PRIMARY, Role.DESIGNATED_SAFEGUARDING_LEAD)),
        "head teacher: reads the siblings' concern, and says what she did",
    ),
    Player(
        "Stuart McCrae",
        ACADEMY,
        ((ACADEMY, Role.DESIGNATED_SAFEGUARDING_LEAD),),
        "safeguarding lead of a school without software: raises a concern",
    ),
    Player(
        "Una Reid",
        COUNCIL,
        ((COUNCIL, Role.FRONT_DOOR),),
        "at the front door of children's social care: reads what came, and asks for more",
    ),
    Player(
        "Fraser Abernethy",
        POLICE,
        ((POLICE, Role.DUTY_OFFICER), (POLICE, Duty.REVIEWER)),
        "duty officer: answers what is asked of the police",
    ),
    Player("Rowan Telfer", HUB, ((HUB, Duty.REVIEWER),), "reviewer: says which of the twins it is"),
    Player(
        "Isobel Nairn",
        COUNCIL,
        ((COUNCIL, Duty.IG_OFFICER), (HUB, Duty.IG_OFFICER)),
        "information governance: tries who would hear",
    ),
    Player("Callum Orr", HUB, ((HUB, Duty.OPERATOR),), "operator: replays what is held"),
    Player("Priya Sandhu", HUB, ((HUB, Duty.AUDITOR),), "auditor: sees who looked at what"),
    Player("Janet Dunbar", PRIMARY, ((PRIMARY, Duty.COORDINATOR),), "coordinator: sees to the school's people"),
)


def seat(desk: Desk) -> list[tuple[Player, str]]:
    """Make them all, with their posts; each with the path of the link that signs them in."""
    makes = act(typed("The demonstration"), "a person of the story", desk.now())
    found = []
    for player in PLAYERS:
        person_id = add_person(desk, player.organisation, player.name, "", "", makes)
        for organisation, office in player.posts:
            keep(desk, person_id, Post(uuid4(), organisation, office, local_day(makes.at)), makes)
        found.append((player, demonstration_link(desk, person_id, makes.at)))
    return found
