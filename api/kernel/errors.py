"""Refusals: named exception types with a status and a message, turned into the envelope by one handler."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from api.kernel.envelope import failure
from queries.filters import FilterError
from queries.wib import PeriodError

log = structlog.get_logger("api")


class Refusal(Exception):
    """A request that is refused. Subclasses fix the status; the message says which thing, why and what to do."""

    status = 400

    def __init__(self, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class Unauthenticated(Refusal):
    """No token, or one that is expired, forged or revoked."""

    status = 401


class Forbidden(Refusal):
    """The role may not do this."""

    status = 403


class NotFound(Refusal):
    """The thing does not exist."""

    status = 404


class Conflict(Refusal):
    """The thing is not in the state that the request takes for granted."""

    status = 409


class Invalid(Refusal):
    """A value cannot be used."""

    status = 422


class Unavailable(Refusal):
    """A part of the product that is needed is not there now."""

    status = 503


def install(app: FastAPI) -> None:
    """Answer every error in the envelope."""

    @app.exception_handler(Refusal)
    async def _refused(_request: Request, error: Refusal) -> JSONResponse:
        return failure(error.status, error.message, error.data)

    @app.exception_handler(FilterError)
    @app.exception_handler(PeriodError)
    async def _bad_filter(_request: Request, error: ValueError) -> JSONResponse:
        return failure(422, str(error))

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        problems = {".".join(str(part) for part in item["loc"][1:]): str(item["msg"]) for item in error.errors()}
        text = "; ".join(f"{name}: {message}" if name else message for name, message in problems.items())
        return failure(422, text, {"errors": problems})

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        return failure(error.status_code, str(error.detail))

    @app.exception_handler(OverflowError)
    @app.exception_handler(DataError)
    async def _out_of_range(_request: Request, _error: Exception) -> JSONResponse:
        return failure(422, "a number of the request is out of range")

    @app.exception_handler(OperationalError)
    async def _store_down(request: Request, error: OperationalError) -> JSONResponse:
        log.error("store_unavailable", path=request.url.path, error=str(error.orig))
        return failure(503, "the operational store cannot be reached; nothing was changed, try again shortly")

    @app.exception_handler(Exception)
    async def _broken(request: Request, error: Exception) -> JSONResponse:
        log.exception("unexpected_error", path=request.url.path, exc_info=error)
        request_id = getattr(request.state, "request_id", "-")
        return failure(500, f"unexpected error; quote request {request_id} to the developers")
