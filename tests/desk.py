"""A person at the hub's commands: what they print, and what they refuse in one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner, Result

from hub.cli import cli


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
