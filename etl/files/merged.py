"""Merged cells of a sheet: Excel keeps what they show in the first of them only.

A text that is merged over rows of one column belongs to each of those rows. One that is merged over columns belongs, in
a header, to those of them that hold anything; in a row of data to none for certain.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from etl.files.tables import WHITE

Rows = Sequence[Sequence[str]]


class Range(NamedTuple):
    """Cells that are merged, by row and column from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_wide(self) -> bool:
        """Whether it spans several columns."""
        return self.right > self.left


def within(rows: Rows, ranges: Sequence[Range]) -> tuple[Range, ...]:
    """The ranges that show anything, cut where the rows end."""
    height, width = len(rows), len(rows[0]) if rows else 0
    there = (each for each in ranges if each.top < height and each.left < width)
    shown = (each for each in there if rows[each.top][each.left].strip(WHITE))
    return tuple(each._replace(bottom=min(each.bottom, height - 1), right=min(each.right, width - 1)) for each in shown)


def fill_down(rows: Sequence[list[str]], ranges: Sequence[Range]) -> None:
    """Write what is merged over rows of one column into each of them that holds anything else."""
    for each in ranges:
        if not each.is_wide:
            for row in rows[each.top + 1 : each.bottom + 1]:
                if any(row):
                    row[each.left] = rows[each.top][each.left]


def header_cells(rows: Rows, ranges: Sequence[Range], row: int) -> list[str]:
    """A row as a header: a name over several columns is that of each that holds anything below. A title stays alone."""
    cells = list(rows[row])
    if sum(bool(cell.strip(WHITE)) for cell in cells) < 2:
        return cells
    for each in ranges:
        if each.is_wide and each.top <= row <= each.bottom:
            columns = range(each.left, each.right + 1)
            filled = [at for at in columns if any(below[at].strip(WHITE) for below in rows[each.bottom + 1 :])]
            for at in columns:
                cells[at] = rows[each.top][each.left] if at in (filled or [each.left]) else ""
    return cells


def filled_below(ranges: Sequence[Range], end: int) -> int:
    """How many cells below a header of so many rows are filled from the one over them, empty rows included."""
    return sum(each.bottom - max(each.top, end - 1) for each in ranges if not each.is_wide and each.bottom >= end)


def doubtful(
    rows: Rows, ranges: Sequence[Range], end: int, names: Sequence[str], amounts: Collection[str]
) -> Iterator[tuple[int, Range]]:
    """(row, range) of each row below the header whose own value is not certain: an amount merged over several rows, or
    anything merged over several columns."""
    for each in ranges:
        over = names[each.left : each.right + 1]
        named = [name for name in over if name]
        is_lost = len(named) > 1 or (bool(named) and not over[0])
        if is_lost or (not each.is_wide and named and named[0] in amounts):
            for row in range(max(each.top, end), each.bottom + 1):
                if any(rows[row]):
                    yield row, each
