"""The tables in an uploaded file: CSV by any separator and encoding, or the sheets of a workbook."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from charset_normalizer import from_bytes

from api.kernel.files.errors import UploadRefused
from api.kernel.files.workbooks import MAX_IN_ROW, MAX_ROWS, check_workbook, damaged, too_many_rows, too_wide
from texts import Text

MAX_BYTES = 5 * 1024 * 1024
MAX_COLUMNS = 100

_ACCEPTED = Text("send a CSV or XLSX file")
_OLD_WORKBOOK = Text("an old .xls workbook or one with a password; save it as XLSX without a password")
_PROGRAM = Text("a program; {accepted}", accepted=_ACCEPTED)
_COMPRESSED = Text("a compressed file; unpack it and {accepted}", accepted=_ACCEPTED)
_NO_TABLE = (
    (b"\xd0\xcf\x11\xe0", _OLD_WORKBOOK),
    (b"%PDF-", Text("a PDF; {accepted}", accepted=_ACCEPTED)),
    (b"MZ\x90\x00", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\x1f\x8b", _COMPRESSED),
    (b"Rar!", _COMPRESSED),
    (b"7z\xbc\xaf", _COMPRESSED),
)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,
)
_SEPARATORS = ",;\t|"

Row = tuple[int, Sequence[Any]]


def tables(content: bytes) -> Iterator[Iterator[Row]]:
    """The tables of a file, rows with their numbers, whatever its name says; a CSV once for each separator.

    Raises:
        UploadRefused: empty, too large, of another kind, or damaged.
    """
    _check_kind(content)
    return _sheets(content) if content.startswith(b"PK\x03\x04") else _csv_tables(content)


def _check_kind(content: bytes) -> None:
    if not content.strip():
        raise UploadRefused("the file is empty; {accepted}", accepted=_ACCEPTED)
    if len(content) > MAX_BYTES:
        raise UploadRefused("the file is larger than {most} MB", most=MAX_BYTES // 1024 // 1024)
    for start, kind in _NO_TABLE:
        if content.startswith(start):
            raise UploadRefused("the file is {kind}", kind=kind)


def _sheets(content: bytes) -> Iterator[Iterator[Row]]:
    from openpyxl import load_workbook  # with Pillow a tenth of the time that a start takes, and for few requests
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise UploadRefused("the file is a ZIP archive, no XLSX workbook; {accepted}", accepted=_ACCEPTED)
            check_workbook(archive)
        # formulas stay formulas, which no field takes: what they show depends on who opens the file
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = list(book.worksheets)
    except (*_DAMAGED, InvalidFileException):
        raise damaged() from None
    return map(_sheet_rows, sheets)


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    """Rows that are not blank, read one by one. The size that the sheet claims is not believed."""
    try:
        sheet.reset_dimensions()
        for number, cells in _counted(enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), 1)):
            if any(cell is not None for cell in cells):
                yield number, cells
    except _DAMAGED:
        raise damaged() from None


def _csv_tables(content: bytes) -> Iterator[Iterator[Row]]:
    """The file by each separator: the right one is that by which a header row is found."""
    text = _decoded(content)
    for separator in _SEPARATORS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        yield _counted((reader.line_num, cells) for cells in reader)


def _counted(rows: Iterable[Row]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise too_many_rows()
        if len(cells) > MAX_IN_ROW:
            raise too_wide()
        yield number, cells


def _decoded(content: bytes) -> str:
    text = _utf8(content)
    if text is None:
        guess = from_bytes(content, cp_isolation=["utf_16", "utf_16_le", "utf_16_be", "cp1252"]).best()
        text = "\0" if guess is None else str(guess)
    if "\0" in text:
        raise UploadRefused("the file is neither text nor a workbook; {accepted}", accepted=_ACCEPTED)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        raise UploadRefused("the file is a web page or XML, whatever its name says; open it and save it as XLSX")
    return text.removeprefix("\ufeff")


def _utf8(content: bytes) -> str | None:
    try:
        return None if b"\0" in content else content.decode()
    except UnicodeDecodeError:
        return None
