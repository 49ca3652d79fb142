"""Parquet files: typed values as the texts that stand for them exactly."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.files.cells import column_texts
from etl.files.headers import has_all, header_of, what_is_missing
from etl.files.landing import InputTable
from etl.files.rows import RowSorter
from etl.files.tables import ColumnsMissing, FileUnreadable, TableRead, Wanted
from etl.files.unpacking import damaged

_BATCH = 20_000


class _Rows:
    """The rows of a file, counted from 1."""

    def __init__(self, file: pq.ParquetFile, label: str) -> None:
        self.line_num = 0
        self._rows = (
            list(row)
            for batch in file.iter_batches(_BATCH)
            for row in zip(*(_texts(batch, number, label) for number in range(batch.num_columns)), strict=True)
        )

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> list[str]:
        row = next(self._rows)
        self.line_num += 1
        return row


def read_parquet(path: Path, label: str, table: InputTable, wanted: Wanted) -> TableRead:
    """Put the rows of a Parquet file into the table; their lines are their numbers from 1.

    Raises:
        FileUnreadable: it is damaged, or lacks wanted columns, or has lists or records in one.
    """
    try:
        with pq.ParquetFile(path) as file:
            header = header_of(file.schema_arrow.names, 0, 0)
            if not has_all(header, wanted.columns):
                raise ColumnsMissing(f"{label}: {what_is_missing(header, wanted.columns)}")
            sorter = RowSorter(table, header, label, None)
            sorter.land(_Rows(file, label))
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise damaged(label) from None
    return sorter.result(None, None)


def _texts(batch: pa.RecordBatch, number: int, label: str) -> Sequence[str]:
    """A column. Numbers and instants as those of sheets, other values as Arrow writes them."""
    values, kind = batch.column(number), batch.schema.field(number).type
    if pa.types.is_dictionary(kind):
        values, kind = values.dictionary_decode(), kind.value_type
    if pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_time(kind):
        wide = pc.cast(pc.cast(values, pa.string()), pa.float64()) if kind == pa.float32() else values
        return column_texts(["" if value is None else value for value in wide.to_pylist()])
    if pa.types.is_nested(kind):
        name = batch.schema.field(number).name
        raise FileUnreadable(f"{label}: the column {name} holds {kind}; write its values into columns of their own")
    try:
        return ["" if text is None else text for text in _written(values, kind).to_pylist()]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        name = batch.schema.field(number).name
        raise FileUnreadable(f"{label}: the column {name} holds {kind}; write it as text") from None


def _written(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        precise = pc.strftime(values, "%Y-%m-%d %H:%M:%S%z" if kind.tz else "%Y-%m-%d %H:%M:%S")
        short = pc.replace_substring_regex(precise, r"\.0+($|[+-])", r"\1")
        return pc.replace_substring_regex(short, r"([+-]\d\d)(\d\d)$", r"\1:\2") if kind.tz else short
    return pc.cast(values, pa.string())
