"""Addresses to listen on."""

from __future__ import annotations

import pytest

from hub.facts.errors import UserError
from hub.serving.addresses import address_of, listening, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:8410", ("127.0.0.1", 8410)), ("[::1]:0", ("::1", 0)), ("localhost:65535", ("localhost", 65_535))],
)
def test_an_address_is_a_host_and_a_port(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text, "--listen") == address


@pytest.mark.parametrize("wrong", ["8410", ":8410", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:٣"])
def test_what_is_none_is_said_with_the_name_of_its_setting(wrong: str) -> None:
    with pytest.raises(UserError, match="correct HUB_CONSOLE_ADDRESS"):
        parse_address(wrong, "HUB_CONSOLE_ADDRESS")


def test_an_address_that_another_has_is_said_with_the_name_of_its_setting() -> None:
    with listening(("127.0.0.1", 0), "--listen") as door:
        again = listening(address_of(door), "--watch")
        with pytest.raises(UserError, match=r"something else listens there.*--watch"):
            again.__enter__()
