"""Histories that reach the warehouse as files: the store's tables are written as CSV, XLSX and Parquet, and landed by a
mapping."""

import csv
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from openpyxl import Workbook
from pyarrow import parquet
from sqlalchemy import Engine

from etl.jobs import JOBS
from etl.runner import Runner, RunReport
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from queries.engine import Warehouse
from tests.oracle.running import Clock, Place, over_sql
from tests.stores import Store

Names = list[str]
Rows = list[Sequence[Any]]


class FileLandings:
    """Writes the files anew before each landing, as somebody does who exports them. The table after the first has the
    format after that of the first, and so on; `turn` says which one the first has."""

    def __init__(self, warehouse: Warehouse, engine: Engine, folder: Path, turn: int, now: Clock) -> None:
        self._warehouse, self._engine, self._folder, self._turn, self._now = warehouse, engine, folder, turn, now

    def run(self) -> RunReport:
        """Write and land."""
        write(self._engine, self._folder, self._turn)
        source = FileSource(load_mapping(self._folder / "mapping.yaml"), self._folder)
        return Runner(self._warehouse, source, self._now).run()


def over_files(store: Store, warehouse: Warehouse, folder: Path) -> Place:
    """A store that is landed from files in a folder; each history gives its tables other formats."""
    place, turns = over_sql(store, warehouse), count()
    place.is_turned_over = False  # files that lose many rows at once are refused
    place.runner = lambda now: FileLandings(warehouse, store.engine, folder, next(turns), now)
    return place


def write(engine: Engine, folder: Path, turn: int) -> None:
    """A file for each table of the warehouse, and the mapping that names their columns."""
    inputs, tables = {}, {}
    with engine.connect() as connection:
        for number, job in enumerate(JOBS, turn):
            table, rows = str(job.name), connection.execute(job.statement)
            names = [str(name) for name in rows.keys() if name != "source"]  # noqa: SIM118 - rows are no dictionary
            suffix = list(WRITERS)[number % len(WRITERS)]
            WRITERS[suffix](
                folder / f"{table}.{suffix}", names, [[row._mapping[name] for name in names] for row in rows]
            )
            inputs[table] = {"files": [f"{table}.{suffix}"], "columns": names}
            tables[table] = [{"input": table, "columns": {name: _read(name) for name in names}}]
    mapping = {"name": "berkas", "inputs": inputs, "tables": tables}
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping))


def _write_csv(path: Path, names: Names, rows: Rows) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_text(value) for value in row] for row in rows)


def _write_xlsx(path: Path, names: Names, rows: Rows) -> None:
    """Instants are texts: a cell keeps no microseconds."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(names)
    for row in rows:
        sheet.append([_text(value) if isinstance(value, (datetime, bool)) else value for value in row])
    book.save(path)


def _write_parquet(path: Path, names: Names, rows: Rows) -> None:
    """With the types that the values have; a column without any has none."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [
        pa.array([value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in column])
        for column in columns
    ]
    parquet.write_table(pa.table(arrays, names=names), path)


WRITERS: dict[str, Callable[[Path, Names, Rows], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return str(value)


def _read(name: str) -> dict[str, str]:
    """The rule of a column: instants are written as those of UTC."""
    return {"column": name, "time_zone": "UTC"} if name.endswith("_at") else {"column": name}
