"""Workbooks: their sheets, the texts of their cells, and what a reader might drop in silence."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from etl.files import xlsx_parts
from etl.files.cells import number_text
from etl.files.tables import FileUnreadable
from tests.etl.files.reads import reads, write

DATA = Path(__file__).parent / "data"


def book(folder: Path, name: str = "orders.xlsx", **sheets: list[list[Any]]) -> openpyxl.Workbook:
    """A workbook on the disk, to be changed and saved again."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(folder / name)
    return made


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Change the XML of a workbook as other programs write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-12.0, "-12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (149999.99999999997, "150000"),
        (0.00001234, "1.234e-05"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1E+15"),
        (123456789012345678.0, "1.23457E+17"),
        (-1234567890123456.0, "-1.23457E+15"),
        (0.0, "0"),
    ],
)
def test_numbers_are_written_as_excel_shows_them(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.xlsm", "orders.xls", "orders.csv"])
def test_cells_of_every_kind_keep_their_texts(tmp_path: Path, name: str) -> None:
    day, hours = dt.date(2022, 10, 5), dt.timedelta(hours=30)
    rows: list[list[Any]] = [
        ["no", "nilai", "resi", "lunas", "hari", "waktu", "jam", "lama"],
        ["0012", 150000, 123456789012345678, True, day, dt.datetime(2022, 10, 5, 10, 0), dt.time(10, 30), hours],
        ["NA", 12.5, "0012345678901234567", False, None, dt.datetime(2022, 10, 6), dt.time(0, 0, 1), None],
        [" 'x\xa0", -7.0, 5, None, None, dt.datetime(2022, 10, 6, 23, 59, 59, 999600), None, None],
    ]  # fmt: skip
    book(tmp_path, "made.xlsx", Data=rows)
    (tmp_path / "made.xlsx").rename(tmp_path / name)
    found = reads(tmp_path, "no", "nilai")
    assert found.column("no") == ["0012", "NA", "'x"]
    assert found.column("nilai") == ["150000", "12.5", "-7"]
    assert found.column("resi") == ["1.23457E+17", "0012345678901234567", "5"]
    assert found.column("lunas") == ["TRUE", "FALSE", None]
    assert found.column("hari") == ["2022-10-05", None, None]
    assert found.column("waktu") == ["2022-10-05 10:00:00", "2022-10-06 00:00:00", "2022-10-07 00:00:00"]
    assert found.column("jam") == ["10:30:00", "00:00:01", None]
    assert found.column("lama") == ["30:00:00", None, None]
    assert (found.lines(), found.rows[0]["_sheet"]) == ([2, 3, 4], "Data")


def test_the_date_system_of_1904_is_heeded(tmp_path: Path) -> None:
    made = book(tmp_path, Data=[["no"]])
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made["Data"].append([dt.datetime(2022, 10, 5, 10, 0)])
    made.save(tmp_path / "orders.xlsx")
    assert reads(tmp_path, "no").column("no") == ["2022-10-05 10:00:00"]


def test_errors_are_words_and_formulas_their_values(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(tmp_path / "orders.xlsx")
    sheet = made.add_worksheet("Data")
    sheet.write_row(0, 0, ["no", "nilai", "kota"])
    sheet.write_formula(1, 0, '="A"&1', None, "A1")
    sheet.write_formula(1, 1, "=1+1", None, 2)
    sheet.write_formula(1, 2, '=""', None, "<empty>")
    sheet.write_formula(2, 0, "=NA()", None, "#N/A")
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 2, "=A1", None, "Solo")
    made.close()
    # as Excel writes an empty text
    rewritten(tmp_path / "orders.xlsx", "xl/worksheets/sheet1.xml", b"<v>&lt;empty&gt;</v>", b"<v></v>")
    found = reads(tmp_path, "no")
    assert (found.column("no"), found.column("nilai")) == (["A1", "#N/A"], ["2", "#DIV/0!"])
    assert found.column("kota") == [None, "Solo"]
    assert found.problems() == [None, None]


def test_a_formula_that_was_never_computed_is_a_problem_that_names_the_cell(tmp_path: Path) -> None:
    book(tmp_path, Data=[["no", "nilai"], ["1", 5], ["2", "=1+1"], ["#REF!", 1], ["=A2", None]])
    found = reads(tmp_path, "no", "nilai")
    assert found.problems() == [
        None,
        "the formula in cell B3 has no value yet; open the workbook in Excel and save it",
        None,
        "the formula in cell A5 has no value yet; open the workbook in Excel and save it",
    ]
    assert found.column("no") == ["1", "2", "#REF!", None]


def test_zeros_that_a_format_shows_are_kept(tmp_path: Path) -> None:
    made = book(tmp_path, Data=[["no", "nilai"], [812, 812], [12345678, 5], ["x", 1.5]])
    for row in range(2, 5):
        made["Data"].cell(row, 1).number_format = "000000"
        made["Data"].cell(row, 2).number_format = "#,##0.00"
    made.save(tmp_path / "orders.xlsx")
    found = reads(tmp_path, "no")
    assert (found.column("no"), found.column("nilai")) == (["000812", "12345678", "x"], ["812", "5", "1.5"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A2" t="e">', b"<c t='e' r='A2'>"),
        (b'<c r="A2" t="e">', b'<c r="A2" s="0" t="e" >\n '),
        (b'<c r="A2" t="e"><v>#N/A</v>', b'<c r="A2" t="e"><f ca="1">NA()</f><v>#N/A</v>'),
        (b'<c r="A2" t="e"><v>#N/A</v>', b'<c r="A2" t="e"><f t="shared" si="0"/><v>#N/A</v>'),
    ],
)
def test_errors_are_found_however_they_are_written(tmp_path: Path, old: bytes, new: bytes) -> None:
    book(tmp_path, Data=[["no", "nama"], ["#N/A", "a"]])
    rewritten(tmp_path / "orders.xlsx", "xl/worksheets/sheet1.xml", old, new)
    assert reads(tmp_path, "no").column("no") == ["#N/A"]


def test_blank_rows_titles_and_repeated_headers_of_a_sheet(tmp_path: Path) -> None:
    rows = [[], ["", "Laporan"], [], ["", "no", "nama"], ["", "1", "a"], [], ["", "no", "nama"], ["", "2", "b"]]
    book(tmp_path, Data=rows)
    found = reads(tmp_path, "no", "nama")
    assert (found.column("no"), found.lines()) == (["1", "2"], [5, 8])
    assert found.table is not None
    assert (found.table.above, found.table.blank, found.table.repeated_headers) == (3, 1, 1)


def test_a_cell_beyond_the_header_is_a_problem(tmp_path: Path) -> None:
    book(tmp_path, Data=[["no", "nama"], ["1", "a", None, "x"], ["2", "b"]])
    assert reads(tmp_path, "no").problems() == ["4 fields, the header has 2", None]


MONTHS = {"Okt": [["no", "nama"], ["1", "a"]], "Nov": [["nama", "no"], ["b", "2"]]}


def test_several_visible_sheets_are_refused_with_the_line_to_add(tmp_path: Path) -> None:
    book(tmp_path, **MONTHS)
    to_add = r"Okt, Nov; add `sheets: all` or `sheets: \[Okt, Nov\]` to the input orders of the mapping"
    with pytest.raises(FileUnreadable, match=f"has several sheets: {to_add}"):
        reads(tmp_path, "no")
    found = reads(tmp_path, "no", sheets="all")
    assert [(row["_sheet"], row["no"], row["nama"]) for row in found.rows] == [("Okt", "1", "a"), ("Nov", "2", "b")]
    assert reads(tmp_path, "no", sheets=("Nov",)).column("no") == ["2"]
    with pytest.raises(FileUnreadable, match="has no sheet Des; it has Okt, Nov"):
        reads(tmp_path, "no", sheets=("Des",))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_read_only_by_name(tmp_path: Path, state: str) -> None:
    made = book(tmp_path, lama=[["no", "nama"], ["OLD", "x"]], **MONTHS, Kosong=[])
    made["lama"].sheet_state = state
    made["Nov"].sheet_state = state
    made.create_chartsheet("Grafik")
    made.active = 1
    made.save(tmp_path / "orders.xlsx")
    for sheets in (None, "all"):
        found = reads(tmp_path, "no", sheets=sheets)
        assert found.column("no") == ["1"]
        assert dict(found.read.skipped) == {
            "orders.xlsx, sheet lama": "hidden sheet",
            "orders.xlsx, sheet Nov": "hidden sheet",
            "orders.xlsx, sheet Kosong": "empty",
        }
    assert reads(tmp_path, "no", sheets=("lama", "Okt")).column("no") == ["OLD", "1"]


def test_a_sheet_without_the_wanted_columns_is_named(tmp_path: Path) -> None:
    book(tmp_path, **MONTHS, Catatan=[["apa"], ["x"]])
    with pytest.raises(FileUnreadable, match=r"orders\.xlsx, sheet Catatan: there is no column no, nama; "):
        reads(tmp_path, "no", "nama", sheets="all")


@pytest.mark.parametrize("name", ["report.xls", "report.xlsx", "report.csv"])
def test_old_workbooks_keep_their_texts_whatever_their_names_say(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, (DATA / "report.xls").read_bytes())
    found = reads(tmp_path, "no", "nilai")
    assert {column: found.column(column) for column in found.rows[0] if not column.startswith("_")} == {
        "no": ["0012", "NA"],
        "nilai": ["150000", "12.5"],
        "resi": ["1.23457E+17", "0012345678901234567"],
        "kode": ["000123", "000007"],
        "lunas": ["TRUE", "FALSE"],
        "hari": ["2022-10-05", "2022-10-06"],
        "jam": ["10:00:00", "23:59:59"],
        "waktu": ["2022-10-05 10:00:00", "2022-10-06 00:00:00"],
        "galat": ["#N/A", "#REF!"],
        "rumus": [None, None],
    }
    assert found.lines() == [4, 5]
    assert found.read.skipped == ((f"{name}, sheet lama", "hidden sheet"),)


def test_sheets_of_old_workbooks_are_chosen_alike(tmp_path: Path) -> None:
    write(tmp_path, "months.xls", (DATA / "months.xls").read_bytes())
    with pytest.raises(FileUnreadable, match="several sheets: Okt, Nov; add"):
        reads(tmp_path, "no")
    assert reads(tmp_path, "no", sheets="all").column("no") == ["1", "2"]


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _holed(content: bytes) -> bytes:
    at = max(content.find(b"xl/worksheets/sheet1.xml"), 600) + 60
    return content[:at] + bytes(900) + content[at + 900 :]


@pytest.mark.parametrize("harm", [_cut, _holed])
@pytest.mark.parametrize("name", ["report.xls", "orders.xlsx"])
def test_damaged_workbooks_are_named(tmp_path: Path, harm: Callable[[bytes], bytes], name: str) -> None:
    book(tmp_path, **MONTHS)
    content = (tmp_path / "orders.xlsx" if name == "orders.xlsx" else DATA / name).read_bytes()
    (tmp_path / "orders.xlsx").unlink()
    write(tmp_path, name, harm(content))
    with pytest.raises(FileUnreadable, match=rf"{name}.* is damaged or not complete"):
        reads(tmp_path, "no", sheets="all")


def test_a_workbook_with_a_password_is_named(tmp_path: Path) -> None:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1528)
    write(tmp_path, "orders.xlsx", start + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    with pytest.raises(FileUnreadable, match=r"orders\.xlsx is locked by a password; open it in Excel"):
        reads(tmp_path, "no")


def test_a_stray_cell_far_away_does_not_take_all_memory(tmp_path: Path) -> None:
    book(tmp_path, Data=[["no", "nama"], ["1", "a"]])
    rewritten(tmp_path / "orders.xlsx", "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD1048576"')
    with pytest.raises(FileUnreadable, match="reaches to row 1048576 and column XFD, more than can be read; delete"):
        reads(tmp_path, "no")


def test_a_workbook_of_many_pieces_is_looked_through_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_parts, "_CHUNK", 100)
    book(tmp_path, Data=[["no", "nama"], *([str(n), "#N/A"] for n in range(50))])
    assert reads(tmp_path, "no").column("nama") == ["#N/A"] * 50


def test_a_workbook_of_memory_is_whole(tmp_path: Path) -> None:
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"constant_memory": True})
    made.add_worksheet("S & <T>").write_row(0, 0, ["no"])
    made.close()
    write(tmp_path, "orders.xlsx", content.getvalue())
    assert reads(tmp_path, "no").read.tables[0].sheet == "S & <T>"
