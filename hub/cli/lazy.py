"""Groups of commands that load when they are asked for: `hub rules` needs no Kafka, and `--help` none of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click

_WHOLE = 1_000
"""Letters of a command's first sentence that its group's help shows: all, on as many lines as they take."""


class Later(NamedTuple):
    """A command that is not loaded yet: the module of this package that defines it, and what the help says of it."""

    module: str
    says: str


class LazyGroup(click.Group):
    """A group with commands that load on first use, beside such as its own module defines."""

    def __init__(self, *args: Any, later: Mapping[str, Later], **named: Any) -> None:
        super().__init__(*args, **named)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._later})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        later = self._later.get(cmd_name)
        if later is None:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(f"hub.cli.{later.module}"), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        said = {name: command.get_short_help_str(_WHOLE) for name, command in self.commands.items()}
        said |= {name: later.says for name, later in self._later.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(said.items()))
