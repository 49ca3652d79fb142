"""Which slice of a list is asked for."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from api.kernel.types import blank_as
from queries.filters import MAX_LIMIT, Page

USUAL = 50
MOST_PAGES = 10**6
MOST_OFFSET = 10**9


Size = Annotated[Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None, BeforeValidator(blank_as(None)), Query()]
Number = Annotated[Annotated[int, Field(ge=1, le=MOST_PAGES)] | None, BeforeValidator(blank_as(None)), Query()]
Offset = Annotated[Annotated[int, Field(ge=0, le=MOST_OFFSET)] | None, BeforeValidator(blank_as(None)), Query()]


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
