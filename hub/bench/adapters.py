"""Native records into the spool, with its fsync, on one core: how many a second of each format, beside police."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import adapters
from adapters.bridge.answers import Door
from adapters.bridge.intake import Intake
from adapters.bridge.parts import open_bridge
from hub.keys.setup import hub_keys, organisation_keys
from hub.settings import Settings

POLICE = "police"
_ADAPTERS = Path(adapters.__file__).parent
_LEAST = 200
"""Records a second that a format has to reach."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format to measure: who sends it, an example, and what in that names the case."""

    source: str
    example: Path
    reference: bytes


FORMATS = {
    POLICE: Format("police.caledon", _ADAPTERS / "police/examples/single-child.json", b"CAL-PPN-2026-004420"),
    "fhir": Format(
        "nhs.westshire-royal", _ADAPTERS / "nhs/fhir/examples/emergency-attendance.json", b"WR-SG-2026-0231"
    ),
    "hl7": Format("nhs.caledon-infirmary", Path(__file__).parent / "data/admission.hl7", b"V-20260307"),
}
"""In the order in which they take turns."""


def measure(home: Path, records: int, rounds: int) -> dict[str, Any]:
    """So many records of each format in each round, in turns; each a case of its own."""
    settings = Settings(home=home, kafka_bootstrap="127.0.0.1:9")
    hub_keys(settings.keys, settings.suite)
    with ExitStack() as stack:
        ways = {name: _way(settings, name, found, stack) for name, found in FORMATS.items()}
        wall, cpu = dict.fromkeys(FORMATS, 0.0), dict.fromkeys(FORMATS, 0.0)
        for take in ways.values():
            take(-1)
        taken = 0
        for turn in range(rounds):
            for name, take in ways.items():
                began, worked = perf_counter(), process_time()
                taken += sum(take(turn * records + number) for number in range(records))
                wall[name] += perf_counter() - began
                cpu[name] += process_time() - worked
    total = records * rounds
    return {
        "suite": "adapters",
        "work": {"records": records, "rounds": rounds},
        "rates": {name: round(total / seconds) for name, seconds in wall.items()},
        "cpu_ms": {name: round(1_000 * seconds / total, 2) for name, seconds in cpu.items()},
        "ratios": {name: round(wall[POLICE] / seconds, 3) for name, seconds in wall.items()},
        "checks": {"not_taken": len(FORMATS) * total - taken},
        "too_slow": sorted(name for name, seconds in wall.items() if total / seconds < _LEAST),
    }


def _way(settings: Settings, name: str, found: Format, stack: ExitStack) -> Callable[[int], bool]:
    organisation_keys(found.source, settings.agency_keys(found.source), settings.keys)
    bridge = stack.enter_context(open_bridge(settings, name, found.source))
    raw = found.example.read_bytes()
    assert found.reference in raw
    return partial(_take, bridge.intake, raw, found.reference)


def _take(intake: Intake, raw: bytes, reference: bytes, number: int) -> bool:
    """Take the example in as a case of its own; whether it was not there before."""
    [answer] = intake.take(raw.replace(reference, b"%b-%d" % (reference, number)), Door.COMMAND)
    return answer.accepted is not None
