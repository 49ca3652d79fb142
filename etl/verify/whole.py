"""A source that is read whole, landed once more apart from the warehouse: what the two hold otherwise is what differs.

It lands in a database of its own beside the tables of the warehouse, which are only read meanwhile, so that no landing
waits. A repair puts the rows that differ, and no others, into the warehouse.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Select, Table, delete, insert, select

from etl.load import JobReport, Landing, land_all_facts, rebuild_marts
from etl.own_folder import own_folder
from etl.runner import Runner
from etl.sources.base import Position, Snapshot, SourceUnavailable
from etl.staging import fill_keys, key_table
from etl.state import state_of
from etl.verify.differences import shown
from etl.verify.ranges import narrow
from etl.verify.trial import Found, compare_reasons, landing_of, of_source, others, reasons_of, write_state
from queries.engine import Warehouse, duckdb_cursor
from queries.schema import DIMENSIONS, FACTS, fct_orders, key_map, quarantine

MOST_APART = 50_000  # rows of a table that are replaced one by one; with more, all of the source's
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class _Apart:
    """What was landed apart in the database `name`, and what differs: per table its keys, or None for all of it."""

    name: str
    landing: Landing
    position: Position
    reports: list[JobReport]
    found: Found = field(default_factory=Found)
    differing: dict[str, list[int] | None] = field(default_factory=dict)


def compare(runner: Runner, most: int) -> Found:
    """Read the source again and compare; at most `most` rows of each table are shown.

    Raises:
        SourceUnavailable: the source changed since it was landed, so that a difference would mean nothing.
    """
    with _landed_apart(runner, most) as apart:
        return apart.found


def repair(runner: Runner, most: int) -> Found:
    """Read the source again, put what differs into the warehouse, with the marts, and compare that with what was read.

    It is read again since landings wait from here on, and did not while it was compared.

    Raises:
        SourceUnavailable: as `compare`.
        CheckFailed: the marts do not fit the facts after all; nothing was changed then.
    """
    with (
        runner.standing_still(),
        runner.warehouse.without_writers(),
        _landed_apart(runner, 0) as apart,
        runner.warehouse.write() as connection,
    ):
        reports = [_replaced(connection, apart, report) for report in apart.reports if report.job in apart.differing]
        _replace_records(connection, apart)
        rebuild_marts(connection, apart.landing)
        write_state(connection, runner, apart.landing, apart.position, reports)
        apart.found, apart.differing = Found(), {}
        _compare(connection, apart, most)
        return apart.found


@contextmanager
def _landed_apart(runner: Runner, most: int) -> Iterator[_Apart]:
    warehouse = runner.warehouse
    with runner.source.open(warehouse, None) as snapshot:
        if snapshot is None:
            raise SourceUnavailable(f"the source {runner.source.name} gave nothing to compare with")
        with _database(warehouse) as name:
            # a transaction may write to one database alone: this one writes to the other, and waits for no landing
            with warehouse.engine.begin() as connection:
                apart = _land(connection, runner, snapshot, name)
                _compare(connection, apart, most)
            yield apart


@contextmanager
def _database(warehouse: Warehouse) -> Iterator[str]:
    """Yields the name of a new database beside the tables of the warehouse; it goes with the block."""
    beside = None if str(warehouse.path) == ":memory:" else Path(warehouse.path).parent
    with own_folder(beside) as folder, warehouse.raw() as cursor:
        name = f"apart_{next(_NUMBERS)}"
        place = str(folder / "apart.duckdb").replace("'", "''")
        cursor.execute(f"ATTACH '{place}' AS {name}")
        try:
            yield name
        finally:
            cursor.execute(f"DETACH {name}")


def _land(connection: Connection, runner: Runner, snapshot: Snapshot, name: str) -> _Apart:
    position = snapshot.position(connection)
    if position.watermark != state_of(connection, runner.source.name).watermark:
        raise SourceUnavailable(f"{runner.source.name} changed while it was verified: verify it again")
    cursor = duckdb_cursor(connection)
    here = cursor.execute("SELECT current_database()").fetchone()
    known = others(connection, runner.source.name)
    for table in (*DIMENSIONS, *FACTS, quarantine, key_map):
        there = _in(name, table)
        there.create(connection, checkfirst=False)
        # parents may be rows of other sources
        if table is key_map or table in DIMENSIONS or table is fct_orders:
            rows = select(table) if table is key_map else select(table).where(table.c.source.in_(known))
            connection.execute(insert(there).from_select([c.name for c in table.c], rows))
    landing = landing_of(runner)
    cursor.execute(f"USE {name}")
    try:
        return _Apart(name, landing, position, land_all_facts(connection, landing, snapshot))
    finally:
        cursor.execute(f'USE "{here[0] if here else ""}"')


def _compare(connection: Connection, apart: _Apart, most: int) -> None:
    landing, found = apart.landing, apart.found
    found.rows = sum(report.read for report in apart.reports)
    for job in landing.jobs:
        theirs, ours = _rows(apart, job.target), _landed(connection, job.target, landing)
        narrowed = narrow(connection, job.target, theirs, ours, MOST_APART)
        if narrowed.count:
            few = replace(narrowed, keys=narrowed.keys[:most])
            found.add(job.name, narrowed.count, shown(connection, job.target, few, theirs, ours))
            all_known = narrowed.count == len(narrowed.keys)
            apart.differing[job.name] = [int(key) for (key,) in narrowed.keys] if all_known else None
    theirs, ours = reasons_of(_in(apart.name, quarantine), landing), reasons_of(quarantine, landing)
    compare_reasons(connection, found, most, theirs, ours)


def _replaced(connection: Connection, apart: _Apart, report: JobReport) -> JobReport:
    """Put the rows that differ in the place of those that are landed."""
    landing = apart.landing
    job = next(each for each in landing.jobs if each.name == report.job)
    keys = apart.differing[job.name]
    theirs = _rows(apart, job.target)
    mine = of_source(connection, job.target, landing.source)
    if keys is not None:
        listed = key_table(connection, f"differing_{job.name}")
        fill_keys(connection, listed, keys)
        mine &= job.target.c[job.key_name].in_(select(listed.c.k))
        theirs = theirs.where(theirs.selected_columns[job.key_name].in_(select(listed.c.k)))
    gone = connection.execute(delete(job.target).where(mine)).rowcount
    come = connection.execute(insert(job.target).from_select([c.name for c in job.target.c], theirs)).rowcount
    return replace(report, landed=come, deleted=gone)


def _replace_records(connection: Connection, apart: _Apart) -> None:
    """What waits in the quarantine, and the ids of keys that the warehouse had lost."""
    if quarantine.name in apart.found.counts:
        waiting = _in(apart.name, quarantine)
        connection.execute(delete(quarantine).where(quarantine.c.source == apart.landing.source))
        connection.execute(insert(quarantine).from_select([c.name for c in quarantine.c], select(waiting)))
    learned = select(_in(apart.name, key_map)).except_(select(key_map))
    connection.execute(insert(key_map).from_select([c.name for c in key_map.c], learned))


def _rows(apart: _Apart, table: Table) -> Select[Any]:
    there = _in(apart.name, table)
    return select(there).where(there.c.source == apart.landing.source)


def _landed(connection: Connection, table: Table, landing: Landing) -> Select[Any]:
    return select(table).where(of_source(connection, table, landing.source))


def _in(database: str, table: Table) -> Table:
    return table.to_metadata(MetaData(), schema=database)
