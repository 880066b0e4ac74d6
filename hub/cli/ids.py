"""Ids on the command line: whole, or the first 8 or more characters of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import click

from hub.people.desk import Desk
from hub.people.ids import Thing, find, is_id

_LONGEST_NUMBER = 18


class Id(click.ParamType[str]):
    """A UUID, or its beginning."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises BadParameter where it can be neither."""
        if not is_id(str(value)):
            self.fail("is neither an id nor the first 8 or more characters of one", param, ctx)
        return str(value)


class ReviewId(click.ParamType[str | int]):
    """A concern's review, as `Id`; or the number of a register record's."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | int:
        """Raises BadParameter where it is neither."""
        text = str(value)
        if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER:
            return int(text)
        if not is_id(text):
            self.fail("is neither the UUID of a concern's review, or its beginning, nor a record's number", param, ctx)
        return text


def find_all(desk: Desk, thing: Thing, typed: Sequence[str]) -> list[UUID]:
    """Each one's whole id; raises UserError."""
    return [find(desk, thing, one) for one in typed]
