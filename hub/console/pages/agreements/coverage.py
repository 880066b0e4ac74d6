"""/coverage: of each kind of concern about each kind of child, who would hear, and every hole in words."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.facts.clock import local_day
from hub.people.accounts.permissions import Doing
from hub.serving.threads import in_thread
from hub.sharing import RuleSet
from hub.sharing.checking.coverage import cover
from hub.sharing.checking.covered import Table, tables


async def _show(asked: Asked) -> Answer:
    """Worked out once a day for a set of rules: it takes seconds, and nothing in it is about anybody."""
    once = _Asked(asked.front.rules, local_day(asked.now), asked.now)
    return Shown("agreements/coverage.html", {"tables": await in_thread(lambda: _covered(once), "coverage")})


class _Asked:
    """A set of rules on a day; two of the same set and day are one."""

    def __init__(self, rules: RuleSet, day: date, at: datetime) -> None:
        self.rules, self.day, self.at = rules, day, at

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and (self.rules.version, self.day) == (other.rules.version, other.day)

    def __hash__(self) -> int:
        return hash((self.rules.version, self.day))


@lru_cache(maxsize=2)
def _covered(asked: _Asked) -> tuple[Table, ...]:
    return tables(cover(asked.rules, asked.at))


PAGE = Page("/coverage", Doing.SEE_RULES, get=_show)
