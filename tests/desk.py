"""A person at the hub's commands: what they print, and what they refuse in one sentence."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from click.testing import CliRunner, Result

from hub.cli import cli, main

LASTING = {"router", "dispatcher", "console", "serve", "demo"}
"""Commands that only a process of their own may run."""


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit status, and what it printed."""

    status: int
    out: str
    err: str


def hub(*arguments: object, stdin: str | None = None, home: Path | None = None) -> Ended:
    """`hub ARGUMENTS` by the entry point of the command, in this process: another one takes seconds to load."""
    return run([str(one) for one in arguments], stdin=stdin, environment={"HUB_HOME": str(home)} if home else {})


def run(arguments: Sequence[str], *, environment: Mapping[str, str], stdin: str | None = None) -> Ended:
    """The same with settings of its own; how logs are written afterwards is as it was before."""
    assert arguments[0] not in LASTING, "it ends its process whatever hangs, and this one would be it"
    assert list(arguments[:2]) != ["adapter", "run"], "as above"
    with (
        logs_as_before(),
        patch("sys.argv", ["hub", *arguments]),
        CliRunner().isolation(stdin, environment) as (out, err, _),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    status = ended.value.code
    assert isinstance(status, int)
    return Ended(status, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def logs_as_before() -> Iterator[None]:
    """What a long-running command changes of logging, for its process alone as a rule, is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@dataclass(frozen=True)
class Command:
    """`Command("reviews").done("read", task)` is `hub reviews read TASK --json`."""

    name: str

    def run(self, *arguments: object) -> Result:
        """As it ended, well or not."""
        return CliRunner().invoke(cli, [self.name, *map(str, arguments)])

    def done(self, *arguments: object) -> dict[str, Any]:
        """The one document that it printed."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output + str(result.exception)
        found: dict[str, Any] = json.loads(result.output)
        return found

    def refused(self, *arguments: object) -> str:
        """What it said of why not."""
        result = self.run(*arguments)
        assert result.exit_code != 0
        return str(result.exception) + result.output
