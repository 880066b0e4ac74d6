"""Every page, whoever asks: what is not theirs is not told from what is not there, in bytes. Over real PostgreSQL.

The list of pages is the app's own. A page without a row here fails: say who may, and whose its ids are.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

import aiohttp
import pytest

from hub.console.app import make_app
from hub.facts.act import HUB
from hub.facts.offices import Duty, Office
from hub.facts.terms import Role
from tests.builders import ISLA, a_concern
from tests.pages import Seen, Visitor, front_of, served_pages, sign_in
from tests.texts import waiting
from tests.town import ACADEMY, PRIMARY, TWIN, Town

DSL, POLICE, COUNCIL = Role.DESIGNATED_SAFEGUARDING_LEAD, "police.caledon", "la.glenmore"
ROLES: frozenset[Office] = frozenset(Role)
DUTIES: frozenset[Office] = frozenset(Duty)
EVERYBODY = ROLES | DUTIES
REVIEWERS, OPERATORS = frozenset[Office]({Duty.REVIEWER}), frozenset[Office]({Duty.OPERATOR})
AUDITORS, IG = frozenset[Office]({Duty.AUDITOR}), frozenset[Office]({Duty.IG_OFFICER})
RULES = frozenset[Office]({Duty.IG_OFFICER, Duty.SIGNATORY, Duty.AUDITOR})
Post = tuple[str, Office]


@dataclass(frozen=True)
class Row:
    """Who may ask for a page. `own`: whose the id of the scene is; `others`: of the right office, somewhere else."""

    who: frozenset[Office]
    own: Post | None = None
    others: tuple[Post, ...] = ()
    fill: dict[str, str] = field(default_factory=dict)
    """What stands in its address besides ids of the scene."""
    same_for_all: str = ""
    """Why there is nothing of anybody's in its address, or which test looks at whose it is."""


