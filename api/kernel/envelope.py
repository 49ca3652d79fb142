"""The contract's envelope `{status, code, data, message}` and its Laravel-shaped pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse


def success(data: Any = None, message: str | None = None, **extra: Any) -> dict[str, Any]:
    """A good answer; `extra` keys stand beside data, as the contract prints them for some operations."""
    answer: dict[str, Any] = {"status": "success", "code": 200, **extra}
    if data is not None:
        answer["data"] = data
    if message is not None:
        answer["message"] = message
    return answer


def failure(
    status: int,
    message: str,
    data: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    code: int | None = None,
) -> JSONResponse:
    """A refusal or an error, in words as they are given. `code` is the status, where the contract's clients know no
    other."""
    body: dict[str, Any] = {"status": "failed", "code": code or status, "message": message}
    if data is not None:
        body["data"] = data
    return JSONResponse(jsonable_encoder(body), status_code=status, headers=headers)


def laravel_page(rows: Sequence[Any], *, total: int, page: int, per_page: int, total_as_text: bool = False) -> Any:
    """A page as Laravel's paginator prints it; some operations print `total` as a text."""
    last = max(1, -(-total // per_page))
    first_row = (page - 1) * per_page + 1 if rows else None
    return {
        "current_page": page,
        "data": list(rows),
        "first_page_url": "/?page=1",
        "from": first_row,
        "last_page": last,
        "last_page_url": f"/?page={last}",
        "links": "",
        "next_page_url": f"/?page={page + 1}" if page < last else None,
        "path": "/",
        "per_page": per_page,
        "prev_page_url": f"/?page={page - 1}" if page > 1 else None,
        "to": None if first_row is None else first_row + len(rows) - 1,
        "total": str(total) if total_as_text else total,
    }
