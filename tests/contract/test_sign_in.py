"""Signing in and out at pages: by a provider, a passkey, a link; and what bars the way, over the real app."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import aiohttp
import pytest

from hub.bootstrap.entering import console_tls
from hub.facts.errors import ConfigurationError, UserError
from hub.facts.terms import Role
from hub.keys.evidence import Evidence
from hub.people.accounts import tokens
from hub.people.accounts.posts import csrf_of
from hub.people.accounts.sessions import Gone
from hub.people.accounts.terminals import Waiting, ask, collect
from hub.people.callers import TokenChecks
from hub.people.desk import Desk
from hub.people.entering import invitations
from hub.people.entering.mapping import digest
from hub.people.entering.ways import Shut, Ways, why_shut
from hub.settings import Settings
from tests.accounts import by
from tests.authenticator import Authenticator
from tests.contract.hostile import CODE, HONEST, Liar, Lie, a_liar, told
from tests.pages import HOST, Seen, a_person, served_pages, ways_by
from tests.town import PRIMARY
from tests.unit.delivery.world import World, utc_now

HEAD = (PRIMARY, Role.HEAD_TEACHER)
SESSION, BROWSER = "hub", "hub-browser"


@dataclass
class Browser:
    """Keeps cookies, and sends forms as pages hold them; follows nothing by itself."""

    url: str
    session: aiohttp.ClientSession
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Seen:
        return await self._call("GET", path, None, headers)

    async def post(self, path: str, /, **fields: str) -> Seen:
        if SESSION in self.cookies:
            fields = {"csrf": csrf_of(self.cookies[SESSION]), **fields}
        return await self._call("POST", path, fields, {})

    async def _call(self, verb: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]) -> Seen:
        sent = {"host": HOST, "cookie": "; ".join(f"{name}={one}" for name, one in self.cookies.items())}
        sent |= {name.replace("_", "-"): one for name, one in headers.items()}
        async with self.session.request(
            verb, self.url + path, data=fields, headers=sent, allow_redirects=False
        ) as answer:
            for line in answer.headers.getall("set-cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    self.cookies.pop(name, None)
                    if morsel.value:
                        self.cookies[name] = morsel.value
            body = await answer.read()
            return Seen(answer.status, body.decode(), answer.headers, body)


@asynccontextmanager
async def a_browser(world: World, ways: Ways | None = None) -> AsyncIterator[Browser]:
    async with (
        served_pages(world, ways=ways) as url,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        yield Browser(url, session)


def another(browser: Browser) -> Browser:
    return Browser(browser.url, browser.session)


def known_there(world: World, liar: Liar, person_id: UUID, sub: str = "fiona") -> None:
    """The provider's account of a person."""
    with world.connect() as connection:
        connection.execute(
            "insert into person_subject (subject, person_id, provider, since, last_at) "
            "values (%s, %s, 'caledon', now(), now())",
            (digest(liar.issuer, sub), person_id),
        )


def at_the_desk(world: World, work: Any) -> Any:
    with world.connect() as connection, connection.transaction():
        return work(Desk(connection, Evidence(world.keys)))


def count(world: World, what: str) -> int:
    with world.connect() as connection:
        return int(connection.execute(f"select count(*) from {what}").fetchone()[0])


def why_refused(world: World) -> list[str]:
    with world.connect() as connection:
        rows = connection.execute(
            "select convert_from(facts, 'UTF8')::jsonb ->> 'why' from ledger_entry "
            "where kind = 'sign_in_refused' order by seq"
        ).fetchall()
    return [row[0] for row in rows]


def at_primary(liar: Liar, **changes: Any) -> Any:
    """The provider's file, for people of the primary school."""
    return liar.provider(**{"organisation": {"fixed": PRIMARY}, "offices": None, **changes})


