"""Any table of texts that is written in any of the ways is read back exactly, each row with its line."""

import itertools
import re
import tempfile
from pathlib import Path

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from etl.files.quotes import swallowed
from etl.files.tables import WHITE
from tests.etl.files.reads import Reads, reads, write

HEADER = ["no pesanan", "nama", "kota tujuan"]
# no end of file of DOS and no other controls, which text files do not have
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters='\n\r\t,;|"')
CELLS = st.text(LETTERS, max_size=8) | st.sampled_from(
    ["NA", "null", "0012", "a,b", 'x"y"', "1;2", "two\r\nlines", "'x", "=1"]
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6)
FOR_EXCEL = re.compile(r'\A="([^"]*)"\Z')
ENDS = ("\n", "\r\n", "\r")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")


def expected(table: list[list[str]]) -> list[list[str | None]]:
    """The rows that are data, trimmed."""
    trimmed = [[FOR_EXCEL.sub(r"\1", cell.strip(WHITE)) for cell in row] for row in table]
    return [[cell or None for cell in row] for row in trimmed if any(row) and row != HEADER]


def texts(found: Reads) -> list[list[str | None]]:
    return [[row[name] for name in HEADER] for row in found.rows]


def row_of(cells: list[str], delimiter: str, end: str, quoted: bool) -> str:
    """A row of a file; a text is quoted where it must be, or always."""
    needed = {delimiter, '"', "\r", "\n"}
    return (
        delimiter.join('"' + cell.replace('"', '""') + '"' if quoted or needed & set(cell) else cell for cell in cells)
        + end
    )


def lines_of(written: str) -> int:
    """How many lines a text has begun and ended."""
    return written.count("\n") + written.count("\r") - written.count("\r\n")


@given(
    table=TABLES,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(ENDS),
    encoding=st.sampled_from(UNICODE),
    quoted=st.booleans(),
    above=st.sampled_from([[], ["Laporan COD"], ["Laporan", "", "Periode: Nov"]]),
)
def test_text_files(
    table: list[list[str]], delimiter: str, end: str, encoding: str, quoted: bool, above: list[str]
) -> None:
    content = "".join(line + end for line in above)
    begins = []
    for row in [HEADER, *table]:
        begins.append(lines_of(content) + 1)
        content += row_of(row, delimiter, end, quoted)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "orders.csv", content.encode(encoding))
        found = reads(Path(folder), *HEADER)
    data = [(row, line) for row, line in zip(table, begins[1:], strict=True) if expected([row])]
    assert texts(found) == expected(table)
    assert found.lines() == [line for _, line in data]
    doubted = [swallowed(row, 0, 3, delimiter) is not None for row, _ in data]
    assert [problem is not None for problem in found.problems()] == doubted
    assert found.table is not None
    assert len(table) == found.table.rows + found.table.blank + found.table.repeated_headers


@given(table=TABLES)
def test_sheets(table: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate([HEADER, *table], 1):
        for column, text in enumerate(row, 1):
            # line ends of XML are LF
            cell = book.worksheets[0].cell(number, column, text.replace("\r", "\n"))
            cell.data_type = "s"
    with tempfile.TemporaryDirectory() as folder:
        book.save(Path(folder) / "orders.xlsx")
        found = reads(Path(folder), *HEADER)
    assert texts(found) == expected([[text.replace("\r", "\n") for text in row] for row in table])


def test_each_encoding_is_written_in_some_way() -> None:
    table = [["1", "a,b;c", "d|e\tf"], ["2", 'say "x"', "two\nlines"], ["3", "é – “€”", "NA"]]
    ways = itertools.product(",;\t|", ENDS)
    for (delimiter, end), encoding in zip(ways, itertools.cycle((*UNICODE, "cp1252")), strict=False):
        written = "".join(row_of(row, delimiter, end, quoted=False) for row in [HEADER, *table])
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), "orders.csv", written.encode(encoding))
            found = reads(Path(folder), *HEADER)
        assert (texts(found), found.lines()) == (table, [2, 3, 5])