SCHOOLS = ((ACADEMY, DSL), (PRIMARY, Role.HEAD_TEACHER), (PRIMARY, Role.CHAIR_OF_GOVERNORS))
CONCERN = Row(ROLES, (PRIMARY, DSL), SCHOOLS)
OF_THE_FORCE = Row(REVIEWERS, (POLICE, Duty.REVIEWER), ((COUNCIL, Duty.REVIEWER), (PRIMARY, Duty.REVIEWER)))
OF_THE_HUB = Row(REVIEWERS, (HUB, Duty.REVIEWER), ((POLICE, Duty.REVIEWER), (PRIMARY, Duty.REVIEWER)))
RAISED = Row(ROLES, same_for_all="test_what_somebody_begins_is_nobody_elses: this hub raises nothing for anybody")
KEEPERS = frozenset[Office]({Duty.COORDINATOR})
A_PERSON = Row(KEEPERS, (PRIMARY, Duty.COORDINATOR), ((ACADEMY, Duty.COORDINATOR), (COUNCIL, Duty.COORDINATOR)))
A_POST = Row(KEEPERS, A_PERSON.own, (*A_PERSON.others, (HUB, Duty.COORDINATOR)))
ONES_OWN = Row(EVERYBODY)
PAGES = {
    "/": ONES_OWN,
    "/me": ONES_OWN,
    "/me/language": ONES_OWN,
    "/me/sessions/end": ONES_OWN,
    "/me/passkeys/end": ONES_OWN,
    "/me/passkeys/new": ONES_OWN,
    "/sign-in/terminal": ONES_OWN,
    "/waiting": Row(ROLES),
    "/waiting/read": Row(ROLES),
    "/waiting/done": Row(ROLES),
    "/concerns/{delivery_id:uuid}": CONCERN,
    "/concerns/{delivery_id:uuid}/read": CONCERN,
    "/concerns/{delivery_id:uuid}/next": CONCERN,
    "/concerns/{delivery_id:uuid}/did": CONCERN,
    "/concerns/{delivery_id:uuid}/hand-over": CONCERN,
    "/concerns/{delivery_id:uuid}/not-ours": CONCERN,
    "/concerns/{delivery_id:uuid}/ask": CONCERN,
    "/concerns/{delivery_id:uuid}/export": CONCERN,
    "/asked": Row(ROLES),
    "/asked/{ask_id:uuid}": Row(
        ROLES, (POLICE, Role.DUTY_OFFICER), ((COUNCIL, Role.FRONT_DOOR), (PRIMARY, DSL), (ACADEMY, DSL))
    ),
    "/raise": RAISED,
    "/raise/{raising_id:uuid}/check": RAISED,
    "/raise/{raising_id:uuid}/drop": RAISED,
    "/raise/{raising_id:uuid}/sent": RAISED,
    "/raise/{raising_id:uuid}/{step}": RAISED,
    "/raise/{raising_id:uuid}/{step}/out": RAISED,
    "/reviews": Row(REVIEWERS),
    "/reviews/{task_id:uuid}": OF_THE_FORCE,
    "/reviews/{task_id:uuid}/answer": OF_THE_FORCE,
    "/wrong-child/{event_id:uuid}/{subject}": Row(
        REVIEWERS, OF_THE_FORCE.own, OF_THE_FORCE.others, fill={"subject": "1"}
    ),
    "/register": Row(REVIEWERS),
    "/register/reviews/{review_id:int}": Row(REVIEWERS, others=OF_THE_HUB.others),
    "/register/reviews/{review_id:int}/answer": Row(REVIEWERS, others=OF_THE_HUB.others),
    "/register/subjects/{subject_id:uuid}": OF_THE_HUB,
    "/register/subjects/{subject_id:uuid}/split": OF_THE_HUB,
    "/register/subjects/{subject_id:uuid}/merge": OF_THE_HUB,
    "/register/changes/{change_id:int}": Row(REVIEWERS, others=OF_THE_HUB.others),
    "/register/changes/{change_id:int}/undo": Row(REVIEWERS, others=OF_THE_HUB.others),
    "/agreements": Row(RULES),
    "/agreements/{ref}": Row(RULES, same_for_all="every party of a hub may know its agreements"),
    "/coverage": Row(RULES),
    "/who-would-hear": Row(IG),
    "/not-shared": Row(IG),
    "/events/{event_id:uuid}": Row(IG, (POLICE, Duty.IG_OFFICER), ((COUNCIL, Duty.IG_OFFICER),)),
    "/people": Row(KEEPERS | IG),
    "/people/add": Row(KEEPERS),
    "/people/{person_id:uuid}": Row(KEEPERS | IG, A_PERSON.own, (*A_PERSON.others, (ACADEMY, Duty.IG_OFFICER))),
    "/people/recoveries/{invitation_id:uuid}": Row(KEEPERS, others=A_PERSON.others),
    "/operations": Row(OPERATORS),
    "/operations/list/{trouble}": Row(OPERATORS, same_for_all="a word of a closed list"),
    "/operations/deliveries/{id:uuid}": Row(
        OPERATORS, (POLICE, Duty.OPERATOR), ((PRIMARY, Duty.OPERATOR), (COUNCIL, Duty.OPERATOR))
    ),
    "/operations/dead-letters/{id:uuid}": Row(OPERATORS, others=((ACADEMY, Duty.OPERATOR),)),
    "/operations/sources/{source}": Row(OPERATORS, others=((ACADEMY, Duty.OPERATOR),), fill={"source": POLICE}),
    "/operations/together": Row(OPERATORS),
    "/operations/together/{thing}/{reason}": Row(OPERATORS, same_for_all="words of closed lists"),
    "/children": Row(AUDITORS),
    "/looked-at": Row(AUDITORS),
}  # fmt: skip
PAGES |= {f"/texts/{{task_id:uuid}}{step}": OF_THE_FORCE for step in ("", "/open", "/preview", "/answer")}
PAGES |= {f"/people/{{person_id:uuid}}/{step}": A_PERSON for step in ("end", "name", "post", "invite", "recover")}
PAGES |= {f"/posts/{{post_id:uuid}}/{step}": A_POST for step in ("leave", "back", "cover", "training", "end", "second")}
OPEN = {
    "/blank",
    "/passkey.js",
    "/sign-in",
    "/sign-in/answer/{provider}",
    "/sign-in/with/{provider}",
    "/sign-in/invitation/{secret}",
    "/sign-in/invitation/{secret}/with/{provider}",
    "/sign-in/passkey",
    "/sign-in/register",
    "/sign-out",
    "/sign-out/from/{provider}",
    "/signed-out",
}
"""For whoever comes, signed in or not."""
PARTS = re.compile(r"\{(\w+)(?::(\w+))?\}")


@pytest.fixture
def routes(town: Town) -> dict[str, frozenset[str]]:
    """Address of each page -> verbs, as the app has them."""
    front = front_of(town)
    app = make_app(front.recipients, front.keys, list, front=front)
    [mounted] = [route for route in app.routes if getattr(route, "path", None) == "" and hasattr(route, "app")]
    found: dict[str, frozenset[str]] = {}
    for route in mounted.app.routes:
        if route.path != "/{path:path}" and not route.path.startswith("/styles/"):
            found[route.path] = found.get(route.path, frozenset()) | {verb for verb in route.methods if verb != "HEAD"}
    return found


@asynccontextmanager
async def doors(town: Town) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served_pages(town))
        yield url, await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))


def filled(pattern: str, row: Row, ids: dict[str, str]) -> str:
    """An address: ids of the scene where it has them, else such as nothing has."""
    unknown = {"uuid": str(uuid4()), "int": "999999"}
    return PARTS.sub(
        lambda part: ids.get(part[1]) or row.fill.get(part[1]) or unknown.get(part[2] or "", "none"), pattern
    )


