"""What lists of all subjects do alike: search, order, cut a page, name columns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.oracle.store import Row


def contains(text: str, *fields: str) -> bool:
    """Whether a typed text stands anywhere in one of the fields, whatever its case."""
    wanted = text.strip().lower()
    return any(wanted in field.lower() for field in fields)


def in_order(rows: Iterable[Row], by: str, key: str, *, descending: bool = False) -> list[Row]:
    """Rows by a column, those without a value last, equal ones by key."""
    by_key = sorted(rows, key=lambda row: row[key])
    known = [row for row in by_key if row[by] is not None]
    known.sort(key=lambda row: row[by], reverse=descending)
    return known + [row for row in by_key if row[by] is None]


def newest_first(rows: Iterable[Row], at: str) -> list[Row]:
    """The newest first, of one instant the one with the highest id."""
    return sorted(rows, key=lambda row: (row[at], row["id"]), reverse=True)


def columns(rows: Iterable[Row], names: Sequence[str], **renamed: str) -> list[Row]:
    """Only these columns, and others under a new name: `renamed` is new name -> name in the row."""
    return [{**{name: row[name] for name in names}, **{new: row[old] for new, old in renamed.items()}} for row in rows]


def cut(rows: list[Row], limit: int, offset: int) -> tuple[list[Row], int]:
    """One page, and how many rows there are."""
    return rows[offset : offset + limit], len(rows)


def matching(rows: Iterable[Row], *conditions: Callable[[Row], Any] | None) -> list[Row]:
    """The rows that satisfy every condition that is given."""
    return [row for row in rows if all(condition(row) for condition in conditions if condition)]
