"""A database in memory for the texts of files, apart from the warehouse."""

import contextlib
import tempfile
from collections.abc import Iterator

from sqlalchemy import Connection

from queries.engine import Warehouse, duckdb_cursor

MEMORY = "256MB"


@contextlib.contextmanager
def scratch() -> Iterator[Connection]:
    """A connection to it; what does not fit in memory is spilled to a folder that goes with it."""
    database = Warehouse(":memory:")
    try:
        with tempfile.TemporaryDirectory() as spilled, database.read() as connection:
            cursor = duckdb_cursor(connection)
            cursor.execute("SET temp_directory = ?", [spilled])
            cursor.execute("SET memory_limit = ?", [MEMORY])
            yield connection
    finally:
        database.close()
