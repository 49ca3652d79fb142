"""From a statement to a typed frame, in one place."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select

from queries.engine import duckdb_cursor

ROW_GROUP = 10_000


def frame(connection: Connection, statement: Select[Any]) -> pd.DataFrame:
    """The rows of a statement, whose size its caller bounds; `*_at` are datetime64[us] (naive UTC) also when empty."""
    result = connection.execute(statement)
    return _typed(pd.DataFrame(result.fetchall(), columns=list(result.keys())))


def first_row(connection: Connection, statement: Select[Any]) -> dict[str, Any] | None:
    """The first row of a statement by column names; None without one."""
    found = connection.execute(statement).mappings().first()
    return None if found is None else {str(name): value for name, value in found.items()}


def row_groups(connection: Connection, statement: Select[Any]) -> Iterator[pd.DataFrame]:
    """The rows of a statement of any size, some thousands at a time, as `frame` gives them and all of one moment. The
    connection can answer nothing else meanwhile."""
    connection.execute(statement)
    for batch in duckdb_cursor(connection).to_arrow_reader(ROW_GROUP):
        if batch.num_rows:
            yield _typed(pd.DataFrame(batch.to_pydict()))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    for name in (name for name in rows.columns if str(name).endswith("_at")):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[us]")  # alone, no value would mean whole seconds
    return rows


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries by column name; what a frame holds as NaN, NaT or NA is None."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows.to_dict("records")]


def _plain(value: Any) -> Any:
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value
