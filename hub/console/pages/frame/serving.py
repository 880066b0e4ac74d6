"""The pages as one app: each request is let in, or refused, then handed to its page; then answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from hub.console.pages.frame import drafts, entry, refusals
from hub.console.pages.frame.answering import Answering, Told
from hub.console.pages.frame.form import Form, read_form
from hub.console.pages.frame.front import Answer, Asked, Front, Page
from hub.console.pages.frame.shown import NOT_HERE, Cookie, Refusal
from hub.console.pages.frame.styles import read_style
from hub.console.pages.frame.templates import make_templates
from hub.console.pages.frame.words import ENGLISH, Words, read_words
from hub.facts.errors import KeyMissing, Unavailable, Unopenable
from hub.log import fault, logger
from hub.people.accounts.permissions import may
from hub.people.accounts.posts import SignedIn
from hub.people.accounts.sessions import Gone, find


def pages_app(front: Front, pages: Sequence[Page]) -> Starlette:
    """Every page at its address; what is none is NOT_HERE, for whoever asks."""
    doors = _Doors(front, _answering(front), read_words())
    routes = [Route(page.path, doors.of(page), methods=_methods(page), name=page.path) for page in pages]
    elsewhere = doors.of(Page("/{path:path}", None, get=_nothing, post=_nothing))
    return Starlette(routes=[*routes, read_style().route(), Route("/{path:path}", elsewhere, methods=["GET", "POST"])])


def _answering(front: Front) -> Answering:
    def organisation(name: str) -> str:
        known = front.rules.organisations.get(name)
        return known.name if known else name

    secure = entry.is_secure(front.public_url)
    return Answering(make_templates(), read_style().path, organisation, entry.marks(front.keys), secure, front.raising)


def _methods(page: Page) -> list[str]:
    return [verb for verb, handler in (("GET", page.get), ("POST", page.post)) if handler]


async def _nothing(_: Asked) -> Answer:
    return NOT_HERE


@dataclass(frozen=True, slots=True)
class _Doors:
    """Lets requests in."""

    front: Front
    answering: Answering
    words: dict[str, Words]

    def of(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """What a route runs for a page."""

        async def door(request: Request) -> Response:
            stranger = Told(None, self.words[ENGLISH], Form())
            try:
                early = entry.refuse_early(request, self.front)
                answer, told = (early, stranger) if early else await self._answer(page, request, stranger)
            except Unavailable:
                answer, told = refusals.BUSY, stranger
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except (KeyMissing, Unopenable) as error:
                logger().error("page_not_opened", page=page.path, fault=fault(error))
                answer, told = refusals.BROKEN, stranger
            except Exception as error:  # noqa: BLE001 - a defect of ours is answered without its words
                logger().error("page_broken", page=page.path, fault=fault(error))
                answer, told = refusals.BROKEN, stranger
            return self._respond(page, answer, told, stranger)

        return door

    def _respond(self, page: Page, answer: Answer, told: Told, stranger: Told) -> Response:
        """The response; where the page does not render, one that is made of nothing that it was made of."""
        try:
            return self.answering.respond(answer, told)
        except Exception as error:  # noqa: BLE001 - as above: a template of ours that does not render
            logger().error("page_broken", page=page.path, fault=fault(error))
            return self.answering.respond(refusals.BROKEN, stranger)

    async def _answer(self, page: Page, request: Request, stranger: Told) -> tuple[Answer, Told]:
        """What the page says, and to whom."""
        secure = entry.is_secure(self.front.public_url)
        cookies = entry.read_cookies(request.headers.getlist("cookie"), secure=secure)
        secret = cookies.get(entry.SESSION)
        wait = self.front.rates.take(secret, entry.address_of(request))
        if wait:
            return refusals.too_many(wait), stranger
        found = await self._find(secret)
        session = found if isinstance(found, SignedIn) else None
        form = await read_form(request)
        told = Told(session, self._say(session), form or Form(), at=page.path)
        if form is None:
            return refusals.UNREADABLE, told
        asked = self._asked(request, told, cookies)
        refused = await self._refusal(page, request, asked, found)
        if refused is not None:
            return refused, told
        if request.method != "POST" and session is not None and drafts.waits(cookies, request.url.path):
            asked, told = await self._with_draft(asked, told, request.url.path)
        handler = page.post if request.method == "POST" else page.get
        return (await handler(asked) if handler else NOT_HERE), told

    async def _find(self, secret: str | None) -> SignedIn | Gone:
        if secret is None:
            return Gone("unknown")
        now = self.front.clock()
        found = await self.front.office.at(lambda desk: find(desk, secret, now))
        if isinstance(found, SignedIn):
            self.front.rates.found(secret)
        else:
            self.front.rates.gone(secret)
        return found

    async def _with_draft(self, asked: Asked, told: Told, path: str) -> tuple[Asked, Told]:
        """The form of this page as it was when the session ended, to be looked at and sent again."""
        form = await drafts.take(asked, path)
        told = replace(told, cookies=(Cookie(drafts.COOKIE),))
        if form is None:
            return asked, told
        return replace(asked, form=form), replace(told, form=form, notice="frame.draft")

    def _asked(self, request: Request, told: Told, cookies: dict[str, str]) -> Asked:
        return Asked(
            self.front,
            told.session,
            told.form,
            {name: str(value) for name, value in request.path_params.items()},
            dict(request.query_params),
            self.front.clock(),
            told.say,
            cookies,
            entry.address_of(request),
        )

    def _say(self, session: SignedIn | None) -> Words:
        return self.words.get(session.language if session else ENGLISH, self.words[ENGLISH])

    async def _refusal(self, page: Page, request: Request, asked: Asked, found: SignedIn | Gone) -> Answer | None:
        """Why the page is not asked; None where it is."""
        if request.method == "POST":
            refused = await self._refuse_form(page, request, asked, found)
            if refused is not None:
                return refused
        if page.open_to_all:
            return None
        if isinstance(found, Gone):
            return refusals.to_sign_in(request.url.path, found.why)
        looks = page.notes or "{" in page.path
        if request.method != "POST" and looks and entry.followed_from_elsewhere(request):
            return refusals.elsewhere(request.url.path)
        return None if page.needs is None or may(found.posts, page.needs) else NOT_HERE

    async def _refuse_form(
        self, page: Page, request: Request, asked: Asked, found: SignedIn | Gone
    ) -> Answer | Refusal | None:
        """Why a form is not taken. What somebody typed in a session of theirs before is kept for them alone."""
        if entry.is_foreign(request, self.front.public_url):
            return refusals.FORGED
        sent = asked.form.value("csrf")
        if isinstance(found, SignedIn):
            if entry.is_own_form(sent, found.secret):
                return None
            own = entry.is_own_origin(request, self.front.public_url)
            if page.open_to_all or not own or not entry.is_marked(sent, self.answering.mark(found.person_id)):
                return refusals.FORGED
            return await drafts.keep(asked, found.person_id, page, request.url.path)
        secret = asked.cookies.get(entry.SESSION, "")
        if page.open_to_all or found.person_id is None or not entry.is_own_form(sent, secret):
            return None
        return await drafts.keep(asked, found.person_id, page, request.url.path, signed_out=found.why)
