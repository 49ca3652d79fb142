"""Rows of a store read through SQLAlchemy, in one transaction of it."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Select,
    String,
    Table,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from api.kernel.db import UtcDateTime
from etl.jobs import Feed, Job
from etl.sources.base import Position
from etl.staging import stage_rows

KEYS_PER_STATEMENT = 20_000
ROWS_PER_BATCH = 20_000


class Rows:
    """Everything, or what changed: `changed` holds the changed keys by table."""

    def __init__(
        self, connection: Connection, source: str, position: Position, changed: Mapping[str, set[int]] | None
    ) -> None:
        """`source`: the name that the rows carry."""
        self._connection = connection
        self._source = source
        self._position = position
        self.changed = changed

    def position(self, connection: Connection) -> Position:
        """See `Snapshot`."""
        return self._position

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """See `Snapshot`."""
        return self._stage(connection, job, staging, job.rows_of(self._source))

    def stage_keys(
        self,
        connection: Connection,
        job: Job,
        staging: Table,
        column: InstrumentedAttribute[Any],
        keys: Collection[int],
    ) -> int:
        """See `Snapshot`."""
        return sum(
            self._stage(connection, job, staging, job.rows_of(self._source).where(self._among(column, part)))
            for part in _parts(keys)
        )

    def look_up(self, feed: Feed, keys: Collection[int]) -> set[int]:
        """See `Snapshot`."""
        if feed.lookup is None or feed.lookup_key is None:
            return set(keys)
        found: set[int] = set()
        for part in _parts(keys):
            found.update(self._connection.scalars(feed.lookup.where(self._among(feed.lookup_key, part))))
        return found

    def _among(self, column: InstrumentedAttribute[Any], keys: list[int]) -> ColumnElement[bool]:
        """`column` is one of `keys`, as one parameter where the dialect can take it: thousands are slow to bind."""
        match self._connection.dialect.name:
            case "sqlite":
                return column.in_(select(func.json_each(json.dumps(keys)).table_valued("value").c.value))
            case "postgresql":
                return column == func.any(cast(keys, ARRAY(BigInteger)))
            case _:
                return column.in_(keys)

    def _stage(self, connection: Connection, job: Job, staging: Table, statement: Select[Any]) -> int:
        reading = _without_datetimes(statement) if self._connection.dialect.name == "sqlite" else statement
        result = self._connection.execution_options(yield_per=ROWS_PER_BATCH).execute(reading)
        names = list(result.keys())
        return stage_rows(connection, job, staging, names, result.partitions(ROWS_PER_BATCH))


def _without_datetimes(statement: Select[Any]) -> Select[Any]:
    """SQLite's texts as they are: DuckDB parses them ten times faster than Python."""
    columns = [
        type_coerce(c, String).label(c.name) if isinstance(c.type, DateTime | UtcDateTime) else c
        for c in statement.selected_columns
    ]
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def _parts(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_PER_STATEMENT):
        yield ordered[start : start + KEYS_PER_STATEMENT]