async def ask(visitor: Visitor, verb: str, path: str) -> Seen:
    return await (visitor.get(path) if verb == "GET" else visitor.post(path, reason="as agreed", words="as agreed"))


def test_every_page_has_a_row(routes: dict[str, frozenset[str]]) -> None:
    assert routes.keys() == PAGES.keys() | OPEN


async def test_a_page_is_not_there_for_whoever_holds_every_other_office(
    town: Town, routes: dict[str, frozenset[str]]
) -> None:
    """So none of these offices lets its holder in, wherever they hold it; and each of the right ones does."""
    wrong: list[object] = []
    async with doors(town) as (url, session):
        for who in {row.who for row in PAGES.values()} - {EVERYBODY}:
            others = [(place, office) for office in EVERYBODY - who for place in (PRIMARY, HUB)]
            stranger = sign_in(town, url, session, *others)
            nothing = {verb: (await ask(stranger, verb, "/nothing/here")).body for verb in ("GET", "POST")}
            for path, row in PAGES.items():
                for verb in routes[path] if row.who == who else ():
                    seen = await ask(stranger, verb, filled(path, row, {}))
                    if (seen.status, seen.body) != (404, nothing[verb]):
                        wrong.append((verb, path, seen.status))
        for office in EVERYBODY:
            holder = sign_in(town, url, session, (HUB, office), (PRIMARY, office))
            for path in (one for one, row in PAGES.items() if office in row.who and _is_a_list(one, row)):
                seen = await holder.get(path)
                if seen.status != 200:
                    wrong.append((office, path, seen.status))
    assert wrong == []


async def test_anothers_id_is_answered_as_one_that_nothing_has(town: Town, routes: dict[str, frozenset[str]]) -> None:
    wrong: list[object] = []
    async with doors(town) as (url, session):
        ids = await a_scene(town, url, session)
        visitors: dict[Post, Visitor] = {}

        def at(post: Post) -> Visitor:
            return visitors.setdefault(post, sign_in(town, url, session, post))

        for path, row in rows_with_ids():
            theirs = filled(path, row, ids | {"task_id": ids["text_id"]} if path.startswith("/texts/") else ids)
            if row.own and "GET" in routes[path]:
                seen = await at(row.own).get(theirs)
                if seen.status not in {200, 303}:
                    wrong.append(("own", path, seen.status))
            for post in row.others:
                for verb in routes[path]:
                    seen, none = [await ask(at(post), verb, one) for one in (theirs, filled(path, row, {}))]
                    if (seen.status, seen.body) != (404, none.body) or none.status != 404:
                        wrong.append((verb, path, post, seen.status, none.status))
    assert wrong == []


def test_a_page_with_an_id_says_whose_it_is() -> None:
    assert [path for path, row in PAGES.items() if "{" in path and not (row.others or row.same_for_all)] == []


def _is_a_list(path: str, row: Row) -> bool:
    return row not in (ONES_OWN, RAISED) and "{" not in path


def rows_with_ids() -> Iterator[tuple[str, Row]]:
    return ((path, row) for path, row in PAGES.items() if row.others)


async def a_scene(town: Town, url: str, session: aiohttp.ClientSession) -> dict[str, str]:
    """One of everything that has an owner: what the school was told, what it asked, a twin, a text, a subject."""
    night = a_concern().about(ISLA).saying("concern.summary", "Awake on the stairs.").made()
    town.send(night)
    town.change(
        "update delivery set status = 'accepted', channel = 'webhook', reason = null, settled_at = %s "
        "where status = 'pending'",
        town.now,
    )
    twin = a_concern(reference="VPD-2026-000124").about(replace(TWIN, given_names="Oona")).made()
    text = waiting(reference="VPD-2026-000125").made()
    town.send(twin, text)
    [(delivery,)] = town.query(
        "select delivery_id from delivery where event_id = %s and recipient = %s and role = %s",
        *(night.event_id, PRIMARY, DSL),
    )
    lead = sign_in(town, url, session, (PRIMARY, DSL))
    assert (
        await lead.post(f"/concerns/{delivery}/not-ours", words="Nobody of this name is on our roll.")
    ).status == 303
    [(ask_id,)] = town.query("select ask_id from asked_back")
    tasks = dict(town.query("select cause, task_id from review_task where cause in ('match', 'text')"))
    [(subject, *_)] = town.query("select subject_id from event_subject where event_id = %s limit 1", night.event_id)
    return {
        "delivery_id": str(delivery),
        "id": str(delivery),
        "event_id": str(night.event_id),
        "ask_id": str(ask_id),
        "task_id": str(tasks["match"]),
        "text_id": str(tasks["text"]),
        "subject_id": str(subject),
        "person_id": str(lead.person_id),
        "post_id": str(town.query("select post_id from post where person_id = %s", lead.person_id)[0][0]),
        "review_id": "1",
        "change_id": "1",
    }
