"""A database in memory for the texts of files, apart from the warehouse."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection

from etl.own_folder import own_folder
from queries.engine import Warehouse, duckdb_cursor

MEMORY = 48  # MB; holds the texts of one list; wide ones take more (`etl.files.landing`)
TO_JOIN = 256  # where inputs are joined or lines of items added up


@contextlib.contextmanager
def scratch(memory: int = MEMORY) -> Iterator[Connection]:
    """A connection to it; what does not fit in so many MB is spilled to a folder that goes with it."""
    with own_folder() as spilled:
        database = Warehouse(":memory:", memory=memory)
        try:
            with database.read() as connection:
                cursor = duckdb_cursor(connection)
                cursor.execute("SET temp_directory = ?", [str(spilled)])
                cursor.execute("SET threads = 1")  # each has buffers of its own, and the landing works beside it
                cursor.execute("SET allocator_background_threads = true")  # gives back at once what was freed
                yield connection
        finally:
            database.close()  # before the folder goes
