"""Columns of a table: how a value of a row is named, shown, linked and sorted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboard import format as fmt

Kind = Literal[
    "text", "money", "int", "percent", "ratio", "date", "instant", "duration", "phone", "strip", "image", "badge"
]
RIGHT = ("money", "int", "percent", "ratio", "duration")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the frame, its header, and how it is shown. `ratio` cells are (part, whole) pairs, `strip`
    cells lists of 0 and 1, None for a day to come. An `image` cell is drawn by `image`, as a data address, and read in
    exports by `words`.

    `sort` is the name by which the database sorts it; without one its header does not sort. `opens` makes the text a
    link to the row's detail; `below` names the column of the frame that stands under it in grey; `alarm` says which
    rows' cells need attention. `copies` offers a button that copies the cell, `bar` draws the value as a share of it,
    and an `extra` column is shown once the reader chooses it."""

    name: str
    label: str
    kind: Kind = "text"
    help: str | None = None
    sort: str | None = None
    opens: Callable[[pd.Series], str] | None = None
    below: str | None = None
    alarm: Callable[[pd.Series], bool] | None = None
    copies: bool = False
    bar: int | None = None
    extra: bool = False
    image: Callable[[Any], str | None] | None = None
    words: Callable[[Any], str] | None = None


def pairs(parts: "pd.Series[Any]", wholes: "pd.Series[Any]") -> "pd.Series[Any]":
    """The cells of a `ratio` column."""
    return pd.Series(list(zip(parts, wholes, strict=True)), index=parts.index, dtype=object)


def cell_text(value: Any, kind: Kind) -> str:
    """One cell as it is read on the screen."""
    if fmt.missing(value):
        return fmt.NONE
    match kind:
        case "money":
            return fmt.rupiah(int(value))
        case "int":
            return fmt.number(int(value))
        case "percent":
            return fmt.percent_value(value)
        case "ratio":
            return fmt.percent(*value)
        case "date":
            return fmt.day(value)
        case "instant":
            return fmt.instant(value)
        case "duration":
            return fmt.duration(value)
        case _:
            return str(value)
