"""/concerns/{id}/export: take it out of the hub, as PDF, JSON, a row of CSV, or its documents. Noted with who did."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, File, Sent, Shown
from hub.console.pages.frame.templates import make_templates
from hub.console.pages.receiving.concern import sheet
from hub.console.pages.receiving.found import Found, find, open_it, told
from hub.facts.errors import UserError
from hub.people.accounts.permissions import Doing
from hub.people.receiving.content import documents
from hub.people.receiving.exporting import (
    Form,
    as_csv,
    as_documents,
    as_json,
    as_pdf,
    file_name,
    makes_pdf,
    note_export,
)
from hub.serving.threads import in_thread

_TEMPLATE = "receiving/export.html"


async def _show(asked: Asked) -> Answer:
    found = await find(asked, Doing.EXPORT)
    if found is None:
        return NOT_HERE
    if found.around.taken_back_at is not None:
        return Sent(found.path)
    return _page(asked, found)


def _page(asked: Asked, found: Found) -> Shown:
    values = told(asked, found) | {"forms": list(Form), "pdf": makes_pdf()}
    return Shown(_TEMPLATE, values, status=422 if asked.form.faults else 200)


async def _take(asked: Asked) -> Answer:
    found = await find(asked, Doing.EXPORT, words=True)
    if found is None:
        return NOT_HERE
    form = asked.form.chosen("form", Form)
    if form is Form.PDF and not makes_pdf():
        asked.form.wrong("form", "receiving.fault.no_pdf")
    if form is None or asked.form.faults:
        return _page(asked, found)
    event = await open_it(asked, found)
    if not isinstance(event, dict):
        return Sent(found.path)
    if form is Form.DOCUMENTS and not documents(event["data"].get("items", {})):
        asked.form.wrong("form", "receiving.fault.no_documents")
        return _page(asked, found)
    try:
        body = await _made(asked, found, event, form)
    except UserError:
        asked.form.wrong("form", "receiving.fault.no_pdf")
        return _page(asked, found)
    await asked.desk(lambda desk: note_export(desk, found.reader, found.around.delivery_id, form, body, asked.now))
    return File(file_name(found.around.delivery_id, form), form.media_type, body)


async def _made(asked: Asked, found: Found, event: dict[str, Any], form: Form) -> bytes:
    match form:
        case Form.JSON:
            return as_json(event)
        case Form.CSV:
            return as_csv(event, found.around)
        case Form.DOCUMENTS:
            return as_documents(documents(event["data"].get("items", {})))
        case Form.PDF:
            values = told(asked, found) | sheet(asked, found, event)
            values |= {"say": asked.say, "by": asked.by, "organisation": _organisation(asked), "now": asked.now}
            text = _templates().get_template("receiving/sheet.html").render(values)
            return await in_thread(lambda: as_pdf(text), "pdf")


def _organisation(asked: Asked) -> Any:
    known = asked.front.rules.organisations
    return lambda name: known[name].name if name in known else name


@cache
def _templates() -> Environment:
    return make_templates()


PAGE = Page("/concerns/{delivery_id:uuid}/export", Doing.EXPORT, get=_show, post=_take)
