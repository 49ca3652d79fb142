"""Parquet files as texts."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.files.tables import FileUnreadable
from tests.etl.files.reads import reads, write

TEN_IN_JAKARTA = dt.datetime(2022, 10, 5, 10, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array(["0012", "NA", " x\xa0", ""]), ["0012", "NA", "x", None]),
        (pa.array(["a", "b", "a", None]).dictionary_encode(), ["a", "b", "a", None]),
        (pa.array([1, -2, 9223372036854775807, None]), ["1", "-2", "9223372036854775807", None]),
        (pa.array([150000.0, 12.5, 123456789012345678.0, None]), ["150000", "12.5", "1.23457E+17", None]),
        (pa.array([0.1, 1.5], pa.float32()), ["0.1", "1.5"]),
        (pa.array([True, False, None]), ["TRUE", "FALSE", None]),
        (pa.array([Decimal("150000.00"), Decimal("-0.05"), Decimal("12345678901234567.89")]),
         ["150000.00", "-0.05", "12345678901234567.89"]),
        (pa.array([dt.date(2022, 10, 5)]), ["2022-10-05"]),
        (pa.array([dt.datetime(2022, 10, 5, 10, 0)], pa.timestamp("us")), ["2022-10-05 10:00:00"]),
        (pa.array([dt.datetime(2022, 10, 5, 10, 0, 0, 500000)], pa.timestamp("us")), ["2022-10-05 10:00:00.500000"]),
        (pa.array([TEN_IN_JAKARTA], pa.timestamp("ms", "Asia/Jakarta")), ["2022-10-05 10:00:00+07:00"]),
        (pa.array([TEN_IN_JAKARTA], pa.timestamp("ns", "UTC")), ["2022-10-05 03:00:00+00:00"]),
        (pa.array([dt.time(10, 30)], pa.time32("s")), ["10:30:00"]),
    ],
)  # fmt: skip
def test_values_are_written_exactly(tmp_path: Path, values: pa.Array, texts: list[str | None]) -> None:
    pq.write_table(pa.table({"no": pa.array(range(len(values))), "nilai": values}), tmp_path / "a.parquet")
    found = reads(tmp_path, "no", "nilai")
    assert found.column("nilai") == texts
    assert found.lines() == list(range(1, len(values) + 1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: pq.write_table(pa.table({"x": [1]}), path), "there is no column no"),
        (lambda path: pq.write_table(pa.table({"no": [[1]]}), path), "the column no holds list<.*; write its values"),
        (lambda path: write(path.parent, path.name, b"PAR1" + bytes(40) + b"PAR1"), "is damaged or not complete"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, make: object, message: str) -> None:
    assert callable(make)
    make(tmp_path / "orders.parquet")
    with pytest.raises(FileUnreadable, match=rf"orders\.parquet:? {message}"):
        reads(tmp_path, "no")
