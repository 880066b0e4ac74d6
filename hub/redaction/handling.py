"""How a recipient is to handle what it is told: the source's caveats as codes, each with a sentence. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from hub.facts.terms import Caveat

_SENTENCES = {
    Caveat.DO_NOT_RAISE_WITH_PARENTS: "Do not raise this with the child's parents or carers.",
    Caveat.NOT_IN_FAMILY_RECORD: "Do not keep this in a record that the family can read, on paper or online.",
    Caveat.DELETE_BY: "Delete this by {day}.",
    Caveat.TELEPHONE_ONLY: "Make contact about this by telephone only, never in writing.",
}


def handling(caveats: Collection[Caveat], delete_by: date | None) -> dict[str, list[dict[str, str]]]:
    """`handling` as the data of a delivery has it; nothing where there are no caveats."""
    day = f"{delete_by.day} {delete_by:%B %Y}" if delete_by else ""
    said = [{"code": code.value, "sentence": _SENTENCES[code].format(day=day)} for code in Caveat if code in caveats]
    return {"handling": said} if said else {}
