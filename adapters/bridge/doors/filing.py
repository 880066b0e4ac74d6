"""Files of the drop folder on the disk: read as they are, moved once they are answered, with the reason beside them."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from adapters.bridge.formats import MAX_NATIVE, Faults

ACCEPTED = "accepted"
REJECTED = "rejected"
REASON = ".reason.txt"
RECEIPTS = ".receipts.jsonl"
RESULT = ".result.jsonl"
MOST_NAMES = 50_000
"""Files that one look sees."""
_LONGEST_NAME = 200
_UNFINISHED = (".tmp", ".part")

Stamp = tuple[int, int, int]
"""Which file, its size and time of change: it is finished when all have stayed the same for a while."""


def waiting(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """The files that are nobody's unfinished ones; raises OSError where the folder cannot be read."""
    seen = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(_UNFINISHED):
                continue
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield entry.name, _stamp_of(status)
                    seen += 1
            if seen >= MOST_NAMES:
                return


def stamp_now(path: Path) -> Stamp | None:
    """The file's stamp; None where it has gone."""
    try:
        return _stamp_of(path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return None


def read(path: Path, most: int = MAX_NATIVE + 1) -> tuple[bytes, Stamp] | None:
    """The file's bytes, by default up to one more than a record may have, as it was then; None where it has gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        stamp = _stamp_of(os.fstat(handle))
        return file.read(most), stamp


def place_of_accepted(path: Path, digest: str) -> Path:
    """Where a file is moved to that was taken in, all of it."""
    return _free(path.parent / ACCEPTED / path.name, digest)


def receipts_of(path: Path) -> Path:
    """The file beside an accepted one that says what became of it."""
    return path.with_name(_shortened(path.name) + RECEIPTS)


def place_of_rejected(path: Path, digest: str) -> Path:
    """Where a file is moved to that was not, or not all of it."""
    return _free(path.parent / REJECTED / path.name, digest)


def write_reason(target: Path, faults: Faults) -> None:
    """Beside where a rejected file will lie: why."""
    _write(target.with_name(_shortened(target.name) + REASON), "".join(f"{text}\n" for text in faults))


def write_result(target: Path, concerns: Iterable[Mapping[str, Any]]) -> None:
    """Beside where a file will lie: what became of each of its concerns, a JSON object a line."""
    _write(target.with_name(_shortened(target.name) + RESULT), "".join(f"{json.dumps(one)}\n" for one in concerns))


def settle(folder: Path) -> None:
    """Put on the disk where files were moved to; before that, a crash may leave one where it was, to be taken again."""
    for changed in (folder / ACCEPTED, folder / REJECTED, folder):
        handle = os.open(changed, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stamp_of(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _free(path: Path, digest: str) -> Path:
    """This path, or, where a file of the same name was put before, one that only a file of the same bytes may have."""
    return path.with_name(f"{_shortened(path.name)}.{digest}") if path.exists() else path


def _shortened(name: str) -> str:
    """Short enough that an ending fits: file systems take 255 bytes."""
    raw = os.fsencode(name)
    return name if len(raw) <= _LONGEST_NAME else sha256(raw).hexdigest()


def _write(path: Path, text: str) -> None:
    """Replace a file, whole or not at all."""
    unfinished = path.with_name(f".{_shortened(path.name)}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
