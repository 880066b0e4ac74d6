"""The pages as one app: each request is let in, or refused, then handed to its page; then answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.console.pages.frame import entry
from hub.console.pages.frame.answering import Answering, Told
from hub.console.pages.frame.form import MOST_FIELDS, Form
from hub.console.pages.frame.front import Answer, Asked, Front, Page
from hub.console.pages.frame.shown import NOT_HERE, Refusal, Sent
from hub.console.pages.frame.styles import read_style
from hub.console.pages.frame.templates import make_templates
from hub.console.pages.frame.words import ENGLISH, Words, read_words
from hub.facts.errors import KeyMissing, Unavailable, Unopenable
from hub.log import fault, logger
from hub.people.accounts.permissions import may
from hub.people.accounts.posts import SignedIn
from hub.people.accounts.sessions import find

FORGED = Refusal(403, "frame.forged")
ELSEWHERE = Refusal(403, "frame.elsewhere")
WRONG_HOST = Refusal(421, "frame.wrong_host")
UNREADABLE = Refusal(400, "frame.unreadable")
NOT_YET = Refusal(503, "frame.busy", {"retry-after": "2"})
BROKEN = Refusal(500, "frame.broken")
SIGN_IN = "/sign-in"
_FORM = "application/x-www-form-urlencoded"


def pages_app(front: Front, pages: Sequence[Page]) -> Starlette:
    """Every page at its address; what is none is NOT_HERE, for whoever asks."""
    doors = _Doors(front, _answering(front), read_words())
    routes = [Route(page.path, doors.of(page), methods=_methods(page), name=page.path) for page in pages]
    elsewhere = doors.of(Page("/", None, get=_nothing, post=_nothing))
    return Starlette(routes=[*routes, read_style().route(), Route("/{path:path}", elsewhere, methods=["GET", "POST"])])


def _answering(front: Front) -> Answering:
    def organisation(name: str) -> str:
        known = front.rules.organisations.get(name)
        return known.name if known else name

    return Answering(make_templates(), read_style().path, organisation, entry.is_secure(front.public_url))


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
            told = Told(None, self.words[ENGLISH], Form())
            try:
                answer, told = await self._answer(page, request)
            except Unavailable:
                answer = NOT_YET
            except (KeyMissing, Unopenable) as error:
                logger().error("page_not_opened", fault=fault(error))
                answer = BROKEN
            except HTTPException:
                answer = NOT_HERE
            except Exception as error:  # noqa: BLE001 - a defect of ours is answered without its words
                logger().error("page_broken", page=page.path, fault=fault(error))
                answer = BROKEN
            return self.answering.respond(answer, told)

        return door

    async def _answer(self, page: Page, request: Request) -> tuple[Answer, Told]:
        """What the page says, and to whom."""
        stranger = Told(None, self.words[ENGLISH], Form())
        if not entry.right_host(request, self.front.public_url):
            return WRONG_HOST, stranger
        if entry.is_prefetch(request):
            return NOT_YET, stranger
        cookies = entry.read_cookies(request.headers.getlist("cookie"), secure=entry.is_secure(self.front.public_url))
        secret = cookies.get(entry.SESSION)
        session = await self._session(secret)
        form = await _read_form(request)
        told = Told(session, self._say(session), form or Form())
        if form is None:
            return UNREADABLE, told
        handler = page.post if request.method == "POST" else page.get
        refused = self._refusal(page, request, session, form)
        if refused is not None or handler is None:
            return refused or NOT_HERE, told
        return await handler(self._asked(request, told, cookies)), told

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
            request.client.host if request.client else "",
        )

    async def _session(self, secret: str | None) -> SignedIn | None:
        if secret is None:
            return None
        now = self.front.clock()
        found = await self.front.office.at(lambda desk: find(desk, secret, now))
        return found if isinstance(found, SignedIn) else None

    def _say(self, session: SignedIn | None) -> Words:
        return self.words.get(session.language if session else ENGLISH, self.words[ENGLISH])

    def _refusal(self, page: Page, request: Request, session: SignedIn | None, form: Form) -> Answer | None:
        """Why the page is not asked; None where it is."""
        if request.method == "POST":
            if entry.is_foreign(request, self.front.public_url):
                return FORGED
            if session is not None and not entry.is_own_form(form.value("csrf"), session.secret):
                return FORGED
        if page.open_to_all:
            return None
        if session is None:
            return _to_sign_in(request)
        if request.method == "GET" and entry.followed_from_elsewhere(request):
            return ELSEWHERE
        return None if page.needs is None or may(session.posts, page.needs) else NOT_HERE


def _to_sign_in(request: Request) -> Sent:
    """To the ways in, and back to this page afterwards; the start page has no need to be named."""
    asked = request.url.path
    return Sent(SIGN_IN if asked == "/" else f"{SIGN_IN}?after={quote(asked)}")


async def _read_form(request: Request) -> Form | None:
    """The fields that were sent; None where they are none of a form."""
    if request.method != "POST":
        return _fields(request.url.query)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    try:
        return _fields((await request.body()).decode("ascii"))
    except UnicodeDecodeError:
        return None


def _fields(text: str) -> Form | None:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return Form(pairs)
