"""Answers as browsers are given them: pages rendered, cookies set, headers of safety on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jinja2 import Environment
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from hub.console.pages.frame.entry import PREFIX
from hub.console.pages.frame.form import Form
from hub.console.pages.frame.front import Answer
from hub.console.pages.frame.shown import Cookie, File, Plain, Refusal, Sent, Shown
from hub.console.pages.frame.ways import ways_of
from hub.console.pages.frame.words import Words
from hub.people.accounts.posts import SignedIn
from hub.people.raising.handing import Raising

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_SCRIPTS = "; script-src 'self'; connect-src 'none'; require-trusted-types-for 'script'"
_HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",  # with none at all a browser sends its own forms as `Origin: null`
}


@dataclass(frozen=True, slots=True)
class Told:
    """Whom an answer is for: their session, their language, the form that they sent."""

    session: SignedIn | None
    say: Words
    form: Form
    notice: str = ""
    """Key of words above all else."""
    cookies: tuple[Cookie, ...] = ()
    at: str = ""
    """Path of the page, where it is one that there is."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Makes responses of answers. `organisation`: what one is called, by its id; `mark`: what a person's forms bear."""

    templates: Environment
    style: str
    organisation: Callable[[str], str]
    mark: Callable[[UUID], str]
    secure: bool
    raising: Raising | None

    def respond(self, answer: Answer, told: Told) -> Response:
        """The response."""
        match answer:
            case Shown():
                return self._page(answer, told)
            case Refusal(status, key, headers):
                page = Shown("frame/refused.html", {"key": key}, status, headers=headers)
                return self._page(page, Told(told.session, told.say, Form(), cookies=told.cookies))
            case Sent():
                response: Response = RedirectResponse(_inside(answer), 303)
                return self._finish(response, answer.headers, answer.cookies)
            case File(name, media, body):
                kept = {"content-disposition": f'attachment; filename="{name}"'} if answer.kept else {}
                return self._finish(Response(body, media_type=media), kept)
            case Plain(status, body):
                return self._finish(PlainTextResponse(body, status), {})

    def _page(self, page: Shown, told: Told) -> Response:
        text = self.templates.get_template(page.template).render(self._filled(page.values, told))
        response = HTMLResponse(text, page.status)
        response.headers["content-security-policy"] = _POLICY + (_SCRIPTS if page.scripts else "")
        return self._finish(response, page.headers, (*told.cookies, *page.cookies))

    def _filled(self, values: Mapping[str, Any], told: Told) -> dict[str, Any]:
        return {
            "form": told.form,
            "notice": told.notice,
            "at": told.at,
            **values,
            "say": told.say,
            "by": told.session,
            "ways": ways_of(told.session.posts, self.raising) if told.session else (),
            "csrf": f"{told.session.csrf()}.{self.mark(told.session.person_id)}" if told.session else "",
            "style": self.style,
            "organisation": self.organisation,
        }

    def _finish(self, response: Response, headers: Mapping[str, str], cookies: Sequence[Cookie] = ()) -> Response:
        response.headers.update({**_HEADERS, **headers})
        for cookie in cookies:
            response.headers.append("set-cookie", self._written(cookie))
        return response

    def _written(self, cookie: Cookie) -> str:
        name, secure = (PREFIX + cookie.name, "; Secure") if self.secure else (cookie.name, "")
        gone = "" if cookie.value else "; Max-Age=0"
        return f"{name}={cookie.value}; Path=/; HttpOnly; SameSite=Lax{secure}{gone}"


def _inside(sent: Sent) -> str:
    """Where to, on this host alone unless the page itself says outside."""
    own = sent.to.startswith("/") and not sent.to.startswith(("//", "/\\")) and sent.to.isprintable()
    return sent.to if own or sent.outside else "/"
