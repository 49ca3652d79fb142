"""Workbooks of Excel since 2007. python-calamine reads the values; what it drops is found in the XML first."""

from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from etl.files.cells import column_texts
from etl.files.merged import Range, fill_down, within
from etl.files.sheets import Sheet, SheetName
from etl.files.tables import FileUnreadable, placed
from etl.files.unpacking import damaged
from etl.files.xlsx_parts import Parts, letters
from queries.reasons import Rule


class Xlsx:
    """An .xlsx or .xlsm workbook."""

    def __init__(self, path: Path, label: str) -> None:
        """Open it.

        Raises:
            FileUnreadable: it is damaged or locked.
        """
        self._label = label
        self._parts = Parts(path, label)
        try:
            # by the name of a path it would judge what the file is
            with path.open("rb") as content:
                self._workbook = CalamineWorkbook.from_filelike(content)
        except PasswordError:
            raise FileUnreadable(f"{label} is locked by a password; save it without one") from None
        except CalamineError:
            raise damaged(label) from None

    @property
    def sheets(self) -> Sequence[SheetName]:
        """See `Workbook`."""
        return [
            SheetName(each.name, each.visible == SheetVisibleEnum.Visible)
            for each in self._workbook.sheets_metadata
            if each.typ == SheetTypeEnum.WorkSheet
        ]

    def read(self, name: str) -> Sheet:
        """See `Workbook`.

        Raises:
            FileUnreadable: it is damaged, or reaches too far.
        """
        place = placed(self._label, name)
        marks = self._parts.scan(name, place)
        try:
            sheet = self._workbook.get_sheet_by_name(name)
            values = sheet.to_python(skip_empty_area=False)
            merged = [Range(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        except CalamineError:
            raise damaged(place) from None
        columns: list[Sequence[str]] = [column_texts(column) for column in zip(*values, strict=True)]
        del values
        height, width = marks.rows, marks.columns
        columns += [[""] * len(columns[0] if columns else range(height))] * (width - len(columns))
        rows = [list(row) for row in zip(*columns, strict=True)]
        rows += [[""] * width for _ in range(height - len(rows))]
        for (row, column), word in marks.errors.items():
            rows[row - 1][column - 1] = word
        for (row, column), digits in marks.padded.items():
            word = rows[row - 1][column - 1]
            if word.isdigit():
                rows[row - 1][column - 1] = word.zfill(digits)
        problems = {row: Rule.FORMULA.of(cell=f"{letters(column)}{row}") for row, column in marks.formulas}
        ranges = within(rows, merged)
        fill_down(rows, ranges)
        return Sheet(rows, problems, ranges)
