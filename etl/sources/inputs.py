"""The inputs of a mapping as relations of words, each row with where it stands and what is wrong with it as a whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
from sqlalchemy import ColumnElement, FromClause, String, case, cast, column, func, null, or_, select, table

from etl.files.tables import FILE, LINE, OWN_COLUMNS, PROBLEM, ROW, SHEET, InputRead
from etl.sources.mapping import Files
from etl.sources.numbers import NumberFormat, exact
from etl.sources.numbers import reason_of as number_reason
from etl.sources.words import composed, fixed
from queries.reasons import Reason

REASON, COLUMN, WORD = "_reason", "_column", "_word"
PLACE = (FILE, SHEET, LINE, REASON, COLUMN, WORD)
FormatOf = Callable[[str], NumberFormat]


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `rows` has its columns as texts, `_row`, and of each row its place and what is wrong with it.

    `raw_rows`: rows as they were read, without repeated headers and blank lines, which `left` counts. `sums`: columns
    that are exact numbers already.
    """

    name: str
    files: Files
    read: InputRead
    columns: tuple[str, ...]
    rows: FromClause
    raw_rows: int
    left: int
    sums: frozenset[str] = frozenset()


def word_of(name: str, missing: Sequence[str]) -> ColumnElement[Any]:
    """A column without the words that mean an empty field."""
    word: ColumnElement[Any] = column(name, String)
    return case((word.in_([fixed(each) for each in missing]), None), else_=word) if missing else word


def opened(cursor: duckdb.DuckDBPyConnection, name: str, files: Files, read: InputRead) -> Input:
    """The input as it was read."""
    columns = tuple(each for each in cursor.table(read.table).columns if each not in OWN_COLUMNS)
    words = [word_of(each, files.missing_words).label(each) for each in columns]
    own: list[ColumnElement[Any]] = [column(ROW), column(FILE), column(SHEET), column(LINE)]
    nothing = cast(null(), String)
    whole = [column(PROBLEM, String).label(REASON), nothing.label(COLUMN), nothing.label(WORD)]
    rows = select(*own, *whole, *words).select_from(table(read.table)).subquery()
    left = sum(each.repeated_headers + each.blank for each in read.tables)
    return Input(name, files, read, columns, rows, sum(each.rows for each in read.tables), left)


def widened(source: Input, names: Iterable[str]) -> Input:
    """An input without any row as if it had these columns too."""
    more = [each for each in dict.fromkeys(names) if each not in source.columns]
    rows = select(source.rows, *[cast(null(), String).label(each) for each in more]).subquery()
    return replace(source, columns=(*source.columns, *more), rows=rows)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that may be wrong with a row: when, why, and which word says so."""

    when: ColumnElement[bool]
    reason: ColumnElement[Any]
    column: str
    word: ColumnElement[Any]


def sum_faults(rows: FromClause, name: str, amount: ColumnElement[Any], form: NumberFormat) -> list[Fault]:
    """An amount to be added up must be there and be a number."""
    word = rows.c[name]
    return [
        Fault(word.is_(None), fixed(Reason.EMPTY), name, word),
        Fault(amount.is_(None), number_reason(word, form), name, word),
    ]


def with_faults(rows: FromClause, faults: Sequence[Fault]) -> list[ColumnElement[Any]]:
    """Reason, column and word of each row: what was wrong before, or the first fault."""
    before = rows.c[REASON].is_not(None)
    return [
        case((before, rows.c[REASON]), *[(each.when, each.reason) for each in faults], else_=None).label(REASON),
        case((before, rows.c[COLUMN]), *[(each.when, fixed(each.column)) for each in faults], else_=None).label(COLUMN),
        case((before, rows.c[WORD]), *[(each.when, each.word) for each in faults], else_=None).label(WORD),
    ]


def place_of_worst(rows: FromClause) -> list[ColumnElement[Any]]:
    """The place of the first row of a group that has something wrong, else of its first row."""
    bad = case((rows.c[REASON].is_not(None), rows.c[ROW]), else_=rows.c[ROW] + 2**60)
    return [func.arg_min_null(rows.c[each], bad).label(each) for each in PLACE]


def items_as_rows(cursor: duckdb.DuckDBPyConnection, dialect: Any, source: Input, format_of: FormatOf) -> Input:
    """The input with the lines of each key as one row."""
    files, rows = source.files, source.rows
    key: ColumnElement[Any] = rows.c[files.key or ""]
    if files.key in files.carry_down:
        at = case((key.is_not(None), rows.c[ROW]), else_=None)
        key = func.arg_max(key, at).over(partition_by=[rows.c[FILE], rows.c[SHEET]], order_by=rows.c[ROW])
    amounts = {name: exact(rows.c[name], format_of(name)) for name in files.sum}
    faults = [each for name, amount in amounts.items() for each in sum_faults(rows, name, amount, format_of(name))]
    named = [each for each in source.columns if each not in amounts and each != files.key]
    lines = select(
        *[rows.c[each] for each in (ROW, FILE, SHEET, LINE)],
        *with_faults(rows, faults),
        key.label(files.key or ""),
        *[rows.c[each] for each in named],
        *[amount.label(name) for name, amount in amounts.items()],
    ).subquery()
    differing = [(_differs(lines.c[name]), name) for name in files.carry_down if name != files.key]
    place = {each.name: each for each in place_of_worst(lines)}
    fine = place[REASON].element.is_(None)
    reason = case(
        (fine & or_(*[when for when, _ in differing]), fixed(Reason.ITEMS_DIFFER)), else_=place[REASON].element
    )
    named_fault = case(*[(fine & when, fixed(name)) for when, name in differing], else_=place[COLUMN].element)
    word = case(*[(fine & when, func.max(lines.c[name])) for when, name in differing], else_=place[WORD].element)
    if not differing:
        reason, named_fault, word = place[REASON].element, place[COLUMN].element, place[WORD].element
    keyed = lines.c[files.key or ""]
    grouped = (
        select(
            func.min(lines.c[ROW]).label(ROW),
            *[place[each] for each in (FILE, SHEET, LINE)],
            reason.label(REASON),
            named_fault.label(COLUMN),
            word.label(WORD),
            keyed,
            *[func.arg_min(lines.c[each], lines.c[ROW]).label(each) for each in named],
            *[cast(func.sum(lines.c[name]), String).label(name) for name in amounts],
        )
        .select_from(lines)
        .group_by(keyed, case((keyed.is_(None), lines.c[ROW]), else_=None))
    )
    name = f"rows_of_{source.name}"
    materialized(cursor, name, composed(grouped, dialect))
    columns = [column(ROW), *[column(each, String) for each in (*PLACE, *source.columns)]]
    return Input(
        source.name,
        files,
        source.read,
        source.columns,
        table(name, *columns),
        source.raw_rows,
        source.left,
        frozenset(amounts),
    )


def materialized(cursor: duckdb.DuckDBPyConnection, name: str, statement: str) -> None:
    """Keep the rows of a statement as a table of the reading."""
    cursor.sql(statement).create(name)


def _differs(word: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.min(word) != func.max(word)
