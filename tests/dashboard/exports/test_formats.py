"""Files read back by other programs."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from dashboard.components.table import Column
from dashboard.exports import formats
from dashboard.exports.export import Export
from dashboard.exports.formats import csv_pieces, write_parquet, write_xlsx

COLUMNS = [
    Column("name", "Partner", help="Nama lengkap"),
    Column("resi", "Resi"),
    Column("amount", "Nominal", "money"),
    Column("retur", "Retur", "ratio"),
    Column("joined", "Bergabung", "date"),
    Column("at", "Dibuat", "instant"),
    Column("days", "Pickup", "strip"),
]
NAMES = ["=1+1", "Toko 'Berkah' 🎁, \"satu\"", None]
ROWS = pd.DataFrame(
    {
        "name": NAMES,
        "resi": ["000123", "1234567890123456", "1-2"],
        "amount": [-5, 10**12, 3],
        "retur": [(1, 3), (2, 3), (0, 0)],
        "joined": [date(2022, 10, 5), None, date(2022, 1, 31)],
        "at": pd.to_datetime([datetime(2022, 10, 4, 17), datetime(2022, 10, 5, 16, 59, 59), None]),
        "days": [[0, 1, 1], [1, 0, 0], [0, 0, 0]],
    }
)
WIB = timezone(timedelta(hours=7))
HEADER = (
    "Partner", "Resi", "Nominal (Rp)", "Retur (%)", "Retur (bagian)", "Retur (penyebut)", "Bergabung", "Dibuat (WIB)",
    "Dibuat (ISO 8601)", "Pickup",
)  # fmt: skip


def groups() -> Iterator[pd.DataFrame]:
    yield ROWS.iloc[:2].reset_index(drop=True)
    yield ROWS.iloc[2:].reset_index(drop=True)


EXPORT = Export("partner", COLUMNS, groups, 3, [("Kurir", "=JNE"), ("Oleh", "admin@demo")], "at")


def test_csv() -> None:
    content = b"".join(csv_pieces(EXPORT))
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert tuple(header) == HEADER
    assert rows == [
        [
            "'=1+1", '="000123"', "-5", "33.33", "1", "3", "2022-10-05", "2022-10-05 00:00:00",
            "2022-10-05T00:00:00+07:00",
            '="011"',
        ],
        [
            NAMES[1], '="1234567890123456"', "1000000000000", "66.67", "2", "3", "", "2022-10-05 23:59:59",
            "2022-10-05T23:59:59+07:00", "100",
        ],
        ["", '="1-2"', "3", "", "0", "0", "2022-01-31", "", "", '="000"'],
    ]  # fmt: skip


def test_xlsx(tmp_path: Path) -> None:
    write_xlsx(EXPORT, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    data, about = book.worksheets
    header, *rows = data.iter_rows(values_only=True)
    assert header == HEADER
    assert rows[0] == (
        "=1+1", "000123", -5, 33.33, 1, 3, datetime(2022, 10, 5), datetime(2022, 10, 5),
        "2022-10-05T00:00:00+07:00", "011",
    )  # fmt: skip
    assert rows[1][1:3] == ("1234567890123456", 10**12)
    assert rows[2][3:6] == (None, 0, 0)
    cells = [cell for row in data.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and not cell.quotePrefix for cell in cells)
    assert data.freeze_panes == "A2"
    assert data["H2"].is_date
    facts = dict(about.iter_rows(values_only=True))
    assert facts["Kurir"] == "=JNE"
    assert facts["Jumlah baris"] == "3"
    assert facts["Hari pada baris"] == "5 Okt 2022 - 5 Okt 2022"  # those of the rows, in WIB
    assert facts["Partner"] == "Nama lengkap"


def test_an_instant_just_before_midnight_stays_on_its_day_in_a_sheet(tmp_path: Path) -> None:
    rows = pd.DataFrame({"at": [pd.Timestamp("2022-10-04 16:59:59.999999")]})
    write_xlsx(Export("x", [Column("at", "Dibuat", "instant")], lambda: iter((rows,)), 1, []), tmp_path / "x.xlsx")
    sheet = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["A2"].value == datetime(2022, 10, 4, 23, 59, 59)
    assert sheet["B2"].value == "2022-10-04T23:59:59.999999+07:00"


@pytest.mark.parametrize(("text", "kept"), [("x" * 40_000, 32_767), ("🎁" * 20_000, 16_383), ("x" * 32_767, None)])
def test_a_text_that_no_cell_of_a_sheet_holds_is_cut_and_the_sheet_says_so(
    tmp_path: Path, text: str, kept: int | None
) -> None:
    rows = pd.DataFrame({"note": [text, "y"]})
    write_xlsx(Export("x", [Column("note", "Catatan")], lambda: iter((rows,)), 2, []), tmp_path / "x.xlsx")
    data, about = load_workbook(tmp_path / "x.xlsx").worksheets
    assert data["A2"].value == text[:kept]
    told = dict(about.iter_rows(values_only=True)).get("Teks panjang")
    assert told == (
        None if kept is None else "Sel yang terpotong pada 32.767 karakter: 1. CSV dan Parquet memuat seluruhnya."
    )


def test_parquet(tmp_path: Path) -> None:
    write_parquet(EXPORT, tmp_path / "x.parquet")
    table = parquet.read_table(tmp_path / "x.parquet")
    first, second, third = table.to_pylist()
    assert list(first) == ["name", "resi", "amount", "retur", "retur_part", "retur_whole", "joined", "at", "days"]
    assert (first["resi"], first["amount"], first["retur"]) == ("000123", -5, Decimal("33.33"))
    assert second["at"] == datetime(2022, 10, 5, 23, 59, 59, tzinfo=WIB)
    assert (third["name"], third["retur"], third["retur_part"], third["joined"]) == (None, None, 0, date(2022, 1, 31))
    assert table.schema.metadata[b"Oleh"] == b"admin@demo"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "SHEET_ROWS", 2)
    write_xlsx(EXPORT, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["Data", "Data 2", "Tentang"]
    first, second, _about = book.worksheets
    assert (first.max_row, second.max_row) == (3, 2)
    assert second["A1"].value == "Partner"
    assert second["B2"].value == "1-2"


def test_a_list_without_rows_is_a_header(tmp_path: Path) -> None:
    empty = Export("partner", COLUMNS, lambda: iter(()), 0, [])
    assert len(b"".join(csv_pieces(empty)).splitlines()) == 1
    write_xlsx(empty, tmp_path / "x.xlsx")
    assert load_workbook(tmp_path / "x.xlsx").worksheets[0].max_row == 1
    write_parquet(empty, tmp_path / "x.parquet")
    assert parquet.read_table(tmp_path / "x.parquet").num_rows == 0
