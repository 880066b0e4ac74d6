"""Invented children as a roll that `hub subjects import` reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from hub.facts.model import Identity
from hub.matching.lab.trials.mixes import World
from hub.matching.rolls.row import COLUMNS

_OF_THE_ROW = ("local_id", "previous_family_names", "relationship", "start_date", "end_date", "restricted")


def write_roll(world: World, file: TextIO) -> None:
    """Every child, its index as its local id."""
    write_rows(((str(index), person.identity) for index, person in enumerate(world.people)), file)


def write_rows(children: Iterable[tuple[str, Identity]], file: TextIO) -> None:
    """These children, each by its local id."""
    columns = [name for name in COLUMNS if name not in _OF_THE_ROW]
    writer = csv.writer(file)
    writer.writerow(["local_id", "previous_family_names", *columns])
    for local_id, who in children:
        writer.writerow(
            [local_id, ";".join(who.previous_family_names), *(getattr(who, name) or "" for name in columns)]
        )
