"""Rows below a header: which are data, which are blank or the header again, and which do not fit."""

from collections.abc import Callable
from typing import Protocol, Self

from etl.files.headers import Header
from etl.files.landing import InputTable
from etl.files.tables import WHITE, FileUnreadable, TableRead, placed
from queries.reasons import Rule

_CHUNK = 5_000
MOST_COLUMNS = 2_000


class Rows(Protocol):
    """Rows of cells; `line_num` is the last line of the row that was given last, as that of `csv.reader`."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> list[str]: ...


Doubt = Callable[[list[str], int], str | None]  # of a row that spans several lines: what is wrong with it
Known = Callable[[int, int], str | None]  # what is wrong with the row of these lines, from the first to the last


class RowSorter:
    """Puts the rows below a header into a table, and counts what becomes of each."""

    def __init__(self, table: InputTable, header: Header, file: str, sheet: str | None) -> None:
        """For the rows of one file or sheet.

        Raises:
            FileUnreadable: the header has more columns than a table can have in reasonable time.
        """
        if len(header.cells) > MOST_COLUMNS:
            raise FileUnreadable(
                f"{placed(file, sheet)}: line {header.above + 1} has {len(header.cells):,} columns, and "
                f"{MOST_COLUMNS:,} at most are read; remove those that are not needed"
            )
        table.add_columns([name for name in header.names if name])
        self._table = table
        self._header = header
        self._place = (file, sheet)
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self._problems: dict[int, str] = {}
        self._landed = self._repeated = self._blank = 0

    def land(self, rows: Rows, doubt: Doubt | None = None, problem_of: Known | None = None) -> None:
        """Take all rows. Their lines are counted from below the header.

        `doubt` is asked about rows of several lines, `problem_of` about all rows.
        """
        width, first_name, end = len(self._header.cells), self._header.cells[0].lower(), self._header.end
        last = 0
        for row in rows:
            now = rows.line_num
            line = end + last + 1
            problem = doubt(row, end + now) if doubt and now - last > 1 else None
            if problem_of:
                problem = problem_of(line, end + now) or problem
            last = now
            if len(row) != width or not (first := row[0].strip(WHITE)) or first.lower() == first_name:
                fitted = self._fitted(row, problem)
                if fitted is None:
                    continue
                row, problem = fitted
            if problem:
                self._problems[len(self._rows)] = problem
            self._rows.append(row)
            self._lines.append(line)
            if len(self._rows) == _CHUNK:
                self._flush()
        self._flush()

    def result(self, encoding: str | None, delimiter: str | None) -> TableRead:
        """What was read."""
        file, sheet = self._place
        header = self._header
        return TableRead(
            file, sheet, encoding, delimiter, header.names, header.above, self._landed, self._repeated, self._blank
        )

    def _fitted(self, row: list[str], problem: str | None) -> tuple[list[str], str | None] | None:
        """A row with as many cells as the header has, and what is wrong with it; None for one that is dropped."""
        width = len(self._header.cells)
        filled = len(row)
        while filled and not row[filled - 1].strip(WHITE):
            filled -= 1
        if not filled and not problem:
            self._blank += 1
            return None
        if filled == width and self._is_header(row):
            self._repeated += 1
            return None
        if len(row) < width:
            padded = row + [""] * (width - len(row))
            return padded, problem or Rule.FIELDS.of(fields=len(row), width=width)
        if filled > width:
            return row[:width], problem or Rule.FIELDS.of(fields=filled, width=width)
        return row[:width], problem

    def _is_header(self, row: list[str]) -> bool:
        """Whether a row is the header again, in whatever capitals."""
        pairs = zip(row, self._header.cells, strict=False)
        return all(cell.strip(WHITE).lower() == name.lower() for cell, name in pairs)

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = zip(self._header.names, zip(*self._rows, strict=True), strict=True)
        cells = {name: values for name, values in columns if name}
        self._table.append(self._place, self._lines, self._problems, cells)
        self._landed += len(self._rows)
        self._rows, self._lines, self._problems = [], [], {}
