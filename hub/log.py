"""JSON logs on stderr. An event's fields are ids, codes, counts and times; never personal data, never a body."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "event_id",
        "delivery_id",
        "dead_letter_id",
        "task_id",
        "source",
        "topic",
        "partition",
        "offset",
        "tier",
        "kind",
        "outcome",
        "reason",
        "count",
        "channel",
        "attempt",
        "status",
        "seconds",
        "fault",
        "part",
        "rules_version",
        "key_id",
        "revision",
        "layer",
        "cause",
        "where",
        "process",
        "schema",
        "address",
        "repeated",
    }
)
"""Fields a log line may have. Anything else is dropped and counted, so that a careless call cannot leak."""

WAITING = frozenset(
    {
        "a file gets no receipts",
        "a file in the drop folder waits",
        "anew_waits",
        "batch_put_back",
        "claiming_waits",
        "dispatcher_waits",
        "kafka does not take events",
        "kafka gives no news",
        "kafka_away",
        "library",
        "news of what this adapter did not send",
        "news that cannot be read",
        "news that the hub did not sign",
        "offsets_not_committed",
        "outbox_row_stuck",
        "progress_unknown",
        "relay_waits",
        "settling_waits",
        "sweep_waits",
        "the connection is not tested",
        "the drop folder cannot be kept",
        "what was sent is not remembered",
    }
)
"""Lines of what is tried again until it goes well, as often as every second while a part is away."""
SELDOM_S = 60.0
_CHAIN = 5


def _only_allowed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    dropped = [name for name in event if name not in ALLOWED]
    for name in dropped:
        del event[name]
    if dropped:
        event["fault"] = f"{len(dropped)} field(s) dropped: not on the list in hub/log.py"
    return event


class Seldom:
    """Of lines that only say that something still waits, one a minute for each part; it says how many it stands for."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._said: dict[tuple[str, ...], tuple[float, int]] = {}

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if event.get("event") not in WAITING:
            return event
        part = (event["event"], str(event.get("tier", "")), str(event.get("where", "")).partition(".")[0])
        now = self._monotonic()
        at, left_out = self._said.get(part, (now - SELDOM_S, 0))
        if now - at < SELDOM_S:
            self._said[part] = at, left_out + 1
            raise structlog.DropEvent
        self._said[part] = now, 0
        return {**event, "repeated": left_out} if left_out else event


def _fault(error: BaseException) -> str:
    """An error as logs may show it: its type alone, for a library's message may quote the data."""
    return type(error).__name__


def fault(error: BaseException) -> str:
    """The `fault` field for an exception: types along its chain of causes."""
    names = [_fault(error)]
    while (error := error.__cause__ or error.__context__) is not None and len(names) < _CHAIN:  # type: ignore[assignment]  # the chain ends in None
        names.append(_fault(error))
    return " < ".join(names)


def configure(level: str = "info") -> None:
    """Set up structlog for a long-running process; libraries' own logs are kept to warnings without arguments."""
    structlog.configure(
        processors=[
            Seldom(),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.CRITICAL, handlers=[_Plain()], force=True)
    for name in ("aiokafka", "uvicorn", "uvicorn.error", "aiohttp", "asyncio", "psycopg"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _Plain(logging.Handler):
    """A library's warning: its logger and the unformatted message, never the arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        said = str(record.msg)[:200] if record.args else "no template"  # without arguments it may be filled in already
        structlog.get_logger().warning("library", where=record.name, fault=said)


def logger() -> Any:
    """The process's logger."""
    return structlog.get_logger()
