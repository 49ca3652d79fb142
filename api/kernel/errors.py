"""Refusals: named exception types with a status and a message, turned into the envelope by one handler."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from api.kernel.answers import failure
from api.kernel.language import Reader, language_of
from api.kernel.validation import validation_message
from queries.filters import FilterError
from queries.wib import PeriodError
from texts import Text, TextError, word

log = structlog.get_logger("api")


class Refusal(Exception):
    """A request that is refused. Subclasses fix the status; the message says which thing, why and what to do.

    The template is a literal with the names of its values, since its translation is looked for by it
    (api/locale); `message` is the English sentence. Words among the values are wrapped in `texts.word`.
    """

    status = 400

    def __init__(self, template: str, data: dict[str, Any] | None = None, /, **values: object) -> None:
        self.message = Text(template, **values)
        super().__init__(self.message)
        self.data = data

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says beside the message."""
        return {}


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


class TooManyRequests(Refusal):
    """The caller tries too often; `retry_after` (seconds) says when to come again."""

    status = 429

    def __init__(
        self, template: str, data: dict[str, Any] | None = None, /, *, retry_after: int, **values: object
    ) -> None:
        super().__init__(template, data, **values)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """When to come again."""
        return {"Retry-After": str(self.retry_after)}


class Unavailable(Refusal):
    """A part of the product that is needed is not there now; `retry_after` (seconds) says when to come again."""

    status = 503

    def __init__(
        self, template: str, data: dict[str, Any] | None = None, /, *, retry_after: int = 5, **values: object
    ) -> None:
        super().__init__(template, data, **values)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """When to come again."""
        return {"Retry-After": str(self.retry_after)}


def refused(
    request: HTTPConnection,
    status: int,
    message: str,
    data: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A refusal in the language that the caller reads."""
    reader = Reader(language_of(request))
    language = {"Content-Language": reader.language, "Vary": "Accept-Language"}
    return failure(status, reader.translated(message), reader.translated(data), {**(headers or {}), **language})


def refused_by(request: HTTPConnection, refusal: Refusal) -> JSONResponse:
    """The answer to a refused request."""
    return refused(request, refusal.status, refusal.message, refusal.data, refusal.headers)


def install(app: FastAPI) -> None:
    """Answer every error in the envelope."""

    @app.exception_handler(Refusal)
    async def _refused(request: Request, error: Refusal) -> JSONResponse:
        return refused_by(request, error)

    @app.exception_handler(FilterError)
    @app.exception_handler(PeriodError)
    async def _bad_filter(request: Request, error: TextError) -> JSONResponse:
        return refused(request, 422, error.text)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        language = language_of(request)
        problems = {
            ".".join(str(part) for part in item["loc"][1:]): validation_message(item, language)
            for item in error.errors()
        }
        text = "; ".join(f"{name}: {message}" if name else message for name, message in problems.items())
        return refused(request, 422, text, {"errors": problems})

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return refused(request, error.status_code, word(str(error.detail)), headers=error.headers)

    @app.exception_handler(OverflowError)
    @app.exception_handler(DataError)
    async def _out_of_range(request: Request, _error: Exception) -> JSONResponse:
        return refused(request, 422, Text("a number of the request is out of range"))

    @app.exception_handler(OperationalError)
    async def _store_down(request: Request, error: OperationalError) -> JSONResponse:
        log.error("store_unavailable", path=request.url.path, error=str(error.orig))
        return refused_by(
            request, Unavailable("the operational store cannot be reached; nothing was changed, try again shortly")
        )

    @app.exception_handler(PoolTimeout)
    async def _no_connection(request: Request, error: PoolTimeout) -> JSONResponse:
        log.error("store_busy", path=request.url.path, error=str(error))
        return refused_by(request, Unavailable("the server is busy; nothing was changed, try again shortly"))

    @app.exception_handler(Exception)
    async def _broken(request: Request, error: Exception) -> JSONResponse:
        log.exception("unexpected_error", path=request.url.path, exc_info=error)
        request_id = getattr(request.state, "request_id", "-")
        text = Text("unexpected error; quote request {request_id} to the developers", request_id=request_id)
        return refused(request, 500, text)
