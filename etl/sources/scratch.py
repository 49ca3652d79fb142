"""A database in memory for the texts of files, apart from the warehouse."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection

from etl.own_folder import own_folder
from queries.engine import Warehouse, duckdb_cursor

MEMORY = "128MB"


@contextlib.contextmanager
def scratch() -> Iterator[Connection]:
    """A connection to it; what does not fit in memory is spilled to a folder that goes with it."""
    with own_folder() as spilled:
        database = Warehouse(":memory:", memory_limit=MEMORY)
        try:
            with database.read() as connection:
                duckdb_cursor(connection).execute("SET temp_directory = ?", [str(spilled)])
                yield connection
        finally:
            database.close()  # before the folder goes
