"""The formats of an export. Each writes one row group after the other: a million rows need no more memory than
some thousands."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard import format as fmt
from dashboard.components.table import Column
from dashboard.exports.cells import Cell, Field, cells, csv_text, fields
from dashboard.exports.export import DaysSeen, Export
from dashboard.filters.period import span_in_words
from dashboard.i18n import _
from queries.metrics import DEFINITIONS_VERSION
from queries.wib import Period

SHEET_ROWS = 1_048_575  # below the header
MOST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
MOST_SIGNS = 32_767  # of a cell, those beyond the basic plane twice
WIDTHS = {"int": 16, "decimal": 12, "date": 12, "instant": 20, "iso": 27, "text": 24}
_ARROW = {
    "text": pa.string(),
    "int": pa.int64(),
    "decimal": pa.decimal128(18, 2),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="Asia/Jakarta"),
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def csv_pieces(export: Export) -> Iterator[bytes]:
    """UTF-8 with a mark, so that Excel reads names right; a piece for each row group."""
    wanted = fields(export.columns, with_iso=True)
    yield b"\xef\xbb\xbf" + _csv([[csv_text(field.header) for field in wanted]])
    for group in export.groups():
        columns = [[_csv_cell(value, field) for value in column] for field, column in _columns(group, wanted)]
        yield _csv(zip(*columns, strict=True))


def write_xlsx(export: Export, path: Path) -> None:
    """The rows, on as many sheets as they need, and a sheet that says what they are."""
    wanted = fields(export.columns, with_iso=True)
    seen, cut = DaysSeen(export), 0
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        title = _("Data")
        bold = book.add_format({"bold": True})
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "decimal": book.add_format({"num_format": "0.00"}),
            "int": book.add_format({"num_format": "#,##0"}),
        }
        sheet, at, sheets = _data_sheet(book, title, wanted, bold), 0, 1
        for group in seen.through(export.groups()):
            for row in zip(*cells(group, wanted), strict=True):
                if at == SHEET_ROWS:
                    sheets += 1
                    sheet, at = _data_sheet(book, f"{title} {sheets}", wanted, bold), 0
                at += 1
                for number, (value, field) in enumerate(zip(row, wanted, strict=True)):
                    cut += _write(sheet, (at, number), value, field, formats)
        _about(book.add_worksheet(_("Tentang")), [*export.facts, *_found(seen), *_lost(cut)], export.columns, bold)


def write_parquet(export: Export, path: Path) -> None:
    """Values for machines: whole rupiah, parts of ratios, instants with their zone; `facts` are in the metadata."""
    from pyarrow import parquet  # for few requests, and with its file systems slow to load

    wanted = fields(export.columns, with_iso=False)
    schema = pa.schema([(field.name, _ARROW[field.kind]) for field in wanted], metadata=dict(export.facts))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in export.groups():
            arrays = [
                pa.array(column, type=kind.type) for column, kind in zip(cells(group, wanted), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _columns(group: Any, wanted: Sequence[Field]) -> Iterator[tuple[Field, list[Cell]]]:
    return zip(wanted, cells(group, wanted), strict=True)


def _csv(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _csv_cell(value: Cell, field: Field) -> str:
    match value:
        case None:
            return ""
        case str():
            return csv_text(value)
        case datetime():
            return value.isoformat() if field.kind == "iso" else f"{value:%Y-%m-%d %H:%M:%S}"
        case int() if abs(value) >= MOST_EXACT:
            return f'="{value}"'
        case _:
            return str(value)


def _data_sheet(book: Any, title: str, wanted: Sequence[Field], bold: Format) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for number, field in enumerate(wanted):
        sheet.set_column(number, number, max(WIDTHS[field.kind], min(len(field.header) + 2, 40)))
        sheet.write_string(0, number, field.header, bold)
    return sheet


def _write(sheet: Worksheet, place: tuple[int, int], value: Cell, field: Field, formats: dict[str, Format]) -> bool:
    """Write a cell; whether its text did not fit."""
    match value:
        case None:
            pass
        case str():
            kept = value.encode("utf-16-le")[: 2 * MOST_SIGNS].decode("utf-16-le", "ignore")
            sheet.write_string(*place, kept)
            return kept != value
        case datetime() if field.kind == "iso":
            sheet.write_string(*place, value.isoformat())
        case datetime():  # to the second, as it is shown: the number of a day is too short for more
            sheet.write_datetime(*place, value.replace(microsecond=0), formats[field.kind])
        case date():
            sheet.write_datetime(*place, value, formats[field.kind])
        case int() if abs(value) >= MOST_EXACT:
            sheet.write_string(*place, str(value))
        case int() | Decimal():
            sheet.write_number(*place, value, formats[field.kind])
    return False


def _found(seen: DaysSeen) -> list[tuple[str, str]]:
    facts = [(_("Jumlah baris"), str(seen.rows))]
    if seen.first and seen.last:
        facts.append((_("Hari pada baris"), span_in_words(Period(seen.first, seen.last))))
    return facts


def _lost(cut: int) -> list[tuple[str, str]]:
    text = _("Sel yang terpotong pada {most} karakter: {count}. CSV dan Parquet memuat seluruhnya.")
    return [(_("Teks panjang"), text.format(count=fmt.number(cut), most=fmt.number(MOST_SIGNS)))] if cut else []


def _about(sheet: Worksheet, facts: Sequence[tuple[str, str]], columns: Sequence[Column], bold: Format) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 80)
    definitions = [(column.label, column.help) for column in columns if column.help]
    version = (_("Versi definisi"), DEFINITIONS_VERSION)
    for at, (label, value) in enumerate([*facts, version, *definitions]):
        sheet.write_string(at, 0, label, bold)
        sheet.write_string(at, 1, value[:MOST_SIGNS])
