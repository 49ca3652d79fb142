"""Exports of exactly what is filtered, to CSV and XLSX."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st
import xlsxwriter

from dashboard import format as fmt
from dashboard.actions.audit import note_export
from dashboard.client import api
from dashboard.components.table import Column
from dashboard.filters import Filters, described
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.session import current_user
from dashboard.warehouse import ask
from queries.filters import Page, PageOf
from queries.freshness import freshness
from queries.metrics import percent
from queries.wib import WIB

CHUNK = 1_000
MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Fetch = Callable[[Page], PageOf]


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \n").startswith(_DANGEROUS):
        return f"'{value}"
    return value


def cell(value: Any, column: Column) -> str | int | float | None:
    """A cell for a spreadsheet: numbers as numbers, time in WIB as text, pairs as their percentage."""
    if fmt.missing(value):
        return None
    match column.kind:
        case "ratio":
            result = percent(int(value[0]), int(value[1]))
            return None if result is None else float(result)
        case "image" if column.words:
            return column.words(value)
        case "strip":
            return "".join("1" if flag else "0" for flag in value)
        case "instant":
            return f"{pd.Timestamp(value).tz_localize('UTC').astimezone(WIB):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (datetime, date)):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (bool, str)):
        return str(harmless(value))
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "item"):
        number: int | float = value.item()
        return number
    return value if isinstance(value, (int, float)) else str(harmless(str(value)))


def _header(column: Column) -> str:
    unit = {"money": " (Rp)", "percent": " (%)", "ratio": " (%)", "instant": " (WIB)"}.get(column.kind, "")
    unit = _(" (detik)") if column.kind == "duration" else unit
    return str(harmless(f"{column.label}{unit}"))


def rows_of(columns: Sequence[Column], fetch: Fetch) -> Iterator[list[str | int | float | None]]:
    """All rows, read in pages."""
    offset = 0
    while offset < MOST_ROWS:
        found = fetch(Page(CHUNK, offset))
        cells = [found.rows[column.name] for column in columns]
        for values in zip(*cells, strict=True):
            yield [cell(value, column) for value, column in zip(values, columns, strict=True)]
        offset += len(found.rows)
        if len(found.rows) < CHUNK or offset >= found.total:
            return


def as_csv(columns: Sequence[Column], fetch: Fetch) -> bytes:
    """UTF-8 with a mark, so that Excel reads names right."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_header(column) for column in columns])
    writer.writerows(rows_of(columns, fetch))
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Sequence[Column], fetch: Fetch, facts: Sequence[tuple[str, str]]) -> bytes:
    """The rows, and a second sheet that says what they are: `facts`, then the number of rows."""
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Data"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(columns) - 1, 0), 20)
        sheet.write_row(0, 0, [_header(column) for column in columns], bold)
        count = 0
        for count, row in enumerate(rows_of(columns, fetch), start=1):
            sheet.write_row(count, 0, row)
        about = book.add_worksheet(_("Tentang"))
        about.set_column(0, 1, 32)
        for at, (label, value) in enumerate([*facts, (_("Jumlah baris"), str(count))]):
            about.write_string(at, 0, str(harmless(label)), bold)
            about.write_string(at, 1, str(harmless(value)))
    return buffer.getvalue()


def about(filters: Filters) -> list[tuple[str, str]]:
    """Filters, as-of time, and who exported when."""
    landed = ask(freshness).landed_at
    person = current_user()
    return [
        *described(filters),
        (_("Data per"), fmt.instant(landed)),
        (_("Diekspor"), fmt.instant(runtime().now())),
        (_("Oleh"), person.email or person.name),
    ]


def export_buttons(*, name: str, columns: Sequence[Column], fetch: Fetch, filters: Filters) -> None:
    """CSV and XLSX of everything that matches, made when clicked, once it is written down that they leave."""
    stamp = f"{runtime().now().astimezone(WIB):%Y%m%d-%H%M}"
    facts = about(filters)
    client = api()  # the file is made outside of the script's run, where nobody is signed in

    def audited(kind: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
        def made() -> bytes:
            note_export(client, name, kind, fetch(Page(1)).total, dict(facts))
            return make()

        return made

    csv_file = audited("csv", lambda: as_csv(columns, fetch))
    xlsx_file = audited("xlsx", lambda: as_xlsx(columns, fetch, facts))
    with st.container(horizontal=True, gap="xsmall", key=f"export-{name}"):
        st.download_button(
            "CSV", csv_file, f"{name}-{stamp}.csv", "text/csv", key=f"{name}-csv",
            icon=":material/download:", on_click="ignore", help=_("Unduh semua baris tersaring"),
        )  # fmt: skip
        st.download_button(
            "XLSX", xlsx_file, f"{name}-{stamp}.xlsx", XLSX, key=f"{name}-xlsx",
            icon=":material/download:", on_click="ignore", help=_("Unduh semua baris tersaring, dengan keterangan"),
        )  # fmt: skip
