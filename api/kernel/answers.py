"""The shapes of answers: the contract's envelope `{status, code, data, message}` and its Laravel-shaped pages."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from queries.filters import Page

T = TypeVar("T")


def _is_none(value: object) -> bool:
    return value is None


class Envelope(BaseModel, Generic[T]):
    """A good answer. Without data or message, the key is not there. A subclass adds keys that stand beside data."""

    status: str = "success"
    code: int = 200
    data: T | None = Field(None, exclude_if=_is_none)
    message: str | None = Field(None, exclude_if=_is_none)


class Counted(Envelope[T], Generic[T]):
    """A plain list, and beside it how many rows there are in all."""

    total: int


class Failure(BaseModel):
    """A refusal or an error: `code` is the status, unless clients know a number of their own for it."""

    status: str = "failed"
    code: int
    message: str
    data: dict[str, Any] | None = None


def failure(
    status: int,
    message: str,
    data: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    code: int | None = None,
) -> JSONResponse:
    """A Failure, in words as they are given. `code` is the status, where the contract's clients know no other."""
    body: dict[str, Any] = {"status": "failed", "code": code or status, "message": message}
    if data is not None:
        body["data"] = data
    return JSONResponse(jsonable_encoder(body), status_code=status, headers=headers)


class LaravelPage(BaseModel, Generic[T]):
    """A page as Laravel's paginator prints it."""

    model_config = ConfigDict(populate_by_name=True)

    current_page: int
    data: Sequence[T]
    first_page_url: str
    from_: int | None = Field(alias="from")
    last_page: int
    last_page_url: str
    links: str
    next_page_url: str | None
    path: str
    per_page: int
    prev_page_url: str | None
    to: int | None
    total: int


class LaravelPageText(LaravelPage[T], Generic[T]):
    """As LaravelPage, with the total as text: some operations print it so."""

    total: str  # type: ignore[assignment]


def page_fields(rows: Sequence[T], total: int, page: Page) -> dict[str, Any]:
    """The fields of a LaravelPage."""
    number = page.offset // page.limit + 1
    last = max(1, -(-total // page.limit))
    return {
        "current_page": number,
        "data": list(rows),
        "first_page_url": "/?page=1",
        "from": page.offset + 1 if rows else None,
        "last_page": last,
        "last_page_url": f"/?page={last}",
        "links": "",
        "next_page_url": f"/?page={number + 1}" if number < last else None,
        "path": "/",
        "per_page": page.limit,
        "prev_page_url": f"/?page={number - 1}" if number > 1 else None,
        "to": page.offset + len(rows) if rows else None,
        "total": total,
    }


def laravel_page(rows: Sequence[T], total: int, page: Page) -> LaravelPage[T]:
    """`rows` as the page `page` of `total`."""
    return LaravelPage(**page_fields(rows, total, page))


def laravel_page_text(rows: Sequence[T], total: int, page: Page) -> LaravelPageText[T]:
    """As laravel_page, with the total as text."""
    return LaravelPageText(**page_fields(rows, total, page) | {"total": str(total)})
