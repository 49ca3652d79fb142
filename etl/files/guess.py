"""A file of which nothing is known: its header is guessed, to be confirmed by a person in a mapping."""

import contextlib
import csv
import glob
from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.files.encodings import encoding_of
from etl.files.finding import digest_of_files, find, relative, standing_still
from etl.files.headers import SEARCHED, Header, header_of
from etl.files.landing import InputTable
from etl.files.merged import header_cells
from etl.files.parquet import read_parquet
from etl.files.reading import workbook_of
from etl.files.sheets import Workbook, read_sheet
from etl.files.tables import WHITE, FileUnreadable, InputRead, TableRead, Wanted, placed
from etl.files.text import Text, candidates_of, read_below
from etl.files.unpacking import Content, Kind, contents
from etl.own_folder import own_folder

_TO_DECLARE = "the input of the mapping"
_FULL = 0.8  # of the cells of the fullest line, that a header must fill


def read_unknown(connection: duckdb.DuckDBPyConnection, path: Path) -> InputRead:
    """Read a file whose columns are not known into the table `input_unknown`; of a workbook all visible sheets.

    The header is taken to be the first line that is nearly as full as the fullest one.

    Raises:
        FileUnreadable: it cannot be read for certain, or there is no table in it.
    """
    folder, wanted = path.parent, Wanted((glob.escape(path.name),), ())
    found = find(folder, "unknown", wanted)
    table = InputTable(connection, "unknown", ())
    tables: list[TableRead] = []
    skipped = list(found.skipped)
    with own_folder() as room:
        for each in found.paths:
            label = relative(folder, each)
            with standing_still(each, label):
                for content in contents(each, label, ("*",), room):
                    if isinstance(content, Content):
                        tables += _read(content, table, wanted)
                    else:
                        skipped.append(content)
    if not tables:
        raise FileUnreadable(f"{path.name} has no table in it")
    return InputRead(table.name, tuple(tables), tuple(skipped), digest_of_files(folder, found))


def _read(content: Content, table: InputTable, wanted: Wanted) -> list[TableRead]:
    path, label = content.path, content.label
    if content.kind is Kind.PARQUET:
        return [read_parquet(path, label, table, wanted)]
    if content.kind is Kind.TEXT:
        return _read_text(Text(path, label, encoding_of(path, label, None, _TO_DECLARE)), table)
    return _read_sheets(workbook_of(content), label, table)


def _read_text(text: Text, table: InputTable) -> list[TableRead]:
    start = text.start()
    if not any(line.strip(WHITE) for line in start):
        return []
    found = []
    for delimiter in candidates_of(start, None):
        rows, ends = _rows(start, delimiter)
        header = _guessed(rows, ends)
        if header:
            below = [len(row) for row, end in zip(rows, ends, strict=True) if row and end > header.end]
            even = sum(width == len(header.cells) for width in below) / len(below) if below else 1.0
            # a line that is not split at all fits any delimiter
            found.append((len(header.cells) > 1, round(even, 1), -header.above, len(header.cells), delimiter, header))
    if not found:
        return []
    *_, delimiter, header = max(found, key=lambda each: each[:4])
    return [read_below(text, delimiter, header, table)]


def _rows(start: Sequence[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The rows of the start of a file, and the line in which each ends."""
    reader = csv.reader(start[:SEARCHED], delimiter=delimiter, skipinitialspace=True)
    rows, ends = [], []
    with contextlib.suppress(csv.Error):  # a field without an end: it is named where the rows are read
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    return rows, ends


def _read_sheets(workbook: Workbook, label: str, table: InputTable) -> list[TableRead]:
    read = []
    for name in [each.name for each in workbook.sheets if each.visible]:
        sheet = workbook.read(name)
        rows = [header_cells(sheet.rows, sheet.merged, at) for at in range(min(len(sheet.rows), SEARCHED))]
        header = _guessed(rows, range(1, len(rows) + 1))
        if header:
            read.append(read_sheet(sheet, header, (label, name), table))
        elif not sheet.is_empty():
            raise FileUnreadable(f"{placed(label, name)}: there is no header in the first {SEARCHED} rows")
    return read


def _guessed(rows: Sequence[Sequence[str]], ends: Sequence[int]) -> Header | None:
    """The first row that is nearly as full as the fullest."""
    filled = [sum(bool(cell.strip(WHITE)) for cell in row) for row in rows]
    fullest = max(filled, default=0)
    if not fullest:
        return None
    index = next(index for index, count in enumerate(filled) if count >= _FULL * fullest)
    return header_of(rows[index], ends[index - 1] if index else 0, ends[index])
