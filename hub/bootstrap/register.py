"""The subject register, with the keys of its records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from hub.bootstrap.desk import open_store
from hub.facts.clock import Clock, utc_now
from hub.facts.errors import KeyMissing
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use
from hub.keys.setup import blocking_keys, hub_keys
from hub.matching.deciding.weights import Weights
from hub.matching.register.register import Register, RegisterKeys
from hub.settings import Settings


@contextmanager
def open_register(settings: Settings, weights: Weights | None = None) -> Iterator[tuple[psycopg.Connection, Register]]:
    """The store and the register, weighing by another model where one is given; each step has its own transaction."""
    held = register(settings)
    if weights is not None:
        held = held.weighing(weights)
    with open_store(settings) as connection:
        yield connection, held


def make_register(keys: FileKeys, clock: Clock = utc_now) -> Register:
    """The register under the current blocking and record keys, and every older record key that is held.

    A key that is made later is noticed within a second; its age is its file's, by the machine's clock.
    """

    def read_keys() -> RegisterKeys:
        blocking, *others = blocking_keys(keys, utc_now().timestamp())
        return RegisterKeys(
            blocking=keys.secret(blocking),
            current=keys.current(HUB, Use.REGISTER),
            records={key_id: keys.secret(key_id) for key_id in keys.held(HUB, Use.REGISTER)},
            blocking_id=blocking,
            others={key_id: keys.secret(key_id) for key_id in others},
        )

    return Register(read_keys(), today=lambda: clock().date(), read_keys=read_keys)


def register(settings: Settings) -> Register:
    """The register of these settings. Its keys are made on first use, but only while it holds nothing.

    New keys beside an old register would find nobody in it; that stays an error.
    """
    try:
        return make_register(FileKeys(settings.keys))
    except KeyMissing:
        with open_store(settings) as connection:
            if connection.execute("select exists (select from source_record)").fetchone() != (False,):
                raise
        hub_keys(settings.keys, settings.suite)
        return make_register(FileKeys(settings.keys))
