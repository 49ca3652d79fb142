"""Which words of a file stand behind a rule of the warehouse that a row breaks, or behind rows of a key that differ.

Their values were read without a fault, so that staging holds no word of them: they are looked up among what was read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    case,
    column,
    func,
    or_,
    select,
    table,
    update,
)

from etl.files.tables import ROW
from etl.jobs import Job
from etl.sources.parts import Part
from etl.sources.typed import Target
from etl.sources.words import composed, fixed
from etl.staging import PROBLEM, registered
from etl.validate import columns_behind
from queries.reasons import Reason

BATCH = 10_000
BETWEEN = " | "  # words of several columns


@dataclass(frozen=True, slots=True)
class Read:
    """The parts of a table as they were read, by the distance between the numbers of their rows."""

    cursor: duckdb.DuckDBPyConnection
    dialect: Any
    parts: Sequence[tuple[Part, list[Target]]]
    apart: int


def name_columns(connection: Connection, job: Job, staging: Table, read: Read) -> None:
    """Write column and word to the rows of staging that will be set aside for their values, and have none yet."""
    for number, (part, targets) in enumerate(read.parts):
        sources = _sources(part, [each for each in targets if each.name in staging.c])
        mine = staging.c.from_row.between(number * read.apart, (number + 1) * read.apart - 1)
        for blamed in (_breaking(job, staging, list(sources)), _differing(job, staging, list(sources))):
            found = [] if blamed is None else connection.execute(blamed.where(mine)).all()
            for start in range(0, len(found), BATCH):
                by_row = {row: _of(columns, sources) for row, columns in found[start : start + BATCH]}
                _write(connection, staging, _words(read, part, by_row, number * read.apart))


def _sources(part: Part, targets: Sequence[Target]) -> dict[str, tuple[str, ...]]:
    """The columns behind each target; not those of a sum whose parts stand in targets of their own."""
    single = {each.name: (each.named.label,) for each in targets if each.named is not None and not each.rule.plus}
    alone = {label for labels in single.values() for label in labels}
    sums = {
        each.name: (each.named.label, part.named[each.rule.plus].label)
        for each in targets
        if each.named is not None and each.rule.plus
    }
    return single | {name: labels for name, labels in sums.items() if not alone.issuperset(labels)}


def _of(targets: Sequence[str | None], sources: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for target in targets if target for label in sources[target]))


def _breaking(job: Job, staging: Table, names: list[str]) -> Select[Any] | None:
    """Rows that break a rule, with the target columns that it is about."""
    rules = columns_behind(job, staging, names)
    if not rules:
        return None
    which = case(*[(broken, _listed(columns)) for broken, columns in rules])
    broken = or_(*[broken for broken, _columns in rules])
    return select(staging.c.from_row, which).where(staging.c[PROBLEM].is_(None), broken)


def _listed(columns: Sequence[str]) -> ColumnElement[Any]:
    return func.list_value(*[fixed(each) for each in columns])


def _differing(job: Job, staging: Table, names: list[str]) -> Select[Any] | None:
    """Rows of keys whose rows differ, with the target columns in which they do."""
    key = staging.c[job.key_name]
    differ = [
        case((or_(func.count(each.distinct()) > 1, func.count(each).not_in([0, func.count()])), fixed(name)))
        for name, each in ((name, staging.c[name]) for name in names if name != job.key_name)
    ]
    if not differ:
        return None
    conflicts = select(key).where(staging.c[PROBLEM] == Reason.CONFLICT.value)
    keys = select(key.label("k"), func.list_value(*differ).label("columns")).where(key.in_(conflicts)).group_by(key)
    of_key = keys.subquery()
    return (
        select(staging.c.from_row, of_key.c.columns)
        .join_from(staging, of_key, of_key.c.k == key)
        .where(staging.c[PROBLEM] == Reason.CONFLICT.value)
    )


def _words(read: Read, part: Part, by_row: Mapping[int, tuple[str, ...]], apart: int) -> pa.Table:
    """Row, columns as the file names them, and their words, of rows in which columns are blamed."""
    names = {each.label: each.name for each in part.named.values()}
    labels = list(dict.fromkeys(label for blamed in by_row.values() for label in blamed))
    rows = pa.table({"row": pa.array([row - apart for row in by_row], pa.int64())})
    read.cursor.register("blamed_rows", rows)
    blamed = table("blamed_rows", column("row", BigInteger))
    statement = select(part.rows.c[ROW], *[part.rows.c[each] for each in labels]).where(
        part.rows.c[ROW].in_(select(blamed.c.row))
    )
    found = read.cursor.execute(composed(statement, read.dialect)).fetchall()
    read.cursor.unregister("blamed_rows")
    told = []
    for row, *words in found:
        of = dict(zip(labels, words, strict=True))
        mine = by_row[row + apart]
        said = BETWEEN.join(of[each] or "" for each in mine)
        told.append((row + apart, ", ".join(names[each] for each in mine) or None, said or None))
    kinds = [("row", pa.int64()), ("names", pa.string()), ("words", pa.string())]
    return pa.table({name: pa.array([each[at] for each in told], kind) for at, (name, kind) in enumerate(kinds)})


def _write(connection: Connection, staging: Table, told: pa.Table) -> None:
    with registered(connection, "told_rows", told):
        rows = table("told_rows", column("row", BigInteger), column("names", String), column("words", String))
        connection.execute(
            update(staging)
            .where(staging.c.from_row == rows.c.row)
            .values(from_column=rows.c.names, from_word=rows.c.words)
        )
