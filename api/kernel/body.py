"""Bodies that come as JSON or as a form: what the contract prints, and what its reference client sends."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def json_or_form(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the body by its content type; what is no form is JSON.

    Its result raises RequestValidationError, as FastAPI does for the bodies that it reads itself.
    """

    async def read(request: Request) -> M:
        try:
            if request.headers.get("Content-Type", "").startswith(FORMS):
                return model.model_validate(dict(await request.form()))
            return model.model_validate_json(await request.body())
        except ValidationError as error:
            problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
            raise RequestValidationError(problems) from None

    return read


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route that takes such a body."""
    content = {"schema": model.model_json_schema()}
    return {"requestBody": {"required": True, "content": {"application/json": content, FORMS[0]: content}}}
