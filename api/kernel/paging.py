"""Which slice of a list is asked for."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator

from queries.filters import MAX_LIMIT, Page

USUAL = 50
MOST_PAGES = 10**6
MOST_OFFSET = 10**9


def _none_if_blank(value: object) -> object:
    return None if value == "" else value


Size = Annotated[int | None, BeforeValidator(_none_if_blank), Query(ge=1, le=MAX_LIMIT)]
Number = Annotated[int | None, BeforeValidator(_none_if_blank), Query(ge=1, le=MOST_PAGES)]
Offset = Annotated[int | None, BeforeValidator(_none_if_blank), Query(ge=0, le=MOST_OFFSET)]


async def by_page(total_per_page: Size = None, page: Number = None) -> Page:
    """A page by its number, 50 rows without a size. Clients that page by themselves send neither: then as many rows as
    there may be."""
    size = total_per_page or (USUAL if page else MAX_LIMIT)
    return Page(size, ((page or 1) - 1) * size)


async def by_offset(limits: Size = None, offset: Offset = None) -> Page:
    """A slice by its offset; without either, as many rows as there may be."""
    return Page(limits or (MAX_LIMIT if offset is None else USUAL), offset or 0)


ByPage = Annotated[Page, Depends(by_page)]
ByOffset = Annotated[Page, Depends(by_offset)]
