"""/sign-in/terminal: let a terminal work as oneself. The code is typed, never followed: a link could be another's."""

from __future__ import annotations

from hub.console.pages.entering.steps import TERMINAL, stale
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.people.accounts.terminals import approve, asking

_TEMPLATE = "entering/terminal.html"
_LONGEST_CODE = 20


async def _show(asked: Asked) -> Answer:
    return stale(asked, TERMINAL) or Shown(_TEMPLATE, {"asking": None, "done": False})


async def _take(asked: Asked) -> Answer:
    """First which machine it is, then, once its person has seen that, the approval."""
    anew = stale(asked, TERMINAL)
    if anew is not None:
        return anew
    form = asked.form
    code = form.one("code", _LONGEST_CODE)
    if form.faults:
        return form.again(_TEMPLATE, asking=None, done=False)
    if form.value("sure"):
        if await asked.desk(lambda desk: approve(desk, code, asked.by, asked.now)):
            return Shown(_TEMPLATE, {"asking": None, "done": True})
    else:
        found = await asked.desk(lambda desk: asking(desk, code, asked.by, asked.now))
        if found is not None:
            return Shown(_TEMPLATE, {"asking": found, "done": False})
    form.wrong("code", "entering.terminal.wrong")
    return form.again(_TEMPLATE, asking=None, done=False)


PAGES = (Page(TERMINAL, None, get=_show, post=_take),)
