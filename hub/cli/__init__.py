"""The `hub` command: one file per command group; this one joins them and turns errors into one plain sentence."""

from __future__ import annotations

import os
import sys

import click

from hub.cli.lazy import Later, LazyGroup
from hub.facts.errors import HubError
from hub.log import fault

COMMANDS = {
    "adapter": Later("adapter", "Take native records from an agency's system and publish them, sealed and signed."),
    "bench": Later("bench", "Measure the hub's speed and judgement on this machine."),
    "concern": Later("concern", "Publish concerns, and tell their story."),
    "console": Later("serve", "Serve the HTTP API of inbox and receipts, until SIGTERM."),
    "db": Later("db", "The database."),
    "deadletters": Later("deadletters", "Records that could not be used."),
    "deliveries": Later("deliveries", "What goes to recipients, and how far it came."),
    "demo": Later(
        "demo", "Show the whole way: what police, a school and a hospital worry about, told to whoever may hear."
    ),
    "dispatcher": Later("serve", "Deliver what is due, until SIGTERM."),
    "isp": Later("isp", "Information Sharing Protocols."),
    "kafka": Later("kafka", "Kafka's topics."),
    "keys": Later("keys", "Keys of the hub, of organisations, and of callers."),
    "ledger": Later("ledger", "The append-only ledger."),
    "people": Later("people", "People by account: their posts, leave, cover and training."),
    "providers": Later("providers", "Identity providers by which people sign in."),
    "reviews": Later("reviews", "Clerical review: of concerns, and of the register's records."),
    "router": Later("serve", "Decide concerns from Kafka, until SIGTERM."),
    "rules": Later("rules", "Routing rules and ISPs: who ought to hear, whether they may, and what."),
    "samples": Later("samples", "Copy the shipped rules, make every organisation's keys, and sign every ISP."),
    "schemas": Later("schemas", "The Avro schemas."),
    "serve": Later("serve", "Run router, dispatcher and console in one process, until SIGTERM."),
    "sign-in": Later("sign_in", "Have a person's token for the commands of this terminal, approved at a page."),
    "sources": Later("sources", "Sources and their standing."),
    "subjects": Later("subjects", "The subject register: import rolls and superseded numbers, and ask who a child is."),
    "why": Later("why", "Say in one sentence where a thing is, and who must act."),
}
"""Command -> the module of this package that defines it, and what `hub --help` says of it."""


@click.group(cls=LazyGroup, later=COMMANDS)
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
