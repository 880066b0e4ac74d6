"""The drop folder: one native record a file, taken in and then moved to `accepted/` or, with the reason, `rejected/`.

Of a record of several concerns, one that is refused sends the file to `rejected/`, with a result for each beside it.

A file is first spooled and then moved. A crash between the two leaves it where it is; taken again, it is the same
event. Files that begin with a dot or end in .tmp or .part, folders and links are left alone, and so is a file whose
size or time still changes; one that is evidently cut off is left for a minute more, for its writer may be slow. A file
that repeats a notice with another text is rejected, for that text was not taken in. One that was changed or replaced
while it was taken in is not moved: what it says now is still to be taken.

The most urgent are taken first, by a glance at what each says of its tier, and after some work the folder is looked at
again: neither a flood of routine files nor one of bad files keeps an immediate one waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from adapters.bridge import metrics
from adapters.bridge.answers import Answer, Door, State, as_json, placed_faults, state, summed
from adapters.bridge.doors.filing import (
    ACCEPTED,
    REJECTED,
    Stamp,
    place_of_accepted,
    place_of_rejected,
    read,
    settle,
    stamp_now,
    waiting,
    write_reason,
    write_result,
)
from adapters.bridge.formats import NativeFormat, never_cut_off, unknown_tier
from adapters.bridge.intake import Intake
from hub.facts.errors import HubError, Unavailable, UserError
from hub.facts.terms import Tier
from hub.log import fault, logger
from hub.serving.supervisor import pause

Filed = Callable[[UUID, Path], None]
SETTLE_SECONDS = 1.0
CUT_OFF_SECONDS = 60.0
"""For the rest of a file that is empty, or ends in the midst of its record."""
_LOOK_SECONDS = 0.5
_WORK_SECONDS = 0.5
"""Of taking in, and of glancing, before the folder is looked at again."""
_AGAIN_SECONDS = 30.0
_GLANCE = 262_144
"""Bytes of a file that its tier is read from."""
_ORDER = {tier: rank for rank, tier in enumerate(Tier)}
_LAST = len(_ORDER)


@dataclass(slots=True)
class _File:
    """A file as it is now: since when it has been so, how urgent it is once glanced at, and from when to try it."""

    stamp: Stamp
    since: float
    rank: int | None = None
    not_before: float = 0.0


def _forget(_event_id: UUID, _path: Path) -> None:
    """Where nobody asks what becomes of a file."""


class DropFolder:
    """Watches one folder. `monotonic` gives seconds."""

    def __init__(
        self,
        folder: Path,
        intake: Intake,
        native: NativeFormat | None = None,
        *,
        monotonic: Callable[[], float],
        filed: Filed = _forget,
        way: str = "",
    ) -> None:
        """`filed` hears where the file of an event will lie, and again once it does.

        `way` tells this folder from others of the source in the metrics.
        """
        if not folder.is_dir():
            raise UserError("The drop folder is not there: create it, or correct --drop.")
        self._folder = folder
        self._intake = intake
        self._tier_of = native.tier_of if native else unknown_tier
        self._cut_off = native.cut_off if native else never_cut_off
        self._monotonic = monotonic
        self._way = way
        self._files: dict[str, _File] = {}
        self._filed = filed
        self.missing = False
        for name in (ACCEPTED, REJECTED):
            (folder / name).mkdir(exist_ok=True, mode=0o700)

    async def run(self, stop: asyncio.Event) -> None:
        """Look and take until `stop`."""
        while not stop.is_set():
            names = await asyncio.to_thread(self.finished)
            if not await asyncio.to_thread(self._take_some, names, stop):
                await pause(stop, _LOOK_SECONDS)

    def finished(self) -> list[str]:
        """Names of the files that are ready to be taken: the most urgent first, and of those the oldest."""
        self._look()
        now = self._monotonic()
        ready = [
            name for name, file in self._files.items() if now - file.since >= SETTLE_SECONDS and now >= file.not_before
        ]
        self._glance(ready)
        return sorted((name for name in ready if self._files[name].rank is not None), key=self._turn)

    def take(self, name: str) -> bool:
        """Take one file in and move it; whether more may be taken now.

        Whatever fails is tried again later; nothing is moved that was not answered.
        """
        path, file = self._folder / name, self._files[name]
        try:
            found = read(path)
            if found is None:
                return True
            raw, stamp = found
            if self._cut_off(raw) and self._monotonic() - file.since < CUT_OFF_SECONDS:
                file.not_before = file.since + CUT_OFF_SECONDS
                return True
            answers = self._intake.take(raw, Door.DROP)
            if stamp_now(path) == stamp:
                self._file(path, sha256(raw).hexdigest()[:12], answers)
        except (HubError, OSError) as error:
            logger().warning("a file in the drop folder waits", source=self._intake.source, fault=fault(error))
            file.not_before = self._monotonic() + _AGAIN_SECONDS
            return not isinstance(error, Unavailable)
        if _later(answers):
            file.not_before = self._monotonic() + _AGAIN_SECONDS
        return not _later(answers)

    def _take_some(self, names: list[str], stop: asyncio.Event) -> bool:
        """Take in order, for a while; whether there is more to do at once."""
        end, more = self._monotonic() + _WORK_SECONDS, False
        for name in names:
            more = self._monotonic() >= end
            if more or stop.is_set() or not self.take(name):
                break
        if names:
            try:
                settle(self._folder)
            except OSError as error:  # what was moved may lie where it was after a crash, and is then known again
                logger().warning("the drop folder cannot be kept", source=self._intake.source, fault=fault(error))
        return more

    def _look(self) -> None:
        now = self._monotonic()
        try:
            found = dict(waiting(self._folder))
            self.missing = False
        except OSError:
            found, self.missing = {}, True
        known = self._files
        self._files = {
            name: before if (before := known.get(name)) and before.stamp == stamp else _File(stamp, now)
            for name, stamp in found.items()
        }
        metrics.DROP_WAITING.labels(self._intake.source, self._way).set(len(found))

    def _glance(self, names: list[str]) -> None:
        """See how urgent files are, for a while: the newest first, for the older ones had their glance before."""
        end = self._monotonic() + _WORK_SECONDS
        for name in sorted(names, key=lambda name: -self._files[name].stamp[2]):
            file = self._files[name]
            if file.rank is None:
                file.rank = self._rank(name)
            if self._monotonic() >= end:
                break

    def _rank(self, name: str) -> int:
        try:
            found = read(self._folder / name, _GLANCE)
        except OSError:  # taking it will say so
            return _LAST
        tier = self._tier_of(found[0]) if found else None
        return _LAST if tier is None else _ORDER[tier]

    def _turn(self, name: str) -> tuple[int, int, str]:
        file = self._files[name]
        return file.rank or 0, file.stamp[2], name

    def _file(self, path: Path, digest: str, answers: Sequence[Answer]) -> None:
        """Move it, after what is told of it. With one concern that was not taken in, a file counts as rejected."""
        if _later(answers):
            return
        rejected = any(state(answer) is State.REFUSED for answer in answers)
        target = (place_of_rejected if rejected else place_of_accepted)(path, digest)
        if rejected:
            some = (summed(answers),) if any(answer.accepted for answer in answers) else ()
            write_reason(target, (*some, *placed_faults(answers)))
        if len(answers) > 1 or answers[0].left_out:
            write_result(target, map(as_json, answers))
        taken = [answer.accepted for answer in answers if answer.accepted]
        for event_id in taken:
            self._filed(event_id, target)  # before, so that a crash between the two forgets nothing
        path.rename(target)
        for event_id in taken:
            self._filed(event_id, target)


def _later(answers: Sequence[Answer]) -> bool:
    """Whether the file must be taken again, for something of it could not be taken in now."""
    return any(state(answer) is State.LATER for answer in answers)
