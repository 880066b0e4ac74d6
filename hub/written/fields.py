"""A field that is not known where it stands: what may stand there that it may be meant for, or that it stands wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from hub.written.vocabulary import nearest

Models = frozenset[type[BaseModel]]


def unknown_field(model: type[BaseModel], steps: Sequence[str | int]) -> str:
    """The rest of a sentence that begins with the field's place; `steps` lead to it from an entry of `model`."""
    here, name = frozenset({model}), str(steps[-1])
    for step in steps[:-1]:
        here = _within(here, step) or here
    meant = nearest(name, _names(here))
    if not meant and name in _names(_all_within(frozenset({model}))):
        return "does not belong here: look at how far this line is set in"
    return f"is not known here{meant}"


def _names(models: Models) -> frozenset[str]:
    return frozenset(field.alias or name for model in models for name, field in model.model_fields.items())


def _within(models: Models, step: str | int) -> Models:
    """The models that a field of this name may hold; none for a place in a list or a name of a mapping."""
    return frozenset(
        held
        for model in models
        for name, field in model.model_fields.items()
        if (field.alias or name) == step
        for held in _held(field.annotation)
    )


def _all_within(models: Models) -> Models:
    found, waiting = set(models), list(models)
    while waiting:
        fields = waiting.pop().model_fields.values()
        new = {held for field in fields for held in _held(field.annotation)} - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def _held(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _held(part)
