"""Cookies, rates and ways out of pages, by themselves."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from hub.console.limits import Rate
from hub.console.pages.frame.answering import _inside
from hub.console.pages.frame.entry import address_of, read_cookies
from hub.console.pages.frame.form import Form
from hub.console.pages.frame.rates import Rates
from hub.console.pages.frame.shown import Sent

GOOD, OTHER = "A" * 43, "B" * 43


@pytest.mark.parametrize(
    ("headers", "secure", "found"),
    [
        ([f"hub={GOOD}"], False, {"hub": GOOD}),
        ([f"x=1; hub={GOOD}; y=2"], False, {"hub": GOOD}),
        ([f"hub={GOOD}; hub-draft={OTHER}"], False, {"hub": GOOD, "hub-draft": OTHER}),
        ([f"__Host-hub={GOOD}"], True, {"hub": GOOD}),
        ([f"hub={OTHER}; __Host-hub={GOOD}"], True, {"hub": GOOD}),
        ([f"hub={GOOD}"], True, {}),
        ([f"__Host-hub={GOOD}"], False, {}),
        ([f"hub={GOOD}; hub={OTHER}"], False, {}),
        ([f"hub={GOOD}; hub={GOOD}"], False, {}),
        ([f"hub={GOOD}", f"hub={OTHER}"], False, {}),
        (["hub=" + "A" * 42], False, {}),
        (["hub=" + "A" * 42 + "é"], False, {}),
        (["hub"], False, {}),
        ([], False, {}),
    ],
)
def test_one_cookie_of_the_right_name_is_read_or_none(headers: list[str], secure: bool, found: dict[str, str]) -> None:
    assert read_cookies(headers, secure=secure) == found


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("/people", "/people"),
        ("/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("people", "/"),
        ("/\tevil", "/"),
        ("/a\r\nset-cookie: x", "/"),
    ],
)
def test_a_page_sends_on_to_pages_of_the_hub_alone(to: str, where: str) -> None:
    assert _inside(Sent(to)) == where


def test_whoever_is_signed_in_has_allowances_of_their_own() -> None:
    rates = Rates(Rate(lambda: 0.0, 5.0, 2), Rate(lambda: 0.0, 2.0, 1))
    assert rates.take("cookie", "192.0.2.1") == 0
    rates.found("cookie")
    assert [rates.take("cookie", "192.0.2.1") for _ in range(3)] == [0, 0, 0.2]


def test_cookies_that_were_never_good_are_counted_by_address() -> None:
    rates = Rates(Rate(lambda: 0.0, 5.0, 100), Rate(lambda: 0.0, 2.0, 1))
    assert rates.take("one", "192.0.2.1") == 0
    assert rates.take("two", "192.0.2.1") == 0.5
    rates.found("three")
    rates.gone("three")
    assert rates.take("three", "192.0.2.1") == 0.5


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"),
        ("2001:db8:0:7::9", "2001:db8:0:7::/64"),
        ("2001:db8:0:8::9", "2001:db8:0:8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_whoever_has_a_whole_network_has_the_allowances_of_one(host: str, counted: str) -> None:
    client = {"type": "http", "client": (host, 50_000)}
    assert address_of(Request(client)) == counted


def test_a_form_says_nothing_of_itself() -> None:
    assert "Isla" not in repr(Form([("name", "Isla")]))


def test_a_list_has_so_many_choices_and_no_more() -> None:
    form = Form([("one", "x")] * 51)
    assert len(form.many("one")) == 50
    assert [fault.key for fault in form.faults] == ["frame.fault.many"]
