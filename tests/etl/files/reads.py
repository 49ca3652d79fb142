"""What the tests of this folder share: files written byte by byte, and what is read of them."""

from pathlib import Path
from typing import Any

import duckdb

from etl.files.reading import read_input
from etl.files.tables import InputRead, Wanted


class Reads:
    """An input of a folder, read."""

    def __init__(self, read: InputRead, connection: duckdb.DuckDBPyConnection) -> None:
        self.read = read
        self.table = read.tables[0] if read.tables else None
        self.rows: list[dict[str, Any]] = connection.table(read.table).order("_row").to_arrow_table().to_pylist()

    def column(self, name: str) -> list[str | None]:
        return [row[name] for row in self.rows]

    def lines(self) -> list[int]:
        return [row["_line"] for row in self.rows]

    def problems(self) -> list[str | None]:
        return [row["_problem"] for row in self.rows]


def reads(folder: Path, *columns: str, files: str = "*", **wanted: Any) -> Reads:
    """What is read of a folder's files under the name "orders"."""
    with duckdb.connect() as connection:
        return Reads(read_input(connection, folder, "orders", Wanted((files,), columns, **wanted)), connection)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
