"""What a mart is: a select over facts, and the pieces such selects are composed of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Select, Table, case, cast, func, literal

from etl.jobs.base import WIB_OFFSET

Contribution = Callable[[FromClause], Select[Any]]


@dataclass(frozen=True, slots=True)
class AdditiveMart:
    """A mart that adds up contributions of rows; keys whose measures are all 0 have no row."""

    table: Table
    contributions: tuple[tuple[Table, Contribution], ...]

    @property
    def keys(self) -> list[str]:
        """Names of the key columns."""
        return list(self.table.info["key"])

    @property
    def measures(self) -> list[str]:
        """Names of the columns that add up."""
        return [c.name for c in self.table.c if c.name not in self.keys]


@dataclass(frozen=True, slots=True)
class RowMart:
    """A mart that holds some rows of one fact, with the fact's key as its own."""

    table: Table
    fact: Table
    selection: Contribution


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new rows of a fact, with at least the columns that marts read."""

    old: FromClause
    new: FromClause


def wib_date(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    """The WIB day of a naive UTC instant."""
    return cast(instant + WIB_OFFSET, Date)


def month_of(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of the month of a day."""
    return cast(func.date_trunc("month", day), Date)


def one_if(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    """1 where the condition holds, else 0."""
    return case((condition, 1), else_=0)


def row(mart: Table, keys: Mapping[str, Any], counts: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    """The mart's columns in order: keys, the given counts, 0 for the others."""
    given = {**keys, **counts}
    return [cast(given[c.name] if c.name in given else literal(0), c.type).label(c.name) for c in mart.c]
