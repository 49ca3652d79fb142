"""A file of which nothing is known."""

from pathlib import Path

import duckdb
import openpyxl
import pytest

from etl.files.guess import read_unknown
from etl.files.tables import FileUnreadable
from tests.etl.files.reads import Reads, write


@pytest.mark.parametrize(
    ("content", "delimiter", "header", "above"),
    [
        ("no;nilai\nA;1,5\nB;2,5\n", ";", ("no", "nilai"), 0),
        ("no,nilai,nama\nA,1.5,a;b\n", ",", ("no", "nilai", "nama"), 0),
        ("sep=|\nno|nilai\nA|1;5\n", "|", ("no", "nilai"), 1),
        ("Laporan\nPeriode;Nov\n\nno;resi;kota;nilai\n1;a;b;2,5\n2;a;b;3,5\n", ";", ("no", "resi", "kota", "nilai"), 3),
        ("nama\nToko Satu\n", ",", ("nama",), 0),
        ("a\tb\n1\t2,3\n", "\t", ("a", "b"), 0),
    ],
)  # fmt: skip
def test_delimiter_and_header_are_guessed(
    tmp_path: Path, content: str, delimiter: str, header: tuple[str, ...], above: int
) -> None:
    path = write(tmp_path, "a.csv", content)
    with duckdb.connect() as connection:
        found = Reads(read_unknown(connection, path), connection)
    assert found.table is not None
    assert (found.table.delimiter, found.table.header, found.table.above) == (delimiter, header, above)
    assert found.rows


def test_each_visible_sheet_has_its_own_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Okt"
    for row in (["Laporan"], [], ["no", "nilai"], ["0012", 150000]):
        book.worksheets[0].append(row)
    book.create_sheet("Nov").append(["resi", "kota"])
    book.create_sheet("lama").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    with duckdb.connect() as connection:
        found = Reads(read_unknown(connection, tmp_path / "a.xlsx"), connection)
    assert [(each.sheet, each.header) for each in found.read.tables] == [
        ("Okt", ("no", "nilai")),
        ("Nov", ("resi", "kota")),
    ]
    assert (found.column("no"), found.column("nilai"), found.lines()) == (["0012"], ["150000"], [4])


def test_only_the_file_itself_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "orders[1].csv", "no,nama\n1,a\n")
    write(tmp_path, "orders1.csv", "no,nama\n2,b\n")
    with duckdb.connect() as connection:
        assert Reads(read_unknown(connection, path), connection).column("no") == ["1"]


def test_a_file_without_a_table_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "\n \n")
    with duckdb.connect() as connection, pytest.raises(FileUnreadable, match=r"a\.csv has no table in it"):
        read_unknown(connection, path)
