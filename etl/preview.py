"""What a landing of files would do, shown without writing: it is done in a warehouse that goes with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression
from sqlalchemy import Connection, column, func, insert, select, table

from etl.files.tables import placed, short
from etl.jobs import Job
from etl.own_folder import own_folder
from etl.runner import Runner, RunReport
from etl.sources.base import SourceUnavailable
from etl.sources.files import FileSnapshot, FileSource
from etl.staging import registered
from queries.engine import Warehouse, WarehouseUnavailable, duckdb_cursor
from queries.schema import DIMENSIONS, fct_orders, key_map, quarantine
from settings import Settings

SHOWN = 10
BATCH = 10_000
SEEDED = (key_map, *DIMENSIONS, fct_orders)  # what keys and parents are looked up in


def preview_lines(source: FileSource, settings: Settings) -> Iterator[str]:
    """The lines to show.

    Raises:
        MappingError: the mapping or a file is wrong, as at a landing.
    """
    landed, note = _landed(settings.warehouse_path)
    try:
        with own_folder() as room, _made(room) as tried:
            with tried.write() as connection:
                if landed is not None:
                    _seed(connection, landed, source.name)
            runner = Runner(tried, source, settings.now)
            with source.open(tried, None) as snapshot:
                if snapshot is None:
                    raise SourceUnavailable(f"the files of {source.name} gave nothing to show")
                yield from _found(snapshot)
                report = runner.land(snapshot)
            with tried.read() as connection:
                yield from _tables(connection, source, report)
                yield from _aside(connection, source)
                yield from _removed(connection, landed, source)
        yield note or "Nothing was written."
    finally:
        if landed is not None:
            landed.close()


@contextmanager
def _made(room: Path) -> Iterator[Warehouse]:
    """A warehouse on the disk: in memory it would hold every row that would land."""
    tried = Warehouse(room / "preview.duckdb")
    try:
        tried.create_tables()
        yield tried
    finally:
        tried.close()


def _landed(path: Path) -> tuple[Warehouse | None, str]:
    """The warehouse as it is, to read from, if there is one that can be opened."""
    if not path.exists():
        return None, ""
    try:
        return Warehouse(path, read_only=True), ""
    except WarehouseUnavailable as error:
        return None, f"Nothing was written. What is landed now could not be looked at: {error}"


def _seed(connection: Connection, landed: Warehouse, source: str) -> None:
    with landed.read() as there:
        cursor = duckdb_cursor(there)
        for each in SEEDED:
            known = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            if each.name not in known or {c[0] for c in cursor.table(each.name).description} != set(each.c.keys()):
                continue
            with registered(connection, "landed_rows", cursor.table(each.name).to_arrow_reader(BATCH)):
                rows = each.to_metadata(type(each.metadata)(), name="landed_rows")
                wanted = select(rows)
                if each is not key_map:
                    wanted = wanted.where(rows.c.source != source)
                connection.execute(insert(each).from_select([c.name for c in each.c], wanted))


def _found(snapshot: FileSnapshot) -> Iterator[str]:
    for name, read in snapshot.reads.items():
        yield f"input {name}"
        for each in read.tables:
            how = [each.encoding, each.delimiter and f"delimiter {each.delimiter!r}"]
            counts = [f"{each.rows:,} rows"]
            counts += [f"{each.repeated_headers:,} repeated headers"] if each.repeated_headers else []
            counts += [f"{each.blank:,} blank"] if each.blank else []
            counts += [f"{each.merged:,} cells filled from merged ones"] if each.merged else []
            yield f"  {each.place}: " + ", ".join([*filter(None, how), *counts])
        for label, why in read.skipped:
            yield f"  {label}: left alone, {why}"
        for of, named, form, proof in snapshot.formats:
            if of == name:
                yield f"  {short(named)}: {form}" + (f", proved by {proof}" if proof else ", as the mapping says")


def _tables(connection: Connection, source: FileSource, report: RunReport) -> Iterator[str]:
    for job, counts in zip(source.jobs, report.jobs, strict=True):
        if not counts.read:
            continue
        yield (
            f"{job.name}: {counts.read:,} rows read = {counts.landed:,} would land + {counts.quarantined:,} set aside"
            f" + {counts.repeated:,} repeated + {counts.dropped:,} dropped"
        )
        mine = job.target.c.source == source.name
        names = [c.name for c in job.target.c if c.name != "source"]
        rows = select(*[job.target.c[name] for name in names]).where(mine).order_by(job.target.c[job.key_name])
        found = connection.execute(rows.limit(SHOWN)).all()
        if found:
            yield "  " + " | ".join(names)
        for row in found:
            yield "  " + " | ".join("" if value is None else short(str(value)) for value in row)


def _aside(connection: Connection, source: FileSource) -> Iterator[str]:
    mine = quarantine.c.source == source.name
    reasons = (
        select(quarantine.c.job, quarantine.c.reason, func.count())
        .where(mine)
        .group_by(quarantine.c.job, quarantine.c.reason)
        .order_by(quarantine.c.job, func.count().desc(), quarantine.c.reason)
    )
    for job, reason, count in connection.execute(reasons).all():
        yield f"{job}: {count:,} would be set aside: {reason}"
        of = (quarantine.c.job == job, quarantine.c.reason == reason)
        columns = [quarantine.c[name] for name in ("file", "sheet", "line", "column", "word")]
        rows = select(*columns).where(mine, *of).order_by(quarantine.c.file, quarantine.c.line).limit(SHOWN)
        for file, sheet, line, named, word in connection.execute(rows).all():
            said = f", {short(named)}: {short(word or '')!r}" if named else ""
            yield f"  {placed(file, sheet)}, line {line}{said}"


def _removed(connection: Connection, landed: Warehouse | None, source: FileSource) -> Iterator[str]:
    if landed is None:
        return
    for job in source.jobs:
        before, gone = _gone(connection, landed, job, source.name)
        if gone:
            yield f"{job.name}: {gone:,} of {before:,} landed rows would go" + (
                "; that needs --allow-shrink" if gone * 10 > before else ""
            )


def _gone(connection: Connection, landed: Warehouse, job: Job, source: str) -> tuple[int, int]:
    """How many rows are landed, and how many of them would go."""
    key = job.target.c[job.key_name]
    with landed.read() as there:
        cursor = duckdb_cursor(there)
        try:
            rows = cursor.table(job.name).filter(ColumnExpression("source") == ConstantExpression(source))
            keys = rows.select(key.name).to_arrow_reader(BATCH)
        except duckdb.Error:  # a warehouse of another version, which a landing would make anew
            return 0, 0
        with registered(connection, "landed_keys", keys):
            was = table("landed_keys", column(key.name))
            is_gone = was.c[key.name].not_in(select(key))
            counts = select(func.count(), func.count().filter(is_gone)).select_from(was)
            before, gone = connection.execute(counts).one()
            return before, gone
