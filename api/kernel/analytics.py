"""Reading the warehouse in a request."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection

from api.kernel.errors import Unavailable
from api.kernel.parts import CurrentParts


def warehouse_connection(parts: CurrentParts) -> Iterator[Connection]:
    """A reading connection of the warehouse.

    Raises:
        Unavailable: when the process runs without one.
    """
    if parts.warehouse is None:
        raise Unavailable("the warehouse is not open; analytics cannot be answered now")
    with parts.warehouse.read() as connection:
        yield connection


Analytics = Annotated[Connection, Depends(warehouse_connection)]