async def there(liar: Liar, browser: Browser, after: str = "") -> dict[str, str]:
    """Off to the provider; what it would send back."""
    seen = await browser.get("/sign-in/with/caledon" + (f"?{urlencode({'after': after})}" if after else ""))
    assert seen.status == 303, seen.text
    asked = dict(parse_qsl(urlsplit(seen.to).query))
    liar.nonce = asked["nonce"]
    liar.codes.add(CODE)
    return {"code": CODE, "state": asked["state"], "iss": liar.issuer}


async def back(browser: Browser, answer: dict[str, str], provider: str = "caledon") -> Seen:
    return await browser.get(f"/sign-in/answer/{provider}?{urlencode(answer)}", sec_fetch_site="cross-site")


def led_to(seen: Seen) -> str:
    """Where the page after the provider's leads, by itself and by a link."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', seen.text)
    assert found, seen.text
    assert f'<a href="{found[1]}">' in seen.text
    return html.unescape(found[1])


async def through(liar: Liar, browser: Browser, after: str = "") -> Seen:
    return await back(browser, await there(liar, browser, after))


# --- by a provider ----------------------------------------------------------------------------------------------------


async def test_whoever_the_provider_knows_comes_in_and_goes_where_they_wanted(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        assert "Police Caledon account" in (await browser.get("/sign-in")).text
        seen = await through(liar, browser, "/me")
        assert led_to(seen) == "/me"
        assert BROWSER not in browser.cookies
        assert "Margaret Sim" in (await browser.get("/me")).text
        [cookie] = [one for one in seen.headers.getall("set-cookie") if one.startswith("hub=")]
    assert re.fullmatch(r"hub=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax", cookie)
    assert count(world, "ledger_entry where kind = 'sign_in'") == 1


async def test_a_cookie_set_before_signing_in_is_not_the_one_after_and_the_session_before_ends(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        browser.cookies[SESSION] = "f" * 43
        await through(liar, browser)
        first = browser.cookies[SESSION]
        assert first != "f" * 43
        await through(liar, browser)
        assert browser.cookies[SESSION] != first
        old = Browser(browser.url, browser.session, {SESSION: first})
        seen = await old.get("/me")
        assert seen.to.startswith("/sign-in?after=")
        assert "You signed in anew" in (await old.get(seen.to)).text


async def test_an_answer_counts_once_in_the_browser_that_began_for_the_provider_that_was_asked(world: World) -> None:
    async with a_liar() as liar:
        other = at_primary(liar, id="another", title="Another account")
        async with a_browser(world, ways_by(at_primary(liar), other)) as browser:
            known_there(world, liar, a_person(world, HEAD))
            answer = await there(liar, browser)
            assert (await back(another(browser), answer)).status == 403
            assert (await back(browser, answer, "another")).status == 403
            assert (await back(browser, {**answer, "state": "x" * 43})).status == 403
            assert (await back(browser, {"code": CODE})).status == 403
            assert (await back(browser, answer, "nobody")).status == 404
            twin = Browser(browser.url, browser.session, dict(browser.cookies))
            both = await asyncio.gather(back(browser, answer), back(twin, answer))
            assert sorted(one.status for one in both) == [200, 403]
            assert (await back(Browser(browser.url, browser.session, dict(twin.cookies)), answer)).status == 403
    assert why_refused(world) == ["state"] * 6
    assert count(world, "session") == 1


async def test_a_refused_answer_makes_no_session_and_no_person_and_its_code_cannot_be_tried_again(world: World) -> None:
    lie = Lie(answer=told(code=None, error="access_denied", error_description="<b>secret</b>"))
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        people = count(world, "person")
        answer = lie.answer(await there(liar, browser))
        seen = await back(browser, answer)
        assert (seen.status, "secret" in seen.text) == (403, False)
        assert (await back(browser, answer)).status == 403
    assert why_refused(world) == ["provider_refused", "state"]
    assert count(world, "session") == 0
    assert count(world, "person") == people


@pytest.mark.parametrize(
    ("lie", "file", "why"),
    [
        (Lie(claims=told(sub="eve", email="margaret@glenmore-primary.example")), {}, "no_account"),
        (Lie(claims=told(amr=["pwd"])), {}, "second_factor"),
        (Lie(), {"organisation": {"fixed": "school.glenmore-academy"}}, "organisation"),
        (Lie(claims=told(nonce="n" * 43)), {}, "nonce"),
    ],
)
async def test_nobody_comes_in_as_somebody_else(world: World, lie: Lie, file: dict[str, Any], why: str) -> None:
    async with a_liar(lie) as liar, a_browser(world, ways_by(at_primary(liar, **file))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        assert (await through(liar, browser)).status == 403
        assert SESSION not in browser.cookies
    assert why_refused(world) == [why]


async def test_who_holds_no_post_or_has_left_is_told_to_ask_their_coordinator(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        person_id = a_person(world, organisation=PRIMARY)
        known_there(world, liar, person_id)
        assert "holds no post" in (await through(liar, browser)).text
        with world.connect() as connection:
            connection.execute("update person set ended_at = now() where person_id = %s", (person_id,))
        assert "knows no account" in (await through(liar, browser)).text
    assert why_refused(world) == ["no_post", "no_account"]


async def test_where_its_word_is_enough_a_provider_makes_people_and_gives_and_takes_their_posts(world: World) -> None:
    offices = {"claim": "roles", "is": {"duty": "named_person", "nurse": "school_nurse"}}
    async with a_liar(Lie(claims=told(roles=[]))) as liar:
        file = at_primary(liar, accounts="by_claim", offices=offices)
        async with a_browser(world, ways_by(file)) as browser:
            people = count(world, "person")
            assert (await through(liar, browser)).status == 403
            assert count(world, "person") == people
            liar.lie = HONEST
            await through(liar, browser)
            assert "Named person" in (await browser.get("/")).text
            liar.lie = Lie(claims=told(roles=["nurse"]))
            await through(liar, browser)
            start = (await browser.get("/")).text
            assert ("School nurse" in start, "Named person" in start) == (True, False)
            liar.lie = Lie(claims=told(roles=[]))
            assert (await through(liar, browser)).status == 403
            assert (await browser.get("/")).to.startswith("/sign-in")
    assert count(world, "person_subject") == 1
    assert why_refused(world) == ["no_post", "no_post"]


REDIRECTS = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/me",
    "/%2f%2fevil.example",
    "javascript:alert(1)",
    "/me\t",
    "/me\r\nset-cookie: hub=x",
    "/no/such/page",
    "/sign-in",
    "/sign-out",
    "/me?x=//evil.example",
    "/" + "m" * 300,
    "me",
]


async def test_nobody_is_led_elsewhere_after_signing_in(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        for after in REDIRECTS:
            browser.cookies.clear()
            assert (led_to(await through(liar, browser, after)), after) == ("/", after)


# --- out, here and there ----------------------------------------------------------------------------------------------


async def test_who_signs_out_is_out_and_shown_where_to_sign_out_there(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        await through(liar, browser)
        held = browser.cookies[SESSION]
        seen = await browser.post("/sign-out")
        assert (seen.status, seen.to) == (303, "/signed-out?from=caledon")
        assert seen.headers["clear-site-data"] == '"cache"'
        assert SESSION not in browser.cookies
        page = html.unescape((await browser.get(seen.to)).text)
        assert f"{liar.issuer}/end?client_id=concern-hub" in page
        assert "fiona" not in page
        assert (await Browser(browser.url, browser.session, {SESSION: held}).get("/me")).status == 303
    assert count(world, "ledger_entry where kind = 'sign_out'") == 1


async def test_another_site_signs_nobody_out(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        await through(liar, browser)
        assert (await browser.post("/sign-out", csrf="")).status == 403
        assert (await browser.get("/sign-out")).status in {404, 405}
        assert (await browser.get("/me")).status == 200


async def test_the_provider_ends_what_began_there_once_for_each_token(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        known_there(world, liar, a_person(world, HEAD))
        await through(liar, browser)
        provider = another(browser)
        for wrong in (liar.logout_token(sid="there-2", jti="two"), liar.logout_token(nonce="n"), "", "x" * 20_000):
            await provider.post("/sign-out/from/caledon", logout_token=wrong)
            assert (await browser.get("/me")).status == 200
        token = liar.logout_token()
        assert (await provider.post("/sign-out/from/caledon", logout_token=token)).status == 200
        assert (await browser.get("/me")).status == 303
        await through(liar, browser)
        assert (await provider.post("/sign-out/from/caledon", logout_token=token)).status == 400
        assert (await browser.get("/me")).status == 200
        everywhere = liar.logout_token(sid=None, sub="fiona", jti="three")
        assert (await provider.post("/sign-out/from/caledon", logout_token=everywhere)).status == 200
        assert (await browser.get("/me")).status == 303
        assert (await provider.post("/sign-out/from/nobody", logout_token=token)).status == 404


# --- by a link, and then a passkey ------------------------------------------------------------------------------------


def options_of(page: str) -> tuple[str, str]:
    """What the page asks the browser for, and its state."""
    options, state = re.search(r'data-options="([^"]*)"', page), re.search(r'name="state" value="([^"]*)"', page)
    assert options
    assert state
    return html.unescape(options[1]), state[1]


async def make_by(browser: Browser, path: str, key: Authenticator) -> Seen:
    """Somebody uses a link to make a passkey."""
    options, state = options_of((await browser.post(path)).text)
    return await browser.post("/sign-in/register", state=state, credential=key.make(options), label="Telephone")


async def show(browser: Browser, key: Authenticator, after: str = "") -> Seen:
    """And shows it."""
    options, state = options_of((await browser.get(f"/sign-in/passkey{after}")).text)
    return await browser.post("/sign-in/passkey", state=state, credential=key.show(options))


def invited(world: World, person_id: UUID) -> str:
    path: str = at_the_desk(world, lambda desk: invitations.invite(desk, person_id, by("A. Coordinator", utc_now())))
    return path


async def test_an_invitation_leads_to_a_passkey_and_the_passkey_in(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    async with a_browser(world) as browser:
        for _ in range(3):  # looking changes nothing
            assert "Margaret Sim, school.glenmore-primary" in (await browser.get(path)).text
        assert (await make_by(browser, path, key)).to == "/"
        assert "Head teacher" in (await browser.get("/")).text
        assert (await browser.get(path)).status == 403
        await browser.post("/sign-out")
        assert (await show(browser, key, "?after=/me")).to == "/me"
        assert "Telephone" in (await browser.get("/me")).text


async def test_a_passkey_page_alone_may_run_a_script_and_only_ours(world: World) -> None:
    async with a_browser(world) as browser:
        seen = await browser.get("/sign-in/passkey")
        script = await browser.get("/passkey.js")
    assert (
        "script-src 'self'; connect-src 'none'; require-trusted-types-for 'script'"
        in (seen.headers["content-security-policy"])
    )
    assert "'unsafe" not in seen.headers["content-security-policy"]
    assert script.headers["content-type"].startswith("text/javascript")
    assert b"navigator.credentials" in script.body


async def test_a_challenge_is_answered_once_and_in_the_browser_that_was_asked(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    async with a_browser(world) as browser:
        await make_by(browser, path, key)
        await browser.post("/sign-out")
        options, state = options_of((await browser.get("/sign-in/passkey")).text)
        shown = key.show(options)
        assert (await another(browser).post("/sign-in/passkey", state=state, credential=shown)).status == 403
        held = dict(browser.cookies)
        assert (await browser.post("/sign-in/passkey", state=state, credential=shown)).status == 303
        again = Browser(browser.url, browser.session, held)
        assert (await again.post("/sign-in/passkey", state=state, credential=shown)).status == 403
    assert why_refused(world) == ["state", "state"]


async def test_a_link_made_in_another_browser_is_of_no_use_to_it(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    async with a_browser(world) as browser:
        options, state = options_of((await browser.post(path)).text)
        made = key.make(options)
        assert (await another(browser).post("/sign-in/register", state=state, credential=made)).status == 403
        assert (await browser.post("/sign-in/register", state=state, credential="{}")).status == 403
        assert (await make_by(browser, path, key)).to == "/"


async def test_an_invitation_may_be_taken_by_a_providers_account(world: World) -> None:
    async with a_liar() as liar, a_browser(world, ways_by(at_primary(liar))) as browser:
        path = invited(world, a_person(world, HEAD))
        assert "Or use your Police Caledon account" in (await browser.get(path)).text
        seen = await browser.get(f"{path}/with/caledon")
        asked = dict(parse_qsl(urlsplit(seen.to).query))
        liar.nonce = asked["nonce"]
        answer = {"code": CODE, "state": asked["state"], "iss": liar.issuer}
        assert led_to(await back(browser, answer)) == "/"
        browser.cookies.clear()
        assert led_to(await through(liar, browser)) == "/"
        assert (await browser.get(path)).status == 403


async def test_the_demonstrations_link_signs_in_again_and_again_but_on_the_hubs_own_machine_alone(world: World) -> None:
    person_id = a_person(world, HEAD)
    path = at_the_desk(world, lambda desk: invitations.demonstration_link(desk, person_id, utc_now()))
    async with a_browser(world) as browser:
        for _ in range(2):
            assert "demonstration" in (await browser.get(path)).text
            assert SESSION not in browser.cookies
            assert (await browser.post(path)).to == "/"
            assert "Head teacher" in (await browser.get("/")).text
            browser.cookies.clear()
    async with a_browser(world, ways_by(demonstration=False)) as browser:
        assert (await browser.get(path)).status == 403
        assert (await browser.post(path)).status == 403


# --- one's own account ------------------------------------------------------------------------------------------------


async def test_somebody_adds_and_ends_passkeys_of_their_own(world: World) -> None:
    path, key, second = invited(world, a_person(world, HEAD)), Authenticator(), Authenticator()
    async with a_browser(world) as browser:
        await make_by(browser, path, key)
        options, state = options_of((await browser.get("/me/passkeys/new")).text)
        fields = {"state": state, "credential": second.make(options), "label": "Blue key"}
        assert (await browser.post("/me/passkeys/new", **fields)).to == "/me"
        mine = (await browser.get("/me")).text
        assert "Blue key" in mine
        first = re.findall(r'name="passkey" value="([^"]*)"', mine)[0]
        assert (await browser.post("/me/passkeys/end", passkey="AAAA")).status == 404
        assert (await browser.post("/me/passkeys/end", passkey=first)).to == "/sign-in"
        assert (await show(browser, key)).status == 403
        assert (await show(browser, second)).to == "/"


async def test_somebody_signs_out_everywhere_else_and_chooses_their_language(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    async with a_browser(world) as browser:
        await make_by(browser, path, key)
        other = another(browser)
        await show(other, key)
        assert (await browser.post("/me/sessions/end")).to == "/me"
        assert (await other.get("/me")).status == 303
        assert (await browser.post("/me/language", language="cy")).to == "/me"
        assert '<html lang="cy">' in (await browser.get("/me")).text
        assert (await browser.post("/me/language", language="xx")).status == 404


async def test_somebody_lets_a_terminal_work_as_them_once_they_saw_which(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    code = at_the_desk(world, lambda desk: ask(desk, "s" * 43, "cad-desk-7", utc_now()))
    async with a_browser(world) as browser:
        await make_by(browser, path, key)
        assert (await browser.get("/sign-in/terminal")).status == 200
        assert "No terminal asks" in (await browser.post("/sign-in/terminal", code="AAAA-AAAA")).text
        assert "cad-desk-7" in (await browser.post("/sign-in/terminal", code=code)).text
        assert at_the_desk(world, lambda desk: collected(world, desk)) == Waiting()
        assert "is signed in as you" in (await browser.post("/sign-in/terminal", code=code, sure="yes")).text
    assert str(at_the_desk(world, lambda desk: collected(world, desk))).startswith("per-")


async def test_what_lasts_asks_for_a_sign_in_of_just_now(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    async with a_browser(world) as browser:
        await make_by(browser, path, key)
        assert "A passkey was added to your account" in (await browser.get("/")).text
        with world.connect() as connection:
            connection.execute("update session set began_at = began_at - interval '5 minutes'")
        for asked in ("/me/passkeys/new", "/sign-in/terminal"):
            assert (await browser.get(asked)).to == f"/sign-in?after={asked}&why=anew"
            assert (await browser.post(asked, code="AAAA-AAAA", state="x")).to == f"/sign-in?after={asked}&why=anew"
            assert "Sign in once more" in (await browser.get(f"/sign-in?after={asked}&why=anew")).text
        await show(browser, key)
        assert (await browser.get("/me/passkeys/new")).status == 200


async def test_with_all_other_sessions_the_terminals_end(world: World) -> None:
    path, key = invited(world, a_person(world, HEAD)), Authenticator()
    code = at_the_desk(world, lambda desk: ask(desk, "s" * 43, "cad-desk-7", utc_now()))
    async with a_browser(world) as browser:
        await make_by(browser, path, key)
        await browser.post("/sign-in/terminal", code=code, sure="yes")
        token = str(at_the_desk(world, lambda desk: collected(world, desk)))
        assert (await browser.post("/me/sessions/end")).to == "/me"
    found = at_the_desk(world, lambda desk: tokens.who(desk, token, TokenChecks(world.keys), utc_now()))
    assert isinstance(found, Gone)
    assert found.why == "revoked"


def collected(world: World, desk: Desk) -> Any:
    return collect(desk, "s" * 43, TokenChecks(world.keys), utc_now())


# --- what bars the way ------------------------------------------------------------------------------------------------


async def test_where_the_way_is_shut_every_page_of_it_says_so(world: World) -> None:
    async with a_browser(world, ways_by(shut=Shut.NO_TLS)) as browser:
        for path in ("/sign-in", "/sign-in/passkey", "/sign-in/invitation/" + "x" * 43):
            seen = await browser.get(path)
            assert (seen.status, "without TLS" in seen.text) == (503, True)


@pytest.mark.parametrize(
    ("public_url", "on_loopback", "has_tls", "why"),
    [
        ("http://localhost:8400", True, False, None),
        ("https://hub.example", True, False, None),
        ("https://hub.example", False, True, None),
        ("https://hub.example:8443/", False, True, None),
        ("https://hub.example", False, False, Shut.NO_TLS),
        ("http://hub.example", True, False, Shut.ADDRESS),
        ("http://127.0.0.1:8400", True, False, Shut.ADDRESS),
        ("https://hub.example/pages", True, False, Shut.ADDRESS),
        ("https://a@hub.example", True, False, Shut.ADDRESS),
        ("ftp://localhost", True, False, Shut.ADDRESS),
        ("http://localhost:8400", True, True, Shut.OTHER_SCHEME),
    ],
)
def test_people_sign_in_over_tls_or_on_the_very_machine(public_url, on_loopback, has_tls, why) -> None:
    assert why_shut(public_url, on_loopback=on_loopback, has_tls=has_tls) is why


def test_a_certificate_and_its_key_belong_together(tmp_path: Path) -> None:
    assert console_tls(Settings()) is None
    with pytest.raises(ConfigurationError, match="belong together"):
        console_tls(Settings(console_cert=tmp_path / "cert.pem"))
    with pytest.raises(UserError, match="cannot be used for TLS"):
        console_tls(Settings(console_cert=tmp_path / "cert.pem", console_key=tmp_path / "key.pem"))


async def test_who_failed_too_often_waits(world: World) -> None:
    left = {"wait": 0.0}
    ways = ways_by()
    slow = replace(ways, waits=lambda _: left["wait"], failed=lambda _: left.update(wait=2.5))
    async with a_browser(world, slow) as browser:
        assert (await browser.get("/sign-in/invitation/" + "x" * 43)).status == 403
        seen = await browser.get("/sign-in/invitation/" + "y" * 43)
    assert (seen.status, seen.headers["retry-after"]) == (429, "3")
