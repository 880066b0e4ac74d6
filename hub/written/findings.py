"""What is wrong or doubtful in a file that somebody wrote: file, line and one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is. Only an error fails a check."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`file` is its name, of a rules folder relative to it; `line` counts from 1, `code` is a stable word for machines.

    `blocking` errors make the set unusable; the others leave decisions sound but must be put right.
    """

    file: str
    line: int
    level: Level
    code: str
    message: str
    blocking: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    def as_json(self) -> dict[str, object]:
        """As `hub rules check --json` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "level": self.level.value,
            "code": self.code,
            "message": self.message,
        }


def refuse(file: str, line: int, code: str, message: str) -> Finding:
    """An error that makes the set unusable."""
    return Finding(file, line, Level.ERROR, code, message, blocking=True)


def fault(file: str, line: int, code: str, message: str) -> Finding:
    """An error that leaves decisions sound."""
    return Finding(file, line, Level.ERROR, code, message)


def warn(file: str, line: int, code: str, message: str) -> Finding:
    """Something an author should look at."""
    return Finding(file, line, Level.WARNING, code, message)


def note(file: str, line: int, code: str, message: str) -> Finding:
    """Something an author may want to know."""
    return Finding(file, line, Level.NOTICE, code, message)
