"""Processes of the local parts: free ports, waiting with a limit, stopping by pid, and dying with their owner."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

# Below the range from which Linux (32768 up) and macOS (49152 up) take the ports of outgoing connections. A
# broker that is killed must find its port free when it comes back, and a client that retries meanwhile must
# not meet itself.
_PORTS = range(20_000, 32_000)


class MissingPartError(RuntimeError):
    """A real part cannot be had on this machine; the message is one sentence that says what to install."""


class PartFailedError(RuntimeError):
    """A real part is installed but did not come up; the message says where its log is."""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing listens on now."""
    for port in random.sample(_PORTS, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = "No free TCP port was found on 127.0.0.1."
    raise PartFailedError(message)


def wait_until(ready: Callable[[], bool], *, seconds: float, failure: str) -> None:
    """Ask `ready` every 50 ms until it says yes; raise PartFailedError with `failure` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise PartFailedError(failure)
        time.sleep(0.05)


@dataclass(frozen=True)
class ProcessId:
    """A pid with the time its process began, since a pid alone may belong to another process by now."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> ProcessId:
        """Return the identity of a running process."""
        return cls(pid, psutil.Process(pid).create_time())

    def find(self) -> psutil.Process | None:
        """Return the process while it runs (a zombie does not)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1
            running = same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if running else None

    def stop(self, how: signal.Signals, *, seconds: float = 20) -> None:
        """Send `how`, wait, and send SIGKILL if the process is still there after `seconds`."""
        self._send(how)
        try:
            wait_until(self._gone, seconds=seconds, failure="")
        except PartFailedError:
            self._send(signal.SIGKILL)
            wait_until(self._gone, seconds=seconds, failure=f"Process {self.pid} cannot be stopped.")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Inside the block the process and its children stand still: they answer nothing, and end no connection."""
        process = self.find()
        family = [process, *process.children(recursive=True)] if process is not None else []
        try:
            for one in family:
                one.suspend()
            yield
        finally:
            for one in reversed(family):
                with suppress(psutil.NoSuchProcess):
                    one.resume()

    def _send(self, how: signal.Signals) -> None:
        process = self.find()
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(how)

    def _gone(self) -> bool:
        return self.find() is None


class Watch:
    """Ends a process when this one ends, however it ends: a pipe closes, and a shell that waited on it acts."""

    def __init__(self, pid: int, how: signal.Signals) -> None:
        self._shell = subprocess.Popen(
            ["sh", "-c", 'read -r _; kill -"$2" "$1" 2>/dev/null', "sh", str(pid), str(int(how))],  # noqa: S607 - POSIX promises sh
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def close(self) -> None:
        """Leave the process alone from now on."""
        self._shell.kill()
        self._shell.wait()
        if self._shell.stdin is not None:
            self._shell.stdin.close()
