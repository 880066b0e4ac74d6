"""The `hub` command: one file per command group; this one joins them and turns errors into one plain sentence."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from hub.facts.errors import HubError
from hub.log import fault

GROUPS = {
    "serve": "serve",
    "router": "serve",
    "dispatcher": "serve",
    "console": "serve",
    "demo": "demo",
    "db": "db",
    "kafka": "kafka",
    "keys": "keys",
    "subjects": "subjects",
    "reviews": "reviews",
    "rules": "rules",
    "isp": "isp",
    "adapter": "adapter",
    "concern": "concern",
    "deliveries": "deliveries",
    "deadletters": "deadletters",
    "ledger": "ledger",
    "bench": "bench",
    "schemas": "schemas",
    "samples": "samples",
    "sources": "sources",
    "why": "why",
}
"""Command -> module of this package that defines it. Modules load when asked for: `hub rules` needs no Kafka."""


class LazyGroup(click.Group):
    """A group whose commands load on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in GROUPS:
            return None
        command = getattr(import_module(f"hub.cli.{GROUPS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="concern-hub", prog_name="hub")
def cli() -> None:
    """Get each child well-being concern to the people who should hear it, and nobody else."""


def main() -> None:
    """Console entry point: an error is one sentence on stderr, never a traceback. Status 2 is a misused command."""
    try:
        code = cli(prog_name="hub", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"hub: {_misuse(error)}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sentence = "Stopped before it was done."
    except HubError as error:
        sentence = str(error)
    except OSError as error:
        sentence = f"{error.filename or 'A file or address'} cannot be used: {error.strerror or type(error).__name__}."
    except Exception as error:
        if os.environ.get("HUB_TRACEBACK"):  # for developers: a traceback may hold what a log must not
            raise
        sentence = f"Something failed that should not ({fault(error)}): please report it, with what you ran."
    click.echo(f"hub: {sentence}", err=True)
    sys.exit(1)


def _misuse(error: click.ClickException) -> str:
    """One sentence; click's own would quote what was typed, which may be somebody's name."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    see = f"see `{context.command_path if context else 'hub'} --help`"
    parameter = error.param if isinstance(error, click.BadParameter) else None
    if parameter is None:
        return f"This command or option is not known, or is not used so: {see}."
    name = parameter.opts[0] if isinstance(parameter, click.Option) else (parameter.name or "").upper()
    if type(parameter.type).__module__.startswith("hub."):  # a type of our own, whose words repeat nothing
        return f"{name} {error.message.rstrip('.')}."
    return f"{name} {_wanted(parameter, missing=isinstance(error, click.MissingParameter))}: {see}."


def _wanted(parameter: click.Parameter, *, missing: bool) -> str:
    match parameter.type:
        case click.Choice(choices=choices):
            return f"must be one of {', '.join(map(str, choices))}"
        case click.Path() | click.File() if not missing:
            return "must be a file or folder that can be read"
        case _:
            return "is missing" if missing else "is not as it must be"
