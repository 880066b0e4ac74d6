"""How well texts are looked through: clean ones held for nothing, leaking ones let go, and texts a second."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Any

from hub.bench.narratives import CHILD, an_event, clean
from hub.bench.tellings import leaks
from hub.facts.model import Repeat
from hub.looking.looking import Lens

KNOWN = Repeat.of("child.date_of_birth", CHILD)
"""What the child's own school may read of all that the event holds."""


def measure(events: int, seed: int) -> dict[str, Any]:
    """One clean text and every way of leaking for each of so many events."""
    chance = Random(seed)  # noqa: S311 - invented people, not secrets
    held, asked, missed = 0, Counter[str](), Counter[str]()
    seconds = 0.0
    for _ in range(events):
        event = an_event(chance)
        lens = Lens(event.things)
        texts = [("clean", clean(event, chance)), *leaks(event, chance)]
        started = time.perf_counter()
        found = [_is_held(lens, text) for _, text in texts]
        seconds += time.perf_counter() - started
        held += found[0]
        for (kind, _), is_held in zip(texts[1:], found[1:], strict=True):
            asked[kind] += 1
            missed[kind] += not is_held
    leaking = asked.total()
    return {
        "suite": "looking",
        "work": {"events": events, "seed": seed, "clean": events, "leaking": leaking},
        "rate": round((events + leaking) / seconds),
        "clean_held_percent": round(100 * held / events, 2),
        "ways": {kind: {"asked": asked[kind], "missed": missed[kind]} for kind in sorted(asked)},
        "checks": {"leaked": missed.total()},
    }


def _is_held(lens: Lens, text: str) -> bool:
    return any(hit.repeats != KNOWN for hit in lens.look(text, [CHILD]))
