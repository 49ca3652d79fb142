"""Histories that reach the warehouse as files: the store's tables are written as CSV, and landed by a mapping."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine

from etl.jobs import JOBS
from etl.runner import Runner, RunReport
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from queries.engine import Warehouse
from tests.oracle.running import Clock, Place, over_sql
from tests.stores import Store


class FileLandings:
    """Writes the files anew before each landing, as somebody does who exports them."""

    def __init__(self, warehouse: Warehouse, engine: Engine, folder: Path, now: Clock) -> None:
        self._warehouse, self._engine, self._folder, self._now = warehouse, engine, folder, now

    def run(self) -> RunReport:
        """Write and land."""
        write(self._engine, self._folder)
        source = FileSource(load_mapping(self._folder / "mapping.yaml"), self._folder)
        return Runner(self._warehouse, source, self._now).run()


def over_files(store: Store, warehouse: Warehouse, folder: Path) -> Place:
    """A store that is landed from files in a folder."""
    place = over_sql(store, warehouse)
    place.runner = lambda now: FileLandings(warehouse, store.engine, folder, now)
    return place


def write(engine: Engine, folder: Path) -> None:
    """A file for each table of the warehouse, and the mapping that names their columns."""
    inputs, tables = {}, {}
    with engine.connect() as connection:
        for job in JOBS:
            table, rows = str(job.name), connection.execute(job.statement)
            names = [str(name) for name in rows.keys() if name != "source"]  # noqa: SIM118 - rows are no dictionary
            with (folder / f"{table}.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(names)
                writer.writerows([_text(row._mapping[name]) for name in names] for row in rows)
            inputs[table] = {"files": [f"{table}.csv"], "columns": names}
            tables[table] = [{"input": table, "columns": {name: _read(name) for name in names}}]
    mapping = {"name": "berkas", "inputs": inputs, "tables": tables}
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping))


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
