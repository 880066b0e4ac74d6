"""The style sheet of pages: NHS.UK's as it was looked at, with nothing in it that asks anybody else."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from hub.console.pages.frame import styles
from hub.console.pages.frame.styles import Style, make_safe, read_style
from hub.console.pages.frame.templates import make_templates
from hub.facts.errors import ConfigurationError
from tests.pages import Missing


def test_it_asks_nobody_else_and_brings_no_font() -> None:
    sheet = read_style().body.decode()
    assert "nhsuk-button" in sheet
    assert "hub-sheet" in sheet
    assert [word for word in ("url(", "http", "@import", "@font-face", "Frutiger") if word in sheet] == []


def test_its_address_is_of_its_own_digest_so_that_a_browser_may_keep_it() -> None:
    style = Style(b"p { color: black }", whole=True)
    assert style.path == f"/styles/{sha256(style.body).hexdigest()[:16]}.css"


def test_another_sheet_than_the_pinned_one_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not the pinned one"):
        make_safe(b"p { color: black }")


@pytest.mark.parametrize("rule", ["a{background:url(x.png)}", "@import 'x'", "a{b:HTTPS://x.example}"])
def test_a_sheet_that_asks_for_something_elsewhere_is_refused(rule: str) -> None:
    with pytest.raises(ConfigurationError, match="elsewhere"):
        make_safe(rule.encode(), sha256(rule.encode()).hexdigest())


def test_without_the_wheel_pages_are_plain_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styles, "_PACKAGE", "no_such_package")
    plain = styles.read_style.__wrapped__()
    assert plain.body == (Path(styles.__file__).parent / "hub.css").read_bytes()
    assert plain.warnings() == ("Pages are shown plain: install requirements/pages.txt.",)
    assert read_style().warnings() == ()


def test_a_name_that_a_template_of_ours_was_not_given_is_noticed() -> None:
    templates = make_templates(Missing)
    with pytest.raises(UndefinedError):
        templates.get_template("frame/wrong_host.html").render(say=lambda *_: "", form=None)
