"""Merged cells: a text belongs to each of its rows, an amount to none, a name to the columns that it stands over."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.files.tables import FileUnreadable
from tests.etl.files.reads import Reads, reads, write

DATA = Path(__file__).parent / "data"
HEADER = ["no", "toko", "nilai"]
ROWS: list[list[Any]] = [
    HEADER,
    ["1", "Ani", 10],
    ["2", None, 20],
    [None, None, None],
    ["3", None, 30],
    ["4", "Budi", 40],
]
UNMERGE = "are merged and show one value; unmerge them in Excel and fill in each row's own"


def merged(
    folder: Path, rows: list[list[Any]], *ranges: str, columns: tuple[str, ...] = ("no",), **wanted: Any
) -> Reads:
    """What is read of a sheet in which these ranges are merged."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    for each in ranges:
        sheet.merge_cells(each)
    made.save(folder / "orders.xlsx")
    return reads(folder, *columns, **wanted)


def test_a_text_over_several_rows_is_that_of_each_row_that_holds_anything(tmp_path: Path) -> None:
    found = merged(tmp_path, ROWS, "B2:B5")
    assert found.column("toko") == ["Ani", "Ani", "Ani", "Budi"]
    assert (found.lines(), found.problems()) == ([2, 3, 5, 6], [None] * 4)
    assert found.table is not None
    assert (found.table.blank, found.table.merged) == (1, 3)


def test_old_workbooks_are_filled_alike(tmp_path: Path) -> None:
    write(tmp_path, "orders.xls", (DATA / "merged.xls").read_bytes())
    found = reads(tmp_path, "no", amounts=("nilai",))
    assert found.column("toko") == ["Ani", "Ani", "Ani", "Budi"]
    assert found.problems() == [None, None, *[f"the cells C5:C6 {UNMERGE}"] * 2]


def test_a_merged_range_that_is_longer_than_the_rows_or_empty_changes_nothing(tmp_path: Path) -> None:
    found = merged(tmp_path, ROWS, "B6:B400", "C2:C3", "A500:A600")
    assert found.column("toko") == ["Ani", None, None, "Budi"]
    assert merged(tmp_path, [HEADER, ["1", None, 5], ["2", None, 6]], "B2:B3").column("toko") == [None, None]


@pytest.mark.parametrize("amounts", [("nilai",), ()])
def test_an_amount_over_several_rows_is_that_of_none(tmp_path: Path, amounts: tuple[str, ...]) -> None:
    found = merged(tmp_path, ROWS, "C2:C3", amounts=amounts)
    assert found.column("nilai") == ["10", "10", "30", "40"]
    problem = f"the cells C2:C3 {UNMERGE}" if amounts else None
    assert found.problems() == [problem, problem, None, None]


def test_a_row_merged_over_its_columns_is_set_aside_and_a_note_beside_the_table_is_not(tmp_path: Path) -> None:
    found = merged(tmp_path, [*ROWS[:3], ["Jumlah", None, 30], ["5", "Citra", 1]], "A4:B4", "C5:E5")
    assert found.problems() == [None, None, f"the cells A4:B4 {UNMERGE}", None]


def test_a_header_of_two_rows_is_read_in_the_second(tmp_path: Path) -> None:
    rows = [["no", "toko", "biaya", None], [None, None, "ongkir", "layanan"], ["1", "Ani", 5, 6]]
    found = merged(tmp_path, rows, "A1:A2", "B1:B2", "C1:D1", columns=("no", "toko", "ongkir", "layanan"))
    assert [found.column(name) for name in ("no", "toko", "ongkir", "layanan")] == [["1"], ["Ani"], ["5"], ["6"]]


def test_a_header_over_two_rows_is_not_a_row_of_data(tmp_path: Path) -> None:
    found = merged(tmp_path, [HEADER, [None, None, None], *ROWS[1:3]], "A1:A2", "B1:B2", "C1:C2")
    assert (found.column("no"), found.lines()) == (["1", "2"], [3, 4])


def test_a_name_over_several_columns_is_that_of_the_one_that_is_filled(tmp_path: Path) -> None:
    rows = [["no", "toko", None, "nilai"], ["1", None, "Ani", 5], ["2", None, "Budi", 6]]
    assert merged(tmp_path, rows, "B1:C1").column("toko") == ["Ani", "Budi"]
    rows = [["no", "toko", None, "nilai"], ["1", "Ani", None, 5], ["2", "Budi", None, 6]]
    assert merged(tmp_path, rows, "B1:C1").column("toko") == ["Ani", "Budi"]


def test_a_name_over_several_filled_columns_must_be_told_apart(tmp_path: Path) -> None:
    rows = [["Laporan", None, None, None], ["no", "toko", None, "nilai"], ["1", "Ani", "Solo", 5]]
    with pytest.raises(FileUnreadable, match=r"toko stands 2 times, as columns 2, 3; name the one .* `toko \(1\)` or"):
        merged(tmp_path, rows, "A1:D1", "B2:C2", columns=("no", "toko"))
    found = merged(tmp_path, rows, "A1:D1", "B2:C2", columns=("no", "toko (2)"))
    assert (found.column("toko (1)"), found.column("toko (2)")) == (["Ani"], ["Solo"])
