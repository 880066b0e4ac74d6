"""HL7 v2, as hospitals' integration engines send it: over MLLP, as files, or posted."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from functools import partial
from pathlib import Path
from uuid import UUID

from adapters.bridge.answers import Door, Takes
from adapters.bridge.doors import mllp
from adapters.bridge.formats import MappedFormat, NativeFormat
from adapters.bridge.ids import uuid7
from adapters.nhs.hl7.answering import Receiver
from adapters.nhs.hl7.batch import is_cut_off
from adapters.nhs.hl7.events import EVENTS
from adapters.nhs.hl7.mapping import SHIPPED, load_mapping, shipped_mapping
from adapters.nhs.hl7.translate import translate
from hub.facts.clock import utc_now

TITLE, MEDIA_TYPE = "HL7 v2 message", "application/hl7-v2"


def make(mapping: Path | None) -> NativeFormat:
    """The format with a mapping file, or with the one that comes with it; raises UserError for what is wrong in it."""
    codes = shipped_mapping() if mapping is None else load_mapping(mapping)
    return NativeFormat(
        TITLE,
        MEDIA_TYPE,
        partial(translate, mapping=codes),
        cut_off=is_cut_off,
        batch=True,
        mllp=serve_mllp,
        describe=describe,
    )


def describe() -> str:
    """Which messages are read, and the mapping file that comes with the format, to begin one's own with."""
    kinds = (f"{kind}^{trigger}" for kind, triggers in EVENTS.items() for trigger in triggers)
    return f"# HL7 v2.1 to 2.9: {', '.join(kinds)}.\n#\n{SHIPPED.read_text(encoding='utf-8')}"


async def serve_mllp(
    intake: Takes, door: socket.socket, stop: asyncio.Event, *, tls: ssl.SSLContext | None = None
) -> None:
    """Take messages in over MLLP until `stop` is set."""
    receiver = Receiver(partial(intake.take, door=Door.MLLP), now=utc_now, new_id=_new_id)
    await mllp.serve(receiver, door, stop, source=intake.source, tls=tls)


def _new_id() -> UUID:
    return uuid7(utc_now(), os.urandom)


FORMAT = MappedFormat(TITLE, MEDIA_TYPE, make, describe)
