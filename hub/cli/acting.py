"""Who does this, and why: one pair of options for every command by which a person acts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from hub.facts.act import act, typed
from hub.facts.clock import utc_now
from hub.facts.errors import UserError

Command = Callable[..., Any]
_BY, _REASON = "Who does this: a person's name.", "Why, for whoever asks later."


def acting(command: Command) -> Command:
    """`--by` and `--reason`, which nobody may leave out; the command is handed `act`."""

    @click.option("--by", required=True, help=_BY)
    @click.option("--reason", required=True, help=_REASON)
    @functools.wraps(command)
    def run(*args: Any, by: str, reason: str, **options: Any) -> Any:
        return command(*args, act=act(typed(by), reason, utc_now()), **options)

    return run


def opening(command: Command) -> Command:
    """`--open`, which asks for `--by` and `--reason`; the command is handed `act`, or None where all stays sealed."""

    @click.option("--open", "opened", is_flag=True, help="Show what is sealed; the ledger keeps who did, and why.")
    @click.option("--by", help=f"With --open: {_BY[0].lower()}{_BY[1:]}")
    @click.option("--reason", help=f"With --open: {_REASON[0].lower()}{_REASON[1:]}")
    @functools.wraps(command)
    def run(*args: Any, opened: bool, by: str | None, reason: str | None, **options: Any) -> Any:
        if not opened and (by or reason):
            raise UserError("--by and --reason go with --open: nothing sealed is shown without it.")
        return command(*args, act=act(typed(by or ""), reason or "", utc_now()) if opened else None, **options)

    return run
