"""Workbooks of Excel before 2007, by xlrd, which tells errors and formats."""

import os
import re
import struct
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlrd
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, error_text_from_code
from xlrd.compdoc import CompDocError

from etl.files.cells import column_texts, number_text
from etl.files.merged import Range, fill_down, within
from etl.files.sheets import Sheet, SheetName
from etl.files.tables import FileUnreadable
from etl.files.unpacking import damaged

# what xlrd raises at files that are not whole
_DAMAGED = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    LookupError,
    AssertionError,
    ValueError,
    TypeError,
    OSError,
    RecursionError,
)
_ZEROS = re.compile(r"(0{2,})(?:;.*)?")


class Xls:
    """An .xls workbook."""

    def __init__(self, path: Path, label: str) -> None:
        """Open it.

        Raises:
            FileUnreadable: it is damaged or locked.
        """
        self._label = label
        try:
            with open(os.devnull, "w") as nowhere:
                self._book = xlrd.open_workbook(str(path), logfile=nowhere, formatting_info=True)
        except _DAMAGED as error:
            if "encrypted" in str(error):
                raise FileUnreadable(f"{label} is locked by a password; open it in Excel and save it without") from None
            raise damaged(label) from None

    @property
    def sheets(self) -> Sequence[SheetName]:
        """See `Workbook`."""
        return [SheetName(sheet.name, sheet.visibility == 0) for sheet in self._book.sheets()]

    def read(self, name: str) -> Sheet:
        """See `Workbook`."""
        sheet = self._book.sheet_by_name(name)
        columns = []
        for column in range(sheet.ncols):
            cells = sheet.col(column) if not sheet.ragged_rows else []
            columns.append(column_texts([self._value(cell) for cell in cells]))
        rows = [list(row) for row in zip(*columns, strict=True)]
        merged = [Range(top, left, below - 1, beyond - 1) for top, below, left, beyond in sheet.merged_cells]
        ranges = within(rows, merged)
        fill_down(rows, ranges)
        return Sheet(rows, merged=ranges)

    def _value(self, cell: Any) -> str | float | bool | date | datetime | time:
        value = cell.value
        if cell.ctype == XL_CELL_ERROR:
            return str(error_text_from_code.get(value, "#ERROR"))
        if cell.ctype == XL_CELL_BOOLEAN:
            return bool(value)
        if cell.ctype == XL_CELL_DATE:
            return self._day(value)
        if cell.ctype == XL_CELL_NUMBER:
            digits = self._digits(cell)
            text = number_text(value)
            return text.zfill(digits) if digits and text.isdigit() else float(value)
        return str(value)

    def _day(self, value: float) -> float | date | datetime | time:
        try:
            if 0 <= value < 1:
                moment: time = xlrd.xldate_as_datetime(value, 1).time()
                return moment
            instant: datetime = xlrd.xldate_as_datetime(value, self._book.datemode)
        except (ValueError, OverflowError):
            return value
        return instant.date() if value == int(value) else instant

    def _digits(self, cell: Any) -> int:
        style = self._book.xf_list[cell.xf_index]
        code = _ZEROS.fullmatch(self._book.format_map[style.format_key].format_str)
        return len(code[1]) if code else 0
