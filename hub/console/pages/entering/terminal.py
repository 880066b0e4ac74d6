"""/sign-in/terminal: let a terminal work as oneself. The code is typed, never followed: a link could be another's."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.people.accounts.terminals import approve, asking

_TEMPLATE = "entering/terminal.html"
_LONGEST_CODE = 20


async def _show(_: Asked) -> Answer:
    return Shown(_TEMPLATE, {"asking": None, "done": False})


async def _take(asked: Asked) -> Answer:
    """First which machine it is, then, once its person has seen that, the approval."""
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


PAGES = (Page("/sign-in/terminal", None, get=_show, post=_take),)
