"""A table that shows all of its rows at once, sorted by their raw values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard.components.table.columns import Column
from dashboard.components.table.drawing import Opening, Ticking, table
from dashboard.components.table.view import TableView, address_problems, address_sort
from queries.filters import Page, Sort


def whole_table(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    alt: str,
    total: int | None = None,
    opening: Opening | None = None,
    ticking: Ticking | None = None,
    sums: Mapping[str, str] | None = None,
) -> None:
    """Draw every row; each header sorts, and until one is pressed the rows stand as they come. `total` is how many
    there are where these are the first ones only; the others are as `table` takes them."""
    sortable = [replace(each, sort=each.sort or each.name) if _has_order(each) else each for each in columns]
    known = {each.sort for each in sortable if each.sort}
    sort = address_sort(key, known, None)
    view = TableView(key, Page(max(len(rows), 1)), sort, problems=address_problems(key, known))
    shown = rows if sort is None else by_raw_values(rows, sortable, sort)
    table(
        shown,
        sortable,
        view,
        total=len(rows) if total is None else total,
        alt=alt,
        opening=opening,
        ticking=ticking,
        sums=sums,
    )


def by_raw_values(rows: pd.DataFrame, columns: Sequence[Column], sort: Sort) -> pd.DataFrame:
    """The rows by the values behind the column that is sorted by, those without one last."""
    column = next(each for each in columns if each.sort == sort.column)
    values = [_raw(value, column) for value in rows[column.name]]
    known = [at for at, value in enumerate(values) if value is not None]
    known.sort(key=lambda at: values[at], reverse=sort.descending)
    return rows.iloc[known + [at for at, value in enumerate(values) if value is None]]


def _has_order(column: Column) -> bool:
    return column.kind not in ("image", "strip")


def _raw(value: Any, column: Column) -> Any:
    if fmt.missing(value) or value is pd.NA:
        return None
    if column.kind == "ratio":
        part, whole = value
        return Fraction(int(part), int(whole)) if whole else None
    return value.casefold() if isinstance(value, str) else value
