"""What differs between a source and the warehouse, as people read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table

from etl.verify.ranges import Narrowed, rows_of
from vocabulary import DifferenceKind

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value, or one row where `column` is None. `source` and `warehouse` are what each of them has, as text."""

    table: str
    key: str
    kind: DifferenceKind
    column: str | None
    source: str
    warehouse: str

    def __str__(self) -> str:
        where = self.table if self.column is None else f"{self.table}.{self.column}"
        return f"{where} {self.key}: {self.kind}: source {self.source}, warehouse {self.warehouse}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What one comparison found.

    `rows` were compared, `counts` says how many differ, by table; `differences` shows the first of them. `broken` are
    promises of the warehouse that do not hold.
    """

    source: str
    started_at: datetime
    finished_at: datetime
    rows: int
    counts: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether nothing differs and no promise is broken."""
        return not self.counts and not self.broken

    @property
    def differing(self) -> int:
        """Rows that differ, of all tables."""
        return sum(self.counts.values())


def shown(
    connection: Connection, table: Table, narrowed: Narrowed, source: Select[Any], warehouse: Select[Any]
) -> list[Difference]:
    """The narrowed keys with the values of both sides."""
    theirs = rows_of(connection, table, source, narrowed.keys)
    ours = rows_of(connection, table, warehouse, narrowed.keys)
    return [each for key in narrowed.keys for each in _of_key(table, key, theirs[key], ours[key])]


def _of_key(table: Table, key: tuple[Any, ...], theirs: list[Row], ours: list[Row]) -> Iterator[Difference]:
    name = ", ".join(map(_text, key))
    if len(theirs) == 1 and len(ours) == 1:
        for column, value in theirs[0].items():
            if value != ours[0][column]:
                yield Difference(table.name, name, DifferenceKind.CHANGED, column, _text(value), _text(ours[0][column]))
    elif not ours:
        yield Difference(table.name, name, DifferenceKind.MISSING, None, _row(theirs), "no row")
    elif not theirs:
        yield Difference(table.name, name, DifferenceKind.SURPLUS, None, "no row", _row(ours))
    else:
        rows = f"{len(theirs)} rows" if len(theirs) > 1 else "1 row"
        yield Difference(table.name, name, DifferenceKind.REPEATED, None, rows, f"{len(ours)} rows: {_row(ours)}")


def _row(rows: list[Row]) -> str:
    return "; ".join(
        ", ".join(f"{name} {_text(value)}" for name, value in row.items() if value is not None) for row in rows
    )


def _text(value: Any) -> str:
    return "NULL" if value is None else repr(value) if isinstance(value, str) else str(value)
