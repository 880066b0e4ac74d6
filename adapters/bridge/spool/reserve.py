"""Room on the disk that is kept for publishing: to take an event out of the spool needs room, too."""

from __future__ import annotations

import os
import resource
import shutil
from contextlib import suppress
from pathlib import Path

MOST = 16_777_216
"""Bytes: what taking out some hundred large events needs, several times over."""
LEAST = 65_536
_SHARE = 16
"""At most this part of a small disk, or of what a file may hold."""
_NO_TEXT = bytes(byte | 0x80 for byte in range(256))
"""Noise, for a disk may pack what is like; and none that whoever looks for a name in the spool would take for one."""


class Reserve:
    """A file beside the spool's own that is emptied when the disk has no other room, and filled when it has again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        sizes = [MOST, shutil.disk_usage(path.parent).total // _SHARE]
        longest_file, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        if longest_file != resource.RLIM_INFINITY:
            sizes.append(longest_file // _SHARE)
        self.size = max(LEAST, min(sizes))

    def is_whole(self) -> bool:
        """Whether there is all of it; raises OSError where the disk does not say."""
        try:
            return self._path.stat().st_size >= self.size
        except FileNotFoundError:
            return False

    def give_up(self) -> None:
        """Make room now; raises OSError."""
        with suppress(FileNotFoundError):
            os.truncate(self._path, 0)

    def keep(self) -> bool:
        """Fill it, where the disk has as much again; whether it is whole. Raises OSError where the disk fails."""
        if self.is_whole():
            return True
        if shutil.disk_usage(self._path.parent).free < 2 * self.size:
            return False
        try:
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(os.urandom(self.size).translate(_NO_TEXT))
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # somebody else took the room meanwhile, or a quota says no
            self.give_up()
            return False
        return True
