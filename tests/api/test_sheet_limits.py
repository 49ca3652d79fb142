"""Uploaded sheets that are made to be too much: refused while they are read, with little memory and in little time."""

import contextlib
import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator

import pytest
import xlsxwriter

from api.kernel.files.errors import UploadRefused
from api.kernel.files.sheets import MAX_BYTES, tables
from api.kernel.files.workbooks import MAX_CELLS, MAX_ROWS

MOST_MEMORY = 120 * 1024 * 1024
MOST_SECONDS = 20  # under the tracing of memory, on a busy machine
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = b"<worksheet " + MAIN + b"><sheetData>%b</sheetData></worksheet>"
PART = "xl/worksheets/sheet1.xml"


def workbook(rows: int = 2, columns: int = 3) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, [f"{row} {column}" for column in range(columns)])
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A workbook in which one part is another one."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as changed,
    ):
        for part in {*archive.namelist(), name}:
            changed.writestr(part, content if part == name else archive.read(part))
    return out.getvalue()


def many_sheets(count: int) -> bytes:
    relation = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    sheets = b"".join(b'<sheet name="%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, count + 1))
    return with_part(
        "xl/workbook.xml", b"<workbook " + MAIN + b" " + relation + b"><sheets>" + sheets + b"</sheets></workbook>"
    )


def lying_about_its_size() -> bytes:
    """The archive says that the sheet is 100 bytes long; it is 40 MB."""
    content = with_part(PART, SHEET % (b" " * 40_000_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(PART).file_size
    return content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>%b]>" % b"".join(
    b"<!ENTITY %c '%b'>" % (name, b"&%c;" % (name - 1) * 10) for name in range(ord("b"), ord("i"))
)
TOO_MUCH: dict[str, tuple[Callable[[], bytes], str]] = {
    "a very wide row": (lambda: with_part(PART, SHEET % (b"<row>" + b"<c/>" * 2_000_000 + b"</row>")), "in one row"),
    "a cell of very many parts": (
        lambda: with_part(PART, SHEET % (b'<row r="1"><c>' + b"<v/>" * 2_000_000 + b"</c></row>")), "in one row",
    ),
    "a million rows": (lambda: with_part(PART, SHEET % (b"<row/>" * 1_000_000)), f"more than {MAX_ROWS} rows"),
    "a last row far below": (
        lambda: with_part(PART, SHEET % b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        f"more than {MAX_ROWS} rows",
    ),
    "very many cells": (
        lambda: with_part(PART, SHEET % ((b"<row>" + b"<c><v>1</v></c>" * 30 + b"</row>") * 40_000)),
        f"more than {MAX_CELLS} cells",
    ),
    "very many words": (
        lambda: with_part("xl/sharedStrings.xml", b"<sst " + MAIN + b">" + b"<si/>" * 3_000_000 + b"</sst>"),
        f"more than {MAX_CELLS} cells",
    ),
    "one word of very many parts": (
        lambda: with_part("xl/sharedStrings.xml", b"<sst " + MAIN + b"><si>" + b"<t/>" * 2_000_000 + b"</si></sst>"),
        "in one row",
    ),
    "very many formats": (
        lambda: with_part(
            "xl/styles.xml", b"<styleSheet " + MAIN + b"><cellXfs>" + b"<xf/>" * 500_000 + b"</cellXfs></styleSheet>"
        ),
        "formats and rules",
    ),
    "very many rules": (
        lambda: with_part(PART, b"<worksheet " + MAIN + b"><cols>" + b"<col/>" * 500_000 + b"</cols></worksheet>"),
        "formats and rules",
    ),
    "very many sheets": (lambda: many_sheets(20_000), "more than 50 sheets"),
    "entities of entities": (lambda: with_part(PART, LAUGHS + SHEET % b"<row><c><v>&h;</v></c></row>"), "damaged"),
    "a false size": (lying_about_its_size, "damaged"),
    "a wide row of a CSV": (lambda: b"a" + b";" * 4_000_000, "in one row"),
    "a million rows of a CSV": (lambda: b"a;b\n" * 1_000_000, f"more than {MAX_ROWS} rows"),
}  # fmt: skip


@pytest.fixture
def bounded() -> Iterator[None]:
    """The test takes little memory and little time of the processor."""
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
        took, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY, f"{peak / 1024 / 1024:.0f} MB"
    assert took < MOST_SECONDS


def read_all(content: bytes) -> list[int]:
    """The number of rows of each table; a CSV is tried by each separator."""
    counts = []
    for table in tables(content):
        with contextlib.suppress(csv.Error):
            counts.append(sum(1 for _row in table))
    return counts


@pytest.fixture
def made(request: pytest.FixtureRequest) -> bytes:
    content: bytes = TOO_MUCH[request.param][0]()
    assert len(content) < MAX_BYTES
    return content


@pytest.mark.parametrize(
    ("made", "reason"), [(name, reason) for name, (_make, reason) in TOO_MUCH.items()], ids=TOO_MUCH, indirect=["made"]
)
def test_a_sheet_that_is_too_much_is_refused_in_bounded_memory(made: bytes, reason: str, bounded: None) -> None:
    with pytest.raises(UploadRefused) as refused:
        read_all(made)
    assert reason in refused.value.message


def test_the_size_that_a_sheet_claims_is_not_believed(bounded: None) -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    claimed = b"<sheetData>%b</sheetData>" % rows
    sheet = b"<worksheet " + MAIN + b'><dimension ref="A1:XFD1048576"/>' + claimed + b"</worksheet>"
    assert read_all(with_part(PART, sheet)) == [2]


def test_a_sheet_as_long_as_may_be_is_read() -> None:
    assert read_all(workbook(rows=10_000, columns=12)) == [10_000]


def test_only_what_is_asked_for_is_read() -> None:
    long = next(tables(workbook(rows=50_000)))
    tracemalloc.start()
    try:
        number, cells = next(long)
        assert (number, cells[:3]) == (1, ("0 0", "0 1", "0 2"))
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
    finally:
        tracemalloc.stop()
