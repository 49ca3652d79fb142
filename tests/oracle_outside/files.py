"""Files of exports read by other programs than those that wrote them, and their rows as the oracle has them."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from pyarrow import parquet

from dashboard.exports.export import Export
from dashboard.exports.formats import csv_pieces, write_parquet, write_xlsx
from tests.oracle.days import WIB
from tests.oracle_outside.listings import Listing
from tests.oracle_outside.reading import percent

ZONE = timezone(WIB)
Row = list[Any]


def of_csv(export: Export) -> list[Row]:
    """The rows of the CSV as a spreadsheet shows them."""
    text = b"".join(csv_pieces(export)).decode("utf-8-sig")
    return [[_shown(cell) for cell in row] for row in csv.reader(io.StringIO(text))][1:]


def _shown(cell: str) -> str:
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def of_xlsx(export: Export, folder: Path) -> list[Row]:
    """The rows of the first sheet; days without a time."""
    write_xlsx(export, folder / "x.xlsx")
    rows = load_workbook(folder / "x.xlsx", read_only=True).worksheets[0].iter_rows(values_only=True)
    return [list(row) for row in rows][1:]


def of_parquet(export: Export, folder: Path) -> list[Row]:
    """The rows."""
    write_parquet(export, folder / "x.parquet")
    return [list(row.values()) for row in parquet.read_table(folder / "x.parquet").to_pylist()]


def wanted(export: Export, listing: Listing, kind_of_file: str) -> list[Row]:
    """Every row, and of each column everything that is known of it: no page, no unit, no rounding."""
    cell = {"csv": _csv_cells, "xlsx": _xlsx_cells, "parquet": _parquet_cells}[kind_of_file]
    columns = [(column.name, listing.kinds[column.name]) for column in export.columns]
    return [[part for name, kind in columns for part in cell(row[name], kind)] for row in listing.rows]


def _parts(value: Any, kind: str) -> Sequence[Any]:
    """The cells of a value: a ratio has three."""
    if kind == "ratio":
        part, whole = value
        share = percent(part, whole)
        exact = None if share is None else Decimal(share.numerator) / Decimal(share.denominator)
        return [exact, part, whole]
    if value is None:
        return [None]
    match kind:
        case "duration":
            return [int(value)]
        case "strip":
            return ["".join(map(str, value))]
        case "instant":
            return [value.replace(tzinfo=UTC).astimezone(ZONE)]
        case _:
            return [value]


def _parquet_cells(value: Any, kind: str) -> Sequence[Any]:
    return _parts(value, kind)


def _xlsx_cells(value: Any, kind: str) -> Sequence[Any]:
    (first, *others) = _parts(value, kind)
    if kind == "instant":
        return [None, None] if first is None else [_whole_second(first), first.isoformat()]
    if isinstance(first, date) and not isinstance(first, datetime):
        return [datetime(first.year, first.month, first.day)]
    return [float(first) if isinstance(first, Decimal) else first, *others]


def _csv_cells(value: Any, kind: str) -> Sequence[Any]:
    (first, *others) = _parts(value, kind)
    if kind == "instant":
        return ["", ""] if first is None else [f"{_whole_second(first)}", first.isoformat()]
    if isinstance(first, Decimal):
        first = f"{first:.2f}"
    return ["" if part is None else str(part) for part in (first, *others)]


def _whole_second(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None) - timedelta(microseconds=instant.microsecond)
