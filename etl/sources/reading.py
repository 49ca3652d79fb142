"""Rows of a store read through SQLAlchemy, in one transaction of it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
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
from etl.sources.ahead import one_ahead
from etl.sources.base import Position
from etl.staging import stage_batches

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
        with one_ahead(self._read(job.rows_of(self._source))) as batches:
            return stage_batches(connection, job, staging, batches)

    def read_keys(self, job: Job, column: InstrumentedAttribute[Any], keys: Collection[int]) -> Iterator[pa.Table]:
        """See `Snapshot`."""
        for part in _parts(keys):
            yield from self._read(job.rows_of(self._source).where(self._among(column, part)))

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

    def _read(self, statement: Select[Any]) -> Iterator[pa.Table]:
        reading = _without_datetimes(statement) if self._connection.dialect.name == "sqlite" else statement
        result = self._connection.execution_options(yield_per=ROWS_PER_BATCH).execute(reading)
        names = list(result.keys())
        for rows in result.partitions(ROWS_PER_BATCH):
            yield pa.table([_array(values) for values in zip(*rows, strict=True)], names=names)


def _array(values: Sequence[Any]) -> pa.Array:
    if all(value is None for value in values):
        return pa.array(values, pa.string())
    array = pa.array(values)
    aware = pa.types.is_timestamp(array.type) and array.type.tz is not None
    return array.cast(pa.timestamp("us")) if aware else array  # the warehouse's instants are naive UTC


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
