"""Sheets of a workbook: which of them are read, where their headers stand, and their rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from etl.files.headers import SEARCHED, Header, has_all, header_of, how_many, what_is_missing
from etl.files.landing import InputTable
from etl.files.merged import Range, doubtful, filled_below, header_cells
from etl.files.rows import RowSorter
from etl.files.tables import ColumnsMissing, FileUnreadable, TableRead, Wanted, one_line, placed
from etl.files.xlsx_parts import letters
from queries.reasons import Rule


@dataclass(frozen=True)
class SheetName:
    """A sheet of cells, not of a chart."""

    name: str
    visible: bool


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet from its first one on, as texts; `problems` by the number of the row.

    What is `merged` over rows of one column stands in each of them.
    """

    rows: Sequence[Sequence[str]]
    problems: dict[int, str] = field(default_factory=dict)
    merged: Sequence[Range] = ()

    def is_empty(self) -> bool:
        """Whether nothing stands on it."""
        return not any(any(row) for row in self.rows)


class Workbook(Protocol):
    """A workbook of either kind."""

    @property
    def sheets(self) -> Sequence[SheetName]: ...
    def read(self, name: str) -> Sheet: ...


class _Below:
    """The rows below a header, counted as `csv.reader` counts."""

    def __init__(self, rows: Sequence[Sequence[str]], after: int) -> None:
        self.line_num = 0
        self._rows = iter(rows[after:])

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> list[str]:
        row = list(next(self._rows))
        self.line_num += 1
        return row


def read_workbook(
    workbook: Workbook, label: str, table: InputTable, wanted: Wanted, to_declare: str
) -> Iterator[TableRead | tuple[str, str]]:
    """Put the rows of a workbook's sheets into the table; (sheet, why) of those that are left alone.

    Raises:
        FileUnreadable: a sheet is not there or lacks wanted columns, or it is not said which one is to be read.
    """
    names = _chosen(workbook, label, wanted)
    filled = []
    for name in names:
        sheet = workbook.read(name)
        if sheet.is_empty():
            yield placed(label, name), "empty"
            continue
        filled.append(name)
        if wanted.sheets is None and len(filled) > 1:
            others = [each for each in names[names.index(name) + 1 :] if not workbook.read(each).is_empty()]
            raise FileUnreadable(_several(label, [*filled, *others], to_declare))
        header = _header(sheet, placed(label, name), wanted)
        yield read_sheet(sheet, header, (label, name), table, wanted.amounts)
    for each in workbook.sheets:
        if not each.visible and each.name not in names:
            yield placed(label, each.name), "hidden sheet"


def _several(label: str, names: Sequence[str], to_declare: str) -> str:
    listed = ", ".join(names)
    return f"{label} has several sheets: {listed}; add `sheets: all` or `sheets: [{listed}]` to {to_declare}"


def read_sheet(
    sheet: Sheet, header: Header, place: tuple[str, str], table: InputTable, amounts: Collection[str] = ()
) -> TableRead:
    """Put the rows below a header into the table.

    None of the `amounts` is that of several rows: one that is merged over them sets them aside.
    """
    sorter = RowSorter(table, header, *place)
    merged = doubtful(sheet.rows, sheet.merged, header.end, header.names, amounts)
    problems = {row + 1: Rule.MERGED.of(cells=_cells(each)) for row, each in merged} | sheet.problems
    problem_of = (lambda row, _last: problems.get(row)) if problems else None
    sorter.land(_Below(sheet.rows, header.end), problem_of=problem_of)
    return replace(sorter.result(None, None), merged=filled_below(sheet.merged, header.end))


def _cells(each: Range) -> str:
    """As Excel writes it: B2:B4."""
    return f"{letters(each.left + 1)}{each.top + 1}:{letters(each.right + 1)}{each.bottom + 1}"


def _chosen(workbook: Workbook, label: str, wanted: Wanted) -> list[str]:
    if isinstance(wanted.sheets, tuple):
        there = [each.name for each in workbook.sheets]
        absent = [name for name in wanted.sheets if name not in there]
        if absent:
            raise FileUnreadable(
                f"{label} has no sheet {', '.join(absent)}; it has {', '.join(there)}; "
                "put the right names into `sheets` of the mapping"
            )
        return list(dict.fromkeys(wanted.sheets))
    visible = [each.name for each in workbook.sheets if each.visible]
    hidden = [each.name for each in workbook.sheets]
    if not visible and hidden:
        names = ", ".join(map(one_line, hidden))
        raise FileUnreadable(f"{label} has hidden sheets only: {names}; name those to read as `sheets: [{names}]`")
    if not visible:
        raise FileUnreadable(f"{label} has no sheet of cells; put the table on one, or save it as .csv")
    return visible


def sheet_headers(sheet: Sheet) -> Iterator[Header]:
    """Every row in which a header is looked for, as one."""
    for above in range(min(len(sheet.rows), SEARCHED)):
        header = header_of(header_cells(sheet.rows, sheet.merged, above), above, above + 1)
        if header.cells:
            yield header


def _header(sheet: Sheet, place: str, wanted: Wanted) -> Header:
    found = next((each for each in sheet_headers(sheet) if has_all(each, wanted.columns)), None)
    if found:
        return found
    nearest = max(
        sheet_headers(sheet),
        key=lambda header: (how_many(header, wanted.columns), min(len(header.cells), 2), -header.above),
        default=None,
    )
    if nearest is None:
        raise FileUnreadable(f"{place}: there is no header in the first {SEARCHED} rows")
    raise ColumnsMissing(f"{place}: {what_is_missing(nearest, wanted.columns)}")
