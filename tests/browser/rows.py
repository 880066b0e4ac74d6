"""Every page that is looked at in a browser, by whom. Each room adds its own.

tests/browser/test_every_page.py walks them. `path` makes what it needs to be seen in the scene, once, in `scene.kept`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hub.facts.offices import Duty
from hub.facts.terms import Role
from tests.browser import colleagues, governing
from tests.browser.entering import a_link
from tests.browser.receiving import some_concerns
from tests.browser.reviewing import HUBS, REVIEWER, held_text, orla, twins_review
from tests.browser.scene import Scene
from tests.pages import HeldPost
from tests.town import PRIMARY


@dataclass(frozen=True)
class Row:
    """A page: its name, which its picture has too; where it is; who looks; whether it prints on one sheet."""

    name: str
    path: str | Callable[[Scene], str]
    posts: tuple[HeldPost, ...]
    one_sheet: bool = False
    status: int = 200
    scripts: int = 0
    """Of the page itself: passkeys alone need one."""

    def at(self, scene: Scene) -> str:
        """Its address."""
        return self.path if isinstance(self.path, str) else self.path(scene)


HEAD: HeldPost = (PRIMARY, Role.HEAD_TEACHER)
COORDINATOR: HeldPost = (PRIMARY, Duty.COORDINATOR)
LEAD: HeldPost = (PRIMARY, Role.DESIGNATED_SAFEGUARDING_LEAD)

ROWS = [
    Row("start", "/", (HEAD, COORDINATOR)),
    Row("not-found", "/nowhere", (HEAD,), status=404),
    Row("people", colleagues.people, (colleagues.AT_GRANGE,)),
    Row("person", colleagues.person, (colleagues.AT_GRANGE,)),
    Row("person-add", "/people/add", (colleagues.AT_GRANGE,)),
    Row("person-post", colleagues.granting, (colleagues.AT_GRANGE,)),
    Row("post-leave", partial(colleagues.change, "leave"), (colleagues.AT_GRANGE,)),
    Row("post-cover", partial(colleagues.change, "cover"), (colleagues.AT_GRANGE,)),
    Row("post-end", partial(colleagues.change, "end"), (colleagues.AT_GRANGE,)),
    Row("sign-in", "/sign-in?why=idle", ()),
    Row("sign-in-passkey", "/sign-in/passkey", (), scripts=1),
    Row("sign-in-link", a_link, ()),
    Row("sign-in-link-used", f"/sign-in/invitation/{'x' * 43}", (), status=403),
    Row("signed-out", "/signed-out", ()),
    Row("me", "/me", (HEAD,)),
    Row("me-passkey", "/me/passkeys/new", (HEAD,), scripts=1),
    Row("terminal", "/sign-in/terminal", (HEAD,)),
    Row("reviews-none", "/reviews", (("nhs.caledon-infirmary", Duty.REVIEWER),)),
    Row("review", twins_review, (REVIEWER,)),
    Row("text", held_text, (REVIEWER,)),
    Row("register", "/register", (HUBS,)),
    Row("register-subject", orla, (HUBS,)),
    Row("waiting", lambda scene: some_concerns(scene, "/waiting"), (LEAD,)),
    Row("waiting-read", lambda scene: some_concerns(scene, "/waiting/read"), (LEAD,)),
    Row("concern", some_concerns, (LEAD,), one_sheet=True),
    Row("concern-read", lambda scene: some_concerns(scene, "{read}/next"), (LEAD,)),
    Row("concern-did", lambda scene: some_concerns(scene, "{read}/did"), (LEAD,)),
    Row("concern-hand-over", lambda scene: some_concerns(scene, "{read}/hand-over"), (LEAD,)),
    Row("concern-ask", lambda scene: some_concerns(scene, "{read}/ask"), (LEAD,)),
    Row("concern-not-ours", lambda scene: some_concerns(scene, "{read}/not-ours"), (LEAD,)),
    Row("concern-export", lambda scene: some_concerns(scene, "{read}/export"), (LEAD,)),
    Row("asked", "/asked", (("police.caledon", Role.DUTY_OFFICER),)),
    Row("agreements", "/agreements", (governing.IG,)),
    Row("agreement", governing.AGREEMENT, (governing.IG,)),
    Row("who-would-hear", governing.HEARING, (governing.IG,)),
    Row("who-would-hear-question", "/who-would-hear", (governing.IG,)),
    Row("coverage", "/coverage", (governing.IG,)),
    Row("story", governing.its_story, (governing.IG,)),
    Row("not-shared", "/not-shared", (governing.IG,)),
    Row("operations", governing.operations, (governing.OPERATOR,)),
    Row("held-delivery", governing.a_held_one, (governing.OPERATOR,)),
    Row("put-back", governing.all_of_its_reason, (governing.OPERATOR,)),
    Row("reasons", "/operations/together", (governing.OPERATOR,)),
    Row("looked-at", "/looked-at", (governing.AUDITOR,)),
    Row("children", "/children", (governing.AUDITOR,)),
]
