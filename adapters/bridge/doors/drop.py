"""The drop folder: one native record a file, taken in and then moved to `accepted/` or, with the reason, `rejected/`.

A file is first spooled and then moved. A crash between the two leaves it where it is; taken again, it is the same
event. Files that begin with a dot or end in .tmp or .part, folders and links are left alone, and so is a file whose
size or time still changes. A file that repeats a notice with another text is rejected, for that text was not taken in.
One that was changed or replaced while it was taken in is not moved: what it says now is still to be taken.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from adapters.bridge import metrics
from adapters.bridge.formats import MAX_NATIVE, Faults
from adapters.bridge.intake import DIFFERS, Door, Intake, Refused, Taken
from adapters.bridge.spool.store import Accepted, Full
from hub.facts.errors import HubError, UserError
from hub.log import fault, logger

ACCEPTED = "accepted"
REJECTED = "rejected"
REASON = ".reason.txt"
SETTLE_SECONDS = 1.0
_LOOK_SECONDS = 0.5
_AGAIN_SECONDS = 30.0
_AT_ONCE = 1_000
_LONGEST_NAME = 200
_UNFINISHED = (".tmp", ".part")

Stamp = tuple[int, int, int]
"""Which file, its size and time of change: it is finished when all have stayed the same for a while."""


class DropFolder:
    """Watches one folder. `monotonic` gives seconds."""

    def __init__(self, folder: Path, intake: Intake, *, monotonic: Callable[[], float]) -> None:
        if not folder.is_dir():
            raise UserError("The drop folder is not there: create it, or correct --drop.")
        self._folder = folder
        self._intake = intake
        self._monotonic = monotonic
        self._seen: dict[str, tuple[Stamp, float]] = {}
        self._not_before: dict[str, float] = {}
        self.missing = False
        for name in (ACCEPTED, REJECTED):
            (folder / name).mkdir(exist_ok=True, mode=0o700)

    async def run(self, stop: asyncio.Event) -> None:
        """Look and take until `stop`."""
        while not stop.is_set():
            for name in await asyncio.to_thread(self.finished):
                if stop.is_set():
                    return
                await asyncio.to_thread(self.take, name)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)

    def finished(self) -> list[str]:
        """Names of the files that are ready to be taken, the oldest first."""
        now, found = self._monotonic(), self._look()
        self._seen = {
            name: before if (before := self._seen.get(name)) and before[0] == stamp else (stamp, now)
            for name, stamp in found.items()
        }
        self._not_before = {name: at for name, at in self._not_before.items() if name in found}
        metrics.DROP_WAITING.set(len(found))
        return sorted(
            (
                name
                for name, (_, since) in self._seen.items()
                if now - since >= SETTLE_SECONDS and now >= self._not_before.get(name, now)
            ),
            key=lambda name: (found[name][2], name),
        )

    def take(self, name: str) -> None:
        """Take one file in and move it. Whatever fails is tried again later; nothing is moved that was not answered."""
        try:
            read = _read(self._folder / name)
            if read is None:
                return
            raw, stamp = read
            taken = self._intake.take(raw, Door.DROP)
            if _stamp(self._folder / name) == stamp:
                self._file(name, sha256(raw).hexdigest()[:12], taken)
        except (HubError, OSError) as error:
            logger().warning("a file in the drop folder waits", source=self._intake.source, fault=fault(error))
            self._not_before[name] = self._monotonic() + _AGAIN_SECONDS

    def _look(self) -> dict[str, Stamp]:
        found: dict[str, Stamp] = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if (
                        len(found) < _AT_ONCE
                        and not entry.name.startswith(".")
                        and not entry.name.endswith(_UNFINISHED)
                    ):
                        with suppress(OSError):
                            status = entry.stat(follow_symlinks=False)
                            if stat.S_ISREG(status.st_mode):
                                found[entry.name] = _stamp_of(status)
            self.missing = False
        except OSError:
            self.missing = True
        return found

    def _file(self, name: str, digest: str, taken: Taken) -> None:
        match taken:
            case Accepted(differs=False):
                _move(self._folder / name, _free(self._folder / ACCEPTED / name, digest))
            case Accepted():
                self._reject(name, digest, (DIFFERS,))
            case Refused(faults):
                self._reject(name, digest, faults)
            case Full():
                self._not_before[name] = self._monotonic() + _AGAIN_SECONDS

    def _reject(self, name: str, digest: str, faults: Faults) -> None:
        target = _free(self._folder / REJECTED / name, digest)
        _write(target.with_name(_shortened(target.name) + REASON), "".join(f"{text}\n" for text in faults))
        _move(self._folder / name, target)


def _stamp_of(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _stamp(path: Path) -> Stamp | None:
    try:
        return _stamp_of(path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return None


def _read(path: Path) -> tuple[bytes, Stamp] | None:
    """The file's bytes, up to one more than a record may have, as it was then; None where it has gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        stamp = _stamp_of(os.fstat(handle))
        return file.read(MAX_NATIVE + 1), stamp


def _free(path: Path, digest: str) -> Path:
    """This path, or, where a file of the same name was put before, one that only a file of the same bytes may have."""
    return path.with_name(f"{_shortened(path.name)}.{digest}") if path.exists() else path


def _shortened(name: str) -> str:
    """Short enough that an ending fits: file systems take 255 bytes."""
    raw = os.fsencode(name)
    return name if len(raw) <= _LONGEST_NAME else sha256(raw).hexdigest()


def _move(path: Path, target: Path) -> None:
    path.rename(target)
    for changed in (target.parent, path.parent):
        _sync(changed)


def _write(path: Path, text: str) -> None:
    """Replace a file, whole or not at all."""
    unfinished = path.with_name(f".{_shortened(path.name)}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
