"""What a job is: one target table, the select that gives its rows, and what makes a row of it stale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Select,
    String,
    Table,
    bindparam,
    cast,
    column,
    func,
    literal_column,
)
from sqlalchemy.orm import InstrumentedAttribute

WIB_OFFSET: ColumnElement[Any] = literal_column("INTERVAL 7 HOUR")
_SOURCE_NAME = bindparam("source_name", "store", String)
SOURCE = _SOURCE_NAME.label("source")


def wib_day(instant: str) -> ColumnElement[Any]:
    """The WIB day of a naive UTC column, computed in the warehouse: the same for every source dialect."""
    return cast(cast(column(instant), DateTime) + WIB_OFFSET, Date)


def due_at() -> ColumnElement[Any]:
    """The instant at which a pickup is due: its WIB day and the seconds from that midnight."""
    seconds = func.to_seconds(cast(column("pickup_time"), BigInteger))
    return cast(cast(column("pickup_date"), Date), DateTime) + seconds - WIB_OFFSET


@dataclass(frozen=True, slots=True)
class Feed:
    """A source table whose changes make rows of the target stale: those where `column` holds a changed key.

    `target_column` finds the stale rows in the target as well, for rows that are gone from the source.
    `lookup` turns changed keys of `table` into values of `column` (its column 0, filtered by `lookup_key`).
    `altered` narrows to parents that differ from the landed row of that table in those columns, or came or went.
    """

    table: str
    column: InstrumentedAttribute[Any]
    target_column: str | None = None
    lookup: Select[*tuple[Any, ...]] | None = None
    lookup_key: InstrumentedAttribute[Any] | None = None
    altered: tuple[Table, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """A reference that must lead to a landed row; a row without it is an orphan."""

    column: str
    table: Table


@dataclass(frozen=True, slots=True)
class Job:
    """One target table.

    `statement` selects the target's columns by name from the operational models, all but `derived`, which the
    landing computes from them.
    """

    target: Table
    statement: Select[*tuple[Any, ...]]
    key: InstrumentedAttribute[Any]
    feeds: tuple[Feed, ...]
    derived: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    parents: tuple[Parent, ...] = ()
    zero_sum: tuple[str, str] | None = None  # (group column, amount): the amounts of a group add up to 0

    @property
    def name(self) -> str:
        """The job's name in the run log and the quarantine: that of its target."""
        return self.target.name

    @property
    def key_name(self) -> str:
        """The target's key column."""
        name: str = self.target.info["key"][0]
        return name

    def rows_of(self, source: str) -> Select[*tuple[Any, ...]]:
        """`statement`, whose rows carry the name of the source."""
        return self.statement.params({_SOURCE_NAME.key: source})
