"""A page of rows as the texts, links and marks that table.js draws."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import pandas as pd

from dashboard import format as fmt
from dashboard.components.table.columns import RIGHT, Column, cell_text

Cell: TypeAlias = "str | dict[str, Any]"
"""A text alone, or a mapping of `text` and what else there is of: `below`, `href`, `alarm`, `copy`, `bar` (0 to 1),
`days` (1, 0 or None each), `image`."""


def header(column: Column) -> dict[str, Any]:
    """What the head of a column needs."""
    align = "right" if column.kind in RIGHT else "left"
    facts = {"name": column.name, "label": column.label, "kind": column.kind, "align": align}
    wished = {"help": column.help, "sort": column.sort, "extra": column.extra}
    return facts | {name: value for name, value in wished.items() if value}


def rows_of(frame: pd.DataFrame, columns: Sequence[Column], id_column: str | None) -> list[dict[str, Any]]:
    """The rows: a key each, and a cell for each column."""
    keys = frame[id_column] if id_column else range(len(frame))
    whole = [row for _at, row in frame.iterrows()] if any(_needs_row(column) for column in columns) else []
    cells = [_column(frame, column, whole) for column in columns]
    return [{"key": str(key), "cells": list(row)} for key, row in zip(keys, zip(*cells, strict=True), strict=True)]


def _needs_row(column: Column) -> bool:
    return bool(column.opens or column.alarm or column.below)


def _column(frame: pd.DataFrame, column: Column, whole: "Sequence[pd.Series[Any]]") -> list[Cell]:
    if not _needs_row(column):
        return [_cell(value, column, None) for value in frame[column.name]]
    return [_cell(row[column.name], column, row) for row in whole]


def _cell(value: Any, column: Column, row: "pd.Series[Any] | None") -> Cell:
    drawn = _drawn(value, column)
    if row is not None:
        drawn |= _of_the_row(row, column)
    if column.copies and not fmt.missing(value):
        drawn["copy"] = str(value)
    if column.bar and not fmt.missing(value):
        drawn["bar"] = min(max(float(value) / column.bar, 0), 1)
    return drawn["text"] if len(drawn) == 1 else drawn


def _drawn(value: Any, column: Column) -> dict[str, Any]:
    match column.kind:
        case "phone":
            address = fmt.whatsapp(value)
            return {"text": cell_text(value, "text")} | ({"href": address} if address else {})
        case "strip":
            days = list(value) if isinstance(value, Sequence) else []
            return {"text": fmt.number(sum(1 for day in days if day)), "days": days}
        case "image" if column.image and column.words:
            image = column.image(value)
            return {"text": column.words(value)} | ({"image": image} if image else {})
        case "ratio" if not fmt.missing(value):
            return {"text": fmt.percent(*value), "below": fmt.ratio(*value)}
        case kind:
            return {"text": cell_text(value, kind)}


def _of_the_row(row: "pd.Series[Any]", column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if column.opens:
        found["href"] = column.opens(row)
    if column.alarm and column.alarm(row):
        found["alarm"] = True
    if column.below and not fmt.missing(row[column.below]) and str(row[column.below]):
        found["below"] = str(row[column.below])
    return found
