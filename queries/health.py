"""Questions about the data itself: runs, freshness, quarantine, sizes."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from queries.filters import Page, PageOf
from queries.frames import frame, row_groups
from queries.schema import (
    DIMENSIONS,
    FACTS,
    due_tables,
    etl_differences,
    etl_runs,
    etl_state,
    etl_verifications,
    quarantine,
)
from queries.schema.changes import COMPUTED


def sources(connection: Connection) -> pd.DataFrame:
    """One row per source: source, landed_at (naive UTC), change_seq, data_version."""
    return frame(
        connection,
        select(etl_state.c.source, etl_state.c.landed_at, etl_state.c.change_seq, etl_state.c.data_version).order_by(
            etl_state.c.source
        ),
    )


def runs_page(connection: Connection, page: Page) -> PageOf:
    """The newest runs, one row per run and job, with rows, times and error."""
    rows = frame(
        connection,
        select(etl_runs)
        .order_by(etl_runs.c.started_at.desc(), etl_runs.c.run_id.desc(), etl_runs.c.job)
        .limit(page.limit)
        .offset(page.offset),
    )
    return PageOf(rows, int(connection.scalar(select(func.count()).select_from(etl_runs)) or 0))


def rows_aside(connection: Connection, source: str) -> int:
    """Rows of a source in the quarantine."""
    statement = select(func.count()).select_from(quarantine).where(quarantine.c.source == source)
    return int(connection.scalar(statement) or 0)


def failed_runs(connection: Connection, since: datetime) -> int:
    """Jobs that failed since an instant (naive UTC)."""
    statement = select(func.count()).where(etl_runs.c.status == "failed", etl_runs.c.started_at >= since)
    return int(connection.scalar(statement) or 0)


@dataclass(frozen=True, slots=True)
class Aside:
    """Which rows of the quarantine: of a source, a table, a file; empty: any."""

    source: str = ""
    job: str = ""
    file: str = ""


ALL_ASIDE = Aside()


def quarantine_choices(connection: Connection) -> dict[str, list[str]]:
    """What there is to choose from: the sources, jobs and files of the rows in the quarantine, in order."""
    return {
        name: list(connection.scalars(select(column).distinct().where(column.is_not(None)).order_by(column)))
        for name, column in (("source", quarantine.c.source), ("job", quarantine.c.job), ("file", quarantine.c.file))
    }


def quarantine_counts(connection: Connection, wanted: Aside = ALL_ASIDE) -> pd.DataFrame:
    """Bad rows by source, job and reason: source, job, reason, rows; most first."""
    return frame(
        connection,
        select(quarantine.c.source, quarantine.c.job, quarantine.c.reason, func.count().label("rows"))
        .where(*_matching(wanted))
        .group_by(quarantine.c.source, quarantine.c.job, quarantine.c.reason)
        .order_by(func.count().desc(), quarantine.c.source, quarantine.c.job, quarantine.c.reason),
    )


def quarantine_page(connection: Connection, page: Page, wanted: Aside = ALL_ASIDE) -> PageOf:
    """The bad rows themselves, newest first: source, job, row_key, reason, file, sheet, line, column, word,
    row_json, quarantined_at; the place is that of rows of files."""
    rows = frame(connection, _set_aside(wanted).limit(page.limit).offset(page.offset))
    total = connection.scalar(select(func.count()).select_from(quarantine).where(*_matching(wanted)))
    return PageOf(rows, int(total or 0))


def quarantine_groups(connection: Connection, wanted: Aside) -> Iterator[pd.DataFrame]:
    """All rows of `quarantine_page`, in row groups."""
    return row_groups(connection, _set_aside(wanted))


def _matching(wanted: Aside) -> list[ColumnElement[bool]]:
    return [quarantine.c[name] == value for name, value in asdict(wanted).items() if value]


def _set_aside(wanted: Aside) -> Select[Any]:
    names = ("source", "job", "row_key", "reason", "file", "sheet", "line", "column", "word")
    at = quarantine.c.quarantined_at
    place = [quarantine.c[name] for name in ("source", "job", "file", "sheet", "line", "row_key")]
    return (
        select(*[quarantine.c[name] for name in names], quarantine.c.row_json, at)
        .where(*_matching(wanted))
        .order_by(at.desc(), *place)
    )


def _last_verifications() -> Select[Any]:
    made = etl_verifications.c
    place = func.row_number().over(
        partition_by=made.source, order_by=(made.finished_at.desc(), made.started_at.desc(), made.verification_id)
    )
    numbered = select(etl_verifications, place.label("place")).subquery()
    return select(*[numbered.c[column.name] for column in made]).where(numbered.c.place == 1)


def last_verifications(connection: Connection) -> pd.DataFrame:
    """The newest verification of each source, by name: the columns of `etl_verifications`."""
    found = _last_verifications().subquery()
    return frame(connection, select(found).order_by(found.c.source))


def differences_page(connection: Connection, page: Page) -> PageOf:
    """What the newest verification of each source found to differ: source and the columns of `etl_differences`."""
    last = _last_verifications().subquery()
    of = etl_differences.c.verification_id == last.c.verification_id
    rows = select(last.c.source, etl_differences).join(last, of)
    total = connection.scalar(select(func.count()).select_from(rows.subquery()))
    ordered = rows.order_by(last.c.source, etl_differences.c.line).limit(page.limit).offset(page.offset)
    return PageOf(frame(connection, ordered), int(total or 0))


def tables_due(connection: Connection) -> pd.DataFrame:
    """Tables that were made anew and lack rows of a source: source, table_name, note (what to do, or None)."""
    return frame(
        connection,
        select(due_tables.c.source, due_tables.c.table_name, due_tables.c.note)
        .where(due_tables.c.source != COMPUTED)
        .order_by(due_tables.c.source, due_tables.c.table_name),
    )


def table_sizes(connection: Connection) -> dict[str, int]:
    """Rows per fact and dimension."""
    tables = (*DIMENSIONS, *FACTS)
    return {table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0) for table in tables}
