"""Errors as the API answers them: a code, a sentence, faults by field. Nothing that was sent is ever repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from hub.console.api.wording import ErrorOut, Fault, read_faults
from hub.facts.errors import KeyMissing, Unavailable, Unopenable
from hub.log import fault, logger

RETRY_AFTER_S = 2
_CODES = {
    400: ("invalid", "The request cannot be read."),
    404: ("not_found", "There is nothing here."),
    405: ("not_allowed", "This method is not allowed here."),
}


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers
        self.said = ErrorOut(error=error, message=message, faults=list(faults))

    def answer(self) -> Response:
        """As the caller sees it."""
        return _answer(self.status, self.said, self.headers)


UNAUTHORISED = Refusal(
    401,
    "unauthorised",
    "Send `Authorization: Bearer <key>` with an API key that is in force.",
    {"WWW-Authenticate": "Bearer"},
)
FORBIDDEN = Refusal(403, "forbidden", "This API key is for posting concerns: it opens no inbox.")
NOT_FOUND = Refusal(404, "not_found", "Your organisation and role have no such delivery.")


def too_many(seconds: float) -> Refusal:
    """Slow down."""
    return Refusal(429, "too_many", "Too many requests: slow down.", {"Retry-After": str(max(int(seconds + 1), 1))})


def invalid(field: str, fault: str) -> Refusal:
    """One field of the request is wrong."""
    return Refusal(422, "invalid", "The request is not valid.", faults=[Fault(field=field, fault=fault)])


def install_faults(app: FastAPI) -> None:
    """Answer every error of the app in this form."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Unavailable, _unavailable)
    for sealed in (KeyMissing, Unopenable):
        app.add_exception_handler(sealed, _sealed)


def _answer(status: int, error: ErrorOut, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(error.model_dump(mode="json"), status, headers)


async def _refused(_: Request, error: Exception) -> Response:
    return error.answer() if isinstance(error, Refusal) else _broken()


async def _invalid(_: Request, error: Exception) -> Response:
    errors: list[Any] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    return _answer(422, ErrorOut(error="invalid", message="The request is not valid.", faults=read_faults(errors)))


async def _http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code, message = _CODES.get(status, ("refused", "The request was refused."))
    headers = error.headers if isinstance(error, HTTPException) else None
    return _answer(status, ErrorOut(error=code, message=message), headers)


async def _unavailable(_: Request, error: Exception) -> Response:
    logger().warning("part_down", part="postgresql", fault=fault(error.__cause__ or error))
    return _answer(
        503,
        ErrorOut(error="unavailable", message="The hub cannot answer now: try again."),
        {"Retry-After": str(RETRY_AFTER_S)},
    )


async def _sealed(_: Request, error: Exception) -> Response:
    logger().error("key_fault", where="console", fault=fault(error))
    return _answer(
        503, ErrorOut(error="unavailable", message="A key of the hub does not serve: its operators must look.")
    )


def _broken() -> Response:
    return _answer(500, ErrorOut(error="hub_fault", message="The hub failed on this request: its operators were told."))


def broken(error: Exception) -> Response:
    """The answer to a defect of the hub, whose words stay inside."""
    logger().error("hub_fault", where="console", fault=fault(error))
    return _broken()
